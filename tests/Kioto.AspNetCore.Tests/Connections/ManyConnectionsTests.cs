using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Ten thousand clients at once, in another process.</summary>
public class ManyConnectionsTests
{
    // Fewer only where the machine allows a process fewer descriptors.
    private static int Connections { get; } = Math.Min(10_000, Descriptors.Most - 1000);

    public static TheoryData<Transport> All => Transports.All;

    [Theory]
    [MemberData(nameof(All))]
    public Task Ten_thousand_connections_are_served_and_hold_nothing_while_they_are_idle(Transport transport) => Bounded.Run(async () =>
    {
        int served = 0;
        await using TestServer server = await TestServer.StartAsync(
            transport,
            context =>
            {
                Interlocked.Increment(ref served);
                context.Response.StatusCode = 204;
                return Task.CompletedTask;
            },
            configure: builder => builder.Logging.SetMinimumLevel(LogLevel.Warning));
        HashSet<string> sockets = Descriptors.OpenSockets();
        using Child client = new(
            "connections", server.Port.ToString(CultureInfo.InvariantCulture), Connections.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("held", await client.Output.ReadLineAsync() ?? await client.Errors);
        Assert.Equal(Connections, Volatile.Read(ref served));
        Assert.Equal(Connections, Descriptors.SocketsSince(sockets));

        // .NET's sockets now and then say that there is something to read when there is not, and a connection of theirs
        // then takes a block to wait with.
        int kept = transport == Transport.Sockets ? Connections / 1000 : 0;
        await Bounded.Until(() => server.Pools.BlocksOut <= kept, () => $"{server.Pools.BlocksOut} blocks are out.");
        if (transport != Transport.Sockets)
        {
            // One for each direction, and the accept.
            await Bounded.Until(() => server.LiveTasks == (2 * Connections) + 1, () => $"{server.LiveTasks} tasks live.");
        }

        await client.Input.WriteLineAsync();
        Assert.Equal("served", await client.Output.ReadLineAsync() ?? await client.Errors);
        Assert.Equal(0, await client.EndAsync());
        Assert.Equal(2 * Connections, Volatile.Read(ref served));
        await Bounded.Until(() => Descriptors.SocketsSince(sockets) == 0, () => $"{Descriptors.SocketsSince(sockets)} sockets more.");
        await Bounded.Until(() => server.Pools.BlocksOut == 0, () => $"{server.Pools.BlocksOut} blocks are out.");

        // On a busy machine anything may seem stuck.
        Assert.Empty(server.Logs.Entries.Where(entry => entry.Id.Name != "StuckTask").Select(entry => entry.Message));
    });
}
