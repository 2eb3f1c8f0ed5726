using System;
using System.Diagnostics;
using System.Threading;

namespace ModelChecking;

/// <summary>
/// A thread's turn to run. Exactly one thread of an execution holds its turn; passing it on is the only way two model
/// threads ever meet, so no other state of an execution needs a lock.
/// </summary>
internal sealed class Baton : IDisposable
{
    private const int Absent = 0;
    private const int Given = 1;
    private const int Parked = 2;

    // All threads of an exploration share a core, so yielding it runs the one that has the turn, which often gives it
    // back soon; that takes a quarter of the time of parking. But if another process wants the core, a yield hands it
    // over for milliseconds. After such a yield the next turns are waited for in park, longer every time it happens.
    private const int Yields = 4;
    private const int LongYieldMicroseconds = 500;
    private const int MaxPatience = 1 << 16;

    private readonly AutoResetEvent _wakeUp = new(false);
    private int _state;
    private int _parkOnly;
    private int _patience = 64;

    internal void Pass()
    {
        if (Interlocked.Exchange(ref _state, Given) == Parked)
        {
            _wakeUp.Set();
        }
    }

    /// <summary>Waits for the turn and takes it; false when the time is over.</summary>
    internal bool Wait(int milliseconds = Timeout.Infinite)
    {
        if (_parkOnly > 0)
        {
            _parkOnly--;
        }
        else if (YieldUntilGiven())
        {
            return true;
        }

        while (Interlocked.CompareExchange(ref _state, Parked, Absent) != Given)
        {
            if (!_wakeUp.WaitOne(milliseconds)
                && Interlocked.CompareExchange(ref _state, Absent, Parked) == Parked)
            {
                return false;
            }
        }

        _state = Absent;
        return true;
    }

    private bool YieldUntilGiven()
    {
        for (int i = 0; i < Yields; i++)
        {
            if (Volatile.Read(ref _state) == Given)
            {
                _state = Absent;
                return true;
            }

            long start = Stopwatch.GetTimestamp();
            Thread.Yield();
            if (Stopwatch.GetElapsedTime(start).TotalMicroseconds > LongYieldMicroseconds)
            {
                _patience = Math.Min(_patience * 2, MaxPatience);
                _parkOnly = _patience;
                break;
            }
        }

        return false;
    }

    public void Dispose() => _wakeUp.Dispose();
}
