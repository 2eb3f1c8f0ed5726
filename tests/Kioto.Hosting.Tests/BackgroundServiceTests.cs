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

    [Theory]
    [InlineData(-1)] // Timeout.InfiniteTimeSpan.
    [InlineData(long.MaxValue)] // More than a timer takes.
    public Task One_with_an_unbounded_grace_ends_by_itself(long grace) => Bounded.Run(async () =>
    {
        LogSink logs = new();
        TimeSpan given = grace < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(grace);
        using IHost host = HostSetup.Build(
            logs, services: services => services.AddHostedService(provider => new Patient(
                provider.GetRequiredService<Runtime>(), given, TimeSpan.FromMilliseconds(50))));
        await host.StartAsync();
        Patient service = host.Services.GetServices<IHostedService>().OfType<Patient>().Single();
        await service.Began.Task;
        await host.StopAsync();
        Assert.True(service.HasEnded);
        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Empty(HostSetup.Warnings(logs));
    });

    [Fact]
    public Task An_unbounded_grace_ends_with_the_patience_of_the_host() => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        using Patient service = new(runtime, Timeout.InfiniteTimeSpan, TimeSpan.FromHours(1));
        await service.StartAsync(CancellationToken.None);
        await service.Began.Task;
        using CancellationTokenSource patience = new();
        Task stopping = service.StopAsync(patience.Token);
        await service.Told.Task;
        await patience.CancelAsync();
        await stopping;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.ExecuteTask!);
        Assert.False(service.HasEnded);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Without_a_runtime_the_start_names_the_remedy(bool hasKioto) => Bounded.Run(async () =>
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHostedService<Provided>();
        if (hasKioto)
        {
            builder.Services.AddKioto(); // In whatever order.
        }

        using IHost host = builder.Build();
        if (hasKioto)
        {
            await host.StartAsync();
            Assert.StartsWith(
                "kioto-worker", await host.Services.GetServices<IHostedService>().OfType<Provided>().Single().Began.Task, StringComparison.Ordinal);
            await host.StopAsync();
        }
        else
        {
            InvalidOperationException missing = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
            Assert.StartsWith("Provided: there is no Runtime", missing.Message, StringComparison.Ordinal);
            Assert.Contains("services.AddKioto()", missing.Message, StringComparison.Ordinal);
        }
    });

    private sealed class Provided(IServiceProvider services) : KiotoBackgroundService(services)
    {
        internal TaskCompletionSource<string> Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Future RunAsync(CancellationToken stoppingToken)
        {
            Began.SetResult(Thread.CurrentThread.Name ?? "");
            await Kio.YieldNow();
        }
    }

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

    private sealed class Patient(Runtime runtime, TimeSpan grace, TimeSpan work) : KiotoBackgroundService(runtime)
    {
        internal TaskCompletionSource Began { get; } = new();

        internal TaskCompletionSource Told { get; } = new();

        internal bool HasEnded { get; private set; }

        protected override TimeSpan StopGrace => grace;

        protected override async Future RunAsync(CancellationToken stoppingToken)
        {
            using CancellationTokenRegistration telling = stoppingToken.Register(() => Told.SetResult());
            Began.SetResult();
            await Told.Task;
            await Kio.Sleep(work);
            HasEnded = true;
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
