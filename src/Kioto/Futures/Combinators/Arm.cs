using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>One arm of a combinator: a strand inside a strand, whose leaves wake the task around them.</summary>
/// <remarks>
/// INVARIANT: touched only by whoever polls the enclosing strand. The enclosing strand and the target are those of the
/// latest poll: what an arm waits for is polled, and given its waker, again at each of them.
/// </remarks>
internal abstract class Arm : Strand
{
    private Strand? _enclosing;
    private WakeTarget? _target;

    internal ArmState State { get; private set; }

    /// <summary>How it ended. Valid once <see cref="ArmState.Ended"/>.</summary>
    internal ArmOutcome Outcome { get; private set; }

    /// <summary>The failure. Null unless the outcome is one.</summary>
    internal ExceptionDispatchInfo? Error { get; private set; }

    internal bool IsLive => State is ArmState.Waiting or ArmState.Running;

    internal sealed override Strand? Enclosing => _enclosing;

    private protected sealed override WakeTarget OuterTarget => _target!;

    private protected FutureSource? Root { get; private set; }

    private protected uint Token { get; private set; }

    internal sealed override void Wake() => _target?.Wake();

    internal sealed override void RequestYield() => _enclosing!.RequestYield();

    /// <summary>Polls the arm, for the first time or again. Precondition: it is live.</summary>
    /// <param name="ambient">The current thread's context, whose strand is the enclosing one.</param>
    /// <returns>Whether it has ended.</returns>
    internal bool Poll(Ambient ambient)
    {
        Strand enclosing = Enter(ambient);
        bool done;
        if (State == ArmState.Running)
        {
            done = Resume(ambient);
        }
        else
        {
            State = ArmState.Running;
            done = Begin(ambient);
        }

        return Leave(ambient, enclosing, done);
    }

    /// <summary>Cancels the arm: withdraws its leaf and unwinds its frames. One that was never polled is let go.</summary>
    /// <param name="ambient">The current thread's context, whose strand is the enclosing one.</param>
    /// <returns>Whether it has ended; else its cleanup goes on at the next polls.</returns>
    internal bool Stop(Ambient ambient)
    {
        // A yield has nothing to withdraw, and cancelling the shared object would make every later yield look twice.
        if (State == ArmState.Waiting || Root is YieldLeaf)
        {
            LetGo();
            return true;
        }

        Strand enclosing = Enter(ambient);
        return Leave(ambient, enclosing, Cancel(ambient));
    }

    /// <summary>Gives a future that was never polled back to its pool.</summary>
    internal void LetGo()
    {
        // Somebody else's, if the value was used twice: then the pool object is not ours to return.
        if (Root is { State: SourceState.Created } root && root.Version == Token)
        {
            root.Abandon();
        }

        State = ArmState.Ended;
        Outcome = ArmOutcome.Cancelled;
        Root = null;
    }

    /// <summary>Lets go of everything without unwinding: no more user code may run.</summary>
    internal void Kill()
    {
        if (State == ArmState.Running)
        {
            DropFrames();
        }

        State = ArmState.Ended;
        Root = null;
    }

    /// <summary>As new, without a reference to anything.</summary>
    /// <returns>False if somebody may still remember it as the strand of what it ran: then another must replace it.</returns>
    internal bool TryReset()
    {
        if (IsRemembered)
        {
            return false;
        }

        ForgetChain();
        ResetCancellation();
        ClearResult();
        _enclosing = null;
        _target = null;
        Root = null;
        Error = null;
        State = ArmState.Empty;
        return true;
    }

    /// <summary>Another arm of the same type.</summary>
    /// <returns>An empty arm.</returns>
    internal abstract Arm Renew();

    private protected void Set(FutureSource? root, uint token)
    {
        Root = root;
        Token = root is null ? token : root.TryClaim(token);
        State = ArmState.Waiting;
    }

    private protected void Disable() => State = ArmState.Disabled;

    /// <summary>Takes the result and gives the root's source back to its pool.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>The failure, or null.</returns>
    private protected abstract ExceptionDispatchInfo? TakeResult(Ambient ambient);

    private protected abstract void ClearResult();

    private Strand Enter(Ambient ambient)
    {
        Strand enclosing = ambient.Strand!;
        if (!ReferenceEquals(_enclosing, enclosing))
        {
            _enclosing = enclosing; // Comparing is cheaper than the store's write barrier.
        }

        WakeTarget target = enclosing.Target;
        if (!ReferenceEquals(_target, target))
        {
            _target = target;
        }

        ambient.Strand = this;
        return enclosing;
    }

    private bool Leave(Ambient ambient, Strand enclosing, bool done)
    {
        if (done)
        {
            End(ambient);
        }

        ambient.Strand = enclosing;
        return done;
    }

    private bool Begin(Ambient ambient)
    {
        if (Root is not { } root || !IsFresh(root))
        {
            return true;
        }

        InheritScopes(_enclosing!.Locals);

        // A body that the strand's loop started, for want of stack, leaves its own execution context behind.
        if (ContextFlow.IsDefault(ambient))
        {
            bool done = Begin(root, Token, ambient);
            ContextFlow.Enter(null, ambient);
            return done;
        }

        System.Threading.ExecutionContext callers = ContextFlow.Remember(out bool suppressed);
        bool ended = Begin(root, Token, ambient);
        ContextFlow.ComeBack(callers, suppressed);
        return ended;
    }

    private bool IsFresh(FutureSource root) =>
        (root.Version == Token && root.State == SourceState.Created) || root is YieldLeaf || Reject(root);

    private bool Reject(FutureSource root)
    {
        try
        {
            root.CheckFresh(Token);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            Error = ExceptionDispatchInfo.Capture(exception);
            Root = null;
            return false;
        }
    }

    // The strand is still this one: a yield keeps "cancelled" in it.
    private void End(Ambient ambient)
    {
        State = ArmState.Ended;
        if (Root is { } root)
        {
            Outcome = TakeOutcome(root, ambient);
            Root = null;
            return;
        }

        Outcome = Error is null ? ArmOutcome.Result : ArmOutcome.Failure;
    }

    private ArmOutcome TakeOutcome(FutureSource root, Ambient ambient)
    {
        if (root is YieldLeaf)
        {
            bool cancelled = CancelPending;
            CancelPending = false;
            return cancelled ? ArmOutcome.Cancelled : ArmOutcome.Result;
        }

        if (Cancelled && root.EndsCancelled)
        {
            root.Discard(ambient); // No exception was made.
            return ArmOutcome.Cancelled;
        }

        ExceptionDispatchInfo? error = TakeResult(ambient);
        if (error is null)
        {
            return ArmOutcome.Result;
        }

        if (Cancelled && error.SourceException is OperationCanceledException)
        {
            return ArmOutcome.Cancelled;
        }

        Error = error;
        return ArmOutcome.Failure;
    }
}
