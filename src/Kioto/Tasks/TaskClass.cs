namespace Kioto;

/// <summary>Which of a runtime's tasks go first when several are ready.</summary>
/// <remarks>
/// A weight, not a strict order: neither class starves, see <see cref="RuntimeBuilder.BackgroundInterval"/> and
/// <see cref="RuntimeBuilder.BackgroundMaxWait"/>. The class says when a task's turn comes, not how long it lasts.
/// </remarks>
public enum TaskClass
{
    /// <summary>What tasks are that say nothing.</summary>
    Normal,

    /// <summary>
    /// For maintenance, reports, prefetching: runs when nothing normal is ready, and now and then when something is.
    /// </summary>
    Background,
}
