using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>What the current thread is doing for Kioto: one object a thread, reached by one thread-static read.</summary>
/// <remarks>
/// INVARIANT: every field is written by its own thread only, but those of its pools (see <see cref="PoolShare"/>), what
/// <see cref="CoreHold"/> says, and the budget and <see cref="OverAt"/>, see there and <see cref="TryEndSlice"/>.
/// </remarks>
internal sealed class Ambient
{
    /// <summary>Polls of leaves that make progress before a task must let others run. Tokio's number.</summary>
    internal const int PollBudget = 128;

    /// <summary>No poll's budget is larger, except where there is none: that counts down from int.MaxValue.</summary>
    internal const int MostBudget = 1_000_000;

    /// <summary>For <see cref="OverAt"/>: the slice begins when somebody asks for the first time.</summary>
    internal const long OverAfterFirstAsk = -1;

    // Spent, and counted as such: no number of further operations makes more of it.
    private const int Exhausted = int.MinValue / 2;

    [ThreadStatic]
    private static Ambient? t_current;

    /// <summary>The thread itself, for what hangs on it.</summary>
    internal readonly Thread Thread = Thread.CurrentThread;

    /// <summary>The thread whose execution context flows: this one; one that is always in the default context when none is to.</summary>
    internal Thread FlowThread = Thread.CurrentThread;

    /// <summary>Whether no execution context flows: then each poll of a task ends in the default one.</summary>
    internal bool FlowIsOff;

    /// <summary>The strand that is being polled, or null outside any.</summary>
    internal Strand? Strand;

    /// <summary>The task whose poll a hook is told of, before it is polled: dumps look here too.</summary>
    internal Strand? Announced;

    /// <summary>While Task-based code runs that was queued here, in no strand: the item, for whoever looks whether it is stuck.</summary>
    internal Strand? Foreign;

    /// <summary>While a bridge runs its continuation: the strand whose cancelling is to reach that call's next await.</summary>
    internal Strand? BridgedStrand;

    /// <summary>While a bridge runs its continuation: that continuation, which identifies the call.</summary>
    internal Action? BridgedCall;

    /// <summary>While a bridge runs its continuation: whether that call has been cancelled, and cleans up.</summary>
    internal bool BridgedCleanup;

    /// <summary>While a bridge runs its continuation: the yield that it was cancelled in has yet to throw.</summary>
    internal bool CancelYield;

    /// <summary>The scheduler whose context this thread is in: a worker's own, or that of an Enter guard.</summary>
    internal Scheduler? Scheduler;

    /// <summary>The local set that is being polled, or null.</summary>
    internal Scheduler? Local;

    /// <summary>What the scheduler keeps for its own thread: the worker's core, if this is one and has one.</summary>
    /// <remarks>The one field that another thread may write: who takes the core of a stuck thread away.</remarks>
    internal CoreHold Hold;

    /// <summary>The scheduler whose worker thread this is, with a core or without; null on other threads.</summary>
    internal Scheduler? Home;

    /// <summary>The scheduler of the per-core worker that this thread is; null elsewhere.</summary>
    internal Scheduler? Worker;

    /// <summary>The single-threaded scheduler whose core this thread has; null elsewhere.</summary>
    internal Scheduler? Driven;

    /// <summary>Whether this thread may not block: it is polling futures.</summary>
    internal bool Polling;

    /// <summary>While polling: the scheduler for which it does, whatever Enter guards say.</summary>
    internal Scheduler? Poller;

    /// <summary>Whether a strand's poll is inside BlockInPlace, and may block its thread.</summary>
    internal bool InPlace;

    /// <summary>The scheduler of this worker once it closes: what it finds in its queues and has not begun is aborted.</summary>
    internal Scheduler? Closing;

    /// <summary>How many Enter guards are alive on this thread.</summary>
    internal int Guards;

    /// <summary>Whether a task is waking those who wait for its end: they go behind the tasks that are ready.</summary>
    /// <remarks>
    /// Who joins many tasks in turn, each in the LIFO slot, would be polled once a task; from the back of the queue it
    /// finds all that ended meanwhile.
    /// </remarks>
    internal bool Completing;

    /// <summary>The open scopes of task-locals of code that is in no strand; those of a strand are its own.</summary>
    internal LocalBinding? Locals;

    internal int Budget = PollBudget;

    /// <summary>When the slice is over of a poll that nobody looks at from outside; 0 where somebody does, or it has none.</summary>
    /// <remarks>
    /// INVARIANT: of a worker's poll it is written, by whoever takes the core away, under the hand-off lock, and taken
    /// back under that lock when the poll ends; else the thread's own.
    /// </remarks>
    internal long OverAt;

    /// <summary>The polls that have begun here, where a time guard other than a watchdog may look.</summary>
    internal SliceTurns Slice;

    /// <summary>The scheduler whose slice the polls have that begin here; null where there is none, or a watchdog looks.</summary>
    internal Scheduler? Guard;

