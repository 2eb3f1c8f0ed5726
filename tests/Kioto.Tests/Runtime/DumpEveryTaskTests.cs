using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>A dump misses no task, wherever that is on its way.</summary>
public sealed class DumpEveryTaskTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_overflows_in_a_poll_that_goes_on_is_there(RuntimeKind kind) => Bounded.Run(() =>
    {
        const int Spawned = 400;
        using Gate gate = new();
        using Runtime runtime = Runtimes.Builder(kind).StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        Thread? driver = Drive(runtime, kind, async () =>
        {
            for (int i = 0; i < Spawned; i++)
            {
                _ = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
            }

            gate.Pass();
        });
        gate.Entered.Wait();
        Assert.Equal(Spawned + 1, runtime.Dump().Tasks.Count(task => task.Kind == TaskDumpKind.Task));
        gate.Open();
        driver?.Join();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_whose_hook_takes_its_time_is_there(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Gate gate = new();
        using Runtime runtime = Runtimes.Plain(kind).OnBeforeTaskPoll(_ => gate.Pass()).Build();
        TaskId? id = null;
        Thread? driver = Drive(runtime, kind, async () => { }, handle => id = handle.Id);
        gate.Entered.Wait();
        Assert.Equal(id, Assert.Single(runtime.Dump().Tasks, task => task.Kind == TaskDumpKind.Task).Id);
        gate.Open();
        driver?.Join();
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void A_task_that_blocks_on_another_future_in_its_first_poll_is_there(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Gate gate = new();
        using Runtime runtime = Runtimes.Create(kind);
#pragma warning disable KIO0002 // It is what this is about.
        JoinHandle handle = runtime.Spawn(async () => runtime.BlockOn(async () => gate.Pass()));
#pragma warning restore KIO0002
        gate.Entered.Wait();
        Assert.Equal(handle.Id, Assert.Single(runtime.Dump().Tasks, task => task.Kind == TaskDumpKind.Task).Id);
        gate.Open();
        runtime.BlockOn(handle.AsFuture());
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_task_that_drives_a_local_set_in_its_first_poll_is_there(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Gate gate = new();
        using Runtime runtime = Runtimes.Create(kind);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            using LocalSet set = new();
            await set.RunUntilAsync(async () => await Kio.SpawnLocal(async () => gate.Pass()));
        });
        gate.Entered.Wait();
        Assert.Contains(runtime.Dump().Tasks, task => task.Id == handle.Id);
        gate.Open();
        runtime.BlockOn(handle.AsFuture());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Of_tasks_that_spawn_the_next_one_and_end_there_is_always_one(RuntimeKind kind) => Bounded.Run(() =>
    {
        const int Looks = 300;
        using Runtime runtime = Runtimes.Builder(kind).Build();
        bool stop = false;
        using ManualResetEventSlim ended = new();
        Thread? driver = Drive(runtime, kind, Link);
        for (int i = 0; i < Looks; i++)
        {
            // Before they are read: what ends meanwhile is not in the dump.
            Assert.NotEmpty(runtime.Handle.Scheduler.AllLiveTasks());
        }

        Volatile.Write(ref stop, true);
        ended.Wait();
        driver?.Join();

        async Future Link()
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMicroseconds(50))
            {
                Thread.SpinWait(20);
            }

            if (Volatile.Read(ref stop))
            {
                ended.Set();
            }
            else
            {
                Kio.Detach(Link);
            }
        }
    });

    // A current-thread runtime needs somebody who drives it meanwhile: until the first task, and all that it leaves, end.
    private static Thread? Drive(Runtime runtime, RuntimeKind kind, Func<Future> body, Action<JoinHandle>? spawned = null)
    {
        JoinHandle handle = runtime.Spawn(body);
        spawned?.Invoke(handle);
        if (kind != RuntimeKind.CurrentThread)
        {
            return null;
        }

        Thread driver = new(() => runtime.BlockOn(async () =>
        {
            await handle;
            while (runtime.Metrics.LiveTaskCount > 0 && !runtime.Dump().Tasks.Any(task => task.WaitsFor?.Operation == "Kio.Sleep"))
            {
                await Kio.YieldNow();
            }
        }));
        driver.Start();
        return driver;
    }
}
