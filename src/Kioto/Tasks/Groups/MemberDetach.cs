namespace Kioto;

/// <summary>What whoever lets a task of a group go does about its outcome.</summary>
internal enum MemberDetach
{
    /// <summary>Nothing: the end of the task finds nobody who wants it.</summary>
    Running,

    /// <summary>The task has ended: report a failure, and drop it.</summary>
    Ended,
}
