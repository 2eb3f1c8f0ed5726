using System.Runtime.InteropServices;
using System.Threading;

namespace Kioto;

/// <summary>The wheels of one runtime, and the meeting point of those who start timers and whoever sleeps on the driver.</summary>
/// <remarks>
/// A timer is started in the wheel of the worker that starts it, whose lock nobody else wants; other threads have the
/// last wheel for theirs. It stays there when its task is stolen: whoever polls or drops it takes that wheel's lock.
/// Whoever holds the driver fires what is due in all wheels, so a busy worker makes nobody's timer late.
/// INVARIANT, NO LATE TIMER: the sleeper first publishes "asleep for ever", then (fence) reads the wheels' deadlines,
/// then publishes the earliest and sleeps until it. Who starts a timer publishes the wheel's deadline, then (fence)
/// reads the sleeper's; if the sleeper would wake later, it is unparked. Whichever comes second sees the other.
/// </remarks>
internal sealed class TimerService : ITimerSource
{
    /// <summary>Who leaves the driver with a timer due this soon sees to it that somebody else waits there.</summary>
    /// <remarks>What is due later the watchdog sees before it is: it looks as often.</remarks>
    internal const long SoonNanos = 5_000_000;

    private const long Awake = long.MinValue;

    private readonly TimerWheel[] _wheels;
    private readonly Driver _driver;

    private Sleeper _sleeper = new() { Until = Awake };

    /// <summary>Makes the wheels.</summary>
    /// <param name="wheels">One a core, and a last one for threads that are no workers.</param>
    /// <param name="driver">The driver that sleeps for them.</param>
    internal TimerService(int wheels, Driver driver)
    {
        _driver = driver;
        _wheels = new TimerWheel[wheels];
        for (int i = 0; i < wheels; i++)
        {
            _wheels[i] = new TimerWheel(Clock);
        }
    }

    public long Now => Clock.Now;

    internal ClockState Clock { get; } = new();

    /// <summary>Whether a timer was due within <see cref="SoonNanos"/> at the latest look. Any thread.</summary>
    internal bool IsDueSoon => _sleeper.IsDueSoon; // Who has just looked sees what it wrote; for others it is a hint.

    public void Start(TimerEntry timer, long now)
    {
        // A worker of another runtime may be here, under an Enter guard.
        TimerWheel wheel = Ambient.Current.Hold.Core is Core core && ReferenceEquals(core.Scheduler.Timers, this)
            ? _wheels[core.Index]
            : _wheels[^1];
        if (wheel.Start(timer, now) || Clock.IsPaused)
        {
            UnparkIfLater(wheel);
        }
    }

    public void Reset(TimerEntry timer, long deadline)
    {
        var wheel = (TimerWheel)timer.Holder!;
        if (wheel.Reset(timer, deadline) || Clock.IsPaused)
        {
            UnparkIfLater(wheel);
        }
    }

    /// <summary>The runtime has ended: starting a timer throws, and who waits for one is woken to be told so.</summary>
    internal void Close()
    {
        foreach (TimerWheel wheel in _wheels)
        {
            wheel.Close();
        }
    }

    /// <summary>Waits on the driver, at most until the first deadline, and fires what is due. While holding the driver.</summary>
    /// <param name="timeoutNanos">The longest wait: 0 only looks, negative is for ever.</param>
    internal void Wait(long timeoutNanos)
    {
        if (timeoutNanos == 0)
        {
            _driver.Wait(0);
        }
        else
        {
            // ORDERING: NO LATE TIMER; the exchange is the fence between publishing and reading the deadlines.
            Interlocked.Exchange(ref _sleeper.Until, long.MaxValue);
            long first = FirstDeadline(refresh: true);
            Volatile.Write(ref _sleeper.Until, first);
            _driver.Wait(TimeLeft(first, timeoutNanos));
            Volatile.Write(ref _sleeper.Until, Awake); // ORDERING: a late reader unparks once for nothing.
        }

        Expire();
    }

