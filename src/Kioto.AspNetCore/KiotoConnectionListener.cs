using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Kioto.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore;

/// <summary>Accepts connections for Kestrel.</summary>
internal sealed class KiotoConnectionListener : IConnectionListener
{
    // Beyond, connections wait in the kernel's queue.
    private const int MostAccepted = 128;

    private readonly KiotoTransport _transport;
    private readonly Acceptor _acceptor;
    private readonly MemoryPool<byte> _pool;
    private readonly ILogger _logger;
    private readonly PipeOptions _inputOptions;
    private readonly PipeOptions _outputOptions;

    // INVARIANT: written by the task that accepts, read by the server, or after it by who disposes of the listener.
    private readonly Channel<KiotoConnection> _accepted = Channel.CreateBounded<KiotoConnection>(
        new BoundedChannelOptions(MostAccepted) { SingleReader = true, SingleWriter = true });

    private bool _started;

    internal KiotoConnectionListener(KiotoTransport transport, Acceptor acceptor, MemoryPool<byte> pool, ILogger logger)
    {
        _transport = transport;
        _acceptor = acceptor;
        _pool = pool;
        _logger = logger;
        EndPoint = acceptor.EndPoint;
        KiotoTransportOptions options = transport.Options;
        PipeScheduler application = options.RunRequestsOnThreadPool ? PipeScheduler.ThreadPool : transport.PipeScheduler;

        // The transport's side is a Kioto task: to resume it is to wake it, a few instructions.
        _inputOptions = Options(pool, application, PipeScheduler.Inline, options.MaxReadBufferSize);
        _outputOptions = Options(pool, PipeScheduler.Inline, application, options.MaxWriteBufferSize);
    }

    public EndPoint EndPoint { get; }

    // The server's loop that accepts has the runtime in its context: by that a connection knows it from its own start.
    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        if (!_started)
        {
            _started = true;
            _ = End(_transport.Runtime.Spawn(Accept));
        }

        _transport.Context.Enter();
        return TakeAsync(cancellationToken);
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _acceptor.Dispose();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        _acceptor.Dispose();
        if (_started)
        {
            // The server has gone without those. The end of accepting ends the loop: afterwards nobody rents a block.
            while (await TakeAsync(CancellationToken.None).ConfigureAwait(false) is { } connection)
            {
                connection.Abort();
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }

        _pool.Dispose();
    }

    private async ValueTask<ConnectionContext?> TakeAsync(CancellationToken cancellationToken)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out KiotoConnection? connection))
            {
                return connection;
            }
        }

        return null; // Unbound.
    }

    // Many at once, without a change of threads for each: the worker is busy, and who waits for it waits long.
    private async Future Accept()
    {
        ChannelWriter<KiotoConnection> accepted = _accepted.Writer;
        AcceptFailures failures = new();
        while (true)
        {
            try
            {
                SocketStream stream = await _acceptor.AcceptAsync();
                failures.Pass();
                if (Adopt(stream) is not { } connection)
                {
                    continue;
                }

                while (!accepted.TryWrite(connection))
                {
#pragma warning disable KIO0006 // The server takes them, or the listener's disposal does.
                    await accepted.WaitToWriteAsync();
#pragma warning restore KIO0006
                }
            }
            catch (SocketException exception)
            {
                // About one connection, or too many open files: that passes.
                if (failures.IsToBeLogged(Environment.TickCount64, out int untold))
                {
                    Log.AcceptFailed(_logger, untold, exception);
                }

                await Kio.Sleep(failures.Pause());
            }
        }
    }

    private KiotoConnection? Adopt(SocketStream stream)
    {
        try
        {
            if (stream is TcpStream tcp)
            {
                tcp.NoDelay = _transport.Options.NoDelay;
            }

            KiotoConnection connection = new(_transport, stream, _pool, _inputOptions, _outputOptions, _logger);
            connection.Start();
            return connection;
        }
        catch (SocketException)
        {
            Log.Reset(_logger, "(null)"); // The client has gone already. In Kestrel's own transport's words.
            stream.Dispose();
            return null;
        }
    }

    private async Task End(JoinHandle accepting)
    {
        Exception? failure = null;
        try
        {
            await accepting.AsFuture().AsTask().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Unbound.
        }
        catch (Exception exception) when (_transport.Scheduler.IsClosed)
        {
            // Nobody would serve who connects now: that must not look like a server.
            Log.RuntimeEnded(_logger, EndPoint, exception);
            _acceptor.Dispose();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        _accepted.Writer.TryComplete(failure);
    }

    private static PipeOptions Options(MemoryPool<byte> pool, PipeScheduler reader, PipeScheduler writer, long? bound) => new(
        pool,
        reader,
        writer,
        pauseWriterThreshold: bound ?? 0,
        resumeWriterThreshold: bound / 2 ?? 0,
        useSynchronizationContext: false);
}
