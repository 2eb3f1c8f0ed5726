using System;
using System.Buffers;

namespace Kioto.Net.Tests;

/// <summary>Memory that calls back when its span is asked for: between a stream's check that it is open and its system call.</summary>
internal sealed class CallbackMemory(byte[] bytes, Action onUse) : MemoryManager<byte>
{
    internal byte[] Bytes { get; } = bytes;

    public override Span<byte> GetSpan()
    {
        onUse();
        return Bytes;
    }

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin()
    {
    }

    internal Memory<byte> First(int length) => CreateMemory(length);

    protected override void Dispose(bool disposing)
    {
    }
}
