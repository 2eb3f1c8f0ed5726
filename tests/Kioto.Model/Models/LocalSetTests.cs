using Xunit;

namespace Kioto.ModelTests;

public sealed class LocalSetTests
{
    [Fact]
    public void WakeRoot() => Explore.All(3, LocalSetModel.WakeRoot);

    [Fact]
    public void WakeTask() => Explore.All(3, LocalSetModel.WakeTask);

    [Fact]
    public void WakeRootAndTask() => Explore.All(2, LocalSetModel.WakeRootAndTask);

    [Fact]
    public void WakeBehindAnother() => Explore.All(3, LocalSetModel.WakeBehindAnother);

    [Fact]
    public void SpawnFromOutside() => Explore.All(3, LocalSetModel.SpawnFromOutside);

    [Fact]
    public void DriverLeaves() => Explore.All(2, LocalSetModel.DriverLeaves);

    [Fact]
    public void CloseDuringSpawn() => Explore.All(3, LocalSetModel.CloseDuringSpawn);

    [Fact]
    public void CloseDuringWake() => Explore.All(3, LocalSetModel.CloseDuringWake);
}
