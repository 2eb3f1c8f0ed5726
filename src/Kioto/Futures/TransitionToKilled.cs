namespace Kioto;

/// <summary>Who drops a task whose scheduler has ended.</summary>
internal enum TransitionToKilled
{
    /// <summary>Nobody: it has an outcome.</summary>
    Ended,

    /// <summary>Who polls it, when that poll ends; if it has yielded, who takes it from its queue.</summary>
    ByRunner,

    /// <summary>The caller, now.</summary>
    Now,
}
