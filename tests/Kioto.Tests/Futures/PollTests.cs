using System;

namespace Kioto.Tests;

public sealed class PollTests
{
    [Fact]
    public void Ready_has_a_value()
    {
        Poll<int> poll = Poll<int>.Ready(3);
        Assert.True(poll.IsReady);
        Assert.False(poll.IsPending);
        Assert.Equal(3, poll.Value);
        Assert.True(poll.TryGetValue(out int value));
        Assert.Equal(3, value);
        Assert.Equal("Ready(3)", poll.ToString());
    }

    [Fact]
    public void Pending_has_none()
    {
        Poll<string> poll = Poll<string>.Pending;
        Assert.True(poll.IsPending);
        Assert.False(poll.TryGetValue(out _));
        Assert.Throws<InvalidOperationException>(() => poll.Value);
        Assert.Equal("Pending", poll.ToString());
        Assert.True(default(Poll<string>).IsPending);
    }
}
