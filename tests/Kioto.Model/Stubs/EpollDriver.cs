namespace Kioto;

/// <summary>What a source knows of its driver.</summary>
internal sealed class EpollDriver
{
    internal int Deregistered { get; private set; }

    internal void Deregister(IoSource source) => Deregistered++;
}
