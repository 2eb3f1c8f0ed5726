using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Kioto.AspNetCore.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.Hosting.Tests;

/// <summary>UseKioto puts Kestrel on the runtime of AddKioto, which outlives it.</summary>
public class WebTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Kestrel_runs_on_the_hosts_runtime(bool kiotoFirst) => Bounded.Run(async () =>
    {
        LogSink logs = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection([new("Kioto:ThreadName", "mine"), new("Kioto:WorkerThreads", "2")]);
        builder.Logging.AddProvider(logs);
        if (kiotoFirst)
        {
            builder.Services.AddKioto();
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0)).UseKioto();
        if (!kiotoFirst)
        {
            builder.Services.AddKioto();
        }

        await using WebApplication app = builder.Build();
        TaskCompletionSource began = new();
        TaskCompletionSource goOn = new();
        app.Run(async context =>
        {
            if (context.Request.Path == "/wait")
            {
                began.SetResult();
                await goOn.Task.ConfigureAwait(false);
                await Kio.Sleep(TimeSpan.FromMilliseconds(1)); // The runtime is still there.
            }

            string name = await Kio.Spawn(async () => Thread.CurrentThread.Name ?? "");
            await context.Response.WriteAsync(name);
        });
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using HttpClient client = new();
        Assert.StartsWith("mine", await client.GetStringAsync(new Uri(address)), StringComparison.Ordinal);
        Task<string> waiting = client.GetStringAsync(new Uri($"{address}/wait"));
        await began.Task;
        Task stopping = app.StopAsync();
        goOn.SetResult();
        Assert.StartsWith("mine", await waiting, StringComparison.Ordinal);
        await stopping;
        Assert.True(app.Services.GetRequiredService<Runtime>().ShutdownToken.IsCancellationRequested);
        Assert.Contains(logs.Entries, entry => entry is { Id.Name: "ShutDown", Category: "Kioto.Runtime" });
        Assert.Empty(HostSetup.Warnings(logs));
    });

    [Fact]
    public void A_build_that_throws_leaves_no_runtime()
    {
        bool isBuilt = false;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddKioto(options => options.Configure = _ => isBuilt = true);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(_ => throw new FormatException("wrong")).UseKioto();
        Assert.Throws<FormatException>(builder.Build);
        Assert.False(isBuilt);
    }

    [Fact]
    public Task Disposed_without_a_stop_the_server_ends_before_its_runtime() => Bounded.Run(async () =>
    {
        LogSink logs = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0)).UseKioto();
        builder.Services.AddKioto();
        Runtime runtime;
        await using (WebApplication app = builder.Build())
        {
            app.Run(context => context.Response.WriteAsync("ok"));
            await app.StartAsync();
            runtime = app.Services.GetRequiredService<Runtime>();
            string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            using HttpClient client = new();
            Assert.Equal("ok", await client.GetStringAsync(new Uri(address)));
        }

        Assert.True(runtime.ShutdownToken.IsCancellationRequested);
        Assert.DoesNotContain(logs.Entries, entry => entry.Id.Name == "RuntimeEnded");
    });

    [Theory]
    [InlineData("Kioto:WorkerThreads", false, true)]
    [InlineData("Kioto:WorkerThreads", true, false)]
    [InlineData("Other:WorkerThreads", false, false)]
    public Task A_section_that_nobody_reads_is_told_at_the_start(string key, bool addsKioto, bool warns) => Bounded.Run(async () =>
    {
        LogSink logs = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection([new(key, "2")]);
        builder.Logging.AddProvider(logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0)).UseKioto();
        if (addsKioto)
        {
            builder.Services.AddKioto();
        }

        await using WebApplication app = builder.Build();
        await app.StartAsync();
        await app.StopAsync();
        string[] told = [.. logs.Entries.Where(entry => entry.Id.Name == "ConfigurationUnread").Select(entry => entry.Message)];
        Assert.Equal(warns, told is [{ } message] && message.Contains("services.AddKioto()", StringComparison.Ordinal));
        Assert.Equal(warns ? 1 : 0, told.Length);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_server_for_tests_is_found_by_its_type_and_runs_requests_on_the_runtime(bool kiotoFirst) => Bounded.Run(async () =>
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (kiotoFirst)
        {
            builder.WebHost.UseKioto().UseTestServer();
        }
        else
        {
            builder.WebHost.UseTestServer().UseKioto();
        }

        await using WebApplication app = builder.Build();
        app.Run(async context =>
        {
            string name = Thread.CurrentThread.Name ?? "";
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            await context.Response.WriteAsync(name);
        });
        await app.StartAsync();
        using HttpClient client = app.GetTestClient();
        Assert.StartsWith("kioto-web", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        await app.StopAsync();
    });
}
