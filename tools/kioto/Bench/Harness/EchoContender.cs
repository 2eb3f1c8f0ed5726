namespace Kioto.Tool.Bench;

/// <summary>An echo server.</summary>
internal sealed class EchoContender(string peer, string version, string variant, ChildCommand server, EchoLoad load)
    : ServedContender(peer, version, variant, server)
{
    public override bool Knows(BenchSpec spec) => spec.IsEcho;

    private protected override ChildCommand Load(BenchSpec spec, int port, double seconds) =>
        load.Command(port, spec.Connections, seconds);

    private protected override (long Messages, Latency Latency) Read(string output) => EchoLoad.Read(output);
}
