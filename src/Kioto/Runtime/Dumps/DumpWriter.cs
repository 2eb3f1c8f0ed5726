using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>Makes the public objects of a dump of what was read; numbers the objects that are waited on.</summary>
internal sealed class DumpWriter
{
    private readonly Dictionary<object, int> _resources = new(ReferenceEqualityComparer.Instance);

    internal TaskDump Write(TaskReading reading)
    {
        // A strand that runs has left what it last waited for.
        bool waits = reading.State != TaskDumpState.Running;
        TaskHeader? task = reading.Task;
        return new TaskDump(
            reading.Kind,
            task is null or Bridge or WorkItem ? null : new TaskId(task.KnownId),
            task?.Site ?? default,
            reading.Kind == TaskDumpKind.Task && task is { IsBackground: true } ? TaskClass.Background : TaskClass.Normal,
            reading.State,
            reading.IsCancelling,
            Chain(reading.Capture, reading.BodyName),
            waits && reading.Capture is { } capture ? Wait(capture, TaskFigures.SinceLastPoll(task)) : null);
    }

    internal TaskDump Write(RunningClosure closure) => new(
        TaskDumpKind.BlockingClosure,
        new TaskId(closure.Task.KnownId),
        closure.Task.Site,
        TaskClass.Normal,
        TaskDumpState.Running,
        closure.Task.Status.IsCancelRequested,
        closure.Task.BodyName is { } name ? [name] : [],
        null,
        closure.Pool);

    internal static TaskDump Write(TokenCallback callback) => new(
        TaskDumpKind.TokenCallback,
        callback.Closure is { } closure ? new TaskId(closure.KnownId) : null,
        callback.Closure?.Site ?? default,
        TaskClass.Normal,
        TaskDumpState.Running,
        isCancelling: false,
        [callback.Name],
        null);

    internal static TaskDump Write(QueuedClosure closure, string pool)
    {
        // What a Task of .NET queues is no task of Kioto.
        var task = closure.Work as TaskHeader;
        return new TaskDump(
            TaskDumpKind.BlockingClosure,
            task is null ? null : new TaskId(task.KnownId),
            task?.Site ?? default,
            TaskClass.Normal,
            TaskDumpState.Queued,
            task?.Status.IsCancelRequested ?? false,
            [task is null ? TypeNames.Of(closure.Work.GetType()) : task.BodyName ?? "a closure"],
            null,
            pool,
            TimeSpan.FromMilliseconds(closure.WaitedMillis));
    }

    /// <summary>Says who has and who waits for each primitive. After the tasks, which give them their numbers.</summary>
    /// <param name="primitives">The primitives.</param>
    /// <returns>They, by number.</returns>
    internal List<PrimitiveDump> Write(PrimitiveReadings primitives)
    {
        List<PrimitiveDump> dumps = [];
        foreach ((object primitive, PrimitiveDescription read) in primitives.All)
        {
            // Of one that was read only by a task which was found to move there is no number, nor anything to tell.
            if (_resources.TryGetValue(primitive, out int number))
            {
                dumps.Add(new PrimitiveDump(
                    number,
                    read.Kind,
                    read.State,
                    read.IsClosed,
                    read.Available,
                    read.Holders.ConvertAll(Holder),
                    read.Waiters.ConvertAll(Waiter)));
            }
        }

        dumps.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return dumps;
    }

    // A thread that holds something runs, as a rule; one that waits sleeps.
    private static PartyDump Holder(Party party) => Write(party, "a plain thread");

    private static PartyDump Waiter(Party party) => Write(party, "a blocked thread");

    private static PartyDump Write(Party party, string thread)
    {
        TaskId? task = party.Target is TaskHeader header and not (Bridge or WorkItem) ? new TaskId(header.KnownId) : null;
        string name = party.Target switch
        {
            _ when task is { } known => ((TaskHeader)party.Target!).Site.Title($"task {known}"),
            Bridge or WorkItem => "a continuation",
            BlockOnStrand => "a thread in BlockOn",
            Strand => thread,
            null => "somebody unknown",
            _ => "a waker",
        };
        return new PartyDump(task, name, party.Role, party.Permits);
    }

    internal int? NumberOf(object? resource)
    {
        if (resource is null)
        {
            return null;
        }

        if (!_resources.TryGetValue(resource, out int number))
        {
            number = _resources.Count + 1;
            _resources.Add(resource, number);
        }

        return number;
    }

    private static List<string> Chain(StrandCapture? capture, string? bodyName)
    {
        List<string> chain = [];
        for (int i = (capture?.Frames.Count ?? 0) - 1; i >= 0; i--)
        {
            chain.Add(capture!.Frames[i].Source.Name);
        }

        if (chain.Count == 0 && bodyName is not null)
        {
            chain.Add(bodyName);
        }

        return chain;
    }

    // What lies within is polled by others too, as by bridges from Tasks: only of the outermost wait is it known when the
    // task was last polled.
    private WaitDump? Wait(StrandCapture capture, TimeSpan? unpolled = null)
    {
        if (capture.Wait is not { } wait)
        {
            return null;
        }

        List<ArmDump> arms = [];
        foreach (StrandCapture inner in capture.Inner ?? [])
        {
            arms.Add(new ArmDump(inner.Label, Chain(inner, null), Wait(inner)));
        }

        TimeSpan? seen = DumpMemory.Remember(capture);
        return new WaitDump(
            wait.What,
            wait.Detail,
            NumberOf(wait.Resource),
            wait.Owner is TaskHeader owner and not (Bridge or WorkItem) ? new TaskId(owner.KnownId) : null,
            seen > unpolled || unpolled is null ? seen : unpolled,
            arms);
    }
}
