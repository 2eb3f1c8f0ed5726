using System;
using System.Threading;

namespace Kioto;

/// <summary>The timer of a time limit, which hardly ever fires.</summary>
/// <remarks>
/// A thread that has a core does not take it out of its wheel at the end of the limit, but keeps it among the
/// <see cref="IdleTimers"/>, and starts it for the next limit where it lies: neither touches the wheel. Threads without
/// one, which may end at any time, take theirs out; so does who gives a core back.
/// </remarks>
internal sealed class LimitTimer : TimerEntry
{
    // Where it was started last.
    private ITimerSource? _timers;

    /// <summary>Starts a timer.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="timers">Where.</param>
    /// <param name="deadline">When it fires.</param>
    /// <param name="now">What the source's clock has just said.</param>
    /// <param name="target">Whom it wakes.</param>
    /// <returns>The timer, which is in a wheel.</returns>
    /// <exception cref="InvalidOperationException">The source is closed.</exception>
    internal static LimitTimer Start(Ambient ambient, ITimerSource timers, long deadline, long now, WakeTarget target)
    {
        LimitTimer? timer = ambient.IdleTimers.Take(timers, deadline, now, target);
        if (timer is { Standing: TimerState.Waiting })
        {
            return timer;
        }

        timer ??= SourcePool<LimitTimer>.Rent(ambient);
        timer.Deadline = deadline;
        timer.Target = target;
        timer._timers = timers;
        try
        {
            timers.Start(timer, now);
        }
        catch (InvalidOperationException)
        {
            timer.Recycle(ambient);
            throw;
        }

        return timer;
    }

    /// <summary>Nobody waits for it any more. Any thread: the one that has polled what it limits.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal void End(Ambient ambient)
    {
        // A thread that has no core any more is about to leave its runtime.
        Scheduler? scheduler = ambient.Hold.Core is null ? ambient.Driven : ambient.Home;
        if (ReferenceEquals(scheduler?.Timers, _timers) && Holder!.TryLeave(this))
        {
            ambient.IdleTimers.Keep(ambient, this);
            return;
        }

        TakeBack(ambient);
    }

    /// <summary>Takes it out of its wheel and gives it back to its pool.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal void TakeBack(Ambient ambient)
    {
        Holder!.Cancel(this);
        Recycle(ambient);
    }

    /// <summary>Starts it for another limit where it lies.</summary>
    /// <param name="timers">Where it is to be started.</param>
    /// <param name="deadline">When it is to fire.</param>
    /// <param name="now">What the source's clock has just said.</param>
    /// <param name="target">Whom it is to wake.</param>
    /// <returns>False if it can't, but for one that its wheel has let go of: that one can be started like a new one.</returns>
    internal bool TryServe(ITimerSource timers, long deadline, long now, WakeTarget target)
    {
        if (ReferenceEquals(_timers, timers))
        {
            Volatile.Write(ref Target, target); // ORDERING: before the word; see TimerWord.
            if (Holder!.TryRestart(this, deadline, now))
            {
                return true;
            }

            Volatile.Write(ref Target, NoTarget.Instance); // ORDERING: left, as before.
        }

        return Standing != TimerState.Waiting;
    }

    private protected override bool Poll(ref PollContext context) => throw new NotSupportedException();

    private protected override bool Withdraw() => throw new NotSupportedException();

    private protected override void Recycle(Ambient ambient)
    {
        Holder = null;
        Target = null;
        _timers = null;
        ClearOutcome();
        SourcePool<LimitTimer>.Return(ambient, this);
    }
}
