using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>Runs a future until it ends or a limit is reached: a timeout, or a token that is cancelled.</summary>
/// <remarks>
/// The future is polled before the limit in every turn: a result that is ready is never cut off. Nor is one that the
/// future still gives while it is being cancelled.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class LimitSource<T> : Combinator<T>
{
    private protected LimitSource(Arm[] arms)
        : base(arms)
    {
    }

    /// <summary>The future's arm, the first one.</summary>
    private protected Arm<T> Inner => (Arm<T>)Arms[0];

    /// <summary>Whether the limit has been reached before the future had ended.</summary>
    private protected bool Reached { get; set; }

    /// <summary>Why there is no limit any more, if it has failed.</summary>
    private protected ExceptionDispatchInfo? LimitFailure { get; set; }

    private protected sealed override int FirstArm(Ambient ambient) => 0;

    /// <summary>What is thrown when the limit is reached.</summary>
    /// <param name="inCleanup">What went wrong in the cleanup, or null.</param>
    /// <returns>The exception.</returns>
    private protected abstract Exception Excess(Exception? inCleanup);

    private protected override void Finish()
    {
        Arm<T> inner = Inner;
        switch (inner.Outcome)
        {
            case ArmOutcome.Result:
                Complete(inner.Result!);
                break;
            case ArmOutcome.Failure when !Reached && LimitFailure is null:
                Fail(inner.Error!);
                break;
            case ArmOutcome.Cancelled when !Reached && LimitFailure is null:
                SetCancelled();
                break;
            default:
                FailForLimit(inner.Error?.SourceException);
                break;
        }
    }

    private protected override void ResetArms(Ambient ambient)
    {
        LimitFailure = null;
        Reached = false;
        base.ResetArms(ambient);
    }

    // What went wrong in the cleanup is its cause: nothing is lost.
    private void FailForLimit(Exception? inCleanup)
    {
        if (LimitFailure is not { } failure)
        {
            Fail(Excess(inCleanup));
            return;
        }

        Fail(failure);
        if (inCleanup is not null)
        {
            LostFailure.Report(inCleanup, Ambient.Current);
        }
    }
}
