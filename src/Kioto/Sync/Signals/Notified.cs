using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A place in the queue of a <see cref="Notify"/> that is entered before it is awaited: nothing in between is missed.</summary>
/// <remarks>
/// <see cref="Notify.NotifiedAsync"/> enters the queue when it is polled first. Who enters, then looks whether there is
/// something to wait for, and only then waits, calls <see cref="Enable"/> before looking. As <c>enable</c> of Tokio's
/// <c>Notified</c>, but it serves again and again: what was waited for is followed by the next <see cref="Enable"/>.
/// While it is enabled and not awaited it keeps what it is given. For one task at a time; another one may dispose of it.
/// </remarks>
public sealed class Notified : IDisposable
{
    private readonly Notify _notify;

    // Orders polls and the end, which may come from another thread: who disposes finds the place entered, or who polls
    // finds it disposed. INVARIANT: all below is written under it; and by who disposes, who is alone once _disposed is set.
    private ShortLock _lock;
    private Waiter _waiter = new();
    private int _rounds;
    private bool _enabled;

    // What it was given has been taken from the queue, and not yet by who waits.
    private bool _isNotified;

    // The leaf of the operation that waits.
    private Waiter? _waiting;
    private bool _disposed;

    internal Notified(Notify notify) => _notify = notify;

    /// <summary>Enters the queue, unless it is in it already, and takes the stored notification if there is one.</summary>
    /// <returns>Whether it has been notified: then <see cref="WaitAsync"/> will not have to wait.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="InvalidOperationException">An operation waits at it.</exception>
    public bool Enable()
    {
        bool done = false;
        int length = 0;
        bool disposed;
        bool waits;
        using (_lock.EnterScope())
        {
            disposed = _disposed;
            waits = _waiting is not null; // It is who is to be woken.
            if (!disposed && !waits)
            {
                Begin();
                done = Poll(Nobody.Instance, out length);
            }
        }

        ThrowIf(disposed);
        ThrowIfShared(waits);
        Notify.Tell(length);
        return done;
    }

    /// <summary>Waits for the notification; enters the queue for it at the first poll, if <see cref="Enable"/> has not.</summary>
    /// <remarks>Cancel safety: cancelling keeps the place, and a notification that was received, for the next call.</remarks>
    /// <returns>The future of the notification.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed, or is before this is polled, or while it waits.</exception>
    /// <exception cref="InvalidOperationException">Another operation waits at it.</exception>
    [CancelSafe]
    public Future WaitAsync()
    {
        ThrowIf(Volatile.Read(ref _disposed)); // ORDERING: misuse; its polls look under the lock.
        return Wait.For(new WaitOperation(this));
    }

    /// <summary>Leaves the queue. A notification that nobody has waited for goes to the next.</summary>
    public void Dispose()
    {
        using (_lock.EnterScope())
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        if (_isNotified)
        {
            _notify.GiveOn(_waiter);
        }
        else if (_enabled)
        {
            WakeTarget? waiting = _waiter.Target;
            _notify.Withdraw(_waiter);
            waiting?.Wake(); // Who waits learns it from its next poll.
        }

        _waiter = _waiter.Renew(); // As in PollWait.
    }

    private void Begin()
    {
        if (!_enabled)
        {
            _waiter = _waiter.Renew();
            _rounds = _notify.Rounds;
            _enabled = true;
        }
    }

    // Under the lock.
    private bool Poll(WakeTarget target, out int length)
    {
        length = 0;
        _isNotified = _isNotified || _notify.Poll(_waiter, target, _rounds, out length);
        return _isNotified;
    }

    // Neither a listener's code nor an exception's filter runs under the lock: both may come back here.
    private bool PollWait(Waiter waiter, WakeTarget target)
    {
        bool done = false;
        int length = 0;
        bool disposed;
        bool shared;
        using (_lock.EnterScope())
        {
            disposed = _disposed;
            shared = _waiting is { } waiting && !ReferenceEquals(waiting, waiter);
            if (!disposed && !shared)
            {
                Begin();
                done = Poll(target, out length);
                _waiting = done ? null : waiter;
                if (done)
                {
                    _isNotified = false;
                    _enabled = false;
                    _waiter = _waiter.Renew(); // The primitive's list may know it for long: it forgets the task.
                }
            }
        }

        ThrowIf(disposed);
        ThrowIfShared(shared);

        Notify.Tell(length);
        return done;
    }

    private static void ThrowIf(bool disposed)
    {
        if (disposed)
        {
            throw new ObjectDisposedException("Notified", "This Notified was disposed. CreateNotified of its Notify makes another.");
        }
    }

    private static void ThrowIfShared(bool shared)
    {
        if (shared)
        {
            throw new InvalidOperationException(
                "Another operation waits at this Notified. Give each task its own: CreateNotified makes one.");
        }
    }

    private void StopWaiting(Waiter waiter)
    {
        using (_lock.EnterScope())
        {
            if (_disposed || !ReferenceEquals(_waiting, waiter))
            {
                return; // It was told: that it ended, or that another one waits.
            }

            _waiting = null;
            if (!_enabled || _isNotified)
            {
                return;
            }

            _notify.Move(_waiter, Nobody.Instance);
            _isNotified = _waiter.State == WaiterState.Granted && _waiter.TryTake(Ambient.Current.Strand?.Target);
        }
    }

    private readonly struct WaitOperation(Notified notified) : IWaitOperation<Unit>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
        {
            result = default;
            return notified.PollWait(waiter, target);
        }

        public void Withdraw(Waiter waiter) => notified.StopWaiting(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(Notified), "WaitAsync", notified._notify);
    }

    /// <summary>Nobody polls it: what it is given stays with it.</summary>
    private sealed class Nobody : WakeTarget
    {
        internal static readonly Nobody Instance = new();

        internal override WakeTarget? Poller => null;

        internal override void Wake()
        {
        }
    }
}
