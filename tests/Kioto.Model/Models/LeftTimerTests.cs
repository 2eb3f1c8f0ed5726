using Xunit;

namespace Kioto.ModelTests;

public sealed class LeftTimerTests
{
    [Fact]
    public void LeaveWhileItFires() => Explore.All(5, LeftTimerModel.LeaveWhileItFires);

    [Fact]
    public void RestartWhileItsTimeComes() => Explore.All(5, LeftTimerModel.RestartWhileItsTimeComes);

    [Fact]
    public void LeaveAndRestartWhileItFires() => Explore.All(5, LeftTimerModel.LeaveAndRestartWhileItFires);

    [Fact]
    public void MoveWhileItFires() => Explore.All(5, LeftTimerModel.MoveWhileItFires);

    [Fact]
    public void MoveThereAndBack() => Explore.All(5, LeftTimerModel.MoveThereAndBack);

    [Fact]
    public void RestartWhileClosing() => Explore.All(5, LeftTimerModel.RestartWhileClosing);
}
