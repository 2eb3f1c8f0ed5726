using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>Tasks that block their threads, each of which has spawned one before; how late the last of those begins.</summary>
/// <param name="stuck">How many block.</param>
/// <param name="millis">For how long at most: until all those have begun that they have spawned.</param>
internal sealed class StuckRun(int stuck, int millis) : IDisposable
{
    private readonly ManualResetEventSlim _end = new();

    // INVARIANT: counted down by each that begins.
    private int _left = stuck;

    // INVARIANT: only raised; read when all have ended.
    private long _worst = 1;

    /// <summary>What blocks its thread.</summary>
    public void Block() => _end.Wait(millis);

    /// <summary>One of those begins that wait beside.</summary>
    /// <param name="since">When it was spawned.</param>
    public void Begin(long since)
    {
        long late = (long)Stopwatch.GetElapsedTime(since).TotalNanoseconds;
        long worst = Volatile.Read(ref _worst);
        while (late > worst && Interlocked.CompareExchange(ref _worst, late, worst) is var seen && seen != worst)
        {
            worst = seen;
        }

        if (Interlocked.Decrement(ref _left) == 0)
        {
            _end.Set();
        }
    }

    /// <summary>The measurement with the worst delay in the place of the time.</summary>
    public Sample Judge(Measurement measurement) => measurement.Stop(1) with { Nanos = _worst };

    public void Dispose() => _end.Dispose();
}
