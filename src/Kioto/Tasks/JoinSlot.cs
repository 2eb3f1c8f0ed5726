using System.Threading;

namespace Kioto;

/// <summary>Who waits for a task to complete: nobody, one waker, a list of them, or "it has completed".</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of the task.
/// INVARIANT: the sentinel is final. A waker that was registered before it is woken by <see cref="Complete"/>, unless it
/// was taken back; a registration after it fails, and then everything that the task wrote before <see cref="Complete"/>
/// is visible. A list is never changed, only replaced. Two leaves of one task count as two waiters with the same waker.
/// </remarks>
internal struct JoinSlot
{
    private static readonly object s_completed = new();

    private object? _waiters;

    /// <summary>Whether the outcome can be read.</summary>
    internal readonly bool IsCompleted => ReferenceEquals(Volatile.Read(in _waiters), s_completed); // ORDERING: acquire, pairs with Complete.

    /// <summary>How many wakers are registered, at some moment.</summary>
    internal readonly int WaiterCount
    {
        get
        {
            object? waiters = Volatile.Read(in _waiters); // ORDERING: a statistic.
            int count = waiters is null or not (WaiterNode or WakeTarget) ? 0 : 1;
            for (; waiters is WaiterNode node; waiters = node.Rest)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>Adds a waker.</summary>
    /// <param name="target">Whom to wake.</param>
    /// <returns>False when the task has completed: nobody will be woken.</returns>
    internal bool TryRegister(WakeTarget target)
    {
        object? seen = Volatile.Read(in _waiters); // ORDERING: pairs with Complete's exchange.
        while (true)
        {
            if (ReferenceEquals(seen, s_completed))
            {
                return false;
            }

            object next = seen is null ? target : new WaiterNode(target, seen);
            object? now = Interlocked.CompareExchange(ref _waiters, next, seen); // ORDERING: pairs with Complete's exchange.
            if (ReferenceEquals(now, seen))
            {
                return true;
            }

            seen = now;
        }
    }

    /// <summary>Adds what abort handles refer to, unless there is one.</summary>
    /// <param name="target">A new one.</param>
    /// <returns>The one that is registered; null when the task has completed.</returns>
    internal AbortTarget? RegisterOnce(AbortTarget target)
    {
        object? seen = Volatile.Read(in _waiters); // ORDERING: the exchange below decides.
        while (!ReferenceEquals(seen, s_completed))
        {
            if (FindTarget(seen) is { } known)
            {
                return known;
            }

            object chain = seen is null ? target : new WaiterNode(target, seen);
            object? found = Interlocked.CompareExchange(ref _waiters, chain, seen); // ORDERING: as in TryRegister.
            if (ReferenceEquals(found, seen))
            {
                return target;
            }

            seen = found;
        }

        return null;
    }

    /// <summary>Publishes the outcome and wakes everybody, once.</summary>
    internal void Complete()
    {
        object? waiters = Interlocked.Exchange(ref _waiters, s_completed); // ORDERING: pairs with TryRegister.
        while (waiters is WaiterNode node)
        {
            node.Target.Wake();
            waiters = node.Rest;
        }

        ((WakeTarget?)waiters)?.Wake();
    }

    /// <summary>Takes back a waker that was added, once; after the end it does nothing.</summary>
    /// <param name="target">Whom not to wake. A wake that is under way comes for nothing.</param>
    internal void Unregister(WakeTarget target)
    {
        object? seen = Volatile.Read(in _waiters); // ORDERING: the exchange below decides.
        while (!ReferenceEquals(seen, s_completed))
        {
            object? now = Interlocked.CompareExchange(ref _waiters, Without(seen, target), seen); // ORDERING: as in TryRegister.
            if (ReferenceEquals(now, seen))
            {
                return;
            }

            seen = now;
        }
    }

    private static AbortTarget? FindTarget(object? waiters)
    {
        for (; waiters is WaiterNode node; waiters = node.Rest)
        {
            if (node.Target is AbortTarget target)
            {
                return target;
            }
        }

        return waiters as AbortTarget;
    }

    private static object? Without(object? waiters, WakeTarget target)
    {
        object? rest = waiters;
        while (rest is WaiterNode node && !ReferenceEquals(node.Target, target))
        {
            rest = node.Rest;
        }

        object? end = rest;
        rest = rest is WaiterNode found ? found.Rest : ReferenceEquals(rest, target) ? null : rest;
        for (object? before = waiters; !ReferenceEquals(before, end); before = ((WaiterNode)before!).Rest)
        {
            WakeTarget other = ((WaiterNode)before!).Target;
            rest = rest is null ? other : new WaiterNode(other, rest);
        }

        return rest;
    }

    /// <summary>More than one waiter is rare: each further one costs an object.</summary>
    private sealed class WaiterNode(WakeTarget target, object rest)
    {
        internal WakeTarget Target { get; } = target;

        internal object Rest { get; } = rest;
    }
}
