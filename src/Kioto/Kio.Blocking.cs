using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <content>Blocking pools: with room to wait for, and with names. Plain <c>SpawnBlocking</c> is beside <c>Spawn</c>.</content>
public static partial class Kio
{
    /// <summary>Waits until the current runtime's blocking pool has room, then runs a closure on it.</summary>
    /// <remarks>
    /// <para>Only a pool with a bound (<see cref="RuntimeBuilder.MaxBlockingQueue"/>) can be full. First come, first
    /// served; <c>SpawnBlocking</c> throws meanwhile.</para>
    /// <para>Cancel safety: when cancelled nothing was queued, and the place among those who wait is lost.</para>
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle, once it has been queued; aborted if the runtime has been shut down.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [LosesPlace]
    public static Future<JoinHandle<T>> SpawnBlockingAsync<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Runtime("Kio.SpawnBlockingAsync").Handle.SpawnBlockingAsync(closure, file, line);

    /// <inheritdoc cref="SpawnBlockingAsync{T}(Func{T}, string, int)"/>
    [LosesPlace]
    public static Future<JoinHandle> SpawnBlockingAsync(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Runtime("Kio.SpawnBlockingAsync").Handle.SpawnBlockingAsync(closure, file, line);

    /// <summary>Waits until the current runtime's blocking pool has room, then runs a closure on it that can be told to stop.</summary>
    /// <remarks>Cancel safety: when cancelled nothing was queued, and the place among those who wait is lost.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle, once it has been queued; aborted if the runtime has been shut down.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public static Future<JoinHandle<T>> SpawnBlockingAsync<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Runtime("Kio.SpawnBlockingAsync").Handle.SpawnBlockingAsync(closure, file, line);

    /// <inheritdoc cref="SpawnBlockingAsync{T}(Func{CancellationToken, T}, string, int)"/>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public static Future<JoinHandle> SpawnBlockingAsync(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Runtime("Kio.SpawnBlockingAsync").Handle.SpawnBlockingAsync(closure, file, line);

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlockingAsync runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public static Future<JoinHandle> SpawnBlockingAsync<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="SpawnBlockingAsync{TTask}(Func{TTask}, object)"/>
    [Obsolete("SpawnBlockingAsync runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public static Future<JoinHandle> SpawnBlockingAsync<TTask>(Func<CancellationToken, TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <summary>
    /// A blocking pool of the current runtime: "io", which is that of SpawnBlocking, "cpu", which has as many threads as
    /// there are processors, or one made with <see cref="RuntimeBuilder.BlockingPool"/>.
    /// </summary>
    /// <param name="name">The pool's name.</param>
    /// <returns>The pool.</returns>
    /// <exception cref="ArgumentException">There is none; the message lists those that there are.</exception>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    public static BlockingPool BlockingPool(string name) => Runtime("Kio.BlockingPool").BlockingPools.Get(name);
}
