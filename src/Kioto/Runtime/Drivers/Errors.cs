using System;
using System.IO;
using System.Net.Sockets;

namespace Kioto;

/// <summary>Turns errno into what .NET programmers catch.</summary>
internal static class Errors
{
    /// <summary>A failure to open, bind, accept or connect.</summary>
    /// <param name="errno">The operating system's error.</param>
    /// <param name="what">What failed, with the address.</param>
    /// <returns>The exception.</returns>
    internal static SocketException Socket(int errno, string what)
    {
        SocketError error = SocketErrorOf(errno);
        string why = errno switch
        {
            // One of .NET's words for this and for ENFILE, which is the system's limit.
            Libc.ErrorTooManyDescriptors =>
                "the process has as many descriptors open as it may (EMFILE). Raise its limit (ulimit -n), or close some",
            _ when error == SocketError.SocketError => $"errno {errno}",
            _ => new SocketException((int)error).Message,
        };
        return new SocketException((int)error, $"{what}: {why}");
    }

    /// <summary>A failure to bind or connect a Unix socket, whose address is a file.</summary>
    /// <param name="errno">The operating system's error.</param>
    /// <param name="what">What failed, with the address.</param>
    /// <param name="binds">Whether it was to bind.</param>
    /// <returns>The exception.</returns>
    internal static SocketException Unix(int errno, string what, bool binds)
    {
        string? why = errno switch
        {
            Libc.ErrorNoEntry or Libc.ErrorNoDirectory => binds ? "the directory does not exist" : "there is no such file",
            Libc.ErrorAddressInUse when binds =>
                "the file or name exists already. If no process listens there any more, delete the file first",
            Libc.ErrorRefused => "nobody listens there; the file may be left over from a process that has ended",
            _ => null,
        };
        return why is null ? Socket(errno, what) : new SocketException((int)SocketErrorOf(errno), $"{what}: {why}.");
    }

    /// <summary>A failure of a stream in use, as System.Net.Sockets.NetworkStream reports it.</summary>
    /// <param name="errno">The operating system's error.</param>
    /// <param name="what">What failed.</param>
    /// <returns>The exception.</returns>
    internal static IOException Stream(int errno, string what)
    {
        SocketException inner = Socket(errno, what);
        return new IOException(inner.Message, inner);
    }

    internal static ObjectDisposedException Disposed(string type) =>
        new(type, $"This {type} has been disposed.");

    internal static InvalidOperationException Concurrent(string type, string operation) =>
        new($"A {operation} is already in progress on this {type}. One at a time: await it before the next.");

    internal static RuntimeShutdownException RuntimeGone() =>
        new("The runtime that this socket belongs to has been shut down. Dispose it after what uses its sockets.");

    internal static RuntimeShutdownException RuntimeEnded(string operation) =>
        new($"{operation}: the runtime of this thread has been shut down. Do it inside one that still runs.");

    private static SocketError SocketErrorOf(int errno) => errno switch
    {
        1 or 13 or 30 => SocketError.AccessDenied,
        2 or 20 or 40 => SocketError.AddressNotAvailable, // Of Unix sockets: no file, no directory, a circle of links. As .NET's own.
        9 or 125 => SocketError.OperationAborted,
        11 => SocketError.WouldBlock,
        14 => SocketError.Fault,
        22 => SocketError.InvalidArgument,
        23 or 24 => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown,
        88 => SocketError.NotSocket,
        90 => SocketError.MessageSize,
        91 => SocketError.ProtocolType,
        92 => SocketError.ProtocolOption,
        93 => SocketError.ProtocolNotSupported,
        95 => SocketError.OperationNotSupported,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        105 or 12 => SocketError.NoBufferSpaceAvailable,
        106 => SocketError.IsConnected,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        114 => SocketError.AlreadyInProgress,
        _ => SocketError.SocketError,
    };
}
