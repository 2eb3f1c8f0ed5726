using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto;

/// <summary>The value of one scope, for who wants it back. As Tokio's <c>TaskLocalFuture::take_value</c>.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class TaskLocalValue<T>
{
    private readonly Lock _lock = new();
    private T? _value;
    private bool _taken;

    internal TaskLocalValue(T value) => _value = value;

    /// <summary>Takes the value out: before the scope begins, while it is open, or after its end.</summary>
    /// <remarks>Inside a scope that is still open the task-local has no value from then on. Any thread may call it.</remarks>
    /// <param name="value">The value.</param>
    /// <returns>False when it was taken already.</returns>
    public bool TryTake([MaybeNullWhen(false)] out T value)
    {
        lock (_lock)
        {
            bool first = !_taken;
            value = _value!;
            _value = default;
            _taken = true;
            return first;
        }
    }

    internal bool TryGet([MaybeNullWhen(false)] out T value)
    {
        lock (_lock)
        {
            value = _value!;
            return !_taken;
        }
    }
}
