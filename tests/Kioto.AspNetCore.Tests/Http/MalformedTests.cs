using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>What is wrong on the wire is answered, and ended, as on Kestrel's own transport.</summary>
public class MalformedTests
{
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n";

    public static TheoryData<Transport> All => Transports.AndUnix;

    public static TheoryData<Transport> Kioto => [.. Transports.Kioto, Transport.KiotoUnix];

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Wrong_requests_are_answered_alike(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer sockets = await TestServer.StartAsync(Kestrels(transport), Read);
        await using TestServer kioto = await TestServer.StartAsync(transport, Read);
        List<string> differences = [];
        foreach ((string name, string bytes, int status) in MalformedRequests.All.Where(request => !IsLong(request.Bytes)))
        {
            string expected = await Outcome(sockets, bytes);
            string actual = await Outcome(kioto, bytes);
            if (expected != actual)
            {
                differences.Add($"{name}: {expected} --- but on Kioto --- {actual}");
            }

            if (!actual.StartsWith(status == 0 ? "nothing" : $"HTTP/1.1 {status} ", StringComparison.Ordinal))
            {
                differences.Add($"{name}: expected {status}, got {actual}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(MalformedRequests.All.Count() >= 60);
    });

    // Kestrel closes without reading the rest: whether the kernel then resets depends on how much had been read.
    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Wrong_requests_that_are_long_are_answered_alike(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer sockets = await TestServer.StartAsync(Kestrels(transport), Read);
        await using TestServer kioto = await TestServer.StartAsync(transport, Read);
        foreach ((string name, string bytes, int status) in MalformedRequests.All.Where(request => IsLong(request.Bytes)))
        {
            Outcomes expected = await Outcomes.Of(() => Outcome(sockets, bytes));
            Outcomes actual = await Outcomes.Of(() => Outcome(kioto, bytes));
            foreach (string outcome in actual)
            {
                Assert.True(await expected.CanBe(outcome), $"{name}: {expected} --- but on Kioto --- {actual}");
            }

            string answer = Assert.Single(expected.Concat(actual).Select(WithoutEnd).Distinct());
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        }
    });

    // Whether Kestrel looks at the bytes before it hears of the end is a race in Kestrel itself, on every transport, and
    // one side or the other wins it for a while. Where it looks it has the same answer for all that is cut.
    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Requests_that_end_in_the_middle_are_answered_alike(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer sockets = await TestServer.StartAsync(Kestrels(transport), Read);
        await using TestServer kioto = await TestServer.StartAsync(transport, Read);

        // It may lose that race all the time on Kestrel's transport: that answer is the one to any wrong request.
        string wrong = MalformedRequests.All.First(request => request.Status == 400 && !IsLong(request.Bytes)).Bytes;
        HashSet<string> possible = [nameof(ConnectionEnd.Fin), await Outcome(sockets, wrong)];
        foreach (string bytes in MalformedRequests.Cut)
        {
            possible.UnionWith(await Outcomes.Of(() => CutOutcome(sockets, bytes)));
        }

        foreach (string bytes in MalformedRequests.Cut)
        {
            Outcomes actual = await Outcomes.Of(() => CutOutcome(kioto, bytes));
            Assert.True(possible.IsSupersetOf(actual), $"{bytes}: {actual} --- but on Kestrel's --- {string.Join(", ", possible)}");
            Assert.True(bytes.Length > 0 || actual.Single() == nameof(ConnectionEnd.Fin));
        }
    });

    // Whether a reset or an orderly end comes first is a race in Kestrel itself, on every transport.
    [Theory]
    [MemberData(nameof(All))]
    public Task The_handler_of_a_cut_body_fails_and_the_connection_ends(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource<Exception> failed = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            try
            {
                await Read(context);
            }
            catch (Exception exception)
            {
                failed.TrySetResult(exception);
                throw;
            }
        });
        foreach (string bytes in MalformedRequests.CutBodies)
        {
            failed = new();
            using RawClient client = server.Connect();
            await client.SendAsync(bytes);
            client.EndSending();
            Assert.True(await failed.Task is BadHttpRequestException or OperationCanceledException);
            Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
        }
    });

    private static Transport Kestrels(Transport kioto) =>
        kioto == Transport.KiotoUnix ? Transport.SocketsUnix : Transport.Sockets;

    private static async Task Read(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        await context.Response.WriteAsync(context.Request.Path + " " + context.Request.Headers["a"]);
    }

    private static bool IsLong(string bytes) => bytes.Length > 4096;

    private static string WithoutEnd(string outcome) => outcome[..(outcome.LastIndexOf('\n') + 1)];

    // Everything that was answered, and how the connection stands.
    private static async Task<string> Outcome(TestServer server, string bytes)
    {
        using RawClient client = server.Connect();
        await client.SendAsync(bytes);
        ConnectionEnd end;
        RawResponse response;
        try
        {
            response = await client.ReadResponseAsync();
        }
        catch (EndOfStreamException)
        {
            return "nothing " + ConnectionEnd.Fin;
        }
        catch (SocketException)
        {
            return "nothing " + ConnectionEnd.Reset;
        }

        if (response.Header("Content-Length") is null && response.Header("Transfer-Encoding") is null)
        {
            end = ConnectionEnd.Fin; // The body was read up to it.
        }
        else if (response.Header("Connection") == "close")
        {
            end = await client.ReadToAnyEndAsync();
        }
        else
        {
            try
            {
                await client.SendAsync(Probe);
                Assert.Equal("/probe ", (await client.ReadResponseAsync()).Body);
                end = ConnectionEnd.Open;
            }
            catch (Exception exception) when (exception is EndOfStreamException or SocketException)
            {
                end = ConnectionEnd.Fin; // Closed without saying so; the probe may have turned that into a reset.
            }
        }

        return response.Text + end;
    }

    private static async Task<string> CutOutcome(TestServer server, string bytes)
    {
        using RawClient client = server.Connect();
        await client.SendAsync(bytes);
        client.EndSending();
        ConnectionEnd end = await client.ReadToAnyEndAsync();
        string all = client.Rest();
        return (all.Length == 0 ? "" : new RawResponse(all, "").Text) + end;
    }
}
