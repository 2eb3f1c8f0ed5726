using System;
using System.Diagnostics;

namespace Kioto.Tests;

public sealed class InstantTests
{
    [Fact]
    public void Arithmetic_stays_in_range()
    {
        Instant now = Instant.Now;
        Assert.Equal(Instant.MaxValue, now + TimeSpan.MaxValue);
        Assert.Equal(Instant.MaxValue, now - TimeSpan.MinValue);
        Assert.Equal(Instant.MaxValue, Instant.MaxValue + TimeSpan.FromTicks(1));
        Assert.Equal(Instant.MinValue, Instant.MinValue - TimeSpan.FromTicks(1));
        Assert.Equal(Instant.MinValue, Instant.MinValue + TimeSpan.MinValue);
        Assert.Equal(Instant.MaxValue, new Instant(1) + TimeSpan.MaxValue);
        Assert.True(Instant.MaxValue - Instant.MinValue > TimeSpan.FromDays(365 * 580));
        Assert.True(Instant.MinValue - Instant.MaxValue < TimeSpan.FromDays(-365 * 580));
    }

    [Fact]
    public void Durations_are_differences()
    {
        Instant one = new(1_000_000);
        Instant other = one + TimeSpan.FromMilliseconds(3);
        Assert.Equal(TimeSpan.FromMilliseconds(3), other - one);
        Assert.Equal(TimeSpan.FromMilliseconds(-3), one - other);
        Assert.Equal(TimeSpan.FromMilliseconds(3), other.DurationSince(one));
        Assert.Equal(TimeSpan.Zero, one.DurationSince(other));
        Assert.Equal(one, other - TimeSpan.FromMilliseconds(3));
        Assert.Equal(TimeSpan.Zero, Instant.MaxValue.Elapsed);
    }

    [Fact]
    public void Instants_compare()
    {
        Instant one = new(1);
        Instant other = new(2);
        Assert.True(one < other && other > one && one <= other && other >= one && one != other);
        Assert.False(one == other || one.Equals(other) || one.Equals((object)other));
        Assert.True(one.Equals((object)new Instant(1)) && one.GetHashCode() == new Instant(1).GetHashCode());
        Assert.True(one.CompareTo(other) < 0);
        Assert.Equal("0.000000002 s", other.ToString());
    }

    [Fact]
    public void Now_is_the_processs_clock()
    {
        Instant before = Instant.Now;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(1))
        {
        }

        Assert.True(before.Elapsed >= TimeSpan.FromMilliseconds(1));
        Assert.True(Instant.Now >= before + TimeSpan.FromMilliseconds(1));
    }
}
