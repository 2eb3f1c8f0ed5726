using System;
using System.Collections.Generic;

namespace Kioto.Tests;

/// <summary>What a scope's or a set's own policy does about failures that nobody observes.</summary>
public sealed class GroupFailureTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_scope_tells_its_own_callback_of_further_failures_and_whose_they_are(RuntimeKind kind)
    {
        List<Exception> ofRuntime = [];
        List<(Exception Failure, FailedTask Task)> ofScope = [];
        Bounded.Run(() =>
        {
            using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(ofRuntime.Add).Build();
            runtime.RunTask(async () =>
            {
                TaskScopeOptions options = new() { OnUnhandledFailure = (failure, task) => ofScope.Add((failure, task)) };
                TaskId second = await FailTwice(options);
                (Exception further, FailedTask whose) = Assert.Single(ofScope);
                Assert.Equal("further", further.Message);
                Assert.Equal(second, whose.Id);
                Assert.Equal("GroupFailureTests.cs", System.IO.Path.GetFileName(whose.SpawnSite.File));
            });
        });
        Assert.Empty(ofRuntime);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Without_one_the_runtime_is_told_whose_they_are(RuntimeKind kind) => Bounded.Run(() =>
    {
        List<(Exception Failure, FailedTask Task)> told = [];
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure((failure, task) => told.Add((failure, task))).Build();
        runtime.RunTask(async () =>
        {
            TaskId second = await FailTwice(new TaskScopeOptions());
            (Exception further, FailedTask whose) = Assert.Single(told);
            Assert.Equal("further", further.Message);
            Assert.Equal(second, whose.Id);
        });
    });

    [Theory]
    [InlineData(UnhandledFailure.Ignore, false)]
    [InlineData(UnhandledFailure.ShutdownRuntime, true)]
    public void A_policy_of_a_scope_decides_also_about_the_body(UnhandledFailure policy, bool ends) => Bounded.Run(() =>
    {
        List<Exception> ofRuntime = [];
        using Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).OnUnhandledFailure(ofRuntime.Add).Build();
        JoinHandle task = runtime.Spawn(async () =>
        {
            TaskScopeOptions options = new() { UnhandledFailures = policy };
            await Expect.Throws<FormatException>(() => TaskScope.RunAsync(options, async scope =>
            {
                Event begun = new();
                scope.Spawn(async () =>
                {
                    await begun.WaitAsync();
                    throw new FormatException("first");
                });
                try
                {
                    begun.Set();
                    await Kio.Sleep(System.Threading.Timeout.InfiniteTimeSpan);
                }
                finally
                {
                    await Kio.YieldNow();
                    Fail("the body's cleanup");
                }
            }));
        });
        Exception? thrown = Record.Exception(() => runtime.BlockOn(async () =>
        {
            await task.JoinAsync();
            if (ends)
            {
                await Kio.Sleep(System.Threading.Timeout.InfiniteTimeSpan);
            }
        }));
        Assert.Equal(ends, thrown is NotSupportedException);
        Assert.Empty(ofRuntime);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_set_that_discards_results_has_a_policy_of_its_own(RuntimeKind kind) => Bounded.Run(() =>
    {
        List<Exception> ofRuntime = [];
        List<(Exception Failure, FailedTask Task)> ofSet = [];
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(ofRuntime.Add).Build();
        runtime.RunTask(async () =>
        {
            await using JoinSet told = new(new JoinSetOptions
            {
                DiscardResults = true,
                OnUnhandledFailure = (failure, task) =>
                {
                    lock (ofSet)
                    {
                        ofSet.Add((failure, task));
                    }
                },
            });
            await using JoinSet<int> ignored = new(new JoinSetOptions { DiscardResults = true, UnhandledFailures = UnhandledFailure.Ignore });
            AbortHandle one = told.Spawn(async () => throw new FormatException("told"));
            ignored.Spawn(async () => await FailAsync());
            Assert.Null(await told.JoinNextAsync());
            Assert.Null(await ignored.JoinNextAsync());
            (Exception failure, FailedTask task) = Assert.Single(ofSet);
            Assert.Equal("told", failure.Message);
            Assert.Equal(one.Id, task.Id);
        });
        Assert.Empty(ofRuntime);

        static async Future<int> FailAsync()
        {
            await Kio.YieldNow();
            throw new FormatException("ignored");
        }
    });

    [Fact]
    public void Policies_that_contradict_each_other_are_refused_by_name()
    {
        UnhandledFailure wrong = (UnhandledFailure)9;
        Assert.Equal("UnhandledFailures", Assert.Throws<ArgumentOutOfRangeException>(() => new JoinSetOptions { UnhandledFailures = wrong }).ParamName);
        Assert.Equal("UnhandledFailures", Assert.Throws<ArgumentOutOfRangeException>(() => new TaskScopeOptions { UnhandledFailures = wrong }).ParamName);
        string both = Assert.Throws<InvalidOperationException>(() => new JoinSet(new JoinSetOptions
        {
            UnhandledFailures = UnhandledFailure.Log,
            OnUnhandledFailure = static (_, _) => { },
        })).Message;
        Assert.Contains("UnhandledFailures", both, StringComparison.Ordinal);
        Assert.Contains("OnUnhandledFailure", both, StringComparison.Ordinal);
        string missing = Assert.Throws<InvalidOperationException>(
            () => TaskScope.Open(new TaskScopeOptions { UnhandledFailures = UnhandledFailure.Callback })).Message;
        Assert.Contains("OnUnhandledFailure", missing, StringComparison.Ordinal);
        using JoinSet<int> explicitly = new(new JoinSetOptions { UnhandledFailures = UnhandledFailure.Callback, OnUnhandledFailure = static (_, _) => { } });
    }

    // A child fails, and another one in the cleanup for which that is the cause. Returns the latter.
    private static async Future<TaskId> FailTwice(TaskScopeOptions options)
    {
        TaskId? second = null;
        await Expect.Throws<FormatException>(() => TaskScope.RunAsync(options, async scope =>
        {
            Event begun = new();
            second = scope.Spawn(async () =>
            {
                try
                {
                    begun.Set();
                    await Kio.Sleep(System.Threading.Timeout.InfiniteTimeSpan);
                }
                finally
                {
                    await Kio.YieldNow();
                    Fail("further");
                }
            }).Id;
            await begun.WaitAsync();
            scope.Spawn(async () => throw new FormatException("first"));
            await Kio.Sleep(System.Threading.Timeout.InfiniteTimeSpan);
        }));
        return second!.Value;
    }

    private static void Fail(string message) => throw new NotSupportedException(message);
}
