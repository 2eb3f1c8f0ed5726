using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>When a worker takes a task of the background class although normal ones are ready.</summary>
/// <remarks>
/// A mutable struct that is never copied: a field of whoever picks tasks, and touched by that thread only. A pick costs
/// a normal task one decrement; at every fourth there is a look at the queue, whose line nobody writes while the
/// background class is not used.
/// INVARIANT, WEIGHT: after a background task there are at least as many other picks as the interval, or
/// <see cref="Look"/> if a background task is overdue. So overdue ones come first, but a flood of them does not starve
/// the normal ones: at least four of five picks are theirs.
/// </remarks>
internal struct BackgroundPicks
{
    /// <summary>Picks between two looks at the queue.</summary>
    private const int Look = 4;

    private readonly BackgroundQueue _queue;
    private readonly int _interval;
    private int _countdown;

    // What the countdown began with, and the picks before that since the last background task: no more than the interval.
    private int _step;
    private int _since;

    /// <summary>Begins to count.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="interval">Normal tasks between two background ones, at least 1.</param>
    internal BackgroundPicks(BackgroundQueue queue, int interval)
    {
        _queue = queue;
        _interval = interval;
        _step = _countdown = int.Min(Look, interval);
    }

    /// <summary>At each pick: a background task whose turn it is before the normal ones.</summary>
    /// <returns>The task, or null.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // each pick
    internal TaskHeader? TakeDue() => --_countdown == 0 ? TakeIfDue() : null;

    /// <summary>When nothing normal is ready: the next background task.</summary>
    /// <returns>The task, or null.</returns>
    internal TaskHeader? Take()
    {
        TaskHeader? task = _queue.Pop();
        if (task is not null)
        {
            _since = 0;
            _step = int.Min(Look, _interval);
            _countdown = _step + 1; // The pick that took it is none of those in between.
        }

        return task;
    }

    private TaskHeader? TakeIfDue()
    {
        _since = int.Min(_since + _step, _interval);
        _step = _since < _interval ? int.Min(Look, _interval - _since) : Look;
        _countdown = _step;
        return !_queue.IsEmpty && (_since == _interval || _queue.IsOverdue) ? Take() : null;
    }
}
