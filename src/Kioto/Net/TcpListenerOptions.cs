using System;

namespace Kioto.Net;

/// <summary>How a <see cref="TcpListener"/> listens.</summary>
public sealed class TcpListenerOptions
{
    /// <summary>How many connections may wait to be accepted. More than zero; default: 1024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not more than zero.</exception>
    public int Backlog
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 1024;

    /// <summary>
    /// Whether other listeners of the same user that say so too may have the same port (SO_REUSEPORT): the kernel gives
    /// each connection to one of them, by a hash of its addresses. Default: false.
    /// </summary>
    /// <remarks>
    /// Connections that wait in a listener's own queue when it is disposed are reset, also when others go on listening.
    /// </remarks>
    public bool ReusePort { get; init; }
}
