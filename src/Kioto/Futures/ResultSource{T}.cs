namespace Kioto;

/// <summary>A source that keeps its result until it is taken: all but those of direct operations.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class ResultSource<T> : FutureSource<T>
{
    /// <summary>The result. Valid while it is Done without a failure.</summary>
    internal T? Result;

    private protected void ClearOutcome()
    {
        ClearAux(); // First: who has seen that it holds an Ambient need not look again.
        Version++;
        State = SourceState.Created;
        Result = default;
    }
}
