using System;
using System.Buffers;
using System.Threading;

namespace Kioto;

/// <summary>The strand of a shared future, and those who wait for it.</summary>
/// <remarks>
/// INVARIANT, POLLER: only who set <c>_polling</c> under the lock polls the strand, and takes its outcome.
/// INVARIANT, WAKE: whenever <c>_woken</c> is set and nobody polls, every registered waiter has been woken since it was
/// set (or since it registered, being in its poll); so whichever of them is polled first drives the future on, and it
/// does not matter which of them are cancelled, or kept by somebody who doesn't poll them.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class SharedStrand<T> : ChildStrand<T>
{
    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock, as are the links of the waiters; _outcome is constant once _done is set.
    private SharedLeaf<T>? _first;
    private int _waiters;
    private FutureOutcome<T> _outcome;
    private bool _polling;
    private bool _woken = true; // The first poll needs no wake.
    private bool _cancel;
    private volatile bool _done;

    internal bool IsCompleted => _done;

    /// <summary>A wake of the future: everybody may come and poll.</summary>
    internal override void Wake()
    {
        WakeList wakes = default;
        using (_lock.EnterScope())
        {
            _woken = true;
            if (!_polling)
            {
                wakes = Collect();
            }
        }

        wakes.Wake();
    }

    /// <summary>Registers a waiter, and polls the future if it was woken and nobody else does.</summary>
    /// <param name="waiter">The waiter.</param>
    /// <param name="target">Whom to wake for it.</param>
    /// <param name="cancel">Whether the future is to be cancelled.</param>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Whether there is an outcome; then the waiter is not registered any more.</returns>
    internal bool Poll(SharedLeaf<T> waiter, WakeTarget? target, bool cancel, out FutureOutcome<T> outcome)
    {
        WakeList wakes;
        using (_lock.EnterScope())
        {
            if (_done)
            {
                RemoveLocked(waiter);
                outcome = _outcome;
                return true;
            }

            waiter.Target = target;
            AddLocked(waiter);
            if (cancel)
            {
                _cancel = true;
                _woken = true;
            }

            outcome = default;
            if (_polling || !_woken)
            {
                return false;
            }

            _polling = true;
            _woken = false;
            cancel = _cancel;
            _cancel = false;
        }

        bool done = PollOutsideLock(cancel, ref outcome);
        using (_lock.EnterScope())
        {
            _polling = false;
            if (done)
            {
                RemoveLocked(waiter);
                _outcome = outcome;
                _done = true;
            }

            wakes = done || _woken ? Collect() : default;
        }

        wakes.Wake();
        return done;
    }

    /// <summary>A waiter goes away.</summary>
    /// <param name="waiter">The waiter, registered or not.</param>
    internal void Remove(SharedLeaf<T> waiter)
    {
        using (_lock.EnterScope())
        {
            RemoveLocked(waiter);
        }
    }

    private bool PollOutsideLock(bool cancel, ref FutureOutcome<T> outcome)
    {
        Ambient ambient = Ambient.Current;
        using CallersContext callers = CallersContext.Keep(ambient);
        if (!(cancel ? CancelChild(ambient) : PollChild(ambient)))
        {
            return false;
        }

        outcome = TakeOutcome(ambient);
        TryReset(); // Nothing of the future is kept but its outcome.
        return true;
    }

    private void AddLocked(SharedLeaf<T> waiter)
    {
        if (waiter.IsLinked)
        {
            return;
        }

        waiter.IsLinked = true;
        waiter.After = _first;
        if (_first is { } first)
        {
            first.Before = waiter;
        }

        _first = waiter;
        _waiters++;
    }

    private void RemoveLocked(SharedLeaf<T> waiter)
    {
        if (!waiter.IsLinked)
        {
            return;
        }

        if (waiter.Before is { } before)
        {
            before.After = waiter.After;
        }
        else
        {
            _first = waiter.After;
        }

        if (waiter.After is { } after)
        {
            after.Before = waiter.Before;
        }

        waiter.Before = null;
        waiter.After = null;
        waiter.Target = null;
        waiter.IsLinked = false;
        _waiters--;
    }

    // Whom to wake, outside the lock: a target may call anything.
    private WakeList Collect()
    {
        if (_first is not { } first)
        {
            return default;
        }

        if (_waiters == 1)
        {
            return new WakeList(first.Target);
        }

        WakeTarget?[] targets = ArrayPool<WakeTarget?>.Shared.Rent(_waiters);
        int count = 0;
        for (SharedLeaf<T>? waiter = first; waiter is not null; waiter = waiter.After)
        {
            targets[count++] = waiter.Target;
        }

        return new WakeList(targets, count);
    }

    /// <summary>Targets to wake: one, or a rented array.</summary>
    private readonly struct WakeList
    {
        private readonly WakeTarget? _single;
        private readonly WakeTarget?[]? _targets;
        private readonly int _count;

        internal WakeList(WakeTarget? single) => _single = single;

        internal WakeList(WakeTarget?[] targets, int count)
        {
            _targets = targets;
            _count = count;
        }

        internal void Wake()
        {
            _single?.Wake();
            if (_targets is not { } targets)
            {
                return;
            }

            for (int i = 0; i < _count; i++)
            {
                targets[i]?.Wake();
            }

            targets.AsSpan(0, _count).Clear();
            ArrayPool<WakeTarget?>.Shared.Return(targets);
        }
    }
}
