using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Kioto;

/// <summary>How a runtime ended: what did not end by itself, where it was spawned and what it waited for.</summary>
public sealed class ShutdownReport
{
    /// <summary>Stragglers beyond this many are counted, not described.</summary>
    internal const int MostDescribed = 1000;

    internal ShutdownReport(TimeSpan elapsed, IReadOnlyList<Straggler> stragglers, int count)
    {
        Elapsed = elapsed;
        Stragglers = stragglers;
        StragglerCount = count;
    }

    /// <summary>How long the shutdown took.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Whether everything ended in time.</summary>
    public bool IsClean => StragglerCount == 0;

    /// <summary>What did not, by the order of spawning as far as ids tell; the first thousand.</summary>
    public IReadOnlyList<Straggler> Stragglers { get; }

    /// <summary>How many there were in all.</summary>
    public int StragglerCount { get; }

    /// <summary>The report as text.</summary>
    /// <returns>A line, and some more for each straggler.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Shut down in {Durations.InWords(Elapsed)}, {StragglerCount} straggler(s)");
        foreach (Straggler straggler in Stragglers)
        {
            text.Append('\n').Append(straggler);
        }

        return text.ToString();
    }
}
