namespace Kioto;

/// <summary>What an await of a future set gives: an outcome, or nothing when the set is empty.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal readonly struct SetItem<T>
{
    private readonly FutureOutcome<T> _outcome;

    internal SetItem(FutureOutcome<T> outcome, int tag)
    {
        _outcome = outcome;
        Tag = tag;
        HasOutcome = true;
    }

    internal bool HasOutcome { get; }

    /// <summary>What the child was added with.</summary>
    internal int Tag { get; }

    internal FutureOutcome<T> Outcome => _outcome;
}
