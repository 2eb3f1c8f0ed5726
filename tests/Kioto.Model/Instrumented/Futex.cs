using System;
using ModelChecking;

namespace Kioto;

/// <summary>
/// Takes the place of the operating system's futex: sleeping on a condition that a word states, checked and slept on
/// in one step. Changing the word wakes nobody; only Wake does.
/// </summary>
internal static class Futex
{
    public static bool IsSupported => true;

    /// <summary>Sleeps until woken, unless the location does not hold the expected value.</summary>
    public static void Wait(ref int location, int expected) => Wait(ref location, expected, -1);

    /// <summary>
    /// Also returns when the time is over, then with false; negative means never. In a model time has no measure: the
    /// wait may end at any point, whatever the number.
    /// </summary>
    public static bool Wait(ref int location, int expected, long timeoutNanos)
    {
        ModelThread thread = Inside();
        return thread.Execution.FutexWait(thread, ref location, expected, timed: timeoutNanos >= 0);
    }

    /// <summary>Wakes up to <paramref name="count"/> of the threads that sleep at the location.</summary>
    public static void Wake(ref int location, int count)
    {
        ModelThread thread = Inside();
        thread.Execution.FutexWake(thread, ref location, count);
    }

    public static void WakeOne(ref int location) => Wake(ref location, 1);

    private static ModelThread Inside() =>
        ModelThread.Current ?? throw new InvalidOperationException("Nothing could wake this thread outside a model.");
}
