using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kioto;

namespace CancellationMatrix;

/// <summary>A program of a few awaits inside two frames, which writes down what happens to it.</summary>
/// <remarks>Its steps are all its awaits, also those of its cleanup, numbered as they are reached.</remarks>
internal sealed class SmallProgram(Shape outer, Shape inner, Op[] ops, bool loops, int abortsItselfAt)
{
    // A loop that goes on after it was cancelled runs into this.
    private const int MostSteps = 24;

    private readonly StringBuilder _log = new();
    private readonly Gate?[] _gates = new Gate?[MostSteps];

    // Of the inner frame and of the outer one: how often its try was entered, and its finally.
    private readonly int[] _entered = new int[2];
    private readonly int[] _finallies = new int[2];
    private int _reached;
    private int _swallowed;
    private int _openAll;
    private JoinHandle _self;
    private int _hasSelf;

    /// <summary>How many steps it has reached.</summary>
    internal int Reached => Volatile.Read(ref _reached);

    /// <summary>What happened, in order.</summary>
    internal string Log => _log.ToString();

    /// <summary>The gate of a step that was reached.</summary>
    internal Gate this[int step] => _gates[step]!;

    /// <summary>How many awaits of its own a frame has.</summary>
    /// <param name="shape">Its shape.</param>
    /// <returns>The number.</returns>
    internal static int StepsOf(Shape shape) => shape switch
    {
        Shape.FinallyThatAwaits => 2,
        Shape.Swallow or Shape.AwaitUsing => 1,
        _ => 0,
    };

    /// <summary>Tells the program its own handle: it begins when it has it.</summary>
    internal void Begin(JoinHandle self)
    {
        _self = self;
        Volatile.Write(ref _hasSelf, 1);
    }

    /// <summary>Opens every gate that is reached from here on, and the last one unless it can be withdrawn.</summary>
    /// <param name="shielded">Whether nothing can be withdrawn.</param>
    internal void OpenAll(bool shielded)
    {
        Volatile.Write(ref _openAll, 1);
        if (Reached > 0 && this[Reached - 1] is { } last && (shielded || !last.IsRegistered))
        {
            last.Open();
        }
    }

    /// <summary>Runs the program.</summary>
    internal async Future Main()
    {
        while (Volatile.Read(ref _hasSelf) == 0)
        {
            await Kio.YieldNow();
        }

        await Frame(outer, 1, Frame(inner, 0, Body()));
    }

    /// <summary>What is wrong after the program's end, or null.</summary>
    internal string? Complain(JoinResult result, bool mustAbort, bool mayRepeat)
    {
        for (int frame = 0; frame < 2; frame++)
        {
            if (_entered[frame] > 1 || _entered[frame] != _finallies[frame])
            {
                return $"frame {frame} was entered {_entered[frame]} times, and its finally ran {_finallies[frame]} times";
            }
        }

        if (Array.Exists(_gates, static gate => gate is { IsRegistered: true }))
        {
            return "a registration was left behind";
        }

        if (_swallowed > (mayRepeat ? 2 : 1))
        {
            return $"the cancellation was delivered {_swallowed} times";
        }

        if (result.IsFaulted)
        {
            return "it failed: " + result.Exception;
        }

        return mustAbort && !result.IsAborted ? "it does not count as aborted" : null;
    }

    private Future Frame(Shape shape, int frame, Future body) => shape switch
    {
        Shape.Plain => Plain(body),
        Shape.Finally => Finally(frame, body),
        Shape.FinallyThatAwaits => FinallyThatAwaits(frame, body),
        Shape.Swallow => Swallow(body),
        Shape.Rethrow => Rethrow(body),
        Shape.AwaitUsing => AwaitUsing(frame, body),
        _ => Kio.Shield(body),
    };

    private Gate Reach(char mark, Op op = Op.Leaf, bool isBridged = false)
    {
        int step = _reached;
        if (step == MostSteps)
        {
            throw new InvalidOperationException("It goes on although it is cancelled.");
        }

        if (step == abortsItselfAt)
        {
            _self.Abort();
        }

        Gate gate = new(op, isBridged);
        _log.Append(mark);
        _gates[step] = gate;
        Volatile.Write(ref _reached, step + 1);
        if (Volatile.Read(ref _openAll) != 0)
        {
            gate.Open();
        }

        return gate;
    }

    private async Future Body()
    {
        do
        {
            for (int i = 0; i < ops.Length; i++)
            {
                Gate gate = Reach((char)('0' + i), ops[i]);
                switch (ops[i])
                {
                    case Op.Ready:
                        await Future.Completed;
                        break;
                    case Op.Yield:
                        await Kio.YieldNow();
                        break;
                    case Op.Leaf:
                        await gate.AsFuture();
                        break;
                    case Op.NestedLeaf:
                        await Nested(gate);
                        break;
                    case Op.Task:
                        await gate.Task;
                        break;
                    case Op.TaskOfInt:
                        await gate.Number;
                        break;
                    case Op.TaskOfString:
                        await gate.Text;
                        break;
                    case Op.ConfiguredTask:
                        await gate.Task.ConfigureAwait(false);
                        break;
                    case Op.ConfiguredTaskOfInt:
                        await gate.Number.ConfigureAwait(false);
                        break;
                    case Op.ValueTask:
                        await new ValueTask(gate.Task);
                        break;
                    case Op.ValueTaskOfInt:
                        await new ValueTask<int>(gate.Number);
                        break;
                    case Op.ValueTaskOfString:
                        await new ValueTask<string>(gate.Text);
                        break;
                    default:
                        await new ValueTask<string>(gate.Text).ConfigureAwait(false);
                        break;
                }
            }
        }
        while (loops);

        _log.Append('.');
    }

    private static async Future Nested(Gate gate) => await gate.AsFuture();

    private static async Future Plain(Future body) => await body;

    private async Future Finally(int frame, Future body)
    {
        _entered[frame]++;
        try
        {
            await body;
        }
        finally
        {
            _finallies[frame]++;
            _log.Append('f');
        }
    }

    private async Future FinallyThatAwaits(int frame, Future body)
    {
        _entered[frame]++;
        try
        {
            await body;
        }
        finally
        {
            _finallies[frame]++;
            await Reach('a').AsFuture();
            await Plain(Nested(Reach('b')));
            _log.Append('A');
        }
    }

    private async Future Swallow(Future body)
    {
        try
        {
            await body;
        }
        catch (FutureCancelledException)
        {
            _swallowed++;
            _log.Append('s');
        }

        await Reach('t').AsFuture();
        _log.Append('S');
    }

    private async Future Rethrow(Future body)
    {
        try
        {
            await body;
        }
        catch (OperationCanceledException)
        {
            _log.Append('r');
            throw;
        }
    }

    private async Future AwaitUsing(int frame, Future body)
    {
        _entered[frame]++;
        await using Cleanup cleanup = new(this, frame);
        await body;
    }

    /// <summary>A cleanup of another builder.</summary>
    private sealed class Cleanup(SmallProgram program, int frame) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            program._finallies[frame]++;
            await program.Reach('u', isBridged: true).AsFuture();
            program._log.Append('U');
        }
    }
}
