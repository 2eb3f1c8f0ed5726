using System;

namespace Kioto;

/// <summary>A task that a tracker counts: what its abort handle refers to.</summary>
/// <param name="tracker">The tracker.</param>
/// <param name="task">The task.</param>
/// <param name="reports">Whether nobody can ask for the failure.</param>
internal sealed class TrackedTarget(TrackerCore tracker, ISpawned task, bool reports) : AbortTarget(task)
{
    internal override void Wake()
    {
        if (reports && Task is { WasAborted: false, Error.SourceException: Exception failure } ended)
        {
            ended.Report(failure);
        }

        base.Wake();
        tracker.Exit();
    }
}
