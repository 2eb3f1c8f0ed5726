namespace Kioto;

/// <summary>What a stream with a time limit gives: an item, or the news that none came in time.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public readonly struct TimedItem<T>
{
    private readonly T _value;

    internal TimedItem(T value)
    {
        _value = value;
        HasValue = true;
    }

    /// <summary>Whether this is an item; if not, the time was over.</summary>
    public bool HasValue { get; }

    /// <summary>The item.</summary>
    /// <exception cref="System.InvalidOperationException">There is none.</exception>
    public T Value => HasValue ? _value : throw new System.InvalidOperationException("No item came in time: test HasValue first.");
}
