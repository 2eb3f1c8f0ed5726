using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>The continuations that a pending .NET Task still holds of leaves that were withdrawn.</summary>
/// <remarks>
/// A loop that selects over one long-lived Task would add a continuation to it in each turn. So the next leaf of that
/// Task takes one of these, and a Task holds as many as ever waited for it at once.
/// </remarks>
internal sealed class ParkedWakes
{
    private static readonly ConditionalWeakTable<Task, ParkedWakes> s_byTask = [];

    // INVARIANT: only ever set. Who sees it late registers once more.
    private static bool s_any;

    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock, as are the links.
    private TaskWake? _first;

    /// <summary>Keeps a wake that a task holds and nobody waits with.</summary>
    /// <param name="task">The task.</param>
    /// <param name="wake">A wake without a target.</param>
    internal static void Park(Task task, TaskWake wake)
    {
        s_any = true;
        s_byTask.GetOrCreateValue(task).Push(wake);
    }

    /// <summary>Takes a wake that the task holds already.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The wake, or null.</returns>
    internal static TaskWake? TryTake(Task task) => s_any && s_byTask.TryGetValue(task, out ParkedWakes? parked) ? parked.Pop() : null;

    private void Push(TaskWake wake)
    {
        using (_lock.EnterScope())
        {
            wake.Next = _first;
            _first = wake;
        }
    }

    private TaskWake? Pop()
    {
        using (_lock.EnterScope())
        {
            TaskWake? wake = _first;
            if (wake is not null)
            {
                _first = wake.Next;
                wake.Next = null;
            }

            return wake;
        }
    }
}
