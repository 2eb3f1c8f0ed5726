using Xunit;

namespace Kioto.ModelTests;

public sealed class SleepTests
{
    [Fact]
    public void ResetWhileItBegins() => Explore.All(4, SleepModel.ResetWhileItBegins);

    [Fact]
    public void ResetWhileItEnds() => Explore.All(4, SleepModel.ResetWhileItEnds);

    [Fact]
    public void ResetWhileItIsPolled() => Explore.All(4, SleepModel.ResetWhileItIsPolled);
}
