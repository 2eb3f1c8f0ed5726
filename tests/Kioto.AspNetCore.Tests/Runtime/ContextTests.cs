using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>What flows with the execution context reaches request code as it does with Kestrel's own transport.</summary>
public class ContextTests
{
    public static TheoryData<Transport, bool> All => new()
    {
        { Transport.Sockets, true }, { Transport.Kioto, true }, { Transport.Kioto, false },
        { Transport.KiotoOneWorker, true }, { Transport.KiotoOneWorker, false },
    };

    [Theory]
    [MemberData(nameof(All))]
    public Task What_the_connection_set_is_seen_by_its_requests(Transport transport, bool flows) => Bounded.Run(async () =>
    {
        AsyncLocal<string?> local = new();
        using Runtime? runtime = Build(transport, flows);
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                string? before = local.Value;
                local.Value = "of a request";
                await Task.Yield();
                string? after = local.Value;
                await Task.Delay(1).ConfigureAwait(false);
                if (transport != Transport.Sockets)
                {
                    await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                }

                await context.Response.WriteAsync($"{before}, {after}");
            },
            listen: options => options.Use(next => connection =>
            {
                local.Value = connection.ConnectionId;
                return next(connection);
            }),
            kioto: options => Use(options, runtime));
        HashSet<string> answers = [];
        for (int i = 0; i < 3; i++)
        {
            using RawClient client = server.Connect();
            string[] bodies = new string[4];
            for (int j = 0; j < bodies.Length; j++)
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                bodies[j] = (await client.ReadResponseAsync()).Body;
                Assert.Equal(13 + ", of a request".Length, bodies[j].Length);
            }

            Assert.Single(bodies.Distinct());
            Assert.True(answers.Add(bodies[0]), "Two connections saw one another's context.");
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_accessor_the_activity_and_the_scopes_are_those_of_the_request(Transport transport, bool flows) => Bounded.Run(async () =>
    {
        using Runtime? runtime = Build(transport, flows);
        using ScopedLogs scoped = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context =>
            {
                IHttpContextAccessor accessor = context.RequestServices.GetRequiredService<IHttpContextAccessor>();
                ILogger logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("test");
                string? activity = Activity.Current?.Id;
                await Task.Yield();
                Assert.Same(context, accessor.HttpContext);
                Assert.NotNull(activity);
                Assert.Equal(activity, Activity.Current?.Id);
                logger.Log(LogLevel.Warning, default, "seen", null, static (text, _) => text);
                await context.Response.WriteAsync(string.Join('|', scoped.LastScopes));
            },
            configure: builder =>
            {
                builder.Services.AddHttpContextAccessor();
                builder.Logging.AddProvider(scoped);
            },
            kioto: options => Use(options, runtime));
        using RawClient client = server.Connect();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync("GET /path HTTP/1.1\r\nHost: a\r\n\r\n");
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal(200, response.Status);
            Assert.Contains("ConnectionId:", response.Body, StringComparison.Ordinal);
            Assert.Contains("RequestPath:/path", response.Body, StringComparison.Ordinal);
        }
    });

    private static Runtime? Build(Transport transport, bool flows) => transport == Transport.Sockets
        ? null
        : Runtime.CreateBuilder().WorkerThreads(transport == Transport.Kioto ? 2 : 1).FlowExecutionContext(flows).Build();

    private static void Use(KiotoTransportOptions options, Runtime? runtime)
    {
        options.WorkerThreads = 0;
        options.Runtime = runtime;
    }
}