    /// <summary>
    /// There is nothing to do on a paused clock: moves it to the first deadline if it may move, else waits on the driver.
    /// </summary>
    /// <remarks>
    /// INVARIANT, NO LATE TIMER, here: asleep for ever is published before the deadlines are looked at; whoever starts a
    /// timer while the clock is paused looks at that, whatever else the wheel holds.
    /// </remarks>
    /// <param name="mayMove">Whether it may, for all that the caller knows.</param>
    /// <param name="timeoutNanos">The longest wait; negative is for ever.</param>
    internal void AdvanceOrWait(bool mayMove, long timeoutNanos)
    {
        Interlocked.Exchange(ref _sleeper.Until, long.MaxValue); // ORDERING: the fence, pairs with UnparkIfLater's.
        if (!mayMove || !Clock.MayAutoAdvance || !AdvanceToNext(long.MaxValue))
        {
            _driver.Wait(timeoutNanos);
        }

        Volatile.Write(ref _sleeper.Until, Awake); // ORDERING: as in Wait.
        Expire();
    }

    /// <summary>Fires what is due in every wheel.</summary>
    internal void Expire()
    {
        bool isDueSoon = false;
        if (FirstDeadline(refresh: false) != long.MaxValue) // No timers: don't even read the clock.
        {
            long now = Clock.Now;
            long first = long.MaxValue;
            foreach (TimerWheel wheel in _wheels)
            {
                wheel.Expire(now);
                first = long.Min(first, wheel.NextDeadline);
            }

            // What a cancellation has left too early is corrected first.
            isDueSoon = first - now < SoonNanos && FirstDeadline(refresh: true) - now < SoonNanos;
        }

        if (isDueSoon != IsDueSoon)
        {
            _sleeper.IsDueSoon = isDueSoon;
        }
    }

    /// <summary>Moves a paused clock to the earliest deadline and fires what is due then.</summary>
    /// <param name="limit">If that is not later than this.</param>
    /// <returns>Whether there was one.</returns>
    internal bool AdvanceToNext(long limit)
    {
        long first = long.MaxValue;
        foreach (TimerWheel wheel in _wheels)
        {
            first = long.Min(first, wheel.EarliestDeadline());
        }

        if (first > limit || first == long.MaxValue)
        {
            return false;
        }

        Clock.MoveTo(first);
        Expire();
        return true;
    }

    /// <summary>When the first timer of any wheel is to be looked at. Any thread: a moment's picture.</summary>
    /// <returns>The time on this clock; long.MaxValue when there is none.</returns>
    internal long FirstDeadline() => FirstDeadline(refresh: false);

    private void UnparkIfLater(TimerWheel wheel)
    {
        Interlocked.MemoryBarrier(); // ORDERING: NO LATE TIMER; pairs with Wait's.
        if (Volatile.Read(ref _sleeper.Until) > wheel.NextDeadline)
        {
            _driver.Unpark();
        }
    }

    // Time that stands still ends no sleep: on a paused clock only the driver's events do, and whoever starts a timer.
    private long TimeLeft(long first, long timeoutNanos)
    {
        if (first == long.MaxValue || Clock.IsPaused)
        {
            return timeoutNanos;
        }

        long left = long.Max(0, first - Clock.Now);
        return timeoutNanos < 0 ? left : long.Min(left, timeoutNanos);
    }

    private long FirstDeadline(bool refresh)
    {
        long first = long.MaxValue;
        foreach (TimerWheel wheel in _wheels)
        {
            if (refresh)
            {
                wheel.Refresh();
            }

            first = long.Min(first, wheel.NextDeadline);
        }

        return first;
    }

    /// <summary>What is written at each park, away from what is read at each start of a timer.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Sleeper
    {
        /// <summary>INVARIANT: written by whoever holds the driver; read by whoever starts a timer.</summary>
        [FieldOffset(64)]
        internal long Until;

        /// <summary>INVARIANT: written by whoever holds the driver; a hint for others, who read it as it is.</summary>
        [FieldOffset(72)]
        internal bool IsDueSoon;
    }
}
