using System;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A connection that ends while a write waits for its client: the write is as with Kestrel's own transport, and no error is logged.</summary>
public class PendingWriteTests
{
    private static readonly byte[] s_request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    public static TheoryData<Transport, bool> All => new()
    {
        { Transport.Sockets, false }, { Transport.Kioto, false }, { Transport.KiotoOneWorker, false }, { Transport.KiotoUnix, false },
        { Transport.Sockets, true }, { Transport.Kioto, true },
    };

    public static TheoryData<Transport> Kioto => [Transport.Kioto, Transport.KiotoUnix];

    [Theory]
    [MemberData(nameof(All))]
    public Task The_application_aborts(Transport transport, bool tls) => Bounded.Run(async () =>
    {
        Flood flood = new();
        using X509Certificate2 certificate = Certificates.ForLocalhost();
        await using TestServer server = await StartAsync(transport, flood, tls ? certificate : null);
        using RawClient client = server.Connect();
        using Stream stream = await AskAsync(client, tls);
        HttpContext context = await flood.Waits;
        context.Abort();
        await ThenAsync(server, flood);
    });

    [Fact]
    public Task The_client_takes_too_little() => Bounded.Run(async () =>
    {
        using X509Certificate2 certificate = Certificates.ForLocalhost();

        // Kestrel looks once a second: so all wait at once.
        await Task.WhenAll(All.Select(async row =>
        {
            (Transport transport, bool tls) = row.Data;
            Flood flood = new();
            await using TestServer server = await StartAsync(
                transport,
                flood,
                tls ? certificate : null,
                options => options.Limits.MinResponseDataRate = new MinDataRate(1e9, TimeSpan.FromSeconds(1.1)));
            using RawClient client = server.Connect();
            using Stream stream = await AskAsync(client, tls);
            await ThenAsync(server, flood);
        }));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_server_loses_its_patience(Transport transport, bool tls) => Bounded.Run(async () =>
    {
        Flood flood = new();
        using X509Certificate2 certificate = Certificates.ForLocalhost();
        await using TestServer server = await StartAsync(transport, flood, tls ? certificate : null);
        using RawClient client = server.Connect();
        using Stream stream = await AskAsync(client, tls);
        await flood.Waits;
        await server.App.StopAsync(new CancellationToken(true));
        await ThenAsync(server, flood);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_client_ends_its_download(Transport transport, bool tls) => Bounded.Run(async () =>
    {
        using X509Certificate2 certificate = Certificates.ForLocalhost();
        foreach (bool reset in new[] { false, true })
        {
            for (int i = 0; i < 5; i++)
            {
                Flood flood = new();
                await using TestServer server = await StartAsync(transport, flood, tls ? certificate : null);
                using RawClient client = server.Connect();
                using Stream stream = await AskAsync(client, tls);
                await stream.ReadExactlyAsync(new byte[50_000]);
                if (reset)
                {
                    client.Reset();
                }
                else
                {
                    client.Dispose();
                }

                await ThenAsync(server, flood);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task The_runtime_ends(Transport transport) => Bounded.Run(async () =>
    {
        Flood flood = new();
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            flood.Handle,
            kioto: options =>
            {
                options.WorkerThreads = 0;
                options.Runtime = runtime;
            });
        using RawClient client = server.Connect();
        await client.SendAsync(s_request);
        await flood.Waits;
        runtime.Dispose();
        Assert.Null(await flood.Thrown);
        await server.StopAsync();
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Level >= LogLevel.Error && entry.Id.Name != "RuntimeEnded");
    });

    private static Task<TestServer> StartAsync(
        Transport transport, Flood flood, X509Certificate2? certificate, Action<KestrelServerOptions>? kestrel = null) =>
        TestServer.StartAsync(
            transport,
            flood.Handle,
            kestrel,
            listen: options =>
            {
                if (certificate is not null)
                {
                    options.UseHttps(certificate);
                }
            });

    private static async Task<Stream> AskAsync(RawClient client, bool tls)
    {
        Stream stream = new NetworkStream(client.Socket);
        if (tls)
        {
            SslStream secured = new(stream, leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate?.Subject == "CN=localhost");
            await secured.AuthenticateAsClientAsync("localhost");
            stream = secured;
        }

        await stream.WriteAsync(s_request);
        return stream;
    }

    private static async Task ThenAsync(TestServer server, Flood flood)
    {
        Assert.Null(await flood.Thrown);
        await server.StopAsync(); // The connection has ended: all is logged.
        Assert.DoesNotContain(
            server.Logs.Entries,
            entry => entry.Level >= LogLevel.Error && entry.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal));
    }

    /// <summary>A handler that writes until its request is aborted.</summary>
    private sealed class Flood
    {
        private readonly TaskCompletionSource<HttpContext> _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<Exception?> _thrown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>A write waits.</summary>
        internal Task<HttpContext> Waits => _waits.Task;

        /// <summary>What the writes have thrown.</summary>
        internal Task<Exception?> Thrown => _thrown.Task;

        internal async Task Handle(HttpContext context)
        {
            Exception? thrown = await Record.ExceptionAsync(async () =>
            {
                byte[] part = new byte[100_000];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    Task writing = context.Response.Body.WriteAsync(part).AsTask();
                    if (!writing.IsCompleted)
                    {
                        _waits.TrySetResult(context);
                    }

                    await writing;
                }
            });
            _thrown.SetResult(thrown);
        }
    }
}
