using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Clients that disappear at any point leave no descriptor, task or block, whatever they spoke.</summary>
public class LeakTests
{
    // What the handlers of uploads wait for.
    private static volatile Task s_goOn = Task.CompletedTask;

    public static TheoryData<Transport> Kioto => Transports.Kioto;

    private static readonly byte[][] s_http2 =
    [
        Http2Frames.Hello[..10],
        Http2Frames.Hello,
        [.. Http2Frames.Hello, .. Http2Frames.Get(1)[..12]],
        [.. Http2Frames.Hello, .. Http2Frames.Get(1)],
        [.. Http2Frames.Hello, .. Http2Frames.Get(1, "/wait"), .. Http2Frames.Get(3, "/wait"), .. Http2Frames.Get(5)],
        [.. Http2Frames.Hello, .. Http2Frames.Get(1, "/stream")],
        [.. Http2Frames.Hello, .. Http2Frames.Post(1, "/read")],
        [.. Http2Frames.Hello, .. Http2Frames.Post(1, "/read"), .. Http2Frames.Frame(Http2Frames.Data, 0, 1, new byte[5000])],
        [.. Http2Frames.Hello, .. Http2Frames.Post(1, "/read"), .. Http2Frames.Frame(Http2Frames.Data, 0, 1, new byte[5000])[..900]],
        [.. Http2Frames.Hello, .. Http2Frames.Post(1, "/wait"), .. Http2Frames.Frame(Http2Frames.Data, 0, 1, new byte[5000])],
    ];

