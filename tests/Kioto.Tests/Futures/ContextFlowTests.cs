using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>What flows with Tasks flows with futures: each behaviour is asserted of both in one test.</summary>
public sealed class ContextFlowTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_callee_sees_the_callers_value(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        s_local.Value = "caller";
        Assert.Equal("caller", await TaskRead());
        Assert.Equal("caller", await FutureRead());
        Assert.Equal("caller", s_local.Value);

        static async Task<string?> TaskRead()
        {
            await Task.Yield();
            return s_local.Value;
        }

        static async Future<string?> FutureRead()
        {
            await Kio.YieldNow();
            return s_local.Value;
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_callees_change_does_not_leak_to_its_caller(bool suspend) => Runtimes.Run(async () =>
    {
        s_local.Value = "caller";
        await TaskWrite(suspend);
        Assert.Equal("caller", s_local.Value);
        await FutureWrite(suspend);
        Assert.Equal("caller", s_local.Value);

        static async Task TaskWrite(bool suspend)
        {
            s_local.Value = "callee";
            if (suspend)
            {
                await Task.Yield();
                s_local.Value = "callee again";
            }
        }

        static async Future FutureWrite(bool suspend)
        {
            s_local.Value = "callee";
            if (suspend)
            {
                await Kio.YieldNow();
                s_local.Value = "callee again";
            }
        }
    });

    [Fact]
    public void A_change_to_the_default_context_does_not_leak_either() => Runtimes.Run(async () =>
    {
        Assert.Null(s_local.Value);
        await FutureWrite();
        Assert.Null(s_local.Value);
        await Kio.YieldNow();
        Assert.Null(s_local.Value);

        static async Future FutureWrite()
        {
            s_local.Value = "callee";
            await Kio.YieldNow();
            Assert.Equal("callee", s_local.Value);
        }
    });

    [Fact]
    public void A_future_sees_the_value_of_its_first_await_not_of_its_call() => Runtimes.Run(async () =>
    {
        // Laziness shows here: a Task's body has run by the time the value changes.
        s_local.Value = "call";
        Future<string?> future = Read();
        s_local.Value = "await";
        Assert.Equal("await", await future);

        static async Future<string?> Read()
        {
            await Kio.YieldNow();
            return s_local.Value;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_spawned_task_captures_the_spawners_value(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        s_local.Value = "spawner";
        Task<string?> task = Task.Run<string?>(() => s_local.Value);
        JoinHandle<string?> function = Kio.Spawn(async Future<string?> () =>
        {
            await Kio.YieldNow();
            return s_local.Value;
        });
        JoinHandle<string?> value = Kio.Spawn(Read());
        JoinHandle<string?> taskBased = Kio.Spawn(async Task<string?> () =>
        {
            await Task.Yield();
            return s_local.Value;
        });
        JoinHandle<string?> blocking = Kio.SpawnBlocking<string?>(() => s_local.Value);
        s_local.Value = "later";
        Assert.Equal("spawner", await task);
        Assert.Equal("spawner", await function);
        Assert.Equal("spawner", await value);
        Assert.Equal("spawner", await taskBased);
        Assert.Equal("spawner", await blocking);
        Assert.Equal("later", s_local.Value);

        static async Future<string?> Read()
        {
            await Future.Completed;
            return s_local.Value;
        }
    });

    [Fact]
    public void A_tasks_change_does_not_leak_to_the_next_task_of_the_worker() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        for (int i = 0; i < 50; i++)
        {
            await Kio.Spawn(async () =>
            {
                s_local.Value = "dirty";
                await Kio.YieldNow();
                s_local.Value = "dirtier";
            });
            Assert.Null(await Kio.Spawn(async () =>
            {
                await Future.Completed;
                return s_local.Value;
            }));
            Assert.Null(s_local.Value);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_suspended_tasks_value_does_not_leak_to_a_task_that_begins_after_it(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool stop = false;
        JoinHandle dirty = Kio.Spawn(async () =>
        {
            s_local.Value = "dirty";
            while (!Volatile.Read(ref stop))
            {
                await Kio.YieldNow();
            }
        });
        for (int i = 0; i < 50; i++)
        {
            Assert.Null(await Kio.Spawn(async () =>
            {
                await Future.Completed;
                return s_local.Value;
            }));
            Assert.Null(await Kio.Spawn(Poll.Of((ref PollContext _) => Poll<string?>.Ready(s_local.Value))));
            await Kio.YieldNow();
        }

        Volatile.Write(ref stop, true);
        await dirty;
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_that_has_suspended_leaves_nothing_to_the_next_task_of_the_worker(RuntimeKind kind) => Bounded.Run(() =>
    {
        // The Task that never ends would hold its disposal up for two graces.
        using Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.FromMilliseconds(1)).Build();
        Signal never = new();
        runtime.RunTask(async () =>
        {
            s_local.Value = "suspended";
            for (int i = 0; i < 8; i++)
            {
                Kio.Detach(async () => await never.AsFuture());
                Kio.Detach(Kio.Sleep(Timeout.InfiniteTimeSpan));
                _ = Kio.Spawn(never.AsFuture());
                Kio.Detach(() =>
                {
                    s_local.Value = "not an async method";
                    return new TaskCompletionSource().Task;
                });
                await Kio.YieldNow();
            }
        });
        for (int i = 0; i < 8; i++)
        {
            Assert.Null(runtime.BlockOn(runtime.Spawn(async Future<string?> () => s_local.Value).AsFuture()));
            Assert.Null(runtime.BlockOn(runtime.Spawn(() => Task.FromResult(s_local.Value)).AsFuture()));
        }
    });

    [Fact]
    public void SuppressFlow_is_respected_by_spawn() => Runtimes.Run(async () =>
    {
        s_local.Value = "spawner";
        Task<string?> task;
        JoinHandle<string?> handle;
        using (ExecutionContext.SuppressFlow())
        {
            task = Task.Run<string?>(() => s_local.Value);
            handle = Kio.Spawn(async Future<string?> () =>
            {
                await Kio.YieldNow();
                return s_local.Value;
            });
        }

        Assert.Null(await task);
        Assert.Null(await handle);
        Assert.Equal("spawner", s_local.Value);
    });

    [Fact]
    public void Awaiting_a_callee_that_completes_at_once_keeps_a_suppressed_flow_and_the_values() => Runtimes.Run(async () =>
    {
        s_local.Value = "caller";
        AsyncFlowControl control = ExecutionContext.SuppressFlow();
        await TaskCallee();
        Assert.Equal("caller", s_local.Value);
        Assert.True(ExecutionContext.IsFlowSuppressed());
        await FutureCallee();
        Assert.Equal("caller", s_local.Value);
        Assert.True(ExecutionContext.IsFlowSuppressed());
        control.Undo();
        Assert.Equal("caller", s_local.Value);

        static async Task TaskCallee()
        {
            Assert.True(ExecutionContext.IsFlowSuppressed());
            s_local.Value = "callee";
            await Task.CompletedTask;
        }

        static async Future FutureCallee()
        {
            Assert.True(ExecutionContext.IsFlowSuppressed());
            s_local.Value = "callee";
            await Task.CompletedTask;
        }
    });

    [Fact]
    public void BlockOn_keeps_the_threads_context() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        s_local.Value = "thread";
        Assert.Equal("thread", runtime.BlockOn(Change()));
        Assert.Equal("thread", s_local.Value);
        AsyncFlowControl control = ExecutionContext.SuppressFlow();
        runtime.BlockOn(Change());
        Assert.True(ExecutionContext.IsFlowSuppressed());
        control.Undo();
        Assert.Equal("thread", s_local.Value);

        static async Future<string?> Change()
        {
            string? seen = s_local.Value;
            s_local.Value = "changed";
            await Kio.Spawn(async () => s_local.Value = "task");
            return seen;
        }
    });

    [Fact]
    public void Activity_Current_flows_and_does_not_leak() => Runtimes.Run(async () =>
    {
        using Activity outer = new("outer");
        outer.Start();
        await TaskActivity();
        Assert.Same(outer, Activity.Current);
        await FutureActivity();
        Assert.Same(outer, Activity.Current);
        Assert.Same(outer, await Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return Activity.Current;
        }));

        static async Task TaskActivity()
        {
            Activity inner = new Activity("inner").Start();
            await Task.Yield();
            Assert.Same(inner, Activity.Current);
        }

        static async Future FutureActivity()
        {
            Activity inner = new Activity("inner").Start();
            await Kio.YieldNow();
            Assert.Same(inner, Activity.Current);
        }
    });

    [Fact]
    public void A_value_survives_awaiting_a_Task_completed_under_another_context() => Runtimes.Run(async () =>
    {
        s_local.Value = "mine";
        TaskCompletionSource source = new();
        Thread thread = new(() =>
        {
            s_local.Value = "completer";
            source.SetResult();
        });
        thread.Start();
        await source.Task;
        Assert.Equal("mine", s_local.Value);
    });

    [Fact]
    public void A_hand_written_future_is_always_polled_under_its_awaiters_context() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        int polls = 0;
        JoinHandle other = Kio.Spawn(async () =>
        {
            s_local.Value = "other";
            while (Volatile.Read(ref polls) < 20)
            {
                await Kio.YieldNow();
            }
        });
        s_local.Value = "mine";
        await Poll.Of((ref PollContext context) =>
        {
            Assert.Equal("mine", s_local.Value);
            context.Waker.Wake();
            return Interlocked.Increment(ref polls) >= 20 ? Poll<int>.Ready(0) : Poll<int>.Pending;
        });
        await other;
    });

    [Fact]
    public void A_spawned_hand_written_future_is_always_polled_under_its_spawners_context() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        int polls = 0;
        s_local.Value = "other";
        JoinHandle other = Kio.Spawn(async () =>
        {
            while (Volatile.Read(ref polls) < 20)
            {
                await Kio.YieldNow();
            }
        });
        s_local.Value = "mine";
        await Kio.Spawn(Poll.Of((ref PollContext context) =>
        {
            Assert.Equal("mine", s_local.Value);
            context.Waker.Wake();
            return Interlocked.Increment(ref polls) >= 20 ? Poll<int>.Ready(0) : Poll<int>.Pending;
        }));
        await other;
    });

    [Fact]
    public void A_posted_callback_runs_under_the_posters_context() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        SynchronizationContext context = SynchronizationContext.Current!;
        TaskCompletionSource<string?> seen = new();
        JoinHandle other = Kio.Spawn(async () =>
        {
            s_local.Value = "other";
            while (!seen.Task.IsCompleted)
            {
                await Kio.YieldNow();
            }
        });
        new Thread(() =>
        {
            s_local.Value = "poster";
            context.Post(_ => seen.SetResult(s_local.Value), null);
        })
        { IsBackground = true }.Start();
        Assert.Equal("poster", await seen.Task);
        await other;
    });
}
