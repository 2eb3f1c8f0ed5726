using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace Kioto.Hosting.Tests;

/// <summary>The one-liners collect what is published by the name "Kioto", and nothing else.</summary>
public class TelemetryTests
{
    [Fact]
    public void Metrics_of_the_meter_are_collected()
    {
        List<Metric> metrics = [];
        using Meter meter = new("Kioto");
        using Meter other = new("Other");
        using (MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddKiotoInstrumentation().AddInMemoryExporter(metrics).Build())
        {
            meter.CreateCounter<long>("kioto.test").Add(1);
            other.CreateCounter<long>("other.test").Add(1);
            provider.ForceFlush();
        }

        Assert.Contains(metrics, metric => metric.Name == "kioto.test");
        Assert.DoesNotContain(metrics, metric => metric.Name == "other.test");
    }

    [Fact]
    public void Traces_of_the_source_are_collected()
    {
        List<Activity> activities = [];
        using ActivitySource source = new("Kioto");
        using ActivitySource other = new("Other");
        using (TracerProvider provider = Sdk.CreateTracerProviderBuilder().AddKiotoInstrumentation().AddInMemoryExporter(activities).Build())
        {
            source.StartActivity("kioto test")?.Dispose();
            other.StartActivity("other test")?.Dispose();
            provider.ForceFlush();
        }

        Assert.Contains(activities, activity => activity.OperationName == "kioto test");
        Assert.DoesNotContain(activities, activity => activity.OperationName == "other test");
    }
}
