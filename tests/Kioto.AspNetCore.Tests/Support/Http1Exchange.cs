using System;
using System.Net;
using System.Net.Sockets;

namespace Kioto.AspNetCore.Tests;

/// <summary>A GET over HTTP/1.1, answered without a body.</summary>
internal sealed class Http1Exchange(int port) : IExchange
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly Socket _socket = Connect(port);

    public void Exchange()
    {
        _socket.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        int count = 0;
        while (!_buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
        {
            count += Receive(_socket, _buffer.AsSpan(count));
        }
    }

    public void Dispose() => _socket.Dispose();

    internal static Socket Connect(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    internal static int Receive(Socket socket, Span<byte> into) => socket.Receive(into) is var count and > 0
        ? count
        : throw new InvalidOperationException("The server has ended the connection.");
}
