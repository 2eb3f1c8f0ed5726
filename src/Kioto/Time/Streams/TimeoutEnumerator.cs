using System;

namespace Kioto;

/// <summary>Tells when an item takes too long, once or again and again.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class TimeoutEnumerator<T>(TimedSource<T> source, TimeSpan duration, bool repeating) : FutureEnumerator<TimedItem<T>>
{
    private readonly Sleep _limit = new(duration);
    private bool _asked;

    public override async Future<bool> MoveNextAsync()
    {
        if (!_asked)
        {
            _asked = true;
            _limit.Reset(duration);
        }

        TimedStep step = await source.NextBeforeAsync(_limit);
        switch (step)
        {
            case TimedStep.Item:
                _asked = false;
                Current = new TimedItem<T>(source.Current);
                return true;
            case TimedStep.Late:
                _limit.Reset(repeating ? _limit.Deadline + duration : Instant.MaxValue);
                Current = default;
                return true;
            default:
                return source.End(step);
        }
    }

    public override Future DisposeAsync() => source.DisposeAsync();
}
