namespace Kioto;

/// <summary>Which of 4 arms won a <c>Kio.Select</c>, and with what.</summary>
/// <typeparam name="T1">The type of that arm's result.</typeparam>
/// <typeparam name="T2">The type of that arm's result.</typeparam>
/// <typeparam name="T3">The type of that arm's result.</typeparam>
/// <typeparam name="T4">The type of that arm's result.</typeparam>
public readonly struct Selected<T1, T2, T3, T4> : ISelected<Selected<T1, T2, T3, T4>>
{
    private readonly T1 _first;
    private readonly T2 _second;
    private readonly T3 _third;
    private readonly T4 _fourth;

    private Selected(int index, T1 first, T2 second, T3 third, T4 fourth)
    {
        Index = index;
        _first = first;
        _second = second;
        _third = third;
        _fourth = fourth;
    }

    /// <summary>The winner, counted from 0.</summary>
    public int Index { get; }

    /// <summary>The result of this arm.</summary>
    /// <exception cref="System.InvalidOperationException">Another arm won: test <see cref="Index"/> first.</exception>
    public T1 First => Index == 0 ? _first : throw Throw.NotTheWinner(0, Index);

    /// <summary>The result of this arm.</summary>
    /// <exception cref="System.InvalidOperationException">Another arm won: test <see cref="Index"/> first.</exception>
    public T2 Second => Index == 1 ? _second : throw Throw.NotTheWinner(1, Index);

    /// <summary>The result of this arm.</summary>
    /// <exception cref="System.InvalidOperationException">Another arm won: test <see cref="Index"/> first.</exception>
    public T3 Third => Index == 2 ? _third : throw Throw.NotTheWinner(2, Index);

    /// <summary>The result of this arm.</summary>
    /// <exception cref="System.InvalidOperationException">Another arm won: test <see cref="Index"/> first.</exception>
    public T4 Fourth => Index == 3 ? _fourth : throw Throw.NotTheWinner(3, Index);

    static Arm[] ISelected<Selected<T1, T2, T3, T4>>.MakeArms() =>
        [new Arm<T1>(), new Arm<T2>(), new Arm<T3>(), new Arm<T4>()];

    static Selected<T1, T2, T3, T4> ISelected<Selected<T1, T2, T3, T4>>.Collect(Arm[] arms, int winner) => new(
        winner,
        winner == 0 ? ((Arm<T1>)arms[0]).Result! : default!,
        winner == 1 ? ((Arm<T2>)arms[1]).Result! : default!,
        winner == 2 ? ((Arm<T3>)arms[2]).Result! : default!,
        winner == 3 ? ((Arm<T4>)arms[3]).Result! : default!);

    /// <inheritdoc/>
    public override string ToString() => Index switch
    {
        0 => $"First({_first})",
        1 => $"Second({_second})",
        2 => $"Third({_third})",
        _ => $"Fourth({_fourth})",
    };
}
