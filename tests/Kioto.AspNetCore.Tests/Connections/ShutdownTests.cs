using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Stopping a server: no new connections, the running requests end, then all is gone.</summary>
public class ShutdownTests
{
    public static TheoryData<Transport> All => Transports.AndUnix;

    public static TheoryData<Transport> Kioto => Transports.Kioto;

    [Theory]
    [MemberData(nameof(All))]
    public Task A_running_request_ends_before_the_server(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource began = new();
        TaskCompletionSource goOn = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            began.SetResult();
            await goOn.Task;
            await context.Response.WriteAsync("done");
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await began.Task;
        Task stopping = server.StopAsync();
        await Bounded.Until(() => Refused(server));
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        Assert.Equal("done", (await client.ReadResponseAsync()).Body);
        Assert.Equal(ConnectionEnd.Fin, await client.ReadToAnyEndAsync());
        await stopping;
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Stopping_under_load_fails_no_request(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await Task.Yield();
            await context.Response.WriteAsync("ok");
        });
        int served = 0;
        Task[] clients = [.. Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            using RawClient client = server.Connect();
            while (true)
            {
                try
                {
                    await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    RawResponse response = await client.ReadResponseAsync();
                    Assert.Equal("ok", response.Body);
                    Interlocked.Increment(ref served);
                    if (response.Header("Connection") == "close")
                    {
                        break;
                    }
                }
                catch (Exception exception) when (exception is System.IO.EndOfStreamException or SocketException)
                {
                    // Closed while idle: HTTP/1's own race. Nothing of an answer may have come.
                    Assert.Equal("", client.Rest());
                    break;
                }
            }
        }))];
        await Bounded.Until(() => Volatile.Read(ref served) > 500);
        await server.StopAsync();
        await Task.WhenAll(clients);
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Exception is not null && entry.Category.Contains("Server.Kestrel", StringComparison.Ordinal) && entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Idle_connections_are_closed_at_once(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context => context.Response.WriteAsync("ok"));
        using RawClient used = server.Connect();
        await used.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await used.ReadResponseAsync();
        await server.StopAsync();
        Assert.Equal(ConnectionEnd.Fin, await used.ReadToAnyEndAsync());
        Assert.Contains(
            server.Logs.Entries,
            entry => entry.Id.Name == "ConnectionWriteFin"
                && entry.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel.Transport.", StringComparison.Ordinal));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_request_that_outlasts_the_patience_is_aborted(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource began = new();
        TaskCompletionSource aborted = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            began.SetResult();
            await aborted.Task;
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await began.Task;
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(100));
        await server.App.StopAsync(patience.Token);
        await aborted.Task;
        Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Nothing_is_left_after_the_server(Transport transport) => Bounded.Run(async () =>
    {
        HashSet<string> sockets = Descriptors.OpenSockets();
        TestServer server = await TestServer.StartAsync(transport, context => context.Response.WriteAsync("ok"));
        KiotoTransport kioto = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions
            .GetRequiredService<KiotoTransport>(server.App.Services);
        using (RawClient client = server.Connect())
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await client.ReadResponseAsync();
        }

        await server.DisposeAsync();
        Assert.Equal(0, server.Pools.BlocksOut);
        Assert.Empty(kioto.Scheduler.LiveTasks());
        Assert.True(kioto.Scheduler.IsClosed);
        await Bounded.Until(() => Descriptors.SocketsSince(sockets) == 0, () => $"{Descriptors.SocketsSince(sockets)} sockets more.");
    });

    [Fact]
    public Task A_runtime_of_the_users_outlives_the_server() => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        for (int i = 0; i < 2; i++)
        {
            await using TestServer server = await TestServer.StartAsync(
                Transport.Kioto, context => context.Response.WriteAsync("ok"), kioto: options => Use(options, runtime));
            using RawClient client = server.Connect();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
        }

        Assert.Equal(1, await runtime.Spawn(async () => 1).AsFuture().AsTask());
    });

    [Fact]
    public async Task A_container_can_be_disposed_without_awaiting()
    {
        KiotoTransport kioto;
        using (ServiceProvider services = new ServiceCollection().AddOptions().AddSingleton<KiotoTransport>().BuildServiceProvider())
        {
            kioto = services.GetRequiredService<KiotoTransport>();
            Assert.Equal(1, await kioto.Runtime.Spawn(async () => 1).AsFuture().AsTask());
        }

        Assert.True(kioto.Scheduler.HasEnded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Disposing_from_request_code_waits_for_the_others(bool onWorker) => Bounded.Run(async () =>
    {
        ServiceProvider services = new ServiceCollection().AddOptions().AddSingleton<KiotoTransport>().BuildServiceProvider();
        KiotoTransport kioto = services.GetRequiredService<KiotoTransport>();
        bool cleaned = false;
        TaskCompletionSource began = new();
        _ = kioto.Runtime.Spawn(async () =>
        {
            try
            {
                began.SetResult();
                await Kio.Sleep(TimeSpan.FromMinutes(10));
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(50));
                cleaned = true;
            }
        });
        await began.Task;
        Scheduler.Flowing = kioto.Scheduler; // As in request code.
        if (onWorker)
        {
            TaskCompletionSource done = new();
            QueuedAction.Queue(
                kioto.Scheduler,
                _ => services.DisposeAsync().AsTask().ContinueWith(_ => done.SetResult(), TaskScheduler.Default),
                null);
            await done.Task;
        }
        else
        {
            await services.DisposeAsync();
        }

        Assert.True(cleaned);
        Assert.True(kioto.Scheduler.HasEnded);
    });

    [Fact]
    public Task A_runtime_that_ends_first_ends_its_connections() => Bounded.Run(async () =>
    {
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        await using TestServer server = await TestServer.StartAsync(
            Transport.Kioto, context => context.Response.WriteAsync("ok"), kioto: options => Use(options, runtime));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
        runtime.Dispose();
        Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
        await Bounded.Until(() => Refused(server)); // Nobody would serve who connects now.
        await Bounded.Until(() => server.Logs.Entries.Any(entry => entry.Id.Name == "RuntimeEnded"));
        await server.StopAsync();
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Critical);
    });

    private static void Use(KiotoTransportOptions options, Runtime runtime)
    {
        options.WorkerThreads = 0;
        options.Runtime = runtime;
    }

    private static bool Refused(TestServer server)
    {
        try
        {
            using RawClient client = server.Connect();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
