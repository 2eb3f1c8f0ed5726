using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Kioto.Streams;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>What differs from TCP, and what is common over Unix sockets.</summary>
public class UnixStreamTests
{
    private const int LargeSize = 10_000_000;

    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ten_megabytes_arrive_both_ways_at_once(int workers) => OnRuntime.Run(workers, async () =>
    {
        (UnixStream one, UnixStream other) = UnixStream.Pair();
        using (one)
        using (other)
        {
            JoinHandle[] all =
            [
                Kio.Spawn(() => Send(one, 1)), Kio.Spawn(() => Receive(other, 1)),
                Kio.Spawn(() => Send(other, 2)), Kio.Spawn(() => Receive(one, 2)),
            ];
            foreach (JoinHandle handle in all)
            {
                await handle;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_ends_of_a_pair_have_no_names_and_know_whose_they_are(int workers) => OnRuntime.Run(workers, async () =>
    {
        (UnixStream one, UnixStream other) = UnixStream.Pair();
        using (one)
        using (other)
        {
            Assert.Equal("", one.LocalEndPoint.ToString());
            Assert.Equal("", other.RemoteEndPoint.ToString());
            Assert.Equal(new UnixCredentials(Environment.ProcessId, GetUserId(), GetGroupId()), one.PeerCredentials);
            Assert.Equal(one.PeerCredentials, other.PeerCredentials);
            await Kio.YieldNow();
        }

        Assert.Throws<ObjectDisposedException>(() => one.PeerCredentials);
        Assert.Throws<ObjectDisposedException>(() => one.RemoteEndPoint);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_and_its_listener_see_each_others_process(int workers) => OnRuntime.Run(workers, async () =>
    {
        using SocketPath path = new();
        using UnixListener listener = UnixListener.Bind(path.Value);
        using UnixStream client = await UnixStream.ConnectAsync(path.Value);
        using UnixStream server = await listener.AcceptAsync();
        Assert.Equal(Environment.ProcessId, client.PeerCredentials.ProcessId);
        Assert.Equal(Environment.ProcessId, server.PeerCredentials.ProcessId);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Descriptors_that_come_along_do_not_stop_the_stream(int workers) => OnRuntime.Run(workers, async () =>
    {
        (UnixStream one, UnixStream other) = UnixStream.Pair();
        using (one)
        using (other)
        {
            Descriptors before = Descriptors.Look();
            byte[] buffer = new byte[16];
            JoinHandle<int> read = Kio.Spawn(async () => await other.ReadAsync(buffer));
            await Peek.UntilReadWaits(other);

            // The kernel ends a read after the bytes that a descriptor comes with, although more are there.
            SendDescriptor(one.Io.Fd, one.Io.Fd, 1);
            SendDescriptor(one.Io.Fd, one.Io.Fd, 2);
            Assert.Equal(1, await one.WriteAsync(new byte[] { 3 }));
            Assert.InRange(await read, 1, 1);
            Assert.Equal(1, buffer[0]);
            await Loopback.ReadExactly(other, buffer.AsMemory(1, 2));
            Assert.Equal([1, 2, 3], buffer[..3]);
            Assert.Equal(0, before.Opened); // What nobody asked for has been closed.
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_waiting_read_is_woken_by_data_and_by_the_end(int workers) => OnRuntime.Run(workers, async () =>
    {
        for (int round = 0; round < 3; round++)
        {
            (UnixStream one, UnixStream other) = UnixStream.Pair();
            using (one)
            using (other)
            {
                JoinHandle<int> read = Kio.Spawn(async () => await other.ReadAsync(new byte[8]));
                await Peek.UntilReadWaits(other);
                switch (round)
                {
                    case 0:
                        await one.WriteAllAsync(new byte[] { 1, 2 });
                        Assert.Equal(2, await read);
                        break;
                    case 1:
                        one.Shutdown(SocketShutdown.Send);
                        Assert.Equal(0, await read);
                        break;
                    default:
                        one.Dispose();
                        Assert.Equal(0, await read);
                        Assert.Equal(0, await other.ReadAsync(new byte[8]));
                        break;
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Closing_with_unread_data_resets_the_peer(int workers) => OnRuntime.Run(workers, async () =>
    {
        (UnixStream one, UnixStream other) = UnixStream.Pair();
        using (other)
        {
            await other.WriteAllAsync(new byte[] { 1 });
            one.Dispose();
            IOException reset = await Expect.Throws<IOException, int>(other.ReadAsync(new byte[8]));
            Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.InnerException).SocketErrorCode);
            Assert.Contains("Unix stream", reset.Message, StringComparison.Ordinal);
            IOException ended = await Expect.Throws<IOException, int>(other.WriteAsync(new byte[] { 4 }));
            Assert.Equal(SocketError.Shutdown, Assert.IsType<SocketException>(ended.InnerException).SocketErrorCode);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_waiting_write_goes_on_when_there_is_room_and_fails_when_the_peer_closes(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            (UnixStream one, UnixStream other) = UnixStream.Pair();
            using (one)
            {
                long filled = await Loopback.Fill(one);
                JoinHandle write = Kio.Spawn(() => one.WriteAllAsync(new byte[1_000_000]));
                await Peek.UntilWriteWaits(one);
                await Loopback.ReadExactly(other, new byte[filled + 1_000_000]);
                await write;

                await Loopback.Fill(one);
                write = Kio.Spawn(() => one.WriteAllAsync(new byte[1_000_000]));
                await Peek.UntilWriteWaits(one);
                other.Dispose();
                await Expect.Throws<IOException>(write.AsFuture());
            }
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Shutting_the_own_side_down_ends_the_operation_that_waits_there(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            (UnixStream one, UnixStream other) = UnixStream.Pair();
            using (one)
            using (other)
            {
                JoinHandle<int> read = Kio.Spawn(async () => await one.ReadAsync(new byte[8]));
                await Peek.UntilReadWaits(one);
                one.Shutdown(SocketShutdown.Receive);
                Assert.Equal(0, await read);

                await Loopback.Fill(one);
                JoinHandle write = Kio.Spawn(() => one.WriteAllAsync(new byte[1_000_000]));
                await Peek.UntilWriteWaits(one);
                one.Shutdown(SocketShutdown.Send);
                await Expect.Throws<IOException>(write.AsFuture());
            }
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dispose_fails_what_waits(int workers) => OnRuntime.Run(workers, async () =>
    {
        (UnixStream one, UnixStream other) = UnixStream.Pair();
        using (other)
        {
            JoinHandle<int> read = Kio.Spawn(async () => await one.ReadAsync(new byte[8]));
            await Peek.UntilReadWaits(one);
            InvalidOperationException second = await Expect.Throws<InvalidOperationException, int>(one.ReadAsync(new byte[8]));
            Assert.Contains(nameof(UnixStream), second.Message, StringComparison.Ordinal);
            one.Dispose();
            ObjectDisposedException disposed = await Expect.Throws<ObjectDisposedException, int>(read.AsFuture());
            Assert.Contains(nameof(UnixStream), disposed.Message, StringComparison.Ordinal);
            Assert.Equal(0, await other.ReadAsync(new byte[8]));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lines_are_read_of_it(int workers) => OnRuntime.Run(workers, async () =>
    {
        (UnixStream one, UnixStream other) = UnixStream.Pair();
        using (other)
        {
            await one.WriteAllAsync("a\nb\r\nc"u8.ToArray());
            one.Dispose();
            string lines = "";
            await foreach (string line in other.ReadLinesAsync(100))
            {
                lines += line;
            }

            Assert.Equal("abc", lines);
        }
    });

    [Fact]
    public void A_runtime_that_is_gone_is_told() => Bounded.Run(() =>
    {
        Descriptors before = Descriptors.Look();
        UnixStream one;
        UnixStream other;
        using (Runtime runtime = OnRuntime.Build(1))
        {
            (one, other) = runtime.BlockOn(async () =>
            {
                await Kio.YieldNow();
                return UnixStream.Pair();
            });
        }

        using Runtime next = OnRuntime.Build(1);
        next.BlockOn(async () =>
        {
            RuntimeShutdownException gone = await Expect.Throws<RuntimeShutdownException, int>(one.ReadAsync(new byte[1]));
            Assert.Contains("shut down", gone.Message, StringComparison.Ordinal);
        });
        one.Dispose();
        other.Dispose();
        Assert.Equal(0, before.Opened);
    });

    [Fact]
    public void A_dump_names_the_path() => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(0);
        runtime.BlockOn(async () =>
        {
            using SocketPath path = new();
            using UnixListener listener = UnixListener.Bind(path.Value);
            using UnixStream client = await UnixStream.ConnectAsync(path.Value);
            using UnixStream server = await listener.AcceptAsync();
            JoinHandle[] waiting =
            [
                Kio.Spawn(async () => { await listener.AcceptAsync(); }),
                Kio.Spawn(async () => { await client.ReadAsync(new byte[1]); }),
                Kio.Spawn(async () => { await server.ReadAsync(new byte[1]); }),
            ];
            await Peek.UntilReadWaits(server);
            await Peek.UntilReadWaits(client);
            await Peek.UntilAcceptWaits(listener);
            string dump = runtime.Dump().ToString()!;
            Assert.Contains($"on {path.Value}", dump, StringComparison.Ordinal);
            Assert.Contains($"peer {path.Value}", dump, StringComparison.Ordinal);
            Assert.Contains($"at {path.Value}", dump, StringComparison.Ordinal);
            foreach (JoinHandle handle in waiting)
            {
                handle.Abort();
                await handle.JoinAsync();
            }
        });
    });

    private static async Future Send(UnixStream stream, int seed)
    {
        Random random = new(seed);
        byte[] buffer = new byte[70_000];
        for (int sent = 0; sent < LargeSize;)
        {
            int length = int.Min(random.Next(1, buffer.Length), LargeSize - sent);
            buffer.AsSpan(0, length).Fill((byte)(sent / 1000));
            await stream.WriteAllAsync(buffer.AsMemory(0, length));
            sent += length;
        }

        stream.Shutdown(SocketShutdown.Send);
    }

    private static async Future Receive(UnixStream stream, int seed)
    {
        Random random = new(seed);
        byte[] buffer = new byte[100_000];
        int next = 0;
        for (int received = 0; received < LargeSize;)
        {
            // In the same steps as they were sent.
            int length = int.Min(random.Next(1, 70_000), LargeSize - received);
            await Loopback.ReadExactly(stream, buffer.AsMemory(0, length));
            Assert.False(buffer.AsSpan(0, length).ContainsAnyExcept((byte)(received / 1000)));
            received += length;
            next++;
        }

        Assert.Equal(0, await stream.ReadAsync(buffer));
    }

    private static unsafe void SendDescriptor(int through, int descriptor, byte value)
    {
        long* control = stackalloc long[3];
        control[0] = 20; // struct cmsghdr: its length, SOL_SOCKET and SCM_RIGHTS, and one descriptor.
        control[1] = 1 | (1L << 32);
        control[2] = descriptor;
        IoVector vector = new() { Start = &value, Length = 1 };
        long* message = stackalloc long[7] { 0, 0, (long)&vector, 1, (long)control, 24, 0 };
        Assert.Equal(1, (int)Libc.SendMessage(through, (MessageHeader*)message, Libc.NoSignal));
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint GetUserId();

    [DllImport("libc", EntryPoint = "getegid")]
    private static extern uint GetGroupId();
}
