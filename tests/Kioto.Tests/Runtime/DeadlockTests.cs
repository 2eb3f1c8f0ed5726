using System;
using System.Linq;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>Tasks that wait for one another in a circle are found, and nothing else is called one.</summary>
public sealed class DeadlockTests
{
    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Two_tasks_and_two_mutexes_are_reported_with_both_sides(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        Mutex<int> one = new(0);
        Mutex<string> two = new("");
        AsyncBarrier both = new(2);
        JoinHandle first = runtime.Spawn(async () =>
        {
            using MutexGuard<int> holds = await one.LockAsync();
            await both.WaitAsync();
            using MutexGuard<string> wants = await two.LockAsync();
        });
        JoinHandle second = runtime.Spawn(async () =>
        {
            using MutexGuard<string> holds = await two.LockAsync();
            await both.WaitAsync();
            using MutexGuard<int> wants = await one.LockAsync();
        });
        DeadlockDump deadlock = Dumps.WaitForDeadlock(runtime);
        Assert.Equal(2, deadlock.Steps.Count);
        DeadlockStep step = deadlock.Steps.Single(found => found.Task == first.Id);
        Assert.Equal("Mutex<String>.LockAsync", step.WaitsFor);
        Assert.Equal(second.Id, step.Owner);
        Assert.Equal(first.Site, step.SpawnSite);
        step = deadlock.Steps.Single(found => found.Task == second.Id);
        Assert.Equal("Mutex<Int32>.LockAsync", step.WaitsFor);
        Assert.Equal(first.Id, step.Owner);
        RuntimeDump dump = runtime.Dump();
        Assert.Contains("DEADLOCK of 2 task(s)", dump.ToString(), StringComparison.Ordinal);
        Assert.Contains(Assert.Single(dump.Deadlocks).ToString(), dump.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("DEADLOCK of 2 task(s):", deadlock.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"deadlocks\":[{\"steps\":[{\"task\":", dump.ToJson(), StringComparison.Ordinal);
        first.Abort();
        runtime.BlockOn(async () => await second);
        Assert.Empty(runtime.Dump().Deadlocks);
        runtime.Dispose();
    });

    [Fact]
    public void A_task_that_waits_for_itself_is_one() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        RwLock<int> rwLock = new(0);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using RwLockWriteGuard<int> writes = await rwLock.WriteAsync();
            using RwLockReadGuard<int> reads = await rwLock.ReadAsync();
        });
        DeadlockStep step = Assert.Single(Dumps.WaitForDeadlock(runtime).Steps);
        Assert.Equal(handle.Id, step.Task);
        Assert.Equal(handle.Id, step.Owner);
    });

    [Fact]
    public void So_is_one_that_locks_a_mutex_twice() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Mutex<int> mutex = new(0);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using MutexGuard<int> outer = await mutex.LockAsync();
            using MutexGuard<int> inner = await mutex.LockAsync();
        });
        DeadlockStep step = Assert.Single(Dumps.WaitForDeadlock(runtime).Steps);
        Assert.Equal("Mutex<Int32>.LockAsync", step.WaitsFor);
        Assert.Equal(handle.Id, step.Task);
        Assert.Equal(handle.Id, step.Owner);
    });

    [Fact]
    public void So_is_one_that_asks_for_a_value_while_it_makes_it() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        OnceCell<int> cell = new();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            await cell.GetOrInitAsync(async () => await cell.GetOrInitAsync(static () => Future.FromResult(1)));
        });
        DeadlockStep step = Assert.Single(Dumps.WaitForDeadlock(runtime).Steps);
        Assert.Equal("OnceCell<Int32>.GetOrInitAsync", step.WaitsFor);
        Assert.Equal(handle.Id, step.Owner);
    });

    [Fact]
    public void So_is_one_whose_futures_in_a_set_wait_for_each_other() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Mutex<int> one = new(0);
        Mutex<int> two = new(0);
        AsyncBarrier both = new(2);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            await using FutureSet<int> set = new();
            set.Add(LockBoth(one, two, both));
            set.Add(LockBoth(two, one, both));
            await set.NextAsync();
        });
        Assert.All(Dumps.WaitForDeadlock(runtime).Steps, step => Assert.Equal(handle.Id, step.Owner));

        static async Future<int> LockBoth(Mutex<int> first, Mutex<int> second, AsyncBarrier both)
        {
            using MutexGuard<int> holds = await first.LockAsync();
            await both.WaitAsync();
            using MutexGuard<int> wants = await second.LockAsync();
            return 0;
        }
    });

    [Fact]
    public void Joining_a_task_that_wants_ones_lock_is_one() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Mutex<int> mutex = new(0);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            await Kio.Spawn(async () => (await mutex.LockAsync()).Dispose());
        });
        DeadlockDump deadlock = Dumps.WaitForDeadlock(runtime);
        Assert.Equal(2, deadlock.Steps.Count);
        Assert.Contains(deadlock.Steps, step => step.Task == handle.Id && step.WaitsFor.StartsWith("JoinHandle of task", StringComparison.Ordinal));
    });

    [Fact]
    public void A_task_with_an_arm_that_may_still_go_on_is_none() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Mutex<int> mutex = new(0);
        Signal signal = new();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            MutexGuard<int> guard = await mutex.LockAsync();
            await Kio.Join(Release(signal, guard), Lock(mutex));
        });
        while (runtime.Dump().Tasks.SingleOrDefault() is not { WaitsFor.Arms: [_, { WaitsFor.Owner: not null }] })
        {
            Thread.Yield();
        }

        Assert.Empty(runtime.Dump().Deadlocks);
        signal.Set();
        runtime.BlockOn(async () => await handle);

        static async Future Release(Signal signal, MutexGuard<int> guard)
        {
            await signal.AsFuture();
            guard.Dispose();
        }

        static async Future Lock(Mutex<int> mutex) => (await mutex.LockAsync()).Dispose();
    });

    [Fact]
    public void Nor_is_one_whose_wait_has_a_limit() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Mutex<int> mutex = new(0);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            using MutexGuard<int> again = await mutex.LockAsync().Timeout(TimeSpan.FromHours(1));
        });
        TaskDump? task;
        while ((task = runtime.Dump().Tasks.SingleOrDefault()) is not { WaitsFor.Arms: [{ WaitsFor.Owner: not null }] })
        {
            Thread.Yield();
        }

        Assert.Equal("Timeout", task.WaitsFor.Operation);
        Assert.EndsWith(" left", task.WaitsFor.Detail, StringComparison.Ordinal);
        Assert.Empty(runtime.Dump().Deadlocks);
        handle.Abort();
    });

    [Fact]
    public void Tasks_that_pass_locks_around_as_fast_as_they_can_are_none() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.FourWorkers);
        Mutex<int> one = new(0);
        Mutex<int> two = new(0);
        bool stop = false;
        JoinHandle[] handles = new JoinHandle[8];
        for (int i = 0; i < handles.Length; i++)
        {
            bool alone = i % 2 == 0;
            handles[i] = runtime.Spawn(async () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    using MutexGuard<int> first = await (alone ? one : two).LockAsync();
                    first.Value++;
                    if (alone)
                    {
                        using MutexGuard<int> second = await two.LockAsync();
                        await Kio.YieldNow();
                    }
                }
            });
        }

        Dumps.AssertNoDeadlock(runtime, handles, ref stop);
    });
}
