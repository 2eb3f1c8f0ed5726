using System;
using System.Collections.Generic;
using System.Linq;

namespace Kioto.Testing;

/// <summary>A test ended while tasks that it had spawned were alive.</summary>
public sealed class LeakedTasksException : Exception
{
    private LeakedTasksException(int count, IReadOnlyList<TaskDump> tasks)
        : base(
            $"{count} task(s) of this test are still alive at its end. Await their handles, abort and join them, or set " +
            $"AllowLeakedTasks.{string.Concat(tasks.Select(static task => $"{Environment.NewLine}{task}"))}")
    {
        Count = count;
        Tasks = tasks;
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>Which: where they were spawned, what they await, and what they wait for.</summary>
    public IReadOnlyList<TaskDump> Tasks { get; }

    internal static LeakedTasksException Of(int count, RuntimeDump dump) =>
        new(count, [.. dump.Tasks.Where(static task => task.Kind != TaskDumpKind.BlockOn)]);
}
