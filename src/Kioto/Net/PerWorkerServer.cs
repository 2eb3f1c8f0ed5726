using System;
using System.Net;
using System.Net.Sockets;

namespace Kioto.Net;

/// <summary>Listeners on one port, one on each worker of a per-core runtime.</summary>
/// <remarks>See <see cref="PerWorkerServerExtensions.ServePerWorker"/>.</remarks>
public sealed class PerWorkerServer : IDisposable
{
    // What fails to be accepted (no more descriptors) would fail again at once.
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener[] _listeners;
    private readonly JoinHandle[] _loops;
    private readonly Func<TcpStream, Future> _serve;

    internal PerWorkerServer(RuntimeHandle runtime, IPEndPoint endPoint, Func<TcpStream, Future> serve, TcpListenerOptions options)
    {
        _serve = serve;
        _listeners = new TcpListener[runtime.WorkerThreads];
        _loops = new JoinHandle[_listeners.Length];
        try
        {
            for (int i = 0; i < _listeners.Length; i++)
            {
                EpollDriver driver = TcpSockets.Driver(runtime.OnWorker(i), "ServePerWorker");
                _listeners[i] = TcpListener.Bind(driver, endPoint, options.Backlog, reusePort: true);
                endPoint = _listeners[0].LocalEndPoint; // Port 0 has chosen one for all.
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        LocalEndPoint = endPoint;
        for (int i = 0; i < _loops.Length; i++)
        {
            TcpListener listener = _listeners[i];
            _loops[i] = runtime.SpawnOn(i, () => AcceptAsync(listener));
        }
    }

    /// <summary>The address that all of them listen on; with the port that was chosen for port 0.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Waits until the listeners accept no more: after <see cref="Dispose"/>, or the runtime's end. Cancel safe.</summary>
    /// <returns>The future to await.</returns>
    [CancelSafe]
    public async Future StoppedAsync()
    {
        foreach (JoinHandle loop in _loops)
        {
            await loop.JoinAsync();
        }
    }

    /// <summary>
    /// Stops listening. Connections that are being served go on; those that wait to be accepted are reset. Idempotent.
    /// </summary>
    public void Dispose()
    {
        foreach (TcpListener? listener in _listeners)
        {
            listener?.Dispose();
        }
    }

    private async Future AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                TcpStream stream = await listener.AcceptAsync();
                Kio.Detach(() => ServeAsync(stream));
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Kio.Sleep(s_pauseAfterFailure);
            }
        }
    }

    private async Future ServeAsync(TcpStream stream)
    {
        using (stream)
        {
            await _serve(stream);
        }
    }
}
