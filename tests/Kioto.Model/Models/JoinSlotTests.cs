using Xunit;

namespace Kioto.ModelTests;

public sealed class JoinSlotTests
{
    [Fact]
    public void OneWaiter() => Explore.All(4, JoinSlotModel.OneWaiter);

    [Fact]
    public void TwoWaiters() => Explore.All(3, JoinSlotModel.TwoWaiters);
}
