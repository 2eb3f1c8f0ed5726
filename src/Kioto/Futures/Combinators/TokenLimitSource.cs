using System;
using System.Threading;

namespace Kioto;

/// <summary>Runs a future until it ends or a token of .NET is cancelled.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class TokenLimitSource<T> : LimitSource<T>
{
    private CancellationToken _token;

    public TokenLimitSource()
        : base([new Arm<T>(), new Arm<Unit>()])
    {
    }

    /// <summary>Limits a future.</summary>
    /// <param name="future">The future.</param>
    /// <param name="token">The token, which can be cancelled.</param>
    /// <returns>The future to await, once.</returns>
    internal static Future<T> Of(Future<T> future, CancellationToken token)
    {
        TokenLimitSource<T> source = SourcePool<TokenLimitSource<T>>.Rent(Ambient.Current);
        source.Inner.Set(future);
        ((Arm<Unit>)source.Arms[1]).Set(TokenLeaf.Await(token));
        source._token = token;
        return source.Future;
    }

    internal override string Name => "WithCancellation";

    private protected override string LabelOf(int index) => index == 0 ? "limited" : "limit";

    private protected override bool OnEnded(int index, Arm arm, Ambient ambient)
    {
        if (index == 1)
        {
            Reached = arm.Outcome == ArmOutcome.Result && Inner.IsLive;
            LimitFailure = arm.Error;
        }

        return true;
    }

    private protected override Exception Excess(Exception? inCleanup) =>
        new OperationCanceledException("The token that the future was given is cancelled.", inCleanup, _token);

    private protected override void ResetArms(Ambient ambient)
    {
        _token = default;
        base.ResetArms(ambient);
    }

    private protected override void Return(Ambient ambient) => SourcePool<TokenLimitSource<T>>.Return(ambient, this);
}
