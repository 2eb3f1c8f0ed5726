using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.LocalSetTests;

public class CompletionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void ItRunsUntilTheLastTaskHasEndedAlsoThoseThatTasksSpawn(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(workers);
        using LocalSet set = new();
        int ended = 0;
        _ = set.SpawnLocal(() => Tree(4));
        runtime.BlockOn(set.RunUntilEmptyAsync());
        Assert.Equal(31, ended);
        runtime.BlockOn(set.RunUntilEmptyAsync()); // Nothing to wait for.

        async Future Tree(int depth)
        {
            if (depth > 0)
            {
                _ = Kio.SpawnLocal(() => Tree(depth - 1));
                _ = Kio.SpawnLocal(() => Tree(depth - 1));
            }

            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            ended++;
        }
    });

    [Fact]
    public void TasksOfOtherThreadsAndTaskBasedCodeCountToo() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(1);
        using LocalSet set = new();
        bool remote = false;
        bool based = false;
        Bounded.Run(() => _ = set.SpawnLocal(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            remote = true;
        }));
        _ = set.SpawnLocal(async Task () =>
        {
            await Task.Yield();
            await Task.Yield();
            based = true;
        });
        runtime.BlockOn(set.RunUntilEmptyAsync());
        Assert.True(remote && based);
    });

    [Fact]
    public void OtherFuturesThatDriveTheSetDoNotCount() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        Gate gate = new();
        List<string> order = [];
        runtime.BlockOn(async () => await Kio.Join(Drive(), Empty(), Empty()));
        Assert.Equal("gate", order[^1]);
        Assert.Equal(3, order.Count);

        async Future Drive()
        {
            await set.RunUntilAsync(async () => await gate.WaitAsync());
            order.Add("gate");
        }

        async Future Empty()
        {
            JoinHandle task = set.SpawnLocal(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
            await set.RunUntilEmptyAsync();
            Assert.True(task.IsFinished);
            order.Add("empty");
            if (order.Count == 2)
            {
                gate.Open();
            }
        }
    });

    [Fact]
    public void CancellingItLeavesTheTasksForTheNextTime() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        Gate gate = new();
        JoinHandle<int> task = set.SpawnLocal(gate.WaitAsync());
        Assert.Throws<TimeoutException>(() => runtime.BlockOn(set.RunUntilEmptyAsync().Timeout(TimeSpan.FromMilliseconds(5))));
        Assert.False(task.IsFinished);
        gate.Open(3);
        runtime.BlockOn(set.RunUntilEmptyAsync());
        Assert.True(task.IsFinished);
    });

    [Fact]
    public void ManyTasksEndInATimeThatGrowsWithThem() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        int ended = 0;
        for (int i = 0; i < 100_000; i++)
        {
            _ = set.SpawnLocal(async () =>
            {
                await Kio.YieldNow();
                ended++;
            });
        }

        runtime.BlockOn(set.RunUntilEmptyAsync());
        Assert.Equal(100_000, ended);
    });

    [Fact]
    public void UnderItsGuardSpawnLocalFindsIt() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        using LocalSet other = new();
        Assert.NotEqual(set.Id, other.Id);
        JoinHandle<int> spawned;
        JoinHandle<int> inner;
        using (set.Enter())
        {
            spawned = Kio.SpawnLocal(async () => 1);
            using (other.Enter())
            {
                inner = Kio.SpawnLocal(async () => 2);
            }
        }

        Assert.Throws<InvalidOperationException>(() => { _ = Kio.SpawnLocal(async () => 1); });
        Assert.Equal(1, set.BlockOn(runtime, async () => await spawned));
        Assert.False(inner.IsFinished);
        Assert.Equal(2, other.BlockOn(runtime, async () => await inner));
    });

    [Fact]
    public void AGuardOnAnotherThreadSpawnsOntoTheSetsThread() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        JoinHandle<int> spawned = default;
        set.BlockOn(runtime, async () => await Kio.YieldNow());
        Bounded.Run(() =>
        {
            using EnterGuard guard = set.Enter();
            spawned = Kio.SpawnLocal(async () => Environment.CurrentManagedThreadId);
        });
        Assert.Equal(Environment.CurrentManagedThreadId, set.BlockOn(runtime, async () => await spawned));
    });

    [Fact]
    public void TheBudgetOfTheRuntimeHoldsInsideTheSet() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Budget(10).Build();
        using LocalSet set = new();
        set.BlockOn(runtime, async () => await Kio.SpawnLocal(async () =>
        {
            await Kio.YieldNow();
            int units = 0;
            while (Kio.HasBudgetRemaining)
            {
                await Kio.ConsumeBudgetAsync();
                units++;
            }

            Assert.Equal(9, units);
        }));
    });
}
