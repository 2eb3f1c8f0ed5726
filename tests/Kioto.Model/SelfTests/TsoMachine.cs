using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Kioto.ModelTests;

/// <summary>One instruction of a <see cref="TsoMachine"/>: what, where, and the value stored.</summary>
internal readonly record struct Instruction(char Kind, int Variable, int Value)
{
    public override string ToString() => Kind switch
    {
        'R' => $"r=v{Variable}",
        'F' => "fence",
        'X' => $"r=xchg v{Variable},{Value}",
        _ => $"v{Variable}={Value}",
    };
}

/// <summary>
/// A machine with store buffers in its plainest form: at every step any thread may execute its next instruction or
/// make its oldest store visible. All states are visited, so the outcomes are those of the definition of TSO. The
/// explorer, which takes shortcuts, must find the same.
/// </summary>
internal sealed class TsoMachine(Instruction[][] program, bool storeBuffers)
{
    private readonly HashSet<string> _visited = [];
    private readonly HashSet<string> _outcomes = [];

    internal string Outcomes(int variables)
    {
        var state = new State(
            [.. new int[variables]],
            [.. program.Select(_ => new Processor(0, [], []))]);
        Visit(state);
        return string.Join(' ', _outcomes.Order());
    }

    internal static string Describe(IEnumerable<int> memory, IEnumerable<IEnumerable<int>> registers) =>
        string.Concat(memory) + "/" + string.Join('/', registers.Select(values => string.Concat(values)));

    private void Visit(State state)
    {
        if (!_visited.Add(state.Key))
        {
            return;
        }

        bool done = true;
        for (int i = 0; i < program.Length; i++)
        {
            Processor processor = state.Processors[i];
            if (processor.Stores.Length > 0)
            {
                done = false;
                (int variable, int value) = processor.Stores[0];
                Visit(new State(
                    state.Memory.SetItem(variable, value),
                    state.Processors.SetItem(i, processor with { Stores = processor.Stores.RemoveAt(0) })));
            }

            if (processor.Next < program[i].Length && Step(state, processor, program[i][processor.Next], out State next, i))
            {
                done = false;
                Visit(next);
            }
        }

        if (done)
        {
            _outcomes.Add(Describe(state.Memory, state.Processors.Select(p => (IEnumerable<int>)p.Registers)));
        }
    }

    private bool Step(State state, Processor processor, Instruction instruction, out State next, int index)
    {
        ImmutableArray<int> memory = state.Memory;
        int variable = instruction.Variable;
        Processor after = processor with { Next = processor.Next + 1 };
        bool empty = processor.Stores.Length == 0;
        switch (instruction.Kind)
        {
            case 'W' when storeBuffers:
                after = after with { Stores = after.Stores.Add((variable, instruction.Value)) };
                break;
            case 'W':
                memory = memory.SetItem(variable, instruction.Value);
                break;
            case 'R':
                int newest = processor.Stores.ToList().FindLastIndex(s => s.Variable == variable);
                int value = newest >= 0 ? processor.Stores[newest].Value : memory[variable];
                after = after with { Registers = after.Registers.Add(value) };
                break;
            case 'X' when empty:
                after = after with { Registers = after.Registers.Add(memory[variable]) };
                memory = memory.SetItem(variable, instruction.Value);
                break;
            case 'F' when empty:
                break;
            default:
                next = state;
                return false;
        }

        next = new State(memory, state.Processors.SetItem(index, after));
        return true;
    }

    private sealed record State(ImmutableArray<int> Memory, ImmutableArray<Processor> Processors)
    {
        internal string Key => string.Concat(Memory) + string.Concat(Processors.Select(p =>
            FormattableString.Invariant($"|{p.Next}:{string.Concat(p.Registers)}:{string.Concat(p.Stores)}")));
    }

    private sealed record Processor(
        int Next,
        ImmutableArray<int> Registers,
        ImmutableArray<(int Variable, int Value)> Stores);
}
