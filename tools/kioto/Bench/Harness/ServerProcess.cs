using System;
using System.Globalization;

namespace Kioto.Tool.Bench;

/// <summary>An echo server in a process of its own, that says which port it listens on.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Greeting = "listening ";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ChildProcess _process;

    public ServerProcess(ChildCommand command)
    {
        _process = new ChildProcess(command);
        try
        {
            string line = _process.ReadLine(s_patience);
            Port = line.StartsWith(Greeting, StringComparison.Ordinal)
                && int.TryParse(line[Greeting.Length..], CultureInfo.InvariantCulture, out int port)
                ? port
                : throw new BenchException($"expected \"{Greeting}PORT\" of the server, not \"{line}\"");
        }
        catch
        {
            _process.Dispose();
            throw;
        }
    }

    public int Port { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The CPU time that it has used so far, in nanoseconds.</summary>
    public long CpuNanos => CpuClock.OfProcess(_process.Id);

    /// <summary>Our own servers, pinned to the first core.</summary>
    public static ChildCommand OfTool(ChildCommand tool, bool dotnet) =>
        EchoLoad.Server(tool.With(dotnet ? "serve-dotnet" : "serve", "echo", "--port", "0", "--workers", "1"));

    public void Dispose() => _process.Dispose();
}
