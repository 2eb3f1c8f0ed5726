using Xunit;

namespace Kioto.ModelTests;

public sealed class GraceTests
{
    [Fact]
    public void GraceEndsDuringPoll() => Explore.All(3, GraceModel.GraceEndsDuringPoll);

    [Fact]
    public void DetachingDelivery() => Explore.All(3, GraceModel.DetachingDelivery);

    [Fact]
    public void TimersCloseDuringGrace() => Explore.All(3, GraceModel.TimersCloseDuringGrace);

    [Fact]
    public void GraceEndsLate() => Explore.All(3, GraceModel.GraceEndsLate);
}
