using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>Scopes: nothing outlives them, and no failure is lost.</summary>
public sealed class TaskScopeTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_end_waits_for_all_children(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int ended = 0;
        await using (TaskScope scope = TaskScope.Open())
        {
            for (int i = 0; i < 10; i++)
            {
                int yields = i;
                scope.Spawn(async () =>
                {
                    await After(yields, 0);
                    Interlocked.Increment(ref ended);
                });
            }

            scope.SpawnBlocking(() =>
            {
                Interlocked.Increment(ref ended);
            });
            scope.Spawn(async Task () =>
            {
                await Task.Yield();
                Interlocked.Increment(ref ended);
            });
            Assert.Equal(5, await scope.Spawn(After(1, 5)));
            Assert.Equal(6, await scope.SpawnBlocking(static () => 6));
            Assert.Equal(7, await scope.SpawnOn(RuntimeHandle.Current, After(1, 7)));
        }

        Assert.Equal(12, ended);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_first_failure_cancels_the_siblings_and_is_thrown_after_their_cleanup(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        NotSupportedException failure = await Expect.Throws<NotSupportedException>(async () =>
        {
            await using TaskScope scope = TaskScope.Open();
            _ = scope.Spawn(cleaning.Run());
            _ = scope.Spawn(cleaning.Run());
            await cleaning.Begun(2);
            _ = scope.Spawn(Fails("first"));
        });
        Assert.Equal("first", failure.Message);
        Assert.Equal(2, cleaning.Cleaned);
        Assert.Empty(TaskScope.FurtherFailures(failure));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Further_failures_are_attached_and_reported(RuntimeKind kind) => Bounded.Run(() =>
    {
        List<Exception> reported = [];
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(failure =>
        {
            lock (reported)
            {
                reported.Add(failure);
            }
        }).Build();
        runtime.RunTask(async () =>
        {
            Exception failure = await Expect.Throws<NotSupportedException>(async () =>
            {
                Cleaning cleaning = new();
                await using TaskScope scope = TaskScope.Open();
                _ = scope.Spawn(cleaning.Run(static () => throw new FormatException("in cleanup")));
                await cleaning.Begun(1);
                _ = scope.Spawn(Fails("first"));
            });
            Exception further = Assert.Single(TaskScope.FurtherFailures(failure));
            Assert.IsType<FormatException>(further);
            Assert.Equal([further], reported);
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Waiting_for_all_collects_all_failures(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool ran = false;
        AggregateException failure = await Expect.Throws<AggregateException>(async () =>
        {
            await using TaskScope scope = TaskScope.Open(new TaskScopeOptions { FailurePolicy = ScopeFailurePolicy.WaitAll });
            _ = scope.Spawn(Fails("one"));
            _ = scope.Spawn(Fails("two"));
            await Expect.Until(() => scope.Count == 0);
            scope.Spawn(async () =>
            {
                await Kio.YieldNow();
                ran = true;
            });
        });
        Assert.Equal(["one", "two"], failure.InnerExceptions.Select(static inner => inner.Message).Order());
        Assert.True(ran);
        await Expect.Throws<AggregateException>(async () =>
            await TaskScope.RunAsync(new TaskScopeOptions { FailurePolicy = ScopeFailurePolicy.WaitAll }, scope =>
            {
                _ = scope.Spawn(Fails("alone"));
                return Future.Completed;
            }));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void RunAsync_gives_the_result_when_the_children_have_ended(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int ended = 0;
        int result = await TaskScope.RunAsync(async scope =>
        {
            scope.Spawn(async () =>
            {
                await After(5, 0);
                ended++;
            });
            return await scope.Spawn(After(1, 4));
        });
        Assert.Equal(4, result);
        Assert.Equal(1, ended);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void RunAsync_cancels_the_children_when_the_body_fails(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(static _ => { }).Build();
        runtime.RunTask(async () =>
        {
            Cleaning cleaning = new();
            Exception failure = await Expect.Throws<FormatException>(async () => await TaskScope.RunAsync(async scope =>
            {
                _ = scope.Spawn(cleaning.Run());
                _ = scope.Spawn(cleaning.Run(static () => throw new NotSupportedException()));
                await cleaning.Begun(2);
                throw new FormatException("body");
            }));
            Assert.Equal(2, cleaning.Cleaned);
            Assert.IsType<NotSupportedException>(Assert.Single(TaskScope.FurtherFailures(failure)));
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void RunAsync_cancels_the_body_when_a_child_fails(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(static _ => { }).Build();
        runtime.RunTask(async () =>
        {
            bool cleaned = false;
            await Expect.Throws<NotSupportedException>(async () => await TaskScope.RunAsync(async scope =>
            {
                _ = scope.Spawn(Fails("child"));
                await CleansUp(() => cleaned = true);
            }));
            Assert.True(cleaned);
            Exception failure = await Expect.Throws<NotSupportedException>(async () => await TaskScope.RunAsync(async scope =>
            {
                _ = scope.Spawn(Fails("child"));
                await CleansUp(static () => throw new FormatException("body's cleanup"));
            }));
            Assert.Equal("body's cleanup", Assert.Single(TaskScope.FurtherFailures(failure)).Message);
        });
    });

    [Fact]
    public void A_failure_that_the_body_sees_through_a_handle_is_thrown_once() => Runtimes.Run(async () =>
    {
        Exception failure = await Expect.Throws<NotSupportedException>(async () =>
            await TaskScope.RunAsync(async scope => await scope.Spawn(Fails("child"))));
        Assert.Empty(TaskScope.FurtherFailures(failure));
        await Expect.Throws<NotSupportedException>(async () => await TaskScope.RunAsync(async scope =>
        {
            JoinHandle<int> sibling = scope.Spawn(CleansUp(static () => { }));
            _ = scope.Spawn(Fails("child"));
            await sibling;
        }));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborting_the_task_cancels_scopes_at_every_depth(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        JoinHandle outer = Kio.Spawn(async () =>
        {
            await using TaskScope first = TaskScope.Open();
            _ = first.Spawn(cleaning.Run());
            first.Spawn(async () => await TaskScope.RunAsync(async second =>
            {
                _ = second.Spawn(cleaning.Run());
                second.Spawn(async () =>
                {
                    await using TaskScope third = TaskScope.Open();
                    _ = third.Spawn(cleaning.Run());
                });
                await Never();
            }));
        });
        await cleaning.Begun(3);
        outer.Abort();
        Assert.True((await outer.JoinAsync()).IsAborted);
        Assert.Equal(3, cleaning.Cleaned);
    });

    [Fact]
    public void Children_are_cancelled_when_unwinding_begins_not_when_it_arrives() => Runtimes.Run(async () =>
    {
        Event childCleaned = new();
        Cleaning cleaning = new();
        JoinHandle outer = Kio.Spawn(async () =>
        {
            await using TaskScope scope = TaskScope.Open();
            _ = scope.Spawn(cleaning.Run(childCleaned.Set));
            try
            {
                await Never();
            }
            finally
            {
                await childCleaned.WaitAsync();
            }
        });
        await cleaning.Begun(1);
        outer.Abort();
        Assert.True((await outer.JoinAsync()).IsAborted);
    });

    [Fact]
    public void A_lost_select_arm_leaves_its_scope() => Runtimes.Run(async () =>
    {
        Cleaning cleaning = new();
        await Kio.SelectBiased(Scoped().AsUnit(), cleaning.Begun(1).AsUnit());
        Assert.Equal(1, cleaning.Cleaned);

        async Future Scoped()
        {
            await using TaskScope scope = TaskScope.Open();
            _ = scope.Spawn(cleaning.Run());
        }
    });

    [Fact]
    public void A_scope_in_cleanup_is_not_cancelled_with_what_it_cleans_up() => Runtimes.Run(async () =>
    {
        int ran = 0;
        Event begun = new();
        JoinHandle task = Kio.Spawn(async () =>
        {
            try
            {
                begun.Set();
                await Never();
            }
            finally
            {
                await using TaskScope scope = TaskScope.Open();
                scope.Spawn(async () =>
                {
                    await After(3, 0);
                    ran++;
                });
            }
        });
        await begun.WaitAsync();
        task.Abort();
        Assert.True((await task.JoinAsync()).IsAborted);
        Assert.Equal(1, ran);
    });

    [Fact]
    public void The_deadline_cancels_and_throws() => Paused.Run(async runtime =>
    {
        Cleaning cleaning = new();
        Instant begin = Instant.Now;
        await Expect.Throws<TimeoutException>(async () =>
        {
            await using TaskScope scope = TaskScope.Open(new TaskScopeOptions { Timeout = TimeSpan.FromSeconds(5) });
            _ = scope.Spawn(cleaning.Run());
        });
        Assert.Equal(1, cleaning.Cleaned);
        Assert.InRange(begin.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        await Expect.Throws<TimeoutException>(async () => await TaskScope.RunAsync(
            new TaskScopeOptions { Deadline = Instant.Now + TimeSpan.FromSeconds(5), Timeout = GroupBodies.Forever },
            async scope => await cleaning.Run()));
        Assert.Equal(2, cleaning.Cleaned);
        Assert.Equal(3, await TaskScope.RunAsync(
            new TaskScopeOptions { Timeout = TimeSpan.FromSeconds(5) }, async scope => await scope.Spawn(After(1, 3))));
    });

    [Fact]
    public void The_end_of_the_runtimes_timers_is_no_deadline() => Paused.Run(async runtime =>
    {
        await using TaskScope scope = TaskScope.Open(new TaskScopeOptions { Timeout = TimeSpan.FromHours(1) });
        JoinHandle<int> child = scope.Spawn(async () =>
        {
            await Kio.YieldNow();
            return scope.CancellationToken.IsCancellationRequested ? 1 : 0;
        });
        ((RuntimeScheduler)Ambient.Current.Scheduler!).Driver.Timers.Close();
        Assert.False(scope.CancellationToken.IsCancellationRequested);
        Assert.Equal(0, await child);
    });

    [Fact]
    public void A_deadline_needs_a_runtime_and_options_are_checked()
    {
        TaskScopeOptions limited = new() { Timeout = TimeSpan.FromSeconds(1) };
        Exception failure = Assert.Throws<InvalidOperationException>(() => TaskScope.Open(limited));
        Assert.Contains("TaskScope.Open", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new TaskScopeOptions { Limit = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new TaskScopeOptions { Timeout = TimeSpan.FromSeconds(-2) });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new TaskScopeOptions { FailurePolicy = (ScopeFailurePolicy)9 });
        Assert.Throws<InvalidOperationException>(static () => TaskScope.Open().Spawn(Never));
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_limit_holds_and_a_child_may_spawn_into_its_own_scope(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int running = 0;
        int ran = 0;
        await using (TaskScope scope = TaskScope.Open(new TaskScopeOptions { Limit = 2 }))
        {
            scope.Spawn(() => Grow(scope, 5));

            async Future Grow(TaskScope into, int depth)
            {
                Assert.InRange(Interlocked.Increment(ref running), 1, 2);
                await Kio.YieldNow();
                if (depth > 0)
                {
                    into.Spawn(() => Grow(into, depth - 1));
                    into.Spawn(() => Grow(into, depth - 1));
                }

                Interlocked.Increment(ref ran);
                Interlocked.Decrement(ref running);
            }
        }

        Assert.Equal(63, ran);
    });

    [Fact]
    public void A_scope_that_has_ended_takes_no_children() => Runtimes.Run(async () =>
    {
        TaskScope scope = TaskScope.Open();
        await scope.DisposeAsync();
        await scope.DisposeAsync();
        bool ran = false;
        Exception failure = Assert.Throws<ObjectDisposedException>(() => scope.Spawn(() =>
        {
            ran = true;
            return Future.Completed;
        }));
        Assert.Contains("outlive", failure.Message, StringComparison.Ordinal);
        await Expect.Throws<ObjectDisposedException>(async () => await scope.SpawnAsync(Never()));
        Assert.False(ran);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_on_purpose_throws_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Cleaning cleaning = new();
        bool late = false;
        CancellationToken token;
        await using (TaskScope scope = TaskScope.Open())
        {
            token = scope.CancellationToken;
            _ = scope.Spawn(cleaning.Run());
            scope.SpawnBlocking(() =>
            {
                scope.CancellationToken.WaitHandle.WaitOne();
                scope.CancellationToken.ThrowIfCancellationRequested();
            });
            await cleaning.Begun(1);
            Assert.False(token.IsCancellationRequested);
            scope.Cancel();
            scope.Cancel();
            scope.Spawn(() =>
            {
                late = true;
                return Future.Completed;
            });
        }

        Assert.True(token.IsCancellationRequested);
        Assert.Equal(1, cleaning.Cleaned);
        Assert.False(late);
        await Expect.Throws<OperationCanceledException>(async () => await TaskScope.RunAsync(async scope =>
        {
            scope.Spawn(async () =>
            {
                await Kio.YieldNow();
                scope.Cancel();
            });
            await Never();
        }));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_token_of_somebody_else_cancels_the_scope(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        using CancellationTokenSource source = new();
        Cleaning cleaning = new();
        OperationCanceledException failure = await Expect.Throws<OperationCanceledException>(async () =>
        {
            await using TaskScope scope = TaskScope.Open(new TaskScopeOptions { CancellationToken = source.Token });
            _ = scope.Spawn(cleaning.Run());
            await cleaning.Begun(1);
            source.Cancel();
        });
        Assert.Equal(source.Token, failure.CancellationToken);
        Assert.Equal(1, cleaning.Cleaned);
    });

    [Fact]
    public void A_callback_of_the_token_that_throws_is_reported() => Bounded.Run(() =>
    {
        List<Exception> reported = [];
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).OnUnhandledFailure(reported.Add).Build();
        runtime.RunTask(async () =>
        {
            await using TaskScope scope = TaskScope.Open();
            scope.CancellationToken.Register(static () => throw new FormatException());
            scope.Cancel();
        });
        Assert.IsType<FormatException>(Assert.Single(Assert.IsType<AggregateException>(Assert.Single(reported)).InnerExceptions));
    });

    [Fact]
    public void A_child_that_is_aborted_has_not_failed() => Runtimes.Run(async () =>
    {
        await using TaskScope scope = TaskScope.Open();
        AbortHandle child = scope.Spawn(Never);
        JoinHandle<int> other = scope.Spawn(After(10, 1));
        await Kio.YieldNow();
        child.Abort();
        Assert.Equal(1, await other);
    });

    [Fact]
    public void Children_on_a_runtime_that_ends_end_with_it() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () =>
        {
            Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
            await using TaskScope scope = TaskScope.Open();
            JoinHandle<int> child = scope.SpawnOn(other.Handle, CleansUp(static () => { }));
            await Kio.SpawnBlocking(other.Dispose);
            await Expect.Throws<TaskAbortedException>(async () => await child);
            scope.SpawnOn(other.Handle, Never);
        });
    });

    [Fact]
    public void A_runtime_that_ends_under_its_scopes_does_not_hang() => Bounded.Run(() =>
    {
        Event begun = new();
        JoinHandle owner;
        using (Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers))
        {
            owner = runtime.Spawn(async () => await TaskScope.RunAsync(async scope =>
            {
                scope.Spawn(Never);
                _ = scope.Spawn(CleansUp(static () => { }));
                begun.Set();
                await Never();
            }));
            runtime.BlockOn(async () => await begun.WaitAsync());
        }

        Assert.True(owner.IsFinished);
    });

    [Fact]
    public void Task_based_code_may_hold_a_scope() => Runtimes.Run(async () =>
    {
        int ended = 0;
        await Hold();
        Assert.Equal(2, ended);

        async Task Hold()
        {
            await using TaskScope scope = TaskScope.Open();
            scope.Spawn(async () =>
            {
                await After(5, 0);
                Interlocked.Increment(ref ended);
            });
            await Task.Yield();
            scope.Spawn(async () =>
            {
                await After(5, 0);
                Interlocked.Increment(ref ended);
            });
        }
    });
}
