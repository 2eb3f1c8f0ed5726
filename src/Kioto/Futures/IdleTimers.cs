namespace Kioto;

/// <summary>Timers of a thread that lie in a wheel although nobody waits for them: the next time limits start them there.</summary>
/// <remarks>
/// A wheel lets go of such a timer when its time comes, so an idle runtime may wake up for one, once. INVARIANT: used by its
/// thread only. The places above the count still know what was taken from them last: mostly it comes back to the same
/// place, and comparing is cheaper than a store's write barrier.
/// </remarks>
internal struct IdleTimers
{
    /// <summary>How many a thread keeps; as many as a magazine.</summary>
    internal const int Most = 64;

    // Limits of different lengths take turns: how many are looked at to find one whose deadline would come no later.
    private const int Looks = 4;

    // Made for the first one.
    private LimitTimer?[]? _timers;
    private int _count;

    /// <summary>How many there are.</summary>
    internal readonly int Count => _count;

    /// <summary>Takes one out that can serve, and starts it if it still lies in its wheel.</summary>
    /// <param name="timers">Where it is to be started.</param>
    /// <param name="deadline">When it is to fire.</param>
    /// <param name="now">What the source's clock has just said.</param>
    /// <param name="target">Whom it is to wake.</param>
    /// <returns>A timer that waits, or is in no wheel; or null.</returns>
    internal LimitTimer? Take(ITimerSource timers, long deadline, long now, WakeTarget target)
    {
        int last = _count - 1;
        for (int i = last; i >= 0 && i > last - Looks; i--)
        {
            LimitTimer timer = _timers![i]!;
            if (timer.TryServe(timers, deadline, now, target))
            {
                _count = last;
                if (i != last)
                {
                    _timers[i] = _timers[last];
                    _timers[last] = timer;
                }

                return timer;
            }
        }

        return null;
    }

    /// <summary>Takes one in that was left in its wheel. Where there are too many, the one that came last gives way.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="timer">The timer.</param>
    internal void Keep(Ambient ambient, LimitTimer timer)
    {
        if (_count == Most)
        {
            TakeBackLast(ambient);
        }

        LimitTimer?[] timers = _timers ??= new LimitTimer?[Most];
        if (!ReferenceEquals(timers[_count], timer))
        {
            timers[_count] = timer;
        }

        _count++;
    }

    /// <summary>Takes all out of their wheel: the thread is no worker any more.</summary>
    /// <param name="ambient">The thread's context.</param>
    internal void TakeBack(Ambient ambient)
    {
        while (_count > 0)
        {
            TakeBackLast(ambient);
        }

        _timers = null;
    }

    private void TakeBackLast(Ambient ambient) => _timers![--_count]!.TakeBack(ambient);
}
