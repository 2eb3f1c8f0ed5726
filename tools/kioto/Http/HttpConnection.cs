using System;
using System.Net.Sockets;
using Kioto.Net;

namespace Kioto.Tool.Http;

/// <summary>Serves one connection: keep-alive, pipelined, and closed after the first thing that is not HTTP.</summary>
internal sealed class HttpConnection
{
    private const int OutputSize = 8 * 1024;

    // A response is a few hundred bytes: with less room than this the output is sent before the next one.
    private const int ResponseRoom = 512;

    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    private readonly TcpStream _stream;
    private readonly byte[] _input = new byte[RequestParser.MaxHead];
    private readonly byte[] _output = new byte[OutputSize];
    private int _buffered;
    private int _pending;

    private HttpConnection(TcpStream stream) => _stream = stream;

    public static Future Serve(TcpStream stream) => new HttpConnection(stream).RunAsync();

    private async Future RunAsync()
    {
        int scanned = 0;
        while (true)
        {
            Request request = RequestParser.Parse(_input.AsSpan(0, _buffered), ref scanned);
            switch (request.Outcome)
            {
                case RequestOutcome.Incomplete:
                    // Nothing more can be answered now: send what there is, together.
                    await FlushAsync();
                    if (!await FillAsync())
                    {
                        return;
                    }

                    break;

                case RequestOutcome.Complete:
                    Consume(request.HeadLength);
                    if (!await SkipBodyAsync(request))
                    {
                        return;
                    }

                    await AnswerAsync(request);
                    if (!request.KeepAlive)
                    {
                        await CloseAsync();
                        return;
                    }

                    break;

                default:
                    await FlushAsync();
                    await _stream.WriteAllAsync(Responses.Refuse(request.Outcome));
                    await CloseAsync();
                    return;
            }
        }
    }

    private async Future AnswerAsync(Request request)
    {
        if (_output.Length - _pending < ResponseRoom)
        {
            await FlushAsync();
        }

        ReadOnlySpan<byte> response = Responses.To(request);
        response.CopyTo(_output.AsSpan(_pending));
        _pending += response.Length;
    }

    private async Future FlushAsync()
    {
        if (_pending > 0)
        {
            await _stream.WriteAllAsync(_output.AsMemory(0, _pending));
            _pending = 0;
        }
    }

    private async Future<bool> FillAsync()
    {
        int count = await _stream.ReadAsync(_input.AsMemory(_buffered));
        _buffered += count;
        return count > 0;
    }

    private void Consume(int count)
    {
        _buffered -= count;
        _input.AsSpan(count, _buffered).CopyTo(_input);
    }

    private async Future<bool> SkipBodyAsync(Request request)
    {
        int rest = request.BodyLength;
        if (request.ExpectsContinue && rest > _buffered)
        {
            await FlushAsync();
            await _stream.WriteAllAsync(Responses.Continue.ToArray());
        }

        while (true)
        {
            int here = Math.Min(rest, _buffered);
            Consume(here);
            rest -= here;
            if (rest == 0)
            {
                return true;
            }

            await FlushAsync();
            if (!await FillAsync())
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Says that nothing more will come, and reads on for a moment: closing a socket with unread bytes resets the
    /// connection, and the client might never see our last words.
    /// </summary>
    private async Future CloseAsync()
    {
        await FlushAsync();
        _stream.Shutdown(SocketShutdown.Send);
        JoinHandle end = Kio.Spawn(DisposeLater(_stream));
        try
        {
            while (await _stream.ReadAsync(_input) > 0)
            {
            }
        }
        catch (ObjectDisposedException)
        {
            // The client did not close in time.
        }
        finally
        {
            end.Abort();
        }
    }

    private static async Future DisposeLater(TcpStream stream)
    {
        await Kio.Sleep(s_linger);
        stream.Dispose();
    }
}
