using System;
using System.Net;
using System.Runtime.InteropServices;

namespace Kioto.Net;

/// <summary>Accepts TCP connections. Made inside a runtime, whose driver watches it.</summary>
/// <remarks>As Tokio's <c>TcpListener</c>. One accept at a time; a second concurrent one throws.</remarks>
public sealed class TcpListener : IDisposable
{
    private const string Operation = "TcpListener.Bind";
    private const string HandleOperation = "TcpListener.FromHandle";

    private readonly IoSource _io;
    private readonly EpollDriver _driver;

    internal TcpListener(IoSource io)
    {
        _io = io;
        _driver = io.Driver;
    }

    /// <summary>Closes the socket of a listener that nobody disposed.</summary>
    ~TcpListener() => _io.Close();

    /// <summary>The address that the listener is bound to; with the port that was chosen for port 0.</summary>
    /// <exception cref="ObjectDisposedException">The listener has been disposed.</exception>
    public IPEndPoint LocalEndPoint => TcpSockets.EndPoint(_io, this, remote: false);

    /// <summary>Binds to an address of this machine and listens.</summary>
    /// <param name="address">An IP address or localhost, and a port: 127.0.0.1:8080, [::1]:0; port 0 chooses a free one.</param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="FormatException">The address is malformed.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address is in use, or not of this machine.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpListener Bind(string address) => Bind(EndPoints.ParseLocal(address));

    /// <summary>Binds to an address of this machine and listens, with room for 1024 waiting connections.</summary>
    /// <param name="endPoint">The address; port 0 chooses a free one.</param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The address is in use, or not of this machine.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpListener Bind(IPEndPoint endPoint) => Bind(endPoint, 1024);

    /// <summary>Binds to an address of this machine and listens. Sets SO_REUSEADDR.</summary>
    /// <param name="endPoint">The address; port 0 chooses a free one.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The backlog is not positive.</exception>
    /// <exception cref="NotSupportedException">The address is neither IPv4 nor IPv6.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address is in use, or not of this machine.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpListener Bind(IPEndPoint endPoint, int backlog)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(backlog);
        return Bind(TcpSockets.Driver(Operation), endPoint, backlog, reusePort: false);
    }

    /// <summary>Binds to an address of this machine, as the options say, and listens. Sets SO_REUSEADDR.</summary>
    /// <param name="endPoint">The address; port 0 chooses a free one.</param>
    /// <param name="options">The options.</param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The address is in use, or not of this machine.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpListener Bind(IPEndPoint endPoint, TcpListenerOptions options)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(options);
        return Bind(TcpSockets.Driver(Operation), endPoint, options.Backlog, options.ReusePort);
    }

    /// <summary>A listener of a socket that listens already: another library's, or one that the service manager passed.</summary>
    /// <remarks>
    /// The descriptor is duplicated, and the handle stays its owner's: while it is open, the socket listens, also after
    /// the listener's end. The socket is set to non-blocking, which it is for all who have it open.
    /// </remarks>
    /// <param name="handle">A listening TCP socket.</param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a TCP socket, or does not listen.</exception>
    /// <exception cref="ObjectDisposedException">The handle has been disposed.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpListener FromHandle(SafeHandle handle) =>
        new(SocketHandles.Adopt(handle, HandleOperation, SocketKind.TcpListener));

    /// <summary>A listener of a socket that listens already: another library's, or one that the service manager passed.</summary>
    /// <remarks>The socket is set to non-blocking, which it is for all who have it open.</remarks>
    /// <param name="handle">The descriptor of a listening TCP socket; systemd's first one is 3.</param>
    /// <param name="ownsHandle">
    /// Whether the descriptor is taken over; else it is duplicated, and stays its owner's. It does so too if this throws.
    /// </param>
    /// <returns>The listener. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a TCP socket, or does not listen.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpListener FromHandle(nint handle, bool ownsHandle) =>
        new(SocketHandles.Adopt(handle, ownsHandle, HandleOperation, SocketKind.TcpListener));

    /// <summary>A listener of a socket that is bound and perhaps listens already, and stays its owner's.</summary>
    /// <param name="handle">The descriptor.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <param name="operation">Who asks, for messages.</param>
    /// <returns>The listener.</returns>
    internal static TcpListener FromBound(nint handle, int backlog, string operation) =>
        new(SocketHandles.Adopt(handle, ownsHandle: false, operation, SocketKind.TcpListener, backlog));

    /// <summary>Binds on a driver of one's choice.</summary>
    /// <param name="driver">The driver that watches it.</param>
    /// <param name="endPoint">The address.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <param name="reusePort">Whether other listeners of this user may have the same port.</param>
    /// <returns>The listener.</returns>
    internal static TcpListener Bind(EpollDriver driver, IPEndPoint endPoint, int backlog, bool reusePort)
    {
        string what = $"Binding to {endPoint} failed";
        int fd = TcpSockets.Open(endPoint, what);
        int errno = TcpSockets.Listen(fd, endPoint, backlog, reusePort);
        if (errno != 0)
        {
            _ = Libc.Close(fd);
            throw Errors.Socket(errno, what);
        }

        return new TcpListener(driver.Register(fd, Operation));
    }

    /// <summary>
    /// Waits for a connection. Cancel safe: no connection is lost. Errors are often about one connection (too many open
    /// files): accepting may go on.
    /// </summary>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">This connection can't be accepted.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another accept is in progress, or the listener's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The listener has been disposed, perhaps during the wait.</exception>
    [CancelSafe]
    public Future<TcpStream> AcceptAsync() => TcpAcceptLeaf.Start(this, _io, _driver);

    /// <summary>Stops listening; a waiting accept throws <see cref="ObjectDisposedException"/>. Idempotent.</summary>
    public void Dispose()
    {
        _io.Close();
        GC.SuppressFinalize(this);
    }
}
