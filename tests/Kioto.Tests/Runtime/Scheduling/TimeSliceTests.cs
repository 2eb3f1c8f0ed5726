using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>
/// The time guard: a poll that lasts longer than a slice finds its budget spent. What should happen is waited for; what
/// should not is given several slices of real time.
/// </summary>
[Collection(SerialCollection.Name)]
public sealed class TimeSliceTests
{
    private static readonly TimeSpan s_severalSlices = TimeSpan.FromMilliseconds(60);

    public static TheoryData<RuntimeKind> OnOneThread => [RuntimeKind.CurrentThread, RuntimeKind.OneWorker, RuntimeKind.PerCore];

    public static TheoryData<TimeSpan> Off => [TimeSpan.Zero, Timeout.InfiniteTimeSpan];

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_that_computes_finds_its_budget_spent_again_and_again(RuntimeKind kind) => Run(kind, async () =>
    {
        for (int turn = 0; turn < 3; turn++)
        {
            Compute();
            await Kio.ConsumeBudgetAsync(); // Yields: there is none left.
            while (!Kio.HasBudgetRemaining)
            {
                await Kio.YieldNow(); // The end of a slice may reach the next poll, too.
            }
        }
    });

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void It_yields_at_its_next_leaf_and_others_run(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(kind).StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            bool other = false;
            (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
            sender.Send(1);
            sender.Send(2);
            await Kio.YieldNow();
            JoinHandle task = Kio.Spawn(async () => { other = true; });
            Compute();
            Assert.False(other);
            await receiver.RecvAsync(); // It is there, and would be had at once.
            Compute();
            await receiver.RecvAsync(); // What was in the LIFO slot went behind this task the first time.
            Assert.True(other);
            await task;
        });
    });

    [Fact]
    public void The_future_of_BlockOn_shares_a_current_thread_runtime_with_its_tasks() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(RuntimeKind.CurrentThread).Build();
        runtime.BlockOn(async () =>
        {
            bool other = false;
            JoinHandle task = Kio.Spawn(async () => { other = true; });
            Compute();
            Assert.False(other);
            await Kio.ConsumeBudgetAsync();
            Assert.True(other);
            await task;
        });
    });

    [Fact]
    public void A_local_runtime_has_slices() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Runtime.CreateCurrentThreadBuilder().BuildLocal();
        runtime.BlockOn(async () => await Kio.SpawnLocal(async () =>
        {
            Compute();
            await Kio.ConsumeBudgetAsync();
            Compute();
        }));
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.PerCore)]
    public void The_tasks_of_a_local_set_have_slices(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(kind).Build();
        using LocalSet set = new();
        set.BlockOn(runtime, async () =>
        {
            bool other = false;
            JoinHandle computes = Kio.SpawnLocal(async () =>
            {
                _ = Kio.SpawnLocal(async () => { other = true; });
                Compute();
                Assert.False(other);
                await Kio.ConsumeBudgetAsync();
                Assert.True(other);
                Compute();
            });
            await computes;
        });
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.PerCore)]
    public void A_local_set_inside_a_task_has_slices_and_so_has_the_task(RuntimeKind kind) => Run(kind, async () =>
    {
        LocalSet set = new();
        await set.RunUntilAsync(Within(set));
        Compute();
        await Kio.ConsumeBudgetAsync();
        Compute();

        // All in one poll: it would not be the set's thread after another.
        static async Future Within(LocalSet set)
        {
            Compute();
            set.Dispose();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_is_unconstrained_is_exempt_and_what_follows_is_not(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(kind).TimeSlice(TimeSpan.FromMilliseconds(5))
            .StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            Assert.True(await Watch().Unconstrained());
            Compute();
        });

        static async Future<bool> Watch()
        {
            await Kio.ConsumeBudgetAsync();
            return BudgetOutlasts();
        }
    });

    [Theory]
    [MemberData(nameof(Off))]
    public void Turned_off_it_takes_nothing(TimeSpan off) => Bounded.Run(() =>
    {
        foreach (RuntimeKind kind in (ReadOnlySpan<RuntimeKind>)[RuntimeKind.CurrentThread, RuntimeKind.OneWorker, RuntimeKind.PerCore])
        {
            using Runtime runtime = Runtimes.Plain(kind).TimeSlice(off).OnStuckTask(_ => { }).Build();
            runtime.RunTask(async () => Assert.True(BudgetOutlasts()));
        }
    });

    [Fact]
    public void Where_runs_are_to_repeat_it_is_off_unless_it_is_asked_for() => Bounded.Run(() =>
    {
        RuntimeBuilder[] repeating =
        [
            Runtime.CreateCurrentThreadBuilder().StartPaused(),
            Runtime.CreateCurrentThreadBuilder().RngSeed(1),
        ];
        foreach (RuntimeBuilder builder in repeating)
        {
            using Runtime runtime = builder.Build();
            runtime.RunTask(async () => Assert.True(BudgetOutlasts()));
            using LocalRuntime local = builder.BuildLocal();
            local.BlockOn(async () => Assert.True(BudgetOutlasts()));
        }

        using Runtime asked = Runtime.CreateCurrentThreadBuilder().RngSeed(1).TimeSlice(TimeSpan.FromMilliseconds(10)).Build();
        asked.RunTask(async () => Compute());
    });

    [Fact]
    public void On_a_paused_clock_no_time_passes_in_a_poll() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().TimeSlice(TimeSpan.FromMilliseconds(5)).Build();
        runtime.RunTask(async () =>
        {
            runtime.Clock.Pause();
            await Kio.YieldNow();
            if (!BudgetOutlasts())
            {
                await Kio.YieldNow(); // The end of the slice before may have reached a poll, but of no other.
                Assert.True(BudgetOutlasts());
            }

            runtime.Clock.Resume();
            await Kio.YieldNow(); // The next poll has a slice.
            Compute();
        });
    });

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void A_slice_may_be_long(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(kind).TimeSlice(TimeSpan.FromSeconds(10)).OnStuckTask(_ => { }).Build();
        runtime.RunTask(async () => Assert.True(BudgetOutlasts()));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_slice_may_be_short(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(kind).TimeSlice(TimeSpan.FromMilliseconds(1)).Build();
        runtime.RunTask(async () =>
        {
            for (int turn = 0; turn < 10; turn++)
            {
                Compute();
                await Kio.ConsumeBudgetAsync();
            }
        });
    });

    [Theory]
    [InlineData(-5)]
    [InlineData(0.5)]
    public void A_slice_that_makes_no_sense_names_its_knob(double millis)
    {
        TimeSpan slice = TimeSpan.FromMilliseconds(millis);
        ArgumentOutOfRangeException exception =
            Assert.Throws<ArgumentOutOfRangeException>(() => Runtime.CreateBuilder().TimeSlice(slice));
        Assert.Equal(nameof(RuntimeBuilder.TimeSlice), exception.ParamName);
        Assert.Equal(slice, exception.ActualValue);
    }

    [Fact]
    public void While_nobody_polls_the_keeper_sleeps_and_is_roused_by_the_next_poll() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(RuntimeKind.PerCore).Build();
        for (int round = 0; round < 3; round++)
        {
            runtime.RunTask(async () => Compute());
            SpinWait.SpinUntil(static () => SliceKeeper.Shared.IsAsleep);
        }

        // Idle: no wake-up of its thread for a while, which begins when the last one was.
        Stopwatch quiet = Stopwatch.StartNew();
        for (long before = Switches(); quiet.ElapsedMilliseconds < 300;)
        {
            long now = Switches();
            if (now != before)
            {
                before = now;
                quiet.Restart();
            }
        }

        runtime.RunTask(async () => Compute());
    });

    // Ends when somebody has taken the poll's budget: nothing here does.
    private static void Compute()
    {
        while (Kio.HasBudgetRemaining)
        {
            Thread.SpinWait(100);
        }
    }

    private static bool BudgetOutlasts()
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < s_severalSlices)
        {
            if (!Kio.HasBudgetRemaining)
            {
                return false;
            }

            Thread.SpinWait(100);
        }

        return true;
    }

    private static long Switches()
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            Dictionary<string, string> status = [];
            try
            {
                foreach (string line in File.ReadAllLines(Path.Combine(thread, "status")))
                {
                    string[] parts = line.Split(':', 2);
                    status[parts[0]] = parts[1].Trim();
                }
            }
            catch (IOException)
            {
                continue; // It has ended in the meantime.
            }

            if (status["Name"] == "kioto-slices")
            {
                return long.Parse(status["voluntary_ctxt_switches"], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return -1;
    }

    private static void Run(RuntimeKind kind, Func<Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(kind).Build();
        runtime.RunTask(body);
    });
}
