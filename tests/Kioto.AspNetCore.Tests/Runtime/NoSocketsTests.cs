using System;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Where Kioto has no sockets an application runs on Kestrel's own transport, and its requests on the runtime.</summary>
public class NoSocketsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Kestrels_own_transport_serves(bool kestrelLast) => Bounded.Run(async () =>
    {
        LogSink logs = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(logs);
        if (!kestrelLast)
        {
            builder.WebHost.UseKestrelCore();
        }

        KiotoWebHostBuilderExtensions.UseKioto(builder.WebHost, static options => options.WorkerThreads = 1, hasSockets: false);
        if (kestrelLast)
        {
            builder.WebHost.UseKestrelCore();
        }

        builder.WebHost.ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.Run(static async context =>
        {
            string? name = Thread.CurrentThread.Name;
            bool isKiotos = context.Features.Get<KiotoConnection>() is not null;
            await Task.Delay(1).ConfigureAwait(false);
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            await context.Response.WriteAsync($"{name} {isKiotos}");
        });
        await app.StartAsync();
        Assert.Single(logs.Entries, static entry => entry.Level == LogLevel.Warning && entry.Id.Name == "NoSockets");
        using RawClient client = RawClient.Connect(new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port));
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            string answer = (await client.ReadResponseAsync()).Body;
            Assert.StartsWith("kioto-web", answer, StringComparison.Ordinal);
            Assert.EndsWith("False", answer, StringComparison.Ordinal);
        }

        await app.StopAsync();
    });
}
