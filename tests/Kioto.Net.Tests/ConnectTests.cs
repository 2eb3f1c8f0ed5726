using System;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class ConnectTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [InlineData("127.0.0.1:0", "127.0.0.1")]
    [InlineData("[::1]:0", "[::1]")]
    [InlineData("127.0.0.1:0", "localhost")]
    public void Both_ends_know_each_other(string listenAt, string host) => OnRuntime.Run(2, async () =>
    {
        using TcpListener listener = TcpListener.Bind(listenAt);
        using TcpStream client = await TcpStream.ConnectAsync($"{host}:{listener.LocalEndPoint.Port}");
        using TcpStream server = await listener.AcceptAsync();
        Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
        Assert.Equal(listener.LocalEndPoint, server.LocalEndPoint);
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_closed_port_refuses(int workers) => OnRuntime.Run(workers, async () =>
    {
        TcpListener listener = TcpListener.Bind(Loopback.Any);
        IPEndPoint closed = listener.LocalEndPoint;
        listener.Dispose();
        Descriptors before = Descriptors.Look();
        for (int i = 0; i < 20; i++)
        {
            SocketException refused = await Expect.Throws<SocketException, TcpStream>(TcpStream.ConnectAsync(closed));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
            Assert.Contains(closed.ToString(), refused.Message, StringComparison.Ordinal);
        }

        SocketException named =
            await Expect.Throws<SocketException, TcpStream>(TcpStream.ConnectAsync($"localhost:{closed.Port}"));
        Assert.Equal(SocketError.ConnectionRefused, named.SocketErrorCode);
        Assert.Equal(0, before.Opened);
    });

    [Fact]
    public void A_name_that_does_not_exist_is_a_SocketException() => OnRuntime.Run(1, async () =>
    {
        // The domain is reserved: it never resolves.
        SocketException unknown =
            await Expect.Throws<SocketException, TcpStream>(TcpStream.ConnectAsync("nobody.invalid:80"));
        Assert.True(
            unknown.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData,
            unknown.ToString());
        Assert.StartsWith("Resolving nobody.invalid failed: ", unknown.Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("[::1]:0", "127.0.0.1")]
    [InlineData("127.0.0.1:0", "127.0.0.2", "127.0.0.3", "::1")]
    public void The_addresses_of_a_host_are_tried_in_order(string listenAt, params string[] dead) => OnRuntime.Run(1, async () =>
    {
        using TcpListener listener = TcpListener.Bind(listenAt);
        IPEndPoint alive = listener.LocalEndPoint;
        Descriptors before = Descriptors.Look();
        IPAddress[] addresses = [.. Array.ConvertAll(dead, IPAddress.Parse), alive.Address, IPAddress.Parse("127.0.0.4")];
        using TcpStream client = await TcpStream.ConnectToAny("somewhere", addresses, alive.Port);
        Assert.Equal(alive, client.RemoteEndPoint);
        Assert.Equal(1, before.Opened);
    });

    [Fact]
    public void When_no_address_of_a_host_answers_the_last_ones_error_is_thrown() => OnRuntime.Run(1, async () =>
    {
        TcpListener listener = TcpListener.Bind(Loopback.Any);
        int closed = listener.LocalEndPoint.Port;
        listener.Dispose();
        Descriptors before = Descriptors.Look();

        // To connect to a broadcast address is forbidden, whether or not there is a network.
        SocketException refused = await Expect.Throws<SocketException, TcpStream>(
            TcpStream.ConnectToAny("somewhere", [IPAddress.Broadcast, IPAddress.Loopback], closed));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Contains($"127.0.0.1:{closed}", refused.Message, StringComparison.Ordinal);
        SocketException other = await Expect.Throws<SocketException, TcpStream>(
            TcpStream.ConnectToAny("somewhere", [IPAddress.Loopback, IPAddress.Broadcast], closed));
        Assert.NotEqual(SocketError.ConnectionRefused, other.SocketErrorCode);
        Assert.Contains($"255.255.255.255:{closed}", other.Message, StringComparison.Ordinal);
        Assert.Equal(0, before.Opened);
    });

    [Fact]
    public void A_host_without_an_address_is_named() => OnRuntime.Run(1, async () =>
    {
        SocketException none =
            await Expect.Throws<SocketException, TcpStream>(TcpStream.ConnectToAny("somewhere", [], 80));
        Assert.Equal(SocketError.HostNotFound, none.SocketErrorCode);
        Assert.Contains("somewhere", none.Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("no..body")]
    [InlineData("bücher.invalid")]
    [InlineData("xn--.invalid")]
    [InlineData("-.invalid")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid")]
    public void A_name_that_the_resolver_does_not_like_is_a_SocketException_too(string host) => OnRuntime.Run(1, async () =>
    {
        SocketException unknown = await Expect.Throws<SocketException, TcpStream>(TcpStream.ConnectAsync($"{host}:80"));
        Assert.Contains(host, unknown.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Without_a_runtime_the_future_says_what_to_do() => Bounded.Run(() =>
    {
        Future<TcpStream> future = TcpStream.ConnectAsync("127.0.0.1:1");
        using LocalSocketCount _ = new();
        PollContext context = new(Waker.Noop);
        InvalidOperationException none = Assert.Throws<InvalidOperationException>(() =>
        {
            async System.Threading.Tasks.Task Await() => await future;
            Await().GetAwaiter().GetResult();
        });
        Assert.Contains("no runtime is running on this thread", none.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Nothing_happens_before_the_first_await() => OnRuntime.Run(1, async () =>
    {
        using TcpListener listener = TcpListener.Bind(Loopback.Any);
        Descriptors before = Descriptors.Look();
        Future<TcpStream> future = TcpStream.ConnectAsync(listener.LocalEndPoint);
        Assert.Equal(0, before.Opened);
        using TcpStream stream = await future;
        Assert.Equal(1, before.Opened);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_aborted_connect_closes_its_socket(int workers) => OnRuntime.Run(workers, async () =>
    {
        // A full backlog leaves further connects waiting for an answer.
        using TcpListener listener = TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 1);
        IPEndPoint endPoint = listener.LocalEndPoint;
        using Socket first = Loopback.RawConnect(endPoint);
        using Socket second = Loopback.RawConnect(endPoint);
        Descriptors before = Descriptors.Look();
        for (int i = 0; i < 20; i++)
        {
            JoinHandle connecting = Kio.Spawn(async () => (await TcpStream.ConnectAsync(endPoint)).Dispose());
            await Peek.Until(() => before.Opened > 0 || connecting.IsFinished);
            connecting.Abort();
            Assert.True((await connecting.JoinAsync()).IsAborted);
            Assert.Equal(0, before.Opened);
        }
    });

    [Fact]
    public void Bad_arguments_are_named()
    {
        Assert.Throws<ArgumentNullException>("address", () => TcpStream.ConnectAsync((string)null!));
        Assert.Throws<ArgumentNullException>("endPoint", () => TcpStream.ConnectAsync((IPEndPoint)null!));
    }

    private sealed class LocalSocketCount : IDisposable
    {
        private readonly Descriptors _before = Descriptors.Look();

        public void Dispose() => Assert.Equal(0, _before.Opened);
    }
}
