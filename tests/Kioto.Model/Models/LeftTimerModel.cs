using System;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Timers that are left and moved where they lie, without their wheel's lock, while their time comes there.</summary>
internal static class LeftTimerModel
{
    private const long Tick = 1L << 20;
    private const long Old = Tick;
    private const long Later = 6 * Tick;

    /// <summary>A timer is left while it fires: who was left has been woken, or may be; the wheel lets go of it in any case.</summary>
    internal static void LeaveWhileItFires()
    {
        var subject = new Subject();
        ModelHandle expirer = subject.BeginExpiry();
        bool left = subject.Wheel.TryLeave(subject.Timer);
        expirer.Join();
        Assert.InRange(subject.First.Wakes, left ? 0 : 1, 1);
        Assert.Equal(TimerState.Fired, subject.Timer.Standing); // As one that was left, or as one that has fired.
        Assert.Equal(-1, subject.Timer.Slot);
    }

    /// <summary>A timer that was left is started again while its old time comes.</summary>
    internal static void RestartWhileItsTimeComes()
    {
        var subject = new Subject();
        Assert.True(subject.Wheel.TryLeave(subject.Timer));
        ModelHandle expirer = subject.BeginExpiry();
        subject.Restart();
        expirer.Join();
        Assert.Equal(0, subject.First.Wakes);
        subject.Second.Wakes = 0; // By a verdict on its old deadline.
        subject.FiresLater(subject.Second);
    }

    /// <summary>A timer that waits is left and started again while it fires, between two looks of its wheel perhaps.</summary>
    internal static void LeaveAndRestartWhileItFires()
    {
        var subject = new Subject();
        ModelHandle expirer = subject.BeginExpiry();
        bool left = subject.Wheel.TryLeave(subject.Timer);
        subject.Restart();
        expirer.Join();
        Assert.InRange(subject.First.Wakes + subject.Second.Wakes, left ? 0 : 1, 1);
        subject.Second.Wakes = 0; // As above.
        subject.FiresLater(subject.Second);
    }

    /// <summary>A timer that somebody waits for is given a later deadline while it fires.</summary>
    internal static void MoveWhileItFires()
    {
        var subject = new Subject();
        ModelHandle expirer = subject.BeginExpiry();
        bool moved = subject.Wheel.TryMove(subject.Timer, Later);
        if (!moved)
        {
            subject.Wheel.Reset(subject.Timer, Later);
        }

        expirer.Join();
        Assert.Equal(moved ? 0 : 1, subject.First.Wakes);
        subject.First.Wakes = 0;
        subject.FiresLater(subject.First);
    }

    /// <summary>A timer is given a later deadline, and then an earlier one: for that it must be put elsewhere.</summary>
    internal static void MoveThereAndBack()
    {
        var subject = new Subject();
        ModelHandle expirer = subject.BeginExpiry();
        foreach (long deadline in (ReadOnlySpan<long>)[2 * Later, Later])
        {
            if (!subject.Wheel.TryMove(subject.Timer, deadline))
            {
                subject.Wheel.Reset(subject.Timer, deadline);
            }
        }

        expirer.Join();
        subject.First.Wakes = 0;
        subject.FiresLater(subject.First);
    }

    /// <summary>A timer that was left is started again while the timers close: whoever waits is told.</summary>
    internal static void RestartWhileClosing()
    {
        var subject = new Subject();
        Assert.True(subject.Wheel.TryLeave(subject.Timer));
        Volatile.Write(ref subject.Timer.Target, subject.Second);
        ModelHandle closer = Model.Spawn(subject.Wheel.Close);
        bool restarted = subject.Wheel.TryRestart(subject.Timer, Later, 0);
        closer.Join();
        Assert.Equal(TimerState.Gone, subject.Timer.Standing);
        Assert.InRange(subject.Second.Wakes, restarted ? 1 : 0, 1);
        Assert.Equal(-1, subject.Timer.Slot);
    }

    private sealed class Subject
    {
        internal Subject()
        {
            Clock.Now = 0;
            Wheel = new TimerWheel(new ClockState());
            Timer = new PlainTimer { Deadline = Old, Target = First };
            Wheel.Start(Timer, 0);
        }

        internal TimerWheel Wheel { get; }

        internal PlainTimer Timer { get; }

        internal Waiter First { get; } = new();

        internal Waiter Second { get; } = new();

        internal ModelHandle BeginExpiry() => Model.Spawn(() => Wheel.Expire(3 * Tick));

        /// <summary>As the limits do it.</summary>
        internal void Restart()
        {
            Volatile.Write(ref Timer.Target, Second);
            if (Wheel.TryRestart(Timer, Later, 3 * Tick))
            {
                return;
            }

            Wheel.Cancel(Timer);
            Timer.Deadline = Later;
            Timer.Target = Second;
            Wheel.Start(Timer, 3 * Tick);
        }

        internal void FiresLater(Waiter waiter)
        {
            Assert.Equal(TimerState.Waiting, Timer.Standing);
            Assert.InRange(Wheel.NextDeadline, 0, Later + Tick);
            Wheel.Expire(Later - 1);
            Assert.Equal(TimerState.Waiting, Timer.Standing);
            Assert.Equal(0, waiter.Wakes);
            Assert.InRange(Wheel.NextDeadline, 0, Later + Tick);
            Wheel.Expire(Later + Tick);
            Assert.Equal(TimerState.Fired, Timer.Standing);
            Assert.Equal(1, waiter.Wakes);
            Assert.Equal(long.MaxValue, Wheel.NextDeadline);
        }
    }

    private sealed class Waiter : WakeTarget
    {
        internal int Wakes { get; set; }

        internal override void Wake() => Wakes++;
    }
}
