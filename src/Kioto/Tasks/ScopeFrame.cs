using System;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>A future that runs another one inside the scope of a task-local: a frame without a state machine.</summary>
/// <typeparam name="TValue">The type of the task-local's value.</typeparam>
/// <typeparam name="TResult">The type of the future's result.</typeparam>
internal sealed class ScopeFrame<TValue, TResult> : ResultSource<TResult>
{
    // What is to run, or runs: a delegate that makes the future until the first poll, then its source.
    private object? _inner;
    private uint _token;

    internal LocalBinding<TValue> OwnBinding { get; } = new();

    internal override string Name => "TaskLocal.Scope";

    internal override LocalBinding Binding => OwnBinding;

    internal static Future<TResult> Of(
        TaskLocal<TValue> key, TValue value, TaskLocalValue<TValue>? taker, Future<TResult> future)
    {
        future = future.Owned();
        if (future.Source is not { } source)
        {
            return future; // Ready: nobody will look.
        }

        ScopeFrame<TValue, TResult> frame = Rent(key, value, taker, source, source.Claim(future.Token));
        return new Future<TResult>(frame, frame.Version);
    }

    internal static Future<TResult> Of(
        TaskLocal<TValue> key, TValue value, TaskLocalValue<TValue>? taker, Func<Future<TResult>> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        ScopeFrame<TValue, TResult> frame = Rent(key, value, taker, future, 0);
        return new Future<TResult>(frame, frame.Version);
    }

    internal static Future Of(TaskLocal<TValue> key, TValue value, TaskLocalValue<TValue>? taker, Future future)
    {
        if (future.Source is not { } source)
        {
            return future;
        }

        ScopeFrame<TValue, Unit> frame = ScopeFrame<TValue, Unit>.Rent(key, value, taker, source, source.Claim(future.Token));
        return new Future(frame, frame.Version);
    }

    internal static Future Of(TaskLocal<TValue> key, TValue value, TaskLocalValue<TValue>? taker, Func<Future> future)
    {
        ArgumentNullException.ThrowIfNull(future);
        ScopeFrame<TValue, Unit> frame = ScopeFrame<TValue, Unit>.Rent(key, value, taker, future, 0);
        return new Future(frame, frame.Version);
    }

    internal override bool Start(uint token, Ambient ambient)
    {
        CheckFresh(token);

        // As in Frame: scopes around scopes recurse without a frame in between.
        if ((++ambient.Depth & 15) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            ambient.Depth--;
            return false;
        }

        bool done = Begin(ambient);
        ambient.Depth--;
        return done;
    }

    internal override void Attach(FutureSource? awaiting, Strand strand)
    {
        Parent = awaiting;
        if (State == SourceState.Created)
        {
            State = SourceState.Deferred;
            SetContext(ContextFlow.Save(Ambient.Current));
            strand.Defer(this);
        }
    }

    internal override void Resume(Ambient ambient)
    {
        if (State == SourceState.Deferred)
        {
            ContextFlow.Enter(Context, ambient);
            Begin(ambient);
        }
        else
        {
            Finish(ambient);
        }
    }

    internal override void Abandon()
    {
        if (State <= SourceState.Deferred)
        {
            (_inner as FutureSource)?.Abandon();
        }

        Recycle(Ambient.Current);
    }

    private static ScopeFrame<TValue, TResult> Rent(
        TaskLocal<TValue> key, TValue value, TaskLocalValue<TValue>? taker, object inner, uint token)
    {
        ScopeFrame<TValue, TResult> frame = SourcePool<ScopeFrame<TValue, TResult>>.Rent(Ambient.Current);
        frame.OwnBinding.Set(key, value, taker);
        frame._inner = inner;
        frame._token = token;
        return frame;
    }

    private bool Begin(Ambient ambient)
    {
        State = SourceState.Started;
        Strand strand = ambient.Strand!;
        OwnBinding.Outer = strand.Locals;
        strand.Locals = OwnBinding;
        try
        {
            FutureSource<TResult>? inner = Inner();
            if (inner is null || inner.Start(_token, ambient))
            {
                Finish(ambient);
                return true;
            }

            SetContext(ContextFlow.Save(ambient));
            inner.Attach(this, strand);
            return false;
        }
        catch (Exception exception)
        {
            // The user's delegate threw, or its future has been awaited already.
            Error = ExceptionDispatchInfo.Capture(exception);
            End(strand);
            return true;
        }
    }

    // Null when the delegate gave a ready value, which is then the result.
    private FutureSource<TResult>? Inner()
    {
        if (_inner is FutureSource<TResult> source)
        {
            return source;
        }

        Future<TResult> future;
        if (typeof(TResult) == typeof(Unit))
        {
            Future made = ((Func<Future>)_inner!)();
            future = made.Source is null
                ? default
                : new Future<TResult>(Unsafe.As<FutureSource<TResult>>(made.Source), made.Token); // SAFETY: TResult is Unit.
        }
        else
        {
            future = ((Func<Future<TResult>>)_inner!)().Owned();
        }

        Result = future.Value;
        _inner = future.Source;
        _token = future.Token;
        return future.Source;
    }

    private void Finish(Ambient ambient)
    {
        if (_inner is FutureSource<TResult> inner)
        {
            try
            {
                Result = inner.Take(_token, ambient, out ExceptionDispatchInfo? error);
                Error = error;
            }
            catch (FutureCancelledException cancelled)
            {
                // A leaf without state of its own throws when its outcome is taken.
                Error = ExceptionDispatchInfo.Capture(cancelled);
            }
        }

        End(ambient.Strand!);
    }

    private void End(Strand strand)
    {
        strand.Locals = OwnBinding.Outer;
        _inner = null;
        State = SourceState.Done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        OwnBinding.Clear();
        _inner = null;
        ClearOutcome();
        SourcePool<ScopeFrame<TValue, TResult>>.Return(ambient, this);
    }
}
