using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Kioto.Tool.Bench;

/// <summary>Keeps this thread, and the threads that it creates meanwhile, on one processor until it is disposed.</summary>
internal sealed unsafe class CpuAffinity : IDisposable
{
    private const int Words = 16;
    private const int Bits = sizeof(ulong) * 8;

    private static readonly ulong[] s_allowed = Get();

    private readonly bool _pinned;

    public CpuAffinity(int? processor)
    {
        if (processor is not { } only)
        {
            return;
        }

        ulong[] mask = new ulong[Words];
        mask[only / Bits] = 1UL << (only % Bits);
        Set(mask);
        _pinned = true;
    }

    /// <summary>The processors that this process may use, when it began. A container may have others than 0 and 1.</summary>
    public static IReadOnlyList<int> Allowed { get; } =
        [.. Enumerable.Range(0, Words * Bits).Where(i => (s_allowed[i / Bits] & (1UL << (i % Bits))) != 0)];

    public void Dispose()
    {
        if (_pinned)
        {
            Set(s_allowed);
        }
    }

    private static ulong[] Get()
    {
        ulong[] mask = new ulong[Words];
        if (OperatingSystem.IsLinux())
        {
            // SAFETY: the kernel writes at most so many bytes of an array that is pinned meanwhile.
            fixed (ulong* words = mask)
            {
                _ = sched_getaffinity(0, Words * sizeof(ulong), words);
            }
        }

        return mask;
    }

    // Where it fails things stay as they are, and figures are less steady.
    private static void Set(ulong[] mask)
    {
        // SAFETY: the kernel reads so many bytes of an array that is pinned meanwhile.
        fixed (ulong* words = mask)
        {
            _ = sched_setaffinity(0, Words * sizeof(ulong), words);
        }
    }

    [DllImport("libc")]
    private static extern int sched_getaffinity(int thread, nint size, ulong* mask);

    [DllImport("libc")]
    private static extern int sched_setaffinity(int thread, nint size, ulong* mask);
}
