using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A listener accepts ahead of the server: nothing of that is lost or leaks.</summary>
public class ListenerTests
{
    private const int Some = 20;
    private const int MoreThanWait = 150; // Than the listener holds for the server.

    [Fact]
    public Task What_was_accepted_before_the_unbinding_is_handed_out() => Bounded.Run(async () =>
    {
        await using TestServer server = await StartAsync();
        await using IConnectionListener listener = await ListenAsync(server);
        List<RawClient> clients = Connect(listener, Some);
        await using ConnectionContext? first = await listener.AcceptAsync();
        Assert.NotNull(first);
        await Bounded.Until(() => server.LiveTasks == (2 * Some) + 2); // And two that accept.
        await listener.UnbindAsync();
        for (int i = 1; i < Some; i++)
        {
            ConnectionContext? other = await listener.AcceptAsync();
            Assert.NotNull(other);
            await other.DisposeAsync();
        }

        Assert.Null(await listener.AcceptAsync());
        Assert.Null(await listener.AcceptAsync());
        clients.ForEach(client => client.Dispose());
    });

    [Theory]
    [InlineData(Some)]
    [InlineData(MoreThanWait)]
    public Task What_nobody_takes_ends_with_the_listener(int count) => Bounded.Run(async () =>
    {
        await using TestServer server = await StartAsync();
        await Bounded.Until(() => server.LiveTasks == 1); // What accepts for the server itself.
        IConnectionListener listener = await ListenAsync(server);
        List<RawClient> clients = Connect(listener, count);
        ConnectionContext? first = await listener.AcceptAsync();
        Assert.NotNull(first);
        await Bounded.Until(() => server.LiveTasks >= 2 * Math.Min(count, 100));
        await first.DisposeAsync();
        await listener.UnbindAsync();
        await listener.DisposeAsync();
        foreach (RawClient client in clients)
        {
            Assert.NotEqual(ConnectionEnd.Open, await client.ReadToAnyEndAsync());
            client.Dispose();
        }

        await Bounded.Until(
            () => server.LiveTasks == 1 && server.Pools.BlocksOut == 0,
            () => $"tasks: {server.LiveTasks}, blocks: {server.Pools.BlocksOut}");
    });

    private static Task<TestServer> StartAsync() =>
        TestServer.StartAsync(Transport.Kioto, context => context.Response.WriteAsync("ok"));

    private static ValueTask<IConnectionListener> ListenAsync(TestServer server) =>
        server.App.Services.GetServices<IConnectionListenerFactory>().OfType<KiotoTransportFactory>().Single()
            .BindAsync(new IPEndPoint(IPAddress.Loopback, 0));

    private static List<RawClient> Connect(IConnectionListener listener, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => RawClient.Connect(listener.EndPoint))];
}
