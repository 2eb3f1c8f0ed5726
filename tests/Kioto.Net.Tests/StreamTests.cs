using System;
using System.IO;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class StreamTests
{
    private const int LargeSize = 10_000_000;

    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_arrive_in_order_and_in_parts(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            Assert.Equal(5, await client.WriteAsync(new byte[] { 1, 2, 3, 4, 5 }));
            byte[] buffer = new byte[2];
            Assert.Equal(2, await server.ReadAsync(buffer));
            Assert.Equal([1, 2], buffer);
            Assert.Equal(2, await server.ReadAsync(buffer));
            Assert.Equal([3, 4], buffer);
            Assert.Equal(1, await server.ReadAsync(buffer));
            Assert.Equal(5, buffer[0]);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ten_megabytes_arrive_both_ways_at_once(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            JoinHandle[] all =
            [
                Kio.Spawn(() => Send(client, 1)), Kio.Spawn(() => Receive(server, 1)),
                Kio.Spawn(() => Send(server, 2)), Kio.Spawn(() => Receive(client, 2)),
            ];
            foreach (JoinHandle handle in all)
            {
                await handle;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_write_of_ten_megabytes_waits_for_the_reader(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            byte[] sent = new byte[LargeSize];
            new Random(5).NextBytes(sent);
            JoinHandle writer = Kio.Spawn(() => client.WriteAllAsync(sent));
            await Peek.UntilWriteWaits(client);
            byte[] received = new byte[LargeSize];
            await Loopback.ReadExactly(server, received);
            await writer;
            Assert.True(sent.AsSpan().SequenceEqual(received));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_waiting_read_is_woken_by_each_kind_of_event(int workers) => OnRuntime.Run(workers, async () =>
    {
        for (int round = 0; round < 3; round++)
        {
            (Socket raw, TcpStream server) = await Loopback.RawPair();
            using (raw)
            using (server)
            {
                byte[] buffer = new byte[8];
                JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(buffer));
                await Peek.UntilReadWaits(server);
                switch (round)
                {
                    case 0:
                        raw.Send([1, 2]);
                        Assert.Equal(2, await read);
                        break;
                    case 1:
                        raw.Shutdown(SocketShutdown.Send);
                        Assert.Equal(0, await read);
                        Assert.Equal(0, await server.ReadAsync(buffer)); // The end is for ever.
                        break;
                    default:
                        raw.Reset();
                        AssertReset(await Expect.Throws<IOException, int>(read.AsFuture()));
                        break;
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_half_close_the_other_direction_goes_on(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            byte[] buffer = new byte[8];
            await client.WriteAllAsync(new byte[] { 1 });
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(1, await server.ReadAsync(buffer));
            Assert.Equal(0, await server.ReadAsync(buffer));
            await server.WriteAllAsync(new byte[] { 2, 3 });
            Assert.Equal(2, await client.ReadAsync(buffer));
            IOException ended = await Expect.Throws<IOException, int>(client.WriteAsync(new byte[] { 4 }));
            Assert.Equal(SocketError.Shutdown, Assert.IsType<SocketException>(ended.InnerException).SocketErrorCode);
            server.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await client.ReadAsync(buffer));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Shutting_the_own_side_down_ends_the_operation_that_waits_there(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            using (client)
            using (server)
            {
                JoinHandle<int> read = Kio.Spawn(async () => await client.ReadAsync(new byte[8]));
                await Peek.UntilReadWaits(client);
                client.Shutdown(SocketShutdown.Receive);
                Assert.Equal(0, await read);

                await Loopback.Fill(client);
                JoinHandle write = Kio.Spawn(() => client.WriteAllAsync(new byte[1_000_000]));
                await Peek.UntilWriteWaits(client);
                client.Shutdown(SocketShutdown.Send);
                await Expect.Throws<IOException>(write.AsFuture());
            }
        });

    [Fact]
    public void Shutting_both_sides_down_ends_both() => OnRuntime.Run(1, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            client.Shutdown(SocketShutdown.Both);
            Assert.Equal(0, await client.ReadAsync(new byte[8]));
            Assert.Equal(0, await server.ReadAsync(new byte[8]));
            await Expect.Throws<IOException, int>(client.WriteAsync(new byte[1]));
        }

        Assert.Throws<ObjectDisposedException>(() => client.Shutdown(SocketShutdown.Both));
    });

    [Fact]
    public void Shutting_down_twice_is_shutting_down_once() => OnRuntime.Run(1, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            client.Shutdown(SocketShutdown.Send);
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await server.ReadAsync(new byte[8]));
            client.Shutdown(SocketShutdown.Send);
            await server.WriteAllAsync(new byte[] { 1 });
            Assert.Equal(1, await client.ReadAsync(new byte[8]));
        }
    });

    [Fact]
    public void Shutting_down_after_a_reset_says_that_there_is_no_connection() => OnRuntime.Run(1, async () =>
    {
        (Socket raw, TcpStream server) = await Loopback.RawPair();
        using (server)
        {
            raw.Reset();
            await Expect.Throws<IOException, int>(server.ReadAsync(new byte[8]));
            foreach (SocketShutdown how in Enum.GetValues<SocketShutdown>())
            {
                IOException gone = Assert.Throws<IOException>(() => server.Shutdown(how));
                Assert.Equal(SocketError.NotConnected, Assert.IsType<SocketException>(gone.InnerException).SocketErrorCode);
            }
        }
    });

    [Fact]
    public void Looking_whether_a_read_would_wait_takes_nothing_of_a_reset() => OnRuntime.Run(1, async () =>
    {
        (Socket raw, TcpStream server) = await Loopback.RawPair();
        using (server)
        {
            raw.Reset();
            await server.ReadableAsync(look: true);
            await server.ReadableAsync(look: true);
            AssertReset(await Expect.Throws<IOException, int>(server.ReadAsync(new byte[8])));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_write_takes_what_fits_and_says_how_much(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            byte[] bytes = new byte[64 * 1024 * 1024];
            new Random(1).NextBytes(bytes);
            int taken = await client.WriteAsync(bytes); // Nobody reads: the rest does not fit.
            Assert.InRange(taken, 1, bytes.Length - 1);

            const int More = 1_000_000;
            JoinHandle rest = Kio.Spawn(() => client.WriteAllAsync(bytes.AsMemory(taken, More)));
            byte[] received = new byte[taken + More];
            await Loopback.ReadExactly(server, received);
            await rest;
            Assert.True(received.AsSpan().SequenceEqual(bytes.AsSpan(0, received.Length)));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_reset_fails_its_own_stream_and_loses_nobody_elses_data(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            (TcpStream client, TcpStream server) = await Loopback.Pair(listener);
            using (client)
            using (server)
            {
                JoinHandle send = Kio.Spawn(() => Send(client, 3));
                JoinHandle receive = Kio.Spawn(() => Receive(server, 3));
                int rounds = 0;
                while (!receive.IsFinished || rounds < 20)
                {
                    rounds++;
                    Socket raw = Loopback.RawConnect(listener.LocalEndPoint);
                    using TcpStream victim = await listener.AcceptAsync();
                    JoinHandle<int> read = Kio.Spawn(async () => await victim.ReadAsync(new byte[8]));
                    if (rounds % 2 == 0)
                    {
                        await Peek.UntilReadWaits(victim);
                    }

                    raw.Reset();
                    AssertReset(await Expect.Throws<IOException, int>(read.AsFuture()));
                    await Expect.Throws<IOException, int>(victim.WriteAsync(new byte[1]));
                }

                await send;
                await receive;
            }
        });

    [Fact]
    public void Data_that_came_before_a_reset_can_still_be_read_when_the_end_came_first() => OnRuntime.Run(1, async () =>
    {
        (Socket raw, TcpStream server) = await Loopback.RawPair();
        using (server)
        {
            raw.Send([1, 2, 3]);
            raw.Shutdown(SocketShutdown.Send);
            byte[] buffer = new byte[8];
            Assert.Equal(3, await server.ReadAsync(buffer));
            Assert.Equal(0, await server.ReadAsync(buffer));
            raw.Dispose();
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_waiting_write_is_failed_by_a_reset(int workers) => OnRuntime.Run(workers, async () =>
    {
        (Socket raw, TcpStream server) = await Loopback.RawPair();
        using (server)
        {
            JoinHandle write = Kio.Spawn(() => server.WriteAllAsync(new byte[LargeSize]));
            await Peek.UntilWriteWaits(server);
            raw.Reset();
            AssertReset(await Expect.Throws<IOException>(write.AsFuture()));
            IOException second = await Expect.Throws<IOException>(server.WriteAllAsync(new byte[1]));
            Assert.Equal(SocketError.Shutdown, Assert.IsType<SocketException>(second.InnerException).SocketErrorCode);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_second_concurrent_operation_throws_and_leaves_the_first_alone(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            using (client)
            using (server)
            {
                byte[] first = new byte[8];
                byte[] second = new byte[8];
                JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(first));
                await Peek.UntilReadWaits(server);
                InvalidOperationException refused =
                    await Expect.Throws<InvalidOperationException, int>(server.ReadAsync(second));
                Assert.Contains("read", refused.Message, StringComparison.Ordinal);
                await client.WriteAllAsync(new byte[] { 6 });
                Assert.Equal(1, await read);
                Assert.Equal(6, first[0]);
                Assert.Equal(0, second[0]);

                JoinHandle write = Kio.Spawn(() => client.WriteAllAsync(new byte[LargeSize]));
                await Peek.UntilWriteWaits(client);
                refused = await Expect.Throws<InvalidOperationException, int>(client.WriteAsync(new byte[] { 1 }));
                Assert.Contains("write", refused.Message, StringComparison.Ordinal);
                await Expect.Throws<InvalidOperationException>(client.WriteAllAsync(new byte[] { 1 }));
                byte[] received = new byte[LargeSize];
                await Loopback.ReadExactly(server, received);
                await write;
                Assert.False(received.AsSpan().ContainsAnyExcept((byte)0));
            }
        });

    [Fact]
    public void NoDelay_is_the_sockets_own_option() => OnRuntime.Run(1, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            Assert.False(client.NoDelay);
            client.NoDelay = true;
            Assert.True(client.NoDelay);
            Assert.False(server.NoDelay);
            client.NoDelay = false;
            Assert.False(client.NoDelay);
        }

        Assert.Throws<ObjectDisposedException>(() => client.NoDelay);
        Assert.Throws<ObjectDisposedException>(() => client.NoDelay = true);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_buffer_completes_at_once(int workers) => OnRuntime.Run(workers, async () =>
    {
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            Assert.Equal(0, await client.ReadAsync(Memory<byte>.Empty));
            Assert.Equal(0, await client.WriteAsync(ReadOnlyMemory<byte>.Empty));
            await client.WriteAllAsync(ReadOnlyMemory<byte>.Empty);

            // Also with data, with a full socket, and at the end.
            await server.WriteAllAsync(new byte[] { 9 });
            Assert.Equal(0, await client.ReadAsync(Memory<byte>.Empty));
            byte[] buffer = new byte[4];
            Assert.Equal(1, await client.ReadAsync(buffer));
            Assert.Equal(0, await client.ReadAsync(Memory<byte>.Empty));
            await Loopback.Fill(client);
            Assert.Equal(0, await client.WriteAsync(ReadOnlyMemory<byte>.Empty));
            await client.WriteAllAsync(ReadOnlyMemory<byte>.Empty);
        }

        await Expect.Throws<ObjectDisposedException, int>(client.ReadAsync(Memory<byte>.Empty));
        await Expect.Throws<ObjectDisposedException, int>(client.WriteAsync(ReadOnlyMemory<byte>.Empty));
    });

    [Fact]
    public void Urgent_data_does_not_stop_the_stream() => OnRuntime.Run(1, async () =>
    {
        (Socket raw, TcpStream server) = await Loopback.RawPair();
        using (raw)
        using (server)
        {
            byte[] buffer = new byte[8];
            JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(buffer));
            await Peek.UntilReadWaits(server);

            // One worker runs this: it sees the three as one event. The kernel stops a read at the urgent byte.
            raw.Send([1, 2]);
            raw.Send([3], SocketFlags.OutOfBand);
            raw.Send([4, 5]);
            int total = await read;
            while (total < 4)
            {
                total += await server.ReadAsync(buffer.AsMemory(total));
            }

            Assert.Equal([1, 2, 4, 5], buffer[..4]);
        }
    });

    [Fact]
    public void A_buffer_that_throws_leaves_the_stream_usable_and_closable() => OnRuntime.Run(1, async () =>
    {
        Descriptors before = Descriptors.Look();
        (TcpStream client, TcpStream server) = await Loopback.Pair();
        using (client)
        using (server)
        {
            Memory<byte> memory = new CallbackMemory([], () => throw new NotImplementedException()).First(16);
            await Expect.Throws<NotImplementedException, int>(server.ReadAsync(memory));
            await Expect.Throws<NotImplementedException, int>(server.WriteAsync(memory));
            await Expect.Throws<NotImplementedException>(server.WriteAllAsync(memory));
            await client.WriteAllAsync(new byte[] { 1 });
            Assert.Equal(1, await server.ReadAsync(new byte[8]));
            await server.WriteAllAsync(new byte[] { 2 });
            Assert.Equal(1, await client.ReadAsync(new byte[8]));
            Assert.Equal(0u, Peek.Io(server).State.Value & (IoState.ReadBusy | IoState.WriteBusy));
        }

        Assert.Equal(0, before.Opened);
    });

    private static void AssertReset(IOException exception) =>
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);

    private static async Future Send(TcpStream stream, int seed)
    {
        Random sizes = new(seed);
        byte[] all = Pattern(seed);
        for (int at = 0; at < LargeSize;)
        {
            int count = Math.Min(sizes.Next(1, 200_000), LargeSize - at);
            if (count % 2 == 0)
            {
                await stream.WriteAllAsync(all.AsMemory(at, count));
                at += count;
            }
            else
            {
                at += await stream.WriteAsync(all.AsMemory(at, count));
            }
        }
    }

    private static async Future Receive(TcpStream stream, int seed)
    {
        Random sizes = new(seed + 100);
        byte[] expected = Pattern(seed);
        byte[] buffer = new byte[100_000];
        for (int at = 0; at < LargeSize;)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(0, sizes.Next(1, buffer.Length)));
            Assert.NotEqual(0, count);
            Assert.True(buffer.AsSpan(0, count).SequenceEqual(expected.AsSpan(at, count)), $"Wrong bytes after {at}.");
            at += count;
        }
    }

    private static byte[] Pattern(int seed)
    {
        byte[] bytes = new byte[LargeSize];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
