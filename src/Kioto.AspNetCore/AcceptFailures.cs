using System;

namespace Kioto.AspNetCore;

/// <summary>How long to wait after accepting has failed, and whether to say so: a lack of descriptors lasts, and neither logs nor processor are to fill with it.</summary>
internal struct AcceptFailures
{
    private const int FirstPauseMillis = 10;
    private const int LongestPauseMillis = 500; // New connections wait so long at most when there are descriptors again.
    private const long QuietMillis = 1000;

    private int _pauseMillis;
    private int _untold;
    private long? _lastLogged;

    /// <summary>A connection was accepted: the failures are over.</summary>
    internal void Pass() => _pauseMillis = 0;

    /// <summary>Accepting has failed again.</summary>
    /// <returns>How long to wait before the next try: longer each time.</returns>
    internal TimeSpan Pause()
    {
        _pauseMillis = _pauseMillis == 0 ? FirstPauseMillis : Math.Min(2 * _pauseMillis, LongestPauseMillis);
        return TimeSpan.FromMilliseconds(_pauseMillis);
    }

    /// <summary>Whether a failure is to be logged: one a second.</summary>
    /// <param name="now">The time, in milliseconds.</param>
    /// <param name="untold">How many have not been since the last one that was.</param>
    /// <returns>True if it is.</returns>
    internal bool IsToBeLogged(long now, out int untold)
    {
        untold = _untold;
        if (now - _lastLogged < QuietMillis)
        {
            _untold++;
            return false;
        }

        _lastLogged = now;
        _untold = 0;
        return true;
    }
}
