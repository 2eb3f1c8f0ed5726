using System;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>A leaf of its strand that holds strands of its own, and polls them on its strand's wakes.</summary>
/// <remarks>
/// It ends only when every arm has: one that lost, or whose strand is cancelled, is cancelled and its cleanup awaited.
/// INVARIANT: as for every source, only whoever polls the enclosing strand touches it.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class Combinator<T> : ResultSource<T>
{
    // How many arms have not ended.
    private int _live;

    // Whether the enclosing strand was cancelled before the arms were told to stop by the combinator itself.
    private bool _cancelled;

    // Whether an arm has thrown that cancellation.
    private bool _delivered;

    private protected Combinator(Arm[] arms) => Arms = arms;

    /// <summary>The arms; more than <see cref="Count"/> if the object served more before.</summary>
    internal Arm[] Arms { get; private protected set; }

    internal Future<T> Future => new(this, Version);

    internal override string Description
    {
        get
        {
            for (int i = 0; i < Count; i++)
            {
                if (Arms[i].State == ArmState.Running)
                {
                    return Arms[i].WaitsFor;
                }
            }

            return "the arms of a Join, a Select or a limit";
        }
    }

    /// <summary>How many arms there are.</summary>
    private protected virtual int Count => Arms.Length;

    /// <summary>Whether the arms have been told to stop.</summary>
    private protected bool Stopping { get; private set; }

    /// <summary>Whether it is polled although the task's budget is spent.</summary>
    private protected virtual bool IsUnconstrained => false;

    /// <summary>Whether a cancellation that waits for the next await is thrown instead of polling anything.</summary>
    private protected virtual bool StartsWhenCancelled => false;

    internal override bool PollLeaf(Strand strand, Ambient ambient)
    {
        if (State == SourceState.Deferred)
        {
            ContextFlow.Enter(Context, ambient);
            return Launch(ambient);
        }

        return Turn(ambient, isFirst: false);
    }

    internal override bool CancelLeaf(Strand strand)
    {
        Ambient ambient = Ambient.Current;
        if (State == SourceState.Deferred)
        {
            LetGo();
            SetCancelled();
            return true;
        }

        _cancelled |= !Stopping;
        Stop(ambient);
        if (!TryFinish(ambient))
        {
            return false;
        }

        // A result is handed over all the same, and the next await throws: as with any leaf that can't be withdrawn.
        strand.CancelPending |= Error is null;
        return true;
    }

    internal sealed override bool Start(uint token, Ambient ambient)
    {
        CheckFresh(token);
        Strand strand = ambient.Strand!;

        if (ambient.Budget <= 0 && !strand.CancelPending && !IsUnconstrained)
        {
            State = SourceState.Deferred;
            ambient.ForceYield();
            strand.RequestYield();
            return false;
        }

        // Starting recurses. Short of stack, the strand's loop starts it from its top. An arm takes the stack of some
        // frames: it looks four times as often as they do.
        ambient.Depth += 4;
        bool done = ((ambient.Depth & 12) != 0 || RuntimeHelpers.TryEnsureSufficientExecutionStack()) && Launch(ambient);
        ambient.Depth -= 4;
        return done;
    }

    internal sealed override void Attach(FutureSource? awaiting, Strand strand)
    {
        SetContext(awaiting is null ? ContextFlow.Save(Ambient.Current) : awaiting.Context);
        if (State == SourceState.Created)
        {
            State = SourceState.Deferred;
            Parent = awaiting;
            strand.Defer(this);
            return;
        }

        strand.Suspend(this, awaiting);
    }

    // The strand's loop makes the first poll.
    internal sealed override void Resume(Ambient ambient)
    {
        ContextFlow.Enter(Context, ambient);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            // The loop itself runs deep down: in an arm of an arm of an arm.
            LetGo();
            Fail(new InsufficientExecutionStackException(
                "Combinators are nested too deep: an arm of an arm of an arm. Spawn the inner ones as tasks."));
            return;
        }

        if (!Launch(ambient))
        {
            FutureSource? awaiting = Parent;
            Parent = null;
            ambient.Strand!.Suspend(this, awaiting);
        }
    }

    internal sealed override void Abandon()
    {
        if (State <= SourceState.Deferred)
        {
            LetGo();
        }
        else
        {
            for (int i = 0; i < Count; i++)
            {
                Arms[i].Kill();
            }
        }

        Recycle(Ambient.Current);
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set(Name);
        Arm[] arms = Arms;
        int count = int.Min(Count, arms.Length);
        for (int i = 0; i < count; i++)
        {
            if (arms[i] is { IsLive: true } arm)
            {
                into.Add(LabelOf(i), arm);
            }
        }
    }

    /// <summary>The name of an arm in dumps.</summary>
    /// <param name="index">Which.</param>
    /// <returns>Its number, or its role.</returns>
    private protected virtual string LabelOf(int index) => $"arm {index}";

    /// <summary>Looks at the arms before the first poll.</summary>
    /// <param name="live">How many are enabled.</param>
    /// <returns>What is wrong with them, or null.</returns>
    private protected virtual InvalidOperationException? Check(int live) =>
        live == Count ? null : new InvalidOperationException("An arm was disabled by When(false): only Kio.Select may skip one.");

    /// <summary>The first poll.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether everything has ended.</returns>
    private protected virtual bool FirstTurn(Ambient ambient) => Turn(ambient, isFirst: true);

    /// <summary>Which arm is polled first in this turn.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Its index.</returns>
    private protected abstract int FirstArm(Ambient ambient);

    /// <summary>An arm has ended.</summary>
    /// <param name="index">Which.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether the others are to be told to stop.</returns>
    private protected abstract bool OnEnded(int index, Arm arm, Ambient ambient);

    /// <summary>All arms have ended: sets the outcome.</summary>
    private protected abstract void Finish();

    /// <summary>Returns to the pool, cleared.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected abstract void Return(Ambient ambient);

    /// <summary>Makes the arms as new.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected virtual void ResetArms(Ambient ambient)
    {
        for (int i = 0; i < Count; i++)
        {
            if (!Arms[i].TryReset())
            {
                Arms[i] = Arms[i].Renew();
            }
        }
    }

    private protected sealed override void Recycle(Ambient ambient)
    {
        ResetArms(ambient);
        _cancelled = false;
        _delivered = false;
        Stopping = false;
        ClearOutcome();
        Return(ambient);
    }

    private protected void Complete(T result)
    {
        Result = result;
        State = SourceState.Done;
    }

    private protected void Fail(Exception exception) => Fail(ExceptionDispatchInfo.Capture(exception));

    private protected void Fail(ExceptionDispatchInfo error)
    {
        Error = error;
        State = SourceState.Done;
    }

    /// <summary>Tells every arm that has not ended to stop, once.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected void Stop(Ambient ambient)
    {
        Stopping = true;
        for (int i = 0; i < Count; i++)
        {
            // Delivering again, to an arm that swallows it, is the affair of that arm's own strand.
            Arm arm = Arms[i];
            if (arm.IsLive && !arm.Cancelled && arm.Stop(ambient))
            {
                Ended(i, arm, ambient);
            }
        }
    }

    /// <summary>Tells arms that became known only now to stop.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether everything has ended.</returns>
    private protected bool StopAll(Ambient ambient)
    {
        CountLive();
        Stop(ambient);
        return TryFinish(ambient);
    }

    private protected bool TryFinish(Ambient ambient)
    {
        if (_live > 0)
        {
            return false;
        }

        Finish();

        // This await throws, and an arm was told of the cancellation: it has been delivered.
        if (EndsCancelled || (_delivered && Error is not null))
        {
            ambient.Strand!.CancelPending = false;
        }

        return true;
    }

    private bool Launch(Ambient ambient)
    {
        Strand strand = ambient.Strand!;
        if (strand.CancelPending && !StartsWhenCancelled)
        {
            strand.CancelPending = false;
            LetGo();
            SetCancelled();
            return true;
        }

        State = SourceState.Started;
        CountLive();
        if (Check(_live) is { } mistake)
        {
            LetGo();
            Fail(mistake);
            return true;
        }

        int budget = ambient.Budget;
        bool done = LaunchInContext(ambient);
        if (done && ambient.Budget == budget)
        {
            ambient.Budget--; // It made progress, whatever it was.
        }

        return done;
    }

    // Arms that are stopped in the first turn leave their own execution contexts behind.
    private bool LaunchInContext(Ambient ambient)
    {
        if (ContextFlow.IsDefault(ambient))
        {
            bool done = FirstTurn(ambient);
            ContextFlow.Enter(null, ambient);
            return done;
        }

        ExecutionContext callers = ContextFlow.Remember(out bool suppressed);
        bool ended = FirstTurn(ambient);
        ContextFlow.ComeBack(callers, suppressed);
        return ended;
    }

    /// <summary>Polls the arms.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="isFirst">Whether the caller's execution context is still entered.</param>
    /// <returns>Whether everything has ended.</returns>
    private protected virtual bool Turn(Ambient ambient, bool isFirst)
    {
        bool stopping = Stopping;
        int count = Count;
        int index = FirstArm(ambient);
        for (int left = count; left > 0 && Stopping == stopping; left--)
        {
            Arm arm = Arms[index];
            if (arm.IsLive)
            {
                if (!isFirst)
                {
                    ContextFlow.Enter(Context, ambient);
                }

                if (arm.Poll(ambient))
                {
                    Ended(index, arm, ambient);
                }
            }

            index = index + 1 == count ? 0 : index + 1;
        }

        return TryFinish(ambient);
    }

    private protected void Ended(int index, Arm arm, Ambient ambient)
    {
        _live--;
        _delivered |= _cancelled && arm is { Cancelled: true, CancelPending: false };
        if (OnEnded(index, arm, ambient) && !Stopping)
        {
            Stop(ambient);
        }
    }

    private void CountLive()
    {
        _live = 0;
        for (int i = 0; i < Count; i++)
        {
            _live += Arms[i].IsLive ? 1 : 0;
        }
    }

    private void LetGo()
    {
        for (int i = 0; i < Count; i++)
        {
            if (Arms[i].State == ArmState.Waiting)
            {
                Arms[i].LetGo();
            }
        }
    }
}
