using System;
using System.Runtime.InteropServices;

namespace ModelChecking;

/// <summary>
/// Keeps the threads of an exploration on one core. Only one of them runs at any time, and waking a thread that slept
/// on another core takes ten times as long. Where this is not supported, explorations are slower, nothing else.
/// </summary>
internal static unsafe class Affinity
{
    private const int Words = 16;

    /// <summary>The core of the calling thread, or -1 if threads cannot be bound to cores here.</summary>
    internal static int CurrentCore() => OperatingSystem.IsLinux() ? sched_getcpu() : -1;

    /// <summary>Binds the calling thread to the core; returns what to <see cref="Restore"/>.</summary>
    internal static ulong[] Bind(int core)
    {
        ulong[] before = new ulong[Words];
        if (core >= 0)
        {
            fixed (ulong* mask = before)
            {
                _ = sched_getaffinity(0, Words * sizeof(ulong), mask);
            }

            ulong[] one = new ulong[Words];
            one[core / 64] = 1UL << (core % 64);
            Set(one);
        }

        return before;
    }

    internal static void Restore(ulong[] before)
    {
        if (Array.Exists(before, word => word != 0))
        {
            Set(before);
        }
    }

    private static void Set(ulong[] cores)
    {
        fixed (ulong* mask = cores)
        {
            _ = sched_setaffinity(0, Words * sizeof(ulong), mask);
        }
    }

    [DllImport("libc")]
    private static extern int sched_getcpu();

    [DllImport("libc")]
    private static extern int sched_getaffinity(int thread, nuint size, ulong* mask);

    [DllImport("libc")]
    private static extern int sched_setaffinity(int thread, nuint size, ulong* mask);
}
