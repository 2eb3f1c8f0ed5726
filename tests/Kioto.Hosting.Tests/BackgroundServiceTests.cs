using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kioto.AspNetCore.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Kioto.Hosting.Tests;

/// <summary>Hosted services whose work is a future.</summary>
public class BackgroundServiceTests
{
    [Fact]
    public Task It_runs_on_the_runtime_and_ends_when_its_token_says_so() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = Build<Polite>(logs);
        await host.StartAsync();
        Polite service = host.Services.GetServices<IHostedService>().OfType<Polite>().Single();
        Assert.StartsWith("kioto-worker", await service.Began.Task, StringComparison.Ordinal);
        await host.StopAsync();
        Assert.True(service.HasEnded);
        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Empty(HostSetup.Warnings(logs));
    });

    [Fact]
    public Task One_that_ignores_its_token_is_cancelled_and_cleans_up() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = Build<Deaf>(logs);
        await host.StartAsync();
        Deaf service = host.Services.GetServices<IHostedService>().OfType<Deaf>().Single();
        await service.Began.Task;
        await host.StopAsync();
        Assert.True(service.HasCleanedUp);
        Assert.True(service.ExecuteTask!.IsCanceled);
        Assert.Empty(HostSetup.Warnings(logs));
    });

    [Fact]
    public Task A_failure_stops_the_application_as_that_of_any_background_service() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        using IHost host = Build<Failing>(logs);
        await host.StartAsync();
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        await Bounded.Until(() => stopping.IsCancellationRequested);
        await host.StopAsync();
        Assert.Contains(logs.Entries, entry => entry.Exception is InvalidOperationException { Message: "broken" });
    });

    [Fact]
    public Task Its_futures_find_the_runtime_and_its_services() => Bounded.Run(async () =>
    {
        using IHost host = Build<Polite>(new LogSink());
        await host.StartAsync();
        Polite service = host.Services.GetServices<IHostedService>().OfType<Polite>().Single();
        await service.Began.Task;
        Assert.Equal(host.Services.GetRequiredService<Runtime>().Handle.Id, service.RuntimeId);
        await host.StopAsync();
    });

    private static IHost Build<T>(LogSink logs)
        where T : class, IHostedService => HostSetup.Build(logs, services: services => services.AddHostedService<T>());

    private sealed class Polite(Runtime runtime) : KiotoBackgroundService(runtime)
    {
        internal TaskCompletionSource<string> Began { get; } = new();

        internal bool HasEnded { get; private set; }

        internal RuntimeId RuntimeId { get; private set; }

        protected override async Future RunAsync(CancellationToken stoppingToken)
        {
            RuntimeId = RuntimeHandle.Current.Id;
            Began.SetResult(Thread.CurrentThread.Name ?? "");
            while (!stoppingToken.IsCancellationRequested)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(5));
            }

            HasEnded = true;
        }
    }

    private sealed class Deaf(Runtime runtime) : KiotoBackgroundService(runtime)
    {
        internal TaskCompletionSource Began { get; } = new();

        internal bool HasCleanedUp { get; private set; }

        protected override TimeSpan StopGrace => TimeSpan.FromMilliseconds(20);

        protected override async Future RunAsync(CancellationToken stoppingToken)
        {
            Began.SetResult();
            try
            {
                while (true)
                {
                    await Kio.Sleep(TimeSpan.FromHours(1));
                }
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(5));
                HasCleanedUp = true;
            }
        }
    }

    private sealed class Failing(Runtime runtime) : KiotoBackgroundService(runtime)
    {
        protected override async Future RunAsync(CancellationToken stoppingToken)
        {
            await Kio.YieldNow();
            throw new InvalidOperationException("broken");
        }
    }
}
