using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Code of connections, beneath requests or instead of them, finds the runtime wherever it runs.</summary>
public class ConnectionCodeTests
{
    public static TheoryData<bool, bool> All => new() { { false, true }, { true, true }, { false, false } };

    [Theory]
    [MemberData(nameof(All))]
    public Task A_connection_handler(bool onThreadPool, bool flows) => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).FlowExecutionContext(flows).Build();
        await using TestServer server = await StartAsync(
            runtime, onThreadPool, static options => options.UseConnectionHandler<Echo>(), static services => services.AddSingleton<Echo>());
        using RawClient client = server.Connect();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("a line\n");
            Assert.Equal("a line", await client.ReadLineAsync());
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Connection_middleware(bool onThreadPool, bool flows) => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).FlowExecutionContext(flows).Build();
        int seen = 0;
        await using TestServer server = await StartAsync(runtime, onThreadPool, options => options.Use(next => async connection =>
        {
            seen += await Kio.Spawn(async () => 1);
            await Task.Delay(1).ConfigureAwait(false);
            seen += await Kio.Spawn(async () => 1);
            await next(connection);
        }));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
        Assert.Equal(2, seen);
    });

    [Fact]
    public Task Each_connection_finds_its_own_servers_runtime() => Bounded.Run(async () =>
    {
        using Runtime one = Runtime.CreateBuilder().WorkerThreads(1).Name("one").Build();
        using Runtime two = Runtime.CreateBuilder().WorkerThreads(1).Name("two").Build();
        await using TestServer first = await StartAsync(one, onThreadPool: false, Name);
        await using TestServer second = await StartAsync(two, onThreadPool: false, Name);
        foreach ((TestServer server, string name) in new[] { (first, "one"), (second, "two"), (first, "one") })
        {
            using RawClient client = server.Connect();
            Assert.Equal(name, await client.ReadLineAsync());
        }

        static void Name(Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions options) => options.Run(async connection =>
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(RuntimeHandle.Current.Name + "\n")));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_hub(bool onThreadPool) => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        await using TestServer server = await StartAsync(
            runtime, onThreadPool, static options => options.UseHub<Adder>(), static services => services.AddSignalR());
        using RawClient client = server.Connect();
        await client.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e");
        await client.SendAsync("{\"type\":1,\"invocationId\":\"7\",\"target\":\"Add\",\"arguments\":[20,22]}\u001e");
        await client.ReadUntilAsync(static text => text.Contains("\"invocationId\":\"7\"", StringComparison.Ordinal) && text.EndsWith('\u001e'));
        Assert.Contains("\"result\":42", client.Rest(), StringComparison.Ordinal);
    });

    private static Task<TestServer> StartAsync(
        Runtime runtime,
        bool onThreadPool,
        Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions> listen,
        Action<IServiceCollection>? services = null) => TestServer.StartAsync(
            Transport.Kioto,
            context => context.Response.WriteAsync("ok"),
            listen: listen,
            kioto: options =>
            {
                options.WorkerThreads = 0;
                options.Runtime = runtime;
                options.RunRequestsOnThreadPool = onThreadPool;
            },
            configure: builder => services?.Invoke(builder.Services));

    /// <summary>Sends back what comes, and uses the runtime at each step.</summary>
    private sealed class Echo : ConnectionHandler
    {
        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            Assert.Equal(1, await Kio.Spawn(async () => 1)); // Just started: on the thread pool.
            while (true)
            {
                ReadResult read = await connection.Transport.Input.ReadAsync();
                if (read.IsCompleted)
                {
                    break;
                }

                byte[] bytes = read.Buffer.ToArray();
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                Assert.Equal(1, await Kio.Spawn(async () => 1));
                await Task.Delay(1).ConfigureAwait(false);
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                await connection.Transport.Output.WriteAsync(bytes);
            }
        }
    }

    /// <summary>Adds on the runtime.</summary>
    private sealed class Adder : Hub
    {
        public async Task<int> Add(int one, int other)
        {
            await Task.Delay(1).ConfigureAwait(false);
            return await Kio.Spawn(async () => one + other);
        }
    }
}
