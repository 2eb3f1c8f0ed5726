using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What a strand waited for, read by another thread without stopping it.</summary>
/// <remarks>
/// Read three times, with a fence of the whole process in between: two captures that agree (<see cref="SameAs"/>), and a
/// last look that finds the second one unchanged (<see cref="Holds"/>). A frame's version changes before it returns to
/// its pool. If the strand was at rest between the two captures, what both saw was its own then; and as no version has
/// changed until the last look, all that the second capture read was its own too. Anything else is not reported.
/// </remarks>
internal sealed class StrandCapture
{
    /// <summary>Chains that are longer are cut: the innermost frames say most.</summary>
    internal const int MostFrames = 1000;

    /// <summary>Combinators deeper than this are not looked into.</summary>
    private const int MostDepth = 50;

    /// <summary>Strands of one leaf beyond this many are counted only.</summary>
    internal const int MostStrands = 1000;

    private readonly FutureSource? _leaf;
    private readonly uint _leafVersion;
    private readonly FutureSource? _top;
    private readonly bool _waiting;

    private StrandCapture(string label, Strand strand, int depth)
    {
        Label = label;
        Strand = strand;
        strand.Peek(out _leaf, out _top, out _waiting);
        for (FutureSource? source = _top; source is not null && Frames.Count < MostFrames;)
        {
            uint version = Volatile.Read(ref source.Version); // ORDERING: before the parent: see Holds.
            FutureSource? parent = Volatile.Read(ref source.Parent);
            Frames.Add(new FrameCapture(source, version, parent));
            source = parent;
        }

        if (!_waiting || _leaf is null)
        {
            return;
        }

        _leafVersion = Volatile.Read(ref _leaf.Version); // ORDERING: before what it says.
        Wait = new LeafDescription();
        Describe(_leaf, Wait);
        if (depth < MostDepth)
        {
            AddStrands(strand, Wait, depth);
        }
    }

    /// <summary>What it is among the strands of its leaf: "0", or "timeout".</summary>
    internal string Label { get; }

    internal Strand Strand { get; }

    /// <summary>The chain, the innermost frame first.</summary>
    internal List<FrameCapture> Frames { get; } = [];

    /// <summary>What it waits for; null if it runs, or has not begun.</summary>
    internal LeafDescription? Wait { get; }

    /// <summary>The strands below its leaf.</summary>
    internal List<StrandCapture>? Inner { get; private set; }

    /// <summary>The leaf and its version: the same in two dumps, it is the same wait.</summary>
    internal (FutureSource? Leaf, uint Version) Identity => (Wait is null ? null : _leaf, _leafVersion);

    internal static StrandCapture Of(Strand strand) => new("", strand, 0);

    /// <summary>Whether another capture of the strand, before this one, saw the same.</summary>
    /// <param name="other">The other.</param>
    /// <returns>True if it did.</returns>
    internal bool SameAs(StrandCapture other)
    {
        if (!ReferenceEquals(Strand, other.Strand) || !ReferenceEquals(_leaf, other._leaf) || _waiting != other._waiting
            || _leafVersion != other._leafVersion || !ReferenceEquals(_top, other._top) || Frames.Count != other.Frames.Count
            || (Inner?.Count ?? 0) != (other.Inner?.Count ?? 0))
        {
            return false;
        }

        for (int i = 0; i < Frames.Count; i++)
        {
            if (Frames[i] != other.Frames[i])
            {
                return false;
            }
        }

        for (int i = 0; i < (Inner?.Count ?? 0); i++)
        {
            if (!Inner![i].SameAs(other.Inner![i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether nothing of it has changed since it was read. After a fence of the whole process.</summary>
    /// <returns>False if it may be a mixture of two moments.</returns>
    internal bool Holds()
    {
        foreach (FrameCapture frame in Frames)
        {
            if (!frame.Holds())
            {
                return false;
            }
        }

        Strand.Peek(out FutureSource? leaf, out FutureSource? top, out bool waiting);
        if (!ReferenceEquals(leaf, _leaf) || !ReferenceEquals(top, _top) || waiting != _waiting)
        {
            return false;
        }

        // ORDERING: after the process-wide fence.
        if (Wait is not null && Volatile.Read(ref _leaf!.Version) != _leafVersion)
        {
            return false;
        }

        foreach (StrandCapture inner in Inner ?? [])
        {
            if (!inner.Holds())
            {
                return false;
            }
        }

        return true;
    }

    // What it says of fields that change meanwhile is thrown away afterwards, and so is what it stumbles over.
    private static void Describe(FutureSource leaf, LeafDescription into)
    {
        try
        {
            leaf.Describe(into);
        }
        catch (System.Exception)
        {
            into.Set(TypeNames.Of(leaf.GetType()));
        }
    }

    private void AddStrands(Strand strand, LeafDescription wait, int depth)
    {
        foreach ((string label, Strand inner) in wait.Strands ?? [])
        {
            if ((Inner ??= []).Count < MostStrands)
            {
                Inner.Add(new StrandCapture(label, inner, depth + 1));
            }
        }

        foreach (Bridge bridge in strand.SnapshotBridges())
        {
            (Inner ??= []).Add(new StrandCapture("inside", bridge, depth + 1));
        }
    }
}
