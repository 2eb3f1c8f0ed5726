using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>I/O and timers beside tasks that are always ready.</summary>
public class BusyTests
{
    private const int Yielders = 64;

    // Everybody's turn a few times over.
    private const int MostTurns = 10 * Yielders;

    // So late may a timer be: how many turns that is the machine decides.
    private static readonly TimeSpan s_granularity = TimeSpan.FromMicroseconds(17);

    // With several workers another may run on while one is descheduled: then polls bound nothing, but time does.
    private static readonly TimeSpan s_mostLateness = TimeSpan.FromSeconds(5);

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
                TimeSpan latest = default;
                for (int i = 0; i < 100; i++)
                {
                    JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(buffer));
                    await Peek.UntilReadWaits(server);

                    // Loopback: it has arrived when the call returns.
                    await client.WriteAllAsync(buffer);
                    long before = turns();
                    long sent = Stopwatch.GetTimestamp();
                    Assert.Equal(1, await read);
                    most = Math.Max(most, turns() - before);
                    latest = Latest(latest, Stopwatch.GetElapsedTime(sent));
                }

                AssertBounds(workers, most, MostTurns, latest);
            });
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Timers_fire_within_a_bounded_number_of_polls(int workers) => OnRuntime.Run(workers, () => BesideYielders(async turns =>
    {
        TimeSpan duration = TimeSpan.FromMilliseconds(1);
        long most = 0;
        TimeSpan latest = default;
        for (int i = 0; i < 50; i++)
        {
            // Somebody who is always ready sees when it is due.
            Sleep sleep = new(duration);
            JoinHandle<long> due = Kio.Spawn(async () =>
            {
                while (Instant.Now < sleep.Deadline + s_granularity)
                {
                    await Kio.YieldNow();
                }

                return turns();
            });
            await sleep.WaitAsync();
            long now = turns();
            latest = Latest(latest, Instant.Now - sleep.Deadline);
            most = Math.Max(most, now - await due);
        }

        AssertBounds(workers, most, MostTurns, latest);
    }));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Connections_are_accepted_within_a_bounded_number_of_polls(int workers) =>
        OnRuntime.Run(workers, () => BesideYielders(async turns =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            long most = 0;
            TimeSpan latest = default;
            for (int i = 0; i < 20; i++)
            {
                JoinHandle<TcpStream> accept = Kio.Spawn(async () => await listener.AcceptAsync());
                await Peek.UntilAcceptWaits(listener);
                using System.Net.Sockets.Socket raw = Loopback.RawConnect(listener.LocalEndPoint);
                long before = turns();
                long connected = Stopwatch.GetTimestamp();
                using TcpStream server = await accept;
                most = Math.Max(most, turns() - before);
                latest = Latest(latest, Stopwatch.GetElapsedTime(connected));
                raw.Dispose();
                Assert.Equal(0, await server.ReadAsync(new byte[1]));
            }

            AssertBounds(workers, most, MostTurns, latest);
        }));

    private static TimeSpan Latest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static void AssertBounds(int workers, long most, long mostTurns, TimeSpan latest)
    {
        if (workers < 2)
        {
            Assert.InRange(most, 0, mostTurns);
        }

        Assert.InRange(latest, TimeSpan.Zero, s_mostLateness);
    }

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
