using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Kioto.Net;

/// <summary>Accepts connections of processes of this machine. Made inside a runtime, whose driver watches it.</summary>
/// <remarks>
/// As Tokio's <c>UnixListener</c>. One accept at a time; a second concurrent one throws. Binding makes a file, which
/// nobody removes: not <see cref="Dispose"/>, and not the end of the process. Delete it when you have disposed of the
/// listener, and before binding if it may be left over from a run that ended badly; or use an abstract name.
/// </remarks>
public sealed class UnixListener : IDisposable
{
    private const string Operation = "UnixListener.Bind";
    private const string HandleOperation = "UnixListener.FromHandle";

    private readonly IoSource _io;
    private readonly EpollDriver _driver;

    internal UnixListener(IoSource io)
    {
        _io = io;
        _driver = io.Driver;
    }

    /// <summary>Closes the socket of a listener that nobody disposed.</summary>
    ~UnixListener() => _io.Close();

    /// <summary>The path or abstract name that the listener is bound to.</summary>
    /// <exception cref="ObjectDisposedException">The listener has been disposed.</exception>
    public UnixDomainSocketEndPoint LocalEndPoint => UnixSockets.EndPoint(_io, this, remote: false);

    /// <summary>Makes a socket in the file system and listens, with room for 1024 waiting connections.</summary>
    /// <param name="path">
    /// Where: at most 107 bytes as UTF-8. With a zero in front it is an abstract name: no file, seen by all processes of
    /// the network namespace, free again when the listener is closed.
    /// </param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="ArgumentException">The path is empty or too long, or has a zero in the middle.</exception>
    /// <exception cref="SocketException">
    /// The file or name exists (AddressAlreadyInUse), its directory does not (AddressNotAvailable), or may not be written to (AccessDenied).
    /// </exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static UnixListener Bind(string path) => Bind(UnixAddresses.Parse(path));

    /// <inheritdoc cref="Bind(string)"/>
    /// <param name="endPoint">Where.</param>
    public static UnixListener Bind(UnixDomainSocketEndPoint endPoint) => Bind(endPoint, 1024);

    /// <inheritdoc cref="Bind(string)"/>
    /// <summary>Makes a socket in the file system and listens.</summary>
    /// <param name="endPoint">Where.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The backlog is not positive.</exception>
    public static UnixListener Bind(UnixDomainSocketEndPoint endPoint, int backlog)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(backlog);
        EpollDriver driver = TcpSockets.Driver(Operation);
        string what = $"Binding to {endPoint} failed";
        int fd = UnixSockets.Open(what);
        ReadOnlySpan<byte> address = UnixAddresses.Write(endPoint);
        int errno = UnixSockets.Listen(fd, address, backlog);
        if (errno != 0)
        {
            _ = Libc.Close(fd);
            throw Errors.Unix(errno, what, binds: true);
        }

        try
        {
            return new UnixListener(driver.Register(fd, Operation));
        }
        catch
        {
            // The file was made just now, and would stay in the way of the next one that binds.
            if (!UnixAddresses.IsAbstract(address))
            {
                DeleteFile(endPoint.ToString());
            }

            throw;
        }
    }

    /// <summary>A listener of a socket that listens already: another library's, or one that the service manager passed.</summary>
    /// <remarks>
    /// The descriptor is duplicated, and the handle stays its owner's: while it is open, the socket listens, also after
    /// the listener's end. The socket is set to non-blocking, which it is for all who have it open.
    /// </remarks>
    /// <param name="handle">A listening Unix stream socket.</param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a Unix stream socket, or does not listen.</exception>
    /// <exception cref="ObjectDisposedException">The handle has been disposed.</exception>
    /// <exception cref="SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static UnixListener FromHandle(SafeHandle handle) =>
        new(SocketHandles.Adopt(handle, HandleOperation, SocketKind.UnixListener));

    /// <summary>A listener of a socket that listens already: another library's, or one that the service manager passed.</summary>
    /// <remarks>The socket is set to non-blocking, which it is for all who have it open.</remarks>
    /// <param name="handle">The descriptor of a listening Unix stream socket; systemd's first one is 3.</param>
    /// <param name="ownsHandle">
    /// Whether the descriptor is taken over; else it is duplicated, and stays its owner's. It does so too if this throws.
    /// </param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a Unix stream socket, or does not listen.</exception>
    /// <exception cref="SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static UnixListener FromHandle(nint handle, bool ownsHandle) =>
        new(SocketHandles.Adopt(handle, ownsHandle, HandleOperation, SocketKind.UnixListener));

    /// <summary>A listener of a socket that is bound and perhaps listens already, and stays its owner's.</summary>
    /// <param name="handle">The descriptor.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <param name="operation">Who asks, for messages.</param>
    /// <returns>The listener.</returns>
    internal static UnixListener FromBound(nint handle, int backlog, string operation) =>
        new(SocketHandles.Adopt(handle, ownsHandle: false, operation, SocketKind.UnixListener, backlog));

    /// <summary>
    /// Waits for a connection. Cancel safe: no connection is lost. Errors are often about one connection (too many open
    /// files): accepting may go on.
    /// </summary>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="SocketException">This connection can't be accepted.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another accept is in progress, or the listener's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The listener has been disposed, perhaps during the wait.</exception>
    [CancelSafe]
    public Future<UnixStream> AcceptAsync() => UnixAcceptLeaf.Start(this, _io, _driver);

    /// <summary>
    /// Stops listening, and leaves the file; a waiting accept throws <see cref="ObjectDisposedException"/>. Idempotent.
    /// </summary>
    public void Dispose()
    {
        _io.Close();
        GC.SuppressFinalize(this);
    }

    private static void DeleteFile(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What kept the listener from being made is what the caller has to know.
        }
    }
}
