using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class ShutdownTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_is_dropped_may_wake_what_is_dropped_too(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        Signal woken = new();
        WakesWhenDropped waking = new(woken);
        JoinHandle<int>[] handles = [runtime.Spawn(woken.AsFuture()), runtime.Spawn(waking.AsFuture())];
        runtime.BlockOn(Expect.Until(() => woken.Polls > 0 && waking.IsPolled));
        runtime.Dispose();
        Assert.True(waking.IsDropped);
        Assert.All(handles, handle => Assert.True(handle.IsFinished && handle.Cell.WasAborted));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_waits_for_cleanup(RuntimeKind kind) => Bounded.Run(() =>
    {
        int cleaned = 0;
        List<JoinHandle> handles = [];
        using (Runtime runtime = Runtimes.Create(kind))
        {
            runtime.RunTask(async () =>
            {
                List<Signal> signals = [];
                for (int i = 0; i < 50; i++)
                {
                    Signal signal = new();
                    signals.Add(signal);
                    handles.Add(Kio.Spawn(async () =>
                    {
                        try
                        {
                            await signal.AsFuture();
                        }
                        finally
                        {
                            await Kio.Sleep(TimeSpan.FromMilliseconds(5));
                            await Kio.YieldNow();
                            Interlocked.Increment(ref cleaned);
                        }
                    }));
                }

                await Expect.Until(() => signals.TrueForAll(signal => signal.Polls > 0));
            });
            handles.Add(runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1))));
        }

        Assert.Equal(50, cleaned);
        Assert.All(handles, handle => Assert.True(handle.IsFinished));
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        foreach (JoinHandle handle in handles)
        {
            Assert.True(other.BlockOn(handle.JoinAsync()).IsAborted);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cleanup_of_Task_based_code_may_await_futures(RuntimeKind kind) => Bounded.Run(() =>
    {
        bool cleaned = false;
        Signal signal = new();
        using (Runtime runtime = Runtimes.Create(kind))
        {
            runtime.RunTask(async () =>
            {
                _ = Kio.Spawn(async Task () =>
                {
                    try
                    {
                        await signal.AsFuture();
                    }
                    finally
                    {
                        await Kio.Sleep(TimeSpan.FromMilliseconds(2));
                        await Kio.YieldNow();
                        cleaned = true;
                    }
                });
                await Expect.Until(() => signal.Polls > 1);
            });
        }

        Assert.True(cleaned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_twice_and_from_two_threads_is_fine(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        Thread thread = new(runtime.Dispose) { IsBackground = true };
        thread.Start();
        runtime.Dispose();
        thread.Join();
        runtime.Dispose();
        runtime.ShutdownBackground();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_inside_its_own_task_does_not_deadlock(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle handle = runtime.Spawn(async () =>
        {
            runtime.Dispose();
            await Future.Completed;
        });
        runtime.BlockOn(async () => await handle.JoinAsync());
        Assert.True(handle.IsFinished);
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_in_Task_based_code_that_has_left_the_runtime_does_not_wait_for_itself(RuntimeKind kind) => Bounded.Run(() =>
    {
        // Longer than a test may take.
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.FromMinutes(5)).Build();
        bool disposed = false;
        JoinHandle task = runtime.Spawn(async Task () =>
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            Assert.True(Thread.CurrentThread.IsThreadPoolThread);
            runtime.Dispose();
            disposed = true;
        });
        runtime.BlockOn(async () => await task.JoinAsync());
        Assert.True(disposed);
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_in_a_closure_that_a_Task_waits_for_does_not_wait_for_it(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.FromMinutes(5)).Build();
        bool disposed = false;
        JoinHandle task = runtime.Spawn(async Task () => await Task.Run(() =>
        {
            runtime.Dispose();
            disposed = true;
        }));
        runtime.BlockOn(async () => await task.JoinAsync());
        Assert.True(disposed);
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_in_Task_based_code_of_another_runtime_waits(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        bool begun = false;
        bool cleaned = false;
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle sleeper = runtime.Spawn(async () =>
        {
            try
            {
                Volatile.Write(ref begun, true);
                await Kio.Sleep(TimeSpan.FromHours(1));
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(20));
                cleaned = true;
            }
        });
        runtime.BlockOn(Expect.Until(() => Volatile.Read(ref begun)));
        other.BlockOn(other.Spawn(async Task () =>
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            runtime.Dispose();
            Assert.True(cleaned);
        }).AsFuture());
        Assert.True(sleeper.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_inside_BlockOn_does_not_deadlock(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle sleeper = runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        runtime.BlockOn(async () =>
        {
            runtime.Dispose();
            await Future.Completed;
        });
        runtime.Dispose();
        Assert.True(sleeper.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void ShutdownBackground_does_not_wait_but_ends_everything(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle sleeper = runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        runtime.ShutdownBackground();
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.True(other.BlockOn(sleeper.JoinAsync()).IsAborted);
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_task_that_never_yields_delays_Dispose_by_the_grace_only(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.FromMilliseconds(50)).Build();
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim stop = new();
        runtime.Spawn(async () =>
        {
            started.Set();
            stop.Wait();
            await Future.Completed;
        });
        started.Wait();
        runtime.Dispose(); // It is told to stop below only.
        stop.Set();
        runtime.Dispose();
    });

    [Theory]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.FourWorkers)]
    public void The_tasks_of_a_worker_that_is_stuck_are_cleaned_up_by_the_others(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.FromMinutes(5)).Build();
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim stop = new();
        int cleaned = 0;
        Signal signal = new();
        runtime.Spawn(async () =>
        {
            // On this worker's own list of live tasks.
            _ = Kio.Spawn(async () =>
            {
                try
                {
                    await signal.AsFuture();
                }
                finally
                {
                    Interlocked.Increment(ref cleaned);
                }
            });
            await Expect.Until(() => signal.Polls > 0);
            started.Set();
            stop.Wait();
        });
        started.Wait();
        Thread ending = new(runtime.Dispose) { IsBackground = true };
        ending.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref cleaned) == 1); // However long it takes: the worker is stuck all the while.
        stop.Set();
        ending.Join();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_that_swallows_every_cancellation_is_dropped_after_the_grace(RuntimeKind kind) => Bounded.Run(() =>
    {
        JoinHandle handle;
        using (Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.FromMilliseconds(50)).Build())
        {
            handle = runtime.Spawn(async () =>
            {
                while (true)
                {
                    try
                    {
                        await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                    }
                    catch (OperationCanceledException)
                    {
                    }
                }
            });
            runtime.BlockOn(Kio.Sleep(TimeSpan.FromMilliseconds(5)));
        }

        Assert.True(handle.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_grace_of_zero_drops_what_is_left(RuntimeKind kind) => Bounded.Run(() =>
    {
        List<JoinHandle> handles = [];
        using (Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.Zero).Build())
        {
            runtime.BlockOn(async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    handles.Add(Kio.Spawn(async () =>
                    {
                        while (true)
                        {
                            await Kio.YieldNow();
                        }
                    }));
                }

                await Kio.YieldNow();
            });
        }

        Assert.All(handles, handle => Assert.True(handle.IsFinished));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Spawning_after_Dispose_gives_an_aborted_handle(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        RuntimeHandle handle = runtime.Handle;
        runtime.Dispose();
        bool ran = false;
        JoinHandle<int>[] handles =
        [
            handle.Spawn(async () =>
            {
                ran = true;
                await Future.Completed;
                return 1;
            }),
            runtime.Spawn(Future.FromResult(1)),
            runtime.Spawn(() => Task.FromResult(1)),
            runtime.SpawnBlocking(() =>
            {
                ran = true;
                return 1;
            }),
        ];
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        foreach (JoinHandle<int> each in handles)
        {
            Assert.True(each.IsFinished);
            Assert.Throws<TaskAbortedException>(() => other.BlockOn(each.AsFuture()));
        }

        Assert.False(ran);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Spawning_during_shutdown_gives_an_aborted_handle(RuntimeKind kind) => Bounded.Run(() =>
    {
        JoinHandle inner = default;
        Signal signal = new();
        using (Runtime runtime = Runtimes.Create(kind))
        {
            runtime.RunTask(async () =>
            {
                _ = Kio.Spawn(async () =>
                {
                    try
                    {
                        await signal.AsFuture();
                    }
                    finally
                    {
                        inner = Kio.Spawn(async () => await Kio.YieldNow());
                        Assert.True((await inner.JoinAsync()).IsAborted);
                    }
                });
                await Expect.Until(() => signal.Polls > 0);
            });
        }

        Assert.True(inner.IsFinished);
    });

    [Fact]
    public void Sleeping_after_Dispose_throws() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        runtime.Dispose();
        Assert.Contains("shut down", Assert.Throws<RuntimeShutdownException>(
            () => runtime.BlockOn(Kio.Sleep(TimeSpan.FromMilliseconds(1)))).Message, StringComparison.Ordinal);
        Assert.Equal(1, runtime.BlockOn(Future.FromResult(1)));
        runtime.BlockOn(Kio.YieldNow());
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_sleep_in_BlockOn_ends_with_its_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        using ManualResetEventSlim asleep = new();
        Exception? thrown = null;
        Thread thread = new(() => thrown = Record.Exception(() => runtime.BlockOn(async () =>
        {
            asleep.Set();
            await Kio.Sleep(TimeSpan.FromHours(1));
        })))
        { IsBackground = true };
        thread.Start();
        asleep.Wait();
        runtime.Dispose();
        thread.Join();
        Assert.IsType<RuntimeShutdownException>(thrown);
    });

    [Fact]
    public void Dispose_leaves_no_thread_behind() => Bounded.Run(() =>
    {
        string name = $"left-{Environment.ProcessId}";
        for (int i = 0; i < 20; i++)
        {
            using (Runtime runtime = Runtimes.Builder(RuntimeKind.FourWorkers).ThreadName(name).Build())
            {
                runtime.RunTask(async () => await Kio.SpawnBlocking(() => { }));

                // Four workers, the watchdog, and the closure's. A thread has its name when it begins to run.
                SpinWait.SpinUntil(() => NativeThreads.Count(name) == 6);
            }

            // Whoever was waited for has run its last managed line; the kernel takes a moment longer.
            SpinWait.SpinUntil(() => NativeThreads.Count(name) == 0);
        }
    }, () => $"{NativeThreads.Count($"left-{Environment.ProcessId}")} threads: not 6 of a runtime that runs, or some of one that was disposed.");

    private sealed class WakesWhenDropped(Signal other) : IFuture<int>, IDisposable
    {
        internal bool IsPolled { get; private set; }

        internal bool IsDropped { get; private set; }

        public Poll<int> Poll(ref PollContext context)
        {
            IsPolled = true;
            return Kioto.Poll<int>.Pending;
        }

        public void Dispose()
        {
            IsDropped = true;
            other.WakeForNothing();
        }
    }
}
