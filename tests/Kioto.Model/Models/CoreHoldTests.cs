using Xunit;

namespace Kioto.ModelTests;

public sealed class CoreHoldTests
{
    [Fact]
    public void RevokeDuringUses() => Explore.All(3, CoreHoldModel.RevokeDuringUses, processWide: true);

    [Fact]
    public void RevokeTwice() => Explore.All(3, CoreHoldModel.RevokeTwice, processWide: true);

    [Fact]
    public void RevokeBetweenPolls() => Explore.All(3, CoreHoldModel.RevokeBetweenPolls, processWide: true);
}
