using System.Collections.Generic;
using System.Linq;

namespace Kioto.Tests;

/// <summary>Every order of a few things.</summary>
internal static class Orders
{
    internal static IEnumerable<int[]> Of(int count) => count == 0
        ? [[]]
        : Of(count - 1).SelectMany(shorter => Enumerable.Range(0, count).Select(place =>
            shorter.Take(place).Append(count - 1).Concat(shorter.Skip(place)).ToArray()));
}
