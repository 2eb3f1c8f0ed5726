using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A runtime of the server's own logs what goes wrong on it, and gives detached work time to end.</summary>
public class OwnRuntimeTests
{
    private const string Category = "Kioto.Runtime";

    [Fact]
    public Task A_failure_that_nobody_observes_is_logged() => Bounded.Run(async () =>
    {
        await using TestServer server = await StartAsync(static () => throw new FormatException("lost"));
        await AskAsync(server);
        await Bounded.Until(() => server.Logs.Entries.Any(static entry =>
            entry.Category == Category && entry.Level == LogLevel.Error && entry.Id.Name == "UnhandledFailure" && entry.Exception is FormatException));
    });

    [Fact]
    public Task A_handler_that_blocks_is_logged() => Bounded.Run(async () =>
    {
        using ManualResetEventSlim release = new();
        await using TestServer server = await TestServer.StartAsync(Transport.Kioto, context =>
        {
            release.Wait();
            return context.Response.WriteAsync("ok");
        });
        try
        {
            Task asking = AskAsync(server);
            await Bounded.Until(() => server.Logs.Entries.Any(static entry =>
                entry.Category == Category && entry.Level == LogLevel.Warning && entry.Id.Name == "StuckTask"));
            release.Set();
            await asking;
        }
        finally
        {
            release.Set();
        }
    });

    [Fact]
    public Task Detached_work_ends_by_itself_when_the_host_stops() => Bounded.Run(async () =>
    {
        TaskCompletionSource goOn = new();
        bool ended = false;
        await using TestServer server = await StartAsync(async () =>
        {
            await goOn.Task;
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            Volatile.Write(ref ended, true);
        });
        await AskAsync(server);
        CancellationToken ending = server.App.Services.GetRequiredService<KiotoTransport>().Runtime.ShutdownToken;
        Task stopping = server.StopAsync();
        await Bounded.Until(() => ending.IsCancellationRequested);
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        await stopping;
        Assert.True(Volatile.Read(ref ended));
        Assert.Contains(server.Logs.Entries, static entry => entry.Category == Category && entry.Id.Name == "ShutDown");
    });

    [Fact]
    public Task Detached_work_that_does_not_is_aborted_and_named_when_the_hosts_time_is_over() => Bounded.Run(async () =>
    {
        await using TestServer server = await StartAsync(static async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        await AskAsync(server);
        await server.App.StopAsync(new CancellationToken(true));
        string told = Assert.Single(
            server.Logs.Entries, static entry => entry.Category == Category && entry.Id.Name == "ShutDownWithStragglers").Message;
        Assert.Contains("OwnRuntimeTests.cs", told, StringComparison.Ordinal);
    });

    private static Task<TestServer> StartAsync(Func<Future> detached) => TestServer.StartAsync(Transport.Kioto, context =>
    {
        Kio.Detach(detached);
        return context.Response.WriteAsync("ok");
    });

    private static async Task AskAsync(TestServer server)
    {
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
    }
}
