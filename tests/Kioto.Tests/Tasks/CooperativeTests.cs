using System;
using Kioto.Sync;

namespace Kioto.Tests;

public sealed class CooperativeTests
{
    [Fact]
    public void Outside_a_task_there_is_always_budget() => Bounded.Run(() =>
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(Kio.HasBudgetRemaining);
            Assert.True(Kio.ConsumeBudgetAsync().GetAwaiter().IsCompleted);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_turn_has_128_units(RuntimeKind kind) => Untimed(kind, async () =>
    {
        await Kio.YieldNow(); // Whose end is the turn's first unit.
        int units = 0;
        while (Kio.HasBudgetRemaining)
        {
            Future taken = Kio.ConsumeBudgetAsync();
            units++;
            await taken;
        }

        Assert.Equal(127, units);
        await Kio.ConsumeBudgetAsync();
        Assert.True(Kio.HasBudgetRemaining);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_loop_that_consumes_budget_lets_others_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool stop = false;
        JoinHandle loop = Kio.Spawn(async () =>
        {
            while (!stop)
            {
                await Kio.ConsumeBudgetAsync();
            }
        });
        for (int i = 0; i < 20; i++)
        {
            await Kio.YieldNow();
        }

        stop = true;
        await loop;
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_loop_that_consumes_budget_can_be_aborted(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle loop = Kio.Spawn(async () =>
        {
            while (true)
            {
                await Kio.ConsumeBudgetAsync();
            }
        });
        await Kio.YieldNow();
        loop.Abort();
        Assert.True((await loop.JoinAsync()).IsAborted);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_unconstrained_future_is_never_made_to_yield(RuntimeKind kind) => Untimed(kind, async () =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        for (int i = 0; i < 2000; i++)
        {
            sender.Send(i);
        }

        int turns = 0;
        Future Reading() => Read();
        await Kio.SelectBiased(Reading().Unconstrained(), Never());
        Assert.Equal(0, turns);

        for (int i = 0; i < 2000; i++)
        {
            sender.Send(i);
        }

        await Kio.SelectBiased(Reading(), Never());
        Assert.NotEqual(0, turns);

        async Future Read()
        {
            for (int i = 0; i < 2000; i++)
            {
                await receiver.RecvAsync();
            }
        }

        // Polled whenever the reader suspends, and at the first poll not at all.
        async Future Never()
        {
            while (true)
            {
                turns++;
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Unconstrained_costs_one_unit_and_works_without_any(RuntimeKind kind) => Untimed(kind, async () =>
    {
        await Kio.YieldNow();
        await Many().Unconstrained();
        int left = 0;
        while (Kio.HasBudgetRemaining)
        {
            await Kio.ConsumeBudgetAsync();
            left++;
        }

        Assert.Equal(126, left);
        Assert.Equal(7, await Ready(7).Unconstrained());
        Assert.False(Kio.HasBudgetRemaining); // It did not suspend.

        static async Future Many()
        {
            for (int i = 0; i < 1000; i++)
            {
                Assert.True(Kio.HasBudgetRemaining);
                await Kio.ConsumeBudgetAsync();
            }
        }

        static async Future<int> Ready(int value) => value;
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Unconstrained_gives_results_failures_and_cancellations(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(3, await Slowly(3).Unconstrained());
        await Expect.Throws<FormatException>(async () => await Failing().Unconstrained());
        bool begun = false;
        bool cleaned = false;
        JoinHandle aborted = Kio.Spawn(async () => await Waiting().Unconstrained());
        await Expect.Until(() => System.Threading.Volatile.Read(ref begun));
        aborted.Abort();
        Assert.True((await aborted.JoinAsync()).IsAborted);
        Assert.True(cleaned);
        Assert.Equal(1, await Future.FromResult(1).Unconstrained());

        static async Future<int> Slowly(int value)
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            return value;
        }

        static async Future Failing()
        {
            await Kio.YieldNow();
            throw new FormatException();
        }

        async Future Waiting()
        {
            try
            {
                System.Threading.Volatile.Write(ref begun, true);
                await Kio.Sleep(System.Threading.Timeout.InfiniteTimeSpan);
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        }
    });

    [Fact]
    public void Tasks_in_the_LIFO_slot_share_the_budget_of_the_first() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1).Build();
        runtime.RunTask(async () =>
        {
            Event gate = new();
            bool had = true;
            int used = 0;
            JoinHandle woken = Kio.Spawn(async () =>
            {
                await gate.WaitAsync();
                while (Kio.HasBudgetRemaining)
                {
                    await Kio.ConsumeBudgetAsync();
                    used++;
                }

                had = Kio.HasBudgetRemaining;
            });
            await Kio.YieldNow();
            await Kio.YieldNow();
            for (int i = 0; i < 100; i++)
            {
                await Kio.ConsumeBudgetAsync();
            }

            gate.Set();
            await woken;
            Assert.False(had);
            Assert.InRange(used, 10, 30); // 128, less what the waker used.
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_operation_that_has_to_wait_gives_its_unit_back(RuntimeKind kind) => Untimed(kind, async () =>
    {
        await Kio.YieldNow();
        Signal never = new();

        // The arm is polled and pending; the other one is ready.
        await Kio.SelectBiased(never.AsFuture(), Future.FromResult(1));
        int left = 0;
        while (Kio.HasBudgetRemaining)
        {
            await Kio.ConsumeBudgetAsync();
            left++;
        }

        Assert.Equal(126, left); // One for the yield, one for the Select.
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Blocking_closures_have_no_budget(RuntimeKind kind) => Runtimes.Run(kind, async () =>
        Assert.True(await Kio.SpawnBlocking(() =>
        {
            bool always = true;
            for (int i = 0; i < 1000; i++)
            {
                always &= Kio.HasBudgetRemaining && Kio.ConsumeBudgetAsync().GetAwaiter().IsCompleted;
            }

            return always;
        })));

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_timeout_ends_a_future_that_eats_every_budget(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await Expect.Throws<TimeoutException>(async () => await Eat().Timeout(TimeSpan.FromMilliseconds(5)));

        static async Future Eat()
        {
            while (true)
            {
                await Kio.ConsumeBudgetAsync();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_Select_without_budget_suspends_before_it_polls(RuntimeKind kind) => Untimed(kind, async () =>
    {
        await Kio.YieldNow();
        while (Kio.HasBudgetRemaining)
        {
            await Kio.ConsumeBudgetAsync();
        }

        bool hadBudget = false;
        await Kio.Select(Look(), Look());
        Assert.True(hadBudget);

        async Future Look() => hadBudget = Kio.HasBudgetRemaining;
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_arms_of_a_Join_take_turns_at_the_budget(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int first = 0;
        int second = 0;
        await Kio.Join(Eat(0), Eat(1));

        async Future Eat(int which)
        {
            while (first < 1000 && second < 1000)
            {
                await Kio.ConsumeBudgetAsync();
                _ = which == 0 ? first++ : second++;
            }
        }

        Assert.True(int.Min(first, second) > 300, $"{first} and {second}");
    });

    // Where units are counted: a poll that the machine holds up must not lose them to the time guard.
    private static void Untimed(RuntimeKind kind, Func<Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).TimeSlice(TimeSpan.Zero).Build();
        runtime.RunTask(body);
    });
}
