using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore;

/// <summary>Accepts connections for Kestrel.</summary>
internal sealed class KiotoConnectionListener : IConnectionListener
{
    private static readonly TimeSpan s_afterError = TimeSpan.FromMilliseconds(10);

    private readonly KiotoTransport _transport;
    private readonly Acceptor _acceptor;
    private readonly MemoryPool<byte> _pool;
    private readonly ILogger _logger;
    private readonly PipeOptions _inputOptions;
    private readonly PipeOptions _outputOptions;

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

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                SocketStream stream = await _transport.Runtime.Spawn(_acceptor.AcceptAsync()).AsFuture().AsTask().ConfigureAwait(false);
                KiotoConnection connection;
                try
                {
                    if (stream is TcpStream tcp)
                    {
                        tcp.NoDelay = _transport.Options.NoDelay;
                    }

                    connection = new KiotoConnection(_transport, stream, _pool, _inputOptions, _outputOptions, _logger);
                }
                catch (SocketException)
                {
                    Log.Reset(_logger, "(null)"); // The client has gone already. In Kestrel's own transport's words.
                    stream.Dispose();
                    continue;
                }

                connection.Start();
                return connection;
            }
            catch (ObjectDisposedException)
            {
                return null; // Unbound.
            }
            catch (Exception exception) when (_transport.Scheduler.IsClosed)
            {
                // Nobody would serve who connects now: that must not look like a server.
                Log.RuntimeEnded(_logger, EndPoint, exception);
                _acceptor.Dispose();
                return null;
            }
            catch (SocketException exception)
            {
                // About one connection, or too many open files: that passes.
                Log.AcceptFailed(_logger, exception);
                await Task.Delay(s_afterError, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _acceptor.Dispose();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _acceptor.Dispose();
        _pool.Dispose();
        return default;
    }

    private static PipeOptions Options(MemoryPool<byte> pool, PipeScheduler reader, PipeScheduler writer, long? bound) => new(
        pool,
        reader,
        writer,
        pauseWriterThreshold: bound ?? 0,
        resumeWriterThreshold: bound / 2 ?? 0,
        useSynchronizationContext: false);
}
