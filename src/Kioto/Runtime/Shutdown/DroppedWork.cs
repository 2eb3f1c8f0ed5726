using System;
using System.Collections.Generic;
using System.Text;

namespace Kioto;

/// <summary>Says what a shutdown has dropped or left behind that gives no report: that of Dispose, of ShutdownBackground, of a failure.</summary>
internal static class DroppedWork
{
    /// <summary>Stragglers beyond this many are counted.</summary>
    private const int MostTold = 10;

    /// <summary>Tells the log, and listeners to events.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="stragglers">What has not ended.</param>
    /// <param name="count">How many there are in all.</param>
    internal static void Tell(RuntimeScheduler runtime, List<Straggler> stragglers, int count)
    {
        StringBuilder text = new();
        for (int i = 0; i < stragglers.Count && i < MostTold; i++)
        {
            text.Append('\n').Append(stragglers[i]);
        }

        if (count > MostTold)
        {
            text.Append("\nand ").Append(count - MostTold).Append(" more");
        }

        if ((KiotoEventSource.Kinds & EventKinds.Problems) != 0)
        {
            KiotoEventSource.Log.WorkDropped(runtime.TraceId, runtime.DisplayName, count, text.ToString());
        }

        TimeSpan grace = runtime.Options.CleanupGrace;
        FailureReporter.Log(
            $"The Kioto runtime '{runtime.DisplayName}' has ended, and {count} straggler(s) had not when its cleanup grace " +
            $"({Durations.InWords(grace)}) was over: they were dropped without their cleanup, or still run. Let cancellation pass, " +
            $"wait for less in cleanup, or give it longer (CleanupGrace). ShutdownAsync reports this, and writes nothing.{text}");
    }
}
