using System;
using System.Collections.Generic;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>A task that loops over a socket that is always ready gives way when its budget is spent.</summary>
public class BudgetTests
{
    private const int Budget = 128;

    /// <summary>Where one thread polls all tasks, so that nobody runs beside the loop.</summary>
    public static TheoryData<int> OneThread => [0, 1];

    [Theory]
    [MemberData(nameof(OneThread))]
    public void Reads_spend_the_budget(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            const int Reads = 1000;
            await client.WriteAllAsync(new byte[Reads]);
            byte[] buffer = new byte[1];
            await GivesWay(Reads, async () => Assert.Equal(1, await server.ReadAsync(buffer)));
        }
    });

    [Theory]
    [MemberData(nameof(OneThread))]
    public void Writes_spend_the_budget(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            // They fit into the sockets' buffers.
            byte[] buffer = new byte[1];
            await GivesWay(1000, async () => Assert.Equal(1, await client.WriteAsync(buffer)));
        }
    });

    [Theory]
    [MemberData(nameof(OneThread))]
    public void Accepts_spend_the_budget(int workers) => OnRuntime.Run(workers, async () =>
    {
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        List<IDisposable> sockets = [];
        const int Accepts = 400;
        for (int i = 0; i < Accepts; i++)
        {
            Socket raw = Loopback.RawConnect(listener.LocalEndPoint);
            sockets.Add(raw);
        }

        await GivesWay(Accepts, async () => sockets.Add(await listener.AcceptAsync()));
        sockets.ForEach(socket => socket.Dispose());
    });

    private static async Future GivesWay(int steps, Func<Future> step)
    {
        int turns = 0;
        bool stop = false;
        JoinHandle other = Kio.Spawn(async () =>
        {
            while (!stop)
            {
                turns++;
                await Kio.YieldNow();
            }
        });
        int longest = await Kio.Spawn(async () =>
        {
            int most = 0;
            int inARow = 0;
            int before = turns;
            for (int i = 0; i < steps; i++)
            {
                await step();
                inARow = turns == before ? inARow + 1 : 1;
                before = turns;
                most = Math.Max(most, inARow);
            }

            return most;
        });
        stop = true;
        await other;
        Assert.InRange(longest, 1, Budget);
    }
}
