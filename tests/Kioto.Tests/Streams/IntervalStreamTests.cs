using System;

namespace Kioto.Tests;

/// <summary>Ticks as a stream.</summary>
public sealed class IntervalStreamTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Ticks_come_a_period_apart(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TimeSpan period = TimeSpan.FromMilliseconds(2);
        Interval interval = Kio.Interval(period);
        Instant? last = null;
        int ticks = 0;
        await foreach (Instant due in interval.AsStream())
        {
            Assert.True(Instant.Now >= due);
            Assert.True(last is null || due - last.Value == period);
            last = due;
            if (++ticks == 5)
            {
                break;
            }
        }

        Assert.Equal(last!.Value + period, await interval.TickAsync());
    });
}