    // An empty mask. The last one is not whole.
    private static readonly byte[][] s_webSocket =
    [
        [],
        [0x82, 0x83, 0, 0, 0, 0, 1, 2, 3],
        [0x82, 0x83, 0, 0, 0, 0, 1, 2, 3, 0x82, 0x83, 0, 0],
        [0x82, 0xFE, 0x10, 0, 0, 0, 0, 0, 1, 2, 3],
    ];

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Of_HTTP2(Transport transport) => NothingIsLeft(
        transport,
        async (server, turn) =>
        {
            foreach (byte[] sent in s_http2)
            {
                using RawClient client = server.Connect();
                await client.SendAsync(sent);
                await LeaveAsync(client, turn);
            }
        },
        HttpProtocols.Http2);

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Of_WebSockets(Transport transport) => NothingIsLeft(transport, async (server, turn) =>
    {
        foreach (string path in new[] { "/echo", "/flood" })
        {
            foreach (byte[] sent in s_webSocket)
            {
                using RawClient client = server.Connect();
                await client.SendAsync(
                    $"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                if (turn % 2 == 1)
                {
                    await client.ReadHeadAsync();
                }

                await client.SendAsync(sent);
                await LeaveAsync(client, turn);
            }
        }
    });

    /// <summary>While it reads nothing the server does not see that a client goes; as with Kestrel's own transport.</summary>
    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Of_uploads_whose_reader_waits(Transport transport) => NothingIsLeft(transport, async (server, turn) =>
    {
        int paused = Count(server, "ConnectionPause");
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        s_goOn = goOn.Task;
        using RawClient client = server.Connect();
        await client.SendAsync($"POST /{(turn < 4 ? "late" : "never")} HTTP/1.1\r\nHost: a\r\nContent-Length: 25000000\r\n\r\n");
        _ = client.SendAsync(new byte[25_000_000]).ContinueWith(static sending => sending.Exception, TaskScheduler.Default);
        await Bounded.Until(() => Count(server, "ConnectionPause") > paused);
        await LeaveAsync(client, turn);
        goOn.SetResult();
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Of_downloads_that_nobody_reads(Transport transport) => NothingIsLeft(transport, async (server, turn) =>
    {
        using RawClient client = server.Connect();
        await client.SendAsync("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadHeadAsync();
        await Bounded.Until(() => server.Pools.BlocksOut > 8, () => $"{server.Pools.BlocksOut} blocks are out."); // It can't be sent.
        await LeaveAsync(client, turn);
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Of_connections_that_are_accepted_while_the_server_stops(Transport transport) => Bounded.Run(async () =>
    {
        HashSet<string> sockets = Descriptors.OpenSockets();
        for (int round = 0; round < 5; round++)
        {
            TestServer server = await TestServer.StartAsync(transport, Handle);
            System.Net.EndPoint endPoint = server.EndPoint;
            int accepted = 0;
            using CancellationTokenSource stopped = new();
            Task connecting = Task.Run(async () =>
            {
                while (!stopped.IsCancellationRequested)
                {
                    try
                    {
                        using RawClient client = RawClient.Connect(endPoint);
                        Interlocked.Increment(ref accepted);
                        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    }
                    catch (SocketException)
                    {
                        // Refused, or reset: it stops.
                    }
                }
            });
            await Bounded.Until(() => Volatile.Read(ref accepted) > 20);
            await server.DisposeAsync();
            await stopped.CancelAsync();
            await connecting;
            Assert.Equal(0, server.Pools.BlocksOut);
        }

        await Bounded.Until(() => Descriptors.SocketsSince(sockets) == 0, () => $"{Descriptors.SocketsSince(sockets)} sockets more.");
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Of_gRPC(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        await Bounded.Until(() => server.Server.LiveTasks == 1);
        for (int turn = 0; turn < 5; turn++)
        {
            Socket? socket = null;
            using SocketsHttpHandler handler = new()
            {
                ConnectCallback = async (context, token) =>
                {
                    socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(context.DnsEndPoint, token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
            using GrpcChannel channel = GrpcChannel.ForAddress(server.Server.Address, new GrpcChannelOptions { HttpHandler = handler });
            CallInvoker client = channel.CreateCallInvoker();
            Task waiting = client.AsyncUnaryCall(Talker.Wait, null, default, "").ResponseAsync;
            using AsyncDuplexStreamingCall<string, string> talk = client.AsyncDuplexStreamingCall(Talker.Talk, null, default);
            using AsyncServerStreamingCall<string> count = client.AsyncServerStreamingCall(Talker.Count, null, default, "100000000");
            await talk.RequestStream.WriteAsync("a");
            await talk.ResponseStream.MoveNext(default);
            await count.ResponseStream.MoveNext(default);
            await Bounded.Until(() => Talker.Waiting == 1);
            socket!.Dispose(); // Under them all.
            await Assert.ThrowsAnyAsync<RpcException>(() => waiting);
            await Bounded.Until(() => Talker.Waiting == 0);
        }

        await AssertNothingAsync(server.Server);
    });

    private static Task NothingIsLeft(
        Transport transport, Func<TestServer, int, Task> use, HttpProtocols protocols = HttpProtocols.Http1) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, Handle, listen: options => options.Protocols = protocols, map: app => app.UseWebSockets());
        HashSet<string> sockets = Descriptors.OpenSockets();
        await Bounded.Until(() => server.LiveTasks == 1, () => $"{server.LiveTasks} tasks live."); // The accept.
        for (int turn = 0; turn < 8; turn++)
        {
            await use(server, turn);
        }

        await Bounded.Until(() => Descriptors.SocketsSince(sockets) == 0, () => $"{Descriptors.SocketsSince(sockets)} sockets more.");
        await AssertNothingAsync(server);
    });

    private static async Task AssertNothingAsync(TestServer server)
    {
        await Bounded.Until(() => server.LiveTasks == 1, () => $"{server.LiveTasks} tasks live.");
        await Bounded.Until(() => server.Pools.BlocksOut == 0, () => $"{server.Pools.BlocksOut} blocks are out.");
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Id.Name == "ConnectionError" && entry.Category.EndsWith(".Kioto", StringComparison.Ordinal));
    }

    // In order, or by a reset; at once, or after the server has had a chance.
    private static async Task LeaveAsync(RawClient client, int turn)
    {
        if (turn % 4 >= 2)
        {
            await Task.Delay(1);
        }

        if (turn % 2 == 1)
        {
            client.Reset();
        }
    }

    private static int Count(TestServer server, string name) => server.Logs.Entries.Count(entry => entry.Id.Name == name);

    private static async Task Handle(HttpContext context)
    {
        switch (context.Request.Path)
        {
            case "/read":
                await context.Request.Body.CopyToAsync(Stream.Null);
                break;
            case "/wait":
                TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
                using (context.RequestAborted.Register(aborted.SetResult))
                {
                    await aborted.Task;
                }

                break;
            case "/late":
                await s_goOn;
                await context.Request.Body.CopyToAsync(Stream.Null);
                break;
            case "/never":
                await s_goOn;
                break;
            case "/stream":
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(new byte[10_000]);
                }

                break;
            case "/echo":
            case "/flood":
                await TalkAsync(context, flood: context.Request.Path == "/flood");
                break;
            default:
                await context.Response.WriteAsync("ok");
                break;
        }
    }

    private static async Task TalkAsync(HttpContext context, bool flood)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[10_000];
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                int count = flood ? buffer.Length : (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).Count;
                await socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, true, context.RequestAborted);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The client has gone.
        }
    }
}
