using System.Threading;

namespace Kioto;

/// <summary>How long a worker has been busy, readable at any moment, also in the middle of a poll.</summary>
/// <remarks>
/// A mutable struct that is never copied. One word for the worker, and one for those who read.
/// INVARIANT, MARK: written by who holds the worker's core only. While the worker is busy it is the busy time before
/// minus the moment since when (negative, as moments are counted from 1 and no time is longer than the clock has run);
/// else it is the busy time (not negative).
/// INVARIANT, REPORTED: the longest time that was ever read; raised by compare-exchange. A worker that goes to sleep reads
/// the clock before it says so: who reads in between takes it for busy a little longer than it will say it was.
/// </remarks>
internal struct BusyClock
{
    private long _mark;
    private long _reported;

    /// <summary>The worker begins to be busy, if it is not.</summary>
    /// <param name="now">The process's clock.</param>
    internal void Begin(long now)
    {
        long mark = Volatile.Read(ref _mark); // ORDERING: none, MARK.
        if (mark >= 0)
        {
            Volatile.Write(ref _mark, mark - now - 1);
        }
    }

    /// <summary>The worker goes to sleep, or ends.</summary>
    /// <param name="now">The process's clock.</param>
    internal void End(long now)
    {
        long mark = Volatile.Read(ref _mark); // ORDERING: none, MARK.
        if (mark < 0)
        {
            Volatile.Write(ref _mark, mark + now + 1);
        }
    }

    /// <summary>The busy time so far, in nanoseconds. Any thread: it never goes back.</summary>
    /// <returns>The time.</returns>
    internal long Read()
    {
        long time = Measure();
        long reported = Volatile.Read(ref _reported); // ORDERING: none, REPORTED.
        while (time > reported)
        {
            long seen = Interlocked.CompareExchange(ref _reported, time, reported); // ORDERING: REPORTED.
            if (seen == reported)
            {
                return time;
            }

            reported = seen;
        }

        return reported;
    }

    private readonly long Measure()
    {
        while (true)
        {
            long mark = Volatile.Read(in _mark); // ORDERING: acquire: before the clock.
            if (mark >= 0)
            {
                return mark;
            }

            // It must not have slept in between.
            long now = Clock.Now;
            if (Volatile.Read(in _mark) == mark)
            {
                return mark + now + 1;
            }
        }
    }
}
