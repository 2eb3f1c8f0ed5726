using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;

namespace Kioto.Diagnostics.Tests;

/// <summary>Listeners that throw: on workers, in the middle of tasks. It is reported, and the runtime goes on.</summary>
public sealed class ThrowingListenerTests
{
    [Theory]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public void To_spans(RuntimeFlavor flavor) => Bounded.Run(() =>
    {
        ConcurrentQueue<(Exception Failure, FailedTask Task)> reports = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Kioto",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => ThrowWhere(activity.Parent is { OperationName: "outer" }, "started"),
            ActivityStopped = activity => ThrowWhere(true, "stopped"),
        };
        ActivitySource.AddActivityListener(listener);
        using Runtime runtime = Build(flavor, reports).Build();
        using Activity outer = new Activity("outer").Start();
        runtime.BlockOn(async () =>
        {
            await Kio.Spawn(async () => await Kio.YieldNow()); // Its span has not begun, for its listener.
            Assert.Same(outer, Activity.Current);
            Activity.Current = null;
            await Kio.Spawn(async () => await Kio.YieldNow());
            Assert.Null(Activity.Current);
            Assert.True((await Kio.Spawn(async Future () => throw new EvilException()).JoinAsync()).IsFaulted);
        });
        Assert.Equal(["started", "stopped", "stopped"], reports.Select(report => report.Failure.Message));
        Assert.All(reports, report => Assert.Equal("ActivityListener", report.Task.Name));
    });

    [Theory]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public void To_the_meter(RuntimeFlavor flavor) => Bounded.Run(() =>
    {
        ConcurrentQueue<(Exception Failure, FailedTask Task)> reports = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name is "kioto.task.poll.duration" or "kioto.task.schedule.latency")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
            ThrowWhere(tags.ToArray().Any(tag => (string?)tag.Value == $"throwing {flavor}"), instrument.Name));
        listener.Start();
        using Runtime runtime = Build(flavor, reports).Name($"throwing {flavor}").PollTimeHistogram().ScheduleLatencyHistogram().Build();
        runtime.BlockOn(async () => await Kio.Spawn(async () => await Kio.YieldNow()));
        Assert.Equal(["kioto.task.poll.duration", "kioto.task.schedule.latency"], reports.Select(report => report.Failure.Message).Distinct().Order());
        Assert.All(reports, report => Assert.Equal("MeterListener", report.Task.Name));
    });

    private static void ThrowWhere(bool condition, string message)
    {
        if (condition)
        {
            throw new FormatException(message);
        }
    }

    private static RuntimeBuilder Build(RuntimeFlavor flavor, ConcurrentQueue<(Exception Failure, FailedTask Task)> reports) => (flavor switch
    {
        RuntimeFlavor.MultiThread => Runtime.CreateBuilder().WorkerThreads(1),
        RuntimeFlavor.PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(1),
        _ => Runtime.CreateCurrentThreadBuilder(),
    }).ForTests().OnUnhandledFailure((failure, task) => reports.Enqueue((failure, task)));

    private sealed class EvilException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }
}
