using System;
using System.Runtime.CompilerServices;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A <see cref="Sleep"/> whose deadline another thread moves while somebody begins, goes on and ends to wait for it.</summary>
internal static class SleepModel
{
    private const long Tick = 1L << 20;
    private const long Old = 2 * Tick;
    private const long Later = 6 * Tick;

    /// <summary>Whoever begins to wait waits for the deadline that it has, whether it was moved before or after.</summary>
    internal static void ResetWhileItBegins()
    {
        var subject = new Subject();
        ModelHandle mover = Model.Spawn(() => subject.Sleep.Reset(new Instant(Later)));
        Assert.True(subject.Sleep.TryBegin(subject.Waiter));
        mover.Join();
        subject.Timers.Expire(at: 4 * Tick);
        Assert.Equal(TimerState.Waiting, subject.Sleep.Poll(subject.Waiter));
        subject.Timers.Expire(at: 8 * Tick);
        Assert.Equal(TimerState.Fired, subject.Sleep.Poll(subject.Waiter));
    }

    /// <summary>Once nobody waits any more nothing is in the wheel, also if the deadline is moved at that moment.</summary>
    internal static void ResetWhileItEnds()
    {
        var subject = new Subject();
        Assert.True(subject.Sleep.TryBegin(subject.Waiter));
        ModelHandle mover = Model.Spawn(() => subject.Sleep.Reset(new Instant(Tick)));
        subject.Sleep.End();
        mover.Join();
        subject.AssertEmpty();
    }

    /// <summary>The wait ends by firing while the deadline is moved: it has ended, or goes on, and not both.</summary>
    internal static void ResetWhileItIsPolled()
    {
        var subject = new Subject();
        Assert.True(subject.Sleep.TryBegin(subject.Waiter));
        subject.Timers.Expire(at: 4 * Tick);
        ModelHandle mover = Model.Spawn(() => subject.Sleep.Reset(new Instant(Later)));
        TimerState state = subject.Sleep.Poll(subject.Waiter);
        mover.Join();
        if (state == TimerState.Fired)
        {
            subject.AssertEmpty();
            return;
        }

        subject.Timers.Expire(at: 8 * Tick);
        Assert.Equal(TimerState.Fired, subject.Sleep.Poll(subject.Waiter));
    }

    private static void Expire(this TimerService timers, long at)
    {
        Clock.Now = at;
        timers.Expire();
    }

    private sealed class Subject
    {
        internal Subject()
        {
            Clock.Now = 0;
            Timers = new TimerService(1, new ThreadDriver());
            var scheduler = (MultiThreadScheduler)RuntimeHelpers.GetUninitializedObject(typeof(MultiThreadScheduler));
            scheduler.OtherTimers = Timers;
            Ambient.Current.Scheduler = scheduler;
            Sleep = new Sleep(new Instant(Old));
        }

        internal TimerService Timers { get; }

        internal Sleep Sleep { get; }

        internal ParkedThread Waiter { get; } = new();

        internal void AssertEmpty()
        {
            Assert.False(Timers.AdvanceToNext(long.MaxValue)); // It looks into the wheel.
            Assert.Null(Sleep.Left);
        }
    }
}
