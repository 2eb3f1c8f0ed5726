using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Kioto;

/// <summary>Dumps as text.</summary>
internal static class DumpText
{
    /// <summary>Of longer lists the text has the beginning; the objects and JSON have all.</summary>
    private const int MostParties = 100;

    internal static string Of(DeadlockDump deadlock)
    {
        StringBuilder text = new();
        Write(text, deadlock);
        return text.ToString();
    }

    internal static string Of(RuntimeDump dump)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"Kioto runtime {dump.Runtime}: {dump.Tasks.Count} live\n");
        foreach (DeadlockDump deadlock in dump.Deadlocks)
        {
            text.Append('\n');
            Write(text, deadlock);
        }

        foreach (TaskDump task in dump.Tasks)
        {
            text.Append('\n');
            Write(text, task);
        }

        foreach (PrimitiveDump primitive in dump.Primitives)
        {
            text.Append('\n');
            Write(text, primitive);
        }

        return text.ToString();
    }

    internal static string Of(PrimitiveDump primitive)
    {
        StringBuilder text = new();
        Write(text, primitive);
        return text.ToString().TrimEnd('\n');
    }

    internal static string Of(TaskDump task)
    {
        StringBuilder text = new();
        Write(text, task);
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>What is waited for, on one line.</summary>
    /// <param name="wait">The wait.</param>
    /// <returns>The line.</returns>
    internal static string Of(WaitDump wait)
    {
        StringBuilder text = new(wait.Operation);
        if (wait.Resource is { } resource)
        {
            text.Append(CultureInfo.InvariantCulture, $" #{resource}");
        }

        if (wait.Detail is { } detail)
        {
            text.Append(" (").Append(detail).Append(')');
        }

        if (wait.Owner is { } owner && !wait.Operation.Contains("of task", System.StringComparison.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $", held by task {owner}");
        }

        text.Append(", since: ");
        return (wait.AtLeast is { } atLeast
            ? text.Append("at least ").Append(Durations.InWords(atLeast)).Append(" ago")
            : text.Append("unknown")).ToString();
    }

    private static void Write(StringBuilder text, DeadlockDump deadlock)
    {
        text.Append(CultureInfo.InvariantCulture, $"DEADLOCK of {deadlock.Steps.Count} task(s):\n");
        foreach (DeadlockStep step in deadlock.Steps)
        {
            string number = step.Resource is { } resource ? string.Create(CultureInfo.InvariantCulture, $" #{resource}") : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {step.SpawnSite.Title(Name(step.Task))}{(step.Task is null ? "" : $", spawned at {step.SpawnSite},")} waits for {step.WaitsFor}{number}, for which {Name(step.Owner)} must go on\n");
        }

        static string Name(TaskId? task) => task is { } known ? $"task {known}" : "BlockOn";
    }

    private static void Write(StringBuilder text, PrimitiveDump primitive)
    {
        text.Append(CultureInfo.InvariantCulture, $"#{primitive.Number} {primitive.Kind}");
        if (primitive.State is { } state)
        {
            text.Append(", ").Append(state);
        }

        text.Append(primitive.IsClosed ? ", closed\n" : "\n");
        Write(text, "  held by: ", primitive.Holders);
        Write(text, "  waiting: ", primitive.Waiters);
    }

    private static void Write(StringBuilder text, string title, IReadOnlyList<PartyDump> parties)
    {
        for (int i = 0; i < parties.Count; i++)
        {
            if (i == MostParties)
            {
                text.Append(CultureInfo.InvariantCulture, $" and {parties.Count - MostParties} more");
                break;
            }

            text.Append(i == 0 ? title : ", ").Append(parties[i]);
        }

        if (parties.Count > 0)
        {
            text.Append('\n');
        }
    }

    private static void Write(StringBuilder text, TaskDump task)
    {
        text.Append(task.Kind switch
        {
            TaskDumpKind.Task => "task",
            TaskDumpKind.LocalTask => "local task",
            TaskDumpKind.BlockOn => "BlockOn",
            TaskDumpKind.BlockingClosure => "blocking closure",
            TaskDumpKind.TokenCallback => "token callback",
            _ => "continuation",
        });
        if (task.Id is { } id)
        {
            text.Append(CultureInfo.InvariantCulture, $" {id}");
        }

        if (task.Name is { } name)
        {
            text.Append(" \"").Append(name).Append('"');
        }

        if (task.Class == TaskClass.Background)
        {
            text.Append(", background");
        }

        text.Append(task.State switch
        {
            TaskDumpState.Queued => ", queued",
            TaskDumpState.Running => ", running",
            _ => ", waiting",
        });
        if (task.Pool is { } pool)
        {
            text.Append(" in pool \"").Append(pool).Append('"');
        }

        if (task.QueuedFor is { } queuedFor)
        {
            text.Append(" for ").Append(Durations.InWords(queuedFor));
        }

        if (task.IsCancelling)
        {
            text.Append(", cancelling");
        }

        if (task.SpawnSite.File is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $", spawned at {task.SpawnSite}");
        }

        text.Append('\n');
        Write(text, task.AwaitChain, task.WaitsFor, "  ");
    }

    private static void Write(StringBuilder text, IReadOnlyList<string> chain, WaitDump? wait, string indent)
    {
        foreach (string method in chain)
        {
            text.Append(indent).Append(method).Append('\n');
        }

        if (wait is null)
        {
            return;
        }

        text.Append(indent).Append("-> ").Append(Of(wait)).Append('\n');
        foreach (ArmDump arm in wait.Arms)
        {
            text.Append(indent).Append("   ").Append(arm.Label).Append(":\n");
            Write(text, arm.AwaitChain, arm.WaitsFor, indent + "     ");
        }
    }
}
