using System;
using Kioto.Net;
using Kioto.Tool.Http;

namespace Kioto.Tool.Traffic;

/// <summary>Sends a GET and reads the response: its head, and as much body as that announces.</summary>
internal sealed class HttpExchange(TcpStream stream) : Exchange
{
    private readonly byte[] _request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _buffered;

    public override async Future RunAsync()
    {
        await stream.WriteAllAsync(_request);
        int length;
        while (!ResponseHead.TryGetLength(_buffer.AsSpan(0, _buffered), out length))
        {
            await ReadAsync();
        }

        while (_buffered < length)
        {
            await ReadAsync();
        }

        _buffered -= length;
        _buffer.AsSpan(length, _buffered).CopyTo(_buffer);
    }

    private async Future ReadAsync()
    {
        if (_buffered == _buffer.Length)
        {
            throw new LoadException($"a response of more than {_buffer.Length} bytes");
        }

        int count = await stream.ReadAsync(_buffer.AsMemory(_buffered));
        _buffered += count > 0 ? count : throw new LoadException("the server closed a connection");
    }
}
