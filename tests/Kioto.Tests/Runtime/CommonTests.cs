using System;
using System.Net;
using System.Threading;
using Kioto.Net;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>What holds on every kind of runtime: those of Tokio's rt_common that no other class here asks for.</summary>
public sealed class CommonTests
{
    private static readonly IPEndPoint s_any = new(IPAddress.Loopback, 0);

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_runtime_may_be_made_inside_another_ones_BlockOn(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime outer = Runtimes.Create(kind);
        using Runtime inner = outer.BlockOn(async () => Runtimes.Create(kind));
        Assert.Equal("here", inner.BlockOn(async () => await Kio.Spawn(async () => "here")));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Wakes_and_spawns_from_other_threads_arrive_under_load(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        bool stop = false;
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                Kio.Detach(Spin);
            }

            Signal forBlockOn = new();
            Signal forTask = new();
            JoinHandle<int> task = Kio.Spawn(async () => await forTask.AsFuture());
            JoinHandle<int> spawned = default;
            Thread other = new(() =>
            {
                spawned = runtime.Spawn(async () => 3);
                forTask.Set(2);
                forBlockOn.Set(1);
            });
            other.Start();
            Assert.Equal(1, await forBlockOn.AsFuture());
            Assert.Equal(2, await task);
            Assert.Equal(3, await spawned);
            stop = true;
        });

        async Future Spin()
        {
            while (!Volatile.Read(ref stop))
            {
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void IO_goes_on_while_a_hundred_tasks_always_want_to_run(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        bool stop = false;
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                Kio.Detach(Spin);
            }

            using TcpListener listener = TcpListener.Bind(s_any);
            await Exchange(listener);
            stop = true;
        });

        async Future Spin()
        {
            while (!Volatile.Read(ref stop))
            {
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_blocking_closure_may_use_sockets(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () =>
        {
            using TcpListener listener = TcpListener.Bind(s_any);
            JoinHandle peer = Kio.SpawnBlocking(() =>
                runtime.BlockOn(async () => (await TcpStream.ConnectAsync(listener.LocalEndPoint)).Dispose()));
            (await listener.AcceptAsync()).Dispose();
            await peer;
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_local_set_may_use_sockets(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        using LocalSet set = new();
        set.BlockOn(runtime, async () =>
        {
            using TcpListener listener = TcpListener.Bind(s_any);
            await Exchange(listener);
            JoinHandle<int> client = Kio.SpawnLocal(async () =>
            {
                using TcpStream stream = await TcpStream.ConnectAsync(listener.LocalEndPoint);
                return await stream.ReadAsync(new byte[1]);
            });
            (await listener.AcceptAsync()).Dispose();
            Assert.Equal(0, await client);
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cleanup_at_the_end_may_wake_the_other_tasks(RuntimeKind kind) => Bounded.Run(() =>
    {
        Event first = new();
        Event second = new();
        AsyncBarrier barrier = new(3);
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle one = runtime.Spawn(() => Wait(first, second));
        JoinHandle two = runtime.Spawn(() => Wait(second, first));
        runtime.BlockOn(async () => await barrier.WaitAsync());
        runtime.Dispose();
        Assert.True(one.IsFinished);
        Assert.True(two.IsFinished);

        async Future Wait(Event own, Event others)
        {
            try
            {
                await Kio.Join(own.WaitAsync(), barrier.WaitAsync());
            }
            finally
            {
                others.Set();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void IO_events_during_the_end_do_no_harm(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int i = 0; i < 10; i++)
        {
            using Runtime runtime = Runtimes.Create(kind);
            runtime.BlockOn(async () =>
            {
                using TcpListener listener = TcpListener.Bind(s_any);
                JoinHandle<TcpStream> connecting = Kio.Spawn(TcpStream.ConnectAsync(listener.LocalEndPoint));
                TcpStream server = await listener.AcceptAsync();
                TcpStream client = await connecting;
                Notify began = new();
                Kio.Detach(async () =>
                {
                    byte[] buffer = new byte[64];
                    while (await server.ReadAsync(buffer) > 0)
                    {
                        began.NotifyOne();
                    }
                });
                Kio.Detach(async () =>
                {
                    while (true)
                    {
                        await client.WriteAllAsync(new byte[1]);
                        await Kio.YieldNow();
                    }
                });
                await began.NotifiedAsync();
            });
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Somebody_always_drives_when_two_threads_block(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Signal toFirst = new();
        Signal toSecond = new();
        Thread first = new(() => runtime.BlockOn(async () =>
        {
            await toFirst.AsFuture();
            await Kio.Sleep(TimeSpan.FromMilliseconds(2));
            toSecond.Set();
        }));
        first.Start();
        runtime.BlockOn(async () =>
        {
            toFirst.Set();
            await Kio.Sleep(TimeSpan.FromMilliseconds(2));
            await toSecond.AsFuture();
            await Kio.Sleep(TimeSpan.FromMilliseconds(2));
        });
        first.Join();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Wakes_from_another_thread_during_the_end_do_no_harm(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int round = 0; round < 3; round++)
        {
            Signal[] signals = new Signal[2000];
            Runtime runtime = Runtimes.Create(kind);
            for (int i = 0; i < signals.Length; i++)
            {
                Signal signal = signals[i] = new Signal();
                runtime.Spawn(async () => await signal.AsFuture());
            }

            runtime.BlockOn(Kio.YieldNow());
            using ManualResetEventSlim began = new();
            Thread waker = new(() =>
            {
                began.Set();
                foreach (Signal signal in signals)
                {
                    signal.Set();
                }
            });
            waker.Start();
            began.Wait();
            runtime.Dispose();
            waker.Join();
        }
    });

    private static async Future Exchange(TcpListener listener)
    {
        JoinHandle server = Kio.Spawn(async () =>
        {
            using TcpStream stream = await listener.AcceptAsync();
            await stream.WriteAllAsync("hello world"u8.ToArray());
        });
        JoinHandle<int> client = Kio.Spawn(async () =>
        {
            using TcpStream stream = await TcpStream.ConnectAsync(listener.LocalEndPoint);
            byte[] buffer = new byte[64];
            int total = 0;
            while (await stream.ReadAsync(buffer) is > 0 and int read)
            {
                total += read;
            }

            return total;
        });
        await server;
        Assert.Equal(11, await client);
    }
}