    /// <summary>Whether the time guard of the process knows this thread.</summary>
    internal bool IsWatched;

    /// <summary>How deep the recursion of first polls is; every 16th level looks at the stack.</summary>
    internal int Depth;

    /// <summary>What the thread has counted for the scheduler that it counted for last. See <see cref="SchedulerCounts"/>.</summary>
    internal ThreadCounts Counts = ThreadCounts.None;

    /// <summary>Free queued actions. INVARIANT: as <see cref="Magazines"/>.</summary>
    internal FreeActions FreeActions = FreeActions.None;

    /// <summary>Free posted callbacks. INVARIANT: as <see cref="Magazines"/>.</summary>
    internal FreeActions FreePosts = FreeActions.None;

    /// <summary>Timers that this thread has left in the wheel of the core that it has.</summary>
    internal IdleTimers IdleTimers;

    /// <summary>INVARIANT: used by this thread only; replaced under the lock of <see cref="PoolShare"/>, by any.</summary>
    internal Magazine[] Magazines = [];

    /// <summary>What these pools have reserved of the bound of all, once they have.</summary>
    internal PoolShare? PoolShare;

    /// <summary>What the arms of a Select are shuffled with (xorshift): never 0.</summary>
    internal uint Shuffle = (uint)Random.Shared.Next() | 1;

    internal static Ambient Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // every await
        get => t_current ?? Create();
    }

    /// <summary>Turns the flow of execution contexts on this thread on or off.</summary>
    /// <param name="flows">Whether they flow.</param>
    internal void SetFlow(bool flows)
    {
        FlowIsOff = !flows;
        FlowThread = flows ? Thread : ContextFlow.NoThread;
    }

    /// <summary>Whether the polled task may go on.</summary>
    internal bool HasBudget
    {
        get
        {
            LookAtSlice();
            return Budget > 0;
        }
    }

    /// <summary>Ends the slice of a poll that nobody looks at from outside, if it is over.</summary>
    internal void LookAtSlice()
    {
        if (Volatile.Read(ref OverAt) is not 0 and var at) // ORDERING: seen late, the slice ends late.
        {
            LookAtClock(at);
        }
    }

    /// <summary>What had a budget of its own within a poll has ended.</summary>
    /// <param name="budget">What the poll had before.</param>
    internal void RestoreBudget(int budget)
    {
        Budget = budget;
        if (Volatile.Read(ref OverAt) is > 0 and var at) // ORDERING: as in LookAtSlice. Nobody asks: a slice does not begin here.
        {
            LookAtClock(at);
        }
    }

    /// <summary>Takes one from the budget of the polled task, for something that is ready without being polled.</summary>
    /// <returns>False when the budget is spent: then a leaf is to suspend the task. True outside any task.</returns>
    internal bool TrySpend()
    {
        if (Strand is null || Budget-- > 0)
        {
            return true;
        }

        ForceYield();
        return false;
    }

    /// <summary>The budget of this poll is spent, and something was refused for it: counted once a poll.</summary>
    internal void ForceYield()
    {
        if (Budget <= Exhausted)
        {
            return;
        }

        Budget = Exhausted;
        Poller?.Counts?.ForcedYield(this);
        (Strand?.Target as TaskHeader)?.Probe?.ForcedYield();
    }

    /// <summary>A poll has lasted for its slice: takes what is left of its budget. Another thread.</summary>
    /// <remarks>
    /// The poll's own thread counts down without atomic operations, and what it stores at the same moment undoes this:
    /// whoever calls looks again while the same poll goes on. And a poll that ends at the same moment may leave a spent
    /// budget to the next one: that yields once for nothing.
    /// </remarks>
    /// <returns>Whether the budget is spent; false also when the poll has none that could be (Unconstrained).</returns>
    internal bool TryEndSlice()
    {
        int budget = Volatile.Read(ref Budget); // ORDERING: none, the compare-exchange decides.
        return budget <= 0 || (budget <= MostBudget && Interlocked.CompareExchange(ref Budget, 0, budget) == budget);
    }

    /// <summary>A cheap pseudo-random number below the bound.</summary>
    /// <param name="bound">The bound.</param>
    /// <returns>The number.</returns>
    internal int NextRandom(int bound)
    {
        uint random = Shuffle;
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        Shuffle = random;
        return (int)(((ulong)random * (uint)bound) >> 32);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LookAtClock(long at)
    {
        if (Budget > MostBudget || Guard is not null)
        {
            return; // Unconstrained; or of a local set, whose tasks' slices the keeper ends.
        }

        long now = Clock.Now;
        if (at == OverAfterFirstAsk)
        {
            long slice = Poller?.SliceNanos ?? Scheduler.DefaultSliceNanos;
            OverAt = slice < long.MaxValue ? now + slice : 0;
        }
        else if (now >= at)
        {
            Budget = int.Min(Budget, 0);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Ambient Create() => t_current = new Ambient();
}
