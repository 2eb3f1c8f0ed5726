using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.LocalSetTests;

public class ContextTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void TaskBasedCodeComesBack(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(workers);
        using LocalSet set = new();
        int here = Environment.CurrentManagedThreadId;
        List<int> threads = [];
        set.BlockOn(runtime, async () => await Kio.SpawnLocal(async Task () =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            await Task.Yield();
            threads.Add(Environment.CurrentManagedThreadId);
            await Task.Delay(2);
            threads.Add(Environment.CurrentManagedThreadId);
            await Task.Run(static () => { });
            threads.Add(Environment.CurrentManagedThreadId);

            // A future awaited by a foreign builder.
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            threads.Add(Environment.CurrentManagedThreadId);
            JoinHandle<int> local = Kio.SpawnLocal(async () =>
            {
                await Kio.YieldNow();
                return Environment.CurrentManagedThreadId;
            });
            threads.Add(await local);
        }));
        Assert.Equal(6, threads.Count);
        Assert.All(threads, thread => Assert.Equal(here, thread));
    });

    [Fact]
    public void SpawnReachesTheRuntimeAfterConfigureAwaitFalse() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(1);
        using LocalSet set = new();
        int value = set.BlockOn(runtime, async () => await Kio.SpawnLocal(async Task<int> () =>
        {
            await Task.Delay(2).ConfigureAwait(false);
            JoinHandle<int> handle = Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                return 9;
            });
            return await handle;
        }));
        Assert.Equal(9, value);
    });

    [Fact]
    public void PostsRunOnTheSetsThread() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        int here = Environment.CurrentManagedThreadId;
        SynchronizationContext? before = SynchronizationContext.Current;
        int posted = set.BlockOn(async () =>
        {
            SynchronizationContext context = SynchronizationContext.Current!;
            TaskCompletionSource<int> ran = new();
            await Kio.SpawnBlocking(() => context.Post(_ => ran.SetResult(Environment.CurrentManagedThreadId), null));
            context.Send(_ => { }, null);
            return await ran.Task;
        });
        Assert.Equal(here, posted);
        Assert.Same(before, SynchronizationContext.Current);
    });

    [Fact]
    public void APostedCallbackThatThrowsIsReported() => Bounded.Run(() =>
    {
        List<Exception> reported = [];
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().OnUnhandledFailure(reported.Add).Build();
        using LocalSet set = new();
        set.BlockOn(runtime, async () =>
        {
            SynchronizationContext.Current!.Post(_ => throw new InvalidTimeZoneException(), null);
            await Kio.YieldNow();
            await Kio.YieldNow();
        });
        Assert.IsType<InvalidTimeZoneException>(Assert.Single(reported));
    });

    [Fact]
    public void TheContextIsTheRuntimesAgainOutsideTheSet() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        using LocalSet set = new();
        runtime.BlockOn(async () =>
        {
            SynchronizationContext outer = SynchronizationContext.Current!;
            SynchronizationContext? inner = null;
            await set.RunUntilAsync(async () =>
            {
                await Kio.YieldNow();
                inner = SynchronizationContext.Current;
            });
            Assert.Same(outer, SynchronizationContext.Current);
            Assert.NotSame(outer, inner);
        });
    });

    [Fact]
    public void TimersOfTheRuntimeWakeLocalTasks() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(2);
        using LocalSet set = new();
        List<int> order = [];
        set.BlockOn(runtime, async () =>
        {
            List<JoinHandle> sleeping = [];
            foreach (int milliseconds in (int[])[60, 20, 1])
            {
                sleeping.Add(Kio.SpawnLocal(async () =>
                {
                    await Kio.Sleep(TimeSpan.FromMilliseconds(milliseconds));
                    order.Add(milliseconds);
                }));
            }

            foreach (JoinHandle handle in sleeping)
            {
                await handle;
            }
        });
        Assert.Equal([1, 20, 60], order.Order()); // A busy machine may begin to sleep in one of them late.
    });
}
