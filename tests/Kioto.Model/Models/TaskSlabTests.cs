using Xunit;

namespace Kioto.ModelTests;

public sealed class TaskSlabTests
{
    [Fact]
    public void RemoteFrees() => Explore.All(3, TaskSlabModel.RemoteFrees);

    [Fact]
    public void FreedPlacesComeBack() => Explore.All(4, TaskSlabModel.FreedPlacesComeBack);

    [Fact]
    public void WalkSeesTheLiving() => Explore.All(3, TaskSlabModel.WalkSeesTheLiving);
}
