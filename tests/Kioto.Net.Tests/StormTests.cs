using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Streams are disposed by other tasks at random moments and reconnected at once, so that numbers are reused.</summary>
public class StormTests
{
    private const int Tasks = 16;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void No_byte_of_another_connection_is_ever_seen(int workers)
    {
        int seed = Seed.Next();
        Storm storm = new(seed, TimeSpan.FromSeconds(Seed.Long ? 5 : 0.8));
        OnRuntime.Run(workers, storm.Run, 60);
    }

    private sealed class Storm(int seed, TimeSpan duration)
    {
        private readonly Stopwatch _time = Stopwatch.StartNew();
        private long _connections;
        private long _bytes;

        internal long Connections => Volatile.Read(ref _connections);

        internal long Bytes => Volatile.Read(ref _bytes);

        // On a busy machine the time alone may see no connection but the first of each.
        private bool IsOver => _time.Elapsed > duration && Connections > Tasks && Bytes > 0;

        internal async Future Run()
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            IPEndPoint endPoint = listener.LocalEndPoint;
            ConcurrentQueue<JoinHandle> serving = new();
            JoinHandle accepting = Kio.Spawn(async () =>
            {
                int next = seed;
                while (true)
                {
                    TcpStream stream = await listener.AcceptAsync();
                    int mine = ++next;
                    serving.Enqueue(Kio.Spawn(() => Serve(stream, mine)));
                }
            });
            List<JoinHandle> clients = [];
            for (int i = 0; i < Tasks; i++)
            {
                int mine = (seed * 31) + i;
                clients.Add(Kio.Spawn(() => Client(endPoint, mine)));
            }

            foreach (JoinHandle client in clients)
            {
                await client;
            }

            accepting.Abort();
            await accepting.JoinAsync();
            while (serving.TryDequeue(out JoinHandle handle))
            {
                await handle;
            }
        }

        private static async Future YieldSome(Random random)
        {
            for (int left = random.Next(40); left > 0; left--)
            {
                await Kio.YieldNow();
            }
        }

        // Both ends talk in the pattern of the client's port, which both know.
        private async Future Client(IPEndPoint endPoint, int mine)
        {
            Random random = new(mine);
            while (!IsOver)
            {
                TcpStream stream = await TcpStream.ConnectAsync(endPoint);
                Interlocked.Increment(ref _connections);
                await Talk(stream, stream.LocalEndPoint.Port, random);
            }
        }

        private async Future Serve(TcpStream stream, int mine)
        {
            int port;
            try
            {
                port = stream.RemoteEndPoint.Port;
            }
            catch (SocketException)
            {
                stream.Dispose();
                return; // The client has reset it already.
            }

            await Talk(stream, port, new Random(mine));
        }

        private async Future Talk(TcpStream stream, int id, Random random)
        {
            int readSeed = random.Next();
            JoinHandle reader = Kio.Spawn(() => Read(stream, id, readSeed));
            JoinHandle writer = Kio.Spawn(() => Write(stream, id, readSeed ^ 1));
            await YieldSome(random);
            stream.Dispose();
            await reader;
            await writer;
        }

        private async Future Read(TcpStream stream, int id, int mine)
        {
            Random random = new(mine);
            byte[] buffer = new byte[512];
            CallbackMemory memory = new(buffer, () => Dawdle(random));
            long at = 0;
            try
            {
                while (true)
                {
                    int count = await stream.ReadAsync(memory.First(random.Next(1, buffer.Length)));
                    if (count == 0)
                    {
                        return;
                    }

                    for (int i = 0; i < count; i++, at++)
                    {
                        Assert.True(
                            buffer[i] == Pattern(id, at), $"A foreign byte at {at} of connection {id}; seed {seed}.");
                    }

                    Interlocked.Add(ref _bytes, count);
                }
            }
            catch (ObjectDisposedException)
            {
                // By the task that talks.
            }
            catch (IOException exception)
            {
                // The peer went first. A descriptor that is closed, or somebody else's, fails in other ways.
                SocketError error = Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode;
                Assert.True(error is SocketError.ConnectionReset or SocketError.Shutdown, $"{error}; seed {seed}.");
            }
        }

        private async Future Write(TcpStream stream, int id, int mine)
        {
            Random random = new(mine);
            byte[] buffer = new byte[512];
            CallbackMemory memory = new(buffer, () => Dawdle(random));
            long at = 0;
            try
            {
                while (true)
                {
                    int length = random.Next(1, buffer.Length);
                    for (int i = 0; i < length; i++)
                    {
                        buffer[i] = Pattern(id, at + i);
                    }

                    at += await stream.WriteAsync(memory.First(length));
                }
            }
            catch (ObjectDisposedException)
            {
                // By the task that talks.
            }
            catch (IOException exception)
            {
                // The peer went first. A descriptor that is closed, or somebody else's, fails in other ways.
                SocketError error = Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode;
                Assert.True(error is SocketError.ConnectionReset or SocketError.Shutdown, $"{error}; seed {seed}.");
            }
        }

        // Inside the call: the moment in which another thread's dispose must not free the number.
        private static void Dawdle(Random random)
        {
            if (random.Next(16) == 0)
            {
                Thread.SpinWait(random.Next(1_000));
                Thread.Yield();
            }
        }

        private static byte Pattern(int id, long at) =>
            unchecked((byte)(((uint)id * 0x9E3779B1u >> 24) + (uint)(at * 7) + (uint)(at >> 8)));
    }
}
