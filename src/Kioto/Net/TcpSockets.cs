using System;
using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Kioto.Net;

/// <summary>Opens and asks TCP sockets, and moves the bytes of all streams: everything that needs a pointer.</summary>
internal static unsafe class TcpSockets
{
    /// <summary>The current runtime's I/O driver.</summary>
    /// <param name="what">Who asks, for the message.</param>
    /// <returns>The driver.</returns>
    internal static EpollDriver Driver(string what) =>
        Driver(CurrentRuntime.Require(what), what);

    /// <summary>A runtime's I/O driver.</summary>
    /// <param name="scheduler">The runtime, or one worker's part of it.</param>
    /// <param name="what">Who asks, for the message.</param>
    /// <returns>The driver.</returns>
    internal static EpollDriver Driver(RuntimeScheduler scheduler, string what) =>
        scheduler.Driver.Driver as EpollDriver
        ?? throw new PlatformNotSupportedException($"{what}: sockets are not supported by this platform's driver.");

    internal static int Open(IPEndPoint endPoint, string what)
    {
        int family = endPoint.AddressFamily switch
        {
            AddressFamily.InterNetwork => Libc.FamilyInet,
            AddressFamily.InterNetworkV6 => Libc.FamilyInet6,
            _ => throw new NotSupportedException($"{what}: only IPv4 and IPv6 addresses are supported."),
        };
        int fd = Libc.Socket(family, Libc.StreamSocket, 0);
        return fd >= 0 ? fd : throw Errors.Socket(Libc.Errno, what);
    }

    /// <summary>Binds and listens.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="endPoint">The address.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <param name="reusePort">Whether other sockets of the same user may listen on the same port.</param>
    /// <returns>0, or the errno.</returns>
    internal static int Listen(int fd, IPEndPoint endPoint, int backlog, bool reusePort)
    {
        int reuse = 1;
        if (Libc.SetOption(fd, Libc.LevelSocket, Libc.OptionReuseAddress, &reuse, sizeof(int)) < 0
            || (reusePort && Libc.SetOption(fd, Libc.LevelSocket, Libc.OptionReusePort, &reuse, sizeof(int)) < 0))
        {
            return Libc.Errno;
        }

        // Any address is one of IPv4 too, whatever the machine's default (net.ipv6.bindv6only) is.
        int only = 0;
        if (endPoint.Address.Equals(IPAddress.IPv6Any)
            && Libc.SetOption(fd, Libc.LevelIPv6, Libc.OptionIPv6Only, &only, sizeof(int)) < 0)
        {
            return Libc.Errno;
        }

        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        int length = SocketAddressBytes.Write(endPoint, new Span<byte>(address, SocketAddressBytes.MaxLength));
        return Libc.Bind(fd, address, (uint)length) < 0 || Libc.Listen(fd, backlog) < 0 ? Libc.Errno : 0;
    }

    /// <summary>Begins to connect.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="endPoint">The peer.</param>
    /// <returns>0, EINPROGRESS, or another errno.</returns>
    internal static int Connect(int fd, IPEndPoint endPoint)
    {
        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        int length = SocketAddressBytes.Write(endPoint, new Span<byte>(address, SocketAddressBytes.MaxLength));
        return Libc.Connect(fd, address, (uint)length) < 0 ? Libc.Errno : 0;
    }

