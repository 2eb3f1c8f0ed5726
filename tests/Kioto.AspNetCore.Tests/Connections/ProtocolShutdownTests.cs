using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Stopping a server whose clients speak something else than plain HTTP/1, or are in the middle of something long.</summary>
public class ProtocolShutdownTests
{
    public static TheoryData<Transport> All => Transports.All;

    public static TheoryData<Transport, bool, int> Loads => new(
        from transport in Transports.All
        from kind in new[] { (false, 2), (true, 1), (true, 2) }
        select new TheoryDataRow<Transport, bool, int>(transport.Data, kind.Item1, kind.Item2));

    [Theory]
    [MemberData(nameof(Loads))]
    public Task Under_load_no_request_fails(Transport transport, bool tls, int version) => Bounded.Run(async () =>
    {
        using var certificate = Certificates.ForLocalhost();
        ConcurrentDictionary<string, bool> begun = new();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                begun[context.Request.Path.Value!] = true;
                await Task.Yield();
                await context.Response.WriteAsync("ok");
            },
            listen: options =>
            {
                options.Protocols = version == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
                if (tls)
                {
                    options.UseHttps(certificate);
                }
            });
        Uri uri = new($"{(tls ? "https" : "http")}://127.0.0.1:{server.Port}/");
        int asked = 0;
        int served = 0;
        bool stopping = false;
        Task[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using HttpClient client = Client(version); // A connection each; of HTTP/2 with several streams.
            await Task.WhenAll(Enumerable.Range(0, version == 2 ? 5 : 1).Select(async _ =>
            {
                while (true)
                {
                    string path = $"/{Interlocked.Increment(ref asked)}";
                    try
                    {
                        Assert.Equal("ok", await client.GetStringAsync(new Uri(uri, path)));
                        Interlocked.Increment(ref served);
                    }
                    catch (HttpRequestException exception)
                    {
                        // No connection, or its end met a request on the way to it: none that the server has begun.
                        Assert.True(Volatile.Read(ref stopping), exception.ToString());
                        Assert.False(begun.ContainsKey(path), exception.ToString());
                        return;
                    }
                }
            }));
        }))];
        await Bounded.Until(() => Volatile.Read(ref served) > 300);
        Volatile.Write(ref stopping, true);
        await server.StopAsync();
        await Task.WhenAll(clients);
        Assert.DoesNotContain(server.Logs.Entries, IsFailure);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Streams_of_HTTP2_end_after_the_server_has_said_goodbye(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource began = new();
        TaskCompletionSource goOn = new();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                began.SetResult();
                await goOn.Task;
                context.Response.StatusCode = 204;
            },
            listen: options => options.Protocols = HttpProtocols.Http2);
        using RawClient client = server.Connect();
        await client.SendAsync(Http2Frames.Hello);
        await client.SendAsync(Http2Frames.Get(1));
        await began.Task;
        Task stopping = server.StopAsync();
        await Bounded.Until(() => Refused(server));
        await client.ReadUntilAsync(received => Http2Frames.Parse(received).Exists(frame => frame.Type == Http2Frames.GoAway));
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();

        // The client goes when it has what it asked for: Kestrel itself may not look whether that was the last stream.
        await client.ReadUntilAsync(received => Http2Frames.Parse(received).Contains(
            (Http2Frames.Headers, Http2Frames.EndStream | Http2Frames.EndHeaders, 1)));
        client.EndSending();
        await client.ReadToEndAsync();
        await stopping;
        Assert.DoesNotContain(server.Logs.Entries, IsFailure);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_call_of_gRPC_goes_on_to_its_end(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        using AsyncDuplexStreamingCall<string, string> call = server.Client.AsyncDuplexStreamingCall(Talker.Talk, null, default);
        await call.RequestStream.WriteAsync("before");
        Assert.True(await call.ResponseStream.MoveNext(default));
        Task stopping = server.Server.StopAsync();
        await Bounded.Until(() => Refused(server.Server));
        for (int i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync("after");
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal("after!", call.ResponseStream.Current);
        }

        Assert.False(stopping.IsCompleted);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await stopping;
        Assert.DoesNotContain(server.Server.Logs.Entries, IsFailure);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_WebSocket_goes_on_until_it_is_closed(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, EchoAsync, map: app => app.UseWebSockets());
        using ClientWebSocket client = new();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/"), CancellationToken.None);
        Task stopping = server.StopAsync();
        await Bounded.Until(() => Refused(server));
        byte[] buffer = new byte[100];
        for (byte i = 0; i < 20; i++)
        {
            await client.SendAsync(new byte[] { i }, WebSocketMessageType.Binary, true, CancellationToken.None);
            Assert.Equal(1, (await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).Count);
            Assert.Equal(i, buffer[0]);
        }

        Assert.False(stopping.IsCompleted);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        await stopping;
        Assert.DoesNotContain(server.Logs.Entries, IsFailure);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_download_under_way_arrives_whole(Transport transport) => Bounded.Run(async () =>
    {
        const int Parts = 100;
        TaskCompletionSource waits = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            for (int i = 0; i < Parts; i++)
            {
                ValueTask writing = context.Response.Body.WriteAsync(new byte[100_000]);
                if (!writing.IsCompleted)
                {
                    waits.TrySetResult();
                }

                await writing;
            }
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");
        await waits.Task; // The socket is full.
        Task stopping = server.StopAsync();
        await Bounded.Until(() => Refused(server));
        await client.ReadHeadAsync();
        Assert.Equal(Parts * 100_000, (await client.ReadToEndAsync()).Length);
        await stopping;
        Assert.DoesNotContain(server.Logs.Entries, IsFailure);
    });

    private static bool IsFailure((string Category, LogLevel Level, EventId Id, string Message, Exception? Exception) entry) =>
        entry.Level >= LogLevel.Warning && entry.Category.Contains("Server.Kestrel", StringComparison.Ordinal);

    private static bool Refused(TestServer server)
    {
        try
        {
            using RawClient client = server.Connect();
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[100];
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }
    }

    private static HttpClient Client(int version) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
    })
    {
        DefaultRequestVersion = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
