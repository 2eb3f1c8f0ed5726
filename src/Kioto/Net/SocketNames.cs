using System;
using System.Net;
using System.Net.Sockets;

namespace Kioto.Net;

/// <summary>Asks open sockets for their addresses, of whatever family.</summary>
internal static unsafe class SocketNames
{
    /// <summary>Asks for an address of an open socket.</summary>
    /// <param name="io">The socket.</param>
    /// <param name="owner">The user's object.</param>
    /// <param name="remote">The peer's address instead of the own one.</param>
    /// <param name="address">Where to write it.</param>
    /// <returns>The part that was written.</returns>
    internal static ReadOnlySpan<byte> Read(IoSource io, object owner, bool remote, Span<byte> address)
    {
        uint length = (uint)address.Length;
        using SocketCall call = new(io, owner);
        fixed (byte* start = address)
        {
            int result = remote ? Libc.GetPeerName(call.Fd, start, &length) : Libc.GetSocketName(call.Fd, start, &length);
            return result == 0
                ? address[..(int)uint.Min(length, (uint)address.Length)]
                : throw Errors.Socket(Libc.Errno, remote ? "getpeername" : "getsockname");
        }
    }

    /// <summary>An address of a socket that others may be closing.</summary>
    /// <param name="read">Asks for it.</param>
    /// <param name="io">The socket.</param>
    /// <param name="owner">The user's object.</param>
    /// <param name="remote">The peer's address instead of the own one.</param>
    /// <returns>The address; null when the socket is closed, its connection no more, or without a name.</returns>
    internal static string? Find(Func<IoSource, object, bool, EndPoint> read, IoSource io, object owner, bool remote)
    {
        try
        {
            return read(io, owner, remote).ToString() is { Length: > 0 } name ? name : null;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            return null;
        }
    }
}
