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
    public Task It_can_be_started_again() => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        using Repeated service = new(runtime);
        for (int i = 1; i <= 2; i++)
        {
            await service.StartAsync(CancellationToken.None);
            await service.ExecuteTask!;
            await service.StopAsync(CancellationToken.None);
            Assert.Equal(i, service.Runs);
        }
    });

    [Fact]
    public Task A_grace_leaves_time_of_the_hosts_for_what_comes_after() => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(new LogSink(), services: services => services
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(4))
            .AddHostedService(provider => new Endless(provider.GetRequiredService<Runtime>())));
        await host.StartAsync();
        Runtime runtime = host.Services.GetRequiredService<Runtime>();
        Endless service = host.Services.GetServices<IHostedService>().OfType<Endless>().Single();
        await service.Began.Task;
        Assert.Null(RuntimeLifetime.MostGrace(runtime));
        await host.StopAsync();
        Assert.True(service.Ended.Task.IsCompletedSuccessfully);
        Assert.False(await service.Ended.Task); // Not only when the host lost its patience.
        Assert.InRange(RuntimeLifetime.MostGrace(runtime)!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    });

    [Theory]
    [InlineData(5, null, 5)]
    [InlineData(5, 8, 5)]
    [InlineData(5, 2, 2)]
    [InlineData(-0.001, 2, -0.001)] // Timeout.InfiniteTimeSpan.
    [InlineData(50.0 * 24 * 3600, 2, 50.0 * 24 * 3600)] // More than a timer takes.
    public void A_grace_is_bounded_by_the_hosts_time_unless_it_has_no_end(double grace, int? most, double given) => Assert.Equal(
        TimeSpan.FromSeconds(given),
        KiotoBackgroundService.Bounded(TimeSpan.FromSeconds(grace), most is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

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

    private sealed class Repeated(Runtime runtime) : KiotoBackgroundService(runtime)
    {
        internal int Runs { get; private set; }

        protected override async Future RunAsync(CancellationToken stoppingToken)
        {
            Runs++;
            await Kio.YieldNow();
        }
    }

    // Looks at no token, and asks for more time than the host has.
    private sealed class Endless(Runtime runtime) : KiotoBackgroundService(runtime)
    {
        private CancellationToken _patience;

        internal TaskCompletionSource Began { get; } = new();

        internal TaskCompletionSource<bool> Ended { get; } = new();

        protected override TimeSpan StopGrace => TimeSpan.FromHours(1);

        public override Task StopAsync(CancellationToken cancellationToken)
        {
            _patience = cancellationToken;
            return base.StopAsync(cancellationToken);
        }

        protected override async Future RunAsync(CancellationToken stoppingToken)
        {
            Began.SetResult();
            try
            {
                await Kio.Sleep(TimeSpan.FromHours(1));
            }
            finally
            {
                Ended.SetResult(_patience.IsCancellationRequested);
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
