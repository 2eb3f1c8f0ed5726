using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>HTTP/2, without and with TLS, and HTTP/1 over TLS.</summary>
public class Http2Tests
{
    public static TheoryData<Transport> All => Transports.All;

    public static TheoryData<Transport> Kioto => Transports.Kioto;

    [Theory]
    [MemberData(nameof(All))]
    public Task Many_streams_share_a_connection(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, Echo, listen: options => options.Protocols = HttpProtocols.Http2);
        using HttpClient client = Client();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using HttpResponseMessage response = await client.PostAsync(new Uri(server.Address), new StringContent($"{i}"));
            Assert.Equal(HttpVersion.Version20, response.Version);
            string body = await response.Content.ReadAsStringAsync();
            Assert.Equal("yes", response.TrailingHeaders.GetValues("Done").Single());
            return body;
        }));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), answers);
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Streams_run_on_the_workers(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                string? name = System.Threading.Thread.CurrentThread.Name;
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                await context.Response.WriteAsync(name ?? "");
            },
            listen: options => options.Protocols = HttpProtocols.Http2);
        using HttpClient client = Client();
        string[] names = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetStringAsync(new Uri(server.Address))));
        Assert.All(names, name => Assert.StartsWith("kioto-web", name, StringComparison.Ordinal));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_large_body_obeys_the_windows_both_ways(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                // All of it first: this client sends everything before it reads anything.
                using MemoryStream all = new();
                await context.Request.Body.CopyToAsync(all);
                await context.Response.Body.WriteAsync(all.GetBuffer().AsMemory(0, (int)all.Length));
            },
            kestrel: options => options.Limits.Http2.InitialStreamWindowSize = 70_000,
            listen: options => options.Protocols = HttpProtocols.Http2);
        using HttpClient client = Client();
        byte[] sent = new byte[5_000_000];
        new Random(3).NextBytes(sent);
        using HttpResponseMessage response = await client.PostAsync(new Uri(server.Address), new ByteArrayContent(sent));
        Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_stream_that_is_given_up_aborts_its_request_alone(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource began = new();
        TaskCompletionSource aborted = new();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                if (context.Request.Path == "/wait")
                {
                    context.RequestAborted.Register(aborted.SetResult);
                    began.SetResult();
                    await aborted.Task;
                    return;
                }

                await Echo(context);
            },
            listen: options => options.Protocols = HttpProtocols.Http2);
        using HttpClient client = Client();
        using System.Threading.CancellationTokenSource source = new();
        Task waiting = client.GetAsync(new Uri(server.Address + "/wait"), source.Token);
        await began.Task;
        await source.CancelAsync();
        await aborted.Task;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        using HttpResponseMessage response = await client.PostAsync(new Uri(server.Address), new StringContent("a"));
        Assert.Equal("a", await response.Content.ReadAsStringAsync());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task TLS_carries_both_versions(Transport transport) => Bounded.Run(async () =>
    {
        using var certificate = Certificates.ForLocalhost();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            Echo,
            listen: options => options.UseHttps(certificate));
        foreach (Version version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using HttpClient client = Client(version);
            for (int i = 0; i < 20; i++)
            {
                byte[] sent = new byte[i * 5000];
                using HttpResponseMessage response = await client.PostAsync(
                    new Uri($"https://localhost:{server.Port}/"), new ByteArrayContent(sent));
                Assert.Equal(version, response.Version);
                Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
            }
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_client_that_leaves_during_the_handshake_leaves_nothing(Transport transport) => Bounded.Run(async () =>
    {
        using var certificate = Certificates.ForLocalhost();
        await using TestServer server = await TestServer.StartAsync(transport, Echo, listen: options => options.UseHttps(certificate));
        HashSet<string> sockets = Descriptors.OpenSockets();
        for (int i = 0; i < 20; i++)
        {
            using RawClient client = server.Connect();
            await client.SendAsync("\u0016\u0003\u0001\u0002\0\u0001");
            if (i % 2 == 0)
            {
                client.Reset();
            }
        }

        await Bounded.Until(() => Descriptors.SocketsSince(sockets) == 0, () => $"{Descriptors.SocketsSince(sockets)} sockets more.");
        await Bounded.Until(() => server.Pools.BlocksOut == 0, () => $"{server.Pools.BlocksOut} blocks are out.");
    });

    private static async Task Echo(HttpContext context)
    {
        if (context.Response.SupportsTrailers())
        {
            context.Response.DeclareTrailer("Done");
        }

        await context.Request.Body.CopyToAsync(context.Response.Body);
        if (context.Response.SupportsTrailers())
        {
            context.Response.AppendTrailer("Done", "yes");
        }
    }

    private static HttpClient Client(Version? version = null) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
    })
    {
        DefaultRequestVersion = version ?? HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
