using Xunit;

namespace Kioto.ModelTests;

public sealed class ParkerModelTests
{
    [Fact]
    public void UnparkThread() => Explore.All(4, ParkerModel.UnparkThread, spuriousWakes: 1);

    [Fact]
    public void UnparkThreadTwice() => Explore.All(4, ParkerModel.UnparkThreadTwice, spuriousWakes: 1);

    [Fact]
    public void UnparkTimedSleep() => Explore.All(4, ParkerModel.UnparkTimedSleep, spuriousWakes: 1);

    [Fact]
    public void UnparkOnDriver() => Explore.All(4, ParkerModel.UnparkOnDriver, spuriousWakes: 1);

    [Fact]
    public void DriverChangesHands() => Explore.All(3, ParkerModel.DriverChangesHands);

    [Fact]
    public void LookingAtTheDriver() => Explore.All(3, ParkerModel.LookingAtTheDriver);

    [Fact]
    public void DriverIsExclusive() => Explore.All(4, ParkerModel.DriverIsExclusive);
}
