using System;
using Kioto.Streams;

namespace Kioto;

/// <summary>Ticks as a stream.</summary>
public static class IntervalExtensions
{
    /// <summary>The interval's ticks, without end: when each was due. As Tokio's <c>IntervalStream</c>.</summary>
    /// <remarks>A step is cancel safe, and throws what <see cref="Interval.TickAsync"/> throws. Ending the enumeration leaves the interval as it is.</remarks>
    /// <param name="interval">The interval. One enumeration at a time.</param>
    /// <returns>The ticks.</returns>
    public static FutureStream<Instant> AsStream(this Interval interval)
    {
        ArgumentNullException.ThrowIfNull(interval);
        return FutureStream.FromFunc(async () => StreamItem<Instant>.Of(await interval.TickAsync()));
    }
}
