namespace Kioto;

/// <summary>What whoever ends a task of a group does with its outcome.</summary>
internal enum MemberEnd
{
    /// <summary>Give it to the group.</summary>
    Keep,

    /// <summary>The group has let the task go: report a failure, and drop it.</summary>
    Drop,
}
