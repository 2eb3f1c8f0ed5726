using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Kestrel's time limits hold on every transport.</summary>
/// <remarks>Kestrel looks at them once a second: so all transports wait at once.</remarks>
public class TimeLimitTests
{
    [Fact]
    public Task A_head_that_trickles_is_cut_off() => EverywhereAsync(async transport =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, Read, options => options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHo");
        Assert.Equal(408, (await client.ReadResponseAsync()).Status);
        Assert.Equal(ConnectionEnd.Fin, await client.ReadToAnyEndAsync());
    });

    [Fact]
    public Task An_idle_connection_is_closed() => EverywhereAsync(async transport =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            Read,
            options => options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1),
            listen: options => options.Use(next => connection => BeginWithItsRequest(connection, next)));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        Assert.Equal(ConnectionEnd.Fin, await client.ReadToAnyEndAsync());
    });

    [Fact]
    public Task A_body_that_trickles_is_cut_off() => EverywhereAsync(async transport =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            Read,
            options => options.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(1.5)));
        using RawClient client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na");
        Assert.Equal(408, (await client.ReadResponseAsync()).Status);
        Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
    });

    [Fact]
    public Task A_client_that_reads_too_slowly_is_cut_off() => EverywhereAsync(async transport =>
    {
        TaskCompletionSource aborted = new();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                context.RequestAborted.Register(() => aborted.TrySetResult());
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(new byte[100_000]);
                }
            },
            options => options.Limits.MinResponseDataRate = new MinDataRate(50_000_000, TimeSpan.FromSeconds(1.5)));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await aborted.Task; // It never reads.
    });

    private static Task EverywhereAsync(Func<Transport, Task> test) => Bounded.Run(
        () => Task.WhenAll(((IEnumerable<Transport>)Enum.GetValues<Transport>()).Select(test)));

    // The limit holds for the wait for the first request too: on a busy machine that would not have been read in time.
    private static async Task BeginWithItsRequest(ConnectionContext connection, ConnectionDelegate next)
    {
        ReadResult first = await connection.Transport.Input.ReadAsync();
        connection.Transport.Input.AdvanceTo(first.Buffer.Start); // It is there when Kestrel begins to wait.
        await next(connection);
    }

    private static Task Read(HttpContext context) => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
}
