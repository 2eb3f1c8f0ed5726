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
}
