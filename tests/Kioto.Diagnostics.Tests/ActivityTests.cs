using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Diagnostics.Tests;

/// <summary>What an ActivityListener sees.</summary>
public sealed class ActivityTests
{
    [Theory]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public void A_span_has_the_tasks_site_wakes_polls_and_waits(RuntimeFlavor flavor) => Bounded.Run(() =>
    {
        ConcurrentQueue<Activity> spans = [];
        using Runtime runtime = Build(flavor); // Older than the listener.
        using ActivityListener listener = Listen(spans);
        TaskId id = default;
        runtime.BlockOn(async () =>
        {
            Notify notify = new();
            JoinHandle task = Kio.Named("waits").Spawn(async () => await notify.NotifiedAsync());
            id = task.Id;
            while (!spans.Any(span => span.Events.Any(happened => happened.Name == "wait")) && !IsWaiting())
            {
                await Kio.YieldNow();
            }

            notify.NotifyOne();
            await task;

            bool IsWaiting() => runtime.Dump().Tasks.Any(each => each is { State: TaskDumpState.Waiting, WaitsFor: not null } && each.Id == id);
        });
        Activity span = Assert.Single(spans);
        Assert.Equal("kioto.task", span.OperationName);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(id.ToString(), span.GetTagItem("kioto.task.id")?.ToString());
        Assert.EndsWith("ActivityTests.cs", (string?)span.GetTagItem("code.file.path"), StringComparison.Ordinal);
        Assert.True((int)span.GetTagItem("code.line.number")! > 1);
        Assert.Equal("waits", span.GetTagItem("kioto.task.name"));
        Assert.Equal(["poll", "wait", "wake", "poll"], span.Events.Select(each => each.Name));
        Assert.Equal("Notify.NotifiedAsync", span.Events.ElementAt(1).Tags.Single().Value);
    });

    [Fact]
    public void How_a_task_ended() => Bounded.Run(() =>
    {
        ConcurrentQueue<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        using Runtime runtime = Build(RuntimeFlavor.MultiThread);
        runtime.BlockOn(async () =>
        {
            JoinHandle failing = Kio.Spawn(async Future () => throw new FormatException("no number"));
            await failing.JoinAsync();
            JoinHandle aborted = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
            aborted.Abort();
            await aborted.JoinAsync();
        });
        Activity[] both = [.. spans];
        Assert.Equal((ActivityStatusCode.Error, "no number"), (both[0].Status, both[0].StatusDescription));
        Assert.Contains(both[0].Events, happened => happened.Name == "exception");
        Assert.Equal((ActivityStatusCode.Unset, true), (both[1].Status, both[1].GetTagItem("kioto.task.aborted")));
    });

    [Fact]
    public void A_tasks_own_spans_are_children_of_its_spawner_and_its_span_is_never_current() => Bounded.Run(() =>
    {
        ConcurrentQueue<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        using ActivitySource app = new("Kioto.App");
        using Runtime runtime = Build(RuntimeFlavor.MultiThread);
        using Activity request = app.StartActivity("request")!;
        runtime.BlockOn(async () =>
        {
            await Kio.Spawn(async () =>
            {
                Assert.Same(request, Activity.Current);
                using Activity? inner = app.StartActivity("inner");
                await Kio.YieldNow();
                Assert.Same(inner, Activity.Current);
            });
            Assert.Same(request, Activity.Current);
        });
        Assert.Equal(request.SpanId, spans.Single(span => span.OperationName == "inner").ParentSpanId);
        Assert.Equal(request.SpanId, spans.Single(span => span.OperationName == "kioto.task").ParentSpanId);
    });

    [Fact]
    public void A_task_that_lives_long_fills_no_memory() => Bounded.Run(() =>
    {
        ConcurrentQueue<Activity> spans = [];
        using ActivityListener listener = Listen(spans);
        using Runtime runtime = Build(RuntimeFlavor.CurrentThread);
        runtime.BlockOn(async () => await Kio.Spawn(async () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await Kio.YieldNow();
            }
        }));
        Assert.InRange(Assert.Single(spans).Events.Count(), 100, 128);
    });

    [Theory]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public void Nothing_is_watched_any_more_when_the_listener_has_gone(RuntimeFlavor flavor) => Bounded.Run(() =>
    {
        using Runtime runtime = Plain(flavor).Undisturbed().Build();
        using (Listen([]))
        {
            runtime.BlockOn(async () => await Kio.Spawn(async () => await Kio.YieldNow()));
            Assert.NotNull(runtime.Handle.Scheduler.Observer);
        }

        runtime.BlockOn(async () => await Kio.Spawn(async () => { }));
        Assert.Null(runtime.Handle.Scheduler.Observer);
    });

    private static Runtime Build(RuntimeFlavor flavor) => Plain(flavor).ForTests().Build();

    private static RuntimeBuilder Plain(RuntimeFlavor flavor) => flavor switch
    {
        RuntimeFlavor.MultiThread => Runtime.CreateBuilder().WorkerThreads(1),
        RuntimeFlavor.PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(1),
        _ => Runtime.CreateCurrentThreadBuilder(),
    };

    private static ActivityListener Listen(ConcurrentQueue<Activity> spans)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name.StartsWith("Kioto", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
