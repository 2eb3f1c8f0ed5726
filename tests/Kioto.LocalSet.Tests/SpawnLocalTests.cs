using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.LocalSetTests;

public class SpawnLocalTests
{
    [Fact]
    public void AloneItBlocksOnAFuture() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        int answer = set.BlockOn(async () =>
        {
            JoinHandle<int> half = Kio.SpawnLocal(async () =>
            {
                await Kio.YieldNow();
                return 21;
            });
            return await half * 2;
        });
        Assert.Equal(42, answer);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void EveryTaskRunsOnTheCallingThread(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = NewRuntime(workers);
        using LocalSet set = new();
        int thread = Environment.CurrentManagedThreadId;

        // Not thread-safe: only right when one thread uses it, and nobody is suspended inside an update.
        Dictionary<int, int> counts = [];
        HashSet<int> threads = [];
        set.BlockOn(runtime, async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 100; i++)
            {
                int key = i % 10;
                handles.Add(Kio.SpawnLocal(async () =>
                {
                    for (int turn = 0; turn < 50; turn++)
                    {
                        threads.Add(Environment.CurrentManagedThreadId);
                        counts[key] = counts.GetValueOrDefault(key) + 1;
                        if (turn % 10 == 0)
                        {
                            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                        }
                        else
                        {
                            await Kio.YieldNow();
                        }
                    }
                }));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
        Assert.Equal(5000, counts.Values.Sum());
        Assert.Equal([thread], threads);
    });

    [Fact]
    public void AllFormsSpawn() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        int ran = 0;
        async Future Count()
        {
            await Kio.YieldNow();
            ran++;
        }

        async Future<int> CountTo(int value)
        {
            await Count();
            return value;
        }

        async Task CountTask()
        {
            await Task.Yield();
            ran++;
        }

        async Task<int> CountTaskTo(int value)
        {
            await CountTask();
            return value;
        }

