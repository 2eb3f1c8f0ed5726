using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Tests;

/// <summary>A <see cref="Sleep"/>: Tokio's time_sleep, on a clock that stands still.</summary>
public sealed class SleepObjectTests
{
    private static TimeSpan Ms(double millis) => Paused.Ms(millis);

    [Fact]
    public void A_sleep_ends_at_its_deadline_and_not_before() => Paused.Run(async runtime =>
    {
        Sleep sleep = new(Ms(100));
        Instant deadline = runtime.Clock.Now + Ms(100);
        Assert.Equal(deadline, sleep.Deadline);
        JoinHandle waiter = Kio.Spawn(async () => await sleep);
        await runtime.Clock.AdvanceAsync(Ms(50));
        Assert.False(waiter.IsFinished || sleep.IsElapsed);
        await runtime.Clock.AdvanceAsync(Ms(50) - TimeSpan.FromTicks(1));
        Assert.False(waiter.IsFinished || sleep.IsElapsed);
        await runtime.Clock.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.True(waiter.IsFinished && sleep.IsElapsed);
        Assert.Equal(deadline, Instant.Now);
    });

    [Fact]
    public void A_deadline_that_has_passed_is_ready_at_once_again_and_again() => Paused.Run(async runtime =>
    {
        Sleep sleep = new(TimeSpan.Zero);
        Instant start = Instant.Now;
        await sleep;
        await sleep.WaitAsync();
        await new Sleep(start - Ms(1));
        await new Sleep(Instant.MinValue);
        await Kio.SleepUntil(start);
        await Kio.SleepUntil(start - Ms(100));
        Assert.Equal(start, Instant.Now);
    });

    [Fact]
    public void SleepUntil_ends_at_its_moment() => Paused.Run(async runtime =>
    {
        Instant end = Instant.Now + Ms(1.5) + TimeSpan.FromTicks(1);
        await Kio.SleepUntil(end);
        Assert.Equal(end, Instant.Now);
    });

    [Fact]
    public void A_sleep_is_for_every_distance_exact() => Paused.Run(async runtime =>
    {
        for (int level = 0; level <= 6; level++)
        {
            long span = 1L << (6 * level);
            foreach (long millis in new[] { span - 1, span, span + 1, (span * 63) + 5, span * 64 })
            {
                Instant start = Instant.Now;
                await Kio.Sleep(TimeSpan.FromMilliseconds(millis));
                Assert.Equal(start + TimeSpan.FromMilliseconds(millis), Instant.Now);
            }
        }
    });

    [Fact]
    public void Many_sleeps_end_in_the_order_of_their_deadlines() => Paused.Run(async runtime =>
    {
        Random random = new(1);
        Instant start = Instant.Now;
        List<long> order = [];
        List<JoinHandle> handles = [];
        for (int i = 0; i < 1000; i++)
        {
            long ticks = random.NextInt64(1, 1L << random.Next(10, 40));
            handles.Add(Kio.Spawn(async () =>
            {
                await Kio.Sleep(TimeSpan.FromTicks(ticks));
                Assert.Equal(start + TimeSpan.FromTicks(ticks), Instant.Now);
                order.Add(ticks);
            }));
        }

        foreach (JoinHandle handle in handles)
        {
            await handle;
        }

        List<long> sorted = [.. order];
        sorted.Sort();
        Assert.Equal(sorted, order);
    });

    [Fact]
    public void A_reset_before_the_first_await_counts() => Paused.Run(async runtime =>
    {
        Sleep sleep = new(Ms(100));
        sleep.Reset(Instant.Now + Ms(200));
        Instant start = Instant.Now;
        await sleep;
        Assert.Equal(start + Ms(200), Instant.Now);
    });

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    [InlineData(100_000)]
    public void A_reset_moves_who_waits(double millis) => Paused.Run(async runtime =>
    {
        Sleep sleep = new(Ms(100));
        Instant start = Instant.Now;
        JoinHandle<Instant> waiter = Kio.Spawn(async () =>
        {
            await sleep;
            return Instant.Now;
        });
        await runtime.Clock.AdvanceAsync(Ms(10));
        sleep.Reset(start + Ms(millis));
        Assert.Equal(start + Ms(millis), await waiter);
    });

    [Fact]
    public void A_reset_to_the_past_ends_the_wait() => Paused.Run(async runtime =>
    {
        Sleep sleep = new(TimeSpan.FromHours(1));
        JoinHandle waiter = Kio.Spawn(async () => await sleep);
        await runtime.Clock.AdvanceAsync(Ms(10));
        Instant now = Instant.Now;
        sleep.Reset(now - Ms(5));
        await waiter;
        Assert.Equal(now, Instant.Now);
    });

