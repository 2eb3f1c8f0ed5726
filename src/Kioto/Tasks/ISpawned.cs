using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>A task without the type of its result: what abort handles and groups of tasks need of it.</summary>
internal interface ISpawned
{
    /// <summary>Who waits for its end.</summary>
    ref JoinSlot Waiters { get; }

    /// <summary>Whether it ended by being aborted. Valid once completed.</summary>
    bool WasAborted { get; }

    /// <summary>Its failure, or null. Valid once completed.</summary>
    ExceptionDispatchInfo? Error { get; }

    /// <summary>Its id, made when first asked for.</summary>
    TaskId Id { get; }

    /// <summary>Its id if anybody has asked for it, or 0.</summary>
    ulong KnownId { get; }

    /// <summary>Asks it to stop; before <see cref="Start"/> too.</summary>
    void Abort();

    /// <summary>Puts it into the background class. Before <see cref="Start"/>.</summary>
    void SetBackground();

    /// <summary>Says what to do about a failure that nobody observes. Before <see cref="Start"/>.</summary>
    /// <param name="policy">The policy.</param>
    void SetFailures(FailurePolicy policy);

    /// <summary>Gives a task that was made for a scheduler to it. Once; it may have ended when this returns.</summary>
    /// <exception cref="BlockingQueueFullException">It is a closure, and its pool is full: it has not been started.</exception>
    void Start();

    /// <summary>
    /// The same, where there is nobody to throw to: a closure waits until its pool has room, and if it can't be started
    /// it ends with that as its failure.
    /// </summary>
    void StartLater();

    /// <summary>Drops a task that will never be started, and the future that it was to run.</summary>
    void Drop();

    /// <summary>Tells its scheduler of a failure that nobody will ask for.</summary>
    /// <param name="failure">The failure: its own, or of what it belongs to.</param>
    void Report(Exception failure);
}
