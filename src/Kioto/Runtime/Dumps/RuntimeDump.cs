using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace Kioto;

/// <summary>Every live task of a runtime at about one moment: where it is and what it waits for.</summary>
/// <remarks>
/// Nothing is stopped or polled: the tasks are read where they lie, twice, and what changed meanwhile is read again.
/// So each task's entry is true of some moment during the call, though not all of the same one.
/// </remarks>
public sealed class RuntimeDump
{
    internal RuntimeDump(string runtime, IReadOnlyList<TaskDump> tasks, IReadOnlyList<PrimitiveDump> primitives, IReadOnlyList<DeadlockDump> deadlocks)
    {
        Runtime = runtime;
        Tasks = tasks;
        Primitives = primitives;
        Deadlocks = deadlocks;
    }

    /// <summary>The runtime's name; that of its threads where it has none.</summary>
    public string Runtime { get; }

    /// <summary>The tasks, and what else the runtime runs, by id.</summary>
    public IReadOnlyList<TaskDump> Tasks { get; }

    /// <summary>
    /// The locks, signals and channels that those tasks wait on, by number: who has them, and who waits in which order,
    /// other runtimes' tasks and plain threads too.
    /// </summary>
    public IReadOnlyList<PrimitiveDump> Primitives { get; }

    /// <summary>Tasks that wait for one another in a circle.</summary>
    public IReadOnlyList<DeadlockDump> Deadlocks { get; }

    /// <summary>The dump as text for people.</summary>
    /// <returns>Many lines.</returns>
    public override string ToString() => DumpText.Of(this);

    /// <summary>The dump as JSON for programs.</summary>
    /// <param name="indented">Whether over several lines.</param>
    /// <returns>One object, with the members of this one in camel case.</returns>
    public string ToJson(bool indented = false)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Indented = indented }))
        {
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the dump as one JSON object.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        DumpJson.Write(writer, this);
    }
}
