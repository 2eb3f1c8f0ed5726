using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>The first poll of an awaited future.</summary>
internal static class FutureStart
{
    /// <summary>Polls on the current strand. Outside any strand nothing starts: the awaiter is a foreign builder's.</summary>
    /// <param name="source">The future's source.</param>
    /// <param name="token">The version that the future value carries.</param>
    /// <returns>True when the future has completed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // await of a future that completes at once
    internal static bool Poll(FutureSource source, uint token)
    {
        Ambient ambient = Ambient.Current;
        if (ambient.Strand is not null)
        {
            return source.Start(token, ambient);
        }

        source.CheckFresh(token);
        return false;
    }

    /// <summary>The same, for a future that may be a direct operation's.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The future; the one that takes its place afterwards.</param>
    /// <param name="source">Its source.</param>
    /// <returns>True when it has completed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // await of a future that completes at once
    internal static bool Poll<T>(ref Future<T> future, FutureSource<T> source) =>
        source.State == SourceState.Direct ? PollDirect(ref future, source) : Poll(source, future.Token);

    private static bool PollDirect<T>(ref Future<T> future, FutureSource<T> source)
    {
        DirectSource<T> direct = Unsafe.As<DirectSource<T>>(source); // SAFETY: no other source is Direct.
        Ambient ambient = Ambient.Current;
        if (ambient is { Strand: { CancelPending: false }, Budget: > 0 } && direct.TryNow(future.Token, ref Future<T>.Room(ref future), ambient))
        {
            ambient.Budget--;
            Future<T>.SetReady(ref future);
            return true;
        }

        future = direct.Own(future.Token, in future.Value);
        return Poll(future.Source!, future.Token);
    }
}
