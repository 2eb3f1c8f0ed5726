using System.Linq;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class ReplayTests
{
    [Theory]
    [InlineData(SearchStrategy.Exhaustive)]
    [InlineData(SearchStrategy.RandomWalk)]
    [InlineData(SearchStrategy.Pct)]
    internal void ScheduleOfAFailureRepeatsIt(SearchStrategy strategy)
    {
        ModelFailureException failure = Find(strategy);
        ModelFailureException again = Assert.Throws<ModelFailureException>(
            () => Model.Replay(failure.Schedule, () => LostUpdateTests.CountTo2(atomic: false)));

        Assert.Equal(failure.Schedule, again.Schedule);
        Assert.Equal(Operations(failure), Operations(again));
        Assert.NotEmpty(Operations(again));
    }

    [Fact]
    public void DeadlockWithStoreBuffersIsRepeated()
    {
        static void Body()
        {
            var parker = new TwoFlagParker(fence: false);
            ModelHandle sleeper = Model.Spawn(parker.Park);
            parker.Unpark();
            sleeper.Join();
        }

        var options = new ModelOptions { StoreBuffers = true, Strategy = SearchStrategy.RandomWalk };
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(options, Body));
        ModelFailureException again = Assert.Throws<ModelFailureException>(() => Model.Replay(failure.Schedule, Body));

        Assert.Equal(FailureKind.Deadlock, again.Kind);
        Assert.Equal(Operations(failure), Operations(again));
    }

    [Fact]
    public void SeedRepeatsASearch()
    {
        Assert.Equal(Find(SearchStrategy.Pct).Message, Find(SearchStrategy.Pct).Message);
        Assert.Contains("seed 5;", Find(SearchStrategy.RandomWalk).Message);
    }

    [Fact]
    public void ScheduleOfAnotherModelIsRejected()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(
            () => Model.Replay("sc-p2-w0/0:7", () => LostUpdateTests.CountTo2(atomic: false)));

        Assert.Contains("does not fit", failure.Message);
    }

    [Fact]
    public void ScheduleThatPassesReports() =>
        Assert.Equal(1, Model.Replay("sc-p2-w0/", () => LostUpdateTests.CountTo2(atomic: false)).Executions);

    private static ModelFailureException Find(SearchStrategy strategy) =>
        Assert.Throws<ModelFailureException>(() => Model.Check(
            new ModelOptions { Strategy = strategy, Seed = 5 },
            () => LostUpdateTests.CountTo2(atomic: false)));

    private static string[] Operations(ModelFailureException failure) =>
        [.. failure.Message.Split('\n').Where(line => line.Contains("Volatile."))];
}
