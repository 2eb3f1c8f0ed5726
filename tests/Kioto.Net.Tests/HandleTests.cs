using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Listeners and streams of sockets that are there already.</summary>
public class HandleTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tcp_listener_of_another_librarys_socket(int workers) => OnRuntime.Run(workers, async () =>
    {
        using Socket socket = Listening(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.True(socket.Blocking);
        using TcpListener listener = TcpListener.FromHandle(socket.SafeHandle);
        Assert.Equal(socket.LocalEndPoint, listener.LocalEndPoint);
        socket.Dispose(); // Ours is a duplicate.
        JoinHandle<TcpStream> accept = Kio.Spawn(async () => await listener.AcceptAsync());
        await Peek.UntilAcceptWaits(listener); // It does not block.
        using TcpStream client = await TcpStream.ConnectAsync(listener.LocalEndPoint);
        using TcpStream server = await accept;
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_unix_listener_of_another_librarys_socket(int workers) => OnRuntime.Run(workers, async () =>
    {
        using SocketPath path = new();
        using Socket socket = Listening(new UnixDomainSocketEndPoint(path.Value));
        using UnixListener listener = UnixListener.FromHandle(socket.SafeHandle);
        Assert.Equal(path.Value, listener.LocalEndPoint.ToString());
        JoinHandle<UnixStream> accept = Kio.Spawn(async () => await listener.AcceptAsync());
        await Peek.UntilAcceptWaits(listener);
        using UnixStream client = await UnixStream.ConnectAsync(path.Value);
        using UnixStream server = await accept;
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Streams_of_another_librarys_socket(int workers) => OnRuntime.Run(workers, async () =>
    {
        using SocketPath path = new();
        foreach (EndPoint endPoint in new EndPoint[] { new IPEndPoint(IPAddress.Loopback, 0), new UnixDomainSocketEndPoint(path.Value) })
        {
            using Socket socket = Listening(endPoint);
            using Socket client = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(socket.LocalEndPoint!);
            using Socket server = socket.Accept();
            using SocketStream stream = endPoint is IPEndPoint
                ? TcpStream.FromHandle(client.SafeHandle)
                : UnixStream.FromHandle(client.SafeHandle);
            byte[] buffer = new byte[8];
            JoinHandle<int> read = Kio.Spawn(async () => await stream.ReadAsync(buffer));
            await Peek.UntilReadWaits(stream);
            server.Send([1, 2, 3]);
            Assert.Equal(3, await read);
            await stream.WriteAllAsync(new byte[] { 4 });
            Assert.Equal(1, server.Receive(buffer));
            stream.Dispose();
            server.Send([5]);
            Assert.True(client.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead)); // Only the duplicate has been closed.
            Assert.Equal(1, client.Receive(buffer));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_shared_socket_can_be_taken_again_and_again(int workers) => OnRuntime.Run(workers, async () =>
    {
        using Socket socket = Listening(new IPEndPoint(IPAddress.Loopback, 0));
        Descriptors before = Descriptors.Look();
        for (int i = 0; i < 50; i++)
        {
            // The kernel may give the same number: a registration that was left behind would be in the way.
            using TcpListener listener = TcpListener.FromHandle((nint)socket.SafeHandle.DangerousGetHandle(), ownsHandle: false);
            using Socket client = Loopback.RawConnect(listener.LocalEndPoint);
            using TcpStream server = await listener.AcceptAsync();
            Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        }

        Assert.Equal(0, before.Opened);
    });

    [Fact]
    public void An_owned_descriptor_is_closed_and_a_refused_one_is_not() => OnRuntime.Run(1, async () =>
    {
        Descriptors before = Descriptors.Look();
        using SafeSocketHandle listening = Listening(new IPEndPoint(IPAddress.Loopback, 0)).SafeHandle;
        int fd = Libc.DescriptorControl((int)listening.DangerousGetHandle(), Libc.DescriptorDuplicate, 0);
        Assert.Equal(2, before.Opened);
        Assert.Throws<ArgumentException>("handle", () => UnixListener.FromHandle(fd, ownsHandle: true));
        Assert.Throws<ArgumentException>("handle", () => TcpStream.FromHandle(fd, ownsHandle: true));
        Assert.Equal(2, before.Opened);
        using (TcpListener listener = TcpListener.FromHandle(fd, ownsHandle: true))
        {
            Assert.Equal(2, before.Opened);
        }

        Assert.Equal(1, before.Opened);
        listening.Dispose();
        Assert.Equal(0, before.Opened);
        await Kio.YieldNow();
    });

    [Fact]
    public void Wrong_handles_are_named() => OnRuntime.Run(1, async () =>
    {
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ArgumentException idle = Assert.Throws<ArgumentException>("handle", () => TcpListener.FromHandle(bound.SafeHandle));
        Assert.Contains("Listen", idle.Message, StringComparison.Ordinal);
        using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.Contains("not a TCP socket", Assert.Throws<ArgumentException>("handle", () => TcpStream.FromHandle(datagrams.SafeHandle)).Message, StringComparison.Ordinal);
        Assert.Contains("not a Unix", Assert.Throws<ArgumentException>("handle", () => UnixStream.FromHandle(bound.SafeHandle)).Message, StringComparison.Ordinal);
        using SafeFileHandle file = File.OpenHandle("/proc/self/stat");
        Assert.Contains("not a socket", Assert.Throws<ArgumentException>("handle", () => TcpStream.FromHandle(file)).Message, StringComparison.Ordinal);
        foreach (nint wrong in new nint[] { -1, 1_000_000, nint.MaxValue })
        {
            Assert.Contains(
                "not an open descriptor",
                Assert.Throws<ArgumentException>("handle", () => TcpStream.FromHandle(wrong, ownsHandle: true)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentNullException>("handle", () => TcpListener.FromHandle(null!));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => UnixListener.FromHandle(file));
        await Kio.YieldNow();
    });

    private static Socket Listening(EndPoint endPoint)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }
}
