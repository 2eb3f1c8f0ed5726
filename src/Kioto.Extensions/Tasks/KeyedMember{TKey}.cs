using System;
using System.Threading;

namespace Kioto;

/// <summary>A task of a join map.</summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
internal sealed class KeyedMember<TKey>(TaskGroup group, ISpawned task, TKey key) : GroupMember(group, task)
{
    // INVARIANT: written once, by who replaces it; cleared by who takes its outcome.
    private ISpawned? _replaced;

    internal TKey Key { get; } = key;

    /// <summary>Another task has its key now: stops it, and remembers the task, as nobody but the runtime hears of its failure.</summary>
    internal void Replace()
    {
        Volatile.Write(ref _replaced, Task); // ORDERING: before the abort; read by who takes the outcome of that.
        Abort();
    }

    /// <summary>It was replaced, and has failed all the same: tells the runtime.</summary>
    /// <param name="failure">Its failure.</param>
    internal void ReportReplaced(Exception failure)
    {
        if (Interlocked.Exchange(ref _replaced, null) is { } task) // ORDERING: pairs with Replace.
        {
            task.Report(failure);
        }
        else
        {
            // It ended as it was replaced.
            LostFailure.Report(failure, new FailedTask(Id.Value, default), Ambient.Current);
        }
    }
}
