using System;
using System.Collections.Generic;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class StreamDisposeTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dispose_fails_the_operations_that_wait(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (server)
        {
            await Loopback.Fill(client);
            JoinHandle<int> read = Kio.Spawn(async () => await client.ReadAsync(new byte[8]));
            JoinHandle<int> write = Kio.Spawn(async () => await client.WriteAsync(new byte[1_000_000]));
            await Peek.UntilReadWaits(client);
            await Peek.UntilWriteWaits(client);
            Descriptors before = Descriptors.Look();
            client.Dispose();
            Assert.Equal(1, before.Closed);
            ObjectDisposedException disposed = await Expect.Throws<ObjectDisposedException, int>(read.AsFuture());
            Assert.Contains(nameof(TcpStream), disposed.Message, StringComparison.Ordinal);
            await Expect.Throws<ObjectDisposedException, int>(write.AsFuture());
        }
    });

    [Fact]
    public void Operations_after_dispose_throw() => OnRuntime.Run(1, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        server.Dispose();
        Future<int> notStarted = client.ReadAsync(new byte[8]);
        client.Dispose();
        client.Dispose();
        await Expect.Throws<ObjectDisposedException, int>(notStarted);
        await Expect.Throws<ObjectDisposedException, int>(client.ReadAsync(new byte[8]));
        await Expect.Throws<ObjectDisposedException, int>(client.WriteAsync(new byte[8]));
        await Expect.Throws<ObjectDisposedException>(client.WriteAllAsync(new byte[8]));
        Assert.Throws<ObjectDisposedException>(() => client.LocalEndPoint);
        Assert.Throws<ObjectDisposedException>(() => client.RemoteEndPoint);
    });

    [Fact]
    public void A_number_is_not_given_to_another_connection_while_a_call_is_about_to_use_it() =>
        OnRuntime.Run(1, async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            (TcpStream client, TcpStream server) = await Loopback.Pair(listener);
            using (client)
            {
                await client.WriteAllAsync(new byte[] { 1 });
                List<Socket> others = [];
                CallbackMemory memory = new(new byte[8], () =>
                {
                    // As another thread would, after the read has looked and before it calls recv.
                    server.Dispose();
                    for (int i = 0; i < 20; i++)
                    {
                        others.Add(Loopback.RawConnect(listener.LocalEndPoint));
                    }
                });
                Assert.Equal(1, await server.ReadAsync(memory.First(8)));
                Assert.Equal(1, memory.Bytes[0]);
                Assert.All(others, other => Assert.NotEqual(Peek.Io(server).Fd, (int)other.Handle));

                // Free now: the call was the last user. The kernel gives the lowest free number, so this one is next, unless
                // .NET itself reads a file at this moment (its collector asks for the memory limits).
                Socket next;
                do
                {
                    next = Loopback.RawConnect(listener.LocalEndPoint);
                    others.Add(next);
                }
                while (Peek.Io(server).Fd != (int)next.Handle && others.Count < 60);

                Assert.Equal(Peek.Io(server).Fd, (int)next.Handle);
                await Expect.Throws<ObjectDisposedException, int>(server.ReadAsync(new byte[8]));
                others.ForEach(other => other.Dispose());
            }
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_peer_of_a_disposed_stream_reads_the_rest_and_then_the_end(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            using (server)
            {
                await client.WriteAllAsync(new byte[100_000]);
                client.Dispose();
                await Loopback.ReadExactly(server, new byte[100_000]);
                Assert.Equal(0, await server.ReadAsync(new byte[1]));
            }
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_aborted_read_loses_nothing_for_the_next(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            const int Rounds = 300;
            byte expected = 0;
            byte[] buffer = new byte[4];
            JoinHandle writer = Kio.Spawn(async () =>
            {
                byte[] one = new byte[1];
                for (int i = 0; i < Rounds; i++)
                {
                    one[0] = (byte)i;
                    await client.WriteAllAsync(one);
                    await Kio.YieldNow();
                }

                client.Shutdown(SocketShutdown.Send);
            });
            int received = 0;
            bool ended = false;
            for (int i = 0; !ended; i++)
            {
                JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(buffer));
                if (i % 3 == 0)
                {
                    await Kio.YieldNow();
                }

                if (i % 2 == 0)
                {
                    read.Abort();
                }

                JoinResult<int> result = await read.JoinAsync();
                if (result.IsCompletedSuccessfully)
                {
                    for (int k = 0; k < result.Value; k++)
                    {
                        Assert.Equal(expected++, buffer[k]);
                    }

                    received += result.Value;
                    ended = result.Value == 0;
                }
            }

            await writer;
            Assert.Equal(Rounds, received);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Aborting_a_read_that_waits_gives_the_direction_back(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            for (int i = 0; i < 50; i++)
            {
                JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(new byte[8]));
                await Peek.UntilReadWaits(server);
                read.Abort();
                Assert.True((await read.JoinAsync()).IsAborted);
            }

            await client.WriteAllAsync(new byte[] { 5 });
            byte[] buffer = new byte[8];
            Assert.Equal(1, await server.ReadAsync(buffer));
            Assert.Equal(5, buffer[0]);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_aborted_write_that_waits_has_written_nothing(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            long sent = 0;
            JoinHandle write = Kio.Spawn(async () =>
            {
                byte[] some = new byte[100_000];
                while (true)
                {
                    sent += await client.WriteAsync(some);
                }
            });
            await Peek.UntilWriteWaits(client);
            write.Abort();
            Assert.True((await write.JoinAsync()).IsAborted);
            client.Shutdown(SocketShutdown.Send);
            long received = 0;
            byte[] buffer = new byte[100_000];
            for (int count = -1; count != 0; received += count)
            {
                count = await server.ReadAsync(buffer);
            }

            Assert.Equal(sent, received);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_aborted_WriteAll_frees_the_direction(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            JoinHandle write = Kio.Spawn(() => client.WriteAllAsync(new byte[20_000_000]));
            await Peek.UntilWriteWaits(client);
            write.Abort();
            Assert.True((await write.JoinAsync()).IsAborted);
            JoinHandle<long> drain = Kio.Spawn(async () =>
            {
                long total = 0;
                int last = 0;
                byte[] buffer = new byte[100_000];
                while (true)
                {
                    int count = await server.ReadAsync(buffer);
                    if (count == 0)
                    {
                        Assert.Equal(7, last);
                        return total;
                    }

                    last = buffer[count - 1];
                    total += count;
                }
            });
            await client.WriteAllAsync(new byte[] { 7 });
            client.Shutdown(SocketShutdown.Send);
            Assert.InRange(await drain, 1, 20_000_000);
        }
    });

}
