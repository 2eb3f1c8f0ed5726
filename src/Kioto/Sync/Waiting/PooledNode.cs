using System;

namespace Kioto.Sync;

/// <summary>A small object that rides in the pools of sources without being one: a lease, a oneshot's core.</summary>
internal abstract class PooledNode : FutureSource
{
    internal sealed override bool Start(uint token, Ambient ambient) => throw new NotSupportedException();

    internal sealed override void Attach(FutureSource? awaiting, Strand strand) => throw new NotSupportedException();

    internal sealed override void Resume(Ambient ambient) => throw new NotSupportedException();

    internal sealed override void Abandon() => throw new NotSupportedException();

    internal sealed override void SetCancelled() => throw new NotSupportedException();
}
