using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>The state word of a task: who may poll it, and whether it must be polled again.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of <see cref="TaskHeader"/>.
/// INVARIANT, QUEUED: a task is in exactly one queue (or in the hands of who is about to push it) iff NOTIFIED is set
/// and RUNNING is not, or its last poll has ended with a yield: that leaves RUNNING set, and whoever takes the task from
/// its queue is the next to own it (see docs/decisions/0112).
/// INVARIANT, OWNER: only who set RUNNING may touch the strand, and only it clears RUNNING; a yield hands both on.
/// INVARIANT, WAKE: a wake that finds RUNNING sets NOTIFIED, and the runner puts the task back into a queue; so after
/// every wake the task is polled at least once by a poll that began after it.
/// What a waker does is an atomic read-modify-write, even when it changes nothing: it orders the waker's writes before
/// the poll that they ask for (a plain read could be satisfied before the waker's own stores are visible).
/// </remarks>
internal struct TaskState
{
    /// <summary>Somebody polls the task, or it has yielded and is queued. Cleared by that somebody only, or who takes it from there.</summary>
    internal const int Running = 1;

    /// <summary>Has an outcome. Never unset; no other bit changes afterwards.</summary>
    internal const int Complete = 2;

    /// <summary>Must be polled. Never set together with Complete by a transition that submits.</summary>
    internal const int Notified = 4;

    /// <summary>Abort was asked for. Never unset.</summary>
    internal const int Cancelled = 8;

    /// <summary>The runner has begun to unwind. Set by the runner only, together with Running; never unset.</summary>
    internal const int Delivered = 16;

    /// <summary>Its scheduler has ended: whoever polls it drops it after that poll. Never unset; the highest bit.</summary>
    internal const int Killed = 32;

    /// <summary>A new task is notified: it goes straight into a queue.</summary>
    internal const int Initial = Notified;

    private int _value;

    internal TaskState(int value) => _value = value;

    internal readonly bool IsComplete => (Volatile.Read(in _value) & Complete) != 0; // ORDERING: pairs with TransitionToComplete.

    /// <summary>The bits at this moment, for dumps.</summary>
    internal readonly int Bits => Volatile.Read(in _value); // ORDERING: a hint; dumps compare what they read before and after.

    internal readonly bool IsCancelRequested => (Volatile.Read(in _value) & Cancelled) != 0; // ORDERING: a hint.

    /// <summary>Taken from a queue, to be polled. Precondition: INVARIANT, QUEUED.</summary>
    /// <returns>How to poll.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    internal TransitionToRunning TransitionToRunning()
    {
        int value = Volatile.Read(in _value); // ORDERING: RUNNING is its owner's; a wake that is not seen here asks for another poll.
        if ((value & Running) == 0)
        {
            // One instruction: NOTIFIED is known to be set and RUNNING to be clear, so the sum can't carry.
            value = Interlocked.Add(ref _value, Running - Notified);
        }
        else if ((value & Notified) != 0)
        {
            value = Interlocked.And(ref _value, ~Notified); // ORDERING: acquire of what wakers wrote since it yielded.
        }

        return (value & (Cancelled | Delivered)) == Cancelled ? Deliver() : Kioto.TransitionToRunning.Poll;
    }

