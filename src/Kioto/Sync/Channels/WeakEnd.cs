using System.Threading;

namespace Kioto.Sync;

/// <summary>What every weak sender is: counted until it ends, once, and in between good for a sender while there is one.</summary>
/// <remarks>A mutable struct that is never copied: a field of the weak sender. The count is its channel's.</remarks>
internal struct WeakEnd
{
    // INVARIANT: set once, by an exchange.
    private int _disposed;

    /// <summary>Counts one more.</summary>
    /// <param name="senders">The channel's.</param>
    internal WeakEnd(ref SenderCount senders) => senders.AddWeak();

    /// <summary>Counts one more sender, if there is still one.</summary>
    /// <param name="senders">The channel's.</param>
    /// <param name="end">The weak sender.</param>
    /// <returns>Whether there is one more: the caller makes it.</returns>
    /// <exception cref="System.ObjectDisposedException">The weak sender was disposed.</exception>
    internal readonly bool TryUpgrade(ref SenderCount senders, object end)
    {
        ThrowIfEnded(end);
        return senders.TryAdd();
    }

    internal readonly void ThrowIfEnded(object end) => DisposedEnd.ThrowIf(Volatile.Read(in _disposed) != 0, end); // ORDERING: misuse.

    /// <summary>It counts no more.</summary>
    /// <param name="senders">The channel's.</param>
    internal void End(ref SenderCount senders)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) // ORDERING: once.
        {
            senders.RemoveWeak();
        }
    }
}
