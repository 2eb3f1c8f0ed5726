using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>Runs its arms until the first one ends; the others are cancelled, and their cleanup awaited.</summary>
/// <typeparam name="T">The result: which arm won, and with what.</typeparam>
internal sealed class SelectSource<T> : Combinator<T>
    where T : struct, ISelected<T>
{
    private ExceptionDispatchInfo? _failure;
    private int _winner = -1;
    private bool _biased;

    public SelectSource()
        : base(T.MakeArms())
    {
    }

    internal static SelectSource<T> Rent(bool biased)
    {
        SelectSource<T> select = SourcePool<SelectSource<T>>.Rent(Ambient.Current);
        select._biased = biased;
        return select;
    }

    /// <summary>Gives an arm its future.</summary>
    /// <typeparam name="TArm">The type of the arm's result.</typeparam>
    /// <param name="index">Which arm.</param>
    /// <param name="future">The future.</param>
    /// <returns>This.</returns>
    internal SelectSource<T> With<TArm>(int index, Future<TArm> future)
    {
        ((Arm<TArm>)Arms[index]).Set(future);
        return this;
    }

    private protected override InvalidOperationException? Check(int live) => live > 0 ? null : new InvalidOperationException(
        "Every arm of this Kio.Select is disabled by When(false): it would wait for ever. Leave the loop, or keep one " +
        "arm enabled.");

    internal override string Name => "Kio.Select";

    private protected override int FirstArm(Ambient ambient) => _biased ? 0 : ambient.NextRandom(Arms.Length);

    private protected override bool OnEnded(int index, Arm arm, Ambient ambient)
    {
        if (_winner < 0 && arm.Outcome != ArmOutcome.Cancelled)
        {
            // Also when the select is being cancelled: a leaf that could not be withdrawn has a result to hand over.
            _winner = index;
            _failure = arm.Error;
            return true;
        }

        if (arm.Outcome == ArmOutcome.Failure)
        {
            LostFailure.Report(arm.Error!.SourceException, ambient);
        }

        return false;
    }

    private protected override void Finish()
    {
        if (_winner < 0)
        {
            SetCancelled();
        }
        else if (_failure is { } failure)
        {
            Fail(failure);
        }
        else
        {
            Complete(T.Collect(Arms, _winner));
        }
    }

    private protected override void ResetArms(Ambient ambient)
    {
        _failure = null;
        _winner = -1;
        base.ResetArms(ambient);
    }

    private protected override void Return(Ambient ambient) => SourcePool<SelectSource<T>>.Return(ambient, this);
}