        JoinHandle[] before = [set.SpawnLocal(Count), set.SpawnLocal(Count()), set.SpawnLocal(CountTask)];
        JoinHandle<int>[] results = [set.SpawnLocal(() => CountTo(1)), set.SpawnLocal(CountTo(2)), set.SpawnLocal(() => CountTaskTo(3))];
        int sum = set.BlockOn(async () =>
        {
            JoinHandle[] inside = [Kio.SpawnLocal(Count), Kio.SpawnLocal(Count()), Kio.SpawnLocal(CountTask)];
            JoinHandle<int>[] more = [Kio.SpawnLocal(() => CountTo(4)), Kio.SpawnLocal(CountTo(5)), Kio.SpawnLocal(() => CountTaskTo(6))];
            foreach (JoinHandle handle in before.Concat(inside))
            {
                await handle;
            }

            int total = 0;
            foreach (JoinHandle<int> handle in results.Concat(more))
            {
                total += await handle;
            }

            return total;
        });
        Assert.Equal(21, sum);
        Assert.Equal(12, ran);
    });

    [Fact]
    public void AllFormsOfBlockOnAndRunUntilReturn() => Bounded.Run(() =>
    {
        using Runtime runtime = NewRuntime(0);
        using LocalSet set = new();
        int ran = 0;
        async Future<int> Value()
        {
            await Kio.YieldNow();
            return ++ran;
        }

        async Future Nothing() => await Value();

        Assert.Equal(1, set.BlockOn(Value));
        Assert.Equal(2, set.BlockOn(Value()));
        Assert.Equal(3, set.BlockOn(runtime, Value));
        Assert.Equal(4, set.BlockOn(runtime, Value()));
        set.BlockOn(Nothing);
        set.BlockOn(Nothing());
        set.BlockOn(runtime, Nothing);
        set.BlockOn(runtime, Nothing());
        set.BlockOn(Future.Completed);
        Assert.Equal(5, set.BlockOn(Future.FromResult(5)));
        set.BlockOn(set.RunUntilAsync(Future.Completed));
        Assert.Equal(9, runtime.BlockOn(async () => await set.RunUntilAsync(Value)));
        Assert.Equal(10, runtime.BlockOn(async () => await set.RunUntilAsync(Value())));
        runtime.BlockOn(async () => await set.RunUntilAsync(Nothing));
        runtime.BlockOn(async () => await set.RunUntilAsync(Nothing()));
        Assert.Equal(12, ran);
    });

    [Fact]
    public void TasksSpawnTasks() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        async Future<int> Tree(int depth)
        {
            if (depth == 0)
            {
                return 1;
            }

            JoinHandle<int> left = Kio.SpawnLocal(() => Tree(depth - 1));
            JoinHandle<int> right = Kio.SpawnLocal(() => Tree(depth - 1));
            return await left + await right;
        }

        Assert.Equal(1024, set.BlockOn(() => Tree(10)));
    });

    [Fact]
    public void SpawnedWithoutASetThrowsWithTheRemedy() => Bounded.Run(() =>
    {
        InvalidOperationException plain = Assert.Throws<InvalidOperationException>(() => { _ = Kio.SpawnLocal(() => Kio.YieldNow()); });
        Assert.Contains("LocalSet.RunUntilAsync", plain.Message, StringComparison.Ordinal);
        using Runtime runtime = NewRuntime(1);
        runtime.BlockOn(async () =>
        {
            JoinResult result = await Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                _ = Kio.SpawnLocal(() => Kio.YieldNow());
            }).JoinAsync();
            Assert.IsType<InvalidOperationException>(result.Exception);
        });
    });

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void SpawnInsideEscapesToTheRuntime(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = NewRuntime(workers);
        using LocalSet set = new();
        bool hasLocal = set.BlockOn(runtime, async () => await Kio.SpawnLocal(async () =>
        {
            Assert.Same(runtime.Handle, RuntimeHandle.Current);
            return await Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                try
                {
                    _ = Kio.SpawnLocal(() => Kio.YieldNow());
                    return true;
                }
                catch (InvalidOperationException)
                {
                    return false;
                }
            });
        }));
        Assert.False(hasLocal);
    });

    [Fact]
    public void BlockingClosuresRunElsewhere() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        int here = Environment.CurrentManagedThreadId;
        int there = set.BlockOn(async () =>
            await Kio.SpawnLocal(async () => await Kio.SpawnBlocking(() => Environment.CurrentManagedThreadId)));
        Assert.NotEqual(here, there);
    });

    [Fact]
    public void OtherThreadsMaySpawnOntoIt() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        int here = Environment.CurrentManagedThreadId;
        HashSet<int> threads = [];
        set.BlockOn(async () =>
        {
            JoinHandle<JoinHandle[]> spawning = Kio.SpawnBlocking(() => Enumerable.Range(0, 200).Select(_ => set.SpawnLocal(async () =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                await Kio.YieldNow();
                threads.Add(Environment.CurrentManagedThreadId);
            })).ToArray());
            foreach (JoinHandle handle in await spawning)
            {
                await handle;
            }
        });
        Assert.Equal([here], threads);
    });

    [Fact]
    public void AFailureBelongsToItsHandle() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        set.BlockOn(async () =>
        {
            JoinHandle failing = Kio.SpawnLocal(async () =>
            {
                await Kio.YieldNow();
                throw new InvalidTimeZoneException("mine");
            });
            JoinHandle<int> other = Kio.SpawnLocal(async () =>
            {
                for (int i = 0; i < 10; i++)
                {
                    await Kio.YieldNow();
                }

                return 7;
            });
            InvalidTimeZoneException thrown = await Assert.ThrowsAsync<InvalidTimeZoneException>(async () => await failing);
            Assert.Equal("mine", thrown.Message);
            Assert.Equal(7, await other);
        });
        Assert.Throws<InvalidTimeZoneException>(() => set.BlockOn(async () =>
        {
            await Kio.YieldNow();
            throw new InvalidTimeZoneException();
        }));
        Assert.Equal(1, set.BlockOn(async () =>
        {
            await Kio.YieldNow();
            return 1;
        }));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AbortUnwindsTheTask(bool fromAnotherThread) => Bounded.Run(() =>
    {
        using LocalSet set = new();
        Gate gate = new();
        int here = Environment.CurrentManagedThreadId;
        List<string> events = [];
        set.BlockOn(async () =>
        {
            JoinHandle handle = Kio.SpawnLocal(async () =>
            {
                try
                {
                    await gate.WaitAsync();
                }
                finally
                {
                    await Kio.YieldNow();
                    events.Add(Environment.CurrentManagedThreadId == here ? "cleaned up here" : "cleaned up elsewhere");
                }
            });
            await Kio.YieldNow();
            await Kio.YieldNow();
            Assert.False(handle.IsFinished);
            if (fromAnotherThread)
            {
                await Kio.SpawnBlocking(handle.Abort);
            }
            else
            {
                handle.Abort();
            }

            Assert.True((await handle.JoinAsync()).IsAborted);
            await Assert.ThrowsAsync<TaskAbortedException>(async () => await handle);
        });
        Assert.Equal(["cleaned up here"], events);
    });

    [Fact]
    public void AsyncLocalsFlowInAndDoNotLeak() => Bounded.Run(() =>
    {
        AsyncLocal<string> local = new() { Value = "outer" };
        using LocalSet set = new();
        set.BlockOn(async () =>
        {
            Assert.Equal("outer", local.Value);
            JoinHandle task = Kio.SpawnLocal(async () =>
            {
                Assert.Equal("outer", local.Value);
                local.Value = "task";
                await Kio.YieldNow();
                Assert.Equal("task", local.Value);
            });
            await Kio.YieldNow();
            Assert.Equal("outer", local.Value);
            await task;
            local.Value = "root";
            await Kio.YieldNow();
            Assert.Equal("root", local.Value);
        });
        Assert.Equal("outer", local.Value);
        using Runtime runtime = NewRuntime(0);
        runtime.BlockOn(async () =>
        {
            // Completes at its first poll, having polled a task that has its own values.
            _ = set.SpawnLocal(async () =>
            {
                local.Value = "task";
                await Kio.YieldNow();
            });
            await set.RunUntilAsync(async () =>
            {
                local.Value = "inner";
                await Kio.YieldNow();
            });
            Assert.Equal("outer", local.Value);
        });
    });

    // A set is bound to a thread: on a loaded machine the watchdog would move a worker to another one.
    internal static Runtime NewRuntime(int workers) =>
        (workers == 0 ? Runtime.CreateCurrentThreadBuilder() : Runtime.CreateBuilder().WorkerThreads(workers)).ForTests()
            .StuckThreshold(Timeout.InfiniteTimeSpan).Build();
}
