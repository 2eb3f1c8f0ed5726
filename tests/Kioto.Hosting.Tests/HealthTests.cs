using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kioto.AspNetCore.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
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

    [Theory]
    [InlineData("00:00:00", HealthStatus.Degraded)]
    [InlineData("1.00:00:00", HealthStatus.Healthy)]
    [InlineData("infinite", HealthStatus.Healthy)]
    public Task A_task_that_is_stuck_for_long_makes_it_degraded(string threshold, HealthStatus expected) => Bounded.Run(async () =>
    {
        using IHost host = Build(new()
        {
            ["Kioto:WorkerThreads"] = "1",
            ["Kioto:HealthTimeout"] = "00:00:30",
            ["Kioto:HealthStuckThreshold"] = threshold,
        });
        await host.StartAsync();
        Runtime runtime = host.Services.GetRequiredService<Runtime>();
        using ManualResetEventSlim release = new();
        JoinHandle stuck = runtime.Spawn(async Future () => release.Wait());
        await Bounded.Until(() => runtime.Handle.StuckPolls == 1);
        HealthReportEntry entry = await Check(host);
        Assert.Equal(expected, entry.Status);
        if (expected == HealthStatus.Degraded)
        {
            Assert.Contains("HealthTests.cs", entry.Description, StringComparison.Ordinal);
        }

        release.Set();
        await stuck.AsFuture().AsTask();
        await Bounded.Until(() => runtime.Handle.LongestStuckPoll(out _) is null); // Nothing of it is left.
        await host.StopAsync();
    });

    [Fact]
    public Task Of_several_that_are_stuck_the_first_counts_until_it_ends() => Bounded.Run(async () =>
    {
        using IHost host = Build(new() { ["Kioto:WorkerThreads"] = "1" });
        await host.StartAsync();
        RuntimeHandle runtime = host.Services.GetRequiredService<Runtime>().Handle;
        using ManualResetEventSlim firstRelease = new();
        using ManualResetEventSlim secondRelease = new();
        JoinHandle first = runtime.Spawn(async Future () => firstRelease.Wait());
        await Bounded.Until(() => runtime.StuckPolls == 1);
        runtime.LongestStuckPoll(out string firstName);
        JoinHandle second = runtime.Spawn(async Future () => secondRelease.Wait());
        await Bounded.Until(() => runtime.StuckPolls == 2);
        TimeSpan? whileBoth = runtime.LongestStuckPoll(out string name);
        Assert.Equal(firstName, name);
        firstRelease.Set();
        await first.AsFuture().AsTask();
        await Bounded.Until(() => runtime.StuckPolls == 1);
        Assert.NotNull(runtime.LongestStuckPoll(out name));
        Assert.NotEqual(firstName, name);
        Assert.True(whileBoth > TimeSpan.Zero);
        secondRelease.Set();
        await second.AsFuture().AsTask();
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
    public Task Without_a_runtime_the_start_names_the_remedy() => Bounded.Run(async () =>
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHealthChecks().AddKioto().AddKioto("second");
        using IHost host = builder.Build();
        InvalidOperationException missing = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Contains("services.AddKioto()", missing.Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task It_checks_a_runtime_of_ones_own_too() => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHealthChecks().AddKioto(tags: ["ready"]);
        builder.Services.AddSingleton(runtime);
        builder.Services.Configure<KiotoOptions>(options => options.HealthTimeout = TimeSpan.FromSeconds(30));
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await Check(host)).Status);
        await host.StopAsync();
        Assert.False(runtime.ShutdownToken.IsCancellationRequested);
    });

    [Fact]
    public Task Its_options_are_validated_without_AddKioto() => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHealthChecks().AddKioto();
        builder.Services.AddSingleton(runtime);
        builder.Services.Configure<KiotoOptions>(options => options.HealthTimeout = TimeSpan.Zero);
        using IHost host = builder.Build();
        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
    });

    private static IHost Build(System.Collections.Generic.Dictionary<string, string?> configuration) =>
        HostSetup.Build(new LogSink(), configuration, services: services => services.AddHealthChecks().AddKioto(tags: ["ready"]));

    private static async Task<HealthReportEntry> Check(IHost host)
    {
        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));
        return report.Entries.Single().Value;
    }
}
