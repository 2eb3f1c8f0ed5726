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

    internal override void Describe(LeafDescription into)
    {
        _operation.Describe(into);
        into.Place = _waiter;
    }

    private protected override bool Poll(ref PollContext context)
    {
        _waiter.OfTask = context.OfTask;
        if (_operation.Poll(_waiter, context.Waker.Target!, out T result))
        {
            Result = result;
            State = SourceState.Done;
            if (context.Runner is { } runner)
            {
                SetRunner(runner);
            }
            else
            {
                ForgetRunner(); // It may be that of an earlier use.
            }

            return true;
        }

        return false;
    }

    private protected override bool Withdraw()
    {
        _operation.Withdraw(_waiter);
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        _operation = default;
        ClearOutcome();

        // It never waited, as most don't: then there is nothing to forget.
        if (_waiter.State != WaiterState.Idle || _waiter.Target is not null)
        {
            // What a task still holds of it must not be used again. That is rare: a future that moved to another task
            // with a grant under way.
            if (System.Threading.Volatile.Read(ref _waiter.Handed)) // ORDERING: acquire, pairs with the task's last touch.
            {
                return;
            }

            _waiter.Reset();
        }

        SourcePool<WaitLeaf<TOperation, T>>.Return(ambient, this);
    }
}
