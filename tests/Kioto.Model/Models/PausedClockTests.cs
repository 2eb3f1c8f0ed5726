using Xunit;

namespace Kioto.ModelTests;

public sealed class PausedClockTests
{
    [Fact]
    public void ClosureEnds() => Explore.All(3, PausedClockModel.ClosureEnds);

    [Fact]
    public void ClosureWakesAndEnds() => Explore.All(3, PausedClockModel.ClosureWakesAndEnds);

    [Fact]
    public void IdleWaiter() => Explore.All(3, PausedClockModel.IdleWaiter);

    [Fact]
    public void IdleWaiterAndClosure() => Explore.All(3, PausedClockModel.IdleWaiterAndClosure);

    [Fact]
    public void TimerFromOutside() => Explore.All(3, PausedClockModel.TimerFromOutside);
}
