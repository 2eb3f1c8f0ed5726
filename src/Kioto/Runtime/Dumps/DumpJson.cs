using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;

namespace Kioto;

/// <summary>Dumps as JSON, by the writer alone: nothing is reflected on.</summary>
internal static class DumpJson
{
    internal static void Write(Utf8JsonWriter writer, RuntimeDump dump)
    {
        writer.WriteStartObject();
        writer.WriteString("runtime", dump.Runtime);
        writer.WriteStartArray("tasks");
        foreach (TaskDump task in dump.Tasks)
        {
            Write(writer, task);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("primitives");
        foreach (PrimitiveDump primitive in dump.Primitives)
        {
            Write(writer, primitive);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("deadlocks");
        foreach (DeadlockDump deadlock in dump.Deadlocks)
        {
            Write(writer, deadlock);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TaskDump task)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", task.Kind switch
        {
            TaskDumpKind.Task => "task",
            TaskDumpKind.LocalTask => "localTask",
            TaskDumpKind.BlockOn => "blockOn",
            TaskDumpKind.BlockingClosure => "blockingClosure",
            TaskDumpKind.TokenCallback => "tokenCallback",
            _ => "continuation",
        });
        WriteId(writer, "id", task.Id);
        writer.WriteString("name", task.Name);
        WriteSite(writer, task.SpawnSite);
        writer.WriteString("class", task.Class == TaskClass.Background ? "background" : "normal");
        writer.WriteString("state", task.State switch
        {
            TaskDumpState.Queued => "queued",
            TaskDumpState.Running => "running",
            _ => "waiting",
        });
        writer.WriteBoolean("isCancelling", task.IsCancelling);
        writer.WriteString("pool", task.Pool);
        WriteMilliseconds(writer, "queuedMilliseconds", task.QueuedFor);
        WriteChain(writer, task.AwaitChain, task.WaitsFor);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, PrimitiveDump primitive)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", primitive.Number);
        writer.WriteString("kind", primitive.Kind);
        writer.WriteString("state", primitive.State);
        writer.WriteBoolean("isClosed", primitive.IsClosed);
        WriteNumber(writer, "available", primitive.Available);
        Write(writer, "holders", primitive.Holders);
        Write(writer, "waiters", primitive.Waiters);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<PartyDump> parties)
    {
        writer.WriteStartArray(name);
        foreach (PartyDump party in parties)
        {
            writer.WriteStartObject();
            WriteId(writer, "task", party.Task);
            writer.WriteString("name", party.Name);
            writer.WriteString("role", party.Role);
            WriteNumber(writer, "permits", party.Permits);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, DeadlockDump deadlock)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("steps");
        foreach (DeadlockStep step in deadlock.Steps)
        {
            writer.WriteStartObject();
            WriteId(writer, "task", step.Task);
            WriteSite(writer, step.SpawnSite);
            writer.WriteString("waitsFor", step.WaitsFor);
            WriteNumber(writer, "resource", step.Resource);
            WriteId(writer, "owner", step.Owner);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteChain(Utf8JsonWriter writer, IReadOnlyList<string> chain, WaitDump? wait)
    {
        writer.WriteStartArray("awaitChain");
        foreach (string method in chain)
        {
            writer.WriteStringValue(method);
        }

        writer.WriteEndArray();
        if (wait is null)
        {
            writer.WriteNull("waitsFor");
            return;
        }

        writer.WriteStartObject("waitsFor");
        writer.WriteString("operation", wait.Operation);
        writer.WriteString("detail", wait.Detail);
        WriteNumber(writer, "resource", wait.Resource);
        WriteId(writer, "owner", wait.Owner);
        WriteMilliseconds(writer, "atLeastMilliseconds", wait.AtLeast);

        writer.WriteStartArray("arms");
        foreach (ArmDump arm in wait.Arms)
        {
            writer.WriteStartObject();
            writer.WriteString("label", arm.Label);
            WriteChain(writer, arm.AwaitChain, arm.WaitsFor);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSite(Utf8JsonWriter writer, SpawnSite site)
    {
        if (site.File is null)
        {
            writer.WriteNull("spawnSite");
            return;
        }

        writer.WriteStartObject("spawnSite");
        writer.WriteString("file", site.File);
        writer.WriteNumber("line", site.Line);
        writer.WriteEndObject();
    }

    private static void WriteMilliseconds(Utf8JsonWriter writer, string name, TimeSpan? duration)
    {
        if (duration is { } known)
        {
            writer.WriteNumber(name, Math.Floor(known.TotalMilliseconds));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteId(Utf8JsonWriter writer, string name, TaskId? id)
    {
        if (id is { } known)
        {
            writer.WriteNumber(name, ulong.Parse(known.ToString(), CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
