using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Handlers that block their threads are found, and hold nobody else up.</summary>
public class WatchdogTests
{
    public static TheoryData<int, HttpProtocols> All => new()
    {
        { 1, HttpProtocols.Http1 }, { 2, HttpProtocols.Http1 }, { 1, HttpProtocols.Http2 }, { 2, HttpProtocols.Http2 },
    };

    [Theory]
    [MemberData(nameof(All))]
    public Task Handlers_that_block_stall_nobody(int workers, HttpProtocols protocol) => Bounded.Run(async () =>
    {
        ConcurrentQueue<StuckTaskReport> reports = new();
        using ManualResetEventSlim release = new();
        using Runtime runtime = Runtime.CreateBuilder()
            .WorkerThreads(workers)
            .OnStuckTask(reports.Enqueue)
            .Build();
        int blocked = 0;
        await using TestServer server = await TestServer.StartAsync(
            Transport.Kioto,
            context =>
            {
                if (context.Request.Path == "/block")
                {
                    Interlocked.Increment(ref blocked);
                    release.Wait();
                }

                return context.Response.WriteAsync("ok");
            },
            listen: options => options.Protocols = protocol,
            kioto: options =>
            {
                options.WorkerThreads = 0;
                options.Runtime = runtime;
            });
        using HttpClient client = new()
        {
            DefaultRequestVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            Assert.Equal("ok", await client.GetStringAsync(new Uri($"{server.Address}/")));
            int blockers = workers + 2; // More than there are workers.
            Task<string>[] waiting =
                [.. Enumerable.Range(0, blockers).Select(_ => client.GetStringAsync(new Uri($"{server.Address}/block")))];
            await Bounded.Until(() => Volatile.Read(ref blocked) == blockers, () => $"{blocked} handlers block.");
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal("ok", await client.GetStringAsync(new Uri($"{server.Address}/")));
            }

            Assert.All(waiting, task => Assert.False(task.IsCompleted));
            await Bounded.Until(() => reports.Count >= blockers, () => $"{reports.Count} reports.");
            release.Set();
            Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("ok", answer));
            Assert.Contains(reports, static report => report.MovedOn); // On a busy machine anything may seem stuck, also what can't be moved at once.
        }
        finally
        {
            release.Set();
        }
    });
}
