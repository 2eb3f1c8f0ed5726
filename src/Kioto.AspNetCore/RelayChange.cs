namespace Kioto.AspNetCore;

/// <summary>What whoever changes a <see cref="RelayState"/> has to do.</summary>
internal enum RelayChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has begun: tell the scheduler.</summary>
    Begun,

    /// <summary>What had begun has ended: tell the scheduler.</summary>
    Ended,
}
