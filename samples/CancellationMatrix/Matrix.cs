using System;
using System.Collections.Generic;

namespace CancellationMatrix;

/// <summary>All small programs, each cancelled at each of its steps in each way, and not at all.</summary>
internal static class Matrix
{
    /// <summary>The ways that need nothing but the public API.</summary>
    internal static readonly Mode[] AllModes = [Mode.WhileWaiting, Mode.ByItself, Mode.LostArm, Mode.Token];

    private static readonly Op[] s_ops = [Op.Ready, Op.Yield, Op.Leaf, Op.NestedLeaf, Op.Task];

    /// <summary>The cases of all programs of up to this many awaits, of each foreign await alone, and of loops.</summary>
    /// <param name="awaits">The most awaits.</param>
    /// <param name="modes">The ways to cancel.</param>
    /// <returns>The cases.</returns>
    internal static IEnumerable<MatrixCase> Cases(int awaits, Mode[] modes)
    {
        foreach (Op[] ops in Sequences(awaits))
        {
            foreach (MatrixCase @case in Cases(ops, loops: false, modes))
            {
                yield return @case;
            }
        }

        foreach (Op op in Enum.GetValues<Op>())
        {
            if (op > Op.Task)
            {
                foreach (MatrixCase @case in Cases([op], loops: false, modes))
                {
                    yield return @case;
                }
            }

            if (op >= Op.Leaf)
            {
                foreach (MatrixCase @case in Cases([op], loops: true, modes))
                {
                    yield return @case;
                }
            }
        }
    }

    private static IEnumerable<MatrixCase> Cases(Op[] ops, bool loops, Mode[] modes)
    {
        foreach (Shape outer in Enum.GetValues<Shape>())
        {
            foreach (Shape inner in Enum.GetValues<Shape>())
            {
                // A shielded loop would never end.
                bool skip = loops ? outer is not (Shape.Plain or Shape.Finally) || inner == Shape.Shield
                    : ops[^1] > Op.Task && outer != Shape.Plain;
                if (skip)
                {
                    continue;
                }

                MatrixCase @case = new(outer, inner, ops, loops, -1, Mode.WhileWaiting);
                yield return @case with { Mode = Mode.BeforeFirstPoll };
                if (!loops)
                {
                    yield return @case;
                }

                int steps = loops ? 2 : ops.Length + SmallProgram.StepsOf(outer) + SmallProgram.StepsOf(inner);
                foreach (Mode mode in modes)
                {
                    for (int step = 0; step < steps; step++)
                    {
                        yield return @case with { Step = step, Mode = mode };
                    }
                }
            }
        }
    }

    private static IEnumerable<Op[]> Sequences(int longest)
    {
        List<Op[]> shorter = [[]];
        for (int length = 1; length <= longest; length++)
        {
            List<Op[]> sequences = [];
            foreach (Op[] start in shorter)
            {
                foreach (Op op in s_ops)
                {
                    sequences.Add([.. start, op]);
                    yield return sequences[^1];
                }
            }

            shorter = sequences;
        }
    }
}
