using System.Threading;

namespace Kioto.Testing;

/// <summary>A strand that a test polls by hand. Being woken is only noted.</summary>
internal sealed class HarnessStrand : Strand
{
    // INVARIANT: set by any waker, cleared by the polling thread.
    private int _woken;
    private int _wakes;

    internal bool IsWoken => Volatile.Read(ref _woken) != 0; // ORDERING: acquire, pairs with Wake.

    internal int Wakes => Volatile.Read(ref _wakes);

    internal override void Wake()
    {
        Interlocked.Increment(ref _wakes);
        Interlocked.Exchange(ref _woken, 1); // ORDERING: release of what was written before the wake.
    }

    internal void BeginTurn() => Interlocked.Exchange(ref _woken, 0); // ORDERING: acquire, pairs with Wake.
}
