using System;

namespace Kioto;

/// <content>Which task the calling code is of.</content>
public static partial class Kio
{
    /// <summary>The id of the task, or blocking closure, that the calling code is of. As Tokio's <c>task::id</c>.</summary>
    /// <remarks>See <see cref="TryCurrentTaskId"/>.</remarks>
    /// <exception cref="InvalidOperationException">It is of none.</exception>
    public static TaskId CurrentTaskId => TryCurrentTaskId ?? throw new InvalidOperationException(
        "Kio.CurrentTaskId: the calling code is of no task. Call it in what was spawned, or use Kio.TryCurrentTaskId.");

    /// <summary>
    /// The id of the task, or blocking closure, that the calling code is of: also in its cleanup, in the arms of its
    /// combinators and in <see cref="BlockInPlace(Action)"/>. As Tokio's <c>task::try_id</c>.
    /// </summary>
    /// <remarks>
    /// Null outside, in what BlockOn drives, and in Task-based code past its first await, which is of no task any more.
    /// </remarks>
    public static TaskId? TryCurrentTaskId
    {
        get
        {
            Ambient ambient = Ambient.Current;
            WakeTarget? target = (ambient.Strand ?? ambient.BridgedStrand)?.Target;
            while (target is TaskHeader { IsSpawned: false } part)
            {
                target = part.Enclosing?.Target; // A bridge is part of the task whose code awaits it.
            }

            TaskHeader? task = target as TaskHeader ?? RunningClosures.Current;
            return task is null ? null : new TaskId(task.KnownId);
        }
    }
}
