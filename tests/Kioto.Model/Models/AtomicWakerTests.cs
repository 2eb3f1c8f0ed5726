using Xunit;

namespace Kioto.ModelTests;

public sealed class AtomicWakerTests
{
    [Fact]
    public void WakeIsNotLost() => Explore.All(4, AtomicWakerModel.WakeIsNotLost);

    [Fact]
    public void WakeForNothing() => Explore.All(3, AtomicWakerModel.WakeForNothing);

    [Fact]
    public void WaiterMoves() => Explore.All(4, AtomicWakerModel.WaiterMoves);
}
