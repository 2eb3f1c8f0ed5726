using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>The pooled leaf of every operation of locks and channels.</summary>
/// <typeparam name="TOperation">The operation.</typeparam>
/// <typeparam name="T">The type of its result.</typeparam>
internal sealed class WaitLeaf<TOperation, T> : LeafSource<T>
    where TOperation : struct, IWaitOperation<T>
{
    private readonly Waiter _waiter = new();
    private TOperation _operation;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every send, receive and lock
    internal static WaitLeaf<TOperation, T> Create(in TOperation operation)
    {
        WaitLeaf<TOperation, T> leaf = SourcePool<WaitLeaf<TOperation, T>>.Rent(Ambient.Current);
        leaf._operation = operation;
        return leaf;
    }

    // As that of the base: what gives it back is this class's own, and called directly.
    [StackTraceHidden]
    internal override T GetAwaited(uint token)
    {
        if (!IsAwaitedHere(token, out Ambient? runner))
        {
            return GetResult(token);
        }

        T result = Result!;
        Recycle(runner);
        return result;
    }

    internal override void Describe(LeafDescription into)
    {
        _operation.Describe(into);
        into.Place = _waiter;
    }

    private protected override bool Poll(Strand strand, Ambient ambient)
    {
        _waiter.OfTask = strand.IsTask;
        if (!_operation.Poll(_waiter, strand.Target, out T result))
        {
            return false;
        }

        Result = result;
        State = SourceState.Done;
        SetRunner(ambient);
        return true;
    }

    // By hand: nobody knows who takes the outcome.
    private protected override bool Poll(ref PollContext context)
    {
        _waiter.OfTask = false;
        if (!_operation.Poll(_waiter, context.Waker.Target!, out T result))
        {
            return false;
        }

        ForgetRunner(); // It may be that of an earlier use.
        return Complete(result);
    }

    private protected override bool Withdraw()
    {
        _operation.Withdraw(_waiter);
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        ClearOutcome();
        _operation = default;
        if (_waiter.TryForget())
        {
            SourcePool<WaitLeaf<TOperation, T>>.Return(ambient, this);
        }
    }
}
