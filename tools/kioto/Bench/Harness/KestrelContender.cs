namespace Kioto.Tool.Bench;

/// <summary>A web server that answers as samples/KestrelApi, or that on one of its transports, under one client.</summary>
internal sealed class KestrelContender(string peer, string version, ChildCommand server, HttpClientKind kind, HttpLoad load)
    : ServedContender(peer, version, "", server)
{
    // wrk knows whole seconds only.
    private protected override double WarmUpSeconds => 0.7;

    public override bool Knows(BenchSpec spec) => spec.Http?.Client == kind;

    private protected override ChildCommand Load(BenchSpec spec, int port, double seconds) => load.Command(port, spec, seconds);

    private protected override (long Messages, Latency Latency) Read(string output) => load.ReadOutput(output);
}
