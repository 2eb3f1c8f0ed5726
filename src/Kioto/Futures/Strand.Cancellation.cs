using System;
using System.Threading;

namespace Kioto;

// Cancelling: what is waited for is withdrawn, frames without cleanup are dropped, the others unwind by an exception.
// One delivery ends at one await. While the strand still runs, each further grace delivers once more.
internal abstract partial class Strand
{
    /// <summary>The delivery with which foreign Tasks are let go, and the strand is reported: two graces after the first.</summary>
    private const int DetachingDelivery = 3;

    /// <summary>A cancellation that no await has thrown yet: the next leaf that starts throws it.</summary>
    internal bool CancelPending;

    /// <summary>Whether cancelling this strand has begun.</summary>
    internal bool Cancelled;

    /// <summary>What few strands need.</summary>
    /// <remarks>INVARIANT: guarded by the lock on this object, as is setting <see cref="Cancelled"/> when cancelling.</remarks>
    private StrandExtras? _extras;

    /// <summary>What few strands need, if it has been made. Any thread.</summary>
    private protected StrandExtras? KnownExtras => Volatile.Read(ref _extras); // ORDERING: acquire; made under the lock.

    /// <summary>Whether a bridge, a token or a grace was ever linked here: then somebody may still remember this strand.</summary>
    private protected bool IsRemembered => _extras is not null;

    /// <summary>
    /// Whether cancelling reaches foreign operations: through the token, which somebody has asked for, or through
    /// bridges, which throw inside methods of foreign builders.
    /// </summary>
    internal bool ReachesForeign => _extras is { Token: not null } or { Bridges.Count: > 0 };

    /// <summary>Whether foreign Tasks are let go: the strand has been given two graces.</summary>
    internal bool IsDetaching => _extras is { Deliveries: >= DetachingDelivery };

    /// <summary>The strand whose poll this one's polls are part of, or that a helper of another builder runs for; null for a task.</summary>
    internal virtual Strand? Enclosing => null;

    /// <summary>What a report calls it.</summary>
    internal virtual string Name => Enclosing?.Name ?? "code that is no task";

    /// <summary>What it waits for, in words. Only its poller may ask.</summary>
    internal string WaitsFor =>
        _waiting && _leaf is { } leaf ? (leaf as FutureSource)?.Description ?? leaf.GetType().Name : "its turn";

    /// <summary>The token that is cancelled when cancelling this strand begins. Made when first asked for.</summary>
    /// <returns>The token.</returns>
    internal CancellationToken GetToken()
    {
        CancellationTokenSource source;
        bool cancelled;
        Monitor.Enter(this); // Here and below not by the lock statement: the model checker would not see it.
        try
        {
            source = EnsureExtras().Token ??= new CancellationTokenSource();
            cancelled = Cancelled;
        }
        finally
        {
            Monitor.Exit(this);
        }

        if (cancelled && !source.IsCancellationRequested)
        {
            source.Cancel(); // Nobody has registered with it yet.
        }

        return source.Token;
    }

    /// <summary>Cancels the leaf and resumes the innermost frame, whose await throws, so that cleanup runs.</summary>
    /// <remarks>
    /// Inside a shield it only takes note: the shield's end delivers. A shield that does not end is reported.
    /// </remarks>
    /// <param name="ambient">The current thread's context, whose strand is this one.</param>
    /// <returns>Whether the root has completed.</returns>
    internal bool Cancel(Ambient ambient)
    {
        if (!HoldBack())
        {
            return Deliver(ambient);
        }

        StartGrace(ambient, shielded: true);
        return Poll(ambient);
    }

    /// <summary>Whether to report that this cancelled strand does not end.</summary>
    /// <remarks>
    /// Once for the outermost strand that is cancelled, however many it holds: their graces end at the same time. Any
    /// thread.
    /// </remarks>
    /// <returns>True once.</returns>
    internal bool TryBeginReport()
    {
        Strand outermost = this;
        while (outermost.Enclosing is { Cancelled: true } enclosing)
        {
            outermost = enclosing;
        }

        StrandExtras extras = outermost.Extras();
        Monitor.Enter(outermost);
        try
        {
            bool first = !extras.IsReported;
            extras.IsReported = true;
            return first;
        }
        finally
        {
            Monitor.Exit(outermost);
        }
    }

