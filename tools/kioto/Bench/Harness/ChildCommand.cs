using System.Collections.Generic;
using System.Diagnostics;

namespace Kioto.Tool.Bench;

/// <summary>How to start a child process.</summary>
/// <param name="File">The executable.</param>
/// <param name="Arguments">What comes behind it.</param>
/// <param name="Environment">What is added to the environment.</param>
internal sealed record ChildCommand(
    string File, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string>? Environment = null)
{
    /// <summary>The same command with more arguments.</summary>
    public ChildCommand With(params IEnumerable<string> arguments) => this with { Arguments = [.. Arguments, .. arguments] };

    /// <summary>The same command on one processor only.</summary>
    public ChildCommand PinnedTo(int processor) =>
        this with { File = "taskset", Arguments = ["-c", $"{processor}", File, .. Arguments] };

    /// <summary>Starts it with its three streams in our hands.</summary>
    public Process Start()
    {
        ProcessStartInfo info = new(File, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in Environment ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }
}
