using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>Runs a future until it ends or a limit is reached: a timeout, or a token that is cancelled.</summary>
/// <remarks>
/// The future is polled before the limit in every turn: a result that is ready is never cut off. Nor is one that the
/// future still gives while it is being cancelled.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class LimitSource<T> : Combinator<T>
{
    private CancellationToken _token;
    private ExceptionDispatchInfo? _limitFailure;
    private bool _reached;

    public LimitSource()
        : base([new Arm<T>(), new Arm<Unit>()])
    {
    }

    private Arm<T> Inner => (Arm<T>)Arms[0];

    /// <summary>Limits a future.</summary>
    /// <param name="future">The future.</param>
    /// <param name="limit">Ends when the limit is reached.</param>
    /// <param name="token">The token that the exception carries; none for a timeout.</param>
    /// <returns>The future to await, once.</returns>
    internal static Future<T> Of(Future<T> future, Future<Unit> limit, CancellationToken token)
    {
        LimitSource<T> source = SourcePool<LimitSource<T>>.Rent(Ambient.Current);
        ((Arm<T>)source.Arms[0]).Set(future);
        ((Arm<Unit>)source.Arms[1]).Set(limit);
        source._token = token;
        return source.Future;
    }

    internal override string Name => _token.CanBeCanceled ? "WithCancellation" : "Timeout";

    private protected override string LabelOf(int index) => index == 0 ? "limited" : "limit";

    private protected override int FirstArm(Ambient ambient) => 0;

    private protected override bool OnEnded(int index, Arm arm, Ambient ambient)
    {
        if (index == 1)
        {
            _reached = arm.Outcome == ArmOutcome.Result && Inner.IsLive;
            _limitFailure = arm.Error;
        }

        return true;
    }

    private protected override void Finish()
    {
        Arm<T> inner = Inner;
        switch (inner.Outcome)
        {
            case ArmOutcome.Result:
                Complete(inner.Result!);
                break;
            case ArmOutcome.Failure when !_reached && _limitFailure is null:
                Fail(inner.Error!);
                break;
            case ArmOutcome.Cancelled when !_reached && _limitFailure is null:
                SetCancelled();
                break;
            default:
                FailForLimit(inner.Error?.SourceException);
                break;
        }
    }

    private protected override void ResetArms()
    {
        _token = default;
        _limitFailure = null;
        _reached = false;
        base.ResetArms();
    }

    private protected override void Return(Ambient ambient) => SourcePool<LimitSource<T>>.Return(ambient, this);

    // What went wrong in the cleanup is its cause: nothing is lost.
    private void FailForLimit(Exception? inCleanup)
    {
        if (_limitFailure is { } failure)
        {
            Fail(failure);
            if (inCleanup is not null)
            {
                LostFailure.Report(inCleanup, Ambient.Current);
            }
        }
        else if (_token.CanBeCanceled)
        {
            Fail(new OperationCanceledException("The token that the future was given is cancelled.", inCleanup, _token));
        }
        else
        {
            Fail(new TimeoutException("The future has not completed in time.", inCleanup));
        }
    }
}