    /// <summary>A shield has ended that held a cancellation back: it is delivered by the shield's own await.</summary>
    /// <param name="ambient">The current thread's context, whose strand is this one.</param>
    internal void DeliverHeld(Ambient ambient)
    {
        BeginDelivery(ambient);
        StartGrace(ambient);
    }

    /// <summary>Throws a cancellation that came during, or before, a wait that it does not end. When that is over.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal static void ThrowPending(Ambient ambient)
    {
        if (ambient.Strand is { CancelPending: true } strand)
        {
            strand.CancelPending = false;
            throw Throw.Cancelled();
        }
    }

    /// <summary>Makes what few strands need. Any thread.</summary>
    /// <returns>The strand's only one.</returns>
    private protected StrandExtras Extras()
    {
        Monitor.Enter(this);
        try
        {
            return EnsureExtras();
        }
        finally
        {
            Monitor.Exit(this);
        }
    }

    /// <summary>Cancels what has no frames to unwind, by its token alone. Any thread.</summary>
    /// <param name="scheduler">Told of what the token's callbacks throw.</param>
    private protected void CancelToken(Scheduler scheduler)
    {
        CancellationTokenSource? token;
        Monitor.Enter(this);
        try
        {
            Cancelled = true;
            token = _extras?.Token;
        }
        finally
        {
            Monitor.Exit(this);
        }

        try
        {
            token?.Cancel();
        }
        catch (AggregateException exception)
        {
            scheduler.ReportFailure(exception, FailedTask.Of(this), null);
        }
    }

    /// <summary>Lets cancelling this strand reach a bridge.</summary>
    /// <param name="bridge">The bridge.</param>
    /// <returns>Whether cancelling has begun already, and did not reach it.</returns>
    internal bool Link(Bridge bridge)
    {
        Monitor.Enter(this);
        try
        {
            (EnsureExtras().Bridges ??= []).Add(bridge);
            return Cancelled;
        }
        finally
        {
            Monitor.Exit(this);
        }
    }

    internal void Unlink(Bridge bridge)
    {
        Monitor.Enter(this);
        try
        {
            _extras?.Bridges?.Remove(bridge);
        }
        finally
        {
            Monitor.Exit(this);
        }
    }

    // Inside the lock. A delivery before there were extras was not counted there.
    private StrandExtras EnsureExtras() => _extras ??= new StrandExtras { Deliveries = Cancelled ? 1 : 0 };

    /// <summary>As new, for a pooled kind of strand.</summary>
    private protected void ResetCancellation()
    {
        CancelPending = false;
        Cancelled = false;
        _extras = null;
    }

    // The outermost shield that is open takes note. Frames that run have suspended before anybody can cancel.
    private bool HoldBack()
    {
        FutureSource? shield = null;
        for (FutureSource? frame = _top; frame is not null; frame = frame.Parent)
        {
            shield = frame.IsShield ? frame : shield;
        }

        shield?.HoldCancellation();
        return shield is not null;
    }

    private bool Deliver(Ambient ambient)
    {
        BeginDelivery(ambient);
        bool done = _waiting ? DeliverToLeaf(ambient) : DeliverLater(ambient);
        if (!done)
        {
            StartGrace(ambient);
        }

        return done;
    }

    private bool DeliverLater(Ambient ambient)
    {
        CancelPending = true;
        return PollCancelled(ambient);
    }

    private bool DeliverToLeaf(Ambient ambient)
    {
        FutureSource leaf = _leaf!;
        FutureSource? top = _top;
        if (leaf is ForeignLeaf foreign && IsDetaching && !foreign.IsCompleted)
        {
            ForeignAwaiter? awaiter = foreign.Awaiter;
            if (top!.CanDrop || top.TryThrowAt(awaiter))
            {
                foreign.Abandon();
                return Unwind(null, ambient);
            }
        }

        bool withdrawn = leaf.CancelLeaf(this);
        Suspend(leaf, top); // As in PollLeaf: withdrawing may run user code.
        if (!withdrawn)
        {
            return DeliverLater(ambient);
        }

        _waiting = false;
        return leaf.EndsCancelled && top is not null
            ? Unwind(leaf, ambient)
            : RunFrames(ambient);
    }

