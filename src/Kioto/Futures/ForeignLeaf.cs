using System;
using System.Threading;

namespace Kioto;

/// <summary>The leaf of a strand that awaits something that isn't ours: a Task, a ValueTask, any awaitable.</summary>
/// <remarks>
/// The continuation that the awaitable was given is ours until it has called it, so the leaf goes back to the pool
/// only after that, and one that is dropped unfinished is left to the garbage collector.
/// </remarks>
internal sealed class ForeignLeaf : FutureSource
{
    // INVARIANT: 0 until the awaitable calls the continuation, then 1. Written by the completer, read by the poller.
    private int _completed;

    private bool _callsOnce = true;

    // INVARIANT: written by the poller before it looks at _completed, read by the completer after it has set it.
    private WakeTarget? _target;

    public ForeignLeaf() => Continuation = Complete;

    internal Action Continuation { get; }

    internal override string Description => Awaiter?.Type is not { } type ? base.Description
        : TaskAwaiters.Include(type) ? "a Task or a ValueTask"
        : type.DeclaringType is { } outer ? $"{DescribeType(outer)}.{DescribeType(type)}"
        : DescribeType(type);

    /// <summary>What is known of the awaiter.</summary>
    internal ForeignAwaiter? Awaiter { get; private set; }

    /// <summary>What is awaited; only known when cancelling the strand may reach it.</summary>
    internal ForeignOutcome Outcome { get; set; }

    /// <summary>Whether it began while a cancellation was waiting for the next await: then this one throws it.</summary>
    internal bool IsLate { get; private set; }

    internal bool IsCompleted => Volatile.Read(ref _completed) != 0; // ORDERING: a hint; as in PollLeaf.

    internal override bool PollLeaf(Strand strand, Ambient ambient) => Poll(strand.Target);

    /// <summary>Polls it by hand.</summary>
    /// <param name="target">Whom to wake.</param>
    /// <returns>Whether the awaitable has called its continuation.</returns>
    internal bool Poll(WakeTarget? target)
    {
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
    internal override bool CancelLeaf(Strand strand) => false;

    /// <summary>The frame waits for something foreign. Its awaiter may be given the continuation afterwards.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="strand">The strand that is being polled.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="awaiter">What is known of the awaiter.</param>
    /// <param name="callsOnce">
    /// Whether the awaitable is sure to call the continuation once. Else the leaf never serves another await: a second
    /// call would end that one.
    /// </param>
    /// <returns>The leaf.</returns>
    internal static ForeignLeaf Suspend(
        FutureSource frame, Strand strand, Ambient ambient, ForeignAwaiter? awaiter = null, bool callsOnce = true)
    {
        ForeignLeaf leaf = callsOnce ? SourcePool<ForeignLeaf>.Rent(ambient) : new ForeignLeaf { _callsOnce = false };
        leaf._target = strand.Target;
        leaf.IsLate = strand.CancelPending;
        if (!ReferenceEquals(leaf.Awaiter, awaiter))
        {
            leaf.Awaiter = awaiter; // A compare is cheaper than the store's write barrier.
        }

        strand.Suspend(leaf, frame);
        return leaf;
    }

    internal override void Describe(LeafDescription into) =>
        into.Set(Awaiter is { } awaiter ? $"{TypeNames.Of(awaiter.Type)} of .NET" : "an awaitable that is not Kioto's");

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
        Outcome = default;
        if (!_callsOnce)
        {
            return;
        }

        _completed = 0;
        SourcePool<ForeignLeaf>.Return(Ambient.Current, this);
    }
}
