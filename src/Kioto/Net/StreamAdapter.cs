using System;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Net;

/// <summary>A connection as a .NET stream.</summary>
/// <remarks>
/// An operation is first tried on the calling thread, whatever that is, without anybody to wake. What has to wait moves
/// into an <see cref="AdapterOperation"/>, a task of the connection's runtime; the stream keeps one for each direction.
/// </remarks>
internal sealed class StreamAdapter(SocketStream socket, bool leaveOpen) : Stream
{
    // INVARIANT: null while it is in use; taken and given back by exchanges.
    private AdapterOperation? _reading;
    private AdapterOperation? _writing;

    private volatile bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanWrite => !_disposed;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private RuntimeScheduler Scheduler => socket.Io.Driver.Scheduler;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (_disposed)
        {
            return ValueTask.FromException<int>(Disposed());
        }

        if (buffer.IsEmpty)
        {
            return WaitForData(cancellationToken);
        }

        FutureSource<int> source = (FutureSource<int>)socket.ReadAsync(buffer).Source!;
        if (!TryNow(source))
        {
            return new ValueTask<int>(Begin(source, true, cancellationToken, out short token), token);
        }

        int count = source.Take(source.Version, Ambient.Current, out ExceptionDispatchInfo? error);
        return error is null ? new ValueTask<int>(count) : ValueTask.FromException<int>(AsStreams(error.SourceException));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_disposed)
        {
            return ValueTask.FromException(Disposed());
        }

        FutureSource<Unit> source = (FutureSource<Unit>)socket.WriteAllAsync(buffer).Source!;
        if (!TryNow(source))
        {
            return new ValueTask(Begin(source, false, cancellationToken, out short token), token);
        }

        source.Take(source.Version, Ambient.Current, out ExceptionDispatchInfo? error);
        return error is null ? default : ValueTask.FromException(AsStreams(error.SourceException));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        ValueTask<int> read = ReadAsync(buffer.AsMemory(offset, count));
        return read.IsCompleted ? read.GetAwaiter().GetResult() : Scheduler.Handle.BlockOn(Await(read));
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        ValueTask write = WriteAsync(buffer.AsMemory(offset, count));
        if (write.IsCompleted)
        {
            write.GetAwaiter().GetResult();
        }
        else
        {
            Scheduler.Handle.BlockOn(Await(write));
        }
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>The operation has ended, and its outcome has been taken.</summary>
    /// <param name="operation">The operation, as new.</param>
    internal void Return(AdapterOperation operation) =>
        Interlocked.Exchange(ref operation.IsRead ? ref _reading : ref _writing, operation); // ORDERING: release; pairs with Begin.

    /// <summary>A failure in the words of .NET's streams: what the connection can't do any more is an IOException.</summary>
    /// <param name="failure">What the operation threw.</param>
    /// <returns>What the stream throws.</returns>
    internal Exception AsStreams(Exception failure) =>
        failure is InvalidOperationException and not ObjectDisposedException && (socket.Io.State.Value & IoState.DriverGone) != 0
            ? new IOException(failure.Message, failure)
            : failure;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            if (!leaveOpen)
            {
                socket.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    // Without anybody to wake: where it has to wait, it is polled again with an operation of ours.
    private static bool TryNow<T>(FutureSource<T> source)
    {
        PollContext context = new(Waker.Noop);
        return ((LeafSource<T>)source).PollLeaf(ref context);
    }

    private static async Future<int> Await(ValueTask<int> read) => await read;

    private static async Future Await(ValueTask write) => await write;

    private static ObjectDisposedException Disposed() => Errors.Disposed("stream");

    // As sockets' streams do: SslStream and others ask so before they take a buffer.
    private ValueTask<int> WaitForData(CancellationToken cancellationToken)
    {
        FutureSource<Unit> source = (FutureSource<Unit>)socket.ReadableAsync(look: true).Source!;
        if (!TryNow(source))
        {
            return new ValueTask<int>(Begin(source, true, cancellationToken, out short token), token);
        }

        source.Take(source.Version, Ambient.Current, out ExceptionDispatchInfo? error);
        return error is null ? new ValueTask<int>(0) : ValueTask.FromException<int>(AsStreams(error.SourceException));
    }

    private AdapterOperation Begin(FutureSource source, bool isRead, CancellationToken cancellationToken, out short token)
    {
        AdapterOperation operation =
            Interlocked.Exchange(ref isRead ? ref _reading : ref _writing, null) // ORDERING: acquire; pairs with Return.
            ?? new AdapterOperation(this, isRead);
        token = operation.Begin(source, Scheduler, cancellationToken);
        return operation;
    }
}
