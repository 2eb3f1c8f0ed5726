using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using TcpListener = Kioto.Net.TcpListener;

namespace Kioto.AspNetCore;

/// <summary>Kestrel's way to listen: on a Kioto runtime.</summary>
internal sealed class KiotoTransportFactory(
    KiotoTransport transport, IMemoryPoolFactory<byte> pools, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const string HandleOperation = "ListenHandle";

    private static readonly MemoryPoolOptions s_poolOptions = new() { Owner = "kestrel" }; // As Kestrel's own: its pools' metrics are told apart by it.

    private readonly ILogger _logger = loggers.CreateLogger(Log.Category);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint or FileHandleEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Acceptor acceptor;
        using (transport.Runtime.Enter())
        {
            try
            {
                acceptor = endpoint switch
                {
                    IPEndPoint address => new TcpAcceptor(TcpListener.Bind(address, transport.Options.Backlog)),
                    UnixDomainSocketEndPoint address => Bind(address),
                    FileHandleEndPoint handle => Take((nint)handle.FileHandle),
                    _ => throw new NotSupportedException(
                        $"Kioto's transport listens on TCP addresses, Unix sockets and file handles, not on {endpoint}."),
                };
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new AddressInUseException(exception.Message, exception);
            }
            catch (RuntimeShutdownException exception)
            {
                throw new RuntimeShutdownException(
                    "UseKioto: the server's runtime has been shut down. KiotoTransportOptions.Runtime, or the Runtime among " +
                    "the services, must live until the server has stopped; without one the server makes its own.",
                    exception);
            }
        }

        return new(new KiotoConnectionListener(transport, acceptor, pools.Create(s_poolOptions), _logger));
    }

    private UnixAcceptor Bind(UnixDomainSocketEndPoint address)
    {
        string path = address.ToString();
        bool isAbstract = path.StartsWith('@') && address.Serialize()[2] == 0; // A file may be named so too.
        string? file = isAbstract ? null : Path.GetFullPath(path); // The current directory may change.
        return new UnixAcceptor(UnixListener.Bind(address, transport.Options.Backlog), file);
    }

    // The handle stays its owner's, who goes on listening.
    private Acceptor Take(nint handle) => SocketHandles.IsUnix(handle, HandleOperation)
        ? new UnixAcceptor(UnixListener.FromBound(handle, transport.Options.Backlog, HandleOperation), file: null)
        : new TcpAcceptor(TcpListener.FromBound(handle, transport.Options.Backlog, HandleOperation));
}
