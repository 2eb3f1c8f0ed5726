namespace Kioto.Sync;

/// <summary>What asking for permits came to.</summary>
internal enum AcquireOutcome
{
    /// <summary>The permits are the caller's.</summary>
    Acquired,

    /// <summary>There are too few, or others wait for them.</summary>
    NoPermits,

    /// <summary>There will be no more.</summary>
    Closed,
}
