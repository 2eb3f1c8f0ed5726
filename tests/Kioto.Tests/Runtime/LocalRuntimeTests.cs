using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

public sealed class LocalRuntimeTests
{
    [Fact]
    public void SpawnLocal_works_inside_on_the_object_and_under_a_guard() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Create();
        Thread thread = Thread.CurrentThread;
        List<string> log = []; // No lock: one thread.
        JoinHandle before = runtime.SpawnLocal(() => Say("object"));
        JoinHandle guarded;
        using (runtime.Enter())
        {
            guarded = Kio.SpawnLocal(() => Say("guard"));
        }

        runtime.BlockOn(async () =>
        {
            await Kio.SpawnLocal(() => Say("inside"));
            await Kio.Spawn(() => Say("spawn"));
            await Kio.SpawnLocal(async System.Threading.Tasks.Task () =>
            {
                await System.Threading.Tasks.Task.Yield();
                await Say("task");
            });
            await before;
            await guarded;
        });
        Assert.Equal(["guard", "inside", "object", "spawn", "task"], log.Order());

        async Future Say(string what)
        {
            await Kio.YieldNow();
            Assert.Same(thread, Thread.CurrentThread);
            log.Add(what);
        }
    });

    [Fact]
    public void It_has_timers_and_a_blocking_pool_and_says_what_it_is() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Runtime.CreateCurrentThreadBuilder().Name("mine").StartPaused().BuildLocal();
        Assert.Equal(RuntimeFlavor.Local, runtime.Handle.Flavor);
        Assert.Equal("mine", runtime.Handle.Name);
        runtime.BlockOn(async () =>
        {
            Assert.Same(runtime.Handle, RuntimeHandle.Current);
            await Kio.Sleep(TimeSpan.FromHours(1));
            Assert.Equal(4, await runtime.SpawnBlocking(() => 4));
            JoinHandle stopped = runtime.SpawnBlocking((CancellationToken token) =>
            {
                token.WaitHandle.WaitOne();
                token.ThrowIfCancellationRequested();
            });
            stopped.Abort();
            Assert.True((await stopped.JoinAsync()).IsAborted);
        });
    });

    [Fact]
    public void Its_members_throw_on_another_thread_and_the_handle_does_not() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Create();
        JoinHandle<int> spawned = default;
        OnAnotherThread(() =>
        {
            foreach (Action use in new Action[]
            {
                () => runtime.BlockOn(Kio.YieldNow()),
                () => _ = runtime.SpawnLocal(Kio.YieldNow()),
                () => _ = runtime.SpawnBlocking(() => 1),
                () => runtime.Enter(),
                runtime.Dispose,
            })
            {
                Assert.Contains("another thread", Assert.Throws<InvalidOperationException>(use).Message, StringComparison.Ordinal);
            }

            using EnterGuard guard = runtime.Handle.Enter();
            Assert.Contains("another thread", Assert.Throws<InvalidOperationException>(
                () => { _ = Kio.SpawnLocal(async () => 1); }).Message, StringComparison.Ordinal);
            spawned = Kio.Spawn(async () => Environment.CurrentManagedThreadId);
        });
        Assert.Equal(Environment.CurrentManagedThreadId, runtime.BlockOn(async () => await spawned));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))] // BlockOn's thread is no worker of a per-core runtime, either.
    public void SpawnLocal_needs_something_that_stays_on_the_thread(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        string message = Assert.Throws<InvalidOperationException>(
            () => runtime.BlockOn(async () => _ = Kio.SpawnLocal(async () => 1))).Message;
        Assert.Contains("LocalSet", message, StringComparison.Ordinal);
        Assert.Contains("LocalRuntime", message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_LocalSet_can_not_be_driven_inside() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Create();
        using LocalSet set = new();
        bool ran = false;
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => runtime.BlockOn(set.RunUntilAsync(async () =>
        {
            ran = true;
            await Kio.YieldNow();
        })));
        Assert.Contains("LocalRuntime", exception.Message, StringComparison.Ordinal);
        Assert.False(ran);
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        set.BlockOn(other, async () => await Kio.YieldNow()); // The set is as it was.
    });

    [Fact]
    public void Only_a_current_thread_builder_builds_one()
    {
        Assert.Contains("BuildLocal", Assert.Throws<InvalidOperationException>(() => Runtime.CreateBuilder().BuildLocal()).Message, StringComparison.Ordinal);
        Assert.Contains("CreatePerCoreBuilder", Assert.Throws<InvalidOperationException>(() => Runtime.CreatePerCoreBuilder().BuildLocal()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Disposing_it_unwinds_its_tasks_on_its_thread() => Bounded.Run(() =>
    {
        List<int> threads = [];
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(threads, TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(Kio.YieldNow());
        runtime.Dispose();
        runtime.Dispose();
        Assert.True(handle.IsFinished);
        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads);
        Assert.True(runtime.SpawnLocal(async () => 1).IsFinished);
    });

    [Fact]
    public void Disposing_it_inside_its_BlockOn_cleans_up_before_BlockOn_returns() => Bounded.Run(() =>
    {
        List<int> threads = [];
        LocalRuntime runtime = Create();
        JoinHandle handle = runtime.SpawnLocal(() => Clean(threads, TimeSpan.FromMilliseconds(2)));
        runtime.BlockOn(async () =>
        {
            await Kio.YieldNow();
            runtime.Dispose();
        });
        Assert.True(handle.IsFinished);
        Assert.Equal([Environment.CurrentManagedThreadId, Environment.CurrentManagedThreadId], threads);
    });

    [Fact]
    public void Disposing_it_inside_another_runtimes_task_waits_for_nothing() => Bounded.Run(() =>
    {
        List<int> threads = [];
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        LocalRuntime runtime = Create();
        JoinHandle quick = runtime.SpawnLocal(() => Clean(threads, null));
        JoinHandle slow = runtime.SpawnLocal(() => Clean(threads, TimeSpan.FromDays(1)));
        runtime.BlockOn(Kio.YieldNow());
        other.RunTask(async () =>
        {
            await Kio.YieldNow();
            runtime.Dispose();
            Assert.True(quick.IsFinished);
            Assert.True(slow.IsFinished);
            Assert.Same(other.Handle, RuntimeHandle.Current);
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        });
        Assert.Equal(3, threads.Count); // Both began; the quick one ended.
    });

    [Fact]
    public void When_its_thread_has_ended_another_one_may_dispose_it() => Bounded.Run(() =>
    {
        LocalRuntime? runtime = null;
        JoinHandle handle = default;
        OnAnotherThread(() =>
        {
            runtime = Create();
            handle = runtime.SpawnLocal(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
            runtime.BlockOn(Kio.YieldNow());
        });
        runtime!.Dispose();
        Assert.True(handle.IsFinished);
    });

    [Fact]
    public void The_handle_of_another_thread_blocks_there_without_driving() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Create();
        Signal begun = new();
        int self = Environment.CurrentManagedThreadId;
        Thread other = new(() =>
        {
            int polled = runtime.Handle.BlockOn(async () =>
            {
                begun.Set();
                Assert.Equal(self, await Kio.Spawn(async () => Environment.CurrentManagedThreadId));
                return Environment.CurrentManagedThreadId;
            });
            Assert.Equal(Environment.CurrentManagedThreadId, polled);
        });
        other.Start();
        runtime.BlockOn(async () =>
        {
            await begun.AsFuture();
            await Kio.SpawnBlocking(other.Join);
        });
    });

    private static LocalRuntime Create() => Runtime.CreateCurrentThreadBuilder().BuildLocal();

    // Notes on which thread its cleanup began, and ended.
    internal static async Future Clean(List<int> threads, TimeSpan? time)
    {
        try
        {
            await Kio.Sleep(Timeout.InfiniteTimeSpan);
        }
        finally
        {
            threads.Add(Environment.CurrentManagedThreadId);
            if (time is { } wait)
            {
                await Kio.Sleep(wait);
            }

            threads.Add(Environment.CurrentManagedThreadId);
        }
    }

    private static void OnAnotherThread(Action body) => Bounded.Run(body);
}
