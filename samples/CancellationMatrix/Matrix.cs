using System;
using System.Collections.Generic;

namespace CancellationMatrix;

/// <summary>All small programs, each cancelled at each of its steps in each way, and not at all.</summary>
internal static class Matrix
{
    /// <summary>The cases of all programs of up to this many awaits.</summary>
    internal static IEnumerable<MatrixCase> Cases(int awaits)
    {
        foreach (Op[] ops in Sequences(awaits))
        {
            foreach (Shape outer in Enum.GetValues<Shape>())
            {
                foreach (Shape inner in Enum.GetValues<Shape>())
                {
                    yield return new MatrixCase(outer, inner, ops, -1, Mode.WhileWaiting);
                    for (int step = 0; step < ops.Length; step++)
                    {
                        yield return new MatrixCase(outer, inner, ops, step, Mode.WhileWaiting);
                        yield return new MatrixCase(outer, inner, ops, step, Mode.ByItself);
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
                foreach (Op op in Enum.GetValues<Op>())
                {
                    sequences.Add([.. start, op]);
                    yield return sequences[^1];
                }
            }

            shorter = sequences;
        }
    }
}
