using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kioto.Diagnostics.Tests;

/// <summary>What OpenTelemetry exports.</summary>
public sealed class OpenTelemetryTests
{
    [Fact]
    public void Metrics_are_exported() => Bounded.Run(() =>
    {
        List<MetricSnapshot> exported = [];
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter("Kioto").AddInMemoryExporter(exported).Build();
        using Runtime runtime = Runtime.CreateBuilder().ForTests().Name("exported").WorkerThreads(1).PollTimeHistogram().Build();
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 7; i++)
            {
                await runtime.Spawn(async () => { });
            }
        });

        // A poll is in the histogram when it has returned, a moment after who waits for its task goes on.
        SpinWait.SpinUntil(() => runtime.Metrics.Worker(0).ParkUnparkCount % 2 == 1);
        provider.ForceFlush();
        Assert.Equal(7, Points("kioto.task.spawned").Single().GetSumLong());
        Assert.Equal(7, Points("kioto.worker.polls").Single().GetSumLong());
        Assert.Equal(7, Points("kioto.task.poll.duration").Single().GetHistogramCount());
        Assert.Equal(2, Points("kioto.blocking.threads").Count()); // Two pools.

        IEnumerable<MetricPoint> Points(string name) => exported.Single(metric => metric.Name == name).MetricPoints.Where(point =>
        {
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                if (tag is { Key: "kioto.runtime", Value: "exported" })
                {
                    return true;
                }
            }

            return false;
        });
    });

    [Fact]
    public void Spans_of_tasks_are_exported_below_their_spawners() => Bounded.Run(() =>
    {
        List<Activity> exported = [];
        using TracerProvider provider =
            Sdk.CreateTracerProviderBuilder().AddSource("Kioto", "app").AddInMemoryExporter(exported).Build();
        using ActivitySource app = new("app");
        using (Runtime runtime = Runtime.CreateBuilder().ForTests().Name("spans").WorkerThreads(1).Build())
        {
            using Activity request = app.StartActivity("request")!;
            runtime.BlockOn(async () => await runtime.Spawn(async () => await Kio.YieldNow()));
            Assert.Same(request, Activity.Current);
        }

        provider.ForceFlush();
        Activity parent = exported.Single(span => span.DisplayName == "request");
        Activity task = exported.Single(span => span.DisplayName == "kioto.task");
        Assert.Equal(parent.SpanId, task.ParentSpanId);
        Assert.Equal("spans", task.GetTagItem("kioto.runtime"));
    });
}
