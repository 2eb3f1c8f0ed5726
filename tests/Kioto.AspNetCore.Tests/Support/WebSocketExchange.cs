using System;
using System.Net.Sockets;
using System.Text;

namespace Kioto.AspNetCore.Tests;

/// <summary>A message of 16 bytes over a WebSocket, echoed.</summary>
internal sealed class WebSocketExchange : IExchange
{
    private const int Length = 16;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];

    internal WebSocketExchange(int port, string path)
    {
        _socket = Http1Exchange.Connect(port);
        _socket.Send(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        int count = 0;
        while (!_buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
        {
            count += Http1Exchange.Receive(_socket, _buffer.AsSpan(count));
        }
    }

    public void Exchange()
    {
        Span<byte> frame = stackalloc byte[6 + Length]; // The mask is zero: the bytes stay what they are.
        frame.Clear();
        frame[0] = 0x82; // The last part of a binary message.
        frame[1] = 0x80 | Length;
        frame[6] = 42;
        _socket.Send(frame);
        for (int count = 0; count < 2 + Length;)
        {
            count += Http1Exchange.Receive(_socket, _buffer.AsSpan(count));
        }

        if (_buffer[1] != Length || _buffer[2] != 42)
        {
            throw new InvalidOperationException("Not the echo.");
        }
    }

    public void Dispose() => _socket.Dispose();
}
