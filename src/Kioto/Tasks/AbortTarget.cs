using System.Threading;

namespace Kioto;

/// <summary>The task that abort handles refer to, until it has ended: it keeps neither result nor failure alive.</summary>
/// <remarks>Woken, once, by the end of the task, with which it is registered as one who waits.</remarks>
internal class AbortTarget : WakeTarget
{
    // INVARIANT: set when made; cleared once, after the task has ended, by who is woken by that or takes its outcome.
    private ISpawned? _task;

    // INVARIANT: 0 until it is known; then it stays. Written before _task is cleared if the task knows its id.
    private ulong _id;

    private protected AbortTarget(ISpawned task) => _task = task;

    /// <summary>The task; null when its outcome is no longer needed here.</summary>
    internal ISpawned? Task => Volatile.Read(ref _task); // ORDERING: acquire, pairs with Forget.

    /// <summary>Whether the task has ended, and its cleanup with it.</summary>
    internal bool IsFinished => Task is not { } task || task.Waiters.IsCompleted;

    internal TaskId Id
    {
        get
        {
            ulong id = Volatile.Read(ref _id); // ORDERING: uniqueness only, here and below.
            if (id == 0)
            {
                ulong fresh = Task is { } task ? task.Id.Value : TaskId.Next();
                id = Interlocked.CompareExchange(ref _id, fresh, 0);
                id = id == 0 ? fresh : id;
            }

            return new TaskId(id);
        }
    }

    /// <summary>What the abort handles of a task share.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The one that is registered with the task; a new one when it has ended.</returns>
    internal static AbortTarget Of(ISpawned task)
    {
        AbortTarget fresh = new(task);
        AbortTarget? registered = task.Waiters.RegisterOnce(fresh);
        AbortTarget target = registered ?? fresh;
        _ = target.Id; // Later the task can't be asked any more.
        if (registered is null)
        {
            fresh.Forget();
        }

        return target;
    }

    internal override void Wake() => Forget();

    /// <summary>Asks the task to stop.</summary>
    internal virtual void Abort() => Task?.Abort();

    /// <summary>The task has ended, and this is not where its outcome will be asked for.</summary>
    internal void Forget()
    {
        if (Task is not { } task)
        {
            return;
        }

        if (task.KnownId is not 0 and ulong id)
        {
            Interlocked.CompareExchange(ref _id, id, 0); // ORDERING: uniqueness only. // ORDERING: uniqueness only.
        }

        Volatile.Write(ref _task, null); // ORDERING: release, after the id; pairs with Task.
    }
}
