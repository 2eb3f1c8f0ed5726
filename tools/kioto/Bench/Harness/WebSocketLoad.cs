using System.Globalization;

namespace Kioto.Tool.Bench;

/// <summary>The C client's echo over WebSockets.</summary>
/// <param name="client">Its path.</param>
internal sealed class WebSocketLoad(string client) : HttpLoad
{
    /// <inheritdoc cref="HttpLoad.Find"/>
    public static WebSocketLoad Find(string? root) => PeerBuild.C(root).TryGetValue("load", out string? client)
        ? new WebSocketLoad(client)
        : throw new BenchException("bench/peers/c has built no client");

    public override (long Messages, Latency Latency) ReadOutput(string output) => EchoLoad.Read(output);

    private protected override ChildCommand ClientCommand(int port, BenchSpec spec, double seconds) => new(
        client,
        [
            "--json", "--websocket", spec.Http!.Path, $"{port}", $"{spec.Connections}", seconds.ToString(CultureInfo.InvariantCulture),
        ]);
}
