using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Timers of a thread that lie in a wheel although nobody waits for them: the next time limits start them there.</summary>
/// <remarks>
/// A wheel lets go of such a timer when its time comes, so an idle runtime may wake up for one, once. INVARIANT: used by its
/// thread only; linked by <see cref="FutureSource.Parent"/>.
/// </remarks>
internal struct IdleTimers
{
    /// <summary>How many a thread keeps; as many as a magazine.</summary>
    internal const int Most = 64;

    // Limits of different lengths take turns: how many are looked at to find one whose deadline would come no later.
    private const int Looks = 4;

    private LimitTimer? _head;
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
        LimitTimer? before = null;
        LimitTimer? timer = _head;
        for (int i = 0; i < Looks && timer is not null; i++)
        {
            LimitTimer? next = Next(timer);
            if (timer.TryServe(timers, deadline, now, target))
            {
                Unlink(before, timer, next);
                return timer;
            }

            before = timer;
            timer = next;
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

        timer.Parent = _head;
        _head = timer;
        _count++;
    }

    /// <summary>Takes all out of their wheel: the thread is no worker any more.</summary>
    /// <param name="ambient">The thread's context.</param>
    internal void TakeBack(Ambient ambient)
    {
        while (_head is not null)
        {
            TakeBackLast(ambient);
        }
    }

    private void TakeBackLast(Ambient ambient)
    {
        LimitTimer last = _head!;
        Unlink(null, last, Next(last));
        last.TakeBack(ambient);
    }

    // SAFETY: only Keep links them.
    private static LimitTimer? Next(LimitTimer timer) => Unsafe.As<LimitTimer?>(timer.Parent);

    private void Unlink(LimitTimer? before, LimitTimer timer, LimitTimer? next)
    {
        if (before is null)
        {
            _head = next;
        }
        else
        {
            before.Parent = next;
        }

        timer.Parent = null;
        _count--;
    }
}
