using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

public sealed class SelectTests
{
    private readonly ConcurrentQueue<Exception> _reports = [];

    [Theory]
    [MemberData(nameof(JoinTests.Counts), MemberType = typeof(JoinTests))]
    public void Every_arm_can_win(int count) => Settle.Run(_reports, async () =>
    {
        for (int winner = 0; winner < count; winner++)
        {
            foreach (bool biased in (bool[])[false, true])
            {
                Signal[] signals = [.. Enumerable.Range(0, count).Select(_ => new Signal())];
                JoinHandle<(int, int)> selected =
                    Kio.Spawn(Arity.Select([.. signals.Select(s => s.AsFuture())], biased));
                await Settle.Rounds();
                Assert.False(selected.IsFinished);
                signals[winner].Set(100 + winner);
                Assert.Equal((winner, 100 + winner), await selected);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_receive_that_loses_takes_no_value(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        const int Values = 500;
        (MpscSender<int> leftSender, MpscReceiver<int> left) = Mpsc.Create<int>(4);
        (MpscSender<int> rightSender, MpscReceiver<int> right) = Mpsc.Create<int>(4);
        JoinHandle[] sending = [Kio.Spawn(() => Send(leftSender)), Kio.Spawn(() => Send(rightSender))];
        int lefts = 0;
        int rights = 0;
        while (lefts + rights < 2 * Values)
        {
            var selected = await Kio.Select(left.RecvAsync(), right.RecvAsync());
            if (selected.Index == 0)
            {
                Assert.Equal(lefts++, selected.First.Value);
            }
            else
            {
                Assert.Equal(rights++, selected.Second.Value);
            }
        }

        Assert.Equal(Values, lefts);
        foreach (JoinHandle sender in sending)
        {
            await sender;
        }

        static async Future Send(MpscSender<int> sender)
        {
            for (int i = 0; i < Values; i++)
            {
                await sender.SendAsync(i);
            }
        }
    });

    [Fact]
    public void All_kinds_of_arms_mix() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        JoinHandle<int> never = Kio.Spawn(async () => await new Signal().AsFuture());
        JoinHandle forever = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        await using Pinned<int> pinned = Kio.Pin(new Signal().AsFuture());
        await using Pinned<Unit> pinnedVoid = Kio.Pin(Kio.Sleep(Timeout.InfiniteTimeSpan));

        Assert.Equal(1, (await Kio.Select(never, Kio.Sleep(TimeSpan.Zero))).Index);
        Assert.Equal(1, (await Kio.Select(forever, Future.FromResult(1))).Index);
        Assert.Equal(1, (await Kio.Select(pinned, Kio.YieldNow())).Index);
        Assert.Equal(1, (await Kio.Select(pinned, Future.FromResult(1))).Index);
        Assert.Equal(0, (await Kio.Select(Kio.YieldNow(), pinned)).Index);
        Assert.Equal(0, (await Kio.Select(Future.FromResult("x"), pinned)).Index);
        Assert.Equal(0, (await Kio.SelectBiased(Kio.Sleep(TimeSpan.Zero), Future.Completed)).Index);
        Assert.Equal("x", (await Kio.Select(Never(), Future.FromResult("x"), Never())).Second);
        Assert.Equal(2, (await Kio.Select(pinned, forever, Kio.YieldNow())).Index);
        Assert.Equal(3, (await Kio.Select(pinned, never, forever, pinnedVoid.When(false), Kio.YieldNow())).Index - 1);
        never.Abort();
        forever.Abort();

        static Future Never() => Kio.Sleep(Timeout.InfiniteTimeSpan);
    });

    [Fact]
    public void It_reads_well_in_a_switch() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        JoinHandle<int> heavy = Kio.SpawnBlocking(() => 42);
        int answer = await Kio.Select(heavy, Kio.Sleep(TimeSpan.FromMinutes(5))) switch
        {
            { Index: 0, First: int result } => result,
            { Index: 1 } => throw new TimeoutException(),
            _ => throw new InvalidOperationException(),
        };
        Assert.Equal(42, answer);
    });

    [Fact]
    public void The_result_of_another_arm_throws() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Selected<int, string> first = await Kio.SelectBiased(Future.FromResult(1), Future.FromResult("2"));
        Assert.Equal("First(1)", first.ToString());
        Assert.Equal("Arm 0 won this Select: there is no result of arm 1. Test Index first: case { Index: 1 }.",
            Assert.Throws<InvalidOperationException>(() => first.Second).Message);
    });

    [Fact]
    public void Biased_polls_in_order_and_the_others_never_run() => Settle.Run(_reports, async () =>
    {
        int ran = 0;
        Signal never = new();
        for (int i = 0; i < 50; i++)
        {
            Selected<int, int, int> selected = await Kio.SelectBiased(never.AsFuture(), Future.FromResult(2), Run());
            Assert.Equal(1, selected.Index);
        }

        Assert.Equal(0, ran);
        Assert.Equal(50, never.Polls);

        async Future<int> Run()
        {
            ran++;
            await Future.Completed;
            return 3;
        }
    });

    [Fact]
    public void The_first_arm_is_random() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        int[] wins = new int[8];
        for (int i = 0; i < 4000; i++)
        {
            (int index, int value) = await Arity.Select([.. Enumerable.Range(0, 8).Select(Future.FromResult)]);
            Assert.Equal(index, value);
            wins[index]++;
        }

        // 500 each; the odds against leaving this range are astronomic.
        Assert.All(wins, w => Assert.InRange(w, 300, 700));
    });

    [Fact]
    public void Only_one_arm_runs_when_the_first_is_ready() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        for (int i = 0; i < 100; i++)
        {
            int ran = 0;
            await Kio.Select(Run(), Run(), Run());
            Assert.Equal(1, ran);

            async Future<int> Run()
            {
                ran++;
                await Future.Completed;
                return 1;
            }
        }
    });

    [Fact]
    public void A_disabled_arm_is_neither_polled_nor_spent() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        int ran = 0;
        Future<int> one = Run();
        Future<int> two = Run();
        Assert.Equal(1, (await Kio.Select(one.When(false), two.When(true))).Index);
        Assert.Equal(1, ran);
