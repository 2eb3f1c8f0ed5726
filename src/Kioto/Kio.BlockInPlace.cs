using System;

namespace Kioto;

/// <content>Blocking where one is.</content>
public static partial class Kio
{
    /// <summary>Runs code that blocks or computes for long right here, while the worker's other tasks go on elsewhere.</summary>
    /// <remarks>
    /// <para>As Tokio's <c>block_in_place</c>. Inside a task of a multi-thread runtime the worker's queue, timers and turn
    /// at the driver go to another thread first, and come back afterwards if that thread has not begun with them; else
    /// this one becomes part of the reserve when the poll ends. Outside a runtime, in BlockOn on a multi-thread runtime
    /// and in a blocking closure it is a plain call.</para>
    /// <para>The code is part of the task: task-locals and <c>AsyncLocal</c>s are the task's, and what the same task awaits
    /// concurrently (the other arms of a Select or Join) waits. It may call <c>Runtime.BlockOn</c>, and the blocking
    /// variants of locks and channels. The cooperative budget is off inside. It can't be cancelled; pass it
    /// <see cref="CancellationToken"/>.</para>
    /// <para>Use it for code that blocks rarely and can't be moved; <see cref="SpawnBlocking{T}(Func{T}, string, int)"/> costs the task
    /// nothing. There are as many threads for this as the blocking pool may have, on top of it; when they are used up the
    /// worker's tasks go to the other workers, and the first thread that comes back from what it blocks in takes the
    /// worker.</para>
    /// </remarks>
    /// <param name="closure">The code.</param>
    /// <exception cref="InvalidOperationException">
    /// This thread drives a current-thread runtime or a <see cref="LocalSet"/>, or is a worker of a per-core runtime: nobody
    /// else could run their tasks.
    /// </exception>
    public static void BlockInPlace(Action closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        using BlockingScope scope = BlockingScope.Begin("Kio.BlockInPlace");
        closure();
    }

    /// <inheritdoc cref="BlockInPlace(Action)"/>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <returns>What the code returned.</returns>
    public static T BlockInPlace<T>(Func<T> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        using BlockingScope scope = BlockingScope.Begin("Kio.BlockInPlace");
        return closure();
    }
}
