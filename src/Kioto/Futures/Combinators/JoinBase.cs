using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>Runs all arms to their ends; or, when told so, until the first failure.</summary>
/// <typeparam name="T">The type of all results together.</typeparam>
internal abstract class JoinBase<T> : Combinator<T>
{
    private ExceptionDispatchInfo? _failure;
    private bool _anyCancelled;
    private int _turn;

    private protected JoinBase(Arm[] arms)
        : base(arms)
    {
    }

    /// <summary>Whether the first failure cancels the other arms.</summary>
    private protected bool StopsAtFailure { get; set; }

    internal override string Name => "Kio.Join";

    /// <summary>Whether every turn begins with the first arm.</summary>
    private protected bool IsBiased { get; set; }

    // Each turn begins with another arm, so that none eats the others' budget; unless somebody wants their order.
    private protected sealed override int FirstArm(Ambient ambient)
    {
        if (IsBiased)
        {
            return 0;
        }

        int first = _turn;
        _turn = first + 1 < Count ? first + 1 : 0;
        return first;
    }

    private protected sealed override bool OnEnded(int index, Arm arm, Ambient ambient)
    {
        _anyCancelled |= arm.Outcome == ArmOutcome.Cancelled;
        if (arm.Outcome != ArmOutcome.Failure)
        {
            return false;
        }

        if (_failure is not null)
        {
            LostFailure.Report(arm.Error!.SourceException, ambient);
            return false;
        }

        _failure = arm.Error;
        return StopsAtFailure;
    }

    private protected sealed override void Finish()
    {
        if (_failure is { } failure)
        {
            Fail(failure);
        }
        else if (_anyCancelled)
        {
            SetCancelled();
        }
        else
        {
            Complete(Collect());
        }
    }

    private protected abstract T Collect();

    private protected override void ResetArms(Ambient ambient)
    {
        _failure = null;
        _anyCancelled = false;
        _turn = 0;
        base.ResetArms(ambient);
    }
}
