using System;
using System.Threading;
using Kioto;

namespace CancellationMatrix;

/// <summary>A program, and where and how it is cancelled; at step -1 it isn't, or before its first poll.</summary>
internal sealed record MatrixCase(Shape Outer, Shape Inner, Op[] Ops, bool Loops, int Step, Mode Mode)
{
    public override string ToString() =>
        $"{Outer}({Inner}({(Loops ? "loop: " : "")}{string.Join(", ", Ops)})) cancelled at {Step} {Mode}";

    /// <summary>Runs the case as a task of the current runtime.</summary>
    /// <param name="redeliver">Ends the grace of a task, if anybody can.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="InvalidOperationException">A guarantee does not hold.</exception>
    internal async Future<string> Run(Action<JoinHandle>? redeliver = null)
    {
        SmallProgram program = new(Outer, Inner, Ops, Loops, Mode == Mode.ByItself ? Step : -1);
        using CancellationTokenSource token = new();
        Gate winner = new(Op.Leaf);
        JoinHandle handle = Kio.Spawn(Mode switch
        {
            Mode.LostArm => Lose(program.Main(), winner),
            Mode.Token => Limit(program.Main(), token.Token),
            _ => program.Main(),
        });
        if (Mode == Mode.BeforeFirstPoll)
        {
            handle.Abort();
        }

        program.Begin(handle);
        bool mustAbort = false;
        for (int i = 0; await IsReached(program, handle, i); i++)
        {
            Gate gate = program[i];
            if (i == Step && Mode != Mode.ByItself)
            {
                mustAbort = await Waits(program, i, handle) && !gate.IsBridged && Mode is (Mode.WhileWaiting or Mode.Redelivered);
                Cancel(handle, winner, token);
                mustAbort = mustAbort && await IsWithdrawn(gate, handle);
            }
            else if (i == Step + 1 && Mode == Mode.Redelivered)
            {
                await Waits(program, i, handle);
                redeliver!(handle);
            }

            gate.Open();
        }

        JoinResult result = await handle.JoinAsync();
        Check(program, result, mustAbort);
        return program.Log + (result.IsAborted ? " aborted" : " ended");
    }

    /// <summary>Runs the case on a runtime of its own, which is disposed of at the step instead.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <exception cref="InvalidOperationException">A guarantee does not hold.</exception>
    internal void RunAndDispose(Runtime runtime)
    {
        SmallProgram program = new(Outer, Inner, Ops, Loops, -1);
        JoinHandle handle = runtime.Spawn(program.Main());
        program.Begin(handle);
        runtime.BlockOn(async () =>
        {
            for (int i = 0; await IsReached(program, handle, i); i++)
            {
                if (i == Step)
                {
                    await Waits(program, i, handle);
                    break;
                }

                program[i].Open();
            }
        });

        // Nobody is there to open a gate any more: what can't be withdrawn ends by itself, and so do cleanup's.
        program.OpenAll(Outer == Shape.Shield || Inner == Shape.Shield);
        runtime.Dispose();
        if (!handle.IsFinished)
        {
            throw new InvalidOperationException($"{this}, disposed: the task has not ended. What happened: {program.Log}");
        }

        Check(program, default, mustAbort: false);
    }

    private static async Future<bool> IsReached(SmallProgram program, JoinHandle handle, int step)
    {
        while (program.Reached <= step)
        {
            if (handle.IsFinished)
            {
                return program.Reached > step;
            }

            await Kio.YieldNow();
        }

        return true;
    }

    // Until it waits there, unless it does not: a cancellation that has been waiting for this await is thrown by it.
    private static async Future<bool> Waits(SmallProgram program, int step, JoinHandle handle)
    {
        Gate gate = program[step];
        while (gate.IsLeaf && !gate.IsRegistered && program.Reached == step + 1 && !handle.IsFinished)
        {
            await Kio.YieldNow();
        }

        return gate.IsRegistered;
    }

    // An abort withdraws what its task waits for. A shield holds that until the gate is opened: then a poll that has begun
    // before the abort, as the last wake of another thread may ask for, can end the task first.
    private async Future<bool> IsWithdrawn(Gate gate, JoinHandle handle)
    {
        if (Outer == Shape.Shield || Inner == Shape.Shield)
        {
            return RuntimeHandle.Current.Metrics.WorkerCount == 1;
        }

        while (gate.IsRegistered && !handle.IsFinished)
        {
            await Kio.YieldNow();
        }

        return true;
    }

    private static async Future Lose(Future program, Gate winner) => await Kio.SelectBiased(program.AsUnit(), winner.AsFuture());

    private static async Future Limit(Future program, CancellationToken token)
    {
        try
        {
            await program.WithCancellation(token);
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken == token)
        {
            // It took effect.
        }
    }

    private void Cancel(JoinHandle handle, Gate winner, CancellationTokenSource token)
    {
        switch (Mode)
        {
            case Mode.LostArm:
                winner.Open();
                break;
            case Mode.Token:
                token.Cancel();
                break;
            default:
                handle.Abort();
                break;
        }
    }

    // It must count as aborted where it waited for something of ours and nobody swallows it.
    private void Check(SmallProgram program, JoinResult result, bool mustAbort)
    {
        bool swallows = Outer == Shape.Swallow || Inner == Shape.Swallow;
        if (program.Complain(result, mustAbort && !swallows, mayRepeat: Mode == Mode.Redelivered) is { } complaint)
        {
            throw new InvalidOperationException($"{this}: {complaint}. What happened: {program.Log}");
        }
    }
}
