using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>The base of Kioto's own operations that can be waited for: a timer, a socket read, a join.</summary>
/// <remarks>The first poll is the operation's start: before it nothing is stored in any shared object.</remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class LeafSource<T> : ResultSource<T>
{
    internal override bool PollLeaf(Strand strand, Ambient ambient)
    {
        State = SourceState.Started;
        try
        {
            return Poll(strand, ambient);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>Polls it by hand, outside any strand of its own.</summary>
    /// <param name="context">Holds the waker to register while pending.</param>
    /// <returns>Whether the operation has an outcome.</returns>
    internal bool PollLeaf(ref PollContext context)
    {
        State = SourceState.Started;
        try
        {
            return Poll(ref context);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    internal override bool CancelLeaf(Strand strand)
    {
        if ((State == SourceState.Started || (State == SourceState.Deferred && StartsWhenCancelled)) && !Withdraw())
        {
            return false;
        }

        if (State != SourceState.Done)
        {
            SetCancelled();
        }

        return true;
    }

    internal sealed override bool Start(uint token, Ambient ambient)
    {
        CheckFresh(token);
        Strand strand = ambient.Strand!;
        if (strand.CancelPending && !StartsWhenCancelled)
        {
            strand.CancelPending = false;
            SetCancelled();
            return true;
        }

        if (ambient.Budget <= 0)
        {
            // The budget is spent: suspend without polling, and come back at the end of the queue.
            State = SourceState.Deferred;
            ambient.ForceYield();
            strand.RequestYield();
            return false;
        }

        if (PollLeaf(strand, ambient))
        {
            ambient.Budget--;
            return true;
        }

        return false;
    }

    internal sealed override void Attach(FutureSource? awaiting, Strand strand) => strand.Suspend(this, awaiting);

    internal sealed override void Resume(Ambient ambient) => throw new NotSupportedException();

    internal override void Abandon()
    {
        if (State <= SourceState.Deferred || Withdraw())
        {
            Recycle(Ambient.Current);
        }
    }

    /// <summary>Whether it begins all the same when a cancellation came before: it is cleanup. The next await throws then.</summary>
    private protected virtual bool StartsWhenCancelled => false;

    /// <summary>Polls the operation; completes it through <see cref="Complete"/> or <see cref="Fail"/>.</summary>
    /// <param name="context">Holds the waker to register while pending.</param>
    /// <returns>Whether the operation has an outcome.</returns>
    private protected abstract bool Poll(ref PollContext context);

    /// <summary>The same, for a strand.</summary>
    /// <param name="strand">Whose target to wake.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether the operation has an outcome.</returns>
    private protected virtual bool Poll(Strand strand, Ambient ambient)
    {
        PollContext context = new(strand.Target);
        return Poll(ref context);
    }

    /// <summary>Takes the started operation back from whatever it waits on.</summary>
    /// <returns>False when something still uses its memory and it must be waited for.</returns>
    private protected abstract bool Withdraw();

    private protected bool Complete(T result)
    {
        Result = result;
        State = SourceState.Done;
        return true;
    }

    private protected bool Fail(Exception exception)
    {
        Error = ExceptionDispatchInfo.Capture(exception);
        State = SourceState.Done;
        return true;
    }
}
