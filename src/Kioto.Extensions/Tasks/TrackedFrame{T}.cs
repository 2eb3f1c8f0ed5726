using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>A future that a tracker counts until it has ended, or was dropped: a frame without a state machine.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class TrackedFrame<T> : ResultSource<T>
{
    private FutureSource<T>? _inner;
    private uint _token;

    // Null when it is no longer counted.
    private TrackerCore? _tracker;

    internal static Future<T> Of(TrackerCore tracker, Future<T> future)
    {
        future = future.Owned();
        if (future.Source is not { } source)
        {
            return future;
        }

        uint claimed = source.Claim(future.Token);
        TrackedFrame<T> frame = SourcePool<TrackedFrame<T>>.Rent(Ambient.Current);
        frame._inner = source;
        frame._token = claimed;
        frame._tracker = tracker;
        tracker.Enter();
        return new Future<T>(frame, frame.Version);
    }

    internal override bool Start(uint token, Ambient ambient)
    {
        CheckFresh(token);

        // As in other frames: first polls recurse.
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
            SetContext(ContextFlow.Save(Ambient.Current));
            strand.Defer(this);
        }
    }

    internal override void Resume(Ambient ambient)
    {
        if (State == SourceState.Created)
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
        if (State == SourceState.Created)
        {
            _inner!.Abandon();
        }

        Recycle(Ambient.Current);
    }

    private bool Begin(Ambient ambient)
    {
        State = SourceState.Started;
        try
        {
            FutureSource<T> inner = _inner!;
            if (inner.Start(_token, ambient))
            {
                Finish(ambient);
                return true;
            }

            SetContext(ContextFlow.Save(ambient));
            inner.Attach(this, ambient.Strand!);
            return false;
        }
        catch (System.InvalidOperationException exception)
        {
            // It has been awaited already.
            Error = ExceptionDispatchInfo.Capture(exception);
            End();
            return true;
        }
    }

    private void Finish(Ambient ambient)
    {
        try
        {
            Result = _inner!.Take(_token, ambient, out ExceptionDispatchInfo? error);
            Error = error;
        }
        catch (FutureCancelledException cancelled)
        {
            // A leaf without state of its own throws when its outcome is taken.
            Error = ExceptionDispatchInfo.Capture(cancelled);
        }

        End();
    }

    private void End()
    {
        _inner = null;
        State = SourceState.Done;
        Exit();
    }

    private void Exit()
    {
        TrackerCore? tracker = _tracker;
        _tracker = null;
        tracker?.Exit();
    }

    private protected override void Recycle(Ambient ambient)
    {
        _inner = null;
        Exit();
        ClearOutcome();
        SourcePool<TrackedFrame<T>>.Return(ambient, this);
    }
}
