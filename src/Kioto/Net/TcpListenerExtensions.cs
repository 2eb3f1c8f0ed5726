using System;
using Kioto.Streams;

namespace Kioto.Net;

/// <summary>Connections as a stream.</summary>
public static class TcpListenerExtensions
{
    /// <summary>The listener's connections, without end. As Tokio's <c>TcpListenerStream</c>.</summary>
    /// <remarks>
    /// A step is cancel safe, and throws what accepting throws. That is often about one connection: who steps by hand
    /// may go on, <c>await foreach</c> ends. Ending the enumeration leaves the listener open.
    /// </remarks>
    /// <param name="listener">The listener.</param>
    /// <returns>The connections. Dispose of each.</returns>
    public static FutureStream<TcpStream> AcceptAllAsync(this TcpListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return FutureStream.FromFunc(async () => StreamItem<TcpStream>.Of(await listener.AcceptAsync()));
    }
}
