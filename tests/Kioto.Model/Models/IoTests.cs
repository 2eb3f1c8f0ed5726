using Xunit;

namespace Kioto.ModelTests;

public sealed class IoTests
{
    [Fact]
    public void EdgeIsNotLost() => Explore.All(4, IoModel.EdgeIsNotLost);

    [Fact]
    public void TwoEdges() => Explore.All(4, IoModel.TwoEdges);

    [Fact]
    public void CloseDuringRead() => Explore.All(4, IoModel.CloseDuringRead);

    [Fact]
    public void CloseDuringEvent() => Explore.All(3, IoModel.CloseDuringEvent);

    [Fact]
    public void CloseTwiceDuringCall() => Explore.All(4, IoModel.CloseTwiceDuringCall);

    [Fact]
    public void CloseDuringThreeCalls() => Explore.All(3, IoModel.CloseDuringThreeCalls);

    [Fact]
    public void CloseBetweenOperations() => Explore.All(4, IoModel.CloseBetweenOperations);

    [Fact]
    public void ClaimIsExclusive() => Explore.All(3, IoModel.ClaimIsExclusive);

    [Fact]
    public void DriverGoes() => Explore.All(4, IoModel.DriverGoes);

    [Fact]
    public void CancelDuringEvent() => Explore.All(4, IoModel.CancelDuringEvent);
}
