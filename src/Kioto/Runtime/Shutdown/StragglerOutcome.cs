namespace Kioto;

/// <summary>How a shutdown dealt with a task that had not ended by itself.</summary>
public enum StragglerOutcome
{
    /// <summary>It was aborted when the grace was over, and cleaned up in time.</summary>
    Aborted,

    /// <summary>Its cleanup had not ended when the kill time was over: its frames were dropped.</summary>
    Dropped,

    /// <summary>A thread still runs it, which nobody can stop: a blocking closure, or a task that does not yield.</summary>
    StillRunning,
}
