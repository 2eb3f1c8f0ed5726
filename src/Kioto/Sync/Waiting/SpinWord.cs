using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A lock of four bytes for a few instructions: entering is one atomic operation, leaving is a store.</summary>
/// <remarks>
/// A mutable struct that is never copied. Who finds it held spins, then yields its time slice, and from the twentieth
/// turn on sleeps a millisecond at a time: it is held for that long only by a thread that was preempted. Nobody may
/// wait, call a stranger's code, or enter it twice while holding it.
/// </remarks>
internal struct SpinWord
{
    // INVARIANT: 1 while somebody holds it; set by a compare-exchange, cleared by that thread.
    private int _held;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // notify_one, mutex_contended
    internal void Enter()
    {
        // ORDERING: acquire, pairs with Exit.
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            EnterContended();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as Enter
    internal void Exit() => Volatile.Write(ref _held, 0); // ORDERING: release of what was done under the lock.

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        SpinWait spin = default;
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref _held) != 0 || Interlocked.CompareExchange(ref _held, 1, 0) != 0); // ORDERING: as Enter.
    }
}
