using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

public sealed class ThreadHookTests
{
    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Each_worker_says_when_it_starts_and_stops(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentQueue<int?> started = new();
        ConcurrentQueue<int?> stopped = new();
        int workers;
        using (Runtime runtime = Runtimes.Builder(kind)
            .OnThreadStart(thread => started.Enqueue(thread.WorkerIndex))
            .OnThreadStop(thread => stopped.Enqueue(thread.WorkerIndex))
            .Build())
        {
            workers = runtime.Handle.WorkerThreads;
            runtime.RunTask(async () => await Kio.YieldNow());
        }

        int?[] all = [.. Enumerable.Range(0, workers).Select(i => (int?)i)];
        Assert.Equal(all, started.Order());
        Assert.Equal(all, stopped.Order());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void So_does_each_blocking_thread(RuntimeKind kind) => Bounded.Run(() =>
    {
        using CountdownEvent stopped = new(1);
        int started = 0;
        bool inside = false;
        Runtime? runtime = null;
        runtime = Runtimes.Builder(kind)
            .MaxBlockingThreads(1)
            .OnThreadStart(thread =>
            {
                if (!thread.IsWorker)
                {
                    started++;
                    inside = ReferenceEquals(RuntimeHandle.TryCurrent, thread.Runtime);
                }
            })
            .OnThreadStop(thread =>
            {
                if (thread.WorkerIndex is null)
                {
                    stopped.Signal();
                }
            })
            .Build();
        using (runtime)
        {
            runtime.BlockOn(async () =>
            {
                Assert.Equal(1, await Kio.SpawnBlocking(() => started));
                Assert.Equal(1, await Kio.SpawnBlocking(() => started));
            });
            Assert.True(inside);
        }

        Assert.True(stopped.Wait(TimeSpan.FromSeconds(Bounded.Seconds)));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Hooks_that_throw_are_reported_and_nothing_else_happens(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentDictionary<string, int> reports = new();
        ConcurrentDictionary<string, FailedTask> knobs = new();
        using (Runtime runtime = Runtimes.Builder(kind)
            .OnUnhandledFailure((failure, knob) =>
            {
                reports.AddOrUpdate(failure.Message, 1, static (_, count) => count + 1);
                knobs[failure.Message] = knob;
            })
            .OnThreadStart(_ => throw new InvalidOperationException("start"))
            .OnThreadStop(_ => throw new InvalidOperationException("stop"))
            .OnThreadPark(_ => throw new InvalidOperationException("park"))
            .OnThreadUnpark(_ => throw new InvalidOperationException("unpark"))
            .OnTaskSpawn(_ => throw new InvalidOperationException("spawn"))
            .OnTaskTerminate(_ => throw new InvalidOperationException("terminate"))
            .OnBeforeTaskPoll(_ => throw new InvalidOperationException("before"))
            .OnAfterTaskPoll(_ => throw new InvalidOperationException("after"))
            .Build())
        {
            Assert.Equal(3, runtime.BlockOn(async () =>
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                return await Kio.Spawn(async () =>
                {
                    await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                    return await Kio.SpawnBlocking(() => 3);
                });
            }));
        }

        string[] sure = ["spawn", "terminate", "before", "after", "park", "unpark", "start"];
        Assert.Empty(sure.Except(reports.Keys));
        Assert.Equal(1, reports["spawn"]);
        Assert.Equal(1, reports["terminate"]);
        Assert.Equal(reports["before"], reports["after"]);
        Assert.Equal("OnThreadStart", knobs["start"].ToString());
        Assert.Equal("OnThreadPark", knobs["park"].Name);
        Assert.Equal("OnBeforeTaskPoll", knobs["before"].Name);
        Assert.All(knobs.Values, static knob => Assert.Null(knob.Id));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_idle_worker_parks_and_is_unparked(RuntimeKind kind) => Bounded.Run(() =>
    {
        Lock sync = new();
        Dictionary<int, int> asleep = [];
        bool odd = false;
        using Runtime runtime = Runtimes.Builder(kind)
            .OnThreadPark(thread => Count(thread, 1))
            .OnThreadUnpark(thread => Count(thread, -1))
            .Build();
        runtime.RunTask(async () =>
        {
            for (int i = 0; i < 5; i++)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }

            lock (sync)
            {
                Assert.NotEmpty(asleep);
                Assert.All(asleep.Keys, index => Assert.InRange(index, 0, runtime.Handle.WorkerThreads - 1));
            }
        });
        Assert.False(odd);

        void Count(ThreadMeta thread, int change)
        {
            lock (sync)
            {
                int count = asleep.GetValueOrDefault(thread.WorkerIndex!.Value) + change;
                asleep[thread.WorkerIndex!.Value] = count;
                odd |= count is < 0 or > 1 || RuntimeHandle.CurrentWorkerIndex != thread.WorkerIndex;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_is_spawned_before_parking_runs(RuntimeKind kind) => Bounded.Run(() =>
    {
        Event done = new();
        int once = 0;
        using Runtime runtime = Runtimes.Builder(kind)
            .OnThreadPark(_ =>
            {
                if (Interlocked.Exchange(ref once, 1) == 0)
                {
                    Kio.Detach(async () =>
                    {
                        await Kio.YieldNow();
                        done.Set();
                    });
                }
            })
            .Build();
        runtime.BlockOn(async () => await done.WaitAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_is_woken_before_parking_runs(RuntimeKind kind) => Bounded.Run(() =>
    {
        Event done = new();
        using Runtime runtime = Runtimes.Builder(kind).OnThreadPark(_ => done.Set()).Build();
        runtime.BlockOn(async () => await done.WaitAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_hook_that_always_makes_work_keeps_neither_timers_nor_outside_wakes_waiting(RuntimeKind kind) => Bounded.Run(() =>
    {
        Signal outside = new();
        bool stop = false;
        using Runtime runtime = Runtimes.Builder(kind)
            .OnThreadPark(_ =>
            {
                if (!Volatile.Read(ref stop))
                {
                    Kio.Detach(async () => await Kio.YieldNow());
                }
            })
            .Build();
        runtime.RunTask(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(5));
            Thread setter = new(() => outside.Set(4)) { IsBackground = true };
            setter.Start();
            Assert.Equal(4, await outside.AsFuture());
            Volatile.Write(ref stop, true);
        });
    });

    [Fact]
    public void A_timer_fires_although_each_short_BlockOn_is_woken_by_the_hook() => Bounded.Run(() =>
    {
        Sync.Notify notify = new();
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().OnThreadPark(_ => notify.NotifyWaiters()).Build();
        JoinHandle timer = runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
        runtime.BlockOn(Kio.YieldNow());
        while (!timer.IsFinished)
        {
            runtime.BlockOn(async () => await notify.NotifiedAsync());
        }
    });

    [Fact]
    public void A_paused_clock_moves_on_in_spite_of_the_hooks() => Bounded.Run(() =>
    {
        int parks = 0;
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().StartPaused().OnThreadPark(_ => parks++).Build();
        runtime.BlockOn(async () => await Kio.Sleep(TimeSpan.FromHours(5)));
        Assert.NotEqual(0, parks);
    });
}
