using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class ExplorerTests
{
    [Fact]
    public void ChooseTriesEveryValue()
    {
        var seen = new List<int>();
        ModelReport report = Model.Check(() => seen.Add((10 * Model.Choose(3)) + Model.Choose(2)));

        Assert.Equal([0, 1, 10, 11, 20, 21], seen);
        Assert.True(report.Unbounded);
    }

    [Fact]
    public void WaitForWhatNeverComesIsALivelock()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(
            new ModelOptions { MaxSteps = 200 },
            () =>
            {
                int[] flags = new int[2];
                void WaitFor(int index)
                {
                    while (Volatile.Read(ref flags[index]) == 0)
                    {
                        Thread.Yield();
                    }
                }

                ModelHandle other = Model.Spawn(() => WaitFor(0));
                WaitFor(1);
                other.Join();
            }));

        Assert.Equal(FailureKind.Livelock, failure.Kind);
    }

    [Fact]
    public void SpinnersDoNotStarveTheThreadTheyWaitFor()
    {
        ModelReport report = Model.Check(new ModelOptions { StoreBuffers = true, MaxSteps = 200 }, () =>
        {
            int[] flag = new int[1];
            ModelHandle[] others = [.. Enumerable.Range(0, 2).Select(_ => Model.Spawn(() =>
            {
                var spin = new SpinWait();
                while (Volatile.Read(ref flag[0]) == 0)
                {
                    spin.SpinOnce();
                }
            }))];
            ModelHandle setter = Model.Spawn(() => Volatile.Write(ref flag[0], 1));
            others[0].Join();
            others[1].Join();
            setter.Join();
        });

        Assert.True(report.Complete);
    }

    [Fact]
    public void LimitEndsTheSearchIncomplete()
    {
        ModelReport report = Model.Check(
            new ModelOptions { MaxExecutions = 3 },
            () => LostUpdateTests.CountTo2(atomic: true));

        Assert.False(report.Complete);
        Assert.Equal(3, report.Executions);
    }

    [Fact]
    public void ThreadsNotJoinedStillRunAndFail()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(
            () => Model.Check(() => Model.Spawn(() => throw new InvalidOperationException("planted"))));

        Assert.Contains("T1 threw InvalidOperationException: planted", failure.Message);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public void ThreadsThatSwallowTheAbortDoNotHangTheCheck()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(() =>
        {
            int[] word = new int[1];
            Model.Spawn(() =>
            {
                while (true)
                {
                    try
                    {
                        Futex.Wait(ref word[0], 0);
                    }
                    catch (Exception)
                    {
                        // Like a worker that survives whatever a task throws.
                    }
                }
            });
        }));

        Assert.Equal(FailureKind.Deadlock, failure.Kind);
    }

    [Fact]
    public void ThreadThatBlocksOutsideTheModelIsReported()
    {
        using var never = new ManualResetEventSlim();
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(
            new ModelOptions { Patience = TimeSpan.FromMilliseconds(200) },
            () => Model.Spawn(() => never.Wait(TestContext.Current.CancellationToken))));

        Assert.IsType<TimeoutException>(failure.InnerException);
        never.Set();
    }

    [Fact]
    public void ModelThatDependsOnMoreThanItsScheduleIsReported()
    {
        int run = 0;
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(() =>
        {
            run++;
            Model.Choose(run % 2 == 0 ? 3 : 4);
        }));

        Assert.Contains("not deterministic", failure.Message);
    }

    [Fact]
    public void CollectorMayMoveObjectsWithBufferedStores()
    {
        var outcomes = new HashSet<string?>();
        bool moved = false;
        Model.Check(new ModelOptions { StoreBuffers = true }, () =>
        {
            // The garbage before it makes the collector move the array.
            _ = new byte[1000];
            string?[] cell = new string?[1];
            ModelHandle writer = Model.Spawn(() => Volatile.Write(ref cell[0], new string('x', 3)));
            ModelHandle reader = Model.Spawn(() =>
            {
                Model.Point();
                nint address = AddressOf(cell);
                System.GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
                moved |= address != AddressOf(cell);
                outcomes.Add(Volatile.Read(ref cell[0]));
            });
            writer.Join();
            reader.Join();
            Assert.Equal("xxx", cell[0]);
        });

        Assert.Equal([null, "xxx"], outcomes.Order());
        Assert.True(moved);
    }

    private static unsafe nint AddressOf(string?[] cell) => (nint)Unsafe.AsPointer(ref cell[0]);
}
