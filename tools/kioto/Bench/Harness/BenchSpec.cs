namespace Kioto.Tool.Bench;

/// <summary>What the harness asks for in one repetition of a benchmark.</summary>
/// <param name="Name">Tokio's own name, in snake_case.</param>
/// <param name="What">What one operation is.</param>
/// <param name="Ops">Operations per line of the protocol.</param>
/// <param name="Runs">Lines per repetition: repetitions should last some 5 to 50 ms.</param>
/// <param name="Connections">Of the client, for tcp_echo and kestrel; 0 for all others.</param>
/// <param name="QuickOps">Operations in a quick run, of those whose repetitions last longer; 0 is Ops.</param>
/// <param name="MostRepetitions">For what takes a second each; 0 is as many as the plan says.</param>
/// <param name="Workers">Worker threads of the runtimes.</param>
/// <param name="Http">For kestrel: what is asked for.</param>
/// <param name="Shape">The benchmark that peers run; null is the one of this name.</param>
internal sealed record BenchSpec(
    string Name, string What, int Ops, int Runs, int Connections = 0, int QuickOps = 0, int MostRepetitions = 0,
    int Workers = 2, string? Shape = null, HttpShape? Http = null)
{
    /// <summary>The same for a quick run.</summary>
    public BenchSpec Quick => QuickOps > 0 ? this with { Ops = QuickOps } : this;

    /// <summary>What peers call it.</summary>
    public string PeersName => Shape ?? Name;

    /// <summary>Whether servers are measured, in processes of their own.</summary>
    public bool IsServed => Connections > 0;

    public bool IsEcho => IsServed && Http is null;

    public string Params => Http is { } http ? $"workers={Workers},connections={Connections},path={http.Path},at_once={http.AtOnce}"
        : IsServed ? $"workers={Workers},connections={Connections},size=64" : $"workers={Workers},ops={Ops}";
}
