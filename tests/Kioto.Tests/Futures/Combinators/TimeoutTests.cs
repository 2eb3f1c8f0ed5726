using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

public sealed class TimeoutTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private readonly ConcurrentQueue<Exception> _reports = [];

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void What_is_ready_is_never_cut_off(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(1, await Future.FromResult(1).Timeout(TimeSpan.Zero));
        Assert.Equal(2, await JoinTests.After(0, 2).Timeout(TimeSpan.Zero));
        await Future.Completed.Timeout(TimeSpan.Zero);
        Assert.Equal(3, await JoinTests.After(5, 3).Timeout(s_long));
        Assert.Equal(4, await JoinTests.After(5, 4).Timeout(Timeout.InfiniteTimeSpan));
        Assert.Equal(5, await JoinTests.After(5, 5).Timeout(TimeSpan.MaxValue));
        await Kio.Sleep(TimeSpan.FromMilliseconds(1)).Timeout(s_long);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Too_late_is_a_TimeoutException(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await Expect.Throws<TimeoutException>(async () => await new Signal().AsFuture().Timeout(TimeSpan.Zero));
        await Expect.Throws<TimeoutException>(async () => await Kio.Sleep(s_long).Timeout(TimeSpan.FromMilliseconds(5)));
        await Expect.Throws<TimeoutException>(async () =>
            await JoinTests.After(int.MaxValue, 1).Timeout(TimeSpan.FromMilliseconds(5)));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_moment_limits_too(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(1, await Future.FromResult(1).TimeoutAt(Instant.Now));
        Assert.Equal(2, await JoinTests.After(0, 2).TimeoutAt(Instant.Now));
        Assert.Equal(3, await JoinTests.After(5, 3).TimeoutAt(Instant.Now + s_long));
        await Future.Completed.TimeoutAt(Instant.Now);
        await Expect.Throws<TimeoutException>(async () => await new Signal().AsFuture().TimeoutAt(Instant.Now));
        await Expect.Throws<TimeoutException>(async () =>
            await Kio.Sleep(s_long).TimeoutAt(Instant.Now + TimeSpan.FromMilliseconds(5)));
    });

    [Theory]
    [InlineData(RuntimeKind.OneWorker)]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.PerCore)]
    public void Who_has_a_core_keeps_the_timers_of_its_limits(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int i = 0; i < 1000; i++)
        {
            await JoinTests.After(1, i).Timeout(s_long);
        }

        Assert.Equal(1, Ambient.Current.IdleTimers.Count);
        await Kio.Join([.. Enumerable.Range(0, 200).Select(static i => JoinTests.After(2, i).Timeout(s_long))]);
        Assert.InRange(Ambient.Current.IdleTimers.Count, 1, IdleTimers.Most);
        Assert.Equal(1, await JoinTests.After(0, 1).Timeout(s_long));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Limits_of_different_lengths_take_turns_and_each_comes_in_its_time(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int[] lengths = [3_600_000, 20, 5, 40, 3_600_000, 10, 70, 5, 30];
        foreach (int length in lengths)
        {
            await JoinTests.After(1, length).Timeout(TimeSpan.FromMilliseconds(length));
            TimeSpan limit = TimeSpan.FromMilliseconds(length % 100);
            Instant begin = Instant.Now;
            await Expect.Throws<TimeoutException>(async () => await new Signal().AsFuture().Timeout(limit));
            Assert.InRange(begin.Elapsed, limit, TimeSpan.FromMinutes(1));
        }
    });

    [Fact]
    public void A_limit_on_another_runtime_uses_its_timers() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        await JoinTests.After(1, 1).Timeout(s_long);
        using (other.Enter())
        {
            await JoinTests.After(1, 2).Timeout(s_long);
            await Expect.Throws<TimeoutException>(
                async () => await new Signal().AsFuture().Timeout(TimeSpan.FromMilliseconds(3)));
        }

        Assert.Equal(3, await JoinTests.After(1, 3).Timeout(s_long));
    });

    [Fact]
    public void An_arm_that_is_always_ready_does_not_keep_the_time_from_passing() => Runtimes.Run(
        RuntimeKind.CurrentThread, async () =>
        {
            await Expect.Throws<TimeoutException>(async () => await Busy().Timeout(TimeSpan.FromMilliseconds(1)));

            static async Future<int> Busy()
            {
                while (true)
                {
                    await Kioto.Tests.Poll.Of((ref PollContext _) => Poll<int>.Ready(0));
                }
            }
        });

    [Fact]
    public void The_cleanup_has_ended_before_it_throws() => Settle.Run(_reports, async () =>
    {
        bool cleaned = false;
        TimeoutException thrown = await Expect.Throws<TimeoutException>(async () => await Clean().Timeout(TimeSpan.Zero));
        Assert.True(cleaned);
        Assert.Null(thrown.InnerException);

        async Future<int> Clean()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                cleaned = true;
            }
        }
    });

    [Fact]
    public void A_failing_cleanup_is_the_cause_and_a_late_result_still_counts() => Settle.Run(_reports, async () =>
    {
        TimeoutException thrown =
            await Expect.Throws<TimeoutException>(async () => await FailInCleanup().Timeout(TimeSpan.Zero));
        Assert.IsType<BoomException>(thrown.InnerException);
        Assert.Equal(9, await Swallow().Timeout(TimeSpan.Zero));
        await Expect.Throws<BoomException>(async () => await Settle.Fails(3, new BoomException()).Timeout(s_long));
        Assert.Empty(_reports);

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

        static async Future<int> Swallow()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            catch (OperationCanceledException)
            {
                return 9;
            }
        }
    });

    [Fact]
    public void Bad_durations_and_no_runtime_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => JoinTests.After(1, 1).Timeout(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Future.Completed.Timeout(TimeSpan.FromTicks(-1)));
        Bounded.Run(() =>
        {
            System.Threading.Tasks.Task<int> task = new Signal().AsFuture().Timeout(s_long).AsTask();
            InvalidOperationException thrown =
                Assert.Throws<InvalidOperationException>(() => task.GetAwaiter().GetResult());
            Assert.Contains("no runtime", thrown.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Timeouts_nest_and_limit_selects() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        await Expect.Throws<TimeoutException>(async () =>
            await new Signal().AsFuture().Timeout(s_long).Timeout(TimeSpan.FromMilliseconds(1)));
        await Expect.Throws<TimeoutException>(async () =>
            await new Signal().AsFuture().Timeout(TimeSpan.FromMilliseconds(1)).Timeout(s_long));
        await Expect.Throws<TimeoutException>(async () =>
            await Kio.Select(Kio.Sleep(s_long), new Signal().AsFuture()).Timeout(TimeSpan.FromMilliseconds(1)));
        await Expect.Throws<TimeoutException>(async () =>
            await Kio.Join(JoinTests.After(1, 1), new Signal().AsFuture()).Timeout(TimeSpan.FromMilliseconds(1)));
    });
}
