using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class LifetimeTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Fact]
    public void Finalizers_close_the_sockets_of_forgotten_streams_and_listeners() => OnRuntime.Run(1, async () =>
    {
        const int Count = 50;
        Descriptors before = Descriptors.Look();
        await Forget(Count);
        Assert.Equal((2 * Count) + 1, before.Opened);
        while (before.Opened > 0)
        {
            CollectAll(); // A thread may remember one for a while.
            await Kio.YieldNow();
        }
    });

    [Fact]
    public void A_forgotten_stream_is_not_finalized_while_its_read_waits() => OnRuntime.Run(1, async () =>
    {
        (Socket raw, JoinHandle<int> read) = await ForgetDuringRead();
        using (raw)
        {
            for (int i = 0; i < 5; i++)
            {
                CollectAll();
                await Kio.YieldNow();
            }

            raw.Send([1, 2]);
            Assert.Equal(2, await read);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_descriptor_is_left_after_connects_accepts_and_aborts(int workers) => OnRuntime.Run(workers, async () =>
    {
        Descriptors before = Descriptors.Look();
        Random random = new(7);
        using (TcpListener listener = TcpListener.Bind(Loopback.Any))
        {
            IPEndPoint endPoint = listener.LocalEndPoint;
            for (int i = 0; i < 2000; i++)
            {
                JoinHandle accept = Kio.Spawn(async () =>
                {
                    using TcpStream stream = await listener.AcceptAsync();
                    await stream.ReadAsync(new byte[8]);
                });
                JoinHandle connect = Kio.Spawn(async () =>
                {
                    using TcpStream stream = await TcpStream.ConnectAsync(endPoint);
                    await stream.ReadAsync(new byte[8]);
                });
                for (int yields = random.Next(6); yields > 0; yields--)
                {
                    await Kio.YieldNow();
                }

                // Aborted before the start, while connecting or accepting, or while reading.
                connect.Abort();
                accept.Abort();
                await connect.JoinAsync();
                await accept.JoinAsync();
            }
        }

        Assert.Equal(0, before.Opened);
    });

    [Fact]
    public void Running_out_of_descriptors_fails_accept_and_connect_and_goes_on_afterwards() => OnRuntime.Run(1, async () =>
    {
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        IPEndPoint endPoint = listener.LocalEndPoint;
        for (int warm = 0; warm < 2; warm++)
        {
            (TcpStream one, TcpStream other) = await Loopback.Pair(listener);
            one.Dispose();
            other.Dispose();
            Assert.Throws<FormatException>(() => TcpListener.Bind("x"));
        }

        using Socket client = Loopback.RawConnect(endPoint);
        SocketException? accepting = null;
        SocketException? connecting = null;
        SocketException? binding = null;
        using (Scarcity.Begin())
        {
            try
            {
                (await listener.AcceptAsync()).Dispose();
            }
            catch (SocketException exception)
            {
                accepting = exception;
            }

            try
            {
                (await TcpStream.ConnectAsync(endPoint)).Dispose();
            }
            catch (SocketException exception)
            {
                connecting = exception;
            }

            try
            {
                TcpListener.Bind(Loopback.Any).Dispose();
            }
            catch (SocketException exception)
            {
                binding = exception;
            }
        }

        Assert.Equal(SocketError.TooManyOpenSockets, accepting?.SocketErrorCode);
        Assert.Equal(SocketError.TooManyOpenSockets, connecting?.SocketErrorCode);
        Assert.Equal(SocketError.TooManyOpenSockets, binding?.SocketErrorCode);
        using TcpStream accepted = await listener.AcceptAsync();
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
    });

    private static void CollectAll()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static async Future Forget(int count)
    {
        TcpListener listener = TcpListener.Bind(Loopback.Any);
        List<TcpStream> streams = [];
        for (int i = 0; i < count; i++)
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair(listener);
            streams.Add(client);
            streams.Add(server);
        }
    }

    private static async Future<(Socket Raw, JoinHandle<int> Read)> ForgetDuringRead()
    {
        (Socket raw, TcpStream server) = await Loopback.RawPair();
        JoinHandle<int> read = Kio.Spawn(server.ReadAsync(new byte[8]));
        await Peek.UntilReadWaits(server);
        return (raw, read);
    }
}
