using System;
using System.Net;
using Kioto.Net;

namespace Kioto.AspNetCore;

/// <summary>A listener of Kioto's, of either kind.</summary>
internal abstract class Acceptor : IDisposable
{
    /// <summary>Where it listens.</summary>
    internal abstract EndPoint EndPoint { get; }

    /// <summary>Waits for a connection. On the runtime.</summary>
    /// <returns>The connection.</returns>
    internal abstract Future<SocketStream> AcceptAsync();

    public abstract void Dispose();
}
