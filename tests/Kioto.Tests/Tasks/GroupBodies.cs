using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What the tests of groups of tasks run.</summary>
internal static class GroupBodies
{
    internal static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;

    internal static Future Never() => Kio.Sleep(Forever);

    internal static async Future<int> After(int yields, int result)
    {
        for (int i = 0; i < yields; i++)
        {
            await Kio.YieldNow();
        }

        return result;
    }

    internal static async Future<int> Fails(string message)
    {
        await Kio.YieldNow();
        throw new NotSupportedException(message);
    }

    /// <summary>Waits for ever; its cleanup waits too, and tells at its end.</summary>
    internal static Future<int> CleansUp(Action cleaned) => new Cleaning().Run(cleaned);
}
