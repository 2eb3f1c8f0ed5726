using Xunit;

namespace Kioto.ModelTests;

public sealed class TaskStateTests
{
    [Fact]
    public void WakesAreSeen() => Explore.All(3, TaskStateModel.WakesAreSeen);

    [Fact]
    public void YieldsAndWakes() => Explore.All(4, TaskStateModel.YieldsAndWakes);

    [Fact]
    public void TwoRunners() => Explore.All(3, TaskStateModel.TwoRunners);

    [Fact]
    public void AbortIsDelivered() => Explore.All(4, TaskStateModel.AbortIsDelivered);

    [Fact]
    public void AbortTwiceAndWake() => Explore.All(3, TaskStateModel.AbortTwiceAndWake);

    [Fact]
    public void AbortOrCompletion() => Explore.All(3, TaskStateModel.AbortOrCompletion);

    [Fact]
    public void AbortDuringUnwinding() => Explore.All(3, TaskStateModel.AbortDuringUnwinding);

    [Fact]
    public void AbortOfAYielder() => Explore.All(4, TaskStateModel.AbortOfAYielder);

    [Fact]
    public void StrayYieldOrKill() => Explore.All(4, TaskStateModel.StrayYieldOrKill);

    [Fact]
    public void QueuedYieldOrKill() => Explore.All(4, TaskStateModel.QueuedYieldOrKill);

    [Fact]
    public void QueuedWakeOrKill() => Explore.All(4, TaskStateModel.QueuedWakeOrKill);
}
