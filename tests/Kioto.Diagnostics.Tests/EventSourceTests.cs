using System;
using System.Diagnostics.Tracing;
using System.Linq;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Diagnostics.Tests;

/// <summary>What an EventListener sees.</summary>
public sealed class EventSourceTests
{
    [Theory]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public void The_life_of_a_task(RuntimeFlavor flavor) => Bounded.Run(() =>
    {
        using Runtime runtime = Build(flavor).Build(); // Older than the listener.
        using Events events = new();
        TaskId id = default;
        runtime.BlockOn(async () =>
        {
            Notify notify = new();
            JoinHandle task = Kio.Named("waits").Spawn(async () => await notify.NotifiedAsync());
            id = task.Id;
            while (!events.Of(id).Contains("TaskPollStop"))
            {
                await Kio.YieldNow();
            }

            notify.NotifyOne();
            await task;
        });
        Assert.Equal(
            ["TaskSpawned", "TaskPollStart", "TaskWaits", "TaskPollStop", "TaskWoken", "TaskPollStart", "TaskTerminated"],
            events.Of(id).Take(7));
        object?[] spawned = events.All.Single(each => each.Name == "TaskSpawned" && $"{each.Values[1]}" == $"{id}").Values;
        Assert.Equal($"{runtime.Handle.Id}", $"{spawned[0]}");
        Assert.EndsWith("EventSourceTests.cs", (string?)spawned[2], StringComparison.Ordinal);
        Assert.Equal("waits", spawned[4]);
        object?[] waits = events.All.Single(each => each.Name == "TaskWaits" && $"{each.Values[1]}" == $"{id}").Values;
        Assert.Equal("Notify.NotifiedAsync", waits[2]);
        Assert.NotEqual(0, waits[3]);
    });

    [Fact]
    public void How_tasks_end() => Bounded.Run(() =>
    {
        using Events events = new(EventLevel.Informational, (EventKeywords)2);
        using Runtime runtime = Build(RuntimeFlavor.MultiThread).Build();
        JoinHandle[] tasks = new JoinHandle[3];
        runtime.BlockOn(async () =>
        {
            tasks[0] = Kio.Spawn(async () => { });
            tasks[1] = Kio.Spawn(async Future () => throw new FormatException());
            tasks[2] = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
            tasks[2].Abort();
            foreach (JoinHandle task in tasks)
            {
                await task.JoinAsync();
            }
        });
        Assert.Equal(["completed", "failed", "aborted"], tasks.Select(task => Ended(task.Id)));
        Assert.All(events.All, each => Assert.True(each.Name is "TaskSpawned" or "TaskTerminated")); // What was asked for only.

        string? Ended(TaskId task) => (string?)events.All.Single(
            each => each.Name == "TaskTerminated" && $"{each.Values[1]}" == $"{task}").Values[2];
    });

    [Fact]
    public void Runtimes_begin_and_end_and_have_problems() => Bounded.Run(() =>
    {
        using Events events = new(EventLevel.Informational);
        using ManualResetEventSlim stuck = new();
        string id;
        string task;
        using (Runtime runtime = Build(RuntimeFlavor.MultiThread).Name("told").StuckThreshold(TimeSpan.FromMilliseconds(10))
            .OnStuckTask(report => SetIf(report.Details?.Name == "waits")).OnUnhandledFailure(UnhandledFailure.Ignore).Build())
        {
            id = $"{runtime.Handle.Id}";
            using EnterGuard guard = runtime.Enter();
            Kio.Named("fails").Detach(async Future () => throw new FormatException("told too"));
            task = $"{Kio.Named("waits").Spawn(async () => stuck.Wait()).Id}";
            stuck.Wait();
        }

        // The first exception of a process may take as long.
        void SetIf(bool isOurs)
        {
            if (isOurs)
            {
                stuck.Set();
            }
        }

        Assert.Equal(
            [id, "told", "MultiThread", "1"],
            events.All.Single(each => each.Name == "RuntimeStarted" && $"{each.Values[0]}" == id).Values.Select(value => $"{value}"));
        Assert.Single(events.All, each => each.Name == "RuntimeStopped" && $"{each.Values[0]}" == id);
        object?[] failed = events.All.Single(
            each => each.Name == "FailureUnobserved" && $"{each.Values[1]}".Contains("told too", StringComparison.Ordinal)).Values;
        Assert.NotEqual(0L, failed[2]);
        Assert.Equal("fails", failed[3]);
        Assert.EndsWith("EventSourceTests.cs", (string?)failed[4], StringComparison.Ordinal);
        Assert.NotEqual(0, failed[5]);
        Assert.Contains(events.All, each => each.Name == "TaskStuck" && $"{each.Values[3]}" == id && $"{each.Values[4]}" == task);
    });

    [Fact]
    public void Work_that_a_shutdown_drops() => Bounded.Run(() =>
    {
        using Events events = new(EventLevel.Informational);
        using Runtime runtime = Build(RuntimeFlavor.MultiThread).Name("drops").CleanupGrace(TimeSpan.FromMilliseconds(10)).Build();
        using ManualResetEventSlim started = new();
        JoinHandle task = runtime.Spawn(async () =>
        {
            started.Set();
            await Kio.Shield(Kio.Sleep(TimeSpan.FromHours(1)));
        });
        started.Wait();
        runtime.Dispose();
        object?[] dropped = events.All.Single(each => each.Name == "WorkDropped" && $"{each.Values[0]}" == $"{runtime.Handle.Id}").Values;
        Assert.Equal("drops", dropped[1]);
        Assert.Equal(1, dropped[2]);
        Assert.Contains($"task {task.Id}", (string?)dropped[3], StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public void Nothing_is_watched_any_more_when_the_listener_has_gone(RuntimeFlavor flavor) => Bounded.Run(() =>
    {
        using Runtime runtime = Plain(flavor).Undisturbed().Build();
        using (Events events = new())
        {
            Assert.NotNull(runtime.Handle.Scheduler.Observer);
            runtime.BlockOn(async () => await Kio.Spawn(async () => await Kio.YieldNow()));
        }

        runtime.BlockOn(async () => await Kio.Spawn(async () => { }));
        Assert.Null(runtime.Handle.Scheduler.Observer);
    });

    private static RuntimeBuilder Build(RuntimeFlavor flavor) => Plain(flavor).ForTests();

    private static RuntimeBuilder Plain(RuntimeFlavor flavor) => flavor switch
    {
        RuntimeFlavor.MultiThread => Runtime.CreateBuilder().WorkerThreads(1),
        RuntimeFlavor.PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(1),
        _ => Runtime.CreateCurrentThreadBuilder(),
    };
}
