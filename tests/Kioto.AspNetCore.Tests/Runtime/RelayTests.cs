using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>The workers know of connections whose requests come by way of the thread pool, and serve them.</summary>
public class RelayTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1, false, false)]
    [InlineData(HttpProtocols.Http2, false, false)]
    [InlineData(HttpProtocols.Http2, true, false)]
    [InlineData(HttpProtocols.Http2, false, true)]
    [InlineData(HttpProtocols.Http2, true, true)]
    public Task They_are_those_of_HTTP_2_for_as_long_as_they_last(HttpProtocols protocol, bool pool, bool kestrelLast) => Bounded.Run(async () =>
    {
        await using WebApplication app = await Start(protocol, workers: 1, pool, kestrelLast);
        MultiThreadScheduler scheduler = app.Services.GetRequiredService<KiotoTransport>().Scheduler;
        using (HttpClient client = Connect(app, protocol))
        {
            Assert.False(scheduler.IsRelaying);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal("/a", await client.GetStringAsync("/a"));
                Assert.Equal(protocol == HttpProtocols.Http2, scheduler.IsRelaying);
            }
        }

        await app.StopAsync();
        Assert.False(scheduler.IsRelaying);
    });

    [Fact]
    public Task An_end_that_overtakes_its_beginning_counts_as_none() => Bounded.Run(async () =>
    {
        await using WebApplication app = await Start(HttpProtocols.Http2, workers: 1, pool: false, kestrelLast: false);
        MultiThreadScheduler scheduler = app.Services.GetRequiredService<KiotoTransport>().Scheduler;
        scheduler.EndRelaying();
        Assert.False(scheduler.IsRelaying);
        scheduler.BeginRelaying();
        Assert.False(scheduler.IsRelaying);
        scheduler.BeginRelaying();
        Assert.True(scheduler.IsRelaying);
        scheduler.EndRelaying();
        Assert.False(scheduler.IsRelaying);
        await app.StopAsync();
    });

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public Task Many_requests_at_once_are_answered_and_other_tasks_go_on(int workers, bool pool) => Bounded.Run(async () =>
    {
        await using WebApplication app = await Start(HttpProtocols.Http2, workers, pool, kestrelLast: false);
        Runtime runtime = app.Services.GetRequiredService<KiotoTransport>().Runtime;
        JoinHandle<int> ticks = runtime.Spawn(static async Future<int> () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }

            return 20;
        });
        HttpClient[] clients = [.. Enumerable.Range(0, 24).Select(_ => Connect(app, HttpProtocols.Http2))];
        for (int round = 0; round < 5; round++)
        {
            string[] answers = await Task.WhenAll(
                clients.SelectMany((client, c) => Enumerable.Range(0, 40).Select(i => client.GetStringAsync($"/{c}.{i}"))));
            Assert.Equal(clients.SelectMany((_, c) => Enumerable.Range(0, 40).Select(i => $"/{c}.{i}")), answers);
        }

        Assert.Equal(20, await ticks.AsFuture().AsTask());
        foreach (HttpClient client in clients)
        {
            client.Dispose();
        }

        await app.StopAsync();
    });

    private static async Task<WebApplication> Start(HttpProtocols protocol, int workers, bool pool, bool kestrelLast)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKioto(options =>
        {
            options.WorkerThreads = workers;
            options.RunRequestsOnThreadPool = pool;
        });
        if (kestrelLast)
        {
            builder.WebHost.UseKestrelCore(); // Unwrapped: the start-up filter does it.
        }

        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocol));
        WebApplication app = builder.Build();
        app.Run(static context => context.Response.WriteAsync(context.Request.Path));
        await app.StartAsync();
        return app;
    }

    private static HttpClient Connect(WebApplication app, HttpProtocols protocol) => new()
    {
        BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        DefaultRequestVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
