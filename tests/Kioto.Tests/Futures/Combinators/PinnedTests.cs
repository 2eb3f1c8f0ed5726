using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Kioto.Tests;

public sealed class PinnedTests
{
    private readonly ConcurrentQueue<Exception> _reports = [];

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_keeps_its_progress_when_it_loses(RuntimeKind kind) => Settle.Run(kind, _reports, async () =>
    {
        int steps = 0;
        await using Pinned<int> work = Kio.Pin(Work());
        int turns = 0;
        int result = 0;
        while (!work.IsCompleted)
        {
            turns++;
            if (await Kio.SelectBiased(work, Kio.Sleep(TimeSpan.FromTicks(1000))) is { Index: 0, First: int value })
            {
                result = value;
            }
        }

        Assert.Equal(20, result);
        Assert.Equal(20, steps);
        Assert.InRange(turns, 2, int.MaxValue);

        async Future<int> Work()
        {
            for (int i = 0; i < 20; i++)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                steps++;
            }

            return steps;
        }
    });

    [Fact]
    public void A_wake_for_it_wakes_the_select_that_holds_it_now() => Settle.Run(_reports, async () =>
    {
        Signal kept = new();
        Signal other = new();
        JoinHandle<int> handle = Kio.Spawn(async () =>
        {
            await using Pinned<int> pinned = Kio.Pin(kept.AsFuture());
            Assert.Equal(1, (await Kio.Select(pinned, other.AsFuture())).Index);
            return (await Kio.Select(pinned, new Signal().AsFuture())).First;
        });
        await Settle.Rounds();
        other.Set();
        await Settle.Rounds();
        Assert.False(handle.IsFinished);
        kept.Set(3);
        Assert.Equal(3, await handle);
    });

    [Fact]
    public void It_may_complete_between_two_turns() => Settle.Run(_reports, async () =>
    {
        Signal kept = new();
        await using Pinned<int> pinned = Kio.Pin(kept.AsFuture());
        Assert.Equal(1, (await Kio.Select(pinned, Kio.YieldNow())).Index);
        kept.Set(4);
        Assert.Equal((0, 4), await Both());

        async Future<(int, int)> Both()
        {
            Selected<int, Unit> selected = await Kio.SelectBiased(pinned, Kio.Sleep(TimeSpan.FromHours(1)));
            return (selected.Index, selected.First);
        }
    });

    [Fact]
    public void It_moves_to_another_task() => Runtimes.Run(RuntimeKind.FourWorkers, async () =>
    {
        for (int i = 0; i < 200; i++)
        {
            Signal signal = new();
            Pinned<int> pinned = Kio.Pin(Twice(signal));
            await Kio.Spawn(async () => Assert.Equal(1, (await Kio.Select(pinned, Kio.YieldNow())).Index));
            JoinHandle<int> second = Kio.Spawn(async () => await pinned);
            signal.Set(5);
            Assert.Equal(10, await second);
            await pinned.DisposeAsync();
        }

        static async Future<int> Twice(Signal signal) => 2 * await signal.AsFuture();
    });

    [Fact]
    public void Disposing_cancels_and_waits_for_the_cleanup() => Settle.Run(_reports, async () =>
    {
        int cleaned = 0;
        await using (Pinned<int> pinned = Kio.Pin(Clean()))
        {
            await Kio.Select(pinned, Kio.YieldNow());
        }

        Assert.Equal(1, cleaned);
        Pinned<int> neverPolled = Kio.Pin(Clean());
        await neverPolled.DisposeAsync();
        await neverPolled.DisposeAsync();
        Assert.True(neverPolled.IsCompleted);
        Assert.Equal(1, cleaned);

        async Future<int> Clean()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                await Settle.Rounds();
                cleaned++;
            }
        }
    });

    [Fact]
    public void A_failing_cleanup_is_reported() => Settle.Run(_reports, async () =>
    {
        await using (Pinned<int> pinned = Kio.Pin(FailInCleanup()))
        {
            await Kio.Select(pinned, Kio.YieldNow());
        }

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
    public void Its_failure_is_thrown_by_the_select_that_it_wins() => Settle.Run(_reports, async () =>
    {
        await using Pinned<int> pinned = Kio.Pin(Settle.Fails(3, new BoomException(1)));
        await Expect.Throws<BoomException>(async () => await Kio.Select(pinned, new Signal().AsFuture()));
        Assert.True(pinned.IsCompleted);
    });

    [Fact]
    public void Using_it_up_twice_or_twice_at_once_throws() => Settle.Run(_reports, async () =>
    {
        await using Pinned<int> done = Kio.Pin(Future.FromResult(1));
        Assert.Equal(1, await done);
        await Expect.Throws<InvalidOperationException>(async () => await done);
        await Expect.Throws<InvalidOperationException>(async () => await Kio.Select(done, Kio.Sleep(TimeSpan.FromHours(1))));
        Assert.Equal(1, (await Kio.Select(done.When(!done.IsCompleted), Kio.YieldNow())).Index);

        await using Pinned<int> shared = Kio.Pin(new Signal().AsFuture());
        await Expect.Throws<InvalidOperationException>(async () => await Kio.TryJoin(shared, shared));
        Future<int> used = JoinTests.After(1, 1);
        await used;
        Assert.Throws<InvalidOperationException>(() => Kio.Pin(used));
        Assert.Throws<ArgumentException>(() => Kio.Pin(JoinTests.After(1, 1).When(false)));
    });

    [Fact]
    public void Cancelling_the_select_or_a_timeout_around_it_keeps_it() => Settle.Run(_reports, async () =>
    {
        Signal kept = new();
        await using Pinned<int> pinned = Kio.Pin(kept.AsFuture());
        await Expect.Throws<TimeoutException>(async () =>
            await Kio.Select(pinned, new Signal().AsFuture()).Timeout(TimeSpan.FromMilliseconds(1)));
        Assert.False(pinned.IsCompleted);
        await Expect.Throws<TimeoutException>(async () => await pinned.AsFuture().Timeout(TimeSpan.Zero));
        kept.Set(6);
        Assert.Equal(6, await pinned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Aborting_the_task_waits_for_its_cleanup(RuntimeKind kind) => Settle.Run(kind, _reports, async () =>
    {
        int cleaned = 0;
        int started = 0;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await using Pinned<int> pinned = Kio.Pin(Clean());
            while (true)
            {
                await Kio.Select(pinned, Kio.Sleep(TimeSpan.FromMilliseconds(1)));
            }
        });
        await Expect.Until(() => Volatile.Read(ref started) > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(1, cleaned);

        async Future<int> Clean()
        {
            started++;
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(2));
                cleaned++;
            }
        }
    });
}
