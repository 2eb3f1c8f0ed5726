using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kioto.Samples.KestrelApi;

/// <summary>A small API on Kestrel, with Kioto's one line and without it: what <c>kioto bench --only kestrel</c> compares.</summary>
public static class Program
{
    private const string Usage = "usage: KestrelApi kioto|sockets|inline [PORT] [WORKERS] [http1|http2]";

    private static readonly byte[] s_body = [.. Enumerable.Range(0, 64 * 1024).Select(i => (byte)('a' + (i % 26)))];

    /// <summary>Serves until it is stopped.</summary>
    /// <param name="args">The transport, the port (0: a free one), the runtime's workers and the version of HTTP.</param>
    /// <returns>0, or 2 for bad arguments.</returns>
    public static async Task<int> Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        int port = 0;
        int workers = Environment.ProcessorCount;
        HttpProtocols protocol = HttpProtocols.Http1;
        if (args.Length is 0 or > 4
            || !Enum.TryParse(args[0], ignoreCase: true, out Transport transport)
            || (args.Length > 1 && !int.TryParse(args[1], CultureInfo.InvariantCulture, out port))
            || (args.Length > 2 && !int.TryParse(args[2], CultureInfo.InvariantCulture, out workers))
            || (args.Length > 3 && !Enum.TryParse(args[3], ignoreCase: true, out protocol)))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        await using WebApplication app = Build(transport, port, workers, protocol);
        await app.StartAsync();
        Console.WriteLine($"listening {new Uri(app.Urls.Single()).Port}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Makes the server.</summary>
    /// <param name="transport">What carries its connections.</param>
    /// <param name="port">Its port; 0 is a free one.</param>
    /// <param name="workers">The workers of the runtime, on Kioto.</param>
    /// <param name="protocol">The version of HTTP: without TLS a port speaks one.</param>
    /// <returns>The server, not started.</returns>
    internal static WebApplication Build(Transport transport, int port, int workers, HttpProtocols protocol)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = protocol));
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, GreetingJson.Default));
        if (transport == Transport.Kioto)
        {
            builder.WebHost.UseKioto(options => options.WorkerThreads = workers); // The one line.
        }
        else if (transport == Transport.Inline)
        {
            // Together with DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1.
            builder.WebHost.UseSockets(options => options.UnsafePreferInlineScheduling = true);
        }

        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/plaintext", () => "Hello, World!");
        app.MapGet("/json", () => new Greeting("Hello, World!"));
        app.MapGet("/body", () => Results.Bytes(s_body, "application/octet-stream"));
        app.MapGet("/ws", EchoAsync);
        return app;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4096];
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }
}
