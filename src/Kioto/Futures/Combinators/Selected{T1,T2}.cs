namespace Kioto;

/// <summary>Which of 2 arms won a <c>Kio.Select</c>, and with what.</summary>
/// <typeparam name="T1">The type of that arm's result.</typeparam>
/// <typeparam name="T2">The type of that arm's result.</typeparam>
public readonly struct Selected<T1, T2> : ISelected<Selected<T1, T2>>
{
    private readonly T1 _first;
    private readonly T2 _second;

    private Selected(int index, T1 first, T2 second)
    {
        Index = index;
        _first = first;
        _second = second;
    }

    /// <summary>The winner, counted from 0.</summary>
    public int Index { get; }

    /// <summary>The result of this arm.</summary>
    /// <exception cref="System.InvalidOperationException">Another arm won: test <see cref="Index"/> first.</exception>
    public T1 First => Index == 0 ? _first : throw Throw.NotTheWinner(0, Index);

    /// <summary>The result of this arm.</summary>
    /// <exception cref="System.InvalidOperationException">Another arm won: test <see cref="Index"/> first.</exception>
    public T2 Second => Index == 1 ? _second : throw Throw.NotTheWinner(1, Index);

    static Arm[] ISelected<Selected<T1, T2>>.MakeArms() =>
        [new Arm<T1>(), new Arm<T2>()];

    static Selected<T1, T2> ISelected<Selected<T1, T2>>.Collect(Arm[] arms, int winner) => new(
        winner,
        winner == 0 ? ((Arm<T1>)arms[0]).Result! : default!,
        winner == 1 ? ((Arm<T2>)arms[1]).Result! : default!);

    /// <inheritdoc/>
    public override string ToString() => Index switch
    {
        0 => $"First({_first})",
        _ => $"Second({_second})",
    };
}
