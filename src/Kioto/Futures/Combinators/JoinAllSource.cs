using System.Collections.Generic;

namespace Kioto;

/// <summary>The join of any number of futures with results of one type.</summary>
/// <typeparam name="T">The type of a result.</typeparam>
internal sealed class JoinAllSource<T> : JoinManyBase<T, T[]>
{
    internal static Future<T[]> Of(IEnumerable<Future<T>> futures, bool stopsAtFailure, bool biased = false)
    {
        JoinAllSource<T> join = SourcePool<JoinAllSource<T>>.Rent(Ambient.Current);
        join.Start(stopsAtFailure, biased);
        foreach (Future<T> future in futures)
        {
            join.Add(future);
        }

        return join.Future;
    }

    private protected override T[] Collect()
    {
        T[] results = new T[Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = ArmAt(i).Result!;
        }

        return results;
    }

    private protected override void Return(Ambient ambient) => SourcePool<JoinAllSource<T>>.Return(ambient, this);
}