#pragma warning disable KIO0004 // Switched off, they are not spent.
        Assert.Equal(7, await one);
        await Expect.Throws<InvalidOperationException>(async () => await two);

        Future sleep = Kio.Sleep(TimeSpan.Zero);
        Assert.Equal(0, (await Kio.Select(Future.FromResult(1), sleep.When(false))).Index);
        await sleep;
#pragma warning restore KIO0004

        async Future<int> Run()
        {
            ran++;
            await Kio.YieldNow();
            return 7;
        }
    });

    [Theory]
    [MemberData(nameof(JoinTests.Counts), MemberType = typeof(JoinTests))]
    public void Every_choice_of_disabled_arms_works_and_none_enabled_throws(int count) => Settle.Run(_reports, async () =>
    {
        for (int mask = 0; mask < 1 << count; mask++)
        {
            Future<int>[] arms = [.. Enumerable.Range(0, count).Select(i => JoinTests.After(1, i).When((mask & (1 << i)) != 0))];
            if (mask == 0)
            {
                InvalidOperationException thrown =
                    await Expect.Throws<InvalidOperationException>(async () => await Arity.Select(arms));
                Assert.Contains("When(false)", thrown.Message, StringComparison.Ordinal);
                continue;
            }

            (int index, int value) = await Arity.Select(arms);
            Assert.Equal(index, value);
            Assert.NotEqual(0, mask & (1 << index));
        }
    });

    [Fact]
    public void A_failure_of_the_winner_is_thrown_at_the_await() => Settle.Run(_reports, async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            BoomException thrown = await Expect.Throws<BoomException>(async () =>
                await Kio.Select(new Signal().AsFuture(), Settle.Fails(i % 3, new BoomException(i)), Kio.Sleep(TimeSpan.FromHours(1))));
            Assert.Equal(i, thrown.Number);
        }

        Assert.Empty(_reports);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_losers_cleanup_has_ended_before_it_returns(RuntimeKind kind) => Settle.Run(kind, _reports, async () =>
    {
        for (int i = 0; i < 50; i++)
        {
            List<string> log = [];
            Selected<int, int, int> selected = await Kio.Select(JoinTests.After(3, 1), Clean("a"), Clean("b"));
            Assert.Equal(0, selected.Index);
            Assert.Equal(["a", "b"], log.Order());

            async Future<int> Clean(string name)
            {
                try
                {
                    return await new Signal().AsFuture();
                }
                finally
                {
                    await Kio.YieldNow();
                    await Kio.Sleep(TimeSpan.FromTicks(100));
                    lock (log)
                    {
                        log.Add(name);
                    }
                }
            }
        }

        Assert.Empty(_reports);
    });

    [Fact]
    public void A_loser_that_fails_in_its_cleanup_is_reported() => Settle.Run(_reports, async () =>
    {
        Assert.Equal(0, (await Kio.Select(JoinTests.After(3, 1), FailInCleanup())).Index);
        Assert.IsType<BoomException>(Assert.Single(_reports));

        static async Future<int> FailInCleanup()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                Settle.Throw(new BoomException());
            }
        }
    });

    [Fact]
    public void A_loser_that_swallows_its_cancellation_is_waited_for() => Settle.Run(_reports, async () =>
    {
        bool ended = false;
        Assert.Equal(0, (await Kio.Select(JoinTests.After(3, 1), Swallow())).Index);
        Assert.True(ended);
        Assert.Empty(_reports);

        async Future<int> Swallow()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            catch (OperationCanceledException)
            {
                await Settle.Rounds();
                ended = true;
                return 2;
            }
        }
    });

    [Fact]
    public void Losers_that_are_leaves_are_withdrawn_without_an_exception() => Bounded.Run(() =>
    {
        // Everything runs on this thread, whose exceptions are counted.
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Thread polling = Thread.CurrentThread;
        int thrown = 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            runtime.BlockOn(async () =>
            {
                for (int i = 0; i < 10; i++)
                {
                    await Kio.Select(Kio.YieldNow(), Kio.Sleep(TimeSpan.FromHours(1)), new Signal().AsFuture());
                    await Kio.Select(Kio.YieldNow(), Kio.YieldNow());
                }
            });
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        Assert.Equal(0, thrown);

        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e) =>
            thrown += Thread.CurrentThread == polling ? 1 : 0;
    });

    [Fact]
    public void It_yields_when_the_budget_is_spent() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        bool other = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await Future.Completed;
            other = true;
        });
        int turns = 0;
        while (!other)
        {
            await Kio.SelectBiased(JoinTests.After(0, 1), JoinTests.After(0, 2));
            turns++;
        }

        Assert.InRange(turns, 100, 130);
        await handle;
    });

    [Fact]
    public void Streams_of_two_signals_are_drained() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        // join_with_select of Tokio: both results are needed, in whatever order they come.
        Signal one = new();
        Signal two = new();
        JoinHandle<(int, int)> both = Kio.Spawn(async () =>
        {
            await using Pinned<int> first = Kio.Pin(one.AsFuture());
            await using Pinned<int> second = Kio.Pin(two.AsFuture());
            int? a = null;
            int? b = null;
            while (a is null || b is null)
            {
                switch (await Kio.Select(first.When(a is null), second.When(b is null)))
                {
                    case { Index: 0, First: int value }:
                        a = value;
                        break;
                    case { Second: int value }:
                        b = value;
                        break;
                }
            }

            return (a.Value, b.Value);
        });
        await Settle.Rounds(10);
        one.Set(123);
        await Settle.Rounds(10);
        two.Set(456);
        Assert.Equal((123, 456), await both);
    });

    [Fact]
    public void A_biased_loop_takes_what_is_ready_until_every_arm_is_done() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        await using Pinned<int> one = Kio.Pin(JoinTests.After(0, 1));
        await using Pinned<int> two = Kio.Pin(JoinTests.After(1, 2));
        await using Pinned<int> three = Kio.Pin(JoinTests.After(1, 3));
        List<int> order = [];
        while (!one.IsCompleted || !two.IsCompleted || !three.IsCompleted)
        {
            Selected<int, int, int> selected = await Kio.SelectBiased(
                two.When(!two.IsCompleted), three.When(!three.IsCompleted), one.When(!one.IsCompleted));
            order.Add(selected switch { { Index: 0, First: int v } => v, { Index: 1, Second: int v } => v, { Third: int v } => v });
        }

        // The first turn suspends the others, which are ready at the next.
        Assert.Equal([1, 2, 3], order);
    });

    [Fact]
    public void Selects_nest() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Signal[] signals = [.. Enumerable.Range(0, 4).Select(_ => new Signal())];
        for (int winner = 0; winner < 4; winner++)
        {
            JoinHandle<int> handle = Kio.Spawn(async () =>
            {
                signals = [.. Enumerable.Range(0, 4).Select(_ => new Signal())];
                return await Kio.Select(Pair(0), Pair(2)) switch
                {
                    { Index: 0, First: int value } => value,
                    { Second: int value } => value,
                };
            });
            await Settle.Rounds();
            signals[winner].Set(winner);
            Assert.Equal(winner, await handle);
        }

        async Future<int> Pair(int first) => await Kio.Select(signals[first].AsFuture(), signals[first + 1].AsFuture()) switch
        {
            { Index: 0, First: int value } => value,
            { Second: int value } => value,
        };
    });
}
