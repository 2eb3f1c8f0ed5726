using System;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Request code runs on the runtime.</summary>
public class RequestTests
{
    public static TheoryData<Transport> Kioto => Transports.Kioto;

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Handlers_run_on_workers_from_the_first_request_on(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, context => context.Response.WriteAsync($"{Thread.CurrentThread.Name} {Thread.CurrentThread.IsThreadPoolThread}"));
        using RawClient client = server.Connect();
        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            RawResponse response = await client.ReadResponseAsync();
            Assert.StartsWith("kioto-web", response.Body, StringComparison.Ordinal);
            Assert.EndsWith("False", response.Body, StringComparison.Ordinal);
        }
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task The_verbs_work_in_handlers_and_after_leaving_the_workers(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            int sum = await Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                return 1;
            });
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            await Task.Delay(1).ConfigureAwait(false);
            Assert.True(Thread.CurrentThread.IsThreadPoolThread);
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            sum += await Kio.SpawnBlocking(() => 2);
            await Task.Yield();
            sum += await Kio.Spawn(async () => 4);
            await context.Response.WriteAsync(sum.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        using RawClient client = server.Connect();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("7", (await client.ReadResponseAsync()).Body);
        }
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Channels_locks_and_combinators_work_in_handlers(Transport transport) => Bounded.Run(async () =>
    {
        Mutex<int> count = new(0);
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
            Kio.Detach(async () =>
            {
                for (int i = 1; i <= 3; i++)
                {
                    await sender.SendAsync(i);
                }
            });
            int sum = 0;
            for (int i = 0; i < 3; i++)
            {
                sum += (await receiver.RecvAsync()).Value;
            }

            using (MutexGuard<int> guard = await count.LockAsync())
            {
                guard.Value++;
            }

            Selected<int, Unit> first = await Kio.Select(Kio.Spawn(async () => 10).AsFuture(), Kio.Sleep(TimeSpan.FromMinutes(10)));
            sum += first.Index == 0 ? first.First : 0;
            await Assert.ThrowsAsync<TimeoutException>(async () => await Never().Timeout(TimeSpan.FromMilliseconds(5)));
            await context.Response.WriteAsync(sum.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        using RawClient client = server.Connect();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("16", (await client.ReadResponseAsync()).Body);
        }

        using MutexGuard<int> last = await count.LockAsync();
        Assert.Equal(5, last.Value);
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Requests_can_be_left_to_the_thread_pool(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            context => context.Response.WriteAsync(Thread.CurrentThread.IsThreadPoolThread.ToString()),
            kioto: options => options.RunRequestsOnThreadPool = true);
        using RawClient client = server.Connect();
        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("True", (await client.ReadResponseAsync()).Body);
        }
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task The_verbs_work_in_requests_that_are_left_to_the_thread_pool(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                await Task.Delay(1).ConfigureAwait(false);
                string? name = await Kio.Spawn(async () => Thread.CurrentThread.Name);
                await context.Response.WriteAsync(name ?? "");
            },
            kioto: options => options.RunRequestsOnThreadPool = true);
        using RawClient client = server.Connect();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.StartsWith("kioto-web", (await client.ReadResponseAsync()).Body, StringComparison.Ordinal);
        }
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task Requests_do_not_see_one_anothers_context(Transport transport) => Bounded.Run(async () =>
    {
        AsyncLocal<string?> local = new();
        await using TestServer server = await TestServer.StartAsync(transport, async context =>
        {
            string? before = local.Value;
            local.Value = "left behind";
            await Kio.YieldNow();
            await context.Response.WriteAsync(before ?? "clean");
        });
        using RawClient client = server.Connect();
        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("clean", (await client.ReadResponseAsync()).Body);
        }
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task A_starved_thread_pool_does_not_stop_requests_that_are_under_way(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });

        // A socket of .NET's that has awaited once needs the thread pool to receive, even when it blocks: this one never does.
        using Http1Exchange client = new(server.Port);
        client.Exchange();
        Exception? failure = null;

        // Not disposed: what has not begun yet will look at them later.
        ManualResetEventSlim release = new();
        Thread thread = new(() =>
        {
            CountdownEvent blocked = new(Environment.ProcessorCount);
            int unblocked = 0;
            for (int i = 0; i < 200; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        if (Interlocked.Increment(ref unblocked) <= Environment.ProcessorCount)
                        {
                            blocked.Signal();
                        }

                        release.Wait();
                    },
                    null);
            }

            blocked.Wait();
            try
            {
                for (int i = 0; i < 20; i++)
                {
                    client.Exchange();
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            finally
            {
                release.Set();
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    });

    private static async Future<int> Never()
    {
        await Kio.Sleep(TimeSpan.FromHours(1));
        return 0;
    }
}
