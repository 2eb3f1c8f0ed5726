using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using TcpListener = Kioto.Net.TcpListener;

namespace Kioto.AspNetCore;

/// <summary>Kestrel's way to listen: on a Kioto runtime.</summary>
internal sealed class KiotoTransportFactory(
    KiotoTransport transport, IMemoryPoolFactory<byte> pools, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private static readonly MemoryPoolOptions s_poolOptions = new() { Owner = "kestrel" }; // As Kestrel's own: its pools' metrics are told apart by it.

    // Beside Kestrel's own transports: filters on "Microsoft.AspNetCore", or on Kestrel's part of it, reach it.
    private readonly ILogger _logger = loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Kioto");

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint is not IPEndPoint address)
        {
            throw new NotSupportedException($"Kioto's transport listens on TCP addresses only, not on {endpoint}.");
        }

        TcpListener listener;
        using (transport.Runtime.Enter())
        {
            try
            {
                listener = TcpListener.Bind(address, transport.Options.Backlog);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new AddressInUseException(exception.Message, exception);
            }
        }

        return new(new KiotoConnectionListener(transport, listener, pools.Create(s_poolOptions), _logger));
    }
}
