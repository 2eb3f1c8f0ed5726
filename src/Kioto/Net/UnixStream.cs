using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Kioto.Net;

/// <summary>A connection to a process of this machine. One read and one write may be in progress at a time, from any tasks.</summary>
/// <remarks>
/// As Tokio's <c>UnixStream</c>. Its runtime's driver watches it; after that runtime's end operations throw.
/// Descriptors that the peer sends along are closed. A write that waits is not told that the peer has shut its reading
/// side down: it fails when the peer reads on or closes.
/// </remarks>
public sealed class UnixStream : SocketStream
{
    private const string ConnectOperation = "UnixStream.ConnectAsync";
    private const string PairOperation = "UnixStream.Pair";
    private const string HandleOperation = "UnixStream.FromHandle";

    // The kernel tells nobody when there is room in a listener's queue.
    private static readonly TimeSpan s_leastPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_mostPause = TimeSpan.FromMilliseconds(32);

    internal UnixStream(IoSource io)
        : base(io)
    {
    }

    /// <summary>This side's address: the listener's path; of a client and of a pair one without a name, an empty string.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public override UnixDomainSocketEndPoint LocalEndPoint => UnixSockets.EndPoint(Io, this, remote: false);

    /// <summary>The peer's address: the listener's path; of a client and of a pair one without a name, an empty string.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    /// <exception cref="SocketException">The connection is no more.</exception>
    public override UnixDomainSocketEndPoint RemoteEndPoint => UnixSockets.EndPoint(Io, this, remote: true);

    /// <summary>The process, user and group that connected, listened, or made the pair; the kernel vouches for them.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public UnixCredentials PeerCredentials
    {
        get
        {
            using SocketCall call = new(Io, this);
            return UnixSockets.Credentials(call.Fd);
        }
    }

    internal override string Kind => "Unix";

    /// <summary>Connects to a listener of this machine. While its queue is full, tries again after 1 to 32 ms.</summary>
    /// <remarks>Tokio fails with EAGAIN when the queue is full. Cancelling closes the socket.</remarks>
    /// <param name="path">The listener's path; with a zero in front an abstract name.</param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="ArgumentException">The path is empty, has more than 107 bytes as UTF-8, or a zero in the middle.</exception>
    /// <exception cref="SocketException">
    /// There is no such file (AddressNotAvailable), nobody listens there (ConnectionRefused), or it may not be used (AccessDenied).
    /// </exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    [CancelSafe]
    public static Future<UnixStream> ConnectAsync(string path) => Connect(UnixAddresses.Parse(path));

    /// <inheritdoc cref="ConnectAsync(string)"/>
    /// <param name="endPoint">The listener's address.</param>
    [CancelSafe]
    public static Future<UnixStream> ConnectAsync(UnixDomainSocketEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Connect(endPoint);
    }

    /// <summary>Two ends of one connection, without an address.</summary>
    /// <returns>Both ends. Dispose of each.</returns>
    /// <exception cref="SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static (UnixStream First, UnixStream Second) Pair()
    {
        EpollDriver driver = TcpSockets.Driver(PairOperation);
        int errno = UnixSockets.Pair(out int first, out int second);
        if (errno != 0)
        {
            throw Errors.Socket(errno, PairOperation);
        }

        UnixStream? one = null;
        try
        {
            one = new UnixStream(driver.Register(first, PairOperation, UnixSockets.Traits));
            int other = second;
            second = -1;
            return (one, new UnixStream(driver.Register(other, PairOperation, UnixSockets.Traits)));
        }
        catch
        {
            one?.Dispose();
            if (second >= 0)
            {
                _ = Libc.Close(second);
            }

            throw;
        }
    }

    /// <summary>A connection of a socket that is there already: another library's, or inherited.</summary>
    /// <remarks>
    /// The descriptor is duplicated, and the handle stays its owner's, who may dispose of it at once. The socket is set
    /// to non-blocking, which it is for all who have it open.
    /// </remarks>
    /// <param name="handle">A connected Unix stream socket.</param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a Unix stream socket, or one that listens.</exception>
    /// <exception cref="ObjectDisposedException">The handle has been disposed.</exception>
    /// <exception cref="SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static UnixStream FromHandle(SafeHandle handle) => new(SocketHandles.Adopt(handle, HandleOperation, SocketKind.Unix));

    /// <summary>A connection of a socket that is there already: another library's, or inherited.</summary>
    /// <remarks>The socket is set to non-blocking, which it is for all who have it open.</remarks>
    /// <param name="handle">The descriptor of a connected Unix stream socket.</param>
    /// <param name="ownsHandle">
    /// Whether the descriptor is taken over; else it is duplicated, and stays its owner's. It does so too if this throws.
    /// </param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a Unix stream socket, or one that listens.</exception>
    /// <exception cref="SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static UnixStream FromHandle(nint handle, bool ownsHandle) =>
        new(SocketHandles.Adopt(handle, ownsHandle, HandleOperation, SocketKind.Unix));

    internal override string? FindAddress() =>
        UnixSockets.FindAddress(Io, this, remote: true) is { } peer ? $"peer {peer}"
        : UnixSockets.FindAddress(Io, this, remote: false) is { } own ? $"at {own}"
        : null;

    private static async Future<UnixStream> Connect(UnixDomainSocketEndPoint endPoint)
    {
        EpollDriver driver = TcpSockets.Driver(ConnectOperation);
        int fd = UnixSockets.Open($"Connecting to {endPoint} failed");
        try
        {
            int errno;
            TimeSpan pause = s_leastPause;
            while ((errno = UnixSockets.Connect(fd, UnixAddresses.Write(endPoint))) is Libc.ErrorAgain or Libc.ErrorInterrupted)
            {
                await Kio.Sleep(pause);
                pause = pause < s_mostPause ? pause * 2 : pause;
            }

            if (errno != 0)
            {
                throw Errors.Unix(errno, $"Connecting to {endPoint} failed", binds: false);
            }

            int connected = fd;
            fd = -1;
            return new UnixStream(driver.Register(connected, ConnectOperation, UnixSockets.Traits));
        }
        finally
        {
            if (fd >= 0)
            {
                _ = Libc.Close(fd);
            }
        }
    }
}
