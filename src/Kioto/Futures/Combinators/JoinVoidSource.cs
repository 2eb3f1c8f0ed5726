using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>The join of any number of futures without results.</summary>
internal sealed class JoinVoidSource : JoinManyBase<Unit, Unit>
{
    internal static Future Of(ReadOnlySpan<Future> futures, bool stopsAtFailure, bool biased = false)
    {
        JoinVoidSource join = Rent(stopsAtFailure, biased);
        foreach (Future future in futures)
        {
            join.Add(future.AsUnit());
        }

        return new Future(join, join.Version);
    }

    internal static Future Of(IEnumerable<Future> futures, bool stopsAtFailure, bool biased = false)
    {
        JoinVoidSource join = Rent(stopsAtFailure, biased);
        foreach (Future future in futures)
        {
            join.Add(future.AsUnit());
        }

        return new Future(join, join.Version);
    }

    private protected override Unit Collect() => default;

    private protected override void Return(Ambient ambient) => SourcePool<JoinVoidSource>.Return(ambient, this);

    private static JoinVoidSource Rent(bool stopsAtFailure, bool biased)
    {
        JoinVoidSource join = SourcePool<JoinVoidSource>.Rent(Ambient.Current);
        join.Start(stopsAtFailure, biased);
        return join;
    }
}
