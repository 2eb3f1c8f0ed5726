using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>The pooled leaf of <see cref="Notify.NotifiedAsync"/>.</summary>
/// <remarks>
/// Not a <see cref="WaitLeaf{TOperation,T}"/>: a notification is all that there is to be had, so one that was given to the
/// leaf of its own task is taken without asking the primitive. And a free leaf that lies on top of the others keeps its
/// primitive until it is taken again, as a rule for the same one. Nothing here throws, or runs a stranger's code.
/// </remarks>
internal sealed class NotifiedLeaf : LeafSource<Unit>
{
    private readonly Waiter _waiter = new();
    private Notify? _notify;
    private int _rounds;

    /// <summary>Waits for a notification.</summary>
    /// <param name="notify">The primitive.</param>
    /// <param name="rounds">How often it has notified all.</param>
    /// <returns>The future of the notification.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every notification
    internal static Future Await(Notify notify, int rounds)
    {
        NotifiedLeaf leaf = SourcePool<NotifiedLeaf>.Rent(Ambient.Current);
        leaf._rounds = rounds;
        if (!ReferenceEquals(leaf._notify, notify))
        {
            leaf._notify = notify; // A compare is cheaper than the store's write barrier.
        }

        return new Future(leaf, leaf.Version);
    }

    internal override bool PollLeaf(Strand strand, Ambient ambient)
    {
        if (!_waiter.TryTakeDirect())
        {
            return PollNotify(strand, ambient);
        }

        State = SourceState.Done;
        SetRunner(ambient);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Else what it needs is saved for each poll.
    private bool PollNotify(Strand strand, Ambient ambient)
    {
        State = SourceState.Started;
        _waiter.OfTask = strand.IsTask;
        if (!_notify!.Poll(_waiter, strand.Target, _rounds))
        {
            return false;
        }

        State = SourceState.Done;
        SetRunner(ambient);
        return true;
    }

    // As that of the base: what gives it back is this class's own, and called directly.
    [StackTraceHidden]
    internal override Unit GetAwaited(uint token)
    {
        if (!IsAwaitedHere(token, out Ambient? runner))
        {
            return GetResult(token);
        }

        Recycle(runner);
        return default;
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set(typeof(Notify), "NotifiedAsync", _notify!);
        into.Place = _waiter;
    }

    // By hand: nobody knows who takes the outcome.
    private protected override bool Poll(ref PollContext context)
    {
        _waiter.OfTask = false;
        if (!_notify!.Poll(_waiter, context.Waker.Target!, _rounds))
        {
            return false;
        }

        ForgetRunner(); // It may be that of an earlier use.
        return Complete(default);
    }

    private protected override bool Withdraw()
    {
        _notify!.Withdraw(_waiter);
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        ClearOutcome();
        if (_waiter.TryEndDirectUse() && SourcePool<NotifiedLeaf>.TryReturnOnTop(ambient, this))
        {
            return;
        }

        _notify = null;
        if (_waiter.TryForget())
        {
            SourcePool<NotifiedLeaf>.Return(ambient, this);
        }
    }
}
