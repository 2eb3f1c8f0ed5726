using System.Threading;

namespace Kioto.Sync;

/// <summary>Wakes tasks, without a value. A notification that nobody waits for is kept, one at most.</summary>
/// <remarks>As Tokio's <c>Notify</c>. Works on any runtime and without one.</remarks>
public sealed class Notify : IPermitSource, IPrimitive
{
    private const string Operation = "notify.wait";
    private const long FromAll = 0;
    private const long FromFirst = 1;
    private const long FromLast = 2;

    private ShortLock _lock;
    private WaiterList _waiters;

    // Whether a notification is kept: then nobody waits. INVARIANT: guarded by the lock.
    private bool _stored;

    // How often NotifyWaiters was called. INVARIANT: written under the lock.
    private int _rounds;

    /// <summary>Waits for a notification.</summary>
    /// <remarks>
    /// Takes the stored one if there is one. <see cref="NotifyWaiters"/> reaches it from the moment of this call on,
    /// <see cref="NotifyOne"/> from its first poll on. Cancel safety: cancelling loses the place in the queue; a
    /// notification that was received already goes to the next.
    /// </remarks>
    /// <returns>The future of the notification.</returns>
    [LosesPlace]
    public Future NotifiedAsync() => NotifiedLeaf.Await(this, Rounds);

    /// <summary>A place in the queue that can be entered before it is awaited; see <see cref="Sync.Notified"/>.</summary>
    /// <returns>The place; dispose it when it is not needed any more.</returns>
    public Notified CreateNotified() => new(this);

    /// <summary>Blocks the thread until there is a notification. For threads that poll no futures.</summary>
    /// <exception cref="System.InvalidOperationException">The thread is polling futures.</exception>
    public void Notified() => BlockingWait.For(NotifiedAsync(), "Notify.Notified", "NotifiedAsync");

    /// <summary>Wakes the one who has waited longest; if nobody waits, the next one will not have to.</summary>
    public void NotifyOne() => Give(FromFirst);

    /// <summary>Wakes the one who came last; if nobody waits, the next one will not have to.</summary>
    public void NotifyLast() => Give(FromLast);

    /// <summary>Wakes all who wait, and those whose future was made already. Stores nothing.</summary>
    public void NotifyWaiters()
    {
        WakeBatch wakes = default;
        bool more;
        using (_lock.EnterScope())
        {
            Volatile.Write(ref _rounds, _rounds + 1); // ORDERING: release, pairs with NotifiedAsync and Poll.
            _waiters.BeginRelease();
            more = _waiters.Release(WaiterState.Granted, ref wakes, FromAll);
        }

        wakes.WakeAll();
        while (more)
        {
            using (_lock.EnterScope())
            {
                more = _waiters.Release(WaiterState.Granted, ref wakes, FromAll);
            }

            wakes.WakeAll();
        }
    }

