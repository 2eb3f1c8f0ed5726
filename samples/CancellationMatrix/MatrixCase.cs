using System;
using Kioto;

namespace CancellationMatrix;

/// <summary>A program, and where and how it is cancelled; at step -1 it isn't.</summary>
internal sealed record MatrixCase(Shape Outer, Shape Inner, Op[] Ops, int Step, Mode Mode)
{
    public override string ToString() => $"{Outer}({Inner}({string.Join(", ", Ops)})) cancelled at {Step} {Mode}";

    /// <summary>Runs the case as a task of the current runtime.</summary>
    /// <returns>What happened.</returns>
    /// <exception cref="InvalidOperationException">A guarantee does not hold.</exception>
    internal async Future<string> Run()
    {
        SmallProgram program = new(Outer, Inner, Ops, Mode == Mode.ByItself ? Step : -1);
        JoinHandle handle = Kio.Spawn(program.Main());
        program.Begin(handle);
        for (int i = 0; i < Ops.Length; i++)
        {
            while (!program.Gates[i].IsReached() && !handle.IsFinished)
            {
                await Kio.YieldNow();
            }

            if (Mode == Mode.WhileWaiting && i == Step)
            {
                while (MustWait(i) && !program.Gates[i].IsRegistered)
                {
                    await Kio.YieldNow();
                }

                handle.Abort();
            }

            program.Gates[i].Open();
        }

        JoinResult result = await handle.JoinAsync();
        if (program.Complain(result, MustAbort()) is { } complaint)
        {
            throw new InvalidOperationException($"{this}: {complaint}. What happened: {program.Log}");
        }

        return program.Log + (result.IsAborted ? " aborted" : " ended");
    }

    private bool MustWait(int step) => Ops[step] is Op.Leaf or Op.NestedLeaf;

    // Nobody swallows it, and it waits for something that is ours when it is cancelled.
    private bool MustAbort() =>
        Step >= 0 && Mode == Mode.WhileWaiting && MustWait(Step) && Outer != Shape.Swallow && Inner != Shape.Swallow;
}
