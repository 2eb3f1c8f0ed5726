namespace Kioto;

/// <summary>Cancels a pinned future and waits for its cleanup.</summary>
/// <typeparam name="T">The type of the future's result.</typeparam>
internal sealed class PinnedEnd<T> : Combinator<Unit>
{
    private Pinned<T>? _pinned;
    private int _count;

    public PinnedEnd()
        : base(new Arm[1])
    {
    }

    internal override string Name => "Pinned.CancelAsync";

    private protected override int Count => _count;

    // It is cleanup itself.
    private protected override bool StartsWhenCancelled => true;

    internal static Future Await(Pinned<T> pinned)
    {
        PinnedEnd<T> end = SourcePool<PinnedEnd<T>>.Rent(Ambient.Current);
        end._pinned = pinned;
        return new Future(end, end.Version);
    }

    private protected override bool FirstTurn(Ambient ambient)
    {
        try
        {
            Arms[0] = _pinned!.Take(this);
        }
        catch (System.InvalidOperationException exception)
        {
            Fail(exception);
            return true;
        }

        _count = 1;
        return StopAll(ambient);
    }

    private protected override int FirstArm(Ambient ambient) => 0;

    private protected override bool OnEnded(int index, Arm arm, Ambient ambient)
    {
        if (arm.Outcome == ArmOutcome.Failure)
        {
            LostFailure.Report(arm.Error!.SourceException, ambient);
        }

        return false;
    }

    private protected override void Finish() => Complete(default);

    // The arm is the pinned future's own, and is not used again.
    private protected override void ResetArms(Ambient ambient)
    {
        _pinned?.Release(this);
        _pinned = null;
        Arms[0] = null!;
        _count = 0;
    }

    private protected override void Return(Ambient ambient) => SourcePool<PinnedEnd<T>>.Return(ambient, this);
}
