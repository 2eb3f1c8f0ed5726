namespace Kioto;

/// <summary>The join of any number of arms of one type.</summary>
/// <typeparam name="TArm">The type of an arm's result.</typeparam>
/// <typeparam name="T">The type of all results together.</typeparam>
internal abstract class JoinManyBase<TArm, T> : JoinBase<T>
{
    // What a pooled object keeps for its next use.
    private const int MostKept = 16;

    private int _count;

    private protected JoinManyBase()
        : base([])
    {
    }

    private protected sealed override int Count => _count;

    private protected void Start(bool stopsAtFailure, bool biased)
    {
        StopsAtFailure = stopsAtFailure;
        IsBiased = biased;
    }

    private protected void Add(Future<TArm> future)
    {
        if (_count == Arms.Length)
        {
            Arm[] more = new Arm[int.Max(4, _count * 2)];
            Arms.CopyTo(more, 0);
            Arms = more;
        }

        Arm<TArm> arm = (Arm<TArm>)(Arms[_count] ??= new Arm<TArm>());
        _count++;
        arm.Set(future);
    }

    private protected Arm<TArm> ArmAt(int index) => (Arm<TArm>)Arms[index];

    private protected sealed override void ResetArms(Ambient ambient)
    {
        base.ResetArms(ambient);
        _count = 0;
        if (Arms.Length > MostKept)
        {
            Arms = [];
        }
    }
}
