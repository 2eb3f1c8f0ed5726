using Xunit;

namespace Kioto.ModelTests;

public sealed class PerCoreTests
{
    [Fact]
    public void EndTogether() => Explore.All(1, PerCoreModel.EndTogether);

    [Fact]
    public void SpawnAcross() => Explore.All(2, PerCoreModel.SpawnAcross);
}
