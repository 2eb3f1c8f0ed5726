namespace Kioto.Tool.Bench;

/// <summary>What the client of a Kestrel row asks for.</summary>
/// <param name="Path">The end point of samples/KestrelApi.</param>
/// <param name="Pipelined">How many requests it sends at once on a connection.</param>
internal sealed record HttpShape(string Path, int Pipelined = 1);
