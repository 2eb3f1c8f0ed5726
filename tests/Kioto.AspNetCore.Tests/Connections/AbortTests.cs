using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Connections that end before their time, from either side.</summary>
public class AbortTests
{
    private static readonly string[] s_points =
    [
        "", "GET /", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
        "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc",
        "POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n",
        "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n", "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /",
    ];

    public static TheoryData<Transport> All => Transports.AndUnix;

    /// <summary>A Unix socket knows no resets.</summary>
    public static TheoryData<Transport> Tcp => Transports.All;

    public static TheoryData<Transport> Kioto => Transports.Kioto;

    [Theory]
    [MemberData(nameof(Tcp))]
    public Task A_client_that_resets_aborts_its_request(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource began = new();
        TaskCompletionSource aborted = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            began.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            aborted.SetResult();
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await began.Task;
        client.Reset();
        await aborted.Task;
        await Bounded.Until(() => HasLogged(server, "ConnectionReset"));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_client_that_closes_aborts_its_request(Transport transport) => Bounded.Run(async () =>
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
        client.Dispose();
        await aborted.Task;
        await Bounded.Until(() => HasLogged(server, "ConnectionReadFin"));
    });

    [Theory]
    [MemberData(nameof(Tcp))]
    public Task The_application_can_reset_a_connection(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            context.Abort();
            Assert.True(context.RequestAborted.IsCancellationRequested || await Cancelled(context.RequestAborted));
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(ConnectionEnd.Reset, await client.ReadToAnyEndAsync());
        await Bounded.Until(() => HasLogged(server, "ConnectionWriteRst"));
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task FinOnError_ends_an_aborted_connection_orderly(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            },
            kioto: options => options.FinOnError = true);
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(ConnectionEnd.Fin, await client.ReadToAnyEndAsync());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Reading_on_an_aborted_request_throws(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource<Exception?> result = new();
        await using TestServer server = await TestServer.StartAsync(
            transport, async context => result.SetResult(await Record.ExceptionAsync(() => context.Request.Body.CopyToAsync(Stream.Null))));
        using RawClient client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
        await client.ReadHeadAsync(); // Reading has begun.
        client.Reset();
        Exception? exception = await result.Task;
        Assert.True(
            exception is ConnectionResetException or OperationCanceledException or BadHttpRequestException, exception?.ToString());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Writing_after_the_client_has_gone_does_not_throw(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource<Exception?> result = new();
        TaskCompletionSource began = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            began.SetResult();
            await Cancelled(context.RequestAborted);
            result.SetResult(await Record.ExceptionAsync(async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    await context.Response.Body.WriteAsync(new byte[10_000]);
                }
            }));
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await began.Task;
        client.Reset();
        Assert.Null(await result.Task);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Half_closing_ends_the_request(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource aborted = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await Cancelled(context.RequestAborted);
            aborted.SetResult();
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.EndSending();
        await aborted.Task;
        Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Clients_that_disappear_at_any_point_leave_nothing(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Handle);
        HashSet<string> sockets = Descriptors.OpenSockets();
        await Bounded.Until(() => server.LiveTasks == 1, () => $"{server.LiveTasks} tasks live."); // The accept.
        for (int turn = 0; turn < 20; turn++)
        {
            foreach (string sent in s_points)
            {
                foreach (bool reset in new[] { false, true })
                {
                    using RawClient client = server.Connect();
                    await client.SendAsync(sent);
                    if (turn % 2 == 1)
                    {
                        await Task.Yield();
                    }

                    if (reset)
                    {
                        client.Reset();
                    }
                }
            }
        }

        await Bounded.Until(() => Descriptors.SocketsSince(sockets) == 0, () => $"{Descriptors.SocketsSince(sockets)} sockets more.");
        await Bounded.Until(() => server.LiveTasks == 1, () => $"{server.LiveTasks} tasks live.");
        await Bounded.Until(() => server.Pools.BlocksOut == 0, () => $"{server.Pools.BlocksOut} blocks are out.");
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Category == "Microsoft.AspNetCore.Server.Kestrel.Transport.Kioto" && entry.Id.Name == "ConnectionError");
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task An_idle_connection_holds_no_memory(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Handle);
        using RawClient fresh = server.Connect();
        using RawClient used = server.Connect();
        await used.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await used.ReadResponseAsync();
        await Bounded.Until(() => server.Pools.BlocksOut == 0, () => $"{server.Pools.BlocksOut} blocks are out.");
    });

    private static bool HasLogged(TestServer server, string name)
    {
        foreach (var entry in server.Logs.Entries)
        {
            if (entry.Id.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> Cancelled(CancellationToken token)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (token.Register(cancelled.SetResult))
        {
            await cancelled.Task;
        }

        return true;
    }

    private static async Task Handle(HttpContext context)
    {
        switch (context.Request.Path)
        {
            case "/read":
                await context.Request.Body.CopyToAsync(Stream.Null);
                break;
            case "/wait":
                await Cancelled(context.RequestAborted);
                break;
            case "/stream":
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(new byte[10_000]);
                }

                break;
            default:
                await context.Response.WriteAsync("ok");
                break;
        }
    }
}
