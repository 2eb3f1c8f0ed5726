namespace ModelChecking;

/// <summary>Which schedules an exploration tries.</summary>
internal enum SearchStrategy
{
    /// <summary>Every schedule within the preemption bound, depth first.</summary>
    Exhaustive,

    /// <summary>At every scheduling point any thread that can run, with equal probability.</summary>
    RandomWalk,

    /// <summary>
    /// Probabilistic concurrency testing (Burckhardt et al., 2010): random thread priorities and a few random points
    /// at which the running thread's priority drops. Finds a bug of depth d with probability of at least 1/(n·k^(d-1))
    /// per execution of n threads and k steps.
    /// </summary>
    Pct,
}
