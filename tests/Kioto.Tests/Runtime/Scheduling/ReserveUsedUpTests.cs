using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>More workers block than there may be threads: what they had goes on all the same.</summary>
public sealed class ReserveUsedUpTests
{
    public static TheoryData<bool> Ways => [true, false];

    // One worker, and one thread that can take its place: the second one to block waits for a task that it has spawned.
    [Theory]
    [MemberData(nameof(Ways))]
    public void The_first_thread_that_comes_back_takes_the_worker(bool inPlace) => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(1, inPlace).Build();
        using ManualResetEventSlim first = new();
        using ManualResetEventSlim second = new();
        using ManualResetEventSlim gate = new();
        JoinHandle one = runtime.Spawn(async () => Block(inPlace, () =>
        {
            first.Set();
            second.Wait();
        }));
        first.Wait();
        JoinHandle two = runtime.Spawn(async () =>
        {
            JoinHandle child = Kio.Spawn(async () => gate.Set());
            Block(inPlace, () =>
            {
                second.Set();
                gate.Wait();
            });
            await child;
        });
        runtime.BlockOn(async () =>
        {
            await one;
            await two;
            await Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
        });
    });

    // Two workers, two threads more: three of the four block, one is busy with tasks of its own and never searches.
    [Theory]
    [MemberData(nameof(Ways))]
    public void A_busy_worker_runs_them(bool inPlace) => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(2, inPlace).Build();
        using ManualResetEventSlim blocked = new();
        bool over = false;
        JoinHandle[] busy = new JoinHandle[4];
        for (int i = 0; i < busy.Length; i++)
        {
            busy[i] = runtime.Spawn(async () =>
            {
                while (!Volatile.Read(ref over))
                {
                    await Kio.YieldNow();
                }
            });
        }

        JoinHandle[] block = new JoinHandle[2];
        int inside = 0;
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = runtime.Spawn(async () => Block(inPlace, () =>
            {
                Interlocked.Increment(ref inside);
                blocked.Wait();
            }));
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref inside) == 2);
        JoinHandle last = runtime.Spawn(async () =>
        {
            using CountdownEvent all = new(300);
            for (int i = 0; i < 300; i++)
            {
                Kio.Detach(async () => all.Signal());
            }

            Block(inPlace, all.Wait);
        });
        runtime.BlockOn(async () =>
        {
            await last;
            Volatile.Write(ref over, true);
            blocked.Set();
            foreach (JoinHandle task in (JoinHandle[])[.. block, .. busy])
            {
                await task;
            }
        });
    });

    [Fact]
    public void A_short_block_keeps_its_worker() => Bounded.Run(() =>
    {
        using Runtime runtime = Builder(1, inPlace: true).Build();
        using ManualResetEventSlim first = new();
        using ManualResetEventSlim gate = new();
        JoinHandle one = runtime.Spawn(async () => Block(inPlace: true, () =>
        {
            first.Set();
            gate.Wait();
        }));
        first.Wait();
        runtime.RunTask(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                int ran = 0;
                Kio.BlockInPlace(() => Assert.Null(RuntimeHandle.CurrentWorkerIndex));
                Assert.Equal(0, RuntimeHandle.CurrentWorkerIndex);
                JoinHandle child = Kio.Spawn(async () => { ran++; });
                Kio.BlockInPlace(static () => { });
                await child;
                Assert.Equal(1, ran);
            }
        });
        gate.Set();
        runtime.BlockOn(async () => await one);
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_runtime_ends_with_a_worker_that_nobody_has(bool inPlace) => Bounded.Run(() =>
    {
        int stops = 0;
        Runtime runtime = Builder(1, inPlace).OnThreadStop(_ => Interlocked.Increment(ref stops)).Build();
        using ManualResetEventSlim gate = new();
        int inside = 0;
        JoinHandle[] block = new JoinHandle[2];
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = runtime.Spawn(async () => Block(inPlace, () =>
            {
                Interlocked.Increment(ref inside);
                gate.Wait();
            }));
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref inside) == 2);
        JoinHandle waits = runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        runtime.ShutdownBackground();
        gate.Set();
        runtime.Dispose();
        Assert.True(waits.IsFinished);
        Assert.All(block, static task => Assert.True(task.IsFinished));
        SpinWait.SpinUntil(() => Volatile.Read(ref stops) == 2);
    });

    private static void Block(bool inPlace, Action code)
    {
        if (inPlace)
        {
            Kio.BlockInPlace(code);
        }
        else
        {
            code();
        }
    }

    // In place nobody need find out.
    private static RuntimeBuilder Builder(int workers, bool inPlace)
    {
        RuntimeBuilder builder = Runtime.CreateBuilder().WorkerThreads(workers).MaxBlockingThreads(1);
        return inPlace
            ? builder.StuckThreshold(System.Threading.Timeout.InfiniteTimeSpan)
            : builder.StuckThreshold(TimeSpan.FromMilliseconds(10)).OnStuckTask(static _ => { });
    }
}
