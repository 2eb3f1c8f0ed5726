using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using Kioto.Net;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>Programs of tasks that hold on every kind of runtime: those of Tokio's rt_common and rt_threaded that no other class here asks for.</summary>
public sealed class CommonTasksTests
{
    private static readonly IPEndPoint s_any = new(IPAddress.Loopback, 0);

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Hundreds_of_tasks_are_woken_by_a_thread_in_BlockOn_and_in_a_task(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Assert.Equal(Enumerable.Range(0, 200), runtime.BlockOn(() => Collect(200)));
        Assert.Equal(Enumerable.Range(0, 500), runtime.BlockOn(async () => await Kio.Spawn(() => Collect(500))));

        static async Future<List<int>> Collect(int count)
        {
            Signal[] signals = new Signal[count];
            (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
            for (int i = 0; i < count; i++)
            {
                Signal signal = signals[i] = new Signal();
                UnboundedMpscSender<int> own = sender.Clone();
                Kio.Detach(async () =>
                {
                    using (own)
                    {
                        own.Send(await signal.AsFuture());
                    }
                });
            }

            sender.Dispose();
            Thread setter = new(() =>
            {
                for (int i = 0; i < count; i++)
                {
                    signals[i].Set(i);
                }
            });
            setter.Start();
            List<int> found = [];
            await foreach (int value in receiver)
            {
                found.Add(value);
            }

            found.Sort();
            return found;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_that_BlockOn_has_spawned_is_awaited_in_the_next_one(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        JoinHandle<int> task = runtime.Handle.BlockOn(async () => Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return await Kio.Spawn(async () => await Kio.Spawn(async () => 3));
        }));
        Assert.Equal(3, runtime.BlockOn(async () => await task));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_that_a_thread_spawns_wakes_a_runtime_that_sleeps(RuntimeKind kind) => Bounded.Run(() =>
    {
        using ManualResetEventSlim parked = new();
        using Runtime runtime = Runtimes.Builder(kind).OnThreadPark(_ => parked.Set()).Build();
        Signal done = new();
        Thread other = new(() =>
        {
            parked.Wait();
            runtime.Spawn(async () => done.Set(7));
        });
        other.Start();
        Assert.Equal(7, runtime.BlockOn(done.AsFuture()));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_is_spawned_under_a_guard_is_the_runtimes(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        JoinHandle<RuntimeHandle> task;
        JoinHandle<RuntimeHandle> closure;
        using (runtime.Enter())
        {
            task = Kio.Spawn(async () => RuntimeHandle.Current);
            closure = Kio.SpawnBlocking(() => RuntimeHandle.Current);
        }

        Assert.Same(runtime.Handle, runtime.BlockOn(task.AsFuture()));
        Assert.Same(runtime.Handle, runtime.BlockOn(closure.AsFuture()));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_closure_spawns_tasks_and_closures(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(1, await await Kio.SpawnBlocking(() => Kio.Spawn(async () => 1)));
        Assert.Equal(2, await await Kio.SpawnBlocking(() => Kio.SpawnBlocking(() => 2)));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_closure_waits_for_timers_and_sockets_as_threads_of_dotnet_do(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () =>
        {
            await Kio.SpawnBlocking(() => Kio.Sleep(TimeSpan.FromMilliseconds(1)).AsTask().GetAwaiter().GetResult());
            using TcpListener listener = TcpListener.Bind(s_any);
            JoinHandle client = Kio.SpawnBlocking(() =>
                TcpStream.ConnectAsync(listener.LocalEndPoint).AsTask().GetAwaiter().GetResult().Dispose());
            (await listener.AcceptAsync()).Dispose();
            await client;
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Messages_go_round_in_rings_of_bounded_channels(RuntimeKind kind) => Bounded.Run(() =>
    {
        const int Links = 50;
        const int Rings = 20;
        const int Rounds = 5;
        using Runtime runtime = Runtimes.Create(kind);
        List<JoinHandle> ends = [];
        List<MpscSender<int>> starts = [];
        for (int ring = 0; ring < Rings; ring++)
        {
            (MpscSender<int> start, MpscReceiver<int> last) = Mpsc.Create<int>(2);
            starts.Add(start);
            for (int link = 0; link < Links; link++)
            {
                MpscReceiver<int> before = last;
                (MpscSender<int> next, last) = Mpsc.Create<int>(2);
                runtime.Spawn(async () =>
                {
                    await foreach (int value in before)
                    {
                        await next.SendAsync(value + 1);
                    }
                });
            }

            ends.Add(runtime.Spawn(async () =>
            {
                for (int round = 1; round <= Rounds; round++)
                {
                    int? value = (await last.RecvAsync()).Value;
                    Assert.Equal(Links * round, value);
                    if (round < Rounds)
                    {
                        await start.SendAsync(value!.Value);
                    }
                }
            }));
        }

        runtime.BlockOn(async () =>
        {
            foreach (MpscSender<int> start in starts)
            {
                await start.SendAsync(0);
            }

            foreach (JoinHandle end in ends)
            {
                await end;
            }
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Tasks_that_each_spawn_the_next_hold_up_neither_BlockOn_nor_the_end(RuntimeKind kind) => Bounded.Run(() =>
    {
        int links = 0;
        Signal began = new();
        using (Runtime runtime = Runtimes.Create(kind))
        {
            runtime.Spawn(Link);
            runtime.BlockOn(began.AsFuture());
            Assert.Equal(1, runtime.BlockOn(async () => await Kio.Spawn(async () => 1)));
        }

        Assert.InRange(Volatile.Read(ref links), 100, int.MaxValue);

        async Future Link()
        {
            if (Interlocked.Increment(ref links) == 100)
            {
                began.Set();
            }

            Kio.Detach(Link);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Workers_serve_sockets_while_no_thread_is_in_BlockOn(RuntimeKind kind) => Bounded.Run(() =>
    {
        using CountdownEvent served = new(2);
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () => Kio.Detach(Serve));
        runtime.Spawn(Serve);
        served.Wait();

        async Future Serve()
        {
            using TcpListener listener = TcpListener.Bind(s_any);
            JoinHandle server = Kio.Spawn(async () =>
            {
                using TcpStream accepted = await listener.AcceptAsync();
                await accepted.WriteAllAsync("hello"u8.ToArray());
            });
            using TcpStream client = await TcpStream.ConnectAsync(listener.LocalEndPoint);
            byte[] buffer = new byte[16];
            int total = 0;
            while (await client.ReadAsync(buffer) is > 0 and int read)
            {
                total += read;
            }

            await server;
            if (total == 5)
            {
                served.Signal();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Runtimes_that_end_at_once_stop_each_thread_and_end_each_task(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int i = 0; i < 100; i++)
        {
            int started = 0;
            int stopped = 0;
            JoinHandle<int> task;
            using (Runtime runtime = Runtimes.Builder(kind)
                .OnThreadStart(_ => Interlocked.Increment(ref started))
                .OnThreadStop(_ => Interlocked.Increment(ref stopped))
                .Build())
            {
                task = runtime.Spawn(async () => await new Signal().AsFuture());
            }

            Assert.Equal(Volatile.Read(ref started), Volatile.Read(ref stopped));
            Assert.True(task.IsFinished);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Tasks_that_await_each_other_end_with_their_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        JoinHandle<int> first = default;
        JoinHandle<int> second = default;
        using (Runtime runtime = Runtimes.Create(kind))
        {
            runtime.BlockOn(async () =>
            {
                Event both = new();
                first = Kio.Spawn(async () =>
                {
                    await both.WaitAsync();
                    return await second;
                });
                second = Kio.Spawn(async () =>
                {
                    await both.WaitAsync();
                    return await first;
                });
                both.Set();
                await Expect.Until(() => first.Cell.Join.WaiterCount + second.Cell.Join.WaiterCount == 2);
            });
        }

        Assert.True(first.IsFinished);
        Assert.True(second.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void After_the_end_channels_and_yields_still_work_in_BlockOn(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        RuntimeHandle handle = runtime.Handle;
        runtime.Dispose();
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        (UnboundedMpscSender<int> unbounded, MpscReceiver<int> others) = Mpsc.CreateUnbounded<int>();
        handle.BlockOn(async () => await sender.SendAsync(42));
        unbounded.Send(43);
        Assert.Equal(42, handle.BlockOn(async () => (await receiver.RecvAsync()).Value));
        Assert.Equal(43, handle.BlockOn(async () => (await others.RecvAsync()).Value));
        handle.BlockOn(async () => await Kio.YieldNow());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_was_made_before_the_end_fails_when_it_is_awaited_after_it(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        RuntimeHandle handle = runtime.Handle;
        Future sleeping;
        Future<TcpStream> connecting;
        Sleep sleep;
        using (runtime.Enter())
        {
            sleeping = Kio.Sleep(TimeSpan.FromHours(1));
            connecting = TcpStream.ConnectAsync(s_any);
            sleep = new Sleep(TimeSpan.FromHours(1)); // One whose time is over would be ready.
        }

        runtime.Dispose();
        AssertGone(() => handle.BlockOn(sleeping));
        AssertGone(() => handle.BlockOn(async () => (await connecting).Dispose()));
        AssertGone(() => handle.BlockOn(async () => await sleep.WaitAsync()));

        static void AssertGone(Action action) =>
            Assert.Contains("shut down", Assert.Throws<RuntimeShutdownException>(action).Message, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_closure_that_never_ends_delays_ShutdownTimeout_by_its_time_only(RuntimeKind kind) => Bounded.Run(() =>
    {
        foreach (TimeSpan limit in (TimeSpan[])[TimeSpan.FromMilliseconds(20), TimeSpan.Zero])
        {
            using ManualResetEventSlim release = new();
            Runtime runtime = Runtimes.Create(kind);
            Signal began = new();
            JoinHandle closure = runtime.SpawnBlocking(() =>
            {
                began.Set();
                release.Wait();
            });
            runtime.BlockOn(began.AsFuture());
            Straggler straggler = Assert.Single(runtime.ShutdownTimeout(limit).Stragglers);
            Assert.Equal(closure.Id, straggler.Task.Id);
            Assert.False(closure.IsFinished);
            release.Set();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Another_runtime_may_be_shut_down_without_waiting_inside_BlockOn(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime outer = Runtimes.Create(RuntimeKind.TwoWorkers);
        outer.BlockOn(async () =>
        {
            Runtimes.Create(kind).ShutdownTimeout(TimeSpan.Zero);
            Runtimes.Create(kind).ShutdownBackground();
            await Kio.YieldNow();
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Receiving_what_is_there_spends_the_budget(RuntimeKind kind) => Bounded.Run(() =>
    {
        const int Messages = 1000;
        using Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            long before = runtime.Metrics.BudgetForcedYieldCount;
            Assert.Equal(Messages, await Receive(Filled()));
            Assert.Equal(before + (Messages / 128), runtime.Metrics.BudgetForcedYieldCount);
            Assert.Equal(Messages, await Receive(Filled()).Unconstrained());
            Assert.InRange(runtime.Metrics.BudgetForcedYieldCount, before + (Messages / 128), before + (Messages / 128) + 1);
        });

        static MpscReceiver<int> Filled()
        {
            (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
            using (sender)
            {
                for (int i = 0; i < Messages; i++)
                {
                    sender.Send(i);
                }
            }

            return receiver;
        }

        static async Future<int> Receive(MpscReceiver<int> receiver)
        {
            int count = 0;
            while ((await receiver.RecvAsync()).HasValue)
            {
                count++;
            }

            return count;
        }
    });
}
