using System;

namespace Kioto.Testing.Tests;

public sealed class TestTaskTests
{
    [Fact]
    public void A_ready_future_is_ready()
    {
        using TestTask<int> task = TestTask.Spawn(Future.FromResult(7));
        Assert.False(task.IsCompleted);
        Assert.Equal(7, task.AssertReady());
        Assert.Equal(7, task.AssertReady());
        Assert.True(task.IsCompleted);
        Assert.Throws<PollAssertionException>(task.AssertPending);
    }

    [Fact]
    public void Polling_and_waking_by_hand()
    {
        Switch source = new();
        using TestTask<int> task = TestTask.Spawn(Twice(source));
        task.AssertPending();
        task.AssertNotWoken();
        Assert.Throws<PollAssertionException>(() => task.AssertReady());
        Assert.Throws<PollAssertionException>(task.AssertWoken);
        source.Set(20);
        task.AssertWoken();
        Assert.Equal(1, task.Wakes);
        Assert.Throws<PollAssertionException>(task.AssertNotWoken);
        Assert.Equal(40, task.AssertReady());

        static async Future<int> Twice(Switch source) => 2 * await source.AsFuture();
    }

    [Fact]
    public void Code_that_enters_has_the_tasks_waker()
    {
        Switch source = new();
        IFuture<int> byHand = source;
        using TestTask<bool> task = TestTask.Spawn(Future.Pending<bool>());
        Assert.False(task.Enter(Ask).IsReady);
        task.AssertNotWoken();
        source.Set(3);
        task.AssertWoken();
        Assert.Equal(1, task.Wakes);
        Assert.Equal(3, task.Enter(Ask).Value);
        task.AssertPending();
        Assert.Throws<TimeZoneNotFoundException>(() => task.Enter(static (ref PollContext _) => Throw()));
        Assert.Throws<ArgumentNullException>(() => task.Enter<int>(null!));

        Poll<int> Ask(ref PollContext context) => byHand.Poll(ref context);

        static Poll<int> Throw() => throw new TimeZoneNotFoundException();
    }

    [Fact]
    public void A_failure_is_asserted()
    {
        using TestTask<bool> task = TestTask.Spawn(Fails());
        Assert.IsType<TimeZoneNotFoundException>(task.AssertFailed<TimeZoneNotFoundException>());
        Assert.Throws<TimeZoneNotFoundException>(() => task.Poll());
        using TestTask<int> ready = TestTask.Spawn(Future.FromResult(1));
        Assert.Throws<PollAssertionException>(() => ready.AssertFailed<Exception>());

        static async Future Fails()
        {
            await Future.Completed;
            throw new TimeZoneNotFoundException();
        }
    }

    [Fact]
    public void Cancelling_unwinds()
    {
        bool cleaned = false;
        using TestTask<bool> task = TestTask.Spawn(Waits());
        task.AssertPending();
        Assert.True(task.Cancel());
        Assert.True(cleaned);
        task.AssertFailed<OperationCanceledException>();

        using TestTask<bool> fresh = TestTask.Spawn(Waits());
        Assert.True(fresh.Cancel());

        async Future Waits()
        {
            try
            {
                await new Switch().AsFuture();
            }
            finally
            {
                cleaned = true;
            }
        }
    }

    [Fact]
    public void Disposing_drops_what_waits_even_in_its_cleanup()
    {
        TestTask<bool> task = TestTask.Spawn(Stubborn());
        task.AssertPending();
        task.Dispose();
        Assert.Throws<ObjectDisposedException>(() => task.Poll());
        TestTask<bool> unused = TestTask.Spawn(Stubborn());
        unused.Dispose();
        unused.Dispose();

        static async Future Stubborn()
        {
            try
            {
                await new Switch().AsFuture();
            }
            finally
            {
                await new Switch().AsFuture();
            }
        }
    }

    [Fact]
    public void Polling_until_idle()
    {
        using TestTask<bool> yields = TestTask.Spawn(Yields(10));
        Assert.True(yields.PollUntilIdle().IsReady);
        using TestTask<bool> endless = TestTask.Spawn(Yields(int.MaxValue));
        Assert.Throws<InvalidOperationException>(() => endless.PollUntilIdle(50));
        using TestTask<int> waits = TestTask.Spawn(new Switch().AsFuture());
        Assert.False(waits.PollUntilIdle().IsReady);

        static async Future Yields(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await Kio.YieldNow();
            }
        }
    }

    [KiotoFact(StartPaused = true)]
    public async Future Sleeping_by_hand()
    {
        using TestTask<bool> sleep = TestTask.Spawn(Kio.Sleep(TimeSpan.FromMilliseconds(10)));
        sleep.AssertPending();
        await RuntimeHandle.Current.Clock.AdvanceAsync(TimeSpan.FromMilliseconds(9));
        sleep.AssertNotWoken();
        await RuntimeHandle.Current.Clock.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        sleep.AssertWoken();
        Assert.True(sleep.AssertReady());
    }

    [KiotoFact(StartPaused = true)]
    public async Future Leaps_wake_what_is_due()
    {
        RuntimeClock clock = RuntimeHandle.Current.Clock;
        using TestTask<bool> sleep = TestTask.Spawn(Kio.Sleep(TimeSpan.FromMilliseconds(1)));
        sleep.AssertPending();
        for (int i = 0; i < 3; i++)
        {
            await clock.JumpAsync(TimeSpan.FromMicroseconds(250));
            sleep.AssertNotWoken();
            sleep.AssertPending();
        }

        await clock.JumpAsync(TimeSpan.FromMicroseconds(250));
        sleep.AssertWoken();
        sleep.AssertReady();
    }

    [KiotoFact(StartPaused = true)]
    public async Future A_timer_that_is_dropped_at_another_ones_time_harms_nobody()
    {
        RuntimeClock clock = RuntimeHandle.Current.Clock;
        using TestTask<bool> first = TestTask.Spawn(Kio.Sleep(TimeSpan.FromMilliseconds(2)));
        TestTask<bool> second = TestTask.Spawn(Kio.Sleep(TimeSpan.FromMilliseconds(64)));
        first.AssertPending();
        second.AssertPending();
        await clock.JumpAsync(TimeSpan.FromMilliseconds(70));
        second.Dispose();
        first.AssertReady();
    }

    [KiotoFact(StartPaused = true)]
    public async Future A_yield_of_the_test_itself_is_not_the_tasks()
    {
        using TestTask<bool> task = TestTask.Spawn(Kio.YieldNow());
        await Kio.YieldNow();
        Assert.False(task.IsWoken);
        task.AssertPending();
        task.AssertWoken();
        await Kio.YieldNow();
        task.AssertReady();
    }

    private sealed class Switch : IFuture<int>
    {
        private Waker _waker;
        private int? _value;

        public Poll<int> Poll(ref PollContext context)
        {
            _waker = context.Waker;
            return _value is { } value ? Kioto.Poll<int>.Ready(value) : Kioto.Poll<int>.Pending;
        }

        internal void Set(int value)
        {
            _value = value;
            _waker.Wake();
        }
    }
}
