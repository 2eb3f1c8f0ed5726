using Xunit;

namespace Kioto.ModelTests;

public sealed class RelayTests
{
    [Fact]
    public void RequestsDuringDisposal() => Explore.All(3, RelayModel.RequestsDuringDisposal);
}
