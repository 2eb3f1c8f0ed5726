using System;
using System.Net.Sockets;

namespace Kioto.Net;

/// <summary>Opens and asks Unix sockets: everything that needs a pointer.</summary>
internal static unsafe class UnixSockets
{
    /// <summary>A peer may send descriptors: the bytes that come with them end a read.</summary>
    internal const IoTraits Traits = IoTraits.StopsShort;

    internal static int Open(string what)
    {
        int fd = Libc.Socket(Libc.FamilyUnix, Libc.StreamSocket, 0);
        return fd >= 0 ? fd : throw Errors.Socket(Libc.Errno, what);
    }

    /// <summary>Binds and listens.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="address">The address.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <returns>0, or the errno.</returns>
    internal static int Listen(int fd, ReadOnlySpan<byte> address, int backlog)
    {
        fixed (byte* start = address)
        {
            return Libc.Bind(fd, start, (uint)address.Length) < 0 || Libc.Listen(fd, backlog) < 0 ? Libc.Errno : 0;
        }
    }

    /// <summary>Connects, or finds that the listener's queue is full. Never in progress afterwards, as TCP's is.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="address">The peer.</param>
    /// <returns>0, or the errno: EAGAIN when the queue is full.</returns>
    internal static int Connect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address)
        {
            return Libc.Connect(fd, start, (uint)address.Length) < 0 ? Libc.Errno : 0;
        }
    }

    internal static int Pair(out int first, out int second)
    {
        int* pair = stackalloc int[2];
        int errno = Libc.SocketPair(Libc.FamilyUnix, Libc.StreamSocket, 0, pair) < 0 ? Libc.Errno : 0;
        (first, second) = (pair[0], pair[1]);
        return errno;
    }

    /// <summary>Asks for an address of an open socket.</summary>
    /// <param name="io">The socket.</param>
    /// <param name="owner">The user's object.</param>
    /// <param name="remote">The peer's address instead of the own one.</param>
    /// <returns>The address; one without a name if the socket was never bound.</returns>
    internal static UnixDomainSocketEndPoint EndPoint(IoSource io, object owner, bool remote)
    {
        Span<byte> address = stackalloc byte[UnixAddresses.MaxLength];
        return UnixAddresses.Read(SocketNames.Read(io, owner, remote, address));
    }

    /// <inheritdoc cref="SocketNames.Find"/>
    internal static string? FindAddress(IoSource io, object owner, bool remote) => SocketNames.Find(EndPoint, io, owner, remote);

    internal static UnixCredentials Credentials(int fd)
    {
        int* credentials = stackalloc int[3]; // struct ucred: process, user, group.
        uint length = 3 * sizeof(int);
        return Libc.GetOption(fd, Libc.LevelSocket, Libc.OptionPeerCredentials, credentials, &length) == 0
            ? new UnixCredentials(credentials[0] > 0 ? credentials[0] : null, (uint)credentials[1], (uint)credentials[2])
            : throw Errors.Socket(Libc.Errno, "getsockopt");
    }
}
