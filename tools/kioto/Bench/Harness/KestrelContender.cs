namespace Kioto.Tool.Bench;

/// <summary>samples/KestrelApi on one of its transports.</summary>
internal sealed class KestrelContender(string peer, string version, ChildCommand server, WrkLoad load)
    : ServedContender(peer, version, "", server)
{
    public override bool Knows(BenchSpec spec) => spec.Http is not null;

    private protected override ChildCommand Load(BenchSpec spec, int port, double seconds) =>
        load.Command(port, spec, seconds * 1.3);

    private protected override (long Messages, Latency Latency) Read(string output) => WrkLoad.Read(output);
}
