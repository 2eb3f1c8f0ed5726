using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kioto.AspNetCore.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Kioto.Hosting.Tests;

/// <summary>The health check says whether the runtime serves.</summary>
public class HealthTests
{
    [Theory]
    [InlineData("MultiThread")]
    [InlineData("PerCore")]
    public Task A_runtime_that_runs_tasks_is_healthy(string flavor) => Bounded.Run(async () =>
    {
        // On a busy machine anything may seem stuck.
        using IHost host = Build(new() { ["Kioto:Flavor"] = flavor, ["Kioto:StuckThreshold"] = "infinite", ["Kioto:HealthTimeout"] = "00:00:30" });
        await host.StartAsync();
        HealthReportEntry entry = await Check(host);
        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Contains("workerThreads", entry.Data.Keys);
        await host.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await Check(host)).Status);
    });

    [Fact]
    public Task A_stuck_worker_makes_it_degraded() => Bounded.Run(async () =>
    {
        using IHost host = Build(new() { ["Kioto:WorkerThreads"] = "1", ["Kioto:HealthTimeout"] = "00:00:30" });
        await host.StartAsync();
        Runtime runtime = host.Services.GetRequiredService<Runtime>();
        using ManualResetEventSlim release = new();
        JoinHandle stuck = runtime.Spawn(async Future () => release.Wait());
        await Bounded.Until(() => runtime.Handle.StuckPolls == 1);
        await Bounded.Until(() => host.Services.GetRequiredService<RuntimeReports>().Latest is not null);
        HealthReportEntry entry = await Check(host);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("HealthTests.cs", entry.Description, StringComparison.Ordinal);
        release.Set();
        await stuck.AsFuture().AsTask();
        await host.StopAsync();
    });

    [Fact]
    public Task A_runtime_that_runs_nothing_is_unhealthy() => Bounded.Run(async () =>
    {
        // Nobody takes a blocked worker's tasks to another thread.
        using IHost host = Build(new()
        {
            ["Kioto:WorkerThreads"] = "1",
            ["Kioto:StuckThreshold"] = "infinite",
            ["Kioto:HealthTimeout"] = "00:00:00.050",
        });
        await host.StartAsync();
        using ManualResetEventSlim began = new();
        using ManualResetEventSlim release = new();
        JoinHandle stuck = host.Services.GetRequiredService<Runtime>().Spawn(async Future () =>
        {
            began.Set();
            release.Wait();
        });
        began.Wait();
        HealthReportEntry entry = await Check(host);
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("did not run a task", entry.Description, StringComparison.Ordinal);
        release.Set();
        await stuck.AsFuture().AsTask();
        await host.StopAsync();
    });

    [Fact]
    public Task It_needs_AddKioto_and_says_so() => Bounded.Run(async () =>
    {
        IServiceCollection services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddKioto();
        await using ServiceProvider provider = services.BuildServiceProvider();
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => provider.GetRequiredService<HealthCheckService>().CheckHealthAsync());
        Assert.Contains("services.AddKioto()", exception.Message, StringComparison.Ordinal);
    });

    private static IHost Build(System.Collections.Generic.Dictionary<string, string?> configuration) =>
        HostSetup.Build(new LogSink(), configuration, services: services => services.AddHealthChecks().AddKioto(tags: ["ready"]));

    private static async Task<HealthReportEntry> Check(IHost host)
    {
        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));
        return report.Entries.Single().Value;
    }
}
