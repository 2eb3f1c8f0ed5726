using Xunit;

namespace Kioto.ModelTests;

public sealed class ForeignTests
{
    [Fact]
    public void LeafIsReused() => Explore.All(4, ForeignModel.LeafIsReused);

    [Fact]
    public void TargetChanges() => Explore.All(5, ForeignModel.TargetChanges);

    [Fact]
    public void TaskCompletes() => Explore.All(5, ForeignModel.TaskCompletes);

    [Fact]
    public void TargetOfTaskChanges() => Explore.All(5, ForeignModel.TargetOfTaskChanges);

    [Fact]
    public void TaskLeafIsReused() => Explore.All(4, ForeignModel.TaskLeafIsReused);

    [Fact]
    public void TaskLeafIsAbandoned() => Explore.All(4, ForeignModel.TaskLeafIsAbandoned);

    [Fact]
    public void TaskWakeIsTakenOver() => Explore.All(4, ForeignModel.TaskWakeIsTakenOver);
}
