using System;
using System.Collections.Generic;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

public class RuntimeEndTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    public static TheoryData<int> WithWorkers => OnRuntime.WithWorkers;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_stream_of_one_runtime_works_in_tasks_of_another(int workers) => Bounded.Run(() =>
    {
        using Runtime owner = OnRuntime.Build(2);
        (TcpStream client, TcpStream server) = owner.BlockOn(async () => await Loopback.Pair());
        using Runtime other = OnRuntime.Build(workers);
        using (client)
        using (server)
        {
            other.BlockOn(async () =>
            {
                JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(new byte[8]));
                await Peek.UntilReadWaits(server);
                await client.WriteAllAsync(new byte[] { 1, 2, 3 });
                Assert.Equal(3, await read);
            });
        }
    });

    [Theory]
    [MemberData(nameof(WithWorkers))]
    public void Operations_that_wait_elsewhere_fail_when_their_runtime_ends(int workers) => Bounded.Run(() =>
    {
        Runtime owner = OnRuntime.Build(workers);
        TcpListener listener;
        using (owner.Enter())
        {
            listener = TcpListener.Bind(Loopback.Any);
        }

        (TcpStream client, TcpStream server) = owner.BlockOn(async () => await Loopback.Pair(listener));
        using Runtime other = OnRuntime.Build(1);
        other.BlockOn(async () =>
        {
            JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(new byte[8]));
            JoinHandle<TcpStream> accept = Kio.Spawn(async () => await listener.AcceptAsync());
            JoinHandle write = Kio.Spawn(() => server.WriteAllAsync(new byte[20_000_000]));
            await Peek.UntilReadWaits(server);
            await Peek.UntilWriteWaits(server);
            await Peek.UntilAcceptWaits(listener);
            await Kio.SpawnBlocking(owner.Dispose);
            AssertGone(await Expect.Throws<RuntimeShutdownException, int>(read.AsFuture()));
            AssertGone(await Expect.Throws<RuntimeShutdownException>(write.AsFuture()));
            AssertGone(await Expect.Throws<RuntimeShutdownException, TcpStream>(accept.AsFuture()));

            // And so do those that come later; asking and closing still works.
            AssertGone(await Expect.Throws<RuntimeShutdownException, int>(client.ReadAsync(new byte[8])));
            AssertGone(await Expect.Throws<RuntimeShutdownException, int>(client.WriteAsync(new byte[8])));
            AssertGone(await Expect.Throws<RuntimeShutdownException, TcpStream>(listener.AcceptAsync()));
            Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
            Descriptors before = Descriptors.Look();
            client.Dispose();
            server.Dispose();
            listener.Dispose();
            Assert.Equal(3, before.Closed);
            await Expect.Throws<ObjectDisposedException, int>(client.ReadAsync(new byte[8]));
        });
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Disposing_a_runtime_unwinds_its_tasks_that_wait_for_io(int workers) => Bounded.Run(() =>
    {
        Runtime runtime = OnRuntime.Build(workers);
        Descriptors before = Descriptors.Look();
        int unwound = 0;
        runtime.BlockOn(async () =>
        {
            TcpListener listener = TcpListener.Bind(Loopback.Any);
            List<TcpStream> streams = [];
            for (int i = 0; i < 20; i++)
            {
                (TcpStream client, TcpStream server) = await Loopback.Pair(listener);
                streams.Add(client);
                streams.Add(server);
            }

            foreach (TcpStream stream in streams)
            {
                Kio.Detach(async () =>
                {
                    using (stream)
                    {
                        try
                        {
                            await stream.ReadAsync(new byte[8]);
                        }
                        finally
                        {
                            Interlocked.Increment(ref unwound);
                        }
                    }
                });
                await Peek.UntilReadWaits(stream);
            }

            listener.Dispose();
        });
        runtime.Dispose();
        Assert.Equal(40, unwound);
        Assert.Equal(0, before.Opened);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Binding_on_a_runtime_that_has_ended_throws(int workers) => Bounded.Run(() =>
    {
        Runtime runtime = OnRuntime.Build(workers);
        RuntimeHandle handle = runtime.Handle;
        runtime.Dispose();
        Descriptors before = Descriptors.Look();
        using (handle.Enter())
        {
            AssertEnded("TcpListener.Bind", Assert.Throws<RuntimeShutdownException>(() => TcpListener.Bind(Loopback.Any)));
        }

        Assert.Equal(0, before.Opened);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Connecting_on_a_runtime_that_has_ended_throws(int workers) => Bounded.Run(() =>
    {
        using Runtime other = OnRuntime.Build(1);
        Runtime runtime = OnRuntime.Build(workers);
        RuntimeHandle handle = runtime.Handle;
        runtime.Dispose();
        Descriptors before = Descriptors.Look();
        other.BlockOn(async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            using (handle.Enter())
            {
                AssertEnded("TcpStream.ConnectAsync", await Expect.Throws<RuntimeShutdownException, TcpStream>(
                    TcpStream.ConnectAsync(listener.LocalEndPoint)));
            }
        });
        Assert.Equal(0, before.Opened);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Unix_sockets_of_a_runtime_that_has_ended_say_so(int workers) => Bounded.Run(() =>
    {
        using SocketPath path = new();
        using SocketPath another = new();
        Descriptors before = Descriptors.Look();
        Runtime runtime = OnRuntime.Build(workers);
        RuntimeHandle handle = runtime.Handle;
        UnixListener listener;
        Future<UnixStream> accepting;
        Future<UnixStream> connecting;
        using (runtime.Enter())
        {
            listener = UnixListener.Bind(path.Value);
            accepting = listener.AcceptAsync();
            connecting = UnixStream.ConnectAsync(path.Value);
        }

        runtime.Dispose();
        AssertGone(Assert.Throws<RuntimeShutdownException>(() => handle.BlockOn(accepting)));
        AssertGone(Assert.Throws<RuntimeShutdownException>(() => handle.BlockOn(listener.AcceptAsync())));
        AssertEnded("UnixStream.ConnectAsync", Assert.Throws<RuntimeShutdownException>(() => handle.BlockOn(connecting)));
        using (handle.Enter())
        {
            AssertEnded("UnixListener.Bind", Assert.Throws<RuntimeShutdownException>(() => UnixListener.Bind(another.Value)));
            AssertEnded("UnixStream.Pair", Assert.Throws<RuntimeShutdownException>(() => UnixStream.Pair()));
        }

        Assert.False(System.IO.File.Exists(another.Value)); // Nothing was bound.
        listener.Dispose();
        Assert.Equal(0, before.Opened);
    });

    [Theory]
    [MemberData(nameof(WithWorkers))]
    public void An_accept_under_a_guard_waits_until_its_time_is_over(int workers) => Bounded.Run(() =>
    {
        using SocketPath path = new();
        using Runtime runtime = OnRuntime.Build(workers);
        UnixListener listener;
        using (runtime.Enter())
        {
            listener = UnixListener.Bind(path.Value);
        }

        using (listener)
        {
            Assert.Throws<TimeoutException>(() => runtime.Handle.BlockOn(listener.AcceptAsync().Timeout(TimeSpan.FromMilliseconds(10))));
        }
    });

    [Fact]
    public void A_read_in_BlockOn_of_a_current_thread_runtime_fails_when_another_thread_disposes_it() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreateCurrentThreadBuilder().CleanupGrace(TimeSpan.FromMilliseconds(50)).Build();
        using (ManualResetEventSlim waiting = new())
        {
            Thread disposing = new(() =>
            {
                waiting.Wait();
                runtime.Dispose();
            });
            disposing.Start();
            runtime.BlockOn(async () =>
            {
                (TcpStream client, TcpStream server) = await Loopback.Pair();
                using (client)
                using (server)
                {
                    JoinHandle signal = Kio.Spawn(async () =>
                    {
                        await Peek.UntilReadWaits(client);
                        waiting.Set();
                    });
                    AssertGone(await Expect.Throws<RuntimeShutdownException, int>(client.ReadAsync(new byte[8])));
                }
            });
            disposing.Join();
        }
    });

    [Fact]
    public void BlockOn_of_a_disposed_current_thread_runtime_does_not_touch_the_next_runtimes_driver() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreateCurrentThreadBuilder().CleanupGrace(TimeSpan.FromMilliseconds(20)).Build();
        using ManualResetEventSlim inside = new();
        Waker stuck = default;
        bool release = false;
        Thread blocked = new(() => runtime.BlockOn(async () =>
        {
            await new UntilReleased(
                waker =>
                {
                    stuck = waker;
                    inside.Set();
                },
                () => Volatile.Read(ref release)).AsFuture();
        }));
        blocked.Start();
        inside.Wait();
        runtime.Dispose();

        // Its number is free now, and the next epoll takes it. The thread in BlockOn must not wait on that one.
        using Runtime next = OnRuntime.Build(1);
        stuck.Wake();
        next.BlockOn(async () =>
        {
            await Kio.Spawn(async () =>
            {
                (TcpStream client, TcpStream server) = await Loopback.Pair();
                using (client)
                using (server)
                {
                    for (int i = 0; i < 2000; i++)
                    {
                        stuck.Wake();
                        JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(new byte[8]));
                        await client.WriteAllAsync(new byte[] { 1 });
                        Assert.Equal(1, await read);
                    }
                }
            });
        });
        Volatile.Write(ref release, true);
        stuck.Wake();
        blocked.Join();
    });

    [Fact]
    public void Tasks_left_behind_in_BlockOn_of_a_disposed_runtime_resolve_as_aborted() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreateCurrentThreadBuilder().CleanupGrace(TimeSpan.FromMilliseconds(20)).Build();
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim disposed = new();
        Thread disposing = new(() =>
        {
            inside.Wait();
            runtime.Dispose();
            disposed.Set();
        });
        disposing.Start();
        JoinHandle left = default;
        runtime.BlockOn(async () =>
        {
            left = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
            await Kio.YieldNow();
            inside.Set();
            disposed.Wait(); // Longer than the grace: this thread keeps the core.
        });
        disposing.Join();
        using Runtime other = OnRuntime.Build(1);
        other.BlockOn(async () => Assert.True((await left.JoinAsync()).IsAborted));
    });

    // There is no socket yet that could belong to anything.
    private static void AssertEnded(string operation, RuntimeShutdownException exception)
    {
        AssertGone(exception);
        Assert.StartsWith(operation + ": ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("this socket", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertGone(RuntimeShutdownException exception) =>
        Assert.Contains("shut down", exception.Message, StringComparison.Ordinal);

    private sealed class UntilReleased(Action<Waker> onPoll, Func<bool> released) : IFuture<int>
    {
        public Poll<int> Poll(ref PollContext context)
        {
            onPoll(context.Waker);
            return released() ? Poll<int>.Ready(1) : Poll<int>.Pending;
        }
    }
}
