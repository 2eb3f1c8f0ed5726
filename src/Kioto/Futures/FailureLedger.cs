using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>
/// The failures of a runtime's tasks that have handles, for who wants to know at a certain moment which of them nobody
/// has observed: tests, which can't wait for a collection.
/// </summary>
internal sealed class FailureLedger
{
    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock.
    private readonly List<(FailedTask Task, Func<Exception?> TakeUnobserved)> _failures = [];

    /// <summary>Notes a failure that somebody may yet observe. Any thread.</summary>
    /// <param name="task">Whose it is.</param>
    /// <param name="takeUnobserved">Gives it if nobody has observed it; from then on it counts as observed.</param>
    internal void Add(FailedTask task, Func<Exception?> takeUnobserved)
    {
        using (_lock.EnterScope())
        {
            _failures.Add((task, takeUnobserved));
        }
    }

    /// <summary>Takes those that nobody has observed until now.</summary>
    /// <returns>The failures, and whose they are.</returns>
    internal List<(FailedTask Task, Exception Failure)> TakeUnobserved()
    {
        List<(FailedTask, Exception)> unobserved = [];
        using (_lock.EnterScope())
        {
            foreach ((FailedTask task, Func<Exception?> take) in _failures)
            {
                if (take() is { } failure)
                {
                    unobserved.Add((task, failure));
                }
            }

            _failures.Clear();
        }

        return unobserved;
    }
}
