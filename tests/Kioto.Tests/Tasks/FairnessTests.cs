using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Tests;

public sealed class FairnessTests
{
    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    [InlineData(RuntimeKind.PerCore)] // They stay on the worker of who spawned them.
    public void Two_tasks_that_yield_alternate(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> order = [];
        JoinHandle first = Kio.Spawn(() => Turns(order, 1));
        JoinHandle second = Kio.Spawn(() => Turns(order, 2));
        await first;
        await second;
        int longest = 1;
        int run = 1;
        for (int i = 1; i < order.Count; i++)
        {
            run = order[i] == order[i - 1] ? run + 1 : 1;
            longest = int.Max(longest, run);
        }

        // The start and the end may differ by a turn or two; in between nobody takes two turns in a row.
        Assert.InRange(longest, 1, 3);

        static async Future Turns(List<int> order, int id)
        {
            for (int i = 0; i < 200; i++)
            {
                order.Add(id);
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    [InlineData(RuntimeKind.PerCore)] // They stay on the worker of who spawned them.
    public void Two_tasks_that_wake_each_other_do_not_starve_a_third(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool stop = false;
        int rounds = 0;
        PingPong ping = new();
        JoinHandle left = Kio.Spawn(() => Play(0));
        JoinHandle right = Kio.Spawn(() => Play(1));
        int before = 0;
        for (int i = 0; i < 100; i++)
        {
            await Kio.YieldNow();
            int now = rounds;
            Assert.InRange(now - before, 0, 200);
            before = now;
        }

        stop = true;
        left.Abort();
        right.Abort();
        await left.JoinAsync();
        await right.JoinAsync();

        async Future Play(int side)
        {
            while (!stop)
            {
                await ping.Turn(side);
                rounds++;
                ping.Pass(side);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_loop_over_ready_leaves_lets_others_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal ready = new();
        ready.Set();
        await LetsOthersRun(async () => await ready.AsFuture());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_loop_over_finished_handles_lets_others_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle<int> finished = Kio.Spawn(Future.FromResult(1));
        await finished;
        await LetsOthersRun(async () => await finished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_loop_over_the_results_of_finished_handles_lets_others_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle<int> finished = Kio.Spawn(Future.FromResult(1));
        await finished;
        await LetsOthersRun(async () => await finished.JoinAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_loop_over_sleeps_of_zero_lets_others_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
        await LetsOthersRun(async () => await Kio.Sleep(TimeSpan.Zero)));

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Tasks_from_outside_run_while_a_worker_is_busy(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        bool stop = false;
        JoinHandle busy = runtime.Spawn(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await Kio.YieldNow();
            }
        });
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(i, runtime.BlockOn(runtime.Spawn(Future.FromResult(i)).AsFuture()));
        }

        Volatile.Write(ref stop, true);
        runtime.BlockOn(busy.AsFuture());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void More_tasks_than_the_ring_holds_all_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int[] turns = new int[2000];
        List<JoinHandle> handles = [];
        for (int i = 0; i < turns.Length; i++)
        {
            int id = i;
            handles.Add(Kio.Spawn(async () =>
            {
                for (int turn = 0; turn < 5; turn++)
                {
                    turns[id]++;
                    await Kio.YieldNow();
                }
            }));
        }

        foreach (JoinHandle handle in handles)
        {
            await handle;
        }

        Assert.All(turns, turn => Assert.Equal(5, turn));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Pairs_that_wake_each_other_on_every_worker_do_not_starve_another_task(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool stop = false;
        List<JoinHandle> players = [];
        for (int i = 0; i < RuntimeHandle.Current.WorkerThreads; i++)
        {
            PingPong ping = new();
            players.Add(Kio.Spawn(() => Play(ping, 0)));
            players.Add(Kio.Spawn(() => Play(ping, 1)));
        }

        await Yield(100);
        Volatile.Write(ref stop, true);
        foreach (JoinHandle player in players)
        {
            player.Abort();
            await player.JoinAsync();
        }

        async Future Play(PingPong ping, int side)
        {
            while (!Volatile.Read(ref stop))
            {
                await ping.Turn(side);
                ping.Pass(side);
            }
        }
    });

    // A task on each worker spins over something that is always ready; without a budget no other would ever run.
    private static async Future LetsOthersRun(Func<Future> step)
    {
        bool stop = false;
        List<JoinHandle> spinners = [];
        for (int i = 0; i < RuntimeHandle.Current.WorkerThreads; i++)
        {
            spinners.Add(Kio.Spawn(async () =>
            {
                while (!Volatile.Read(ref stop))
                {
                    await step();
                }
            }));
        }

        await Yield(10);
        Volatile.Write(ref stop, true);
        foreach (JoinHandle spinner in spinners)
        {
            await spinner;
        }
    }

    // Who is starved does not come back: the others go on until it does.
    private static async Future Yield(int yields)
    {
        for (int i = 0; i < yields; i++)
        {
            await Kio.YieldNow();
        }
    }

    private sealed class PingPong
    {
        private readonly Signal[] _turns = [new(), new()];

        internal PingPong() => _turns[0].Set();

        internal Future<int> Turn(int side) => _turns[side].AsFuture();

        internal void Pass(int side)
        {
            _turns[side] = new Signal();
            _turns[1 - side].Set();
        }
    }
}
