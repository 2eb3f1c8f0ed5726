using Xunit;

namespace Kioto.ModelTests;

public sealed class TokenTests
{
    [Fact]
    public void CancelDuringRegistration() => Explore.All(5, TokenModel.CancelDuringRegistration);

    [Fact]
    public void TargetChanges() => Explore.All(5, TokenModel.TargetChanges);

    [Fact]
    public void LeafIsReused() => Explore.All(4, TokenModel.LeafIsReused);
}
