using Xunit;

namespace Kioto.ModelTests;

public sealed class LocalQueueTests
{
    [Fact]
    public void OneThief() => Explore.All(4, LocalQueueModel.OneThief);

    [Fact]
    public void TwoThieves() => Explore.All(3, LocalQueueModel.TwoThieves);

    [Fact]
    public void FullRing() => Explore.All(4, LocalQueueModel.FullRing);

    [Fact]
    public void ChainedSteal() => Explore.All(3, LocalQueueModel.ChainedSteal);

    [Fact]
    public void MutualSteal() => Explore.All(4, LocalQueueModel.MutualSteal);

    [Fact]
    public void CountIsPlausible() => Explore.All(4, LocalQueueModel.CountIsPlausible);
}
