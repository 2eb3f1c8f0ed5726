using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore.Tests;

/// <summary>Kestrel on one of the transports, with one handler.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly DirectoryInfo? _directory;
    private bool _stopped;

    private TestServer(WebApplication app, LogSink logs, CountingPools pools, DirectoryInfo? directory)
    {
        App = app;
        Logs = logs;
        Pools = pools;
        _directory = directory;
    }

    internal WebApplication App { get; }

    internal LogSink Logs { get; }

    internal CountingPools Pools { get; }

    internal string Address => App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    internal int Port => new Uri(Address).Port;

    internal EndPoint EndPoint => _directory is null
        ? new IPEndPoint(IPAddress.Loopback, Port)
        : new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, "s"));

    /// <summary>How many tasks live on the server's runtime; 0 for Kestrel's own transport.</summary>
    internal int LiveTasks => App.Services.GetService<KiotoTransport>()?.Scheduler.LiveTasks().Count ?? 0;

    internal static async Task<TestServer> StartAsync(
        Transport transport,
        RequestDelegate? handler,
        Action<KestrelServerOptions>? kestrel = null,
        Action<ListenOptions>? listen = null,
        Action<KiotoTransportOptions>? kioto = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? map = null,
        bool ownEndPoints = false)
    {
        LogSink logs = new();
        CountingPools pools = new();
        DirectoryInfo? directory = transport is Transport.SocketsUnix or Transport.KiotoUnix
            ? Directory.CreateTempSubdirectory("kioto-")
            : null;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Limits.MinRequestBodyDataRate = null; // A busy machine is not a slow client.
            options.Limits.MinResponseDataRate = null;
            kestrel?.Invoke(options);
            if (!ownEndPoints)
            {
                listen ??= static _ => { };
                if (directory is null)
                {
                    options.Listen(IPAddress.Loopback, 0, listen);
                }
                else
                {
                    options.ListenUnixSocket(Path.Combine(directory.FullName, "s"), listen);
                }
            }
        });
        if (transport is not (Transport.Sockets or Transport.SocketsUnix))
        {
            builder.WebHost.UseKioto(options =>
            {
                options.WorkerThreads = transport == Transport.KiotoOneWorker ? 1 : 2;
                kioto?.Invoke(options);
            });
        }

        builder.Services.AddSingleton<Microsoft.AspNetCore.Connections.IMemoryPoolFactory<byte>>(pools);
        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        map?.Invoke(app);
        if (handler is not null)
        {
            app.Run(handler);
        }

        TestServer server = new(app, logs, pools, directory);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    internal RawClient Connect() => RawClient.Connect(EndPoint);

    internal async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await App.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await App.DisposeAsync();
        _directory?.Delete(recursive: true);
    }
}
