using System;

namespace Kioto.ModelTests;

/// <summary>What a model's task waits for, as its only leaf: it is polled and cancelled, and nothing else.</summary>
internal abstract class ModelLeaf : FutureSource
{
    internal abstract override bool PollLeaf(Strand strand, Ambient ambient);

    internal abstract override bool CancelLeaf(Strand strand);

    internal sealed override bool Start(uint token, Ambient ambient) => throw new NotSupportedException();

    internal sealed override void Attach(FutureSource? awaiting, Strand strand) => throw new NotSupportedException();

    internal sealed override void Resume(Ambient ambient) => throw new NotSupportedException();

    internal sealed override void SetCancelled() => throw new NotSupportedException();

    internal sealed override void Abandon()
    {
    }
}
