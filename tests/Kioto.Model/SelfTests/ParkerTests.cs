using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class ParkerTests
{
    [Fact]
    public void CheckThenWaitLosesAWakeUp()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(() => ParkOnce(new NaiveParker())));

        Assert.Equal(FailureKind.Deadlock, failure.Kind);
        Assert.Contains("T1 waits for a wake-up at _sleeping@", failure.Message);
    }

    [Fact]
    public void CheckAgainIsRightIfStoresAreImmediate() =>
        Assert.True(Model.Check(() => ParkOnce(new TwoFlagParker(fence: false))).Complete);

    [Fact]
    public void CheckAgainLosesAWakeUpWithStoreBuffers()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(
            new ModelOptions { StoreBuffers = true },
            () => ParkOnce(new TwoFlagParker(fence: false))));

        Assert.Equal(FailureKind.Deadlock, failure.Kind);
    }

    [Fact]
    public void FencesRepairIt() =>
        Assert.True(Model.Check(
            new ModelOptions { StoreBuffers = true },
            () => ParkOnce(new TwoFlagParker(fence: true))).Complete);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void OneWordIsRight(int spuriousWakes)
    {
        var options = new ModelOptions
        {
            StoreBuffers = true,
            SpuriousWakes = spuriousWakes,
            PreemptionBound = ModelOptions.Unlimited,
        };
        ModelReport report = Model.Check(options, () => ParkOnce(new WordParker()));

        Assert.True(report.Unbounded);
    }

    [Fact]
    public void TimedWaitEndsInEitherWay()
    {
        var outcomes = new HashSet<bool>();
        Model.Check(() =>
        {
            var parker = new WordParker();
            ModelHandle sleeper = Model.Spawn(() => outcomes.Add(parker.ParkTimed()));
            parker.Unpark();
            sleeper.Join();
        });

        Assert.Equal(2, outcomes.Count);
    }

    [Fact]
    public void TimedWaitInALoopLetsTheOtherThreadFinish() =>
        Assert.True(Model.Check(() =>
        {
            var parker = new WordParker();
            ModelHandle sleeper = Model.Spawn(() =>
            {
                while (!parker.ParkTimed())
                {
                }
            });
            parker.Unpark();
            sleeper.Join();
        }).Complete);

    [Fact]
    public void WakeChoosesAmongSleepers()
    {
        var woken = new HashSet<string>();
        Model.Check(() =>
        {
            int[] gate = new int[1];
            var order = new List<int>();
            ModelHandle[] sleepers = [.. Enumerable.Range(1, 2).Select(id => Model.Spawn(() =>
            {
                Futex.Wait(ref gate[0], 0);
                order.Add(id);
            }))];
            while (order.Count < 2)
            {
                Futex.Wake(ref gate[0], 1);
                Thread.Yield();
            }

            woken.Add(string.Concat(order));
        });

        Assert.Equal(["12", "21"], woken.Order());
    }

    private static void ParkOnce(IParker parker)
    {
        ModelHandle sleeper = Model.Spawn(parker.Park);
        parker.Unpark();
        sleeper.Join();
    }
}
