namespace Kioto;

/// <summary>Runs a future whose operations cost its task no budget.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class UnconstrainedSource<T> : Combinator<T>
{
    public UnconstrainedSource()
        : base([new Arm<T>()])
    {
    }

    private protected override bool IsUnconstrained => true;

    /// <summary>Wraps a future.</summary>
    /// <param name="future">The future.</param>
    /// <returns>The future to await, once.</returns>
    internal static Future<T> Of(Future<T> future)
    {
        UnconstrainedSource<T> source = SourcePool<UnconstrainedSource<T>>.Rent(Ambient.Current);
        ((Arm<T>)source.Arms[0]).Set(future);
        return source.Future;
    }

    internal override bool PollLeaf(Strand strand, Ambient ambient)
    {
        int budget = ambient.Budget;
        ambient.Budget = int.MaxValue;
        bool done = base.PollLeaf(strand, ambient);
        ambient.RestoreBudget(budget);
        return done;
    }

    private protected override bool FirstTurn(Ambient ambient)
    {
        int budget = ambient.Budget;
        ambient.Budget = int.MaxValue;
        bool done = base.FirstTurn(ambient);
        ambient.RestoreBudget(budget);
        return done;
    }

    private protected override int FirstArm(Ambient ambient) => 0;

    private protected override bool OnEnded(int index, Arm arm, Ambient ambient) => false;

    private protected override void Finish()
    {
        Arm<T> arm = (Arm<T>)Arms[0];
        switch (arm.Outcome)
        {
            case ArmOutcome.Result:
                Complete(arm.Result!);
                break;
            case ArmOutcome.Failure:
                Fail(arm.Error!);
                break;
            default:
                SetCancelled();
                break;
        }
    }

    private protected override void Return(Ambient ambient) => SourcePool<UnconstrainedSource<T>>.Return(ambient, this);
}
