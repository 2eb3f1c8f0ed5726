using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>
/// Finds the places where a future is used that was used before on every path that leads there, or that was used on
/// every path through the turn of the loop before. "On every path" keeps branches that exclude each other quiet.
/// </summary>
internal sealed class UsePaths(ControlFlowGraph graph, ImmutableHashSet<ISymbol> variables, KnownTypes types)
{
    private static readonly ImmutableHashSet<ISymbol> s_none = ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);

    private readonly Dictionary<SyntaxNode, IOperation> _found = [];

    internal IEnumerable<IOperation> SecondUses()
    {
        ImmutableHashSet<ISymbol>?[] atStart = Settle(graph.Blocks[0], s_none, graph.Blocks[graph.Blocks.Length - 1].Ordinal);
        var turns = new Dictionary<BasicBlock, (ImmutableHashSet<ISymbol> Used, int Last)>();
        foreach (BasicBlock block in graph.Blocks)
        {
            if (atStart[block.Ordinal] is not { } used)
            {
                continue;
            }

            ImmutableHashSet<ISymbol> atEnd = Through(block, used, report: true);
            foreach (ControlFlowBranch branch in Branches(block))
            {
                // Backwards: to the next turn of a loop, which begins with what each way through this turn has used.
                if (branch.Destination is { } head && head.Ordinal <= block.Ordinal)
                {
                    ImmutableHashSet<ISymbol> next = atEnd.Except(Assigned(branch.FinallyRegions));
                    turns[head] = (turns.TryGetValue(head, out var turn) ? turn.Used.Intersect(next) : next, block.Ordinal);
                }
            }
        }

        foreach (KeyValuePair<BasicBlock, (ImmutableHashSet<ISymbol> Used, int Last)> turn in turns)
        {
            NextTurn(turn.Key, turn.Value.Used, turn.Value.Last);
        }

        return _found.Values;
    }

    private void NextTurn(BasicBlock head, ImmutableHashSet<ISymbol> used, int last)
    {
        if (used.IsEmpty)
        {
            return;
        }

        ImmutableHashSet<ISymbol>?[] atStart = Settle(head, used, last);
        for (int i = head.Ordinal; i <= last; i++)
        {
            if (atStart[i] is { } state)
            {
                Through(graph.Blocks[i], state, report: true);
            }
        }
    }

    /// <summary>
    /// What is used on every path at the start of each block, for the paths that begin at <paramref name="first"/> and
    /// stay between it and block <paramref name="last"/>. Null: no path comes there.
    /// </summary>
    private ImmutableHashSet<ISymbol>?[] Settle(BasicBlock first, ImmutableHashSet<ISymbol> used, int last)
    {
        var atStart = new ImmutableHashSet<ISymbol>?[graph.Blocks.Length];
        var work = new Queue<BasicBlock>();
        Reach(first, used);
        while (work.Count > 0)
        {
            BasicBlock block = work.Dequeue();
            ImmutableHashSet<ISymbol> before = atStart[block.Ordinal]!;
            ImmutableHashSet<ISymbol> after = Through(block, before, report: false);
            foreach (ControlFlowBranch branch in Branches(block))
            {
                Reach(branch.Destination, after.Except(Assigned(branch.FinallyRegions)));
            }

            // An exception may come before anything in the block was done.
            foreach (ControlFlowRegion attempt in TriesFrom(block))
            {
                foreach (ControlFlowRegion handler in attempt.EnclosingRegion!.NestedRegions.Where(r => r != attempt))
                {
                    Reach(graph.Blocks[handler.FirstBlockOrdinal], before.Except(Assigned([attempt])));
                }
            }
        }

        return atStart;

        void Reach(BasicBlock? block, ImmutableHashSet<ISymbol> state)
        {
            if (block is null || block.Ordinal < first.Ordinal || block.Ordinal > last)
            {
                return;
            }

            ImmutableHashSet<ISymbol>? old = atStart[block.Ordinal];
            ImmutableHashSet<ISymbol> both = old is null ? state : old.Intersect(state);
            if (old is null || both.Count != old.Count)
            {
                atStart[block.Ordinal] = both;
                work.Enqueue(block);
            }
        }
    }

    private ImmutableHashSet<ISymbol> Through(BasicBlock block, ImmutableHashSet<ISymbol> used, bool report)
    {
        foreach (IOperation operation in block.Operations)
        {
            used = Through(operation, used, report);
        }

        if (block.BranchValue is { } value)
        {
            used = Through(value, used, report);
            if (block.FallThroughSuccessor is { Semantics: ControlFlowBranchSemantics.Return } && Tracked(value.WithoutConversions()) is { } returned)
            {
                used = Use(value.WithoutConversions(), returned, used, report);
            }
        }

        return used;
    }

    /// <summary>A statement uses first, and assigns then.</summary>
    private ImmutableHashSet<ISymbol> Through(IOperation statement, ImmutableHashSet<ISymbol> used, bool report)
    {
        foreach (IOperation operation in statement.DescendantsAndSelf())
        {
            if (Tracked(operation) is { } variable && FutureUses.Of(operation, types) == FutureUse.Consumed)
            {
                used = Use(operation, variable, used, report);
            }
        }

        foreach (IOperation operation in statement.DescendantsAndSelf())
        {
            if (Tracked(operation) is { } variable && FutureUses.Of(operation, types) == FutureUse.Assigned)
            {
                used = used.Remove(variable);
            }
        }

        return used;
    }

    private ImmutableHashSet<ISymbol> Use(IOperation operation, ISymbol variable, ImmutableHashSet<ISymbol> used, bool report)
    {
        if (report && used.Contains(variable))
        {
            _found[operation.Syntax] = operation;
        }

        return used.Add(variable);
    }

    private ISymbol? Tracked(IOperation operation) =>
        operation.Variable() is { } variable && variables.Contains(variable) ? variable : null;

    private static IEnumerable<ControlFlowBranch> Branches(BasicBlock block)
    {
        if (block.ConditionalSuccessor is { } conditional)
        {
            yield return conditional;
        }

        if (block.FallThroughSuccessor is { } next)
        {
            yield return next;
        }
    }

    /// <summary>The tries that begin with the block.</summary>
    private static IEnumerable<ControlFlowRegion> TriesFrom(BasicBlock block)
    {
        for (ControlFlowRegion? region = block.EnclosingRegion;
            region is not null && region.FirstBlockOrdinal == block.Ordinal;
            region = region.EnclosingRegion)
        {
            if (region.Kind == ControlFlowRegionKind.Try)
            {
                yield return region;
            }
        }
    }

    private HashSet<ISymbol> Assigned(ImmutableArray<ControlFlowRegion> regions)
    {
        var assigned = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (ControlFlowRegion region in regions)
        {
            for (int i = region.FirstBlockOrdinal; i <= region.LastBlockOrdinal; i++)
            {
                foreach (IOperation operation in graph.Blocks[i].Operations.SelectMany(o => o.DescendantsAndSelf()))
                {
                    if (Tracked(operation) is { } variable && FutureUses.Of(operation, types) == FutureUse.Assigned)
                    {
                        assigned.Add(variable);
                    }
                }
            }
        }

        return assigned;
    }
}
