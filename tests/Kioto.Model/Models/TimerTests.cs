using Xunit;

namespace Kioto.ModelTests;

public sealed class TimerTests
{
    [Fact]
    public void StartDuringSleep() => Explore.All(5, TimerModel.StartDuringSleep);

    [Fact]
    public void StartEarlierThanOthers() => Explore.AllButTheLast(5, TimerModel.StartEarlierThanOthers);

    [Fact]
    public void TwoStarters() => Explore.All(2, TimerModel.TwoStarters);

    [Fact]
    public void CancelAndStart() => Explore.All(3, TimerModel.CancelAndStart);

    [Fact]
    public void TargetChanges() => Explore.All(5, TimerModel.TargetChanges);

    [Fact]
    public void ResetWhileItFires() => Explore.All(3, TimerModel.ResetWhileItFires);

    [Fact]
    public void ReuseWhileItFires() => Explore.All(3, TimerModel.ReuseWhileItFires);

    [Fact]
    public void ReuseOnAnotherWheel() => Explore.All(3, TimerModel.ReuseOnAnotherWheel);

    [Fact]
    public void CancelWhileItFires() => Explore.All(5, TimerModel.CancelWhileItFires);

    [Fact]
    public void StartWhileClosing() => Explore.All(5, TimerModel.StartWhileClosing);

    [Fact]
    public void ResetWhileClosing() => Explore.All(5, TimerModel.ResetWhileClosing);
}
