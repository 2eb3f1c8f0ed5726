using System;
using System.Runtime.InteropServices;

namespace Kioto.Net;

/// <summary>Sockets that come from elsewhere: another library's, inherited, or passed by the service manager.</summary>
/// <remarks>
/// Always by a duplicate: a number that somebody else may close, or has closed already, would one day be another's
/// socket. Whoever has the other descriptor has the same socket open, so that closing ours does not take it out of epoll.
/// </remarks>
internal static class SocketHandles
{
    internal static IoSource Adopt(SafeHandle handle, string operation, SocketKind kind)
    {
        ArgumentNullException.ThrowIfNull(handle);
        bool held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            return Adopt(handle.DangerousGetHandle(), ownsHandle: false, operation, kind);
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>Duplicates a socket, and has the current runtime watch it.</summary>
    /// <param name="handle">The descriptor.</param>
    /// <param name="ownsHandle">Whether to close it afterwards.</param>
    /// <param name="operation">Who asks, for messages.</param>
    /// <param name="kind">What it has to be.</param>
    /// <param name="backlog">How many connections may wait to be accepted; 0 for a socket that is left as it is.</param>
    /// <returns>The duplicate.</returns>
    internal static IoSource Adopt(nint handle, bool ownsHandle, string operation, SocketKind kind, int backlog = 0)
    {
        EpollDriver driver = TcpSockets.Driver(operation);
        Check(handle, operation, kind, backlog);
        IoTraits traits = IoTraits.Shared | (kind == SocketKind.Unix ? UnixSockets.Traits : IoTraits.None);
        IoSource source = driver.Register(Duplicate((int)handle, operation, backlog), operation, traits);
        if (ownsHandle)
        {
            _ = Libc.Close((int)handle);
        }

        return source;
    }

    /// <summary>Looks whether a descriptor is of a Unix socket, a TCP one, or neither.</summary>
    /// <param name="handle">The descriptor.</param>
    /// <param name="operation">Who asks, for the message.</param>
    /// <returns>Whether it is one of a Unix socket.</returns>
    /// <exception cref="ArgumentException">It is neither.</exception>
    internal static bool IsUnix(nint handle, string operation) => Option(handle, Libc.OptionFamily, operation) == Libc.FamilyUnix;

    private static int Duplicate(int handle, string operation, int backlog)
    {
        int fd = Libc.DescriptorControl(handle, Libc.DescriptorDuplicate, 0);
        int errno = fd < 0 ? Libc.Errno : Prepare(fd, backlog);
        if (errno == 0)
        {
            return fd;
        }

        if (fd >= 0)
        {
            _ = Libc.Close(fd);
        }

        throw Errors.Socket(errno, $"{operation}: taking over descriptor {handle} failed");
    }

    private static int Prepare(int fd, int backlog)
    {
        int flags = Libc.DescriptorControl(fd, Libc.DescriptorGetFlags, 0);
        return flags < 0
            || ((flags & Libc.NonBlocking) == 0
                && Libc.DescriptorControl(fd, Libc.DescriptorSetFlags, flags | Libc.NonBlocking) < 0)
            || (backlog > 0 && Libc.Listen(fd, backlog) < 0)
            ? Libc.Errno
            : 0;
    }

    private static void Check(nint handle, string operation, SocketKind kind, int backlog)
    {
        bool listens = kind is SocketKind.TcpListener or SocketKind.UnixListener;
        int family = Option(handle, Libc.OptionFamily, operation);
        bool fits = kind is SocketKind.Unix or SocketKind.UnixListener
            ? family == Libc.FamilyUnix
            : family is Libc.FamilyInet or Libc.FamilyInet6;
        if (!fits || Option(handle, Libc.OptionType, operation) != Libc.TypeStream)
        {
            string expected = kind is SocketKind.Unix or SocketKind.UnixListener ? "Unix stream" : "TCP";
            throw new ArgumentException($"{operation}: descriptor {handle} is not a {expected} socket.", nameof(handle));
        }

        bool isListening = Option(handle, Libc.OptionIsListening, operation) != 0;
        if (isListening != listens && backlog == 0)
        {
            throw new ArgumentException(
                isListening
                    ? $"{operation}: the socket of descriptor {handle} listens. Make a listener of it."
                    : $"{operation}: the socket of descriptor {handle} does not listen. Call its Listen first, or make a stream of it.",
                nameof(handle));
        }
    }

    private static int Option(nint handle, int name, string operation)
    {
        int value = 0;
        int errno = handle is < 0 or > int.MaxValue
            ? Libc.ErrorBadDescriptor
            : TcpSockets.TryGetOption((int)handle, Libc.LevelSocket, name, out value);
        return errno switch
        {
            0 => value,
            Libc.ErrorBadDescriptor =>
                throw new ArgumentException($"{operation}: {handle} is not an open descriptor.", nameof(handle)),
            Libc.ErrorNotSocket =>
                throw new ArgumentException($"{operation}: descriptor {handle} is not a socket.", nameof(handle)),
            _ => throw Errors.Socket(errno, operation),
        };
    }
}
