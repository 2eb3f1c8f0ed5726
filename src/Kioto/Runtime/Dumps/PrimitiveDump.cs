using System.Collections.Generic;

namespace Kioto;

/// <summary>A lock, a signal or a channel in a dump: who has it, and who waits for it.</summary>
/// <remarks>True of some moment during the call, which may be another than that of the tasks' entries.</remarks>
public sealed class PrimitiveDump
{
    internal PrimitiveDump(
        int number,
        string kind,
        string? state,
        bool isClosed,
        long? available,
        IReadOnlyList<PartyDump> holders,
        IReadOnlyList<PartyDump> waiters)
    {
        Number = number;
        Kind = kind;
        State = state;
        IsClosed = isClosed;
        Available = available;
        Holders = holders;
        Waiters = waiters;
    }

    /// <summary>Its number in this dump, as in <see cref="WaitDump.Resource"/>.</summary>
    public int Number { get; }

    /// <summary>What it is: <c>Mutex&lt;Account&gt;</c>, <c>Mpsc&lt;Order&gt;</c>.</summary>
    public string Kind { get; }

    /// <summary>How it is, in words: <c>locked</c>, <c>16 of 16 places taken</c>.</summary>
    public string? State { get; }

    /// <summary>Whether it was closed; false for what can't be.</summary>
    public bool IsClosed { get; }

    /// <summary>
    /// How many permits nobody has: 1 for a mutex that is free, the further readers of an <c>RwLock</c>, the free places
    /// of a bounded channel. Null where there are none.
    /// </summary>
    public long? Available { get; }

    /// <summary>
    /// Who has it, as far as that is known: who locked it, reads, has permits, makes the value. See the page on dumps for
    /// what is not known.
    /// </summary>
    public IReadOnlyList<PartyDump> Holders { get; }

    /// <summary>Who waits: those with the same role in the order in which they will be served.</summary>
    public IReadOnlyList<PartyDump> Waiters { get; }

    /// <summary>The primitive as in the text of the whole dump.</summary>
    /// <returns>Some lines.</returns>
    public override string ToString() => DumpText.Of(this);
}
