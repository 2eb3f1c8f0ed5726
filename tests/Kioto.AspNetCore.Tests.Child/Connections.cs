using System;
using System.Net;
using Kioto.Net;
using Kioto.Sync;

namespace Kioto.AspNetCore.Tests.Child;

/// <summary>A client with many connections: the server alone needs half of the descriptors that a process may have.</summary>
internal static class Connections
{
    private static readonly byte[] s_request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();

    /// <summary>Opens them, asks on each, says "held", waits for a line, asks on each once more.</summary>
    /// <param name="port">The server's.</param>
    /// <param name="count">How many.</param>
    /// <returns>0 when every request was answered.</returns>
    internal static int Hold(int port, int count)
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        runtime.BlockOn(async () =>
        {
            // No more than the server's queue holds: where that is full, connecting takes a second.
            AsyncSemaphore opening = new(200);
            AsyncBarrier held = new(count + 1);
            AsyncBarrier asking = new(count + 1);
            JoinSet<Unit> clients = new();
            for (int i = 0; i < count; i++)
            {
                clients.Spawn(async () =>
                {
                    TcpStream stream;
                    using (await opening.AcquireAsync())
                    {
                        stream = await TcpStream.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                        await Ask(stream);
                    }

                    using (stream)
                    {
                        await held.WaitAsync();
                        await asking.WaitAsync();
                        await Ask(stream);
                    }

                    return default(Unit);
                });
            }

            await held.WaitAsync();
            await Console.Out.WriteLineAsync("held");
            await Kio.SpawnBlocking(Console.In.ReadLine);
            await asking.WaitAsync();
            await clients.JoinAllAsync();
        });
        Console.Out.WriteLine("served");
        return 0;
    }

    private static async Future Ask(TcpStream stream)
    {
        await stream.WriteAllAsync(s_request);
        byte[] buffer = new byte[500];
        int count = 0;
        while (!buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8)) // There is no body.
        {
            int more = await stream.ReadAsync(buffer.AsMemory(count));
            count += more > 0 ? more : throw new InvalidOperationException("The server has ended a connection.");
        }

        if (!buffer.AsSpan(0, count).StartsWith("HTTP/1.1 204 "u8))
        {
            throw new InvalidOperationException(System.Text.Encoding.Latin1.GetString(buffer, 0, count));
        }
    }
}
