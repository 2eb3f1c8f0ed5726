using Xunit;

namespace Kioto.ModelTests;

public sealed class FutureSetTests
{
    [Fact]
    public void TwoChildren() => Explore.All(3, FutureSetModel.TwoChildren);

    [Fact]
    public void TwoWakers() => Explore.All(3, FutureSetModel.TwoWakers);

    [Fact]
    public void PlaceIsReused() => Explore.All(2, FutureSetModel.PlaceIsReused);

    [Fact]
    public void ConsumerMoves() => Explore.All(4, FutureSetModel.ConsumerMoves);

    [Fact]
    public void CancelDuringWake() => Explore.All(3, FutureSetModel.CancelDuringWake);
}
