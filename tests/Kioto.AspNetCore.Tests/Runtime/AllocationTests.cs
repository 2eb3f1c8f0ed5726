#if !DEBUG // In Debug state machines are classes.
using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A request allocates no more than on Kestrel's own transport.</summary>
public class AllocationTests
{
    /// <summary>With a logger that keeps scopes, as the console's does, and without.</summary>
    /// <remarks>
    /// .NET copies a context's values at each change of one. The runtime is one value more (16 bytes), and the hosting
    /// layer changes its scope and its activity four times a request.
    /// </remarks>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_request_allocates_no_more_than_on_sockets(bool scopes) => Compare(
        HttpProtocols.Http1, static port => new Http1Exchange(port), scopes, more: scopes ? 4 * 16 : 0);

    /// <summary>Kestrel starts each stream on .NET's thread pool, and awaits a Task that ends on a worker: that is allocated.</summary>
    /// <remarks>
    /// Three state machines, 352 bytes together: the one that hops, and two of Kestrel's, which on sockets
    /// never suspend for a handler that is done at once. Where the worker is always faster than the thread that awaits,
    /// there is one (128); where it is sometimes, all between was seen.
    /// </remarks>
    [Fact]
    public Task A_stream_allocates_the_way_to_a_worker_more_than_on_sockets() => Compare(
        HttpProtocols.Http2, static port => new Http2Exchange(port), more: 352);

    /// <summary>
    /// Each await that comes back to the workers has .NET make a delegate of its continuation (64 bytes): there is one of
    /// ASP.NET Core's own a message, and one of the handler unless it does without.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_message_of_a_WebSocket_allocates_what_comes_back_more_than_on_sockets(bool back) => Compare(
        HttpProtocols.Http1, port => new WebSocketExchange(port, back ? "/back" : "/"), more: back ? 128 : 64);

    [Fact]
    public Task Requests_on_the_thread_pool_allocate_no_more_than_on_sockets() => Compare(
        HttpProtocols.Http1, static port => new Http1Exchange(port), pool: true);

    [Fact]
    public Task Streams_on_the_thread_pool_allocate_no_more_than_on_sockets() => Compare(
        HttpProtocols.Http2, static port => new Http2Exchange(port), pool: true);

    [Fact]
    public Task Messages_on_the_thread_pool_allocate_no_more_than_on_sockets() => Compare(
        HttpProtocols.Http1, static port => new WebSocketExchange(port, "/back"), pool: true);

    private static Task Compare(
        HttpProtocols protocol, Func<int, IExchange> connect, bool scopes = false, bool pool = false, int more = 0) => Bounded.Run(async () =>
    {
        (double sockets, _) = await BytesPerExchange(Transport.Sockets, protocol, connect, scopes, pool, withinOf: 0, rounds: 5);
        foreach (Transport transport in new[] { Transport.KiotoOneWorker, Transport.Kioto })
        {
            double most = sockets + more + 4;
            (double kioto, string types) = await BytesPerExchange(transport, protocol, connect, scopes, pool, withinOf: most, rounds: 60);
            Assert.True(kioto <= most, string.Create(
                CultureInfo.InvariantCulture, $"{transport}: {kioto:F1} bytes were allocated per exchange, {sockets:F1} on sockets: {types}."));
        }
    });

    private static async Task<(double Bytes, string Types)> BytesPerExchange(
        Transport transport, HttpProtocols protocol, Func<int, IExchange> connect, bool scopes, bool pool, double withinOf, int rounds)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (scopes)
        {
            builder.Logging.AddProvider(new ScopedLogs());
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocol));
        if (transport != Transport.Sockets)
        {
            builder.WebHost.UseKioto(options =>
            {
                options.WorkerThreads = transport == Transport.KiotoOneWorker ? 1 : 2;
                options.RunRequestsOnThreadPool = pool;
            });
        }

        await using WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Run(Answer);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        double best = double.MaxValue;
        string types = "";
        using (IExchange client = connect(new Uri(address).Port))
        {
            Repeat(client, 4000);

            // Code that is not optimized yet boxes (32 bytes a request), and .NET's own helpers allocate now and then: rounds
            // go on until it is steady.
            const int Requests = 1000;
            for (int round = 0; round < rounds && best > withinOf; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Repeat(client, Requests);
                best = Math.Min(best, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Requests);
            }

            if (best > withinOf && withinOf > 0)
            {
                using AllocationSampler sampler = new();
                Repeat(client, 20 * Requests);
                types = sampler.ToString();
            }
        }

        await app.StopAsync();
        return (best, types);
    }

    private static Task Answer(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            return Echo(context, context.Request.Path == "/back");
        }

        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static async Task Echo(HttpContext context, bool back)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[1000];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(back);
                await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None)
                    .ConfigureAwait(back);
            }
        }
        catch (WebSocketException)
        {
            // The client has gone, without a word.
        }
    }

    private static void Repeat(IExchange client, int count)
    {
        for (int i = 0; i < count; i++)
        {
            client.Exchange();
        }
    }
}
#endif
