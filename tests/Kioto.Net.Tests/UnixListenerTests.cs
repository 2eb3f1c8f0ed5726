using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class UnixListenerTests
{
    private static int s_names;

    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Connections_of_a_path_are_accepted(int workers) => OnRuntime.Run(workers, async () =>
    {
        using SocketPath path = new();
        using UnixListener listener = UnixListener.Bind(path.Value);
        Assert.Equal(path.Value, listener.LocalEndPoint.ToString());
        JoinHandle<UnixStream> accept = Kio.Spawn(async () => await listener.AcceptAsync());
        await Peek.UntilAcceptWaits(listener);
        using UnixStream client = await UnixStream.ConnectAsync(path.Value);
        using UnixStream server = await accept;
        Assert.Equal(path.Value, server.LocalEndPoint.ToString());
        Assert.Equal("", server.RemoteEndPoint.ToString());
        Assert.Equal("", client.LocalEndPoint.ToString());
        Assert.Equal(new UnixDomainSocketEndPoint(path.Value), client.RemoteEndPoint);
        await client.WriteAllAsync(new byte[] { 1, 2, 3 });
        byte[] buffer = new byte[8];
        Assert.Equal(3, await server.ReadAsync(buffer));
        await server.WriteAllAsync(buffer.AsMemory(0, 3));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server.ReadAsync(buffer));
        Assert.Equal(3, await client.ReadAsync(buffer));
    });

    [Theory]
    [InlineData("")]
    [InlineData("\0with a zero")]
    public void Abstract_names_have_no_file_and_are_free_at_once(string ending) => OnRuntime.Run(1, async () =>
    {
        string name = $"\0kioto-{Environment.ProcessId}-{System.Threading.Interlocked.Increment(ref s_names)}{ending}";
        for (int round = 0; round < 2; round++)
        {
            using UnixListener listener = UnixListener.Bind(name);
            Assert.Equal(new UnixDomainSocketEndPoint(name), listener.LocalEndPoint);
            SocketException taken = Assert.Throws<SocketException>(() => UnixListener.Bind(name));
            Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);
            using UnixStream client = await UnixStream.ConnectAsync(name);
            using UnixStream server = await listener.AcceptAsync();
            using Socket raw = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            raw.Connect(new UnixDomainSocketEndPoint(name)); // .NET means the same name by it.
        }
    });

    [Fact]
    public void The_file_stays_and_is_refused_until_it_is_deleted() => OnRuntime.Run(1, async () =>
    {
        using SocketPath path = new();
        UnixListener.Bind(path.Value).Dispose();
        Assert.True(File.Exists(path.Value));
        Descriptors before = Descriptors.Look();
        SocketException exists = Assert.Throws<SocketException>(() => UnixListener.Bind(path.Value));
        Assert.Equal(SocketError.AddressAlreadyInUse, exists.SocketErrorCode);
        Assert.Contains(path.Value, exists.Message, StringComparison.Ordinal);
        Assert.Contains("delete", exists.Message, StringComparison.Ordinal);
        Assert.Equal(0, before.Opened);
        SocketException nobody = await Expect.Throws<SocketException, UnixStream>(UnixStream.ConnectAsync(path.Value));
        Assert.Equal(SocketError.ConnectionRefused, nobody.SocketErrorCode);
        Assert.Contains("left over", nobody.Message, StringComparison.Ordinal);
        Assert.Equal(0, before.Opened);
        File.Delete(path.Value);
        UnixListener.Bind(path.Value).Dispose();
    });

    [Fact]
    public void Missing_files_and_directories_are_named() => OnRuntime.Run(1, async () =>
    {
        using SocketPath path = new();
        SocketException file = await Expect.Throws<SocketException, UnixStream>(UnixStream.ConnectAsync(path.Value));
        Assert.Equal(SocketError.AddressNotAvailable, file.SocketErrorCode);
        Assert.Equal($"Connecting to {path.Value} failed: there is no such file.", file.Message);
        string below = Path.Combine(path.Value, "t");
        SocketException directory = Assert.Throws<SocketException>(() => UnixListener.Bind(below));
        Assert.Equal(SocketError.AddressNotAvailable, directory.SocketErrorCode);
        Assert.Equal($"Binding to {below} failed: the directory does not exist.", directory.Message);
    });

    [Fact]
    public void Bad_arguments_are_named() => OnRuntime.Run(1, async () =>
    {
        Assert.Throws<ArgumentNullException>("path", () => UnixListener.Bind((string)null!));
        Assert.Throws<ArgumentNullException>("path", () => UnixStream.ConnectAsync((string)null!));
        Assert.Throws<ArgumentNullException>("endPoint", () => UnixListener.Bind((UnixDomainSocketEndPoint)null!));
        Assert.Throws<ArgumentNullException>("endPoint", () => UnixStream.ConnectAsync((UnixDomainSocketEndPoint)null!));
        Assert.Throws<ArgumentException>("path", () => UnixListener.Bind(""));
        Assert.Throws<ArgumentException>("path", () => UnixListener.Bind("/tmp/a\0b"));
        Assert.Throws<ArgumentOutOfRangeException>(
            "backlog", () => UnixListener.Bind(new UnixDomainSocketEndPoint("/tmp/a"), backlog: 0));

        string tooLong = "/tmp/" + new string('ä', 52);
        ArgumentException refused = Assert.Throws<ArgumentException>("path", () => UnixListener.Bind(tooLong));
        Assert.Contains("109 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Contains("107", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("path", () => UnixStream.ConnectAsync("\0" + new string('x', 108)));
        await Kio.YieldNow();
    });

    [Fact]
    public void The_longest_path_and_name_work() => OnRuntime.Run(1, async () =>
    {
        using SocketPath path = new();
        string longest = path.Value + new string('x', 107 - path.Value.Length);
        foreach (string address in new[] { longest, "\0" + longest })
        {
            using UnixListener listener = UnixListener.Bind(address);
            Assert.Equal(new UnixDomainSocketEndPoint(address), listener.LocalEndPoint);
            using UnixStream client = await UnixStream.ConnectAsync(address);
            using UnixStream server = await listener.AcceptAsync();
            Assert.Equal(new UnixDomainSocketEndPoint(address), client.RemoteEndPoint);
        }
    });

    [Fact]
    public void Without_a_runtime_it_says_what_to_do() => Bounded.Run(() =>
    {
        Descriptors before = Descriptors.Look();
        foreach (Action act in new Action[]
        {
            () => UnixListener.Bind("/tmp/x"), () => UnixStream.Pair(), () => UnixListener.FromHandle(3, ownsHandle: false),
        })
        {
            InvalidOperationException none = Assert.Throws<InvalidOperationException>(act);
            Assert.Contains("no runtime is running on this thread", none.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, before.Opened);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Who_finds_the_queue_full_waits_for_room(int workers) => OnRuntime.Run(workers, async () =>
    {
        const int Count = 20;
        using SocketPath path = new();
        UnixDomainSocketEndPoint endPoint = new(path.Value);
        using UnixListener listener = UnixListener.Bind(endPoint, backlog: 1);
        List<JoinHandle<UnixStream>> connecting = [];
        for (int i = 0; i < Count; i++)
        {
            connecting.Add(Kio.Spawn(UnixStream.ConnectAsync(endPoint)));
        }

        for (int i = 0; i < Count; i++)
        {
            (await listener.AcceptAsync()).Dispose();
        }

        foreach (JoinHandle<UnixStream> handle in connecting)
        {
            (await handle).Dispose();
        }
    });

    [Fact]
    public void Cancelling_who_waits_for_room_closes_the_socket() => OnRuntime.Run(1, async () =>
    {
        using SocketPath path = new();
        UnixDomainSocketEndPoint endPoint = new(path.Value);
        using UnixListener listener = UnixListener.Bind(endPoint, backlog: 1);
        List<Socket> queued = [];
        bool isFull = false;
        while (!isFull)
        {
            Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            queued.Add(client);
            try
            {
                client.Connect(endPoint);
            }
            catch (SocketException full)
            {
                Assert.Equal(SocketError.WouldBlock, full.SocketErrorCode);
                isFull = true;
            }
        }

        Assert.InRange(queued.Count, 2, 4);
        Descriptors before = Descriptors.Look();
        JoinHandle<UnixStream> waiting = Kio.Spawn(UnixStream.ConnectAsync(endPoint));
        await Peek.Until(() => before.Opened == 1);
        waiting.Abort();
        Assert.True((await waiting.JoinAsync()).IsAborted);
        Assert.Equal(0, before.Opened);
        queued.ForEach(stream => stream.Dispose());
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dispose_fails_a_waiting_accept_and_a_second_accept_is_refused(int workers) => OnRuntime.Run(workers, async () =>
    {
        using SocketPath path = new();
        UnixListener listener = UnixListener.Bind(path.Value);
        JoinHandle<UnixStream> accept = Kio.Spawn(async () => await listener.AcceptAsync());
        await Peek.UntilAcceptWaits(listener);
        await Expect.Throws<InvalidOperationException, UnixStream>(listener.AcceptAsync());
        listener.Dispose();
        listener.Dispose();
        ObjectDisposedException disposed = await Expect.Throws<ObjectDisposedException, UnixStream>(accept.AsFuture());
        Assert.Contains(nameof(UnixListener), disposed.Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => listener.LocalEndPoint);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_one_of_many_connections_is_accepted_once_and_no_descriptor_is_left(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            const int Count = 200;
            using SocketPath path = new();
            Descriptors before = Descriptors.Look();
            using (UnixListener listener = UnixListener.Bind(path.Value))
            {
                JoinHandle<HashSet<int>> accepting = Kio.Spawn(async () =>
                {
                    HashSet<int> seen = [];
                    byte[] number = new byte[4];
                    await foreach (UnixStream accepted in listener.AcceptAllAsync())
                    {
                        using UnixStream stream = accepted;
                        await Loopback.ReadExactly(stream, number);
                        Assert.True(seen.Add(BitConverter.ToInt32(number)));
                        if (seen.Count == Count)
                        {
                            break;
                        }
                    }

                    return seen;
                });
                List<JoinHandle> connecting = [];
                for (int i = 0; i < Count; i++)
                {
                    int number = i;
                    connecting.Add(Kio.Spawn(async () =>
                    {
                        using UnixStream stream = await UnixStream.ConnectAsync(path.Value);
                        await stream.WriteAllAsync(BitConverter.GetBytes(number));
                        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
                    }));
                }

                foreach (JoinHandle handle in connecting)
                {
                    await handle;
                }

                Assert.Equal(Count, (await accepting).Count);
            }

            Assert.Equal(0, before.Opened);
        });
}
