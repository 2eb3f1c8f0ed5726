using System;
using System.Net;

namespace Kioto.Net;

/// <summary>Serving TCP on all workers of a per-core runtime.</summary>
public static class PerWorkerServerExtensions
{
    /// <summary>Listens on each worker, and serves each connection on the worker that accepted it.</summary>
    /// <remarks>
    /// The listeners share the port by SO_REUSEPORT: the kernel gives each connection to one of them by a hash of its
    /// addresses, and no worker ever touches another one's. A worker that is busy with one long poll keeps the
    /// connections that fell to it waiting, as nobody steals.
    /// <para>What serving a connection throws goes to <see cref="RuntimeBuilder.OnUnhandledFailure(UnhandledFailure)"/>, and the others go
    /// on. When accepting fails (no more descriptors), the worker tries again after 20 ms.</para>
    /// </remarks>
    /// <param name="runtime">A runtime of <see cref="Runtime.CreatePerCoreBuilder"/>, or a current-thread one.</param>
    /// <param name="endPoint">The address; port 0 chooses a free one.</param>
    /// <param name="serve">Serves one connection. The connection is disposed when the future has ended.</param>
    /// <param name="options">The backlog of each listener; the port is shared in any case.</param>
    /// <returns>The server, which listens already. Dispose it.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The address is in use, or not of this machine.</exception>
    /// <exception cref="InvalidOperationException">The runtime is a multi-thread one.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform has no sockets, or no SO_REUSEPORT that balances.</exception>
    public static PerWorkerServer ServePerWorker(
        this Runtime runtime, IPEndPoint endPoint, Func<TcpStream, Future> serve, TcpListenerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(serve);
        if (runtime.Handle.Flavor == RuntimeFlavor.MultiThread)
        {
            throw new InvalidOperationException(
                "ServePerWorker: the tasks of a multi-thread runtime move between its workers, which share one driver. " +
                "Use one TcpListener, or build the runtime with Runtime.CreatePerCoreBuilder().");
        }

        return new PerWorkerServer(runtime.Handle, endPoint, serve, options ?? new TcpListenerOptions());
    }
}
