using System.Collections.Generic;

namespace Kioto.Tests;

/// <summary>Async iterators that await futures.</summary>
internal static class AsyncSequences
{
    internal static async IAsyncEnumerable<int> Count(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Kio.YieldNow();
            yield return i;
        }
    }
}
