using System;
using System.Globalization;
using System.IO;

namespace Kioto.Tool.Bench;

/// <summary>Whether others are using the machine: two workers that have to share a core say nothing about a runtime.</summary>
internal static class MachineLoad
{
    /// <summary>A word of warning, or null. To be asked before we make a load ourselves.</summary>
    public static string? Warning()
    {
        const string Source = "/proc/loadavg";
        if (!File.Exists(Source))
        {
            return null;
        }

        double load = double.Parse(File.ReadAllText(Source).Split(' ')[0], CultureInfo.InvariantCulture);
        return load > Environment.ProcessorCount
            ? $"the machine was busy before the bench began (load average {load:0.0}, {Environment.ProcessorCount} processors): its figures are disturbed"
            : null;
    }
}
