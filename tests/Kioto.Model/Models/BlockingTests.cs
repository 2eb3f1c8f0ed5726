using Xunit;

namespace Kioto.ModelTests;

public sealed class BlockingTests
{
    [Fact]
    public void TwoSpawners() => Explore.All(2, BlockingModel.TwoSpawners);

    [Fact]
    public void KeepAliveExpires() => Explore.All(3, BlockingModel.KeepAliveExpires);

    [Fact]
    public void KeepAliveExpiresForTwo() => Explore.All(2, BlockingModel.KeepAliveExpiresForTwo);

    [Fact]
    public void BlockedClosureHoldsNobodyUp() => Explore.All(3, BlockingModel.BlockedClosureHoldsNobodyUp);

    [Fact]
    public void CalledTwice() => Explore.All(2, BlockingModel.CalledTwice);

    [Fact]
    public void ThreadCap() => Explore.All(3, BlockingModel.ThreadCap);

    [Fact]
    public void CloseWhileSpawning() => Explore.All(3, BlockingModel.CloseWhileSpawning);

    [Fact]
    public void ClosedWhileIdle() => Explore.All(3, BlockingModel.ClosedWhileIdle);

    [Fact]
    public void MandatoryRuns() => Explore.All(3, BlockingModel.MandatoryRuns);

    [Fact]
    public void MandatoryWhileClosing() => Explore.All(3, BlockingModel.MandatoryWhileClosing);

    [Fact]
    public void AbortGivesThePlaceBack() => Explore.All(3, BlockingModel.AbortGivesThePlaceBack);

    [Fact]
    public void AbortOfAStartedOne() => Explore.All(3, BlockingModel.AbortOfAStartedOne);

    [Fact]
    public void AbortWhileAPlaceComes() => Explore.All(2, BlockingModel.AbortWhileAPlaceComes);

    [Fact]
    public void CloseWhileOneWaits() => Explore.All(2, BlockingModel.CloseWhileOneWaits);
}
