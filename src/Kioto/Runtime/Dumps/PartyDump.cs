using System.Globalization;

namespace Kioto;

/// <summary>One who has a primitive, or waits for it.</summary>
public sealed class PartyDump
{
    internal PartyDump(TaskId? task, string name, string role, long permits)
    {
        Task = task;
        Name = name;
        Role = role;
        Permits = permits;
    }

    /// <summary>The task, of this runtime or another; null for what is no task.</summary>
    public TaskId? Task { get; }

    /// <summary>Who it is, in words: <c>task 7</c>, <c>a thread in BlockOn</c>, <c>a blocked thread</c> that waits, <c>a plain thread</c> that holds.</summary>
    public string Name { get; }

    /// <summary>What it does, or waits to do: <c>lock</c>, <c>read</c>, <c>write</c>, <c>send</c>, <c>receive</c>.</summary>
    public string Role { get; }

    /// <summary>How many permits it has or wants; 0 where there are none.</summary>
    public long Permits { get; }

    /// <summary>The party as in the text of the whole dump.</summary>
    /// <returns>A few words.</returns>
    public override string ToString() => Permits > 1 && Role is not ("write" or "lock")
        ? string.Create(CultureInfo.InvariantCulture, $"{Name} ({Role}, {Permits} permits)")
        : $"{Name} ({Role})";
}
