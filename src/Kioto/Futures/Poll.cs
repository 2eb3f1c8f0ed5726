namespace Kioto;

/// <summary>The outcome of polling a future once: ready with a value, or still pending.</summary>
/// <typeparam name="T">The type of the future's result.</typeparam>
public readonly struct Poll<T>
{
    private readonly T _value;

    private Poll(T value)
    {
        _value = value;
        IsReady = true;
    }

    /// <summary>Whether the future has completed.</summary>
    public bool IsReady { get; }

    /// <summary>Whether the future has not completed; its waker will be called when it should be polled again.</summary>
    public bool IsPending => !IsReady;

    /// <summary>The result of a completed future.</summary>
    /// <exception cref="System.InvalidOperationException">The poll is pending.</exception>
    public T Value => IsReady ? _value : throw Throw.PollIsPending();

    /// <summary>A future that has not completed.</summary>
    public static Poll<T> Pending => default;

    /// <summary>A future that has completed with <paramref name="value"/>.</summary>
    /// <param name="value">The result.</param>
    /// <returns>The ready outcome.</returns>
    public static Poll<T> Ready(T value) => new(value);

    /// <summary>Gets the result if there is one.</summary>
    /// <param name="value">The result, or the default while pending.</param>
    /// <returns>Whether the future has completed.</returns>
    public bool TryGetValue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return IsReady;
    }

    /// <inheritdoc/>
    public override string ToString() => IsReady ? $"Ready({_value})" : "Pending";
}
