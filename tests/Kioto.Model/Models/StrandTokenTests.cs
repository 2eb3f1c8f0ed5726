using Xunit;

namespace Kioto.ModelTests;

public sealed class StrandTokenTests
{
    [Fact]
    public void AskedForDuringCancel() => Explore.All(5, StrandTokenModel.AskedForDuringCancel);

    [Fact]
    public void AskedForTwice() => Explore.All(3, StrandTokenModel.AskedForTwice);
}
