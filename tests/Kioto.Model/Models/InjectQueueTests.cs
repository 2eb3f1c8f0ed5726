using Xunit;

namespace Kioto.ModelTests;

public sealed class InjectQueueTests
{
    [Fact]
    public void OneByOne() => Explore.All(3, InjectQueueModel.OneByOne);

    [Fact]
    public void AllAtOnce() => Explore.All(3, InjectQueueModel.AllAtOnce);

    [Fact]
    public void IntoRings() => Explore.All(3, InjectQueueModel.IntoRings);

    [Fact]
    public void MoveIsVisible() => Explore.All(4, InjectQueueModel.MoveIsVisible);

    [Fact]
    public void LastMoveIsVisible() => Explore.All(4, InjectQueueModel.LastMoveIsVisible);

    [Fact]
    public void PushWhileEnding() => Explore.All(4, InjectQueueModel.PushWhileEnding);
}
