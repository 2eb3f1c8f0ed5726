using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Kestrel's limits hold on every transport.</summary>
public class LimitTests
{
    public static TheoryData<Transport> All => Transports.AndUnix;

    [Theory]
    [MemberData(nameof(All))]
    public Task A_body_above_the_limit_is_refused(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, Read, options => options.Limits.MaxRequestBodySize = 10);
        using RawClient client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
        Assert.Equal(413, (await client.ReadResponseAsync()).Status);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Heads_above_the_limits_are_refused(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Read, options =>
        {
            options.Limits.MaxRequestLineSize = 40;
            options.Limits.MaxRequestHeaderCount = 3;
            options.Limits.MaxRequestHeadersTotalSize = 200;
        });
        string line = new('a', 50);
        string header = new('b', 250);
        foreach ((string request, int status) in new[]
        {
            ("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n", 200),
            ("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", 431),
            ($"GET / HTTP/1.1\r\nHost: a\r\nA: {header}\r\n\r\n", 431),
            ($"GET /{line} HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        })
        {
            using RawClient client = server.Connect();
            await client.SendAsync(request);
            Assert.Equal(status, (await client.ReadResponseAsync()).Status);
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_connection_above_the_limit_is_closed(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, Read, options => options.Limits.MaxConcurrentConnections = 1);
        using RawClient first = server.Connect();
        await first.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await first.ReadResponseAsync()).Status);
        using RawClient second = server.Connect();
        Assert.NotEqual(ConnectionEnd.Open, await second.ReadToAnyEndAsync());
        await first.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await first.ReadResponseAsync()).Status);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_large_upload_arrives_whole(Transport transport) => Bounded.Run(async () =>
    {
        const int Length = 20_000_000;
        byte[] sent = new byte[Length];
        new Random(5).NextBytes(sent);
        byte[] got = new byte[Length];
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await context.Request.Body.ReadExactlyAsync(got);
            await context.Response.WriteAsync("done");
        });
        using RawClient client = server.Connect();
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {Length}\r\n\r\n");
        await client.SendAsync(sent);
        Assert.Equal("done", (await client.ReadResponseAsync()).Body);
        Assert.True(sent.AsSpan().SequenceEqual(got));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_large_download_waits_for_its_reader_and_arrives_whole(Transport transport) => Bounded.Run(async () =>
    {
        const int Parts = 200;
        long written = 0;
        TaskCompletionSource waits = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            byte[] part = new byte[100_000];
            for (int i = 0; i < Parts; i++)
            {
                Array.Fill(part, (byte)i);
                ValueTask writing = context.Response.Body.WriteAsync(part);
                if (!writing.IsCompleted)
                {
                    waits.TrySetResult();
                }

                await writing;
                written += part.Length;
            }
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");
        await waits.Task; // The socket is full: the handler waits.
        await client.ReadHeadAsync();
        string all = await client.ReadToEndAsync();
        Assert.Equal(Parts * 100_000, all.Length);
        Assert.All(Enumerable.Range(0, Parts), i => Assert.Equal((char)(byte)i, all[(i * 100_000) + 50_000]));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task An_upload_that_nobody_reads_holds_its_sender_up(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource goOn = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await goOn.Task;
            await Read(context);
        });
        using RawClient client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 25000000\r\n\r\n");
        Task sending = client.SendAsync(new byte[25_000_000]);
        await Bounded.Until(() => server.Logs.Entries.Any(entry => entry.Id.Name == "ConnectionPause"));
        Assert.False(sending.IsCompleted);
        goOn.SetResult();
        await sending;
        Assert.Equal("25000000", (await client.ReadResponseAsync()).Body);
        Assert.Contains(server.Logs.Entries, entry => entry.Id.Name == "ConnectionResume");
    });

    private static async Task Read(HttpContext context)
    {
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer)) > 0)
        {
            length += count;
        }

        await context.Response.WriteAsync(length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
