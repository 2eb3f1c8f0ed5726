using System;
using System.Collections.Generic;

namespace Kioto.Sync;

/// <summary>What every operation that receives several values asks of its arguments.</summary>
internal static class BatchArguments
{
    /// <summary>Throws unless values can be added.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="into">Where to put them.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="ArgumentNullException">No collection.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative limit.</exception>
    /// <exception cref="ArgumentException">The collection is read-only.</exception>
    internal static void Check<T>(ICollection<T> into, int limit)
    {
        ArgumentNullException.ThrowIfNull(into);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        if (into.IsReadOnly)
        {
            throw new ArgumentException(
                "Nothing can be added to this collection (an array's length is fixed): pass a List, and clear it between two calls.", nameof(into));
        }
    }
}
