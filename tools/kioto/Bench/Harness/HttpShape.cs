namespace Kioto.Tool.Bench;

/// <summary>What the client of a Kestrel row asks for.</summary>
/// <param name="Path">The end point of samples/KestrelApi.</param>
/// <param name="AtOnce">How many requests are under way on a connection: pipelined, or streams of HTTP/2.</param>
/// <param name="Client">Who asks.</param>
internal sealed record HttpShape(string Path, int AtOnce = 1, HttpClientKind Client = HttpClientKind.Wrk);
