using System;
using System.Collections.Generic;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>I/O and timers beside tasks that are always ready.</summary>
public class BusyTests
{
    private const int Yielders = 64;

    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_arrives_is_read_within_a_bounded_number_of_polls(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            byte[] buffer = new byte[1];
            await BesideYielders(async turns =>
            {
                long most = 0;
                for (int i = 0; i < 100; i++)
                {
                    JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(buffer));
                    await Peek.UntilReadWaits(server);

                    // Loopback: it has arrived when the call returns.
                    await client.WriteAllAsync(buffer);
                    long before = turns();
                    Assert.Equal(1, await read);
                    most = Math.Max(most, turns() - before);
                }

                // Everybody's turn a few times over. With several workers, another may run on while this one is
                // descheduled: then polls bound nothing.
                if (workers < 2)
                {
                    Assert.InRange(most, 0, 10 * Yielders);
                }
            });
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Timers_fire(int workers) => OnRuntime.Run(workers, () => BesideYielders(async _ =>
    {
        for (int i = 0; i < 20; i++)
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        }
    }));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Connections_are_accepted(int workers) => OnRuntime.Run(workers, () => BesideYielders(async _ =>
    {
        for (int i = 0; i < 20; i++)
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            client.Dispose();
            Assert.Equal(0, await server.ReadAsync(new byte[1]));
            server.Dispose();
        }
    }));

    private static async Future BesideYielders(Func<Func<long>, Future> body)
    {
        long turns = 0;
        List<JoinHandle> yielders = [];
        for (int i = 0; i < Yielders; i++)
        {
            yielders.Add(Kio.Spawn(async () =>
            {
                while (true)
                {
                    await Kio.YieldNow();
                    Interlocked.Increment(ref turns);
                }
            }));
        }

        await body(() => Volatile.Read(ref turns));
        foreach (JoinHandle yielder in yielders)
        {
            yielder.Abort();
            await yielder.JoinAsync();
        }
    }
}
