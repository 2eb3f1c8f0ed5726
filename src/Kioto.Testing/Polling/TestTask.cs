using System;

namespace Kioto.Testing;

/// <summary>Makes futures that a test polls by hand.</summary>
public static class TestTask
{
    /// <summary>Takes a future to poll it by hand. Nothing runs before the first <see cref="TestTask{T}.Poll"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; it must not have been awaited.</param>
    /// <returns>The task. Dispose it: what has not ended is cancelled.</returns>
    public static TestTask<T> Spawn<T>(Future<T> future) => new(future);

    /// <summary>Takes a sequence to ask it for its elements by hand. Nothing runs before the first question.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="stream">The sequence.</param>
    /// <returns>The task. Dispose it: a step that has not ended is cancelled.</returns>
    public static TestStream<T> Spawn<T>(FutureStream<T> stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new TestStream<T>(stream.GetAsyncEnumerator());
    }

    /// <inheritdoc cref="Spawn{T}(Future{T})"/>
    /// <param name="future">The future; its result is a meaningless true.</param>
    public static TestTask<bool> Spawn(Future future)
    {
        return new TestTask<bool>(Run(future));

        static async Future<bool> Run(Future future)
        {
            await future;
            return true;
        }
    }
}
