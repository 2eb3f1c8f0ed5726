using Xunit;

namespace Kioto.ModelTests;

public sealed class JoinSlotTests
{
    [Fact]
    public void OneWaiter() => Explore.All(4, JoinSlotModel.OneWaiter);

    [Fact]
    public void TwoWaiters() => Explore.All(3, JoinSlotModel.TwoWaiters);

    [Fact]
    public void OneLeaves() => Explore.All(3, JoinSlotModel.OneLeaves);

    [Fact]
    public void AllLeave() => Explore.All(4, JoinSlotModel.AllLeave);
}
