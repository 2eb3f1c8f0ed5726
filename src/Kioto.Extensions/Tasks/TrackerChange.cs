namespace Kioto;

/// <summary>What whoever changes a tracker has to do.</summary>
internal enum TrackerChange
{
    /// <summary>Nothing: it was so already.</summary>
    None,

    /// <summary>Nothing more: it changed.</summary>
    Changed,

    /// <summary>It is closed and empty now: wake all who wait.</summary>
    Ended,
}
