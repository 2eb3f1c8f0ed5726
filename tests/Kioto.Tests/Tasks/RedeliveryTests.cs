using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Loops that a cancellation must end, and what happens when it is swallowed.</summary>
public sealed class RedeliveryTests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(30);

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_loop_over_Tasks_ends(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int turns = 0;
        JoinHandle handle = Kio.Spawn(async Future () =>
        {
            while (true)
            {
                await Task.Delay(1);
                turns++;
            }
        });
        await Expect.Until(() => Volatile.Read(ref turns) > 1);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loop_over_Tasks_with_cleanup_ends(string kind) => Runtimes.Run(async () =>
    {
        bool started = false;
        int cleaned = 0;
        JoinHandle handle = Kio.Spawn(async Future () =>
        {
            try
            {
                while (true)
                {
                    await Step(kind);
                    started = true;
                }
            }
            finally
            {
                cleaned++;
                await Task.Delay(1);
                cleaned++;
            }
        });
        await Expect.Until(() => Volatile.Read(ref started));
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(2, cleaned);

        static async Future Step(string kind)
        {
            try
            {
                switch (kind)
                {
                    case "Task": await Task.Delay(1); break;
                    case "Task<T>": Assert.Equal(1, await DelayedTask()); break;
                    case "Configured": await Task.Delay(1).ConfigureAwait(false); break;
                    case "Configured<T>": Assert.Equal(1, await DelayedTask().ConfigureAwait(false)); break;
                    case "ValueTask": await new ValueTask(Task.Delay(1)); break;
                    case "ValueTask<T>": Assert.Equal(1, await new ValueTask<int>(DelayedTask())); break;
                    case "ConfiguredValueTask": await new ValueTask(Task.Delay(1)).ConfigureAwait(false); break;
                    default: Assert.Equal(1, await new ValueTask<int>(DelayedTask()).ConfigureAwait(false)); break;
                }
            }
            finally
            {
                GC.KeepAlive(kind);
            }
        }

        static async Task<int> DelayedTask()
        {
            await Task.Delay(1);
            return 1;
        }
    });

    public static TheoryData<string> Kinds =>
    [
        "Task", "Task<T>", "Configured", "Configured<T>", "ValueTask", "ValueTask<T>", "ConfiguredValueTask", "ConfiguredValueTask<T>",
    ];

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_swallowed_cancellation_comes_again(RuntimeKind kind) => Run(kind, async () =>
    {
        int caught = 0;
        bool begun = false;
        JoinHandle handle = Kio.Spawn(async Future () =>
        {
            while (caught < 2)
            {
                try
                {
                    Volatile.Write(ref begun, true);
                    await Kio.Sleep(Timeout.InfiniteTimeSpan);
                }
#pragma warning disable KIO0005 // It swallows what it is sent.
                catch (Exception)
#pragma warning restore KIO0005
                {
                    caught++;
                }
            }

            await Kio.Sleep(Timeout.InfiniteTimeSpan);
        });
        await Expect.Until(() => Volatile.Read(ref begun));
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(2, caught);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_loop_that_logs_every_exception_ends_at_the_next_delivery(RuntimeKind kind) => Run(kind, async () =>
    {
        int caught = 0;
        bool started = false;
        JoinHandle handle = Kio.Spawn(async Future () =>
        {
            while (true)
            {
                started = true;
                try
                {
                    await Task.Delay(1);
                }
#pragma warning disable KIO0005 // It swallows the first delivery.
                catch (Exception) when (caught == 0)
#pragma warning restore KIO0005
                {
                    caught++;
                }
            }
        });
        await Expect.Until(() => Volatile.Read(ref started));
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(1, caught);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void After_two_graces_Tasks_are_let_go_and_the_task_is_reported(RuntimeKind kind)
    {
        List<Exception> reports = [];
        TaskCompletionSource never = new();
        bool cleaned = false;
        bool plain = false;
        Bounded.Run(() =>
        {
            int begun = 0;
            using Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_grace).OnUnhandledFailure(Report).Build();
            runtime.RunTask(async () =>
            {
                JoinHandle handle = Kio.Spawn(async () =>
                {
                    try
                    {
                        Interlocked.Increment(ref begun);
                        await never.Task;
                    }
                    finally
                    {
                        cleaned = true;
                    }
                });
                JoinHandle simple = Kio.Spawn(async () =>
                {
                    Interlocked.Increment(ref begun);
                    await never.Task;
                    plain = true;
                });
                JoinHandle whole = Kio.Spawn(() =>
                {
                    Interlocked.Increment(ref begun);
                    return never.Task;
                });
                await Expect.Until(() => Volatile.Read(ref begun) == 3);
                handle.Abort();
                simple.Abort();
                whole.Abort();
                Assert.True((await handle.JoinAsync()).IsAborted);
                Assert.True((await simple.JoinAsync()).IsAborted);
                Assert.True((await whole.JoinAsync()).IsAborted);
                Assert.True(cleaned);
                never.SetResult();
                await Kio.YieldNow();
                Assert.False(plain);
            });
        });
        Assert.Equal(3, reports.Count);
        Assert.All(reports, static report => Assert.IsType<TimeoutException>(report));

        void Report(Exception failure)
        {
            lock (reports)
            {
                reports.Add(failure);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_reaches_a_helper_of_another_builder_that_cleans_up(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool begun = false;
        bool helperCancelled = false;
        bool yielded = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                Volatile.Write(ref begun, true);
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
            }
            finally
            {
                await Helper();
            }
        });
        await Expect.Until(() => Volatile.Read(ref begun));
        handle.Abort();
        await Expect.Until(() => Volatile.Read(ref yielded));
        Grace.End(handle);
        Assert.True((await handle.JoinAsync()).IsAborted);
        await Expect.Until(() => Volatile.Read(ref helperCancelled));

        async Task Helper()
        {
            try
            {
                await Kio.YieldNow();
                Volatile.Write(ref yielded, true);
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
            }
            catch (FutureCancelledException)
            {
                Volatile.Write(ref helperCancelled, true);
                throw;
            }
        }
    });

    [Fact]
    public void Cleanup_within_the_grace_is_not_disturbed() => Runtimes.Run(async () =>
    {
        // The default grace is far longer than this cleanup.
        bool begun = false;
        int cancelled = 0;
        bool cleaned = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                Volatile.Write(ref begun, true);
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
            }
            finally
            {
                try
                {
                    await Kio.Sleep(TimeSpan.FromMilliseconds(20));
                    cleaned = true;
                }
                catch (FutureCancelledException)
                {
                    cancelled++;
                }
            }
        });
        await Expect.Until(() => Volatile.Read(ref begun));
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(cleaned);
        Assert.Equal(0, cancelled);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_end_of_the_runtime_is_not_the_end_of_a_grace(RuntimeKind kind) => Bounded.Run(() =>
    {
        // A thread goes on in BlockOn; the timers that the grace was started with are gone.
        Runtime runtime = Runtimes.Create(kind);
        ManualResetEventSlim cleaning = new();
        Event ended = new();
        bool cleaned = false;
        Thread shutdown = new(() =>
        {
            cleaning.Wait();
            runtime.Dispose();
            ended.Set();
        })
        {
            IsBackground = true,
        };
        shutdown.Start();
        runtime.BlockOn(async () => { await Kio.SelectBiased(Cleaning(), Yielding()); });
        Assert.True(cleaned);
        shutdown.Join();

        async Future<int> Cleaning()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                cleaning.Set();
                await ended.WaitAsync();
                cleaned = true;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_grace_ends_also_after_the_end_of_the_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_grace).Build();
        ManualResetEventSlim begun = new();
        Event ended = new();
        int caught = 0;
        Thread shutdown = new(() =>
        {
            begun.Wait();
            runtime.Dispose();
            ended.Set();
        })
        {
            IsBackground = true,
        };
        shutdown.Start();
        runtime.BlockOn(async () =>
        {
            await Kio.SelectBiased(Swallowing(), Yielding());
            await Kio.SelectBiased(Swallowing(), Yielding()); // Begins when there are no timers any more.
        });
        Assert.Equal(4, caught);
        shutdown.Join();

        async Future<int> Swallowing()
        {
            try
            {
                await new Signal().AsFuture();
            }
            catch (FutureCancelledException)
            {
                caught++;
            }

            begun.Set();
            try
            {
                await new Signal().AsFuture();
            }
            catch (FutureCancelledException)
            {
                caught++;
            }

            await ended.WaitAsync();
            return 0;
        }
    });

    private static async Future<int> Yielding()
    {
        await Kio.YieldNow();
        return 1;
    }

    private static void Run(RuntimeKind kind, Func<Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_grace).Build();
        runtime.RunTask(body);
    });
}
