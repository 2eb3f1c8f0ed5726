using System;

namespace Kioto.AspNetCore;

/// <summary>How Kestrel's connections run on a Kioto runtime.</summary>
public sealed class KiotoTransportOptions
{
    /// <summary>The runtime to run on. Default: the one that the application's services hold, else one of the server's own.</summary>
    /// <remarks>A runtime that is given stays its owner's: stopping the server does not dispose it.</remarks>
    public Runtime? Runtime { get; set; }

    /// <summary>Worker threads of a runtime of the server's own; 0 for as many as there are processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int WorkerThreads
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
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

    /// <summary>How many bytes that the application has not read yet a connection buffers before it reads no more; null for no bound. Default: 1 MiB.</summary>
    public long? MaxReadBufferSize { get; set; } = 1024 * 1024;

    /// <summary>How many bytes that the peer has not taken yet a connection buffers before writes wait; null for no bound. Default: 64 KiB.</summary>
    public long? MaxWriteBufferSize { get; set; } = 64 * 1024;

    /// <summary>Whether an idle connection holds no read buffer. Default: true.</summary>
    public bool WaitForDataBeforeAllocatingBuffer { get; set; } = true;

    /// <summary>Whether a connection that is aborted ends orderly (FIN) instead of by a reset. Default: false.</summary>
    public bool FinOnError { get; set; }

    /// <summary>Whether request code runs on .NET's thread pool instead of the runtime's workers. Default: false.</summary>
    /// <remarks>For applications whose requests block: a worker that is blocked serves nobody else meanwhile.</remarks>
    public bool RunRequestsOnThreadPool { get; set; }
}
