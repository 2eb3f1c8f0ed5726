namespace Kioto;

/// <summary>No model pauses the clock of the current runtime.</summary>
internal static class RuntimeClock
{
    internal static bool AnyPaused => false;

    internal static long CurrentNanos => Clock.Now;
}
