using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class AbortTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Before_the_first_poll_the_body_never_runs(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int ran = 0;
        for (int i = 0; i < 100; i++)
        {
            int before = ran;
            JoinHandle handle = Kio.Spawn(async () =>
            {
                Interlocked.Increment(ref ran);
                await new Signal().AsFuture();
            });
            handle.Abort();
            Assert.True((await handle.JoinAsync()).IsAborted);
        }

        if (kind is RuntimeKind.CurrentThread or RuntimeKind.OneWorker)
        {
            Assert.Equal(0, ran);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_idle_task_is_unwound_at_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        bool cleaned = false;
        JoinHandle<int> handle = Kio.Spawn(async () =>
        {
            try
            {
                return await signal.AsFuture();
            }
            finally
            {
                cleaned = true;
            }
        });
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        JoinResult<int> result = await handle.JoinAsync();
        Assert.True(result.IsAborted && cleaned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Awaiting_an_aborted_task_throws_no_cancellation(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle<int> handle = Kio.Spawn(async () => await new Signal().AsFuture());
        await Kio.YieldNow();
        handle.Abort();
        Exception exception = await Expect.Throws<TaskAbortedException>(async () => await handle);
        Assert.IsNotType<OperationCanceledException>(exception, exactMatch: false);

        // Unhandled, it is the awaiter's failure, not its cancellation.
        JoinResult<int> awaiter = await Kio.Spawn(async () => await handle).JoinAsync();
        Assert.True(awaiter is { IsFaulted: true, IsAborted: false, Exception: TaskAbortedException });
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Finally_using_and_await_using_run_and_may_await(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<string> order = [];
        Signal signal = new();
        JoinHandle handle = Kio.Spawn(async () => await Outer());
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(["inner finally", "awaited", "async dispose", "dispose", "outer finally"], order);

        async Future Outer()
        {
            try
            {
                using Disposing disposing = new(order);
                await using AsyncDisposing asyncDisposing = new(order);
                await Inner();
            }
            finally
            {
                order.Add("outer finally");
            }
        }

        async Future Inner()
        {
            try
            {
                await signal.AsFuture();
            }
            finally
            {
                order.Add("inner finally");
                await Kio.Sleep(TimeSpan.FromMilliseconds(2));
                await Kio.YieldNow();
                order.Add("awaited");
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void From_itself_it_takes_effect_at_the_next_suspension(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            int step = 0;
            Signal go = new();
            JoinHandle handle = default;
            handle = Kio.Spawn(async () =>
            {
                await go.AsFuture();
                handle.Abort();
                step = 1;
                await Future.Completed;
                step = 2;
                await Kio.YieldNow();
                step = 3;
            });
            go.Set();
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.Equal(2, step);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Twice_is_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int cancellations = 0;
        int steps = 0;
        Signal signal = new();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await signal.AsFuture();
            }
            catch (OperationCanceledException)
            {
                cancellations++;
                for (int i = 0; i < 20; i++)
                {
                    await Kio.YieldNow();
                    steps++;
                }

                throw;
            }
        });
        await Expect.Until(() => signal.Polls > 0);
        for (int i = 0; i < 10; i++)
        {
            handle.Abort();
            await Kio.YieldNow();
        }

        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(1, cancellations);
        Assert.Equal(20, steps);
        handle.Abort();
        Assert.True(handle.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_finished_task_keeps_its_result(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle<int> handle = Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return 8;
        });
        await handle;
        handle.Abort();
        handle.Abort();
        Assert.Equal(8, await handle);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Racing_completion_gives_one_of_both_outcomes(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int[] outcomes = new int[2];
        for (int i = 0; i < 600; i++)
        {
            Signal signal = new();
            int cleaned = 0;
            JoinHandle<int> handle = Kio.Spawn(async () =>
            {
                try
                {
                    return await signal.AsFuture();
                }
                finally
                {
                    cleaned++;
                }
            });
            await Expect.Until(() => signal.Polls > 0);
            JoinHandle setter = default;
            switch (i % 3)
            {
                case 0: // The completion comes first, for certain.
                    signal.Set(5);
                    await Expect.Until(() => handle.IsFinished);
                    handle.Abort();
                    break;
                case 1: // The abort does.
                    handle.Abort();
                    signal.Set(5);
                    break;
                default:
                    setter = Kio.Spawn(async () =>
                    {
                        await Future.Completed;
                        signal.Set(5);
                    });
                    if (i % 2 == 0)
                    {
                        await Kio.YieldNow();
                    }

                    handle.Abort();
                    await setter;
                    break;
            }

            JoinResult<int> result = await handle.JoinAsync();
            Assert.Equal(1, cleaned);
            Assert.False(result.IsFaulted);
            Assert.NotEqual(result.IsAborted, result.IsCompletedSuccessfully);
            Assert.Equal(5, result.IsAborted ? 5 : result.Value);
            if (i % 3 < 2)
            {
                Assert.Equal(i % 3 == 1, result.IsAborted);
                outcomes[i % 3]++;
            }
        }

        Assert.Equal([200, 200], outcomes);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_exception_says_which_task_it_was_and_why(RuntimeKind kind)
    {
        JoinHandle<int> aborted = default;
        JoinHandle<int> closed = default;
        JoinResult<int> abort = default;
        JoinResult<int> close = default;
        Exception? thrown = null;
        Bounded.Run(() =>
        {
            Runtime runtime = Runtimes.Create(kind);
            runtime.RunTask(async () =>
            {
                aborted = Kio.Spawn(async () => await Future.Pending<int>());
                closed = Kio.Spawn(async () => await Future.Pending<int>());
                aborted.Abort();
                thrown = await Expect.Throws<TaskAbortedException>(async () => await aborted);
                abort = await aborted.JoinAsync();
            });
            runtime.Dispose();
            using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
            close = other.BlockOn(closed.JoinAsync());
        });
        Assert.Equal($"Task {aborted.Id} was aborted.", thrown!.Message);
        Assert.Equal(thrown.Message, Assert.IsType<TaskAbortedException>(abort.Exception).Message);
        Assert.True(close.IsAborted);
        string message = Assert.IsType<TaskAbortedException>(close.Exception).Message;
        Assert.StartsWith($"Task {closed.Id} was aborted by the shutdown of its runtime or its local set. ", message, StringComparison.Ordinal);
        Assert.Contains("Runtime.ShutdownAsync", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_exception_of_a_task_that_was_refused_says_so_and_what_to_do(RuntimeKind kind)
    {
        Runtime runtime = Runtimes.Create(kind);
        runtime.Dispose();
        JoinHandle<int> task = runtime.Spawn(async () => { await Kio.YieldNow(); return 1; });
        JoinHandle closure = runtime.SpawnBlocking(() => { });
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Says(task.Id, Assert.Throws<TaskAbortedException>(() => other.BlockOn(task.AsFuture())));
        Says(closure.Id, Assert.Throws<TaskAbortedException>(() => other.BlockOn(closure.AsFuture())));

        static void Says(TaskId id, TaskAbortedException exception)
        {
            Assert.StartsWith($"Task {id} never began: its runtime or its local set had been shut down.", exception.Message, StringComparison.Ordinal);
            Assert.Contains("Spawn on one that still runs", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_running_task_goes_on_until_it_suspends() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim aborted = new();
        bool reached = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            started.Set();
            aborted.Wait();
            reached = true;
            await Kio.YieldNow();
            reached = false;
        });
        await Kio.SpawnBlocking(started.Wait);
        handle.Abort();
        Assert.False(handle.IsFinished);
        aborted.Set();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(reached);
    });

    [Fact]
    public void A_task_that_ends_without_suspending_again_has_its_result() => Runtimes.Run(async () =>
    {
        JoinHandle<int> handle = default;
        Signal go = new();
        handle = Kio.Spawn(async () =>
        {
            await go.AsFuture();
            handle.Abort();
            return 6;
        });
        go.Set();
        Assert.Equal(6, await handle);
    });

    [Fact]
    public void Swallowing_the_cancellation_gives_the_result() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(async () =>
        {
            try
            {
                return await signal.AsFuture();
            }
            catch (FutureCancelledException)
            {
                await Kio.YieldNow();
                return 7;
            }
        });
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        Assert.Equal(7, await handle);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void During_its_own_cleanup_and_by_itself_it_changes_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        Signal cleanup = new();
        int cleaned = 0;
        JoinHandle handle = default;
        handle = Kio.Spawn(async () =>
        {
            try
            {
                await signal.AsFuture();
            }
            finally
            {
                handle.Abort();
                await cleanup.AsFuture();
                handle.Abort();
                await Kio.YieldNow();
                cleaned++;
            }
        });
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        await Expect.Until(() => cleanup.Polls > 0);
        Assert.False(handle.IsFinished);
        JoinHandle<JoinResult> joining = Kio.Spawn(handle.JoinAsync());
        handle.Abort();
        for (int i = 0; i < 20; i++)
        {
            await Kio.YieldNow();
        }

        Assert.False(joining.IsFinished);
        cleanup.Set();
        Assert.True((await joining).IsAborted);
        Assert.Equal(1, cleaned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cleanup_may_abort_and_await_another_task(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<string> order = [];
        Signal started = new();
        Signal childStarted = new();
        JoinHandle child = Kio.Spawn(async () =>
        {
            try
            {
                await childStarted.AsFuture();
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                order.Add("child");
            }
        });
        JoinHandle parent = Kio.Spawn(async () =>
        {
            try
            {
                await started.AsFuture();
            }
            finally
            {
                child.Abort();
                await child.JoinAsync();
                order.Add("parent");
            }
        });
        await Expect.Until(() => started.Polls > 0 && childStarted.Polls > 0);
        parent.Abort();
        Assert.True((await parent.JoinAsync()).IsAborted);
        Assert.Equal(["child", "parent"], order);
    });

    [Fact]
    public void A_failure_in_cleanup_is_the_outcome() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await signal.AsFuture();
            }
            finally
            {
                await Kio.YieldNow();
                Fail();
            }
        });
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        Assert.IsType<FormatException>((await handle.JoinAsync()).Exception);

        static void Fail() => throw new FormatException();
    });

    [Fact]
    public void Each_kind_of_leaf_can_be_cancelled() => Runtimes.Run(async () =>
    {
        JoinHandle never = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        JoinHandle<int>[] handles =
        [
            Kio.Spawn(async () => { await Kio.Sleep(TimeSpan.FromHours(1)); return 0; }),
            Kio.Spawn(async () => { await never; return 0; }),
            Kio.Spawn(async () => { await never.JoinAsync(); return 0; }),
            Kio.Spawn(async () => await new Signal().AsFuture()),
            Kio.Spawn(async () => await new TaskCompletionSource<int>().Task.AsFuture()),
            Kio.Spawn(async Future<int> () => { while (true) { await Kio.YieldNow(); } }),
            Kio.Spawn(async () => { await Expect.Until(() => false); return 0; }),
            Kio.Spawn(new Signal().AsFuture()),
            Kio.Spawn(never.JoinAsync().AsInt()),
        ];
        await Kio.Sleep(TimeSpan.FromMilliseconds(2));
        foreach (JoinHandle<int> handle in handles)
        {
            handle.Abort();
        }

        foreach (JoinHandle<int> handle in handles)
        {
            Assert.True((await handle.JoinAsync()).IsAborted);
        }

        Assert.False(never.IsFinished);
        never.Abort();
        Assert.True((await never.JoinAsync()).IsAborted);
    });

    [Fact]
    public void Another_tasks_cancellation_is_a_failure_here() => Runtimes.Run(async () =>
    {
        JoinResult result = await Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            throw new OperationCanceledException();
        }).JoinAsync();
        Assert.True(result is { IsFaulted: true, IsAborted: false });
    });

    [Fact]
    public void A_task_that_aborts_its_awaiter_and_its_awaited_ends_both() => Runtimes.Run(async () =>
    {
        for (int i = 0; i < 100; i++)
        {
            JoinHandle<int> inner = Kio.Spawn(async () => await new Signal().AsFuture());
            JoinHandle<int> outer = Kio.Spawn(async () => await inner);
            if (i % 2 == 0)
            {
                await Kio.YieldNow();
            }

            inner.Abort();
            outer.Abort();
            Assert.True((await inner.JoinAsync()).IsAborted);
            Assert.False((await outer.JoinAsync()).IsCompletedSuccessfully);
        }
    });

    [Fact]
    public void From_a_plain_thread_it_works_too() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await signal.AsFuture());
        await Expect.Until(() => signal.Polls > 0);
        new Thread(handle.Abort) { IsBackground = true }.Start();
        Assert.True((await handle.JoinAsync()).IsAborted);
    });

    private sealed class Disposing(List<string> order) : IDisposable
    {
        public void Dispose() => order.Add("dispose");
    }

    private sealed class AsyncDisposing(List<string> order) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            order.Add("async dispose");
        }
    }
}

file static class Converting
{
    internal static async Future<int> AsInt(this Future<JoinResult> join)
    {
        await join;
        return 0;
    }
}
