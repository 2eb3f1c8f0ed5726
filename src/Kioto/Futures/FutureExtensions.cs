using System;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Turns futures, hand-written futures and Tasks into one another.</summary>
public static class FutureExtensions
{
    /// <summary>Makes a hand-written future awaitable.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future. It is polled by one strand only.</param>
    /// <returns>The future to await, once.</returns>
    public static Future<T> AsFuture<T>(this IFuture<T> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        return PolledLeaf<T>.Await(future);
    }

    /// <summary>
    /// Makes a Task a future. Cancelling the future lets the Task run on alone at once, as <c>Task.WaitAsync</c> does;
    /// a plain <c>await task</c> in an async Future method waits for it instead.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <returns>The future to await, once.</returns>
    [CancelSafe]
    public static Future AsFuture(this Task task)
    {
        Future<Unit> future = TaskLeaf<Unit>.Await(task, detach: true);
        return new Future(future.Source!, future.Token);
    }

    /// <inheritdoc cref="AsFuture(Task)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    [CancelSafe]
    public static Future<T> AsFuture<T>(this Task<T> task) => TaskLeaf<T>.Await(task, detach: true);

    /// <summary>Makes a future a Task: it starts now, on the current runtime if there is one.</summary>
    /// <param name="future">The future.</param>
    /// <returns>The task.</returns>
    public static async Task AsTask(this Future future) => await future;

    /// <inheritdoc cref="AsTask(Future)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    public static async Task<T> AsTask<T>(this Future<T> future) => await future;
}
