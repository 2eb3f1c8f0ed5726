namespace Kioto;

/// <summary>What waiting for the next task of a group gives: a task that has ended, or nothing when the group is empty.</summary>
/// <typeparam name="T">The type of the tasks' results.</typeparam>
internal readonly struct GroupOutcome<T>(GroupMember member, JoinResult<T> result)
{
    private readonly JoinResult<T> _result = result;

    /// <summary>The task's place in the group; null when there was none.</summary>
    internal GroupMember? Member { get; } = member;

    internal JoinResult<T> Result => _result;

    internal JoinResult<T>? ResultOrNull => Member is null ? null : _result;
}
