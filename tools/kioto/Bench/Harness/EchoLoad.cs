using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Kioto.Tool.Bench;

/// <summary>The load on echo servers: the C client where it could be built, else our own.</summary>
internal sealed class EchoLoad(string? client)
{
    /// <summary>The processors of server and load; null, and no figure better than a guess, where they have to share.</summary>
    private static readonly (int Server, int Load)? s_processors = Choose();

    /// <summary>The load's processor, or null.</summary>
    public static int? Processor => s_processors?.Load;

    public ChildCommand Command(int port, int connections, double seconds)
    {
        string time = seconds.ToString(CultureInfo.InvariantCulture);
        ChildCommand command = client is not null
            ? new ChildCommand(client, ["--json", $"{port}", $"{connections}", time])
            : SelfCommand.Create().With(
                "load", "echo", "--json", "--port", $"{port}", "--connections", $"{connections}", "--seconds", time);
        return s_processors is { } processors ? command.PinnedTo(processors.Load) : command;
    }

    /// <summary>Pins a server to the other processor.</summary>
    public static ChildCommand Server(ChildCommand server) =>
        s_processors is { } processors ? server.PinnedTo(processors.Server) : server;

    /// <summary>Reads what either client prints.</summary>
    /// <param name="output">JSON.</param>
    public static (long Messages, Latency Latency) Read(string output)
    {
        JsonElement figures = JsonElement.Parse(output);
        return (
            figures.GetProperty("messages").GetInt64(),
            new Latency(
                figures.GetProperty("rate").GetDouble(),
                figures.GetProperty("p50_us").GetDouble(),
                figures.GetProperty("p99_us").GetDouble()));
    }

    private static (int Server, int Load)? Choose()
    {
        string[] folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return CpuAffinity.Allowed.Count > 1 && folders.Any(folder => File.Exists(Path.Combine(folder, "taskset")))
            ? (CpuAffinity.Allowed[0], CpuAffinity.Allowed[1])
            : null;
    }
}
