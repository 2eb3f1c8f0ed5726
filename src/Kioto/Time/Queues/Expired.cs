namespace Kioto;

/// <summary>An item that left a <see cref="DelayQueue{T}"/>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public readonly struct Expired<T>
{
    internal Expired(T value, Instant deadline)
    {
        Value = value;
        Deadline = deadline;
    }

    /// <summary>The item.</summary>
    public T Value { get; }

    /// <summary>When it was due.</summary>
    public Instant Deadline { get; }
}
