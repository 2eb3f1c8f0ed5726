using System;

namespace Kioto.Tool.Traffic;

/// <summary>What a load is to do.</summary>
/// <param name="Protocol">echo or http.</param>
/// <param name="Port">Of a server on this machine.</param>
/// <param name="Connections">Each has one message or request under way at a time.</param>
/// <param name="Seconds">How long is counted, after 0.3 times as long for warming up.</param>
/// <param name="Size">Bytes of an echo's message.</param>
internal sealed record LoadOptions(string Protocol, int Port, int Connections, double Seconds, int Size = 64)
{
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Seconds * 0.3);

    public TimeSpan Counted => TimeSpan.FromSeconds(Seconds);
}
