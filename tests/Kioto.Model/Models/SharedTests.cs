using Xunit;

namespace Kioto.ModelTests;

public sealed class SharedTests
{
    [Fact]
    public void TwoAwaiters() => Explore.All(2, SharedModel.TwoAwaiters);

    [Fact]
    public void DriverGoesAway() => Explore.All(3, SharedModel.DriverGoesAway);
}
