using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;

namespace Kioto.Tests;

public sealed class JoinTests
{
    private readonly ConcurrentQueue<Exception> _reports = [];

    public static TheoryData<int> Counts => [2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Results_come_in_the_order_of_the_arms(int count) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        int[] expected = [.. Enumerable.Range(0, count)];
        Assert.Equal(expected, await Arity.Join([.. expected.Select(Future.FromResult)]));
        Assert.Equal(expected, await Arity.Join([.. expected.Select(i => After(count - i, i))]));
        Assert.Equal(expected, await Arity.TryJoin([.. expected.Select(Future.FromResult)]));
        Assert.Equal(expected, await Arity.TryJoin([.. expected.Select(i => After(count - i, i))]));
        Assert.Equal(expected, await Arity.JoinArms([.. expected.Select(i => (IArm<int>)After(count - i, i))]));
        Assert.Equal(expected, await Kio.Join(expected.Select(i => After(i, i))));
        Assert.Equal(expected, await Kio.TryJoin(expected.Select(i => After(i, i))));
    });

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8, 0)]
    [InlineData(8, 1)]
    [InlineData(8, 2)]
    [InlineData(8, 3)]
    [InlineData(8, 4)]
    [InlineData(8, 5)]
    [InlineData(8, 6)]
    [InlineData(8, 7)]
    public void It_ends_with_the_last_arm_in_every_order(int count, int? first = null) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        foreach (int[] order in Orders.Of(count).Where(order => first is null || order[0] == first))
        {
            foreach (Func<Future<int>[], Future<int[]>> join in (Func<Future<int>[], Future<int[]>>[])[Arity.Join, Arity.TryJoin])
            {
                Signal[] signals = [.. order.Select(_ => new Signal())];
                JoinHandle<int[]> joined = Kio.Spawn(join([.. signals.Select(s => s.AsFuture())]));
                foreach (int next in order)
                {
                    await Settle.Rounds(count > 5 ? 1 : 4); // There are 40,320 orders of eight.
                    Assert.False(joined.IsFinished);
                    signals[next].Set(next);
                }

                Assert.Equal(Enumerable.Range(0, count), await joined);
            }
        }
    });

    [Fact]
    public void Arms_without_results_join_too() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        int ended = 0;
        await Kio.Join();
        await Kio.TryJoin();
        await Kio.Join(Count());
        await Kio.Join(Count(), Count());
        await Kio.Join(Enumerable.Range(0, 40).Select(_ => Count()));
        await Kio.TryJoin(Count(), Count(), Count());
        await Kio.TryJoin(new List<Future> { Count(), Count() });
        (int five, Unit unit) = await Kio.Join((IArm<int>)Future.FromResult(5), Count());
        Assert.Equal("5 Value", $"{five} {unit}");
        Assert.Equal(49, ended);
        Assert.Empty(await Kio.Join(new List<Future<int>>()));

        async Future Count()
        {
            await Kio.YieldNow();
            ended++;
        }
    });

    [Fact]
    public void Handles_join() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        JoinHandle<int> one = Kio.Spawn(After(3, 1));
        JoinHandle<string> two = Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return "two";
        });
        Assert.Equal((1, "two"), await Kio.Join(one, two));
    });

    [Fact]
    public void Each_turn_begins_with_another_arm() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        List<int> polls = [];
        await Kio.Join(Arm(1), Arm(2), Arm(3));
        Assert.Equal([1, 2, 3, 2, 3, 1, 3, 1, 2, 1, 2, 3], polls);
        polls.Clear();
        await Kio.TryJoin(Arm(1), Arm(2), Arm(3));
        Assert.Equal([1, 2, 3, 2, 3, 1, 3, 1, 2, 1, 2, 3], polls);

        async Future Arm(int number)
        {
            for (int i = 0; i < 4; i++)
            {
                polls.Add(number);
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_arm_that_is_always_ready_starves_no_other(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool ended = false;
        int turns = 0;
        await Kio.Join(Greedy(), Modest());
        Assert.InRange(turns, 1, 5 * 1000);
        ended = false;
        turns = 0;
        await Kio.TryJoin(Greedy(), Modest());
        Assert.InRange(turns, 1, 5 * 1000);

        async Future Greedy()
        {
            while (!ended)
            {
                await Kioto.Tests.Poll.Of((ref PollContext _) => Poll<int>.Ready(0));
                turns++;
            }
        }

        async Future Modest()
        {
            for (int i = 0; i < 5; i++)
            {
                await Kioto.Tests.Poll.Of((ref PollContext _) => Poll<int>.Ready(0));
                await Kio.YieldNow();
            }

            ended = true;
        }
    });

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_first_failure_is_thrown_when_all_have_ended_and_the_others_are_reported(int count) =>
        Settle.Run(_reports, async () =>
        {
            foreach (int[] order in Orders.Of(count))
            {
                _reports.Clear();
                Signal[] signals = [.. order.Select(_ => new Signal())];
                JoinHandle<int[]> joined = Kio.Spawn(Arity.Join([.. signals.Select((s, i) => Fail(s, i))]));
                foreach (int next in order)
                {
                    await Settle.Rounds();
                    Assert.False(joined.IsFinished);
                    signals[next].Set();
                }

                BoomException thrown = await Expect.Throws<BoomException>(async () => await joined);
                Assert.Equal(order[0], thrown.Number);
                Assert.Equal(order[1..], _reports.Select(r => ((BoomException)r).Number));
            }

            static async Future<int> Fail(Signal signal, int number)
            {
                await signal.AsFuture();
                throw new BoomException(number);
            }
        });

    [Theory]
    [MemberData(nameof(Counts))]
    public void TryJoin_cancels_the_others_at_the_first_failure_and_waits_for_their_cleanup(int count) =>
        Settle.Run(_reports, async () =>
        {
            for (int failing = 0; failing < count; failing++)
            {
                int cleaned = 0;
                Signal gate = new();
                Signal failure = new();
                JoinHandle<int[]> joined = Kio.Spawn(Arity.TryJoin(
                    [.. Enumerable.Range(0, count).Select(i => i == failing ? Fail() : Clean())]));
                await Settle.Rounds();
                failure.Set();
                await Settle.Rounds();
                Assert.False(joined.IsFinished);
                gate.Set();
                BoomException thrown = await Expect.Throws<BoomException>(async () => await joined);
                Assert.Equal(7, thrown.Number);
                Assert.Equal(count - 1, cleaned);

                async Future<int> Fail()
                {
                    await failure.AsFuture();
                    throw new BoomException(7);
                }

                async Future<int> Clean()
                {
                    try
                    {
                        return await new Signal().AsFuture();
                    }
                    finally
                    {
                        await Expect.Until(() => gate.IsSet);
                        cleaned++;
                    }
                }
            }

            Assert.Empty(_reports);
        });

    [Fact]
    public void TryJoin_lets_go_what_it_has_not_polled() => Settle.Run(_reports, async () =>
    {
        bool ran = false;
        await Expect.Throws<BoomException>(async () => await Kio.TryJoin(FailAtOnce(), Run()));
        Assert.False(ran);

        static async Future<int> FailAtOnce()
        {
            await Future.Completed;
            throw new BoomException();
        }

        async Future<int> Run()
        {
            ran = true;
            await Future.Completed;
            return 0;
        }
    });

    [Fact]
    public void Failures_in_the_cleanup_after_the_first_failure_are_reported() => Settle.Run(_reports, async () =>
    {
        BoomException thrown = await Expect.Throws<BoomException>(async () =>
            await Kio.TryJoin(Settle.Fails(2, new BoomException(1)), FailInCleanup(), FailInCleanup()));
        Assert.Equal(1, thrown.Number);
        Assert.Equal([2, 2], _reports.Select(r => ((BoomException)r).Number));

        static async Future<int> FailInCleanup()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                await Kio.YieldNow();
                Settle.Throw(new BoomException(2));
            }
        }
    });

    [Fact]
    public void A_future_that_was_used_already_is_a_failure_of_its_arm() => Settle.Run(_reports, async () =>
    {
        Future<int> twice = After(1, 1);
        await Expect.Throws<InvalidOperationException>(async () => await Kio.Join(twice, twice));
        Future<(int, int)> joined = Kio.Join(After(1, 1), After(1, 2));
        Assert.Equal((1, 2), await joined);
        await Expect.Throws<InvalidOperationException>(async () => await joined);
        await Expect.Throws<InvalidOperationException>(async () => await Kio.Join(After(1, 1).When(false), After(1, 2)));
        await Expect.Throws<InvalidOperationException>(async () => await After(1, 1).When(false));
    });

    [Fact]
    public void Nothing_runs_before_it_is_awaited() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Signal signal = new();
#pragma warning disable KIO0001 // That is the point.
        _ = Kio.Join(signal.AsFuture(), signal.AsFuture());
        _ = Kio.Select(signal.AsFuture(), signal.AsFuture());
#pragma warning restore KIO0001
        await Settle.Rounds();
        Assert.Equal(0, signal.Polls);
    });

    [Fact]
    public void A_task_based_method_may_await_a_join() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        Signal one = new();
        Signal two = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await Helper());
        await Settle.Rounds(20);
        two.Set(2);
        await Settle.Rounds(20);
        one.Set(1);
        Assert.Equal(12, await handle);

        async System.Threading.Tasks.Task<int> Helper()
        {
            (int a, int b) = await Kio.Join(one.AsFuture(), two.AsFuture());
            return (a * 10) + b;
        }
    });

    internal static async Future<int> After(int yields, int value)
    {
        await Settle.Rounds(yields);
        return value;
    }
}
