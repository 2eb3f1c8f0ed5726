namespace Kioto;

/// <summary>Which of the tasks of the <see cref="ITaskHolder"/> that is waited on must end for the wait to end.</summary>
internal enum NeededEnds
{
    /// <summary>There is no such thing; or others may end the wait too.</summary>
    Unknown,

    /// <summary>Each.</summary>
    All,

    /// <summary>Any of them.</summary>
    One,
}
