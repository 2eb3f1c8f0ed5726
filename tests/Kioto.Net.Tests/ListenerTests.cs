using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class ListenerTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1")]
    [InlineData("localhost:0", "127.0.0.1")]
    [InlineData("LocalHost:0", "127.0.0.1")]
    [InlineData("0.0.0.0:0", "0.0.0.0")]
    [InlineData("[::1]:0", "::1")]
    [InlineData("[::]:0", "::")]
    public void Port_0_chooses_a_free_port_that_the_local_end_point_tells(string address, string ip) =>
        OnRuntime.Run(1, async () =>
        {
            using TcpListener first = TcpListener.Bind(address);
            using TcpListener second = TcpListener.Bind(address);
            Assert.Equal(IPAddress.Parse(ip), first.LocalEndPoint.Address);
            Assert.NotEqual(0, first.LocalEndPoint.Port);
            Assert.NotEqual(first.LocalEndPoint.Port, second.LocalEndPoint.Port);
            (TcpStream client, TcpStream server) = await Loopback.Pair(first);
            client.Dispose();
            server.Dispose();
        });

    [Fact]
    public void A_busy_port_is_refused_and_named() => OnRuntime.Run(1, async () =>
    {
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        IPEndPoint busy = listener.LocalEndPoint;
        SocketException refused = Assert.Throws<SocketException>(() => TcpListener.Bind(busy));
        Assert.Equal(SocketError.AddressAlreadyInUse, refused.SocketErrorCode);
        Assert.Contains(busy.ToString(), refused.Message, StringComparison.Ordinal);
        await Kio.YieldNow();
    });

    [Fact]
    public void A_port_is_free_again_after_dispose_although_connections_linger() => OnRuntime.Run(1, async () =>
    {
        TcpListener listener = TcpListener.Bind(Loopback.Any);
        IPEndPoint endPoint = listener.LocalEndPoint;
        (TcpStream client, TcpStream server) = await Loopback.Pair(listener);
        server.Dispose(); // The server's side goes through TIME_WAIT.
        client.Dispose();
        listener.Dispose();
        using TcpListener again = TcpListener.Bind(endPoint);
        Assert.Equal(endPoint, again.LocalEndPoint);
    });

    [Fact]
    public void A_foreign_address_is_refused_and_named() => OnRuntime.Run(1, async () =>
    {
        // 192.0.2.0/24 is reserved for documentation: no machine has it.
        SocketException refused = Assert.Throws<SocketException>(() => TcpListener.Bind("192.0.2.1:0"));
        Assert.Equal(SocketError.AddressNotAvailable, refused.SocketErrorCode);
        Assert.Contains("192.0.2.1", refused.Message, StringComparison.Ordinal);
        await Kio.YieldNow();
    });

    [Fact]
    public void A_failed_bind_leaves_no_descriptor_open() => OnRuntime.Run(1, async () =>
    {
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        Descriptors before = Descriptors.Look();
        for (int i = 0; i < 100; i++)
        {
            Assert.Throws<SocketException>(() => TcpListener.Bind(listener.LocalEndPoint));
        }

        Assert.Equal(0, before.Opened);
        await Kio.YieldNow();
    });

    [Fact]
    public void Bind_without_a_runtime_says_what_to_do() => Bounded.Run(() =>
    {
        Descriptors before = Descriptors.Look();
        InvalidOperationException none = Assert.Throws<InvalidOperationException>(() => TcpListener.Bind(Loopback.Any));
        Assert.Contains("no runtime is running on this thread", none.Message, StringComparison.Ordinal);
        Assert.Contains("Runtime.Run", none.Message, StringComparison.Ordinal);
        Assert.Equal(0, before.Opened);
    });

    [Fact]
    public void Bind_works_under_an_enter_guard() => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(1);
        TcpListener listener;
        using (runtime.Enter())
        {
            listener = TcpListener.Bind(Loopback.Any);
        }

        using (listener)
        using (Socket raw = Loopback.RawConnect(listener.LocalEndPoint))
        {
            runtime.BlockOn(async () => (await listener.AcceptAsync()).Dispose());
        }
    });

    [Fact]
    public void Bad_arguments_are_named() => OnRuntime.Run(1, async () =>
    {
        Assert.Throws<ArgumentNullException>("address", () => TcpListener.Bind((string)null!));
        Assert.Throws<ArgumentNullException>("endPoint", () => TcpListener.Bind((IPEndPoint)null!));
        Assert.Throws<ArgumentOutOfRangeException>(
            "backlog", () => TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 0));
        await Kio.YieldNow();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_one_of_many_connections_is_accepted_once(int workers) => OnRuntime.Run(workers, async () =>
    {
        const int Count = 300;
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        IPEndPoint endPoint = listener.LocalEndPoint;
        JoinHandle<HashSet<int>> accepting = Kio.Spawn(async () =>
        {
            HashSet<int> ports = [];
            for (int i = 0; i < Count; i++)
            {
                using TcpStream stream = await listener.AcceptAsync();
                Assert.True(ports.Add(stream.RemoteEndPoint.Port));
            }

            return ports;
        });
        List<JoinHandle<int>> connecting = [];
        for (int i = 0; i < Count; i++)
        {
            connecting.Add(Kio.Spawn(async () =>
            {
                using TcpStream stream = await TcpStream.ConnectAsync(endPoint);
                int port = stream.LocalEndPoint.Port;
                Assert.Equal(0, await stream.ReadAsync(new byte[1]));
                return port;
            }));
        }

        HashSet<int> connected = [];
        foreach (JoinHandle<int> handle in connecting)
        {
            connected.Add(await handle);
        }

        Assert.Equal(connected, await accepting);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Aborting_accepts_loses_no_connection(int workers) => OnRuntime.Run(workers, async () =>
    {
        const int Count = 100;
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        IPEndPoint endPoint = listener.LocalEndPoint;
        HashSet<int> accepted = [];
        HashSet<int> connected = [];
        List<Socket> clients = [];
        for (int i = 0; i < Count; i++)
        {
            JoinHandle<int> accept = Kio.Spawn(async () =>
            {
                using TcpStream stream = await listener.AcceptAsync();
                return stream.RemoteEndPoint.Port;
            });
            if (i % 2 == 0)
            {
                // It may find a connection that an aborted one left.
                await Peek.Until(() => accept.IsFinished || Peek.Waits(listener));
            }

            Socket client = Loopback.RawConnect(endPoint);
            clients.Add(client);
            connected.Add(((IPEndPoint)client.LocalEndPoint!).Port);
            accept.Abort();
            JoinResult<int> result = await accept.JoinAsync();
            if (result.IsCompletedSuccessfully)
            {
                Assert.True(accepted.Add(result.Value));
            }
        }

        while (accepted.Count < Count)
        {
            using TcpStream stream = await listener.AcceptAsync();
            Assert.True(accepted.Add(stream.RemoteEndPoint.Port));
        }

        Assert.Equal(connected, accepted);
        clients.ForEach(client => client.Dispose());
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dispose_fails_a_waiting_accept(int workers) => OnRuntime.Run(workers, async () =>
    {
        TcpListener listener = TcpListener.Bind(Loopback.Any);
        JoinHandle<TcpStream> accept = Kio.Spawn(async () => await listener.AcceptAsync());
        await Peek.UntilAcceptWaits(listener);
        listener.Dispose();
        ObjectDisposedException disposed = await Expect.Throws<ObjectDisposedException, TcpStream>(accept.AsFuture());
        Assert.Contains(nameof(TcpListener), disposed.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Operations_after_dispose_throw() => OnRuntime.Run(1, async () =>
    {
        TcpListener listener = TcpListener.Bind(Loopback.Any);
        Future<TcpStream> notStarted = listener.AcceptAsync();
        listener.Dispose();
        listener.Dispose();
        await Expect.Throws<ObjectDisposedException, TcpStream>(notStarted);
        await Expect.Throws<ObjectDisposedException, TcpStream>(listener.AcceptAsync());
        Assert.Throws<ObjectDisposedException>(() => listener.LocalEndPoint);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_second_concurrent_accept_throws_and_leaves_the_first_alone(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            JoinHandle<TcpStream> first = Kio.Spawn(async () => await listener.AcceptAsync());
            await Peek.UntilAcceptWaits(listener);
            InvalidOperationException second =
                await Expect.Throws<InvalidOperationException, TcpStream>(listener.AcceptAsync());
            Assert.Contains("accept", second.Message, StringComparison.Ordinal);
            using Socket client = Loopback.RawConnect(listener.LocalEndPoint);
            using TcpStream accepted = await first;
            Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_connection_is_one_poll_of_who_accepts(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Builder(workers).TaskMetrics().Build();
        runtime.BlockOn(async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            JoinHandle accepting = Kio.Spawn(async () =>
            {
                while (true)
                {
                    (await listener.AcceptAsync()).Dispose();
                }
            });
            await Peek.UntilAcceptWaits(listener);
            for (int i = 1; i <= 3; i++)
            {
                await Peek.Until(() => accepting.Metrics is { PollCount: var polls } && polls >= i); // Counted when it ends.
                Assert.Equal(i, accepting.Metrics!.Value.PollCount);
                using TcpStream client = await TcpStream.ConnectAsync(listener.LocalEndPoint);
                Assert.Equal(0, await client.ReadAsync(new byte[1])); // It has been accepted, and closed.
                await Peek.UntilAcceptWaits(listener);
            }
        });
    });

    [Fact]
    public void A_client_that_resets_before_accept_disturbs_nobody() => OnRuntime.Run(2, async () =>
    {
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        Loopback.RawConnect(listener.LocalEndPoint).Reset();
        using Socket second = Loopback.RawConnect(listener.LocalEndPoint);
        second.Send([7]);
        using TcpStream gone = await listener.AcceptAsync(); // Linux still hands it out; its reads fail.
        using TcpStream accepted = await listener.AcceptAsync();
        byte[] buffer = new byte[4];
        Assert.Equal(1, await accepted.ReadAsync(buffer));
        Assert.Equal(7, buffer[0]);
    });

    [Fact]
    public void The_backlog_is_honoured() => OnRuntime.Run(1, async () =>
    {
        using TcpListener small = TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 1);
        List<Socket> pending = [];
        int connected = 0;
        for (int i = 0; i < 10; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            pending.Add(socket);
            try
            {
                socket.Connect(small.LocalEndPoint);
            }
            catch (SocketException)
            {
                // In progress.
            }

            connected += socket.Poll(0, SelectMode.SelectWrite) ? 1 : 0;
        }

        Assert.InRange(connected, 1, 3); // Linux takes one more than asked for.
        using TcpListener large = TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 200);
        for (int i = 0; i < 100; i++)
        {
            pending.Add(Loopback.RawConnect(large.LocalEndPoint));
        }

        pending.ForEach(socket => socket.Dispose());
        await Kio.YieldNow();
    });

    [Fact]
    public void An_IPv6_listener_on_the_wildcard_serves_IPv4_too() => OnRuntime.Run(1, async () =>
    {
        using TcpListener listener = TcpListener.Bind("[::]:0");
        using TcpStream client = await TcpStream.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.LocalEndPoint.Port));
        using TcpStream server = await listener.AcceptAsync();
        Assert.True(server.RemoteEndPoint.Address.IsIPv4MappedToIPv6);
        Assert.Equal(client.LocalEndPoint.Port, server.RemoteEndPoint.Port);
    });
}
