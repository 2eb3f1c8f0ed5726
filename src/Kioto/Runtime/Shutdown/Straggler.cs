using System;

namespace Kioto;

/// <summary>A task, or a blocking closure, that a shutdown had to wait for longer than it was to.</summary>
public sealed class Straggler
{
    internal Straggler(TaskDump task, StragglerOutcome outcome, TimeSpan waited)
    {
        Task = task;
        Outcome = outcome;
        Waited = waited;
    }

    /// <summary>The task: its id, where it was spawned, what it was doing and what it waited for when it was given up.</summary>
    public TaskDump Task { get; }

    /// <summary>What became of it.</summary>
    public StragglerOutcome Outcome { get; }

    /// <summary>How long the shutdown had waited for it by then.</summary>
    public TimeSpan Waited { get; }

    /// <summary>The straggler in a few lines.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Outcome} after {Durations.InWords(Waited)}: {Task}";
}
