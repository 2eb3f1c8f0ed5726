using Xunit;

namespace Kioto.ModelTests;

public sealed class SliceTests
{
    [Fact]
    public void OnePoll() => Explore.All(3, SliceModel.OnePoll, processWide: true);

    [Fact]
    public void TwoPolls() => Explore.All(3, SliceModel.TwoPolls, processWide: true);

    [Fact]
    public void TwoThreads() => Explore.All(2, SliceModel.TwoThreads, processWide: true);
}
