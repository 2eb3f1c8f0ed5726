using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kioto.AspNetCore.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.Hosting.Tests;

/// <summary>The runtime ends with the host: in phases, within the host's time, and says how.</summary>
public class LifetimeTests
{
    [Fact]
    public Task What_runs_may_end_by_itself() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = HostSetup.Build(logs);
        await host.StartAsync();
        Runtime runtime = host.Services.GetRequiredService<Runtime>();
        bool ended = false;
        _ = runtime.Spawn(async () =>
        {
            while (!runtime.ShutdownToken.IsCancellationRequested)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(5));
            }

            await Kio.Sleep(TimeSpan.FromMilliseconds(50));
            ended = true;
        });
        await host.StopAsync();
        Assert.True(ended);
        Assert.Contains(logs.Entries, entry => entry is { Category: "Kioto.Runtime", Level: LogLevel.Information, Id.Name: "ShutDown" });
        Assert.Empty(HostSetup.Warnings(logs));
    });

    [Fact]
    public Task What_does_not_end_is_aborted_within_the_hosts_time_and_reported() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = HostSetup.Build(
            logs, services: services => services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1)));
        await host.StartAsync();
        TaskCompletionSource began = new();
        bool cleaned = false;
        _ = host.Services.GetRequiredService<Runtime>().Spawn(async () =>
        {
            try
            {
                began.SetResult();
                await Kio.Sleep(TimeSpan.FromHours(1));
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        });
        await began.Task; // What has not begun by then cleans nothing up.
        await host.StopAsync();
        Assert.True(cleaned);
        var warning = Assert.Single(logs.Entries, entry => entry.Id.Name == "ShutDownWithStragglers");
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("LifetimeTests.cs", warning.Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task The_grace_can_be_set() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = HostSetup.Build(logs, new() { ["Kioto:ShutdownGrace"] = "00:00:00" });
        await host.StartAsync();
        JoinHandle<int> handle = host.Services.GetRequiredService<Runtime>().Spawn(async () =>
        {
            await Kio.Sleep(TimeSpan.FromHours(1));
            return 1;
        });
        await host.StopAsync(); // Else it would take 25 s: longer than this test may.
        await Assert.ThrowsAsync<TaskAbortedException>(() => handle.AsFuture().AsTask());
        Assert.Contains(logs.Entries, entry => entry.Id.Name is "ShutDown" or "ShutDownWithStragglers"); // It was given no time to be late.
    });

    [Fact]
    public Task Impatience_of_the_host_shortens_the_grace() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = HostSetup.Build(
            logs, services: services => services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromHours(1)));
        await host.StartAsync();
        _ = host.Services.GetRequiredService<Runtime>().Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        using CancellationTokenSource patience = new();
        Task stopping = host.StopAsync(patience.Token);
        await Bounded.Until(() => host.Services.GetRequiredService<Runtime>().ShutdownToken.IsCancellationRequested);
        Assert.False(stopping.IsCompleted);
        await patience.CancelAsync();
        await stopping;
        Assert.Contains(logs.Entries, entry => entry.Id.Name == "ShutDownWithStragglers");
    });

    [Fact]
    public Task A_failure_that_nobody_observes_is_logged_with_its_task() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = HostSetup.Build(logs);
        await host.StartAsync();
        using (host.Services.GetRequiredService<Runtime>().Enter())
        {
            Kio.Detach(async Future () => throw new InvalidOperationException("nobody sees me"));
        }

        await Bounded.Until(() => logs.Entries.Any(entry => entry.Id.Name == "UnhandledFailure"));
        var error = logs.Entries.First(entry => entry.Id.Name == "UnhandledFailure");
        Assert.Equal(LogLevel.Error, error.Level);
        Assert.Equal("Kioto.Runtime", error.Category);
        Assert.Equal("nobody sees me", error.Exception?.Message);
        Assert.Contains("LifetimeTests.cs", error.Message, StringComparison.Ordinal);
        await host.StopAsync();
    });

    [Fact]
    public Task A_stuck_task_is_logged_and_not_too_often() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = HostSetup.Build(logs, new() { ["Kioto:WorkerThreads"] = "2", ["Kioto:StuckThreshold"] = "00:00:00.010" });
        await host.StartAsync();
        Runtime runtime = host.Services.GetRequiredService<Runtime>();
        using ManualResetEventSlim release = new();
        JoinHandle[] stuck = [.. Enumerable.Range(0, 6).Select(_ => runtime.Spawn(async Future () => release.Wait()))];
        await Bounded.Until(() => runtime.Handle.StuckPolls == 6);
        await Bounded.Until(() => logs.Entries.Any(entry => entry.Id.Name == "StuckTask"));
        release.Set();
        foreach (JoinHandle handle in stuck)
        {
            await handle.AsFuture().AsTask();
        }

        await Bounded.Until(() => runtime.Handle.StuckPolls == 0);
        Assert.All(logs.Entries.Where(entry => entry.Id.Name == "StuckTask"), entry => Assert.Equal(LogLevel.Warning, entry.Level));
        Assert.True(logs.Entries.Count(entry => entry.Id.Name == "StuckTask") < 6);
        await host.StopAsync();
    });

    [Fact]
    public Task A_runtime_that_ends_by_its_policy_stops_the_application() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = HostSetup.Build(logs, new() { ["Kioto:UnhandledFailure"] = "ShutdownRuntime" });
        await host.StartAsync();
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using (host.Services.GetRequiredService<Runtime>().Enter())
        {
            Kio.Detach(async Future () => throw new InvalidOperationException("the end"));
        }

        await Bounded.Until(() => stopping.IsCancellationRequested);
        Assert.Contains(logs.Entries, entry => entry is { Level: LogLevel.Critical, Id.Name: "EndedEarly" });
        await host.StopAsync();
    });

    [Fact]
    public Task A_host_that_never_stopped_disposes_the_runtime() => Bounded.Run(async () =>
    {
        Runtime runtime;
        using (IHost host = HostSetup.Build(new LogSink()))
        {
            await host.StartAsync();
            runtime = host.Services.GetRequiredService<Runtime>();
        }

        Assert.True(runtime.ShutdownToken.IsCancellationRequested);
    });

    [Fact]
    public Task A_runtime_registered_after_AddKioto_is_refused_and_left_alone() => Bounded.Run(async () =>
    {
        using Runtime other = Runtime.CreateBuilder().WorkerThreads(1).Build();
        using (IHost host = HostSetup.Build(new LogSink(), services: services => services.AddSingleton(other)))
        {
            InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
            Assert.Contains("leave AddKioto out", exception.Message, StringComparison.Ordinal);
        }

        Assert.False(other.ShutdownToken.IsCancellationRequested);
    });
}
