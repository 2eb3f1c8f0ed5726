using System;
using Kioto.Net;

namespace Kioto.Tool.Traffic;

/// <summary>Sends bytes and waits until as many are back.</summary>
internal sealed class EchoExchange(TcpStream stream, int size) : Exchange
{
    private readonly byte[] _message = new byte[size];
    private readonly byte[] _answer = new byte[size];

    public override async Future RunAsync()
    {
        await stream.WriteAllAsync(_message);
        for (int received = 0; received < _answer.Length;)
        {
            int count = await stream.ReadAsync(_answer.AsMemory(received));
            received += count > 0 ? count : throw new LoadException("the server closed a connection");
        }
    }
}
