using Xunit;

namespace Kioto.ModelTests;

public sealed class TimerTests
{
    [Fact]
    public void StartDuringSleep() => Explore.All(5, TimerModel.StartDuringSleep);

    [Fact]
    public void StartEarlierThanOthers() => Explore.All(5, TimerModel.StartEarlierThanOthers);

    [Fact]
    public void TwoStarters() => Explore.All(2, TimerModel.TwoStarters);

    [Fact]
    public void CancelAndStart() => Explore.All(3, TimerModel.CancelAndStart);

    [Fact]
    public void TargetChanges() => Explore.All(5, TimerModel.TargetChanges);
}
