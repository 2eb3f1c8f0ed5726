using System;
using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>The operating system's futex: sleeps while a word has a value. Linux only.</summary>
internal static unsafe class Futex
{
    private const int WaitPrivate = 0 | 128;
    private const int WakePrivate = 1 | 128;

    // The number of the futex call is per architecture.
    private static readonly nint s_number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 98 : 202;

    internal static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Sleeps if the word still has the value, until woken, or for nothing.</summary>
    /// <param name="word">The word; its memory must not move.</param>
    /// <param name="expected">The value that means "sleep".</param>
    /// <param name="timeoutNanos">The longest time; negative is for ever.</param>
    internal static void Wait(ref int word, int expected, long timeoutNanos)
    {
        Timespec timeout = new(timeoutNanos);
        fixed (int* address = &word)
        {
            // SAFETY: the word lies on the pinned heap; the kernel reads the timeout before it returns. EINTR and
            // EAGAIN are wake-ups for nothing, which every caller expects.
            _ = syscall(s_number, address, WaitPrivate, expected, timeoutNanos < 0 ? null : &timeout, null, 0);
        }
    }

    /// <summary>Wakes a thread that sleeps on the word.</summary>
    /// <param name="word">The word.</param>
    internal static void WakeOne(ref int word)
    {
        fixed (int* address = &word)
        {
            // SAFETY: as in Wait.
            _ = syscall(s_number, address, WakePrivate, 1, null, null, 0);
        }
    }

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint syscall(
        nint number, int* word, nint operation, nint value, Timespec* timeout, int* word2, nint value3);
}
