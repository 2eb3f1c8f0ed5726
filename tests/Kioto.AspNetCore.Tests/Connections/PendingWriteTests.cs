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
        await using Download download = await Download.StartAsync(transport, tls);
        HttpContext context = await download.Waits;
        context.Abort();
        await download.EndsWithoutErrorsAsync();
    });

    [Fact]
    public Task The_client_takes_too_little() => Bounded.Run(async () =>
    {
        // Kestrel looks once a second: so all wait at once.
        await Task.WhenAll(All.Select(async row =>
        {
            (Transport transport, bool tls) = row.Data;
            await using Download download = await Download.StartAsync(
                transport,
                tls,
                options => options.Limits.MinResponseDataRate = new MinDataRate(1e9, TimeSpan.FromSeconds(1.1)));
            await download.EndsWithoutErrorsAsync();
        }));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_server_loses_its_patience(Transport transport, bool tls) => Bounded.Run(async () =>
    {
        await using Download download = await Download.StartAsync(transport, tls);
        await download.Waits;
        await download.Server.App.StopAsync(new CancellationToken(true));
        await download.EndsWithoutErrorsAsync();
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_client_ends_its_download(Transport transport, bool tls) => Bounded.Run(async () =>
    {
        foreach (bool reset in new[] { false, true })
        {
            for (int i = 0; i < 5; i++)
            {
                await using Download download = await Download.StartAsync(transport, tls);
                await download.Stream.ReadExactlyAsync(new byte[50_000]);
                if (reset)
                {
                    download.Client.Reset();
                }
                else
                {
                    download.Client.Dispose();
                }

                await download.EndsWithoutErrorsAsync();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task The_runtime_ends(Transport transport) => Bounded.Run(async () =>
    {
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        await using Download download = await Download.StartAsync(
            transport,
            kioto: options =>
            {
                options.WorkerThreads = 0;
                options.Runtime = runtime;
            });
        await download.Waits;
        runtime.Dispose();
        await download.EndsAsync();
        Assert.DoesNotContain(download.Server.Logs.Entries, entry => entry.Level >= LogLevel.Error && entry.Id.Name != "RuntimeEnded");
    });

    /// <summary>A server, and a client that has asked it for more than it reads.</summary>
    private sealed class Download : IAsyncDisposable
    {
        private readonly Flood _flood = new();
        private readonly X509Certificate2? _certificate;

        private Download(bool tls) => _certificate = tls ? Certificates.ForLocalhost() : null;

        internal TestServer Server { get; private set; } = null!;

        internal RawClient Client { get; private set; } = null!;

        /// <summary>What the client reads the response from.</summary>
        internal Stream Stream { get; private set; } = null!;

        /// <summary>A write waits.</summary>
        internal Task<HttpContext> Waits => _flood.Waits;

        internal static async Task<Download> StartAsync(
            Transport transport,
            bool tls = false,
            Action<KestrelServerOptions>? kestrel = null,
            Action<KiotoTransportOptions>? kioto = null)
        {
            Download download = new(tls);
            try
            {
                await download.BeginAsync(transport, kestrel, kioto);
                return download;
            }
            catch
            {
                await download.DisposeAsync();
                throw;
            }
        }

        /// <summary>The write has ended without an exception, and so has the connection: all is logged.</summary>
        internal async Task EndsAsync()
        {
            Assert.Null(await _flood.Thrown);
            await Server.StopAsync();
        }

        internal async Task EndsWithoutErrorsAsync()
        {
            await EndsAsync();
            Assert.DoesNotContain(
                Server.Logs.Entries,
                entry => entry.Level >= LogLevel.Error && entry.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal));
        }

        public async ValueTask DisposeAsync()
        {
            Stream?.Dispose();
            Client?.Dispose();
            if (Server is not null)
            {
                await Server.DisposeAsync();
            }

            _certificate?.Dispose();
        }

        private async Task BeginAsync(Transport transport, Action<KestrelServerOptions>? kestrel, Action<KiotoTransportOptions>? kioto)
        {
            Server = await TestServer.StartAsync(
                transport,
                _flood.Handle,
                kestrel,
                listen: options =>
                {
                    if (_certificate is not null)
                    {
                        options.UseHttps(_certificate);
                    }
                },
                kioto);
            Client = Server.Connect();
            Stream = new NetworkStream(Client.Socket);
            if (_certificate is not null)
            {
                SslStream secured = new(
                    Stream, leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate?.Subject == "CN=localhost");
                Stream = secured;
                await secured.AuthenticateAsClientAsync("localhost");
            }

            await Stream.WriteAsync(s_request);
        }
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
