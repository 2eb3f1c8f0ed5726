using Xunit;

namespace Kioto.ModelTests;

public sealed class TrackerTests
{
    [Fact]
    public void CloseDuringExits() => Explore.All(3, TrackerModel.CloseDuringExits);

    [Fact]
    public void ReopenedAtOnce() => Explore.All(3, TrackerModel.ReopenedAtOnce);

    [Fact]
    public void AskDuringExit() => Explore.All(3, TrackerModel.AskDuringExit);
}
