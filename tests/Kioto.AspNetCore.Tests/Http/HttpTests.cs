using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>HTTP/1 on the wire.</summary>
public class HttpTests
{
    public static TheoryData<Transport> All => Transports.AndUnix;

    [Theory]
    [MemberData(nameof(All))]
    public Task One_connection_serves_many_requests(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, context => context.Response.WriteAsync($"{context.Connection.Id} {context.Request.Path}"));
        using RawClient client = server.Connect();
        string? first = null;
        for (int i = 0; i < 100; i++)
        {
            await client.SendAsync($"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n");
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal(200, response.Status);
            string[] parts = response.Body.Split(' ');
            first ??= parts[0];
            Assert.Equal(first, parts[0]);
            Assert.Equal($"/{i}", parts[1]);
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Pipelined_requests_are_answered_in_order(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            if (context.Request.Path.Value!.EndsWith('0'))
            {
                await Task.Yield();
            }

            await context.Response.WriteAsync(context.Request.Path);
        });
        using RawClient client = server.Connect();
        await client.SendAsync(string.Concat(Enumerable.Range(0, 500).Select(i => $"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n")));
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal($"/{i}", (await client.ReadResponseAsync()).Body);
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_request_may_come_byte_by_byte(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Echo);
        using RawClient client = server.Connect();
        foreach (char c in "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        {
            await client.SendAsync(c.ToString());
        }

        Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Connection_close_ends_it_orderly(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context => context.Response.WriteAsync("bye"));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Equal("close", (await client.ReadResponseAsync()).Header("Connection"));
        Assert.Equal(ConnectionEnd.Fin, await client.ReadToAnyEndAsync());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task HTTP_1_0_ends_with_the_response(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await context.Response.WriteAsync("a");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync("b");
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal("ab", (await client.ReadResponseAsync()).Body);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Chunks_go_both_ways(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await context.Response.StartAsync(); // No length known: chunked.
            await Echo(context);
        });
        using RawClient client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await client.SendAsync("1;extension=1\r\n \r\n5\r\nworld\r\n0\r\n\r\n");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal("chunked", response.Header("Transfer-Encoding"));
        Assert.Equal("hello world", response.Body);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Trailers_of_a_request_arrive(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await context.Request.Body.CopyToAsync(System.IO.Stream.Null);
            await context.Response.WriteAsync(context.Request.GetTrailer("Sum").ToString());
        });
        using RawClient client = server.Connect();
        await client.SendAsync(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n1\r\na\r\n0\r\nSum: 12\r\n\r\n");
        Assert.Equal("12", (await client.ReadResponseAsync()).Body);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_body_is_asked_for_when_it_is_read(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Echo);
        using RawClient client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await client.ReadResponseAsync()).Status);
        await client.SendAsync("ok");
        Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_body_that_is_not_wanted_is_not_asked_for(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context =>
        {
            context.Response.StatusCode = 413;
            return Task.CompletedTask;
        });
        using RawClient client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal(413, response.Status);

        // What the client may send now can't be told from a body: no further request on this connection.
        client.EndSending();
        Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_head_has_no_body(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context =>
        {
            context.Response.ContentLength = 5;
            return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync("hello");
        });
        using RawClient client = server.Connect();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("5", (await client.ReadResponseAsync(hasBody: false)).Header("Content-Length"));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_body_that_nobody_read_is_skipped(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context => context.Response.WriteAsync("ok"));
        using RawClient client = server.Connect();
        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + new string('x', 20000));
            Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_failing_handler_answers_500_and_the_connection_goes_on(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            context => context.Request.Path == "/fail" ? throw new FormatException("no") : context.Response.WriteAsync("ok"));
        using RawClient client = server.Connect();
        await client.SendAsync("GET /fail HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(500, (await client.ReadResponseAsync()).Status);
        Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
        Assert.Contains(server.Logs.Entries, entry => entry.Exception is FormatException);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_handler_that_fails_after_it_began_to_answer_ends_the_connection(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            throw new FormatException("no");
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
        Assert.DoesNotContain("0\r\n\r\n", client.Rest(), StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Server_sent_events_arrive_one_by_one(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource[] goOn = [new(), new(), new()];
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
            for (int i = 0; i < goOn.Length; i++)
            {
                await context.Response.WriteAsync($"data: {i}\n\n");
                await context.Response.Body.FlushAsync();
                await goOn[i].Task;
            }
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("text/event-stream", (await client.ReadHeadAsync()).Header("Content-Type"));
        for (int i = 0; i < goOn.Length; i++)
        {
            string line;
            while (!(line = await client.ReadLineAsync()).StartsWith("data", StringComparison.Ordinal))
            {
            }

            Assert.Equal($"data: {i}", line); // The next one has not been sent: this one was on its own.
            goOn[i].SetResult();
        }
    });

    private static async Task Echo(HttpContext context)
    {
        byte[] buffer = new byte[4096];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer)) > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