    private bool ResumeCancelled(Ambient ambient)
    {
        if (_extras?.Grace is { IsOver: true } grace)
        {
            grace.Stop();
            return Cancel(ambient);
        }

        return TakeRedelivery() ? Cancel(ambient) : PollCancelled(ambient);
    }

    /// <summary>Whether somebody else's grace is over, and its cancellation is to be delivered here too.</summary>
    /// <returns>True once.</returns>
    private protected virtual bool TakeRedelivery() => false;

    // A foreign operation that began after the cancellation ends by throwing it; one that was under way gives its result
    // first, and the next await throws.
    private bool PollCancelled(Ambient ambient)
    {
        if (!CancelPending || !_waiting || _leaf is not ForeignLeaf foreign)
        {
            return Poll(ambient);
        }

        ForeignAwaiter? awaiter = foreign.Awaiter;
        bool late = foreign.IsLate;
        ForeignOutcome outcome = foreign.Outcome;
        if (!PollLeaf(ambient))
        {
            return false;
        }

        ambient.Budget--;
        if (outcome.IsCanceled)
        {
            // It ended by the strand's token, or by a bridge below it: its exception is the cancellation.
            CancelPending = false;
        }
        else if (late && (_top!.CanDrop || _top.TryThrowAt(awaiter)))
        {
            return Unwind(null, ambient);
        }

        _waiting = false;
        return RunFrames(ambient);
    }

    // The innermost await is to throw. Its frame, and the frames around it, are dropped as far as they have no cleanup.
    private bool Unwind(FutureSource? awaited, Ambient ambient)
    {
        _waiting = false;
        FutureSource frame = _top!;

        // A shared leaf can't keep its outcome: the strand does, until the frame's await has thrown.
        if (frame.CanDrop || awaited is null)
        {
            CancelPending = false;
        }

        while (frame.CanDrop)
        {
            awaited?.Discard(ambient);
            FutureSource? parent = frame.Parent;
            frame.Drop();
            if (parent is null)
            {
                return End();
            }

            frame.Parent = null;
            awaited = frame;
            frame = parent;
        }

        _top = frame;
        return RunFrames(ambient);
    }

    private void BeginDelivery(Ambient ambient)
    {
        CancellationTokenSource? token;
        bool overdue;

        // Inside the lock: a bridge that has unlinked itself may already serve somebody else.
        Monitor.Enter(this);
        try
        {
            Cancelled = true;
            if (_extras is not { } extras)
            {
                return;
            }

            extras.Deliveries++;
            token = extras.Token;
            overdue = extras.Deliveries == DetachingDelivery;
            if (extras.Bridges is { } bridges)
            {
                foreach (Bridge bridge in bridges)
                {
                    bridge.CancelWithEnclosing(extras.Deliveries == 1);
                }
            }
        }
        finally
        {
            Monitor.Exit(this);
        }

        if (token is { IsCancellationRequested: false } || overdue)
        {
            Tell(token, overdue, ambient);
        }
    }

    // User code. It is not part of the strand, whose frames are suspended.
    private void Tell(CancellationTokenSource? token, bool overdue, Ambient ambient)
    {
        ambient.Strand = null;
        try
        {
            token?.Cancel();
        }
        catch (AggregateException exception)
        {
            LostFailure.Report(exception, FailedTask.Of(this), ambient);
        }

        if (overdue && TryBeginReport())
        {
            LostFailure.ReportOverdue(
                new TimeoutException(
                    $"A cancelled Kioto future still runs after two cleanup graces, in {Name}: it swallows FutureCancelledException, " +
                    $"or its cleanup never ends. Let the exception pass, or shorten what the cleanup waits for. It waits for {WaitsFor}."),
                this,
                ambient);
        }

        ambient.Strand = this;
    }

    private void StartGrace(Ambient ambient, bool shielded = false)
    {
        if ((ambient.Scheduler ?? ambient.Local) is not { CleanupGraceNanos: < long.MaxValue } scheduler)
        {
            return;
        }

        StrandExtras extras = Extras();
        if (shielded && extras.Grace is { IsForShield: true })
        {
            return; // Since the first cancellation that the shield holds.
        }

        extras.Grace?.Stop();
        extras.Grace = CleanupGrace.Start(this, scheduler, shielded);
    }

    private void EndCancel() => _extras?.Grace?.Stop();
}
