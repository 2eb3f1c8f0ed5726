using System;
using System.Threading;

namespace Kioto;

/// <summary>The leaf of a strand that awaits something that isn't ours: a Task, a ValueTask, any awaitable.</summary>
/// <remarks>
/// The continuation that the awaitable was given is ours until it has called it, so the leaf goes back to the pool
/// only after that, and one that is dropped unfinished is left to the garbage collector.
/// </remarks>
internal sealed class ForeignLeaf : FutureSource, ILeaf
{
    // INVARIANT: 0 until the awaitable calls the continuation, then 1. Written by the completer, read by the poller.
    private int _completed;

    // INVARIANT: written by the poller before it looks at _completed, read by the completer after it has set it.
    private WakeTarget? _target;

    public ForeignLeaf() => Continuation = Complete;

    internal Action Continuation { get; }

    public bool PollLeaf(ref PollContext context)
    {
        WakeTarget? target = context.Waker.Target;
        if (!ReferenceEquals(_target, target))
        {
            // ORDERING: a full fence between writing the target and reading the flag; pairs with Complete's exchange.
            Interlocked.Exchange(ref _target, target);
        }

        if (Volatile.Read(ref _completed) == 0)
        {
            return false;
        }

        Recycle();
        return true;
    }

    /// <summary>Somebody else's operation may still use our buffers: never abandoned, only waited for.</summary>
    public bool CancelLeaf(Strand strand) => false;

    internal static ForeignLeaf Suspend(FutureSource frame, Strand strand, Ambient ambient)
    {
        ForeignLeaf leaf = SourcePool<ForeignLeaf>.Rent(ambient);
        leaf._target = strand.Target;
        strand.Suspend(leaf, frame);
        return leaf;
    }

    internal override bool Start(uint token, Ambient ambient) => throw new NotSupportedException();

    internal override void Attach(FutureSource? awaiting, Strand strand) => throw new NotSupportedException();

    internal override void Resume(Ambient ambient) => throw new NotSupportedException();

    internal override void SetCancelled() => throw new NotSupportedException();

    internal override void Abandon()
    {
        // Still in the awaitable's hands: a late call finds no target.
        Volatile.Write(ref _target, null); // ORDERING: publication only; a wake too many is harmless.
    }

    private void Complete()
    {
        Interlocked.Exchange(ref _completed, 1); // ORDERING: full fence, pairs with PollLeaf's.
        Volatile.Read(ref _target)?.Wake();
    }

    private void Recycle()
    {
        _target = null;
        _completed = 0;
        SourcePool<ForeignLeaf>.Return(Ambient.Current, this);
    }
}