    [Fact]
    public void A_reset_after_the_end_starts_anew() => Paused.Run(async runtime =>
    {
        Sleep sleep = new(Ms(100));
        await sleep;
        sleep.Reset(Ms(70));
        Assert.False(sleep.IsElapsed);
        Instant start = Instant.Now;
        await sleep;
        Assert.Equal(start + Ms(70), Instant.Now);
    });

    [Fact]
    public void A_reset_between_firing_and_the_poll_is_not_lost() => Paused.Run(async runtime =>
    {
        // The task that resets runs between the wheel's wake and the waiter's poll.
        Sleep sleep = new(Ms(100));
        Instant start = Instant.Now;
        JoinHandle resetter = Kio.Spawn(async () =>
        {
            await Kio.SleepUntil(start + Ms(100));
            sleep.Reset(start + Ms(300));
        });
        await runtime.Clock.AdvanceAsync(Ms(1));
        JoinHandle<Instant> waiter = Kio.Spawn(async () =>
        {
            await sleep;
            return Instant.Now;
        });
        Assert.Equal(start + Ms(300), await waiter);
        await resetter;
    });

    [Fact]
    public void Cancelling_the_wait_leaves_the_sleep_for_the_next() => Paused.Run(async runtime =>
    {
        Sleep sleep = new(Ms(100));
        Instant start = Instant.Now;
        JoinHandle waiter = Kio.Spawn(async () => await sleep);
        await runtime.Clock.AdvanceAsync(Ms(10));
        waiter.Abort();
        Assert.True((await waiter.JoinAsync()).IsAborted);
        await sleep;
        Assert.Equal(start + Ms(100), Instant.Now);
    });

    [Fact]
    public void A_second_waiter_is_refused() => Paused.Run(async runtime =>
    {
        Sleep sleep = new(Ms(100));
        JoinHandle waiter = Kio.Spawn(async () => await sleep);
        await runtime.Clock.AdvanceAsync(Ms(10));
        InvalidOperationException refused = await Expect.Throws<InvalidOperationException>(async () => await sleep);
        Assert.Contains("Kio.SleepUntil", refused.Message, StringComparison.Ordinal);
        await waiter;
    });

    [Fact]
    public void Durations_that_no_clock_reaches_never_end() => Paused.Run(async runtime =>
    {
        List<JoinHandle> endless = [];
        foreach (TimeSpan duration in new[] { TimeSpan.MaxValue, Timeout.InfiniteTimeSpan, TimeSpan.FromDays(365 * 1000) })
        {
            endless.Add(Kio.Spawn(async () => await Kio.Sleep(duration)));
            endless.Add(Kio.Spawn(async () => await new Sleep(duration)));
        }

        endless.Add(Kio.Spawn(async () => await Kio.SleepUntil(Instant.Now + TimeSpan.MaxValue)));
        await runtime.Clock.AdvanceAsync(TimeSpan.FromDays(365 * 100));
        foreach (JoinHandle handle in endless)
        {
            Assert.False(handle.IsFinished);
            handle.Abort();
        }
    });

    [Fact]
    public void What_lies_beyond_the_wheel_ends_at_its_time() => Paused.Run(async runtime =>
    {
        TimeSpan reach = TimeSpan.FromTicks((1L << 56) / 100);
        foreach (TimeSpan duration in new[] { reach - Ms(1), reach, reach + Ms(1), (2.5 * reach) + Ms(7), 9 * reach })
        {
            Instant start = Instant.Now;
            await Kio.Sleep(duration);
            Assert.Equal(start + duration, Instant.Now);
        }
    });

    [Fact]
    public void Bad_durations_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sleep(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sleep(TimeSpan.Zero).Reset(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Without_a_runtime_it_throws_the_remedy()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => new Sleep(TimeSpan.FromHours(1)).WaitAsync().AsTask().GetAwaiter().GetResult());
        Assert.Contains("Runtime.Run", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Resets_from_other_threads_race_with_firing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int round = 0; round < 200; round++)
        {
            Sleep sleep = new(Ms(0.2));
            JoinHandle waiter = Kio.Spawn(async () => await sleep);
            JoinHandle resetter = Kio.SpawnBlocking(() =>
            {
                for (int i = 0; i < 20; i++)
                {
                    sleep.Reset(Ms(0.05 * (i % 7)));
                }

                sleep.Reset(Ms(0.3));
            });
            await resetter;
            await waiter;
            Assert.True(sleep.IsElapsed || sleep.Deadline > Instant.Now);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void The_runtimes_end_fails_who_waits(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Sleep sleep = new(TimeSpan.FromHours(1));
        Thread disposer = new(runtime.Dispose) { IsBackground = true };
        disposer.Start();
        RuntimeShutdownException failure = Assert.Throws<RuntimeShutdownException>(() => runtime.BlockOn(sleep.WaitAsync()));
        Assert.Contains("shut down", failure.Message, StringComparison.Ordinal);
        disposer.Join();
    });
}
