using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.LocalSetTests;

public class DisposeTests
{
    [Fact]
    public void TasksAreUnwoundAndTheirHandlesSayAborted() => Bounded.Run(() =>
    {
        LocalSet set = new();
        Gate never = new();
        int here = Environment.CurrentManagedThreadId;
        List<int> cleanups = [];
        List<JoinHandle> handles = [];
        for (int i = 0; i < 10; i++)
        {
            handles.Add(set.SpawnLocal(async () =>
            {
                try
                {
                    await never.WaitAsync();
                }
                finally
                {
                    await Kio.YieldNow();
                    cleanups.Add(Environment.CurrentManagedThreadId);
                }
            }));
        }

        set.BlockOn(async () => await Kio.YieldNow());
        Assert.Equal(10, never.Polls);
        set.Dispose();
        Assert.Equal(10, cleanups.Count);
        Assert.All(cleanups, thread => Assert.Equal(here, thread));
        AssertAborted(handles);
        set.Dispose();
    });

    [Fact]
    public void TasksThatNeverRanDoNotRun() => Bounded.Run(() =>
    {
        LocalSet set = new();
        bool ran = false;
        JoinHandle handle = set.SpawnLocal(async () =>
        {
            ran = true;
            await Kio.YieldNow();
        });
        set.Dispose();
        Assert.False(ran);
        AssertAborted([handle]);
    });

    [Fact]
    public void CleanupThatWaitsIsDropped() => Bounded.Run(() =>
    {
        LocalSet set = new();
        Gate never = new();
        List<string> events = [];
        JoinHandle sleeping = set.SpawnLocal(async () =>
        {
            try
            {
                await never.WaitAsync();
            }
            finally
            {
                events.Add("began");
                await Kio.Sleep(TimeSpan.FromHours(1));
                events.Add("ended");
            }
        });
        JoinHandle forEver = set.SpawnLocal(async () =>
        {
            while (true)
            {
                try
                {
                    await Kio.YieldNow();
                }
                catch (FutureCancelledException)
                {
                    events.Add("swallowed");
                }
            }
        });
        set.BlockOn(async () => await Kio.YieldNow());
        set.Dispose();
        events.Sort(StringComparer.Ordinal);
        Assert.Equal(["began", "swallowed"], events);
        AssertAborted([sleeping, forEver]);
    });

    [Fact]
    public void WhatIsSpawnedAfterwardsIsAborted() => Bounded.Run(() =>
    {
        LocalSet set = new();
        set.Dispose();
        JoinHandle handle = set.SpawnLocal(async () => await Kio.YieldNow());
        AssertAborted([handle]);
        Assert.Throws<ObjectDisposedException>(() => set.BlockOn(async () => await Kio.YieldNow()));
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        Assert.Throws<ObjectDisposedException>(() => set.BlockOn(runtime, async () => await Kio.YieldNow()));
    });

    [Fact]
    public void SpawnsDuringCleanupAreAborted() => Bounded.Run(() =>
    {
        LocalSet set = new();
        Gate never = new();
        JoinHandle? late = null;
        _ = set.SpawnLocal(async () =>
        {
            try
            {
                await never.WaitAsync();
            }
            finally
            {
                late = Kio.SpawnLocal(async () => await Kio.YieldNow());
                Assert.True((await late.Value.JoinAsync()).IsAborted);
            }
        });
        set.BlockOn(async () => await Kio.YieldNow());
        set.Dispose();
        AssertAborted([late!.Value]);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OneOfItsOwnTasksMayDisposeIt(bool byTheRoot) => Bounded.Run(() =>
    {
        LocalSet set = new();
        Gate never = new();
        List<string> events = [];
        async Future DisposeIt()
        {
            try
            {
                await Kio.YieldNow();
                set.Dispose();
                events.Add("disposed");
                await Kio.YieldNow();
                events.Add("not reached");
            }
            finally
            {
                events.Add("cleanup");
            }
        }

        JoinHandle other = set.SpawnLocal(async () => { await never.WaitAsync(); });
        Assert.Throws<ObjectDisposedException>(() => set.BlockOn(async () =>
        {
            if (byTheRoot)
            {
                await DisposeIt();
            }
            else
            {
                await Kio.SpawnLocal(DisposeIt);
            }
        }));
        Assert.Equal(["disposed", "cleanup"], events);
        AssertAborted([other]);
    });

    [Fact]
    public void WhoeverDrivesIsTold() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        LocalSet set = new();
        Gate never = new();
        runtime.BlockOn(async () =>
        {
            JoinHandle driving = Kio.Spawn(() => set.RunUntilAsync(async () => { await never.WaitAsync(); }));
            await Kio.YieldNow();
            Assert.Equal(1, never.Polls);
            set.Dispose();
            JoinResult result = await driving.JoinAsync();
            Assert.IsType<ObjectDisposedException>(result.Exception);
        });
    });

