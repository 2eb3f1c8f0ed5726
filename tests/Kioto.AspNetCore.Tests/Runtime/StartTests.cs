using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A runtime of the server's own begins with the server.</summary>
public class StartTests
{
    private const int Workers = 5; // Of no other test's.

    [Fact]
    public void A_build_that_throws_leaves_no_runtime()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKioto(options => options.WorkerThreads = Workers);
        builder.Services.Configure<KestrelServerOptions>(_ => throw new FormatException("wrong"));
        Assert.Throws<FormatException>(builder.Build);
        Assert.False(HasRuntime());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_application_that_is_not_started_has_none(bool kestrelLast) => Bounded.Run(async () =>
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKioto(options => options.WorkerThreads = Workers);
        if (kestrelLast)
        {
            builder.WebHost.UseKestrelCore();
        }

        KiotoTransport transport;
        await using (WebApplication app = builder.Build())
        {
            app.Run(context => context.Response.WriteAsync("ok"));
            transport = app.Services.GetRequiredService<KiotoTransport>();
        }

        Assert.Throws<ObjectDisposedException>(() => transport.Runtime);
        Assert.False(HasRuntime());
    });

    private static bool HasRuntime() => LiveRuntimes.Snapshot().Exists(runtime => runtime.Options.WorkerThreads == Workers);
}
