using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class MultiThreadTests
{
    [Fact]
    public void SpawnFromOutside() => Explore.All(2, MultiThreadModel.SpawnFromOutside);

    [Fact]
    public void SpawnTwoFromOutside() => Explore.All(2, MultiThreadModel.SpawnTwoFromOutside);

    [Fact]
    public void SpawnFromInside() => Explore.All(2, MultiThreadModel.SpawnFromInside);

    [Fact]
    public void WakeFromOutside() => Explore.All(2, MultiThreadModel.WakeFromOutside);

    [Fact]
    public void LongTaskFromOutside() => Explore.All(2, MultiThreadModel.LongTaskFromOutside);

    [Fact]
    public void LongTaskBehindOthers() => Explore.All(2, MultiThreadModel.LongTaskBehindOthers);

    [Fact]
    public void ChainLeavesTwo() => Explore.All(2, MultiThreadModel.ChainLeavesTwo);

    [Fact]
    public void LongPollOfAChain() => Explore.All(2, MultiThreadModel.LongPollOfAChain);

    [Fact]
    public void DriverWakesTwo() => Explore.All(2, MultiThreadModel.DriverWakesTwo);

    [Fact]
    public void TwoProducers() => Explore.All(2, MultiThreadModel.TwoProducers);

    [Fact]
    public void ThreeWorkers() => Explore.Some(4_000, MultiThreadModel.ThreeWorkers);

    [Fact]
    public void SpawnDuringShutdown() => Explore.All(1, MultiThreadModel.SpawnDuringShutdown);

    [Fact]
    public void ShutdownLetsTheJoinerGo() => Explore.All(1, MultiThreadModel.ShutdownLetsTheJoinerGo);

    [Fact]
    public void BlockOnUnderLoad() => Explore.All(1, MultiThreadModel.BlockOnUnderLoad);

    [Fact]
    public void WakeDuringShutdown() => Explore.All(1, MultiThreadModel.WakeDuringShutdown);

    [Fact]
    public void SpawnFromInsideDuringShutdown() => Explore.All(1, MultiThreadModel.SpawnFromInsideDuringShutdown);

    [Fact]
    public void ShutdownAborts() => Explore.All(2, MultiThreadModel.ShutdownAborts);

    [Fact]
    public void HookMakesWork() => Explore.All(2, MultiThreadModel.HookMakesWork);

    [Fact]
    public void TwoInTheBackground() => Explore.All(2, MultiThreadModel.TwoInTheBackground);

    [Fact]
    public void BackgroundFromLongPoll() => Explore.All(2, MultiThreadModel.BackgroundFromLongPoll);

    [Fact]
    public void DriverWakesBackground() => Explore.All(2, MultiThreadModel.DriverWakesBackground);

    [Fact]
    public void DriverWakesBothClasses() => Explore.All(2, MultiThreadModel.DriverWakesBothClasses);

    [Fact]
    public void BackgroundYields() => Explore.All(2, MultiThreadModel.BackgroundYields);

    [Fact]
    public void WakeBackgroundFromOutside() => Explore.All(2, MultiThreadModel.WakeBackgroundFromOutside);

    [Fact]
    public void SpawnBackgroundDuringShutdown() => Explore.All(1, MultiThreadModel.SpawnBackgroundDuringShutdown);

    [Fact]
    public void LongPollAfterFencedPush() => Explore.All(2, MultiThreadModel.LongPollAfterFencedPush);

    /// <summary>
    /// The price of the deferred fence, as PushBack documents it: while the pusher's store sits in its processor's
    /// buffer, a worker may go to sleep without seeing it, and then nobody takes the task before the pusher's poll ends.
    /// </summary>
    [Fact]
    public void UnfencedPushMayWaitForTheEndOfThePoll() => Assert.Equal(
        FailureKind.Deadlock, Explore.Failure(1, MultiThreadModel.LongPollAfterUnfencedPush).Kind);

    [Fact]
    public void UnfencedPushIsOnlyDelayedByStoreBuffers() => Assert.True(Model.Check(
        new ModelOptions { MaxExecutions = int.MaxValue, MaxTime = System.TimeSpan.FromSeconds(60) },
        MultiThreadModel.LongPollAfterUnfencedPush).Complete);
}
