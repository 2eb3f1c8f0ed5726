using System;
using System.Linq;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>Circles through readers, permits, queues, values in the making and threads in BlockOn; and what only looks like one.</summary>
public sealed class DeadlockKindsTests
{
    [Fact]
    public void Reading_twice_with_a_waiting_writer_between_is_one() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        RwLock<int> rwLock = new(0);
        Signal signal = new();
        JoinHandle reader = runtime.Spawn(async () =>
        {
            using RwLockReadGuard<int> outer = await rwLock.ReadAsync();
            await signal.AsFuture();
            using RwLockReadGuard<int> inner = await rwLock.ReadAsync();
        });
        Dumps.WaitUntil(() => runtime.Dump().Tasks is [{ WaitsFor.Operation: "Signal.Poll" }]);
        JoinHandle writer = runtime.Spawn(async () => (await rwLock.WriteAsync()).Dispose());
        Dumps.WaitUntil(() => runtime.Dump().Primitives.Count == 1);
        Assert.Empty(runtime.Dump().Deadlocks);
        signal.Set();
        DeadlockDump deadlock = Dumps.WaitForDeadlock(runtime);
        Assert.Equal(2, deadlock.Steps.Count);
        DeadlockStep step = deadlock.Steps.Single(found => found.Task == reader.Id);
        Assert.Equal("RwLock<Int32>.ReadAsync", step.WaitsFor);
        Assert.Equal(writer.Id, step.Owner);
        step = deadlock.Steps.Single(found => found.Task == writer.Id);
        Assert.Equal("RwLock<Int32>.WriteAsync", step.WaitsFor);
        Assert.Equal(reader.Id, step.Owner);
        writer.Abort();
        runtime.BlockOn(async () => await reader);
        Assert.Empty(runtime.Dump().Deadlocks);
    });

    [Fact]
    public void So_is_writing_while_reading_also_by_trying() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        RwLock<int> rwLock = new(0);
        JoinHandle reader = runtime.Spawn(async () =>
        {
            await Kio.YieldNow();
            Assert.True(rwLock.TryRead(out RwLockReadGuard<int> reads));
            using RwLockWriteGuard<int> writes = await rwLock.WriteAsync();
            reads.Dispose();
        });
        AssertSelf(Dumps.WaitForDeadlock(runtime), reader, "RwLock<Int32>.WriteAsync");
    });

    [Fact]
    public void So_is_writing_twice_after_an_upgrade() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        RwLock<int> rwLock = new(0);
        JoinHandle writer = runtime.Spawn(async () =>
        {
            RwLockReadGuard<int> reads = await rwLock.ReadAsync();
            Assert.True(reads.TryUpgrade(out RwLockWriteGuard<int> writes));
            using RwLockWriteGuard<int> again = await rwLock.WriteAsync();
            writes.Dispose();
        });
        AssertSelf(Dumps.WaitForDeadlock(runtime), writer, "RwLock<Int32>.WriteAsync");
    });

    [Fact]
    public void So_are_a_mutex_and_a_lock_that_were_tried_where_tries_are_tracked() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Mutex<int> mutex = new(0);
        RwLock<int> rwLock = new(0);
        JoinHandle twice = runtime.Spawn(async () =>
        {
            await Kio.YieldNow();
            Assert.True(mutex.TryLock(out MutexGuard<int> guard));
            (await mutex.LockAsync()).Dispose();
            guard.Dispose();
        });
        AssertSelf(Dumps.WaitForDeadlock(runtime), twice, "Mutex<Int32>.LockAsync");
        twice.Abort();
        Dumps.WaitUntil(() => runtime.Dump().Tasks.Count == 0);
        JoinHandle writes = runtime.Spawn(async () =>
        {
            await Kio.YieldNow();
            Assert.True(rwLock.TryWrite(out RwLockWriteGuard<int> guard));
            (await rwLock.ReadAsync()).Dispose();
            guard.Dispose();
        });
        AssertSelf(Dumps.WaitForDeadlock(runtime), writes, "RwLock<Int32>.ReadAsync");
    });

    [Fact]
    public void So_is_an_AsyncLazy_that_asks_for_itself() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        AsyncLazy<int>? lazy = null;
        lazy = new AsyncLazy<int>(async () => await lazy!.GetAsync());
        JoinHandle handle = runtime.Spawn(async () => { await lazy.GetAsync(); });
        AssertSelf(Dumps.WaitForDeadlock(runtime), handle, "AsyncLazy<Int32>.GetAsync");
        Assert.Equal("AsyncLazy<Int32>", Assert.Single(runtime.Dump().Primitives).Kind);
    });

    [Fact]
    public void So_is_a_semaphore_of_one_that_is_acquired_twice() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        AsyncSemaphore semaphore = new(1);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using SemaphorePermit outer = await semaphore.AcquireAsync();
            using SemaphorePermit inner = await semaphore.AcquireAsync();
        });
        AssertSelf(Dumps.WaitForDeadlock(runtime), handle, "AsyncSemaphore.AcquireAsync");
    });

    [Fact]
    public void So_are_two_tasks_that_hold_all_permits_and_want_more() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        AsyncSemaphore semaphore = new(2);
        AsyncBarrier both = new(2);
        async Future Take()
        {
            using SemaphorePermit outer = await semaphore.AcquireAsync();
            await both.WaitAsync();
            using SemaphorePermit inner = await semaphore.AcquireAsync();
        }

        JoinHandle first = runtime.Spawn(Take);
        JoinHandle second = runtime.Spawn(Take);
        DeadlockDump deadlock = Dumps.WaitForDeadlock(runtime);
        Assert.Equal(2, deadlock.Steps.Count);
        Assert.Equal(second.Id, deadlock.Steps.Single(step => step.Task == first.Id).Owner);
        Assert.Equal(first.Id, deadlock.Steps.Single(step => step.Task == second.Id).Owner);
    });

    [Fact]
    public void So_is_sending_into_a_full_channel_while_holding_its_only_room() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using MpscPermit<int> permit = await sender.ReserveAsync();
            await sender.SendAsync(1);
        });
        AssertSelf(Dumps.WaitForDeadlock(runtime), handle, "MpscSender<Int32>.SendAsync");
        receiver.Dispose();
        runtime.BlockOn(async () => await handle);
    });

    [Theory]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.PerCore)]
    public void So_is_a_thread_in_BlockOn_that_waits_for_a_task_that_wants_its_lock(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        Mutex<int> mutex = new(0);
        JoinHandle handle = default;
        Thread thread = new(() => runtime.BlockOn(async () =>
        {
            MutexGuard<int> guard = await mutex.LockAsync();
            handle = Kio.Spawn(async () => (await mutex.LockAsync()).Dispose());
            await handle.JoinAsync();
            guard.Dispose();
        }));
        thread.Start();
        DeadlockDump deadlock = Dumps.WaitForDeadlock(runtime);
        Assert.Equal(2, deadlock.Steps.Count);
        DeadlockStep step = deadlock.Steps.Single(found => found.Task == handle.Id);
        Assert.Null(step.Owner);
        step = deadlock.Steps.Single(found => found.Task is null);
        Assert.Equal(handle.Id, step.Owner);
        string text = runtime.Dump().ToString();
        Assert.Contains($"  BlockOn waits for JoinHandle.JoinAsync of task {handle.Id}, for which task {handle.Id} must go on", text, StringComparison.Ordinal);
        Assert.Contains(", for which BlockOn must go on", text, StringComparison.Ordinal);
        Assert.Contains("\"owner\":null", runtime.Dump().ToJson(), StringComparison.Ordinal);
        handle.Abort();
        thread.Join();
        runtime.Dispose();
    });

    [Fact]
    public void A_semaphore_whose_permits_come_from_elsewhere_is_none() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        AsyncSemaphore semaphore = new(1);
        semaphore.AddPermits(1);
        Assert.Equal(1, semaphore.ForgetPermits(1));
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using SemaphorePermit outer = await semaphore.AcquireAsync();
            using SemaphorePermit inner = await semaphore.AcquireAsync();
        });
        Dumps.WaitUntil(() => runtime.Dump().Primitives.Count == 1);
        Assert.Empty(runtime.Dump().Deadlocks);
        semaphore.AddPermits(1);
        runtime.BlockOn(async () => await handle);
    });

    [Fact]
    public void Permits_that_another_task_will_give_back_are_none() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        AsyncSemaphore semaphore = new(2);
        Signal signal = new();
        JoinHandle other = runtime.Spawn(async () =>
        {
            using SemaphorePermit permit = await semaphore.AcquireAsync();
            await signal.AsFuture();
        });
        Dumps.WaitUntil(() => semaphore.AvailablePermits == 1);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using SemaphorePermit outer = await semaphore.AcquireAsync();
            using SemaphorePermit inner = await semaphore.AcquireAsync();
        });
        Dumps.WaitUntil(() => runtime.Dump().Primitives is [{ Waiters.Count: 1 }]);
        Assert.Empty(runtime.Dump().Deadlocks);
        signal.Set();
        runtime.BlockOn(async () => await handle);
        runtime.BlockOn(async () => await other);
    });

    [Fact]
    public void A_queue_behind_a_free_holder_is_none_however_long() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Mutex<int> mutex = new(0);
        Signal signal = new();
        JoinHandle holder = runtime.Spawn(async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            await signal.AsFuture();
        });
        Dumps.WaitUntil(() => mutex.IsLocked);
        JoinHandle last = default;
        for (int i = 0; i < 20_000; i++)
        {
            last = runtime.Spawn(async () => (await mutex.LockAsync()).Dispose());
        }

        Dumps.WaitUntil(() => runtime.Dump().Primitives is [{ Waiters.Count: 20_000 }]);
        Assert.Empty(runtime.Dump().Deadlocks);
        signal.Set();
        runtime.BlockOn(async () => await last);
        runtime.BlockOn(async () => await holder);
    });

    [Fact]
    public void A_queue_behind_a_stuck_holder_is_told_once() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Mutex<int> mutex = new(0);
        JoinHandle twice = runtime.Spawn(async () =>
        {
            using MutexGuard<int> outer = await mutex.LockAsync();
            using MutexGuard<int> inner = await mutex.LockAsync();
        });
        Dumps.WaitUntil(() => runtime.Dump().Deadlocks.Count == 1);
        for (int i = 0; i < 100; i++)
        {
            _ = runtime.Spawn(async () => (await mutex.LockAsync()).Dispose());
        }

        Dumps.WaitUntil(() => runtime.Dump().Primitives is [{ Waiters.Count: 101 }]);
        AssertSelf(Dumps.WaitForDeadlock(runtime), twice, "Mutex<Int32>.LockAsync");
    });

    [Fact]
    public void Readers_and_writers_that_go_round_as_fast_as_they_can_are_none() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.FourWorkers);
        RwLock<int> rwLock = new(0);
        AsyncSemaphore semaphore = new(3);
        bool stop = false;
        JoinHandle[] handles = new JoinHandle[9];
        for (int i = 0; i < handles.Length; i++)
        {
            int kind = i % 3;
            handles[i] = runtime.Spawn(async () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    if (kind == 0)
                    {
                        using RwLockWriteGuard<int> writes = await rwLock.WriteAsync();
                        await Kio.YieldNow();
                    }
                    else if (kind == 1)
                    {
                        using RwLockReadGuard<int> reads = await rwLock.ReadAsync();
                        using SemaphorePermit permit = await semaphore.AcquireAsync();
                        await Kio.YieldNow();
                    }
                    else
                    {
                        using SemaphorePermit permit = await semaphore.AcquireManyAsync(3);
                        await Kio.YieldNow();
                    }
                }
            });
        }

        Dumps.AssertNoDeadlock(runtime, handles, ref stop);
    });

    private static void AssertSelf(DeadlockDump deadlock, JoinHandle handle, string operation)
    {
        DeadlockStep step = Assert.Single(deadlock.Steps);
        Assert.Equal(operation, step.WaitsFor);
        Assert.Equal(handle.Id, step.Task);
        Assert.Equal(handle.Id, step.Owner);
    }
}
