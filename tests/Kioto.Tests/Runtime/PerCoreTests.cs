using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

public sealed class PerCoreTests
{
    [Fact]
    public void Spawning_from_outside_takes_the_workers_in_turn() => Bounded.Run(() =>
    {
        using Runtime runtime = Create(3);
        Assert.Equal(RuntimeFlavor.PerCore, runtime.Handle.Flavor);
        Assert.Equal(3, runtime.Handle.WorkerThreads);
        JoinHandle<int?>[] handles = [.. Enumerable.Range(0, 9).Select(_ => runtime.Spawn(async () => RuntimeHandle.CurrentWorkerIndex))];
        int?[] indexes = [.. handles.Select(handle => runtime.BlockOn(handle.AsFuture()))];
        Assert.All(indexes.GroupBy(index => index), group => Assert.Equal(3, group.Count()));
        int?[] fromBlockOn = runtime.BlockOn(async () =>
        {
            List<int?> found = [];
            for (int i = 0; i < 3; i++)
            {
                found.Add(await Kio.Spawn(async () => RuntimeHandle.CurrentWorkerIndex));
            }

            return found.ToArray();
        });
        Assert.Equal(3, fromBlockOn.Distinct().Count());
    });

    [Fact]
    public void A_task_and_what_it_spawns_stay_on_its_worker() => Bounded.Run(() =>
    {
        using Runtime runtime = Create(3);
        for (int worker = 0; worker < 3; worker++)
        {
            int expected = worker;
            runtime.BlockOn(async () => await runtime.SpawnOn(expected, async () =>
            {
                Thread thread = Thread.CurrentThread;
                List<int> shared = []; // No lock.
                JoinHandle[] children = [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? Kio.Spawn(() => Child(i)) : Kio.SpawnLocal(() => Child(i)))];
                foreach (JoinHandle child in children)
                {
                    await child;
                }

                Assert.Equal(40, shared.Count);
                Assert.Equal(1, await Kio.SpawnBlocking(() => 1));
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                Here();
                await Kio.Spawn(async System.Threading.Tasks.Task () =>
                {
                    Here();
                    await System.Threading.Tasks.Task.Yield();
                    Here();
                });
                using (runtime.Enter())
                {
                    await Kio.Spawn(async () => Here());
                    await Kio.SpawnLocal(async () => Here());
                }

                void Here()
                {
                    Assert.Equal(expected, RuntimeHandle.CurrentWorkerIndex);
                    Assert.Same(thread, Thread.CurrentThread);
                    Assert.Same(runtime.Handle, RuntimeHandle.Current);
                }

                async Future Child(int i)
                {
                    Here();
                    shared.Add(i);
                    await Kio.YieldNow();
                    Here();
                    shared.Add(i);
                }
            }));
        }
    });

    [Fact]
    public void Workers_wait_for_one_anothers_tasks() => Bounded.Run(() =>
    {
        using Runtime runtime = Create(2);
        Assert.Equal(500, runtime.BlockOn(async () => await runtime.SpawnOn(0, async () =>
        {
            int sum = 0;
            for (int i = 0; i < 500; i++)
            {
                sum += await runtime.SpawnOn(1, async () =>
                {
                    await Kio.YieldNow();
                    return RuntimeHandle.CurrentWorkerIndex;
                }) ?? 9;
            }

            return sum;
        })));
    });

    [Fact]
    public void A_busy_worker_keeps_its_tasks_and_the_others_go_on() => Bounded.Run(() =>
    {
        using Runtime runtime = Create(2);
        using ManualResetEventSlim release = new();
        Signal began = new();
        JoinHandle busy = runtime.SpawnOn(0, async () =>
        {
            began.Set();
            release.Wait();
        });
        runtime.BlockOn(async () =>
        {
            await began.AsFuture();
            JoinHandle<int?> behind = runtime.SpawnOn(0, async () => RuntimeHandle.CurrentWorkerIndex);
            Assert.Equal(1, await runtime.SpawnOn(1, async () =>
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(2));
                return RuntimeHandle.CurrentWorkerIndex;
            }));
            Assert.False(behind.IsFinished);
            release.Set();
            Assert.Equal(0, await behind);
            await busy;
        });
    });

    [Fact]
    public void SpawnOn_knows_its_workers() => Bounded.Run(() =>
    {
        using Runtime perCore = Create(2);
        using Runtime multi = Runtimes.Create(RuntimeKind.TwoWorkers);
        using Runtime current = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = perCore.SpawnOn(2, Kio.YieldNow()); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = perCore.SpawnOn(-1, async () => 1); });
        Assert.Contains("CreatePerCoreBuilder", Assert.Throws<InvalidOperationException>(
            () => { _ = multi.SpawnOn(0, async () => 1); }).Message, StringComparison.Ordinal);
        Assert.Equal(3, current.BlockOn(current.SpawnOn(0, async () => 3).AsFuture()));
        Assert.Equal(4, perCore.BlockOn(perCore.SpawnOn(1, Future.FromResult(4)).AsFuture()));
        perCore.BlockOn(perCore.SpawnOn(1, Kio.YieldNow()).AsFuture());
    });

    [Fact]
    public void Cleanup_may_use_other_workers_timers_while_the_runtime_ends() => Bounded.Run(() =>
    {
        int cleaned = 0;
        Runtime runtime = Create(3);
        using CountdownEvent began = new(3);
        JoinHandle[] handles = new JoinHandle[3];
        for (int i = 0; i < 3; i++)
        {
            int worker = i;
            handles[i] = runtime.SpawnOn(worker, async () =>
            {
                try
                {
                    began.Signal();
                    await Kio.Sleep(Timeout.InfiniteTimeSpan);
                }
                finally
                {
                    await Kio.Sleep(TimeSpan.FromMilliseconds(worker * 5));
                    Interlocked.Increment(ref cleaned);
                }
            });
        }

        began.Wait();
        runtime.Dispose();
        Assert.Equal(3, cleaned);
        Assert.All(handles, handle => Assert.True(handle.IsFinished));
        Assert.True(runtime.SpawnOn(1, async () => 1).IsFinished);
    });

    [Fact]
    public void One_stuck_worker_keeps_Dispose_waiting_for_the_grace_only() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).CleanupGrace(TimeSpan.FromMilliseconds(20)).Build();
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim began = new();
        JoinHandle stuck = runtime.SpawnOn(0, async () =>
        {
            began.Set();
            release.Wait();
        });
        JoinHandle idle = runtime.SpawnOn(1, async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        began.Wait();
        runtime.Dispose();
        Assert.True(idle.IsFinished);
        Assert.False(stuck.IsFinished);
        release.Set();
    });

    [Fact]
    public void Task_based_code_comes_back_to_its_worker_and_schedulers_deal_in_turn() => Bounded.Run(() =>
    {
        using Runtime runtime = Create(3);
        runtime.BlockOn(async () =>
        {
            System.Threading.Tasks.Task<int?>[] tasks = [.. Enumerable.Range(0, 3).Select(_ => System.Threading.Tasks.Task.Factory.StartNew(
                static () => RuntimeHandle.CurrentWorkerIndex, CancellationToken.None, System.Threading.Tasks.TaskCreationOptions.None, runtime.AsTaskScheduler()))];
            HashSet<int?> seen = [];
            foreach (System.Threading.Tasks.Task<int?> task in tasks)
            {
                seen.Add(await task);
            }

            Assert.Equal(3, seen.Count);
            Assert.DoesNotContain(null, seen);
        });
    });

    private static Runtime Create(int workers) => Runtime.CreatePerCoreBuilder().WorkerThreads(workers).ForTests().Build();
}
