using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.LocalSetTests;

/// <summary>A set may have a policy of its own for failures that nobody observes. As Tokio's <c>unhandled_panic</c>.</summary>
public class FailurePolicyTests
{
    [Fact]
    public void TheSetsOwnCallbackIsToldAndTheRuntimesIsNot() => Bounded.Run(() =>
    {
        List<Exception> others = [];
        List<(Exception Failure, FailedTask Task)> mine = [];
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().OnUnhandledFailure(others.Add).Build();
        using LocalSet set = new(new LocalSetOptions { OnUnhandledFailure = (failure, task) => mine.Add((failure, task)) });
        set.BlockOn(runtime, async () =>
        {
            await Kio.SpawnLocal(async Task () =>
            {
                Posted(new InvalidOperationException("posted"));
                await Task.Yield();
            });
            Kio.Detach(async () => throw new InvalidOperationException("the runtime's"));
            await Kio.Spawn(async () => await Kio.YieldNow());
        });
        Assert.Equal("posted", Assert.Single(mine).Failure.Message);
        Assert.Equal("the runtime's", Assert.Single(others).Message);
    });

    [Fact]
    public void ByDefaultItIsTheRuntimes() => Bounded.Run(() =>
    {
        List<Exception> others = [];
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().OnUnhandledFailure(others.Add).Build();
        using LocalSet set = new(new LocalSetOptions());
        set.BlockOn(runtime, async () => await Kio.SpawnLocal(async Task () =>
        {
            Posted(new InvalidOperationException("posted"));
            await Task.Yield();
        }));
        Assert.Equal("posted", Assert.Single(others).Message);
    });

    [Fact]
    public void ItMayBeIgnored() => Bounded.Run(() =>
    {
        List<Exception> others = [];
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().OnUnhandledFailure(others.Add).Build();
        using LocalSet set = new(new LocalSetOptions { UnhandledFailures = UnhandledFailure.Ignore });
        set.BlockOn(runtime, async () => await Kio.SpawnLocal(async Task () =>
        {
            Posted(new InvalidOperationException("posted"));
            await Task.Yield();
        }));
        Assert.Empty(others);
        Assert.Equal(1, runtime.Metrics.UnhandledFailureCount);
    });

    [Fact]
    public void ShutdownRuntimeEndsWhatBlocksOnTheSet() => Bounded.Run(() =>
    {
        using LocalSet set = new(new LocalSetOptions { UnhandledFailures = UnhandledFailure.ShutdownRuntime });
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => set.BlockOn(async () =>
        {
            Posted(new InvalidOperationException("posted"));
            await Kio.Sleep(System.Threading.Timeout.InfiniteTimeSpan);
        }));
        Assert.Equal("posted", failure.Message);
    });

    [Fact]
    public void AGroupsPolicyComesFirst() => Bounded.Run(() =>
    {
        List<Exception> sets = [];
        List<Exception> groups = [];
        using LocalSet set = new(new LocalSetOptions { OnUnhandledFailure = (failure, _) => sets.Add(failure) });
        set.BlockOn(async () =>
        {
            using JoinSet group = new(new JoinSetOptions { DiscardResults = true, OnUnhandledFailure = (failure, _) => groups.Add(failure) });
            group.SpawnLocal(async () => throw new InvalidOperationException("group's"));
            await group.JoinNextAsync();
        });
        Assert.Equal("group's", Assert.Single(groups).Message);
        Assert.Empty(sets);
    });

    [Fact]
    public void OptionsThatMakeNoSenseAreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new LocalSet(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalSetOptions { UnhandledFailures = (UnhandledFailure)77 });
        Assert.Contains("OnUnhandledFailure", Assert.Throws<InvalidOperationException>(
            () => new LocalSet(new LocalSetOptions { UnhandledFailures = UnhandledFailure.Callback })).Message, StringComparison.Ordinal);
        Assert.Contains("not both", Assert.Throws<InvalidOperationException>(() => new LocalSet(new LocalSetOptions
        {
            UnhandledFailures = UnhandledFailure.Ignore,
            OnUnhandledFailure = static (_, _) => { },
        })).Message, StringComparison.Ordinal);
    }

    // As async void methods fail.
    private static void Posted(Exception failure) =>
        System.Threading.SynchronizationContext.Current!.Post(static state => throw (Exception)state!, failure);
}
