using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>HttpClient, whose connections are Kioto's streams.</summary>
public class HttpClientTests
{
    public static TheoryData<Transport> Both => [Transport.Sockets, Transport.Kioto];

    [Theory]
    [MemberData(nameof(Both))]
    public Task Many_requests_at_once_from_plain_threads(Transport transport) => With(transport, async (client, address, _) =>
    {
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await Task.Yield();
            using StringContent body = new($"{i}");
            using HttpResponseMessage response = await client.PostAsync(address, body);
            return await response.Content.ReadAsStringAsync();
        }));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), answers);
    });

    [Theory]
    [MemberData(nameof(Both))]
    public Task In_futures_of_the_runtime(Transport transport) => With(transport, async (client, address, runtime) =>
    {
        List<JoinHandle<string>> handles = [];
        for (int i = 0; i < 50; i++)
        {
            handles.Add(runtime.Spawn(async () => await client.GetStringAsync(address, Kio.CancellationToken)));
        }

        foreach (JoinHandle<string> handle in handles)
        {
            Assert.Equal("", await handle);
        }
    });

    [Theory]
    [MemberData(nameof(Both))]
    public Task Large_bodies_go_both_ways(Transport transport) => With(transport, async (client, address, _) =>
    {
        byte[] sent = new byte[10_000_000];
        new Random(1).NextBytes(sent);
        using ByteArrayContent body = new(sent);
        using HttpResponseMessage response = await client.PostAsync(address, body);
        Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
    });

    [Theory]
    [MemberData(nameof(Both))]
    public Task Blocking_requests_work(Transport transport) => With(transport, (client, address, _) =>
    {
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        using HttpResponseMessage response = client.Send(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Task.CompletedTask;
    });

    [Theory]
    [MemberData(nameof(Both))]
    public Task Cancelling_a_request_ends_it_and_its_connection(Transport transport) => With(transport, async (client, address, runtime) =>
    {
        using CancellationTokenSource source = new();
        Task<string> waiting = client.GetStringAsync(new Uri(address, "/wait"), source.Token);
        await Bounded.Until(() => runtime.Handle.Scheduler.LiveTasks().Count > 0);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Bounded.Until(() => runtime.Handle.Scheduler.LiveTasks().Count == 0);
        Assert.Equal("", await client.GetStringAsync(address));
    });

    [Fact]
    public Task Nobody_there_is_an_HttpRequestException() => With(Transport.Sockets, async (client, _, _) =>
    {
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetStringAsync(new Uri("http://127.0.0.1:1/")));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
    });

    [Fact]
    public Task After_its_runtimes_end_it_names_the_remedy() => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(Transport.Sockets, Echo);
        Uri address = new($"http://localhost:{server.Port}/");
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        using HttpClient client = Client(runtime);
        Assert.Equal("", await client.GetStringAsync(address));
        runtime.Dispose();
        HttpRequestException failed = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(address));

        // Over the connection that it had; or over a new one, if the client has seen before that the old one is dead.
        Assert.Matches("Dispose it after what uses its sockets|an HttpClient that connects on a runtime", failed.ToString());
        using HttpClient later = Client(runtime);
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => later.GetStringAsync(address));
        Assert.Contains("an HttpClient that connects on a runtime", refused.Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(Transport.Sockets, 1)]
    [InlineData(Transport.Kioto, 1)]
    [InlineData(Transport.Sockets, 2)]
    [InlineData(Transport.Kioto, 2)]
    public Task Over_TLS(Transport transport, int version) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            Echo,
            listen: options =>
            {
                options.Protocols = version == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1;
                options.UseHttps(Certificates.ForLocalhost());
            });
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        using HttpClient client = Client(runtime);
        client.DefaultRequestVersion = new Version(version, version == 2 ? 0 : 1);
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        byte[] sent = new byte[1_000_000];
        new Random(2).NextBytes(sent);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using ByteArrayContent body = new(sent);
            using HttpResponseMessage response = await client.PostAsync(new Uri($"https://localhost:{server.Port}/"), body);
            Assert.Equal(version, response.Version.Major);
            Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync());
        }));
    });

    [Fact]
    public Task Over_a_unix_socket() => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(Transport.KiotoUnix, Echo);
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        System.Net.Sockets.UnixDomainSocketEndPoint endPoint = (System.Net.Sockets.UnixDomainSocketEndPoint)server.EndPoint;
        using HttpClient client = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) => (await runtime.Spawn(UnixStream.ConnectAsync(endPoint))).AsStream(),
        });
        using StringContent body = new("hello");
        using HttpResponseMessage response = await client.PostAsync(new Uri("http://localhost/"), body);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
    });

    private static Task With(Transport transport, Func<HttpClient, Uri, Runtime, Task> body) => Bounded.Run(async () =>
    {
        TaskCompletionSource stopped = new();
        await using TestServer server = await TestServer.StartAsync(
            transport, context => context.Request.Path == "/wait" ? stopped.Task : Echo(context));
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        using (HttpClient client = Client(runtime))
        {
            await body(client, new Uri($"http://localhost:{server.Port}/"), runtime);
        }

        // The pooled connections have gone with the client.
        await Bounded.Until(() => runtime.Handle.Scheduler.LiveTasks().Count == 0);
        stopped.SetResult();
    });

    private static HttpClient Client(Runtime runtime) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, token) => await runtime.Spawn(() => Connect(context.DnsEndPoint, token)),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    });

    private static async Future<Stream> Connect(DnsEndPoint endPoint, CancellationToken token)
    {
        TcpStream stream = await TcpStream.ConnectAsync(endPoint.Host, endPoint.Port).WithCancellation(token);
        stream.NoDelay = true;
        return stream.AsStream();
    }

    // Not piece by piece: a client that has a body to send does not read the answer meanwhile.
    private static async Task Echo(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        context.Response.ContentLength = body.Length;
        body.Position = 0;
        await body.CopyToAsync(context.Response.Body);
    }
}
