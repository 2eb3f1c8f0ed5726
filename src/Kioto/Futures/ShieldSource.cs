using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>A future that runs to its end although its strand is cancelled: the cancellation waits for it.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class ShieldSource<T> : ResultSource<T>
{
    private FutureSource<T>? _inner;
    private uint _token;
    private bool _held;

    internal override bool IsShield => true;

    internal override string Name => "Kio.Shield";

    internal static Future<T> Of(FutureSource<T> inner, uint token)
    {
        uint claimed = inner.Claim(token);
        ShieldSource<T> shield = SourcePool<ShieldSource<T>>.Rent(Ambient.Current);
        shield._inner = inner;
        shield._token = claimed;
        return new Future<T>(shield, shield.Version);
    }

    internal override void HoldCancellation() => _held = true;

    internal override bool Start(uint token, Ambient ambient)
    {
        CheckFresh(token);
        return Launch(ambient);
    }

    internal override void Attach(FutureSource? awaiting, Strand strand)
    {
        Parent = awaiting;
        if (State == SourceState.Created)
        {
            State = SourceState.Deferred;
            SetContext(ContextFlow.Save(Ambient.Current));
            strand.Defer(this);
            return;
        }

        _inner!.Attach(this, strand);
    }

    // The inner future has its outcome; or it is this one's first poll, outside any strand until now.
    internal override void Resume(Ambient ambient)
    {
        if (State != SourceState.Deferred)
        {
            Finish(ambient);
            return;
        }

        ContextFlow.Enter(Context, ambient);
        if (!Launch(ambient))
        {
            _inner!.Attach(this, ambient.Strand!);
        }
    }

    internal override void Abandon()
    {
        if (State <= SourceState.Deferred)
        {
            _inner!.Abandon();
        }

        Recycle(Ambient.Current);
    }

    private bool Launch(Ambient ambient)
    {
        State = SourceState.Started;
        Strand strand = ambient.Strand!;
        if (strand.CancelPending)
        {
            strand.CancelPending = false;
            _held = true;
        }

        if (_inner!.Start(_token, ambient))
        {
            Finish(ambient);
            return true;
        }

        return false;
    }

    private void Finish(Ambient ambient)
    {
        Result = _inner!.Take(_token, ambient, out ExceptionDispatchInfo? error);
        Error = error;
        _inner = null;
        State = SourceState.Done;
        if (!_held)
        {
            return;
        }

        // A failure comes first: then the next await throws the cancellation.
        Strand strand = ambient.Strand!;
        strand.DeliverHeld(ambient);
        if (Error is null)
        {
            Result = default;
            SetCancelled();
        }
        else
        {
            strand.CancelPending = true;
        }
    }

    private protected override void Recycle(Ambient ambient)
    {
        _inner = null;
        _held = false;
        ClearOutcome();
        SourcePool<ShieldSource<T>>.Return(ambient, this);
    }
}
