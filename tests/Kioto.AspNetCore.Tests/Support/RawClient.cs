using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace Kioto.AspNetCore.Tests;

/// <summary>A client that sends bytes, and sees how a connection ends.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _received = new();
    private int _taken;

    private RawClient(Socket socket) => Socket = socket;

    internal Socket Socket { get; }

    internal static RawClient Connect(EndPoint endPoint)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(endPoint);
        if (endPoint is IPEndPoint)
        {
            socket.NoDelay = true;
        }

        return new RawClient(socket);
    }

    internal Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Reads a response: head, and a body of Content-Length bytes or in chunks.</summary>
    internal async Task<RawResponse> ReadResponseAsync(bool hasBody = true)
    {
        RawResponse response = await ReadHeadAsync();
        if (!hasBody || response.Status is 204 or 304 or < 200)
        {
            return response;
        }

        if (response.Header("Content-Length") is { } length)
        {
            int count = int.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
            while (_received.Length - _taken < count)
            {
                await MoreAsync();
            }

            return response with { Body = Take(count) };
        }

        if (response.Header("Transfer-Encoding") is not null)
        {
            return await ReadChunksAsync(response);
        }

        return response with { Body = await ReadToEndAsync() };
    }

    internal async Task<RawResponse> ReadHeadAsync()
    {
        int head;
        while ((head = IndexOf("\r\n\r\n")) < 0)
        {
            await MoreAsync();
        }

        return new RawResponse(Take(head + 4), "");
    }

    internal async Task<string> ReadLineAsync()
    {
        int end;
        while ((end = IndexOf("\n")) < 0)
        {
            await MoreAsync();
        }

        return Take(end + 1).TrimEnd('\r', '\n');
    }

    /// <summary>Reads until there is enough.</summary>
    /// <param name="isEnough">Whether what was received, and not taken yet, is.</param>
    internal async Task ReadUntilAsync(Func<string, bool> isEnough)
    {
        while (!isEnough(_received.ToString(_taken, _received.Length - _taken)))
        {
            await MoreAsync();
        }
    }

    /// <summary>Reads until the peer ends the connection orderly.</summary>
    internal async Task<string> ReadToEndAsync()
    {
        while (await TryMoreAsync())
        {
        }

        return Take(_received.Length - _taken);
    }

    /// <summary>Reads until the connection ends in any way.</summary>
    internal async Task<ConnectionEnd> ReadToAnyEndAsync()
    {
        try
        {
            while (await TryMoreAsync())
            {
            }

            return ConnectionEnd.Fin;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return ConnectionEnd.Reset;
        }
    }

    /// <summary>What has been received and not been looked at.</summary>
    internal string Rest() => Take(_received.Length - _taken);

    internal void EndSending() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    internal void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Close();
    }

    public void Dispose() => Socket.Dispose();

    private async Task<RawResponse> ReadChunksAsync(RawResponse response)
    {
        StringBuilder body = new();
        while (true)
        {
            int size = Convert.ToInt32(await ReadLineAsync(), 16);
            if (size == 0)
            {
                break;
            }

            while (_received.Length - _taken < size + 2)
            {
                await MoreAsync();
            }

            body.Append(Take(size));
            Take(2);
        }

        StringBuilder trailers = new();
        string line;
        while ((line = await ReadLineAsync()).Length > 0)
        {
            trailers.Append(line).Append('\n');
        }

        return response with { Body = body.ToString(), Trailers = trailers.ToString() };
    }

    private async Task MoreAsync()
    {
        if (!await TryMoreAsync())
        {
            throw new EndOfStreamException($"The connection has ended. Not read yet: {Rest()}");
        }
    }

    private async Task<bool> TryMoreAsync()
    {
        int count = await Socket.ReceiveAsync(_buffer);
        _received.Append(Encoding.Latin1.GetString(_buffer, 0, count));
        return count > 0;
    }

    private int IndexOf(string text)
    {
        string all = _received.ToString(_taken, _received.Length - _taken);
        return all.IndexOf(text, StringComparison.Ordinal);
    }

    private string Take(int count)
    {
        string taken = _received.ToString(_taken, count);
        _taken += count;
        return taken;
    }
}
