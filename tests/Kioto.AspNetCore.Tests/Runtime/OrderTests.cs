using System;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>UseKioto works wherever it stands among the calls that choose a server.</summary>
public class OrderTests
{
    [Theory]
    [InlineData("kestrel, kioto")]
    [InlineData("kioto, kestrel")]
    [InlineData("kestrel, kioto, kestrel")]
    [InlineData("kestrel, kioto, kestrel, kioto")]
    [InlineData("kioto, kestrel, kioto")]
    [InlineData("kioto, kioto, kestrel")]
    public Task Requests_run_on_the_runtime_in_any_order(string order) => Bounded.Run(async () =>
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        foreach (string call in order.Split(", "))
        {
            _ = call == "kioto"
                ? builder.WebHost.UseKioto(options => options.WorkerThreads = 1)
                : builder.WebHost.UseKestrelCore().ConfigureKestrel(_ => { });
        }

        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.Run(async context =>
        {
            string? name = Thread.CurrentThread.Name;
            await Task.Delay(1).ConfigureAwait(false);
            await Kio.Sleep(TimeSpan.FromMilliseconds(1)); // Finds its runtime off the workers too.
            await context.Response.WriteAsync(name ?? "none");
        });
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        for (int i = 0; i < 3; i++)
        {
            using RawClient client = RawClient.Connect(new IPEndPoint(IPAddress.Loopback, new Uri(address).Port));
            for (int j = 0; j < 3; j++)
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                RawResponse response = await client.ReadResponseAsync();
                Assert.Equal(200, response.Status);
                Assert.StartsWith("kioto-web", response.Body, StringComparison.Ordinal);
            }
        }

        await app.StopAsync();
    });
}
