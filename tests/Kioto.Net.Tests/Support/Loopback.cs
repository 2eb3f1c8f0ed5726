using System;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Connections to ourselves.</summary>
internal static class Loopback
{
    internal const string Any = "127.0.0.1:0";

    /// <summary>Two ends of one connection, both on the current runtime.</summary>
    internal static async Future<(TcpStream Client, TcpStream Server)> Pair()
    {
        using TcpListener listener = TcpListener.Bind(Any);
        return await Pair(listener);
    }

    internal static async Future<(TcpStream Client, TcpStream Server)> Pair(TcpListener listener)
    {
        TcpStream client = await TcpStream.ConnectAsync(listener.LocalEndPoint);
        TcpStream server = await listener.AcceptAsync();
        return (client, server);
    }

    /// <summary>A connection whose other end is a blocking socket of System.Net.Sockets.</summary>
    internal static async Future<(Socket Raw, TcpStream Server)> RawPair()
    {
        using TcpListener listener = TcpListener.Bind(Any);
        Socket raw = RawConnect(listener.LocalEndPoint);
        return (raw, await listener.AcceptAsync());
    }

    // Does not wait for anybody: the kernel completes the handshake with the listening socket alone.
    internal static Socket RawConnect(IPEndPoint endPoint)
    {
        Socket raw = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        raw.Connect(endPoint);
        return raw;
    }

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    internal static void Reset(this Socket raw)
    {
        raw.LingerState = new LingerOption(true, 0);
        raw.Close();
    }

    internal static async Future ReadExactly(SocketStream stream, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = await stream.ReadAsync(buffer);
            Assert.NotEqual(0, count);
            buffer = buffer[count..];
        }
    }

    /// <summary>Writes until the socket takes no more at once.</summary>
    internal static async Future<long> Fill(SocketStream stream)
    {
        byte[] chunk = new byte[64 * 1024];
        long written = 0;
        JoinHandle<long> writer = Kio.Spawn(async () =>
        {
            while (true)
            {
                written += await stream.WriteAsync(chunk);
            }
#pragma warning disable CS0162 // The compiler wants a value of a loop that only ends by abort.
            return 0L;
#pragma warning restore CS0162
        });
        await Peek.UntilWriteWaits(stream);
        writer.Abort();
        await writer.JoinAsync();
        return written;
    }
}
