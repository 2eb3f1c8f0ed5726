using Xunit;

namespace Kioto.ModelTests;

public sealed class TaskGroupTests
{
    [Fact]
    public void TwoEnd() => Explore.All(2, TaskGroupModel.TwoEnd);

    [Fact]
    public void DetachDuringEnd() => Explore.All(3, TaskGroupModel.DetachDuringEnd);

    [Fact]
    public void DiscardDuringDetach() => Explore.All(2, TaskGroupModel.DiscardDuringDetach);

    [Fact]
    public void DiscardTheLast() => Explore.All(2, TaskGroupModel.DiscardTheLast);

    [Fact]
    public void SlotPassedOn() => Explore.All(2, TaskGroupModel.SlotPassedOn);

    [Fact]
    public void TwoSlots() => Explore.All(3, TaskGroupModel.TwoSlots);

    [Fact]
    public void AbortQueued() => Explore.All(2, TaskGroupModel.AbortQueued);

    [Fact]
    public void CancelDuringSpawn() => Explore.All(3, TaskGroupModel.CancelDuringSpawn);

    [Fact]
    public void DisposeDuringSpawn() => Explore.All(3, TaskGroupModel.DisposeDuringSpawn);

    [Fact]
    public void SpawnRefused() => Explore.All(2, TaskGroupModel.SpawnRefused);

    [Fact]
    public void SpawnerWaits() => Explore.All(2, TaskGroupModel.SpawnerWaits);
}