    /// <inheritdoc/>
    void IPermitSource.PassOn(Waiter waiter, WakeTarget target)
    {
        using (_lock.EnterScope())
        {
            if (!waiter.TrySkip(this, target))
            {
                return;
            }
        }

        Give(FromFirst);
        SyncMeter.PassesOn(Operation);
    }

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        using (_lock.EnterScope())
        {
            into.Set(typeof(Notify), _stored ? "a notification is stored" : "nothing is stored");
            _waiters.Describe(into, "wait");
        }
    }

    // Taking the lock is an atomic operation, also when nothing changes: it orders what the caller wrote before what the
    // one who is notified reads.
    private void Give(long order)
    {
        WakeTarget? woken = null;
        using (_lock.EnterScope())
        {
            if (Next(order) is not { } waiter)
            {
                _stored = true;
                return;
            }

            if (waiter.IsDirect)
            {
                _waiters.Remove(waiter);
                waiter.Given = order;
                woken = waiter.GrantDirect();
            }
        }

        if (woken is null)
        {
            GiveAny(order);
        }
        else
        {
            woken.Wake();
        }
    }

    private Waiter? Next(long order) => order == FromLast ? _waiters.Last : _waiters.First;

    // Also to who has to leave it with a task. Not given when the batch is full of those whose task has ended.
    private void GiveAny(long order)
    {
        bool given = false;
        while (!given)
        {
            WakeBatch wakes = default;
            using (_lock.EnterScope())
            {
                while (!given && !wakes.IsFull)
                {
                    if (Next(order) is not { } waiter)
                    {
                        _stored = true;
                        given = true;
                        break;
                    }

                    _waiters.Remove(waiter);
                    waiter.Given = order;
                    given = waiter.TryGrant(ref wakes);
                }
            }

            wakes.WakeAll();
        }
    }

    /// <summary>How often all have been notified.</summary>
    internal int Rounds => Volatile.Read(ref _rounds); // ORDERING: acquire, pairs with NotifyWaiters.

    internal bool Poll(Waiter waiter, WakeTarget target, int rounds)
    {
        bool done = Poll(waiter, target, rounds, out int length);
        Tell(length);
        return done;
    }

    /// <summary>The same for who has a lock of his own: a listener is not to run under it.</summary>
    /// <param name="waiter">The waiter.</param>
    /// <param name="target">Whom to wake.</param>
    /// <param name="rounds">As many as there had been when the operation began.</param>
    /// <param name="length">How many wait now, if it has entered the queue; for <see cref="Tell"/>.</param>
    /// <returns>Whether it has been notified.</returns>
    internal bool Poll(Waiter waiter, WakeTarget target, int rounds, out int length)
    {
        WaiterState state = waiter.State;
        if (state == WaiterState.Idle)
        {
            return Begin(waiter, target, rounds, out length);
        }

        length = 0;
        if (state == WaiterState.Granted && waiter.TryTake(target))
        {
            return true;
        }

        if (state == WaiterState.Waiting && ReferenceEquals(waiter.Target, target))
        {
            return false;
        }

        bool done;
        using (_lock.EnterScope())
        {
            switch (waiter.State)
            {
                case WaiterState.Waiting:
                    waiter.MoveTo(target, this);
                    return false;
                case WaiterState.Granted when waiter.TryTake(target):
                    return true;
                default:
                    done = Enqueue(waiter, target, rounds);
                    break;
            }
        }

        return done;
    }

    // The first poll: nobody else knows the waiter.
    private bool Begin(Waiter waiter, WakeTarget target, int rounds, out int length)
    {
        using (_lock.EnterScope())
        {
            bool done = Enqueue(waiter, target, rounds);
            length = done ? 0 : _waiters.Count;
            return done;
        }
    }

    /// <summary>Somebody has entered the queue. Not under any lock.</summary>
    /// <param name="length">How many wait now; 0: nobody has.</param>
    internal static void Tell(int length) => SyncMeter.Waits(Operation, length);

    // Under the lock. Whether it need not wait: all have been notified since, or it takes the stored one.
    private bool Enqueue(Waiter waiter, WakeTarget target, int rounds)
    {
        if (_rounds != rounds)
        {
            waiter.Given = FromAll;
            return true;
        }

        waiter.Given = FromFirst;
        if (_stored)
        {
            _stored = false;
            return true;
        }

        _waiters.Enter(waiter, target, this);
        return false;
    }

    /// <summary>Gives on what a waiter was given, took, and does not use.</summary>
    /// <param name="waiter">The waiter.</param>
    internal void GiveOn(Waiter waiter)
    {
        if (waiter.Given == FromAll)
        {
            return;
        }

        Give(waiter.Given);
    }

    /// <summary>A waiter that waits goes on waiting for another target.</summary>
    /// <param name="waiter">The waiter.</param>
    /// <param name="target">Whom to wake.</param>
    internal void Move(Waiter waiter, WakeTarget target)
    {
        using (_lock.EnterScope())
        {
            if (waiter.State == WaiterState.Waiting)
            {
                waiter.MoveTo(target, this);
            }
        }
    }

    internal void Withdraw(Waiter waiter)
    {
        if (waiter.State == WaiterState.Waiting)
        {
            using (_lock.EnterScope())
            {
                if (waiter.State == WaiterState.Waiting)
                {
                    _waiters.Remove(waiter);
                    waiter.State = WaiterState.Idle;
                    return;
                }
            }
        }

        if (waiter.State == WaiterState.Granted && waiter.TryTake(Ambient.Current.Strand?.Target) && waiter.Given != FromAll)
        {
            Give(waiter.Given);
        }

        waiter.State = WaiterState.Idle;
    }
}
