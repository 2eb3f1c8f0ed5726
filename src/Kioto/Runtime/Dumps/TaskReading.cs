using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>One strand that a dump reads, while it may be polled, woken, aborted and ended.</summary>
internal sealed class TaskReading
{
    /// <summary>Readings of one strand before the dump says only that it moves.</summary>
    private const int MostRounds = 8;

    private readonly TaskHeader? _task;
    private readonly Strand _strand;
    private StrandCapture? _first;
    private StrandCapture? _second;
    private bool _atRest;

    internal TaskReading(Strand strand, TaskDumpKind kind)
    {
        _strand = strand;
        _task = strand as TaskHeader;
        Kind = kind;
    }

    internal TaskDumpKind Kind { get; }

    internal TaskHeader? Task => _task;

    internal Strand Strand => _strand;

    /// <summary>What was read and confirmed; null if it ran, or moved too fast.</summary>
    internal StrandCapture? Capture { get; private set; }

    /// <summary>What it runs, where there is no capture.</summary>
    internal string? BodyName { get; private set; }

    internal TaskDumpState State { get; private set; }

    internal bool IsCancelling { get; private set; }

    /// <summary>Whether it ended before it could be read.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Reads them all. The fences of the whole process are shared: a few for a dump, however many tasks.</summary>
    /// <param name="readings">The readings.</param>
    internal static void ReadAll(List<TaskReading> readings)
    {
        List<TaskReading> open = [.. readings];
        for (int round = 0; round < MostRounds && open.Count > 0; round++)
        {
            foreach (TaskReading reading in open)
            {
                reading._first = StrandCapture.Of(reading._strand);
            }

            Interlocked.MemoryBarrierProcessWide(); // ORDERING: what a poller did before a version that was read is visible now.
            foreach (TaskReading reading in open)
            {
                reading._atRest = reading.IsAtRest();
                reading._second = StrandCapture.Of(reading._strand);
            }

            Interlocked.MemoryBarrierProcessWide(); // ORDERING: as above, for the second reading.
            open.RemoveAll(static reading => reading.TryConfirm());
        }

        foreach (TaskReading reading in open)
        {
            reading.ReadState();
            reading.BodyName = reading._task?.BodyName;
        }
    }

    /// <summary>Describes one task, for a report about it: its number, where it was spawned, where it is.</summary>
    /// <param name="task">The task; it may run, and never end.</param>
    /// <returns>What a dump says of it; null if it has ended.</returns>
    internal static TaskDump? Describe(TaskHeader task)
    {
        TaskReading reading = new(task, KindOf(task));
        ReadAll([reading]);
        return reading.HasEnded ? null : new DumpWriter().Write(reading);
    }

    internal static TaskDumpKind KindOf(TaskHeader task) => task switch
    {
        Bridge or WorkItem => TaskDumpKind.Continuation,
        { Scheduler: LocalSetScheduler } => TaskDumpKind.LocalTask,
        _ => TaskDumpKind.Task,
    };

    private bool IsAtRest() => _task is { } task
        ? task.Status.Bits is var bits && (bits & TaskState.Complete) == 0 && !IsPolled(task, bits)
        : _strand is not BlockOnStrand { IsPolling: true };

    private bool TryConfirm()
    {
        ReadState();
        if (HasEnded)
        {
            return true;
        }

        if (!_second!.SameAs(_first!) || !_second.Holds())
        {
            return false;
        }

        if (_atRest)
        {
            Capture = _second;
            BodyName = _task?.BodyName;
            return true;
        }

        if (State != TaskDumpState.Running)
        {
            return false;
        }

        // While it runs, what its strand last stored may be somebody else's by now, unless it still leads to its root.
        FutureSource? root = _task?.PeekRoot(out uint version);
        if (root is not null && _second.Frames is [.., { } last] && ReferenceEquals(last.Source, root) && last.Version == RootVersion())
        {
            Capture = _second;
        }

        BodyName = _task?.BodyName;
        return true;
    }

    private uint RootVersion()
    {
        _task!.PeekRoot(out uint version);
        return version;
    }

    private void ReadState()
    {
        if (_task is not { } task)
        {
            State = _strand is BlockOnStrand { IsPolling: true } ? TaskDumpState.Running : TaskDumpState.Waiting;
            return;
        }

        int bits = task.Status.Bits;
        HasEnded = (bits & TaskState.Complete) != 0;
        IsCancelling = (bits & (TaskState.Cancelled | TaskState.Delivered)) != 0;
        State = IsPolled(task, bits) ? TaskDumpState.Running
            : (bits & (TaskState.Notified | TaskState.Running)) != 0 ? TaskDumpState.Queued
            : TaskDumpState.Waiting;
    }

    // One that has yielded is queued with RUNNING.
    private static bool IsPolled(TaskHeader task, int bits) => (bits & TaskState.Running) != 0 && !task.HasYielded;
}
