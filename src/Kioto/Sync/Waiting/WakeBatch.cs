using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>Who is to be woken: collected under a lock, called after it has been released. A handful at a time.</summary>
/// <remarks>
/// Nothing is allocated, and no lock is held for longer than it takes to collect so many: who finds it full leaves the
/// lock, wakes, and enters it again for the rest. See docs/decisions/0078.
/// </remarks>
internal ref struct WakeBatch
{
    private Targets _targets;
    private int _count;

    /// <summary>Whether there is no room for one more waiter, who may have two targets.</summary>
    internal readonly bool IsFull => _count > Targets.Size - 2;

    /// <summary>Adds one. Precondition: not full when its waiter's turn came.</summary>
    /// <param name="target">Whom to wake.</param>
    internal void Add(WakeTarget? target)
    {
        if (target is not null)
        {
            _targets[_count++] = target;
        }
    }

    /// <summary>Wakes them all, in the order in which they were added, and is empty again. Not under a lock.</summary>
    internal void WakeAll()
    {
        int count = _count;
        _count = 0;
        for (int i = 0; i < count; i++)
        {
            _targets[i]!.Wake();
        }
    }

    [InlineArray(Size)]
    private struct Targets
    {
#if KIOTO_MODEL
        internal const int Size = 2;
#else
        internal const int Size = 16;
#endif
        private WakeTarget? _first;
    }
}
