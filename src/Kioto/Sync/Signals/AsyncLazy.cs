using System;

namespace Kioto.Sync;

/// <summary>A value that its first user makes, by an operation that may wait; others wait for it meanwhile.</summary>
/// <remarks>Unlike <see cref="Lazy{T}"/> a failure is not kept: the next user tries again.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class AsyncLazy<T>
{
    private readonly OnceCell<T> _cell = OnceCell<T>.Of(typeof(AsyncLazy<T>), nameof(GetAsync), "async_lazy.get");
    private readonly Func<Future<T>> _make;

    /// <summary>Makes one that has no value yet.</summary>
    /// <param name="make">Makes the value.</param>
    public AsyncLazy(Func<Future<T>> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        _make = make;
    }

    /// <summary>Whether the value has been made.</summary>
    public bool IsValueCreated => _cell.IsSet;

    /// <summary>Gets the value; the first caller makes it.</summary>
    /// <remarks>Cancel safety: as <see cref="OnceCell{T}.GetOrInitAsync"/>.</remarks>
    /// <returns>The value.</returns>
    [CancelSafe]
    public Future<T> GetAsync() => _cell.GetOrInitAsync(_make);

    /// <summary>Blocks the thread until there is a value; the first caller makes it. For threads that poll no futures.</summary>
    /// <remarks>The operation runs on this thread: as <see cref="OnceCell{T}.GetOrInit(Func{Future{T}})"/>.</remarks>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public T Get() => _cell.GetOrInit(_make, "AsyncLazy.Get");
}
