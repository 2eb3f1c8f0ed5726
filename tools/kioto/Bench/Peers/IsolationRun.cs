using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>What the closures of blocking_isolation do, and how late the task beside them is at worst.</summary>
internal sealed class IsolationRun(bool compute) : IDisposable
{
    /// <summary>How long the task sleeps at a time.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly ManualResetEventSlim _end = new();

    // INVARIANT: written by the one task that ticks; read when it has ended.
    private long _worst = 1;

    public bool GoesOn => !_end.IsSet;

    /// <summary>A closure: it blocks, or computes, until the run ends.</summary>
    public void Occupy()
    {
        if (!compute)
        {
            _end.Wait();
            return;
        }

        while (GoesOn)
        {
            Thread.SpinWait(1000);
        }
    }

    /// <summary>Slept once more.</summary>
    /// <param name="since">When the sleep began.</param>
    public void Tick(long since) =>
        _worst = Math.Max(_worst, (long)(Stopwatch.GetElapsedTime(since) - Interval).TotalNanoseconds);

    public void End() => _end.Set();

    /// <summary>The measurement with the worst lateness in the place of the time.</summary>
    public Sample Judge(Measurement measurement) => measurement.Stop(1) with { Nanos = _worst };

    public void Dispose() => _end.Dispose();
}
