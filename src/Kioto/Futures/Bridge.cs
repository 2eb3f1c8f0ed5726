using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A task of its own for a future that a method of a foreign builder (async Task, an async iterator) awaits.</summary>
/// <remarks>
/// The future was just polled as part of the strand that called that method, and its leaf holds that strand's waker,
/// which would resume the wrong code. So its chain moves here, is polled once more with this task's waker, and when it
/// completes the foreign continuation runs, on the same scheduler. Without this the wake-up is lost.
/// </remarks>
internal sealed class Bridge : TaskHeader
{
    /// <summary>How many are pooled at most. Their bytes count at all times, of the bound of all pools.</summary>
    internal const int MostPooled = 256;

    private static readonly Lock s_poolLock = new();
    private static readonly Bridge?[] s_pool = new Bridge?[MostPooled];
    private static int s_pooled;

    private Action? _continuation;
    private FutureSource? _source;

    // INVARIANT: written by Start, cleared by Release; read by this bridge's poller.
    private Strand? _enclosing;

    // INVARIANT: set by the enclosing strand's poller under that strand's lock, taken by this one's.
    private int _again;

    // The awaiting method's own, where it has one instead of a synchronization context: it goes on there.
    private TaskScheduler? _taskScheduler;

    // Whether this is part of cleanup: the enclosing strand, or an earlier await of this call, was cancelled already.
    private bool _inCleanup;

    internal override Strand? Enclosing => _enclosing;

    /// <summary>Gives the awaited future a task of its own.</summary>
    /// <param name="source">The awaited future, polled but not complete, or not started outside any strand.</param>
    /// <param name="continuation">What the foreign builder wants run afterwards.</param>
    internal static void Start(FutureSource? source, Action continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        if (source is null)
        {
            continuation();
            return;
        }

        Ambient ambient = Ambient.Current;
        Bridge bridge = Rent();
        bridge._continuation = continuation;
        bridge._source = source;
        bridge._taskScheduler = AwaitersScheduler.Current;
        bool cancel = bridge.TakeChain(source, ambient);
        bridge.Scheduler = ambient.Local ?? ambient.Scheduler ?? Scheduler.Flowing ?? ContextScheduler.ForCurrentThread();
        if (!bridge.Scheduler.TryRegister(bridge, ambient))
        {
            // The runtime is closing: its last awaits still have to be unwound somewhere.
            bridge.Scheduler = ContextScheduler.ForCurrentThread(ambient.Scheduler ?? Scheduler.Flowing);
        }

        if (cancel)
        {
            bridge.Abort();
        }
        else if (bridge._inCleanup)
        {
            bridge.Status.BeginInCleanup();
            bridge.Cancelled = true;
        }

        bridge.Scheduler.Schedule(bridge, ambient);
    }

    /// <summary>The enclosing strand is cancelled, perhaps once more. Under its lock, so that this bridge is still its own.</summary>
    /// <param name="first">Whether it is for the first time.</param>
    internal void CancelWithEnclosing(bool first)
    {
        if (!_inCleanup)
        {
            Abort(); // Once; after that it has graces of its own.
            return;
        }

        if (first)
        {
            return; // It cleans up by this very cancellation: a closing runtime aborted the bridge before the task.
        }

        Interlocked.Exchange(ref _again, 1); // ORDERING: release, before the wake; pairs with TakeRedelivery.
        Wake();
    }

    /// <summary>What lies in the pool, for tests.</summary>
    /// <param name="index">The place.</param>
    /// <returns>The bridge, or null past the last one.</returns>
    internal static Bridge? Pooled(int index)
    {
        using (s_poolLock.EnterScope())
        {
            return index < s_pooled ? s_pool[index] : null;
        }
    }

    /// <summary>Lets half of what is pooled go.</summary>
    internal static void TrimPool()
    {
        using (s_poolLock.EnterScope())
        {
            int keep = s_pooled / 2;
            Array.Clear(s_pool, keep, s_pooled - keep);
            s_pooled = keep;
        }
    }

    private protected override bool TakeRedelivery() =>
        _inCleanup && Interlocked.Exchange(ref _again, 0) != 0; // ORDERING: pairs with CancelWithEnclosing.

    // The chain is already suspended in this strand: there is no body to start.
    private protected override bool BeginBody(Ambient ambient)
    {
        Ownership.Check(this);
        return Resume(ambient);
    }

