using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>A pool whose queue has a bound: who finds it full is told, or waits for room.</summary>
public sealed class BlockingBoundTests
{
    [Fact]
    public void A_full_pool_throws_and_names_the_remedy() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 1, queue: 1);
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        gate.Entered.Wait();
        JoinHandle waiting = runtime.SpawnBlocking(() => { });
        BlockingQueueFullException full = Assert.Throws<BlockingQueueFullException>(() => runtime.SpawnBlocking(() => { }));
        Assert.Contains("\"io\"", full.Message, StringComparison.Ordinal);
        Assert.Contains("SpawnBlockingAsync", full.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBlockingQueue", full.Message, StringComparison.Ordinal);
        gate.Open();
        Join(running, waiting);
        runtime.BlockOn(async () => await await Kio.SpawnBlockingAsync(() => { }));
    });

    [Fact]
    public void Without_a_queue_a_closure_needs_a_thread_at_once() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 2, queue: 0);
        using Gate gate = new();
        JoinHandle[] running = [runtime.SpawnBlocking(gate.Pass), runtime.SpawnBlocking(gate.Pass)];
        Assert.Throws<BlockingQueueFullException>(() => runtime.SpawnBlocking(gate.Pass));
        gate.Open();
        Join(running);
    });

    [Fact]
    public void Who_waits_for_room_gets_it_in_order() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 1, queue: 1);
        using Gate gate = new();
        List<int> order = [];
        runtime.BlockOn(async () =>
        {
            JoinHandle running = await Kio.SpawnBlockingAsync(gate.Pass);
            JoinHandle<int> queued = await Kio.SpawnBlockingAsync(() => Add(-1));
            List<JoinHandle<JoinHandle<int>>> waiting = [];
            for (int i = 0; i < 5; i++)
            {
                int number = i;
                Future<JoinHandle<int>> room = Kio.SpawnBlockingAsync(() => Add(number));
                Event asked = new();
                waiting.Add(Kio.Spawn(async () =>
                {
                    Future<JoinHandle<int>> mine = room;
                    asked.Set();
                    return await mine;
                }));
                await asked.WaitAsync();
                await Kio.YieldNow();
            }

            Assert.All(waiting, handle => Assert.False(handle.IsFinished));
            gate.Open();
            foreach (JoinHandle<JoinHandle<int>> handle in waiting)
            {
                Assert.True(await await handle >= 0);
            }

            await running;
            Assert.Equal(-1, await queued);
        });
        Assert.Equal(6, order.Count);

        int Add(int number)
        {
            order.Add(number); // One thread.
            return number;
        }
    });

    [Fact]
    public void Nothing_runs_before_the_future_is_polled() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 1, queue: 0);
        bool ran = false;
        runtime.BlockOn(async () =>
        {
            Future<JoinHandle> later = Kio.SpawnBlockingAsync(() => { ran = true; });
            await Kio.SpawnBlocking(() => { });
            Assert.False(ran);
            await await later;
            Assert.True(ran);
        });
    });

    [Fact]
    public void A_cancelled_wait_has_queued_nothing_and_keeps_no_place() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 1, queue: 0);
        using Gate gate = new();
        bool ran = false;
        runtime.BlockOn(async () =>
        {
            JoinHandle running = Kio.SpawnBlocking(gate.Pass);
            switch (await Kio.SelectBiased(Kio.SpawnBlockingAsync(() => { ran = true; }), Kio.YieldNow()))
            {
                case { Index: 0 }:
                    Assert.Fail("There was no room.");
                    break;
            }

            JoinHandle aborted = Kio.Spawn(async () => await await Kio.SpawnBlockingAsync(() => { ran = true; }));
            await Kio.YieldNow();
            aborted.Abort();
            Assert.True((await aborted.JoinAsync()).IsAborted);
            gate.Open();
            await running;
            await await Kio.SpawnBlockingAsync(() => { });
        });
        Assert.False(ran);
        Assert.Equal(2, runtime.BlockingPool("io").Metrics.ClosuresStarted);
    });

    [Fact]
    public void An_abort_ends_a_queued_closure_at_once_and_frees_its_place() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 1, queue: 2);
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        gate.Entered.Wait();
        JoinHandle<int> first = runtime.SpawnBlocking(() => 1);
        JoinHandle<int> second = runtime.SpawnBlocking(() => 2);
        first.Abort();
        Assert.True(first.IsFinished);
        Assert.Equal(1, runtime.BlockingPool("io").Metrics.QueueDepth);
        JoinHandle<int> third = runtime.SpawnBlocking(() => 3);
        first.Abort();
        running.Abort();
        Assert.False(running.IsFinished);
        gate.Open();
        runtime.BlockOn(async () =>
        {
            Assert.True((await first.JoinAsync()).IsAborted);
            Assert.Equal(2, await second);
            Assert.Equal(3, await third);
            await running;
        });
    });

    [Fact]
    public void A_closure_that_fails_gives_its_place_back() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 1, queue: 0);
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                JoinHandle failing = await Kio.SpawnBlockingAsync(() => throw new FormatException());
                Assert.IsType<FormatException>((await failing.JoinAsync()).Exception);
            }
        });
    });

    [Fact]
    public void Who_waits_when_the_runtime_ends_gets_an_aborted_handle() => Bounded.Run(() =>
    {
        Runtime runtime = Build(threads: 1, queue: 0);
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        gate.Entered.Wait(); // A closure that no thread has begun would be aborted with the others.
        JoinHandle<JoinHandle> waiting = other.Spawn(async () => await runtime.SpawnBlockingAsync(() => { }));
        runtime.Dispose();
        Assert.True(other.BlockOn(async () => await (await waiting).JoinAsync()).IsAborted);
        Assert.True(other.BlockOn(async () => await (await runtime.SpawnBlockingAsync(() => { })).JoinAsync()).IsAborted);
        gate.Open();
        other.BlockOn(running.AsFuture());
    });

    [Fact]
    public void A_long_running_Task_that_finds_the_pool_full_fails_when_it_is_started() => Bounded.Run(() =>
    {
        using Runtime runtime = Build(threads: 1, queue: 0);
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        TaskSchedulerException failure = Assert.Throws<TaskSchedulerException>(() =>
        {
            _ = Task.Factory.StartNew(() => { }, CancellationToken.None, TaskCreationOptions.LongRunning, runtime.AsTaskScheduler());
        });
        Assert.IsType<BlockingQueueFullException>(failure.InnerException);
        gate.Open();
        Join(running);
    });

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 4)]
    public void Many_who_wait_and_some_who_give_up(int threads, int queue) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).MaxBlockingThreads(threads).MaxBlockingQueue(queue).Build();
        int ran = 0;
        int underWay = 0;
        int most = 0;
        int expected = runtime.BlockOn(async () =>
        {
            List<JoinHandle<int>> tasks = [];
            for (int i = 0; i < 8; i++)
            {
                int seed = i;
                tasks.Add(Kio.Spawn(async () =>
                {
                    int done = 0;
                    for (int j = 0; j < 200; j++)
                    {
                        JoinHandle handle = await Kio.SpawnBlockingAsync(() =>
                        {
                            int now = Interlocked.Increment(ref underWay);
                            most = Math.Max(most, now);
                            Interlocked.Increment(ref ran);
                            Interlocked.Decrement(ref underWay);
                        });
                        if ((j + seed) % 3 == 0)
                        {
                            handle.Abort();
                        }

                        done += (await handle.JoinAsync()).IsAborted ? 0 : 1;
                    }

                    return done;
                }));
            }

            int sum = 0;
            foreach (JoinHandle<int> task in tasks)
            {
                sum += await task;
            }

            return sum;
        });
        Assert.Equal(expected, ran);
        Assert.InRange(most, 1, threads);
        Assert.Equal(0, runtime.BlockingPool("io").Metrics.QueueDepth);
    });

    private static Runtime Build(int threads, int queue) =>
        Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(threads).MaxBlockingQueue(queue).Build();

    private static void Join(params JoinHandle[] handles)
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        foreach (JoinHandle handle in handles.AsEnumerable())
        {
            runtime.BlockOn(handle.AsFuture());
        }
    }
}
