using System;
using Kioto.Streams;

namespace Kioto.Net;

/// <summary>Connections as a stream.</summary>
public static class UnixListenerExtensions
{
    /// <summary>The listener's connections, without end. As Tokio's <c>UnixListenerStream</c>.</summary>
    /// <remarks>
    /// A step is cancel safe, and throws what accepting throws. That is often about one connection: who steps by hand
    /// may go on, <c>await foreach</c> ends. Ending the enumeration leaves the listener open.
    /// </remarks>
    /// <param name="listener">The listener.</param>
    /// <returns>The connections. Dispose of each.</returns>
    public static FutureStream<UnixStream> AcceptAllAsync(this UnixListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return FutureStream.FromFunc(async () => StreamItem<UnixStream>.Of(await listener.AcceptAsync()));
    }
}
