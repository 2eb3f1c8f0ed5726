using System.Diagnostics;

namespace Kioto;

/// <summary>Milliseconds of the system's clock, whatever a runtime's clock does.</summary>
/// <remarks>Not <c>Environment.TickCount64</c>, which costs several times as much here.</remarks>
internal static class CoarseClock
{
    private static readonly long s_perMillisecond = Stopwatch.Frequency / 1000;

    internal static long Now => Stopwatch.GetTimestamp() / s_perMillisecond;
}
