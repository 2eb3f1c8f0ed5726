namespace Kioto;

/// <summary>What a suspended strand waits for: the innermost operation of its await chain.</summary>
internal interface ILeaf
{
    /// <summary>Polls the operation again.</summary>
    /// <param name="strand">The strand that waits for it, which polls it; its target is to be woken while pending.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>True when the awaiting frame may resume: the operation has a result or a failure.</returns>
    bool PollLeaf(Strand strand, Ambient ambient);

    /// <summary>Withdraws the operation because its strand is being cancelled.</summary>
    /// <param name="strand">The strand that is cancelled.</param>
    /// <returns>
    /// True when the frame may resume now and its await throws; false when somebody else still uses the operation's
    /// memory: the strand waits on, and the cancellation is delivered at its next await.
    /// </returns>
    bool CancelLeaf(Strand strand);
}
