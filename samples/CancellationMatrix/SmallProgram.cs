using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kioto;

namespace CancellationMatrix;

/// <summary>A program of a few awaits inside two frames, which writes down what happens to it.</summary>
internal sealed class SmallProgram(Shape outer, Shape inner, Op[] ops, int abortsItselfAt)
{
    private readonly StringBuilder _log = new();
    private int _entered;
    private int _finallies;
    private int _swallowed;
    private JoinHandle _self;
    private int _hasSelf;

    internal Gate[] Gates { get; } = Array.ConvertAll(ops, static _ => new Gate());

    /// <summary>What happened, in order.</summary>
    internal string Log => _log.ToString();

    /// <summary>Tells the program its own handle: it begins when it has it.</summary>
    internal void Begin(JoinHandle self)
    {
        _self = self;
        Volatile.Write(ref _hasSelf, 1);
    }

    /// <summary>Runs the program.</summary>
    internal async Future Main()
    {
        while (Volatile.Read(ref _hasSelf) == 0)
        {
            await Kio.YieldNow();
        }

        await Frame(outer, Frame(inner, Body()));
    }

    /// <summary>What is wrong after the program's end, or null.</summary>
    internal string? Complain(JoinResult result, bool mustAbort)
    {
        if (_entered != _finallies)
        {
            return $"{_entered} finally blocks were entered and {_finallies} ran";
        }

        if (Array.Exists(Gates, static gate => gate.IsRegistered))
        {
            return "a registration was left behind";
        }

        if (_swallowed > 1)
        {
            return $"the cancellation was delivered {_swallowed} times";
        }

        if (result.IsFaulted)
        {
            return "it failed: " + result.Exception;
        }

        return mustAbort && !result.IsAborted ? "it does not count as aborted" : null;
    }

    private Future Frame(Shape shape, Future body) => shape switch
    {
        Shape.Plain => Plain(body),
        Shape.Finally => Finally(body),
        Shape.FinallyThatAwaits => FinallyThatAwaits(body),
        Shape.Swallow => Swallow(body),
        Shape.Rethrow => Rethrow(body),
        Shape.AwaitUsing => AwaitUsing(body),
        _ => Kio.Shield(body),
    };

    private async Future Body()
    {
        for (int i = 0; i < ops.Length; i++)
        {
            if (i == abortsItselfAt)
            {
                _self.Abort();
            }

            Gates[i].Reach();
            _log.Append(i);
            switch (ops[i])
            {
                case Op.Ready:
                    await Future.Completed;
                    break;
                case Op.Yield:
                    await Kio.YieldNow();
                    break;
                case Op.Leaf:
                    await Gates[i].AsFuture();
                    break;
                case Op.NestedLeaf:
                    await Nested(Gates[i]);
                    break;
                default:
                    await Gates[i].Task;
                    break;
            }
        }

        _log.Append('.');
    }

    private static async Future Nested(Gate gate) => await gate.AsFuture();

    private static async Future Plain(Future body) => await body;

    private async Future Finally(Future body)
    {
        _entered++;
        try
        {
            await body;
        }
        finally
        {
            _finallies++;
            _log.Append('f');
        }
    }

    private async Future FinallyThatAwaits(Future body)
    {
        _entered++;
        try
        {
            await body;
        }
        finally
        {
            _finallies++;
            _log.Append('a');
            await Kio.YieldNow();
            await Plain(Kio.YieldNow());
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

        await Kio.YieldNow();
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

    private async Future AwaitUsing(Future body)
    {
        _entered++;
        await using Cleanup cleanup = new(this);
        await body;
    }

    /// <summary>A cleanup of another builder.</summary>
    private sealed class Cleanup(SmallProgram program) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            program._finallies++;
            program._log.Append('u');
            await Kio.YieldNow();
            program._log.Append('U');
        }
    }
}
