using System;

namespace Kioto.Tool.Bench;

/// <summary>A load on web servers: a client of somebody else's, with one thread.</summary>
internal abstract class HttpLoad : IDisposable
{
    /// <summary>Finds a client; as root, on Debian, installs or builds it.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="root">The project's sources.</param>
    /// <exception cref="BenchException">It is not here.</exception>
    public static HttpLoad Find(HttpClientKind kind, string? root) => kind switch
    {
        HttpClientKind.Wrk => WrkLoad.Find(root),
        HttpClientKind.H2Load => H2Load.Find(),
        _ => WebSocketLoad.Find(root),
    };

    public ChildCommand Command(int port, BenchSpec spec, double seconds)
    {
        ChildCommand command = ClientCommand(port, spec, seconds);
        return EchoLoad.Processor is { } processor ? command.PinnedTo(processor) : command;
    }

    /// <summary>Reads what the client has printed.</summary>
    /// <param name="output">All of it.</param>
    /// <exception cref="BenchException">A response was an error, a connection broke, or it is not that client's.</exception>
    public abstract (long Messages, Latency Latency) ReadOutput(string output);

    public virtual void Dispose()
    {
    }

    /// <summary>The command.</summary>
    /// <param name="port">The server's.</param>
    /// <param name="spec">What is asked for.</param>
    /// <param name="seconds">How long, after 0.3 times as long for warming up.</param>
    private protected abstract ChildCommand ClientCommand(int port, BenchSpec spec, double seconds);

    /// <summary>Looks whether a program is there; if not, and where that is possible, installs it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="package">Debian's package.</param>
    /// <param name="versionOption">What it can be started with, to say what it is.</param>
    /// <exception cref="BenchException">It is not here.</exception>
    private protected static void Require(string program, string package, string versionOption)
    {
        if (!Starts(program, versionOption) && !(Succeeds("apt-get", "install", "-y", "-qq", package) && Starts(program, versionOption)))
        {
            throw new BenchException($"the client {program} is not installed (apt-get install {package})");
        }
    }

    // wrk -v ends with 1.
    private static bool Starts(string program, string argument) => Run(program, argument) is not null;

    private static bool Succeeds(string program, params string[] arguments) => Run(program, arguments) == 0;

    private static int? Run(string program, params string[] arguments)
    {
        try
        {
            using ChildProcess process = new(new ChildCommand(program, arguments));
            return process.WaitForEnd().ExitCode;
        }
        catch (BenchException)
        {
            return null;
        }
    }
}
