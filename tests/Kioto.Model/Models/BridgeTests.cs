using Xunit;

namespace Kioto.ModelTests;

public sealed class BridgeTests
{
    [Fact]
    public void SweepDuringReuse() => Explore.All(4, BridgeModel.SweepDuringReuse);

    [Fact]
    public void RedeliverDuringPoll() => Explore.All(4, BridgeModel.RedeliverDuringPoll);

    [Fact]
    public void CancelDuringReuse() => Explore.All(4, BridgeModel.CancelDuringReuse);
}
