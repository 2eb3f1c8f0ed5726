using System;

namespace Kioto;

/// <summary>The clock of a runtime, which tests can hold still and move: <c>runtime.Clock</c>.</summary>
/// <remarks>
/// As Tokio's <c>time::pause</c>, <c>resume</c> and <c>advance</c>. Only a current-thread runtime's clock can be paused;
/// <see cref="RuntimeBuilder.StartPaused"/> makes one that begins so. While it is paused:
/// <para>- <see cref="Instant.Now"/>, <c>Kio.Sleep</c>, intervals, timeouts, and all that uses the runtime's
/// <see cref="RuntimeHandle.TimeProvider"/> see the time standing still. Nothing is rounded: what is due at a moment
/// happens at that moment, to the nanosecond.</para>
/// <para>- When there is nothing to run, no event to handle and no closure of the blocking pool queued or running, the
/// clock moves by itself to the next deadline: a test that sleeps for hours takes no time.</para>
/// <para>The operating system's clock, other runtimes and code on the .NET thread pool know nothing of it.</para>
/// </remarks>
public sealed class RuntimeClock
{
    // Nobody moves a clock further by hand. What is left to Instant.MaxValue, where nothing may come, is four years.
    private const long Furthest = long.MaxValue - (1L << 57);

    private readonly RuntimeScheduler _scheduler;

    internal RuntimeClock(RuntimeScheduler scheduler) => _scheduler = scheduler;

    /// <summary>Now, on this clock.</summary>
    public Instant Now => new(State.Now);

    /// <summary>Whether it is paused.</summary>
    public bool IsPaused => State.IsPaused;

    /// <summary>Whether any clock of this process was ever paused: if not, there is but one time.</summary>
    internal static bool AnyPaused { get; private set; }

    /// <summary>Nanoseconds on the clock of the calling code's runtime, or on the process's.</summary>
    internal static long CurrentNanos =>
        (Ambient.Current.Scheduler ?? Scheduler.Flowing)?.Timers.Now ?? Clock.Now;

    private ClockState State => _scheduler.Driver.Timers.Clock;

    /// <summary>Stops the clock. As Tokio's <c>pause</c>.</summary>
    /// <exception cref="InvalidOperationException">It is paused already, or this is a multi-thread runtime.</exception>
    public void Pause()
    {
        if (_scheduler.Options.HasWorkerThreads)
        {
            throw new InvalidOperationException(
                "The clock of a multi-thread runtime can't be paused: its workers would not agree on when there is " +
                "nothing to do. Use Runtime.CreateCurrentThreadBuilder().");
        }

        AnyPaused = true;
        if (!State.TryPause())
        {
            throw new InvalidOperationException("The clock is paused already.");
        }

        _scheduler.Driver.Driver.Unpark();
    }

    /// <summary>Lets the clock go on from the time at which it stands. As Tokio's <c>resume</c>.</summary>
    /// <exception cref="InvalidOperationException">It isn't paused.</exception>
    public void Resume()
    {
        if (!State.TryResume())
        {
            throw NotPaused();
        }

        _ = State.WakeIdleWaiter();
        _scheduler.Driver.Driver.Unpark();
    }

    /// <summary>
    /// Moves the paused clock from deadline to deadline, and lets everything run that each makes ready before it goes
    /// on to the next; what was ready before runs first.
    /// </summary>
    /// <remarks>
    /// When the future has completed, the clock stands at its end and there is nothing left to run: all that this time
    /// made ready, and all that became ready of that, has run, closures of the blocking pool included. Code that goes
    /// to the .NET thread pool by itself, or waits for the outside world, is not waited for. One advance at a time.
    /// Cancelling it leaves the clock where it is. It is awaited on the clock's own runtime, and
    /// as anything there goes on while a thread is in that runtime's BlockOn.
    /// </remarks>
    /// <param name="duration">Zero or more. The clock goes no further than 288 years, so that what never ends does not.</param>
    /// <returns>
    /// The future to await. It throws <see cref="InvalidOperationException"/> when the clock isn't paused or is resumed
    /// meanwhile, when another advance has not completed, and when it is awaited on another runtime or on none.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    [NotCancelSafe]
    public Future AdvanceAsync(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return StepAsync(Instant.ToNanos(duration));
    }

    /// <summary>Moves the paused clock in one leap, past any number of deadlines, then yields once.</summary>
    /// <remarks>
    /// As Tokio's <c>advance</c>. All that is due is woken at once, in the order of the deadlines, and sees the time
    /// after the leap. It is not waited for: <see cref="AdvanceAsync"/> does. It is awaited where AdvanceAsync is.
    /// </remarks>
    /// <param name="duration">Zero or more; as for <see cref="AdvanceAsync"/>.</param>
    /// <returns>
    /// The future to await. It throws <see cref="InvalidOperationException"/> when the clock isn't paused, and when it is
    /// awaited on another runtime or on none.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    [NotCancelSafe]
    public Future JumpAsync(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return LeapAsync(Instant.ToNanos(duration));
    }

    private static InvalidOperationException NotPaused() =>
        new("The clock isn't paused. Call Clock.Pause() first, or build the runtime with StartPaused().");

    // Only who drives the runtime notices that there is nothing to do, and fires its timers.
    private void CheckPlace(string what)
    {
        Ambient ambient = Ambient.Current;
        Scheduler? here = ambient.Poller ?? ambient.Scheduler ?? Scheduler.Flowing;
        if (here is not RuntimeScheduler runtime || !ReferenceEquals(runtime.Root, _scheduler.Root))
        {
            throw new InvalidOperationException(
                $"Clock.{what} is awaited {(here is null ? "outside any runtime" : "on another runtime")}, where nobody notices " +
                "that the clock's own has nothing to do. Await it inside that runtime's BlockOn, or in a task spawned on it.");
        }
    }

    private long EndOf(long nanos)
    {
        long now = State.Now;
        return long.Max(now, long.Min(Instant.Add(now, nanos), Furthest));
    }

    private async Future StepAsync(long nanos)
    {
        CheckPlace(nameof(AdvanceAsync));
        ClockState state = State;
        if (!state.IsPaused)
        {
            throw NotPaused();
        }

        if (!state.TryBeginAdvance())
        {
            throw new InvalidOperationException("The clock is being advanced already: await that before the next.");
        }

        try
        {
            long end = EndOf(nanos);
            do
            {
                await IdleLeaf.Await(_scheduler);
                if (!state.IsPaused)
                {
                    throw new InvalidOperationException("The clock was resumed while it was being advanced.");
                }
            }
            while (_scheduler.Driver.Timers.AdvanceToNext(end));
            state.MoveTo(end);
        }
        finally
        {
            state.EndAdvance();
        }
    }

    private async Future LeapAsync(long nanos)
    {
        CheckPlace(nameof(JumpAsync));
        ClockState state = State;
        if (!state.IsPaused)
        {
            throw NotPaused();
        }

        state.MoveTo(EndOf(nanos));
        _scheduler.Driver.Timers.Expire();
        await Kio.YieldNow();
    }
}
