namespace Kioto;

/// <summary>What an observer keeps of one task: most tasks have none.</summary>
internal abstract class TaskProbe
{
    /// <summary>The task's poll ends without an outcome. On its polling thread, which still has the task.</summary>
    /// <param name="task">The task.</param>
    internal abstract void Suspended(Strand task);

    /// <summary>The task has used up its budget. On its polling thread.</summary>
    internal abstract void ForcedYield();
}
