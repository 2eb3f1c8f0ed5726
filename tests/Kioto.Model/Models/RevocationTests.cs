using Xunit;

namespace Kioto.ModelTests;

public sealed class RevocationTests
{
    [Fact]
    public void LifoIsSaved() => Explore.All(2, RevocationModel.LifoIsSaved);

    [Fact]
    public void RevokeDuringSpawns() => Explore.All(2, RevocationModel.RevokeDuringSpawns);

    [Fact]
    public void RevokeWhileThePollEnds() => Explore.All(2, RevocationModel.RevokeWhileThePollEnds);

    [Fact]
    public void WakeDuringRevocation() => Explore.All(1, RevocationModel.WakeDuringRevocation);

    [Fact]
    public void GiveAwayAndTakeBack() => Explore.All(2, RevocationModel.GiveAwayAndTakeBack);

    [Fact]
    public void ShutdownWithStrayPoll() => Explore.All(1, RevocationModel.ShutdownWithStrayPoll);

    [Fact]
    public void DriverIsHandedOver() => Explore.All(1, RevocationModel.DriverIsHandedOver);

    [Fact]
    public void OneOfTwo() => Explore.Some(3_000, RevocationModel.OneOfTwo);
}
