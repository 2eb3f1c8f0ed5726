namespace Kioto;

/// <summary>What the failure of a child of a <see cref="TaskScope"/> means for the others.</summary>
public enum ScopeFailurePolicy
{
    /// <summary>The first failure cancels the other children, and is what the scope throws.</summary>
    CancelSiblings,

    /// <summary>All children run to their ends; the scope throws an <see cref="System.AggregateException"/> of all failures, even of one.</summary>
    WaitAll,
}