    [Fact]
    public void TaskBasedCleanupStaysOnTheThread() => Bounded.Run(() =>
    {
        LocalSet set = new();
        Gate never = new();
        int here = Environment.CurrentManagedThreadId;
        List<int> threads = [];
        async Task Helper()
        {
            await Task.Yield();
            threads.Add(Environment.CurrentManagedThreadId);
            await Step();
            threads.Add(Environment.CurrentManagedThreadId);
        }

        async Future Step() => await Kio.YieldNow();

        _ = set.SpawnLocal(async () =>
        {
            try
            {
                await never.WaitAsync();
            }
            finally
            {
                await Helper();
                threads.Add(Environment.CurrentManagedThreadId);
            }
        });
        set.BlockOn(async () => await Kio.YieldNow());
        set.Dispose();
        Assert.Equal([here, here, here], threads);
    });

    [Fact]
    public void ASetWhoseThreadHasEndedCanBeDisposedAnywhere() => Bounded.Run(() =>
    {
        LocalSet set = new();
        Gate never = new();
        bool cleaned = false;
        JoinHandle handle = set.SpawnLocal(async () =>
        {
            try
            {
                await never.WaitAsync();
            }
            finally
            {
                cleaned = true;
            }
        });
        Thread thread = new(() => set.BlockOn(async () => await Kio.YieldNow()));
        thread.Start();
        thread.Join();
        set.Dispose();
        Assert.True(cleaned);
        AssertAborted([handle]);
    });

    [Fact]
    public void AThrowingHandWrittenDisposeStopsNobodyElse() => Bounded.Run(() =>
    {
        LocalSet set = new();
        List<JoinHandle<int>> handles = [];
        for (int i = 0; i < 3; i++)
        {
            handles.Add(set.SpawnLocal(async () =>
            {
                try
                {
                    return await new Gate().WaitAsync();
                }
                finally
                {
                    await new Stubborn().AsFuture();
                }
            }));
        }

        set.BlockOn(async () => await Kio.YieldNow());
        set.Dispose();
        Assert.All(handles, handle => Assert.True(handle.IsFinished));
    });

    [Fact]
    public void HandlesAwaitedElsewhereAreTold() => Bounded.Run(() =>
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(1);
        LocalSet set = new();
        JoinHandle<int> handle = set.SpawnLocal(async () => await new Gate().WaitAsync());
        JoinHandle<bool> waiting = runtime.Spawn(async () => (await handle.JoinAsync()).IsAborted);
        set.BlockOn(async () => await Kio.YieldNow());
        set.Dispose();
        Assert.True(runtime.BlockOn(async () => await waiting));
    });

    private static void AssertAborted(List<JoinHandle> handles)
    {
        using Runtime runtime = SpawnLocalTests.NewRuntime(0);
        runtime.BlockOn(async () =>
        {
            foreach (JoinHandle handle in handles)
            {
                Assert.True(handle.IsFinished);
                Assert.True((await handle.JoinAsync()).IsAborted);
            }
        });
    }

    /// <summary>Never ready, and fails when it is dropped.</summary>
    private sealed class Stubborn : IFuture<int>, IDisposable
    {
        public Poll<int> Poll(ref PollContext context) => Poll<int>.Pending;

        public void Dispose() => throw new InvalidTimeZoneException();
    }
}
