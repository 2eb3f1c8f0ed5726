using System;

namespace Kioto;

/// <summary>Gives an item when it has been quiet after it: a later one takes its place, and the time begins again.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class DebounceEnumerator<T>(TimedSource<T> source, TimeSpan duration) : GatheringEnumerator<T, T>(source, duration)
{
    private T _latest = default!;
    private bool _holds;

    private protected override bool IsEmpty => !_holds;

    private protected override Gathered Gather(T item)
    {
        _latest = item;
        _holds = true;
        return Gathered.TimeBegins;
    }

    private protected override T TakeOut()
    {
        T latest = _latest;
        _latest = default!;
        _holds = false;
        return latest;
    }
}
