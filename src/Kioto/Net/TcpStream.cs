using System;
using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Kioto.Net;

/// <summary>A TCP connection. One read and one write may be in progress at a time, from any tasks.</summary>
/// <remarks>As Tokio's <c>TcpStream</c>. Its runtime's driver watches it; after that runtime's end operations throw.</remarks>
public sealed class TcpStream : IDisposable
{
    private const string ConnectOperation = "TcpStream.ConnectAsync";

    private readonly IoSource _io;

    internal TcpStream(IoSource io) => _io = io;

    /// <summary>Closes the socket of a stream that nobody disposed.</summary>
    ~TcpStream() => _io.Close();

    /// <summary>This side's address.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public IPEndPoint LocalEndPoint => TcpSockets.EndPoint(_io, this, remote: false);

    /// <summary>The peer's address.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    /// <exception cref="SocketException">The connection is no more.</exception>
    public IPEndPoint RemoteEndPoint => TcpSockets.EndPoint(_io, this, remote: true);

    /// <summary>Whether small writes are sent at once instead of gathered (TCP_NODELAY). Default: false.</summary>
    /// <exception cref="SocketException">The operating system refuses: the connection is no more.</exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public bool NoDelay
    {
        get
        {
            using SocketCall call = new(_io, this);
            return TcpSockets.GetOption(call.Fd, Libc.LevelTcp, Libc.OptionNoDelay) != 0;
        }

        set
        {
            using SocketCall call = new(_io, this);
            TcpSockets.SetOption(call.Fd, Libc.LevelTcp, Libc.OptionNoDelay, value ? 1 : 0);
        }
    }

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

    /// <summary>Reads what has come, at least one byte; waits if nothing has. An empty buffer doesn't wait. Cancel safe.</summary>
    /// <param name="buffer">Where to; used only until the future completes or is cancelled.</param>
    /// <returns>How many bytes; 0 when the peer will send no more, or the buffer is empty.</returns>
    /// <exception cref="System.IO.IOException">The connection failed; the inner exception has the error.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another read is in progress, or the stream's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed, perhaps during the wait.</exception>
    [CancelSafe]
    public Future<int> ReadAsync(Memory<byte> buffer) => ReadLeaf.Start(this, _io, buffer);

    /// <summary>Writes as much as the socket takes now, at least one byte; waits if it is full. An empty buffer doesn't wait. Cancel safe.</summary>
    /// <param name="buffer">What to write.</param>
    /// <returns>How many bytes were taken.</returns>
    /// <exception cref="System.IO.IOException">The connection failed; the inner exception has the error.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another write is in progress, or the stream's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed, perhaps during the wait.</exception>
    [CancelSafe]
    public Future<int> WriteAsync(ReadOnlyMemory<byte> buffer) => WriteLeaf.Start(this, _io, buffer);

    /// <summary>Writes everything. Not cancel safe: a part may have been written.</summary>
    /// <param name="buffer">What to write.</param>
    /// <returns>Completes when the socket has taken everything.</returns>
    /// <exception cref="System.IO.IOException">The connection failed; the inner exception has the error.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another write is in progress, or the stream's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed, perhaps during the wait.</exception>
    [NotCancelSafe]
    public Future WriteAllAsync(ReadOnlyMemory<byte> buffer) => WriteAllLeaf.Start(this, _io, buffer);

    /// <summary>Ends one direction, or both: after Send the peer reads to the end and then gets 0.</summary>
    /// <param name="how">Which.</param>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    /// <exception cref="System.IO.IOException">The connection is no more.</exception>
    public void Shutdown(SocketShutdown how)
    {
        using SocketCall call = new(_io, this);
        if (Libc.Shutdown(call.Fd, (int)how) < 0)
        {
            throw Errors.Stream(Libc.Errno, "Shutting the TCP stream down failed");
        }
    }

    /// <summary>Waits until there is something to read, or the end, without a buffer.</summary>
    /// <param name="look">Whether to ask the socket instead of believing what is known, which may be out of date.</param>
    /// <returns>Completes when a read would not wait; without a look it may wait all the same.</returns>
    internal Future ReadableAsync(bool look) => ReadableLeaf.Start(this, _io, look);

    /// <summary>Writes everything, several buffers in one system call. Not cancel safe: a part may have been written.</summary>
    /// <param name="buffers">What to write.</param>
    /// <returns>Completes when the socket has taken everything.</returns>
    internal Future WriteAllAsync(in ReadOnlySequence<byte> buffers) => WriteSequenceLeaf.Start(this, _io, buffers);

    /// <summary>Closes the connection with a reset: what has not been sent is dropped, and the peer gets an error.</summary>
    internal void Reset()
    {
        try
        {
            using SocketCall call = new(_io, this);
            TcpSockets.SetLinger(call.Fd, 0);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // Closed already.
        }

        Dispose();
    }

    /// <summary>Closes the connection; reads and writes in progress throw <see cref="ObjectDisposedException"/>. Idempotent.</summary>
    public void Dispose()
    {
        _io.Close();
        GC.SuppressFinalize(this);
    }

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
            await ConnectLeaf.Start(stream, stream._io, endPoint);
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
