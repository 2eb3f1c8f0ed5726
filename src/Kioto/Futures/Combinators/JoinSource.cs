namespace Kioto;

/// <summary>The join of a fixed number of arms with their own types.</summary>
/// <typeparam name="TShape">Knows the arms.</typeparam>
/// <typeparam name="T">The tuple of the results.</typeparam>
internal sealed class JoinSource<TShape, T> : JoinBase<T>
    where TShape : struct, IJoined<T>
{
    public JoinSource()
        : base(TShape.MakeArms())
    {
    }

    internal static JoinSource<TShape, T> Rent(bool stopsAtFailure, bool biased = false)
    {
        JoinSource<TShape, T> join = SourcePool<JoinSource<TShape, T>>.Rent(Ambient.Current);
        join.StopsAtFailure = stopsAtFailure;
        join.IsBiased = biased;
        return join;
    }

    /// <summary>Gives an arm its future.</summary>
    /// <typeparam name="TArm">The type of the arm's result.</typeparam>
    /// <param name="index">Which arm.</param>
    /// <param name="future">The future.</param>
    /// <returns>This.</returns>
    internal JoinSource<TShape, T> With<TArm>(int index, Future<TArm> future)
    {
        ((Arm<TArm>)Arms[index]).Set(future);
        return this;
    }

    private protected override T Collect() => TShape.Collect(Arms);

    private protected override void Return(Ambient ambient) => SourcePool<JoinSource<TShape, T>>.Return(ambient, this);
}
