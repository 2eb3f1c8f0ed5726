using System;

namespace Kioto;

/// <summary>Lets a time pass between asking for two items.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class ThrottleEnumerator<T>(TimedSource<T> source, TimeSpan duration) : FutureEnumerator<T>
{
    private readonly Sleep _gap = new(TimeSpan.Zero);

    public override async Future<bool> MoveNextAsync()
    {
        await _gap;
        TimedStep step = await source.NextAsync();
        if (step != TimedStep.Item)
        {
            return source.End(step);
        }

        Current = source.Current;
        _gap.Reset(duration);
        return true;
    }

    public override Future DisposeAsync() => source.DisposeAsync();
}
