using System;
using System.Diagnostics;

namespace Kioto.Tool.Bench;

/// <summary>Wall time, CPU time and allocations, taken together.</summary>
internal readonly struct Measurement
{
    private readonly long _bytes;
    private readonly long _cpu;
    private readonly long _wall;

    // The precise count stops the world and the CPU clock is a system call: both stay outside of the wall interval.
    private Measurement(long bytes, long cpu)
    {
        _bytes = bytes;
        _cpu = cpu;
        _wall = Stopwatch.GetTimestamp();
    }

    public static Measurement Start() => new(GC.GetTotalAllocatedBytes(precise: true), CpuClock.OfThisProcess());

    public Sample Stop(long ops)
    {
        long wall = Stopwatch.GetElapsedTime(_wall).Ticks * 100;
        long cpu = CpuClock.OfThisProcess() - _cpu;
        return new Sample(ops, wall, cpu, GC.GetTotalAllocatedBytes(precise: true) - _bytes);
    }
}
