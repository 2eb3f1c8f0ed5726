using System;
using System.Collections.Generic;
using System.Threading;
using Xunit;

namespace Kioto.LocalSetTests;

public class DrivingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void TasksThatAreLeftWaitForTheNextRun(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(workers);
        using LocalSet set = new();
        Gate gate = new();
        int turns = 0;
        JoinHandle<int> waiting = set.SpawnLocal(async () => await gate.WaitAsync());
        JoinHandle yielding = set.SpawnLocal(async () =>
        {
            while (true)
            {
                turns++;
                await Kio.YieldNow();
            }
        });
        set.BlockOn(runtime, async () => await Kio.YieldNow());
        int before = turns;
        gate.Open(5);
        Assert.False(waiting.IsFinished);
        Assert.Equal(before, turns);
        Assert.Equal(5, set.BlockOn(runtime, async () => await waiting));
        Assert.True(turns > before);
        yielding.Abort();
        set.BlockOn(runtime, async () => await yielding.JoinAsync());
        Assert.True(yielding.IsFinished);
    });

    [Fact]
    public void TasksThatAreLeftMayGoOnUnderAnotherRuntime() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        Gate gate = new();
        JoinHandle<int> waiting;
        using (Runtime first = SpawnLocalTests.NewRuntime(0))
        {
            waiting = set.SpawnLocal(async () => await gate.WaitAsync());
            set.BlockOn(first, async () => await Kio.YieldNow());
        }

        gate.Open(3);
        using Runtime second = SpawnLocalTests.NewRuntime(2);
        Assert.Equal(3, set.BlockOn(second, async () =>
        {
            int value = await waiting;
            await Kio.SpawnLocal(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
            return value;
        }));
    });

    [Fact]
    public void AtMost61TasksRunBeforeTheOthersOfTheRuntimeDo() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        int polls = 0;
        int worst = 0;
        bool stop = false;
        for (int i = 0; i < 200; i++)
        {
            _ = set.SpawnLocal(async () =>
            {
                while (!stop)
                {
                    polls++;
                    await Kio.YieldNow();
                }
            });
        }

        runtime.BlockOn(async () =>
        {
            JoinHandle outer = Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                for (int turn = 0; turn < 100; turn++)
                {
                    int before = polls;
                    await Kio.YieldNow();
                    worst = Math.Max(worst, polls - before);
                }

                stop = true;
            });
            await set.RunUntilAsync(async () => await outer);
        });
        Assert.InRange(worst, 1, 61);
    });

    [Fact]
    public void TheDrivingFutureIsPolledFirstInEveryTick() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        int polls = 0;
        bool stop = false;
        for (int i = 0; i < 1000; i++)
        {
            _ = set.SpawnLocal(async () =>
            {
                while (!stop)
                {
                    polls++;
                    await Kio.YieldNow();
                }
            });
        }

        int worst = 0;
        set.BlockOn(async () =>
        {
            for (int turn = 0; turn < 50; turn++)
            {
                int before = polls;
                await Kio.YieldNow();
                worst = Math.Max(worst, polls - before);
            }

            stop = true;
        });
        Assert.InRange(worst, 1, 61);
    });

    [Fact]
    public void WakesFromOtherThreadsAreSeenWhileOwnTasksAreReady() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        Gate gate = new();
        bool stop = false;
        for (int i = 0; i < 10; i++)
        {
            _ = set.SpawnLocal(async () =>
            {
                while (!stop)
                {
                    await Kio.YieldNow();
                }
            });
        }

        set.BlockOn(async () =>
        {
            JoinHandle<int> waiting = Kio.SpawnLocal(async () => await gate.WaitAsync());
            await Kio.YieldNow();
            _ = Kio.SpawnBlocking(() => gate.Open(4));
            Assert.Equal(4, await waiting);
            stop = true;
        });
    });

    [Fact]
    public void TwoFuturesMayDriveItInTurns() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        Gate first = new();
        Gate second = new();
        Gate third = new();
        runtime.BlockOn(async () =>
        {
            JoinHandle<int> a = Kio.Spawn(() => set.RunUntilAsync(async () => await first.WaitAsync()));
            JoinHandle<int> b = Kio.Spawn(() => set.RunUntilAsync(async () => await second.WaitAsync()));
            JoinHandle<int> c = Kio.Spawn(() => set.RunUntilAsync(async () => await Kio.SpawnLocal(async () => await third.WaitAsync())));
            await Kio.YieldNow();
            await Kio.YieldNow();
            await Kio.SpawnBlocking(() => second.Open(2));
            Assert.Equal(2, await b);

            // The last one that polled the set may have been the one that left: the others take over.
            await Kio.SpawnBlocking(() => third.Open(3));
            Assert.Equal(3, await c);
            await Kio.SpawnBlocking(() => first.Open(1));
            Assert.Equal(1, await a);
        });
    });

    [Fact]
    public void OneOfItsOwnTasksMayRunUntil() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        Gate gate = new();
        int value = set.BlockOn(async () =>
        {
            JoinHandle<int> inner = Kio.SpawnLocal(async () => await set.RunUntilAsync(async () => await gate.WaitAsync()));
            await Kio.YieldNow();
            await Kio.SpawnBlocking(() => gate.Open(8));
            return await inner;
        });
        Assert.Equal(8, value);
    });

    [Fact]
    public void ASetMayRunInsideAnother() => Bounded.Run(() =>
    {
        using LocalSet outer = new();
        using LocalSet inner = new();
        List<string> events = [];
        outer.BlockOn(async () =>
        {
            JoinHandle side = Kio.SpawnLocal(async () =>
            {
                for (int i = 0; i < 3; i++)
                {
                    await Kio.YieldNow();
                }

                events.Add("outer task");
            });
            await inner.RunUntilAsync(async () =>
            {
                await Kio.SpawnLocal(async () =>
                {
                    events.Add("inner task");
                    await side;
                });
            });
            events.Add("done");
        });
        Assert.Equal(["inner task", "outer task", "done"], events);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void CancellingWhatDrivesItUnwindsTheFutureAndKeepsTheTasks(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(workers);
        using LocalSet set = new();
        Gate never = new();
        Gate gate = new();
        List<string> events = [];
        JoinHandle<int> left = set.SpawnLocal(async () => await gate.WaitAsync());
        runtime.BlockOn(async () =>
        {
            JoinHandle driving = Kio.Spawn(async () =>
            {
                try
                {
                    await set.RunUntilAsync(async () =>
                    {
                        try
                        {
                            await never.WaitAsync();
                        }
                        finally
                        {
                            await Kio.YieldNow();
                            await Kio.Sleep(TimeSpan.FromMilliseconds(5));
                            await Kio.SpawnLocal(async () => await Kio.YieldNow());
                            events.Add("inner");
                        }
                    });
                }
                finally
                {
                    // The cancellation was delivered inside: it does not come a second time.
                    await Kio.YieldNow();
                    await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                    events.Add("outer");
                }
            });
            while (never.Polls == 0)
            {
                await Kio.YieldNow();
            }

            driving.Abort();
            Assert.True((await driving.JoinAsync()).IsAborted);
            Assert.Equal(["inner", "outer"], events);
            gate.Open(6);
            await Kio.YieldNow();
            await Kio.YieldNow();
            Assert.False(left.IsFinished);

            // Drive it again from the thread that it is bound to.
            Assert.Equal(6, await Kio.Spawn(() => set.RunUntilAsync(async () => await left)));

            // On this runtime's worker; the test's thread is another one.
            await Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                set.Dispose();
            });
        });
    });

    [Fact]
    public void AFutureThatSwallowsItsCancellationGivesItsResult() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        Gate never = new();
        runtime.BlockOn(async () =>
        {
            JoinHandle<int> driving = Kio.Spawn(async () =>
            {
                int value = await set.RunUntilAsync(async () =>
                {
                    try
                    {
                        return await never.WaitAsync();
                    }
                    catch (FutureCancelledException)
                    {
                        await Kio.YieldNow();
                        return 11;
                    }
                });
                await Kio.YieldNow();
                return value + 1;
            });
            await Kio.YieldNow();
            driving.Abort();
            Assert.Equal(12, await driving);
        });
    });

    [Fact]
    public void NestedBlockOnThrows() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        using LocalSet other = new();
        set.BlockOn(async () =>
        {
            await Kio.YieldNow();
            Assert.Throws<InvalidOperationException>(() => set.BlockOn(async () => await Kio.YieldNow()));
            Assert.Throws<InvalidOperationException>(() => other.BlockOn(runtime, async () => await Kio.YieldNow()));
            await Kio.SpawnLocal(async () =>
            {
                await Kio.YieldNow();
                Assert.Throws<InvalidOperationException>(() => runtime.BlockOn(async () => await Kio.YieldNow()));
            });
        });
    });

    [Fact]
    public void AnotherThreadMayNotDriveIt() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        set.BlockOn(async () => await Kio.YieldNow());
        bool ran = false;
        Bounded.Run(() =>
        {
            InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => set.BlockOn(async () =>
            {
                ran = true;
                await Kio.YieldNow();
            }));
            Assert.Contains("another thread", thrown.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(set.Dispose);
        });
        Assert.False(ran);
        set.BlockOn(async () => await Kio.YieldNow());
    });

    [Fact]
    public void TwoThreadsAtOnceMayNotDriveIt() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        using ManualResetEventSlim driving = new();
        Gate gate = new();
        Thread other = new(() =>
        {
            driving.Wait();
            Assert.Throws<InvalidOperationException>(() => set.BlockOn(async () => await Kio.YieldNow()));
            gate.Open(1);
        });
        other.Start();
        Assert.Equal(1, set.BlockOn(async () =>
        {
            driving.Set();
            return await gate.WaitAsync();
        }));
        other.Join();
    });

    [Fact]
    public void ADriverThatWorkersMoveFailsAndItsFutureIsUnwoundAtHome() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        Gate gate = new();
        int here = Environment.CurrentManagedThreadId;
        List<int> cleanups = [];
        JoinHandle<int> driving = runtime.Spawn(() => set.RunUntilAsync(async () =>
        {
            try
            {
                return await gate.WaitAsync();
            }
            finally
            {
                cleanups.Add(Environment.CurrentManagedThreadId);
            }
        }));
        runtime.BlockOn(async () =>
        {
            await Kio.YieldNow();
            await Kio.YieldNow();
        });
        Assert.Equal(1, gate.Polls);
        Bounded.Run(() => runtime.BlockOn(async () =>
        {
            driving.Abort();
            JoinResult<int> result = await driving.JoinAsync();
            Assert.IsType<InvalidOperationException>(result.Exception);
        }));
        Assert.Empty(cleanups);
        set.BlockOn(async () => await Kio.YieldNow());
        Assert.Equal([here], cleanups);
    });
}