    /// <summary>Asks for an address of an open socket.</summary>
    /// <param name="io">The socket.</param>
    /// <param name="owner">The user's object.</param>
    /// <param name="remote">The peer's address instead of the own one.</param>
    /// <returns>The address.</returns>
    internal static IPEndPoint EndPoint(IoSource io, object owner, bool remote)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        return SocketAddressBytes.Read(SocketNames.Read(io, owner, remote, address));
    }

    /// <inheritdoc cref="SocketNames.Find"/>
    internal static string? FindAddress(IoSource io, object owner, bool remote) => SocketNames.Find(EndPoint, io, owner, remote);

    /// <summary>Whether a socket that was told to connect has done so.</summary>
    /// <param name="fd">The socket.</param>
    /// <returns>True when it has a peer.</returns>
    internal static bool IsConnected(int fd)
    {
        byte* address = stackalloc byte[SocketAddressBytes.MaxLength];
        uint length = SocketAddressBytes.MaxLength;
        return Libc.GetPeerName(fd, address, &length) == 0;
    }

    internal static void SetOption(int fd, int level, int name, int value)
    {
        if (Libc.SetOption(fd, level, name, &value, sizeof(int)) < 0)
        {
            throw Errors.Socket(Libc.Errno, "setsockopt");
        }
    }

    internal static int GetOption(int fd, int level, int name) =>
        TryGetOption(fd, level, name, out int value) is var errno and not 0 ? throw Errors.Socket(errno, "getsockopt") : value;

    /// <summary>Asks for an option.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="level">The option's level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">Its value.</param>
    /// <returns>0, or the errno.</returns>
    internal static int TryGetOption(int fd, int level, int name, out int value)
    {
        int asked = 0;
        uint length = sizeof(int);
        int errno = Libc.GetOption(fd, level, name, &asked, &length) == 0 ? 0 : Libc.Errno;
        value = asked;
        return errno;
    }

    /// <summary>Has closing wait for so long, or with 0 not at all: then it resets the connection.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="seconds">How long.</param>
    internal static void SetLinger(int fd, int seconds)
    {
        Linger linger = new() { IsOn = 1, Seconds = seconds };
        if (Libc.SetOption(fd, Libc.LevelSocket, Libc.OptionLinger, &linger, (uint)sizeof(Linger)) < 0)
        {
            throw Errors.Socket(Libc.Errno, "setsockopt");
        }
    }

    /// <summary>Takes a connection from the queue.</summary>
    /// <param name="fd">The listening socket.</param>
    /// <param name="connection">The connection's descriptor.</param>
    /// <returns>0, or the errno.</returns>
    internal static int Accept(int fd, out int connection)
    {
        connection = Libc.Accept(fd, null, null, Libc.AcceptFlags);
        return connection < 0 ? Libc.Errno : 0;
    }

    internal static int Receive(int fd, Span<byte> buffer, out int count)
    {
        fixed (byte* start = buffer)
        {
            count = (int)Libc.Receive(fd, start, buffer.Length, 0);
            return count < 0 ? Libc.Errno : 0;
        }
    }

    /// <summary>Looks whether a read would wait, and takes nothing: not the error of a reset either, as a peek would.</summary>
    /// <param name="fd">The socket.</param>
    /// <returns>0, or the errno: EAGAIN if it would.</returns>
    internal static int Look(int fd)
    {
        PollDescriptor socket = new() { Fd = fd, Events = Libc.PollRead };
        int ready = Libc.Poll(&socket, 1, 0);
        return ready > 0 ? 0 : ready == 0 ? Libc.ErrorAgain : Libc.Errno;
    }

    internal static int Send(int fd, ReadOnlySpan<byte> buffer, out int count)
    {
        fixed (byte* start = buffer)
        {
            count = (int)Libc.Send(fd, start, buffer.Length, Libc.NoSignal);
            return count < 0 ? Libc.Errno : 0;
        }
    }

    /// <summary>Sends the beginning of several buffers in one call.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="buffers">The buffers.</param>
    /// <param name="count">How many bytes were taken.</param>
    /// <param name="offered">How many bytes the call offered.</param>
    /// <returns>0, or the errno.</returns>
    internal static int SendMany(int fd, in ReadOnlySequence<byte> buffers, out int count, out int offered)
    {
        const int Most = 32;
        IoVector* vectors = stackalloc IoVector[Most];
        Pins pins = default;
        int used = 0;
        offered = 0;
        try
        {
            foreach (ReadOnlyMemory<byte> buffer in buffers)
            {
                if (used == Most)
                {
                    break;
                }

                if (buffer.IsEmpty)
                {
                    continue;
                }

                MemoryHandle pin = buffer.Pin();
                pins[used] = pin;
                vectors[used++] = new IoVector { Start = pin.Pointer, Length = buffer.Length };
                offered += buffer.Length;
            }

            MessageHeader message = new() { Vectors = vectors, VectorCount = used };
            count = (int)Libc.SendMessage(fd, &message, Libc.NoSignal);
            return count < 0 ? Libc.Errno : 0;
        }
        finally
        {
            for (int i = 0; i < used; i++)
            {
                pins[i].Dispose();
            }
        }
    }

    [InlineArray(32)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
