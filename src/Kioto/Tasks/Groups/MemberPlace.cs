namespace Kioto;

/// <summary>Which list of its group holds a task.</summary>
internal enum MemberPlace : byte
{
    /// <summary>None: it is not in yet, was taken out, or was let go.</summary>
    None,

    /// <summary>Those that wait for one of a limited number of slots.</summary>
    Queued,

    /// <summary>Those that were started: running, or ended and not taken.</summary>
    Live,
}
