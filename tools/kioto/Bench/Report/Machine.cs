using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Kioto.Tool.Bench;

/// <summary>What figures were measured on.</summary>
internal static class Machine
{
    private const string Processors = "/proc/cpuinfo";

    /// <summary>Its processors, system and .NET, in a line.</summary>
    public static string Describe()
    {
        string model = File.Exists(Processors)
            ? File.ReadLines(Processors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? ""
            : "";
        string processors = $"{Environment.ProcessorCount} × {(model.Length == 0 ? RuntimeInformation.ProcessArchitecture.ToString() : model)}";
        return $"{processors}, {RuntimeInformation.OSDescription} (kernel {Environment.OSVersion.Version}), {RuntimeInformation.FrameworkDescription}";
    }
}
