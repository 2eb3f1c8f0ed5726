using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore;

/// <summary>A connection as Kestrel sees it: a pipe each way, and a task of the runtime behind each.</summary>
internal sealed class KiotoConnection : ConnectionContext,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IMemoryPoolFeature,
    IConnectionLifetimeFeature, IConnectionEndPointFeature, IThreadPoolWorkItem
{
    private const int LeastBuffer = 2048; // Half a block: as Kestrel's own transport.

    private readonly KiotoTransport _transport;
    private readonly SocketStream _stream;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _closedReported = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Duplex _ours;
    private readonly FeatureCollection _features = new();
    private JoinHandle _receiving;
    private JoinHandle _sending;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private int _closedFired;
    private RelayState _relaying;
    private bool _hasContext;

    // INVARIANT: written under the lock, by the first Shutdown.
    private bool _isShutDown;
    private volatile Exception? _shutdownReason;

    internal KiotoConnection(
        KiotoTransport transport, SocketStream stream, MemoryPool<byte> pool, PipeOptions input, PipeOptions output, ILogger logger)
    {
        _transport = transport;
        _stream = stream;
        _logger = logger;
        MemoryPool = pool;
        LocalEndPoint = stream.LocalEndPoint;
        RemoteEndPoint = stream.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Pipe receive = new(input);
        Pipe send = new(output);
        _ours = new Duplex(send.Reader, receive.Writer);
        Transport = new Duplex(receive.Reader, send.Writer);
        _features.Set<IConnectionIdFeature>(this);
        _features.Set<IConnectionTransportFeature>(this);
        _features.Set<IConnectionItemsFeature>(this);
        _features.Set<IMemoryPoolFeature>(this);
        _features.Set<IConnectionLifetimeFeature>(this);
        _features.Set<IConnectionEndPointFeature>(this);
        _features.Set(this);
        Theirs = Transport;
    }

    /// <summary>Its name in logs.</summary>
    /// <remarks>
    /// The first that Kestrel asks for where it starts a connection, on the thread pool and before any of the
    /// application's code: so that is where the runtime begins to flow with it, once for all of its requests.
    /// </remarks>
    public override string ConnectionId
    {
        get
        {
            if (!_hasContext && Ambient.Current.Scheduler is null && Scheduler.Flowing is null)
            {
                _hasContext = true;
                _transport.Context.Enter();
            }

            return Id;
        }
        set => _id = value;
    }

    public override IFeatureCollection Features => _features;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>The application's ends of the pipes, whatever middleware has put into <see cref="Transport"/>.</summary>
    private IDuplexPipe Theirs { get; }

    // Asked for by the server and by the tasks of the connection at once: all get the same one.
    private string Id => _id ?? Interlocked.CompareExchange(ref _id, ConnectionIds.Next(), null) ?? _id;

    internal void Start()
    {
        _receiving = _transport.Runtime.Spawn(Receive);
        _sending = _transport.Runtime.Spawn(Send);
    }

    /// <summary>Its requests are started on the thread pool, any number at once: the workers take that into account. Any thread.</summary>
    internal void Relay()
    {
        if (_relaying.TransitionToRelaying() == RelayChange.Begun)
        {
            _transport.Scheduler.BeginRelaying();
        }
    }

    // Kestrel's own words tell this way from the other one, which is ConnectionContext.Abort.
    void IConnectionLifetimeFeature.Abort() =>
        Abort(new ConnectionAbortedException("The connection was aborted by the application via IConnectionLifetimeFeature.Abort()."));

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Shutdown(abortReason);
        _ours.Input.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_relaying.TransitionToGone() == RelayChange.Ended)
        {
            _transport.Scheduler.EndRelaying();
        }

        Theirs.Input.Complete();
        Theirs.Output.Complete();

        // Off the workers these awaits are no tasks of the runtime, which may be ending, though it flows with the connection.
        Scheduler.Flowing = null;
        await _receiving.JoinAsync().AsTask().ConfigureAwait(false);
        await _sending.JoinAsync().AsTask().ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Future Receive()
    {
        PipeWriter output = _ours.Output;
        Exception? error = null;
        bool drained = false; // Whether the last read emptied the socket: then the next edge means data.

        // The edge of the registration may be told after the first read has taken its data: what follows it is no sign.
        bool first = true;
        try
        {
            while (true)
            {
                if (_transport.Options.WaitForDataBeforeAllocatingBuffer)
                {
                    await _stream.ReadableAsync(look: !drained);
                }

                Memory<byte> buffer = output.GetMemory(LeastBuffer);
                int count = await _stream.ReadAsync(buffer);
                drained = count < buffer.Length && !first;
                first = false;
                if (count == 0)
                {
                    if (_shutdownReason is null) // Else it is our own end that shows.
                    {
                        Log.ReadFin(_logger, Id);
                    }

                    break;
                }

                output.Advance(count);

                // No token: it would be registered for every read, and the pipe ends the wait when the connection does.
                ValueTask<FlushResult> flushing = output.FlushAsync(CancellationToken.None);
                bool paused = !flushing.IsCompleted;
                if (paused)
                {
                    Log.Pause(_logger, Id);
                }

                FlushResult flushed = await flushing;
                if (paused)
                {
                    Log.Resume(_logger, Id);
                }

                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    break; // The application reads no more.
                }
            }
        }
        catch (Exception exception)
        {
            error = Explain(exception);
        }
        finally
        {
            // Why it was shut down says more than what the shutdown did to a read.
            output.Complete(_shutdownReason ?? error);
            try
            {
                // Who waits for the bytes that came last goes first: told of the end before, Kestrel would not look at them.
                await Kio.YieldNow();
            }
            finally
            {
                FireClosed();
            }
        }

        await _closedReported.Task;
    }

    private async Future Send()
    {
        PipeReader input = _ours.Input;
        Exception? shutdownReason = null;
        Exception? unexpected = null;
        try
        {
            while (true)
            {
#pragma warning disable KIO0006 // The end of the runtime ends the receiving, and Kestrel then completes this pipe: no token a read.
                ReadResult read = await input.ReadAsync();
#pragma warning restore KIO0006
                if (read.IsCanceled)
                {
                    break;
                }

                ReadOnlySequence<byte> buffer = read.Buffer;
                if (!buffer.IsEmpty)
                {
                    await _stream.WriteAllAsync(buffer);
                }

                input.AdvanceTo(buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            shutdownReason = Explain(exception);
            unexpected = IsExpected(shutdownReason) ? null : shutdownReason;
        }
        finally
        {
            Shutdown(shutdownReason);
            input.Complete(unexpected);

            // Unblocks a receive that waits for the application to read.
            _ours.Output.CancelPendingFlush();
        }
    }

    // Of the connection's end who writes hears by the end of the pipe: an error there fails handlers, and Kestrel logs it.
    private bool IsExpected(Exception failure) => failure switch
    {
        ConnectionResetException => true, // The client has gone.
        ConnectionAbortedException => true, // The runtime has ended.
        ObjectDisposedException => _shutdownReason is not null, // A shutdown has closed the socket beneath a write.
        _ => false,
    };

    // In the words that Kestrel's code expects of a transport.
    private Exception Explain(Exception exception)
    {
        switch (exception)
        {
            case IOException { InnerException: SocketException socket }:
                if (socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted)
                {
                    if (!_isShutDown)
                    {
                        Log.Reset(_logger, Id);
                    }

                    return new ConnectionResetException(new SocketException((int)socket.SocketErrorCode).Message, socket);
                }

                break;
            case ObjectDisposedException when _isShutDown:
                return exception;
            case FutureCancelledException:
                return new ConnectionAbortedException("The runtime that served the connection was shut down.", exception);
        }

        if (!_isShutDown)
        {
            Log.Error(_logger, Id, exception);
        }

        return exception;
    }

    private void Shutdown(Exception? reason)
    {
        lock (_lock)
        {
            if (_isShutDown)
            {
                return;
            }

            // Set before the socket is closed: the read that fails through it looks at the reason.
            _shutdownReason = reason ?? new ConnectionAbortedException("The Socket transport's send loop completed gracefully.");
            _isShutDown = true;
        }

        if (reason is not null && !_transport.Options.FinOnError)
        {
            Log.WriteReset(_logger, Id, reason.Message);
            _stream.Reset();
            return;
        }

        Log.WriteFin(_logger, Id, _shutdownReason.Message);
        try
        {
            _stream.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The peer went first.
        }

        _stream.Dispose();
    }

    // By way of the thread pool, behind the work item with which Kestrel starts the connection: told of the end before
    // that, it would not look at the bytes that came, and a busy pool would decide how a request is answered that is cut.
    private void FireClosed()
    {
        if (Interlocked.Exchange(ref _closedFired, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // Application code may be registered on the token: it runs as work of its own.
    void IThreadPoolWorkItem.Execute() =>
        QueuedAction.Queue(_transport.Scheduler, static state => ((KiotoConnection)state!).CancelClosed(), this);

    private void CancelClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (Exception exception)
        {
            Log.CallbackFailed(_logger, Id, exception);
        }

        _closedReported.TrySetResult();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
