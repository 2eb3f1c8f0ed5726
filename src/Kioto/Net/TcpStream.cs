using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Kioto.Net;

/// <summary>A TCP connection. One read and one write may be in progress at a time, from any tasks.</summary>
/// <remarks>As Tokio's <c>TcpStream</c>. Its runtime's driver watches it; after that runtime's end operations throw.</remarks>
public sealed class TcpStream : SocketStream
{
    private const string ConnectOperation = "TcpStream.ConnectAsync";
    private const string HandleOperation = "TcpStream.FromHandle";

    internal TcpStream(IoSource io)
        : base(io)
    {
    }

    /// <summary>This side's address.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public override IPEndPoint LocalEndPoint => TcpSockets.EndPoint(Io, this, remote: false);

    /// <summary>The peer's address.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    /// <exception cref="SocketException">The connection is no more.</exception>
    public override IPEndPoint RemoteEndPoint => TcpSockets.EndPoint(Io, this, remote: true);

    /// <summary>Whether small writes are sent at once instead of gathered (TCP_NODELAY). Default: false.</summary>
    /// <exception cref="SocketException">The operating system refuses: the connection is no more.</exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public bool NoDelay
    {
        get
        {
            using SocketCall call = new(Io, this);
            return TcpSockets.GetOption(call.Fd, Libc.LevelTcp, Libc.OptionNoDelay) != 0;
        }

        set
        {
            using SocketCall call = new(Io, this);
            TcpSockets.SetOption(call.Fd, Libc.LevelTcp, Libc.OptionNoDelay, value ? 1 : 0);
        }
    }

    internal override string Kind => "TCP";

    /// <summary>Connects to a host: resolves its name on the blocking pool and tries its addresses in order.</summary>
    /// <param name="address">A host name or IP address, and a port: example.com:80, 127.0.0.1:8080, [::1]:8080.</param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="FormatException">The address is malformed.</exception>
    /// <exception cref="SocketException">The name can't be resolved, or no address answers: the last one's error.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    [CancelSafe]
    public static Future<TcpStream> ConnectAsync(string address)
    {
        EndPoints.Split(address, out string host, out int port);
        return ConnectAsync(host, port);
    }

    /// <summary>Connects to a host: resolves its name on the blocking pool and tries its addresses in order.</summary>
    /// <param name="host">A host name, or an IP address: example.com, 127.0.0.1, ::1.</param>
    /// <param name="port">The port.</param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="ArgumentException">The host is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is negative, or above 65535.</exception>
    /// <exception cref="SocketException">The name can't be resolved, or no address answers: the last one's error.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    [CancelSafe]
    public static Future<TcpStream> ConnectAsync(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return IPAddress.TryParse(host, out IPAddress? ip)
            ? ConnectAsync(new IPEndPoint(ip, port))
            : ResolveAndConnect(host, port);
    }

    /// <summary>Connects. Cancelling closes the socket.</summary>
    /// <param name="endPoint">The peer.</param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="SocketException">The peer does not answer, or refuses.</exception>
    /// <exception cref="NotSupportedException">The address is neither IPv4 nor IPv6.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    [CancelSafe]
    public static Future<TcpStream> ConnectAsync(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Connect(endPoint);
    }

    /// <summary>A connection of a socket that is there already: another library's, or inherited.</summary>
    /// <remarks>
    /// The descriptor is duplicated, and the handle stays its owner's, who may dispose of it at once. The socket is set
    /// to non-blocking, which it is for all who have it open.
    /// </remarks>
    /// <param name="handle">A connected TCP socket.</param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a TCP socket, or one that listens.</exception>
    /// <exception cref="ObjectDisposedException">The handle has been disposed.</exception>
    /// <exception cref="SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpStream FromHandle(SafeHandle handle) => new(SocketHandles.Adopt(handle, HandleOperation, SocketKind.Tcp));

    /// <summary>A connection of a socket that is there already: another library's, or inherited.</summary>
    /// <remarks>The socket is set to non-blocking, which it is for all who have it open.</remarks>
    /// <param name="handle">The descriptor of a connected TCP socket.</param>
    /// <param name="ownsHandle">
    /// Whether the descriptor is taken over; else it is duplicated, and stays its owner's. It does so too if this throws.
    /// </param>
    /// <returns>The connection. Dispose it.</returns>
    /// <exception cref="ArgumentException">The handle is not a TCP socket, or one that listens.</exception>
    /// <exception cref="SocketException">There are no more descriptors.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread, or it has been shut down.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform's driver has no sockets: Linux's has.</exception>
    public static TcpStream FromHandle(nint handle, bool ownsHandle) =>
        new(SocketHandles.Adopt(handle, ownsHandle, HandleOperation, SocketKind.Tcp));

    internal override string? FindAddress() => TcpSockets.FindAddress(Io, this, remote: true) is { } peer ? $"peer {peer}" : null;

    private static async Future<TcpStream> Connect(IPEndPoint endPoint)
    {
        EpollDriver driver = TcpSockets.Driver(ConnectOperation);
        string what = $"Connecting to {endPoint} failed";
        int fd = TcpSockets.Open(endPoint, what);
        int errno = TcpSockets.Connect(fd, endPoint);
        if (errno is not (0 or Libc.ErrorInProgress or Libc.ErrorInterrupted))
        {
            _ = Libc.Close(fd);
            throw Errors.Socket(errno, what);
        }

        TcpStream stream = new(driver.Register(fd, ConnectOperation));
        bool connected = false;
        try
        {
            await ConnectLeaf.Start(stream, stream.Io, endPoint);
            connected = true;
            return stream;
        }
        finally
        {
            if (!connected)
            {
                stream.Dispose();
            }
        }
    }

    private static async Future<TcpStream> ResolveAndConnect(string host, int port)
    {
        IPAddress[] addresses;
        try
        {
            addresses = await Kio.SpawnBlocking(() => Dns.GetHostAddresses(host));
        }
        catch (SocketException exception)
        {
            throw Unresolved(host, (int)exception.SocketErrorCode, exception.Message);
        }

        return await ConnectToAny(host, addresses, port);
    }

    /// <summary>Tries the addresses of a host in their order; each attempt's socket is closed before the next.</summary>
    /// <param name="host">The host, for the message if there is no address.</param>
    /// <param name="addresses">Its addresses.</param>
    /// <param name="port">The port.</param>
    /// <returns>The first connection; if there is none, the last address's error is thrown.</returns>
    internal static async Future<TcpStream> ConnectToAny(string host, IPAddress[] addresses, int port)
    {
        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                return await Connect(new IPEndPoint(address, port));
            }
            catch (SocketException exception)
            {
                last = exception;
            }
        }

        throw last ?? Unresolved(host, (int)SocketError.HostNotFound, "it has no address");
    }

    private static SocketException Unresolved(string host, int error, string why) =>
        new(error, $"Resolving {host} failed: {why}");
}
