using System;
using System.Buffers;
using System.IO;
using System.Net;
using System.Net.Sockets;

namespace Kioto.Net;

/// <summary>A connection, TCP or Unix. One read and one write may be in progress at a time, from any tasks.</summary>
/// <remarks>Its runtime's driver watches it; after that runtime's end operations throw.</remarks>
public abstract class SocketStream : IDisposable
{
    private protected SocketStream(IoSource io) => Io = io;

    /// <summary>Closes the socket of a stream that nobody disposed.</summary>
    ~SocketStream() => Io.Close();

    /// <summary>This side's address.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>The peer's address.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    /// <exception cref="SocketException">The connection is no more.</exception>
    public abstract EndPoint RemoteEndPoint { get; }

    internal IoSource Io { get; }

    /// <summary>What it is, for messages.</summary>
    internal abstract string Kind { get; }

    /// <summary>Reads what has come, at least one byte; waits if nothing has. An empty buffer doesn't wait. Cancel safe.</summary>
    /// <param name="buffer">Where to; used only until the future completes or is cancelled.</param>
    /// <returns>How many bytes; 0 when the peer will send no more, or the buffer is empty.</returns>
    /// <exception cref="System.IO.IOException">The connection failed; the inner exception has the error.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another read is in progress, or the stream's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed, perhaps during the wait.</exception>
    [CancelSafe]
    public Future<int> ReadAsync(Memory<byte> buffer) => ReadLeaf.Start(this, Io, buffer);

    /// <summary>Writes as much as the socket takes now, at least one byte; waits if it is full. An empty buffer doesn't wait. Cancel safe.</summary>
    /// <param name="buffer">What to write.</param>
    /// <returns>How many bytes were taken.</returns>
    /// <exception cref="System.IO.IOException">The connection failed; the inner exception has the error.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another write is in progress, or the stream's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed, perhaps during the wait.</exception>
    [CancelSafe]
    public Future<int> WriteAsync(ReadOnlyMemory<byte> buffer) => WriteLeaf.Start(this, Io, buffer);

    /// <summary>Writes everything. Not cancel safe: a part may have been written.</summary>
    /// <param name="buffer">What to write.</param>
    /// <returns>Completes when the socket has taken everything.</returns>
    /// <exception cref="System.IO.IOException">The connection failed; the inner exception has the error.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another write is in progress, or the stream's runtime has been shut down, perhaps during the wait.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The stream has been disposed, perhaps during the wait.</exception>
    [NotCancelSafe]
    public Future WriteAllAsync(ReadOnlyMemory<byte> buffer) => WriteAllLeaf.Start(this, Io, buffer);

    /// <summary>Ends one direction, or both: after Send the peer reads to the end and then gets 0.</summary>
    /// <param name="how">Which.</param>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    /// <exception cref="System.IO.IOException">The connection is no more.</exception>
    public void Shutdown(SocketShutdown how)
    {
        using SocketCall call = new(Io, this);
        if (Libc.Shutdown(call.Fd, (int)how) < 0)
        {
            throw Errors.Stream(Libc.Errno, $"Shutting the {Kind} stream down failed");
        }

        // A Unix socket whose buffer is full tells nobody that it takes no more: who waits to write looks again.
        if (how != SocketShutdown.Receive)
        {
            Io.OnEvent(IoState.Writable);
        }
    }

    /// <summary>This connection as a .NET stream, for libraries that want one: HttpClient, SslStream, readers of text.</summary>
    /// <remarks>
    /// Its methods work on any thread, inside the runtime and outside. An operation that needs not wait makes its system
    /// call at once; one that waits goes on, and with it who awaits it, on the connection's runtime, which must be
    /// running. The synchronous methods block, as <see cref="RuntimeHandle.BlockOn{T}(Future{T})"/> does. Cancelling by
    /// the token is safe for reads; a write may have been done in part. A read into an empty buffer waits for data.
    /// </remarks>
    /// <param name="leaveOpen">Whether disposing the stream leaves the connection open.</param>
    /// <returns>The stream. It has no buffer and no time-outs of its own; several of them over one connection are allowed.</returns>
    public Stream AsStream(bool leaveOpen = false) => new StreamAdapter(this, leaveOpen);

    /// <summary>Waits until there is something to read, or the end, without a buffer.</summary>
    /// <param name="look">Whether to ask the socket instead of believing what is known, which may be out of date.</param>
    /// <returns>Completes when a read would not wait; without a look it may wait all the same.</returns>
    internal Future ReadableAsync(bool look) => ReadableLeaf.Start(this, Io, look);

    /// <summary>Writes everything, several buffers in one system call. Not cancel safe: a part may have been written.</summary>
    /// <param name="buffers">What to write.</param>
    /// <returns>Completes when the socket has taken everything.</returns>
    internal Future WriteAllAsync(in ReadOnlySequence<byte> buffers) => WriteSequenceLeaf.Start(this, Io, buffers);

    /// <summary>Closes the connection with a reset: what has not been sent is dropped, and the peer gets an error.</summary>
    internal void Reset()
    {
        try
        {
            using SocketCall call = new(Io, this);
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
        Io.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>The peer, for a dump. Any thread; others may be closing the socket.</summary>
    /// <returns>The address and what it is; null when there is none, or the connection is no more.</returns>
    internal abstract string? FindAddress();
}
