namespace Kioto;

/// <summary>Makes a task's life that of a variable.</summary>
public static class JoinHandleExtensions
{
    /// <summary>Aborts the task when what this returns is disposed.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="handle">The task's handle.</param>
    /// <returns>What to dispose. It can be awaited as the handle.</returns>
    public static AbortOnDispose<T> AbortOnDispose<T>(this JoinHandle<T> handle) => new(handle);

    /// <inheritdoc cref="AbortOnDispose{T}(JoinHandle{T})"/>
    public static AbortOnDispose AbortOnDispose(this JoinHandle handle) => new(handle);
}
