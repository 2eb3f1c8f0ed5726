namespace Kioto;

/// <summary>Who drops a task whose scheduler has ended.</summary>
internal enum TransitionToKilled
{
    /// <summary>Nobody: it has an outcome.</summary>
    Ended,

    /// <summary>Who polls it, when that poll ends.</summary>
    ByRunner,

    /// <summary>The caller, now.</summary>
    Now,
}
