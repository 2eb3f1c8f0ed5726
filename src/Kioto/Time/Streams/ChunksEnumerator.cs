using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>Gathers items into chunks; the time of one begins with its first item.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class ChunksEnumerator<T>(TimedSource<T> source, int maxSize, TimeSpan duration)
    : GatheringEnumerator<T, IReadOnlyList<T>>(source, duration)
{
    private List<T> _chunk = [];

    private protected override bool IsEmpty => _chunk.Count == 0;

    private protected override Gathered Gather(T item)
    {
        _chunk.Add(item);
        return _chunk.Count == maxSize ? Gathered.Full
            : _chunk.Count == 1 ? Gathered.TimeBegins
            : Gathered.MayGrow;
    }

    private protected override IReadOnlyList<T> TakeOut()
    {
        List<T> chunk = _chunk;
        _chunk = [];
        return chunk;
    }
}
