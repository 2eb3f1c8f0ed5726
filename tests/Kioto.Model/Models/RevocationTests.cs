using Xunit;

namespace Kioto.ModelTests;

public sealed class RevocationTests
{
    [Fact]
    public void LifoIsSaved() => Explore.AllButTheLast(2, RevocationModel.LifoIsSaved, processWide: true);

    [Fact]
    public void RevokeDuringSpawns() => Explore.All(2, RevocationModel.RevokeDuringSpawns, processWide: true);

    [Fact]
    public void RevokeWhileThePollEnds() => Explore.All(2, RevocationModel.RevokeWhileThePollEnds, processWide: true);

    [Fact]
    public void RevokeWhileABackgroundPollEnds() => Explore.All(2, RevocationModel.RevokeWhileABackgroundPollEnds, processWide: true);

    [Fact]
    public void WakeDuringRevocation() => Explore.All(1, RevocationModel.WakeDuringRevocation, processWide: true);

    [Fact]
    public void TakenBackAndBusy() => Explore.AllButTheLast(2, RevocationModel.TakenBackAndBusy, processWide: true);

    [Fact]
    public void GiveAwayAndTakeBack() => Explore.All(2, RevocationModel.GiveAwayAndTakeBack, processWide: true);

    [Fact]
    public void TwoGiveAway() => Explore.All(1, RevocationModel.TwoGiveAway, processWide: true);

    [Fact]
    public void StuckWithoutReserve() => Explore.All(1, RevocationModel.StuckWithoutReserve, processWide: true);

    [Fact]
    public void VacantIsTaken() => Explore.All(1, RevocationModel.VacantIsTaken, processWide: true);

    [Fact]
    public void LeaveAndTakeBack() => Explore.All(2, RevocationModel.LeaveAndTakeBack, processWide: true);

    [Fact]
    public void StopIsLast() => Explore.All(2, RevocationModel.StopIsLast, processWide: true);

    [Fact]
    public void ShutdownWithStrayPoll() => Explore.All(1, RevocationModel.ShutdownWithStrayPoll, processWide: true);

    [Fact]
    public void ShutdownAwaitsStrayPoll() => Explore.All(1, RevocationModel.ShutdownAwaitsStrayPoll, processWide: true);

    [Fact]
    public void DriverIsHandedOver() => Explore.All(1, RevocationModel.DriverIsHandedOver, processWide: true);

    [Fact]
    public void DriverIsHandedOverForATimer() => Explore.All(1, RevocationModel.DriverIsHandedOverForATimer, processWide: true);

    [Fact]
    public void DriverIsHandedOverEagerly() => Explore.All(1, RevocationModel.DriverIsHandedOverEagerly, processWide: true);

    [Fact]
    public void OneOfTwo() => Explore.Some(3_000, RevocationModel.OneOfTwo, processWide: true);
}
