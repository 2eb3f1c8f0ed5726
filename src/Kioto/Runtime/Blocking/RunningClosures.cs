using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>The blocking closures of a runtime that have started and not ended: what can be told of them, and to them.</summary>
/// <remarks>A place for each thread, found by a thread static: starting a closure costs two stores, and no lock.</remarks>
internal sealed class RunningClosures
{
    [ThreadStatic]
    private static Place? t_place;

    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock.
    private readonly List<Place> _places = [];

    /// <summary>The closure that the calling thread runs, for any runtime; null if it runs none.</summary>
    internal static TaskHeader? Current => t_place?.Task;

    /// <summary>The calling thread starts a closure.</summary>
    /// <param name="task">The closure's task.</param>
    /// <returns>Its place, to be left at the end.</returns>
    internal Place Enter(TaskHeader task)
    {
        Place? place = t_place;
        if (place is null || !ReferenceEquals(place.Owner, this))
        {
            place = Register();
        }

        Interlocked.Exchange(ref place.Task, task); // ORDERING: full fence before the closure looks whether the runtime closes; pairs with AbortAll.
        return place;
    }

    internal List<RunningClosure> Snapshot()
    {
        List<RunningClosure> closures = [];
        using (_lock.EnterScope())
        {
            foreach (Place place in _places)
            {
                if (Volatile.Read(ref place.Task) is { } task) // ORDERING: acquire, pairs with Enter.
                {
                    closures.Add(new RunningClosure(task, place.Thread, place.Pool));
                }
            }
        }

        return closures;
    }

    /// <summary>Whether a closure runs, other than those given.</summary>
    /// <param name="except">Not to be counted.</param>
    /// <returns>True if one does.</returns>
    internal bool Any(TaskHeader[] except)
    {
        foreach (RunningClosure closure in Snapshot())
        {
            if (Array.IndexOf(except, closure.Task) < 0)
            {
                return true;
            }
        }

        return false;
    }

    private Place Register()
    {
        Place place = new(this);
        t_place = place;
        using (_lock.EnterScope())
        {
            _places.RemoveAll(static other => !other.Thread.IsAlive);
            _places.Add(place);
        }

        return place;
    }

    /// <summary>What one thread runs.</summary>
    internal sealed class Place(RunningClosures owner)
    {
        /// <summary>INVARIANT: written by its own thread only.</summary>
        internal TaskHeader? Task;

        internal RunningClosures Owner { get; } = owner;

        internal Thread Thread { get; } = Thread.CurrentThread;

        /// <summary>The name of the thread's pool.</summary>
        internal string? Pool { get; } = BlockingCrew.Current?.Options.Name;

        internal void Leave() => Volatile.Write(ref Task, null); // ORDERING: after all that the closure did.
    }
}
