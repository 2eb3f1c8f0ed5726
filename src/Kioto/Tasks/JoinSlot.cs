using System.Threading;

namespace Kioto;

/// <summary>Who waits for a task to complete: nobody, one waker, a list of them, or "it has completed".</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of the task.
/// INVARIANT: the sentinel is final. A waker that was registered before it is woken by <see cref="Complete"/>; a
/// registration after it fails, and then everything that the task wrote before <see cref="Complete"/> is visible.
/// </remarks>
internal struct JoinSlot
{
    private static readonly object s_completed = new();

    private object? _waiters;

    /// <summary>Whether the outcome can be read.</summary>
    internal readonly bool IsCompleted => ReferenceEquals(Volatile.Read(in _waiters), s_completed); // ORDERING: acquire, pairs with Complete.

    /// <summary>Adds a waker, once.</summary>
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

            if (Contains(seen, target))
            {
                return true;
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

    private static bool Contains(object? waiters, WakeTarget target)
    {
        while (waiters is WaiterNode node)
        {
            if (ReferenceEquals(node.Target, target))
            {
                return true;
            }

            waiters = node.Rest;
        }

        return ReferenceEquals(waiters, target);
    }

    /// <summary>More than one waiter is rare: each further one costs an object.</summary>
    private sealed class WaiterNode(WakeTarget target, object rest)
    {
        internal WakeTarget Target { get; } = target;

        internal object Rest { get; } = rest;
    }
}
