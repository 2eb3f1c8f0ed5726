using System;

namespace Kioto;

/// <summary>Keeps threads on processors. Only on Linux; elsewhere nothing happens, as the docs say.</summary>
internal static unsafe class ThreadAffinity
{
    internal static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>The processors that the process's first thread may use: what taskset and cpuset cgroups leave.</summary>
    /// <param name="mask">Set to one bit a processor.</param>
    /// <returns>False where nobody knows.</returns>
    internal static bool TryGetProcess(Span<ulong> mask)
    {
        if (!IsSupported)
        {
            return false;
        }

        fixed (ulong* bits = mask)
        {
            return Libc.GetAffinity(Environment.ProcessId, (nint)mask.Length * sizeof(ulong), bits) >= 0;
        }
    }

    /// <summary>The processors that the current thread may use.</summary>
    /// <param name="mask">Set to one bit a processor.</param>
    /// <returns>False where nobody knows.</returns>
    internal static bool TryGetCurrent(Span<ulong> mask)
    {
        if (!IsSupported)
        {
            return false;
        }

        fixed (ulong* bits = mask)
        {
            return Libc.GetAffinity(0, (nint)mask.Length * sizeof(ulong), bits) >= 0;
        }
    }

    /// <summary>Keeps the current thread on some processors.</summary>
    /// <param name="mask">One bit a processor.</param>
    /// <returns>0, or the errno. Always 0 where it is not supported.</returns>
    internal static int SetCurrent(ReadOnlySpan<ulong> mask)
    {
        if (!IsSupported)
        {
            return 0;
        }

        fixed (ulong* bits = mask)
        {
            return Libc.SetAffinity(0, (nint)mask.Length * sizeof(ulong), bits) < 0 ? Libc.Errno : 0;
        }
    }
}
