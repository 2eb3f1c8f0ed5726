using Xunit;

namespace Kioto.ModelTests;

public sealed class CurrentThreadTests
{
    [Fact]
    public void WakeBlockOn() => Explore.All(3, CurrentThreadModel.WakeBlockOn);

    [Fact]
    public void PollsOfBlockOn() => Explore.All(3, CurrentThreadModel.PollsOfBlockOn);

    [Fact]
    public void SpawnFromOutside() => Explore.All(3, CurrentThreadModel.SpawnFromOutside);

    [Fact]
    public void SpawnBackgroundFromOutside() => Explore.All(3, CurrentThreadModel.SpawnBackgroundFromOutside);

    [Fact]
    public void SpawnBackgroundDuringClose() => Explore.All(1, CurrentThreadModel.SpawnBackgroundDuringClose);

    [Fact]
    public void WakeTaskFromOutside() => Explore.All(3, CurrentThreadModel.WakeTaskFromOutside);

    [Fact]
    public void TwoBlockOns() => Explore.All(2, CurrentThreadModel.TwoBlockOns);

    [Fact]
    public void CoreChangesHands() => Explore.All(2, CurrentThreadModel.CoreChangesHands);

    [Fact]
    public void CoreIsPassedOn() => Explore.All(2, CurrentThreadModel.CoreIsPassedOn);

    [Fact]
    public void CloseDuringBlockOn() => Explore.AllButTheLast(2, CurrentThreadModel.CloseDuringBlockOn);

    [Fact]
    public void HookMakesWork() => Explore.All(2, CurrentThreadModel.HookMakesWork);
}
