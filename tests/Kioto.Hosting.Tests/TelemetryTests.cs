using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace Kioto.Hosting.Tests;

/// <summary>The one-liners collect what runtimes publish, and nothing else.</summary>
public class TelemetryTests
{
    [Fact]
    public void Metrics_of_a_runtime_are_collected()
    {
        List<MetricSnapshot> metrics = [];
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddKiotoInstrumentation().AddInMemoryExporter(metrics).Build();
        using System.Diagnostics.Metrics.Meter other = new("Other");
        other.CreateCounter<long>("other.test").Add(1);
        using Runtime runtime = Runtime.CreateBuilder().Name("collected").WorkerThreads(1).Build();
        runtime.BlockOn(async () => await runtime.Spawn(async () => await Kio.YieldNow()));
        provider.ForceFlush();

        Assert.All(metrics, metric => Assert.Equal("Kioto", metric.MeterName));
        MetricSnapshot spawned = metrics.Single(metric => metric.Name == "kioto.task.spawned");
        Assert.Equal(1, spawned.MetricPoints.Single(IsOurs).GetSumLong());

        static bool IsOurs(MetricPoint point)
        {
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                if (tag is { Key: "kioto.runtime", Value: "collected" })
                {
                    return true;
                }
            }

            return false;
        }
    }

    [Fact]
    public void Spans_of_tasks_are_collected()
    {
        List<Activity> spans = [];
        using ActivitySource other = new("Other");
        using (TracerProvider provider = Sdk.CreateTracerProviderBuilder().AddKiotoInstrumentation().AddInMemoryExporter(spans).Build())
        {
            other.StartActivity("other test")?.Dispose();
            using Runtime runtime = Runtime.CreateBuilder().Name("traced").WorkerThreads(1).Build();
            runtime.BlockOn(async () => await runtime.Spawn(async () => await Kio.YieldNow()));
            provider.ForceFlush();
        }

        Activity[] collected;
        lock (spans)
        {
            collected = [.. spans];
        }

        Assert.All(collected, span => Assert.Equal("Kioto", span.Source.Name));
        Activity task = Assert.Single(collected, span => Equals(span.GetTagItem("kioto.runtime"), "traced"));
        Assert.Equal("kioto.task", task.OperationName);
    }
}