    private protected override void Complete(Ambient ambient)
    {
        Ownership.Check(this);
        FutureSource source = _source!;
        if (source.State != SourceState.Done)
        {
            source.SetCancelled();
        }

        source.ForgetRunner();

        // Cancelling the enclosing strand is to reach whatever this call of the foreign method awaits next. Once it has
        // reached it, the rest is cleanup, and only a further delivery reaches that.
        bool inCleanup = Cancelled || _inCleanup;
        Strand? following = _enclosing;

        // The shared leaf keeps nothing, so that its cancellation is pending still; or was it cancelled before its first poll?
        bool cancelYield = source is YieldLeaf && (CancelPending || (Cancelled && !_inCleanup));
        LocalBinding? locals = Locals;
        TaskScheduler? taskScheduler = _taskScheduler;
        Action continuation = Release();
        if (taskScheduler is not null)
        {
            AwaitersScheduler.Continue(taskScheduler, continuation, inCleanup, cancelYield);
            return;
        }

        Strand? outerStrand = ambient.BridgedStrand;
        Action? outerCall = ambient.BridgedCall;
        bool outerCleanup = ambient.BridgedCleanup;
        ambient.BridgedStrand = following;
        ambient.BridgedCleanup = inCleanup;
        ambient.BridgedCall = continuation;
        LocalBinding? outerLocals = ambient.Locals;
        ambient.Locals = locals;

        // The continuation's frames are in no strand, also where a future of a strand drives this scheduler.
        Strand? driving = ambient.Strand;
        ambient.Strand = null;
        if (cancelYield)
        {
            YieldLeaf.CancelNext(ambient);
        }

        continuation();
        ambient.CancelYield = false;
        ambient.BridgedStrand = outerStrand;
        ambient.BridgedCall = outerCall;
        ambient.BridgedCleanup = outerCleanup;
        ambient.Locals = outerLocals;
        ambient.Strand = driving;
    }

    // Its frames are gone, and with them what the continuation would ask for: like them, it is dropped.
    private protected override void OnKilled() => Release();

    private static Bridge Rent()
    {
        Bridge bridge = TryRent() ?? new Bridge();
        Ownership.Begin(bridge);
        return bridge;
    }

    private static Bridge? TryRent()
    {
        using (s_poolLock.EnterScope())
        {
            if (s_pooled > 0)
            {
                ref Bridge? top = ref s_pool[--s_pooled];
                Bridge bridge = top!;
                top = null;
                return bridge;
            }
        }

        return null;
    }

    // Returns whether the enclosing strand was cancelled between two awaits of one foreign method.
    private bool TakeChain(FutureSource source, Ambient ambient)
    {
        if (ambient.Strand is { } enclosing)
        {
            source.Attach(null, enclosing);
            if (source.State > SourceState.Deferred)
            {
                MarkBegun();
            }

            MoveChainFrom(enclosing);
            if (!TaskContinuations.IsAwaited(_continuation!))
            {
                _enclosing = enclosing;
                _inCleanup = enclosing.Link(this);
            }

            return false;
        }

        // The continuation of a foreign method goes on inside the scopes that it was called in.
        Locals = LocalBinding.Copy(ambient.Locals);
        source.Attach(null, this);
        if (source.State == SourceState.Created)
        {
            source.State = SourceState.Deferred; // A leaf: it is this bridge's from here on.
        }

        // A builder gives the same delegate for every await of one call: so this is that call going on, and not
        // other code that its completion happened to run inline.
        if (!ReferenceEquals(ambient.BridgedCall, _continuation))
        {
            return false;
        }

        _inCleanup = ambient.BridgedCleanup;
        if (ambient.BridgedStrand is not { } strand)
        {
            return false;
        }

        _enclosing = strand;
        return strand.Link(this) && !_inCleanup;
    }

    private Action Release()
    {
        Action continuation = _continuation!;
        Scheduler scheduler = Scheduler;
        _enclosing?.Unlink(this);
        Status.TransitionToComplete();
        scheduler.Unregister(this, Ambient.Current);
        _source = null;
        _continuation = null;
        _taskScheduler = null;
        _enclosing = null;
        _inCleanup = false;
        _again = 0;

        // ORDERING: a closing scheduler sets the flag, then reads its list of live tasks and aborts what it finds. The
        // fence between taking this bridge off that list and reading the flag makes sure that a bridge which can still
        // be aborted by that sweep is never handed to somebody else. (A stale waker is harmless: it only wakes.)
        Interlocked.MemoryBarrier();
        if (!scheduler.IsClosed && !IsRemembered)
        {
            ResetHeader();
            using (s_poolLock.EnterScope())
            {
                if (s_pooled < s_pool.Length)
                {
                    Ownership.End(this);
                    s_pool[s_pooled++] = this;
                }
            }
        }

        return continuation;
    }
}
