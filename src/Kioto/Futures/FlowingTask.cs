using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>What flows with the Task-based code of a task: by execution contexts, which may be kept for longer than it lives.</summary>
/// <param name="scheduler">The <see cref="Scheduler"/> of the runtime that it belongs to; null for none.</param>
/// <param name="strand">The task; null where it is not known, or no task.</param>
internal sealed class FlowingTask(object? scheduler, Strand? strand)
{
    private Strand? _strand = strand;

    /// <summary>The scheduler, for who knows the type: <see cref="Scheduler.Flowing"/>.</summary>
    internal object? Runtime { get; } = scheduler;

    /// <summary>The task, until it has ended.</summary>
    internal Strand? Strand => Volatile.Read(ref _strand); // ORDERING: a hint; an ended task is cancelled by nobody.

    /// <summary>Calls Task-based code as part of the current strand, and waits for its Task also when cancelled.</summary>
    /// <typeparam name="T">The result type; <see cref="Unit"/> for a Task without one.</typeparam>
    /// <param name="body">Starts the Task; a <see cref="Task{T}"/> unless there is no result.</param>
    /// <returns>The future, never a ready one.</returns>
    internal static Future<T> Call<T>(Func<Task> body)
    {
        // Strands of combinators are used again, by others.
        Ambient ambient = Ambient.Current;
        Strand? strand = ambient.Strand is TaskHeader { IsSpawned: true } task ? task : null;
        FlowingTask flowing = new(ambient.Scheduler ?? Scheduler.Flowing, strand);
        object? outer = Scheduler.Flow(flowing);
        try
        {
            return TaskLeaf<T>.Await(body(), detach: false, flowing);
        }
        catch
        {
            flowing.Forget(); // There is no Task.
            throw;
        }
        finally
        {
            Scheduler.Flow(outer);
        }
    }

    /// <summary>The task has ended: who keeps a context must not keep its result.</summary>
    internal void Forget() => Volatile.Write(ref _strand, null); // ORDERING: as above.
}
