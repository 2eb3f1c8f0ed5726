using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>
/// Clients of System.Net.Sockets and of Kioto open, reset, half-close and close connections to an echo server, thousands
/// at once.
/// </summary>
public class SoakTests
{
    // Of each of the three clients.
    private const int AtOnce = 1000;

    private static readonly byte[] s_message = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void An_echo_server_survives_all_kinds_of_ends()
    {
        int seed = Seed.Next();
        double seconds = Seed.Long ? 20 : 3;
        Descriptors before = Descriptors.Look();
        Bounded.Run(() => Soak(seed, seconds), 90);
        Assert.Equal(0, before.Opened);
    }

    private static void Soak(int seed, double seconds)
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        TcpListener listener;
        using (runtime.Enter())
        {
            listener = TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 4096);
        }

        long opened = 0;
        long served = 0;
        long failed = 0;
        JoinHandle server = runtime.Spawn(async () =>
        {
            while (true)
            {
                TcpStream stream = await listener.AcceptAsync();
                Kio.Detach(async () =>
                {
                    using (stream)
                    {
                        Interlocked.Increment(ref served);
                        try
                        {
                            byte[] buffer = new byte[64];
                            for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
                            {
                                await stream.WriteAllAsync(buffer.AsMemory(0, count));
                            }
                        }
                        catch (IOException)
                        {
                            Interlocked.Increment(ref failed);
                        }
                    }
                });
            }
        });

        Stopwatch time = Stopwatch.StartNew();
        Thread[] clients = new Thread[3];
        Exception? failure = null;
        IPEndPoint endPoint = listener.LocalEndPoint;
        for (int i = 0; i < clients.Length; i++)
        {
            Random random = new(seed + i);
            Func<IPEndPoint, Random, int> burst = i == 0 ? BurstOfKioto : Burst;
            clients[i] = new Thread(() =>
            {
                try
                {
                    do
                    {
                        Interlocked.Add(ref opened, burst(endPoint, random));
                    }
                    while (time.Elapsed.TotalSeconds < seconds);
                }
                catch (Exception exception)
                {
                    Volatile.Write(ref failure, exception);
                }
            })
            { IsBackground = true };
            clients[i].Start();
        }

        Array.ForEach(clients, client => client.Join());
        Assert.Null(failure);

        // Everybody is served: also who came last.
        using (Socket last = Loopback.RawConnect(endPoint))
        {
            Echo(last);
            last.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, last.Receive(new byte[1]));
        }

        runtime.BlockOn(async () =>
        {
            await Peek.Until(() => Volatile.Read(ref served) == Volatile.Read(ref opened) + 1);
            server.Abort();
            await server.JoinAsync();
        });
        listener.Dispose();
        Assert.InRange(failed, 1, opened);
        Console.WriteLine($"soak: {opened} connections, {failed} ended by a reset");
    }

    // Connections at once, of which each ends in its own way.
    private static int Burst(IPEndPoint endPoint, Random random)
    {
        Socket[] sockets = new Socket[AtOnce];
        for (int i = 0; i < sockets.Length; i++)
        {
            sockets[i] = Loopback.RawConnect(endPoint);
        }

        foreach (Socket socket in sockets)
        {
            switch (random.Next(6))
            {
                case 0:
                    socket.Reset();
                    break;
                case 1:
                    Echo(socket);
                    socket.Reset();
                    break;
                case 2:
                    socket.Send(s_message);
                    socket.Reset(); // Data is under way.
                    break;
                case 3:
                    socket.Send(s_message);
                    socket.Shutdown(SocketShutdown.Send);
                    Receive(socket);
                    Assert.Equal(0, socket.Receive(new byte[8]));
                    socket.Reset();
                    break;
                case 4:
                    Echo(socket);
                    socket.Shutdown(SocketShutdown.Send);
                    Assert.Equal(0, socket.Receive(new byte[8]));
                    socket.Dispose();
                    break;
                default:
                    Echo(socket);
                    socket.Dispose(); // Nothing said before.
                    break;
            }
        }

        return sockets.Length;
    }

    // The same of Kioto's clients, on a runtime that ends with them.
    private static int BurstOfKioto(IPEndPoint endPoint, Random random)
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        runtime.BlockOn(async () =>
        {
            List<TcpStream> streams = [];
            for (int i = 0; i < AtOnce; i++)
            {
                streams.Add(await TcpStream.ConnectAsync(endPoint));
            }

            List<JoinHandle> clients = [];
            foreach (TcpStream stream in streams)
            {
                int way = random.Next(6);
                clients.Add(Kio.Spawn(() => EndOfKioto(stream, way)));
            }

            foreach (JoinHandle client in clients)
            {
                await client;
            }
        });
        return AtOnce;
    }

    private static async Future EndOfKioto(TcpStream stream, int way)
    {
        byte[] buffer = new byte[s_message.Length];
        switch (way)
        {
            case 0:
                stream.Reset();
                return;
            case 1:
                await stream.WriteAllAsync(s_message);
                stream.Reset(); // Data is under way.
                return;
            case 2:
                JoinHandle<int> waiting = Kio.Spawn(async () => await stream.ReadAsync(buffer));
                await Peek.UntilReadWaits(stream);
                stream.Dispose();
                await Expect.Throws<ObjectDisposedException, int>(waiting.AsFuture());
                return;
            case 3:
                JoinHandle<int> aborted = Kio.Spawn(async () => await stream.ReadAsync(buffer));
                await Peek.UntilReadWaits(stream);
                aborted.Abort();
                Assert.True((await aborted.JoinAsync()).IsAborted);
                break;
            default:
                break;
        }

        using (stream)
        {
            await stream.WriteAllAsync(s_message);
            await Loopback.ReadExactly(stream, buffer);
            Assert.Equal(s_message, buffer);
            if (way == 4)
            {
                stream.Shutdown(SocketShutdown.Send);
                Assert.Equal(0, await stream.ReadAsync(buffer));
            }
        }
    }

    private static void Echo(Socket socket)
    {
        socket.Send(s_message);
        Receive(socket);
    }

    private static void Receive(Socket socket)
    {
        byte[] buffer = new byte[s_message.Length];
        for (int received = 0; received < buffer.Length;)
        {
            int count = socket.Receive(buffer.AsSpan(received));
            Assert.NotEqual(0, count);
            received += count;
        }

        Assert.Equal(s_message, buffer);
    }
}
