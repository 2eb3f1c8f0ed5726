using System;

namespace Kioto.AspNetCore;

/// <summary>How Kestrel's connections run on a Kioto runtime.</summary>
public sealed class KiotoTransportOptions
{
    /// <summary>The runtime to run on. Default: the one that the application's services hold, else one of the server's own.</summary>
    /// <remarks>
    /// A runtime that is given stays its owner's: stopping the server does not dispose it. It must be one of
    /// <see cref="Runtime.CreateBuilder"/>: starting the server on another one throws an <see cref="InvalidOperationException"/>.
    /// </remarks>
    public Runtime? Runtime { get; set; }

    /// <summary>Worker threads of a runtime of the server's own; 0 for as many as there are processors.</summary>
    /// <remarks>
    /// A runtime that is there already has its workers: with one, starting the server throws an
    /// <see cref="InvalidOperationException"/>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or above 1024.</exception>
    public int WorkerThreads
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            field = value;
        }
    }

    /// <summary>How many connections may wait to be accepted. Default: 512, as Kestrel's own transport.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Backlog
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 512;

    /// <summary>Whether small responses are sent at once (TCP_NODELAY). Default: true.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>How many bytes that the application has not read yet a connection buffers before it reads no more; null or 0 for no bound. Default: 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public long? MaxReadBufferSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(value));
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>How many bytes that the peer has not taken yet a connection buffers before writes wait; null or 0 for no bound. Default: 64 KiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public long? MaxWriteBufferSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(value));
            field = value;
        }
    } = 64 * 1024;

    /// <summary>Whether an idle connection holds no read buffer. Default: true.</summary>
    public bool WaitForDataBeforeAllocatingBuffer { get; set; } = true;

    /// <summary>Whether a connection that is aborted ends orderly (FIN) instead of by a reset. Default: false.</summary>
    public bool FinOnError { get; set; }

    /// <summary>Whether request code runs on .NET's thread pool instead of the runtime's workers. Default: false.</summary>
    /// <remarks>
    /// For applications most of whose requests block. A few that do are no reason: the watchdog takes the other work of a
    /// blocked worker to another thread, see <see cref="RuntimeBuilder.StuckThreshold"/>. Kio's verbs find the runtime on
    /// the thread pool too.
    /// </remarks>
    public bool RunRequestsOnThreadPool { get; set; }
}