    /// <summary>The poll was pending. Precondition: the caller set RUNNING.</summary>
    /// <param name="yielded">Whether the task asked for another turn itself.</param>
    /// <returns>What the runner has to do with the task; for Idle it must not touch the task again.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    internal TransitionToIdle TransitionToIdle(bool yielded)
    {
        int value = Volatile.Read(in _value);
        if (value == Running)
        {
            // Nearly always: nothing has happened to it meanwhile.
            if (yielded)
            {
                return Kioto.TransitionToIdle.Yielded;
            }

            value = Interlocked.CompareExchange(ref _value, 0, Running); // ORDERING: release of the strand, pairs with who runs it next.
            if (value == Running)
            {
                return Kioto.TransitionToIdle.Idle;
            }
        }

        return TransitionToIdleFrom(value, yielded);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TransitionToIdle TransitionToIdleFrom(int value, bool yielded)
    {
        if (yielded && value < Killed && (value & (Cancelled | Delivered)) != Cancelled)
        {
            // It stays RUNNING: wakes and aborts that come while it is queued are seen by its next poll.
            return Kioto.TransitionToIdle.Yielded;
        }

        while (true)
        {
            int next;
            TransitionToIdle outcome;
            if (value >= Killed)
            {
                next = value;
                outcome = Kioto.TransitionToIdle.Kill;
            }
            else if ((value & (Cancelled | Delivered)) == Cancelled)
            {
                next = (value | Delivered) & ~Notified;
                outcome = Kioto.TransitionToIdle.Cancel;
            }
            else
            {
                next = value & ~Running;
                outcome = (value & Notified) != 0 ? Kioto.TransitionToIdle.Notified : Kioto.TransitionToIdle.Idle;
            }

            int seen = Interlocked.CompareExchange(ref _value, next, value); // ORDERING: as above.
            if (seen == value)
            {
                return outcome;
            }

            value = seen;
        }
    }

    /// <summary>
    /// Takes RUNNING off a task that has yielded, for who has taken it from its queue or was to put it there, and does not
    /// let it run: from now on whoever ends the scheduler can drop it.
    /// </summary>
    /// <returns>Whether the caller must drop it: that was left to the next who runs it.</returns>
    internal bool TransitionToPutDown()
    {
        int value = Volatile.Read(in _value); // ORDERING: the exchange decides.
        while (value < Killed)
        {
            int seen = Interlocked.CompareExchange(ref _value, (value & ~Running) | Notified, value); // ORDERING: release, pairs with TransitionToKilled.
            if (seen == value)
            {
                return false;
            }

            value = seen;
        }

        return true;
    }

    /// <summary>A wake, from any thread.</summary>
    /// <returns>Whether the caller must push the task into a queue.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every wake
    internal TransitionToNotified TransitionToNotified()
    {
        // Nearly always: it is idle.
        return Volatile.Read(in _value) == 0 && Interlocked.CompareExchange(ref _value, Notified, 0) == 0
            ? Kioto.TransitionToNotified.Submit
            : Notify(Notified);
    }

    /// <summary>An abort, from any thread.</summary>
    /// <returns>Whether the caller must push the task into a queue.</returns>
    internal TransitionToNotified TransitionToCancelled() => Notify(Notified | Cancelled);

    /// <summary>
    /// The scheduler has ended and polls nothing any more, but a thread that is stuck in a poll may come back from it.
    /// </summary>
    /// <returns>Who drops the task.</returns>
    internal TransitionToKilled TransitionToKilled()
    {
        int value = Volatile.Read(in _value); // ORDERING: none, the compare-exchange decides.
        while (true)
        {
            // With RUNNING set, by us if by nobody else, nobody is told to push it or to poll it.
            int next = (value & Complete) != 0 ? value : value | Running | Killed;
            int seen = Interlocked.CompareExchange(ref _value, next, value); // ORDERING: acquire, pairs with TransitionToIdle.
            if (seen == value)
            {
                return (value & Complete) != 0 ? Kioto.TransitionToKilled.Ended
                    : (value & Running) != 0 ? Kioto.TransitionToKilled.ByRunner
                    : Kioto.TransitionToKilled.Now;
            }

            value = seen;
        }
    }

    /// <summary>The outcome is stored. Precondition: the caller set RUNNING, or owns a task nobody has seen.</summary>
    internal void TransitionToComplete()
    {
        // A wake or an abort that races with this store either lands before it and is overwritten, or its
        // compare-exchange fails and finds Complete. ORDERING: release, pairs with IsComplete.
        Volatile.Write(ref _value, Complete);
    }

    /// <summary>
    /// A new task goes on with what has been cancelled elsewhere: the cancellation is not delivered to it again (a
    /// scheduler that closes aborts every task that it finds, some of them twice). Precondition: not queued yet.
    /// </summary>
    internal void BeginInCleanup() => Volatile.Write(ref _value, Initial | Cancelled | Delivered); // ORDERING: published by the push that follows.

    /// <summary>Reused by a pool: as new. Precondition: nobody runs it and it is in no queue.</summary>
    internal void Reset() => Volatile.Write(ref _value, Initial);

    private TransitionToRunning Deliver()
    {
        Interlocked.Or(ref _value, Delivered);
        return Kioto.TransitionToRunning.Cancel;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TransitionToNotified Notify(int bits)
    {
        int value = Volatile.Read(in _value);
        while (true)
        {
            int next = (value & Complete) != 0 ? value : value | bits;
            int seen = Interlocked.CompareExchange(ref _value, next, value);
            if (seen == value)
            {
                return (value & (Complete | Notified | Running)) == 0
                    ? Kioto.TransitionToNotified.Submit
                    : Kioto.TransitionToNotified.DoNothing;
            }

            value = seen;
        }
    }
}
