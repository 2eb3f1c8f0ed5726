using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class BridgeTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_async_Task_helper_awaits_futures_inside_a_future(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle here = RuntimeHandle.Current;
        Assert.Equal(10, await Helper(10));
        Assert.Same(here, RuntimeHandle.Current);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_async_Task_helper_awaits_futures_inside_a_Task_based_task(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle<int> handle = Kio.Spawn(async Task<int> () => await Helper(10));
        Assert.Equal(10, await handle);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Every_kind_of_future_can_be_awaited_by_an_async_Task_method(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await Task.Yield();
        await Everything();
        await Kio.Spawn(Everything);

        static async Task Everything()
        {
            for (int round = 0; round < 3; round++)
            {
                await Kio.YieldNow();
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                await Kio.Sleep(TimeSpan.Zero);
                await Kio.Spawn(async () => await Kio.YieldNow());
                await Kio.Spawn(async () => await Kio.YieldNow()).JoinAsync();
                Signal signal = new();
                signal.Set(round);
                Assert.Equal(round, await signal.AsFuture());
                Assert.Equal(round, await Future.FromResult(round));
                await Task.FromResult(round).AsFuture();
            }
        }
    });

    [Fact]
    public void An_exception_crosses_from_future_to_Task_to_future() => Runtimes.Run(async () =>
    {
        FormatException exception = await Expect.Throws<FormatException>(async () => await Middle());
        Assert.Contains(nameof(Bottom), exception.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(Middle), exception.StackTrace, StringComparison.Ordinal);
    });

    [Fact]
    public void A_helper_may_be_stored_and_awaited_elsewhere() => Runtimes.Run(async () =>
    {
        Task<int> helper = Helper(5);
        JoinHandle<int> elsewhere = Kio.Spawn(async () => await helper);
        Assert.Equal(5, await elsewhere);
        Assert.Equal(5, await helper);
    });

    [Fact]
    public void A_helper_outlives_the_future_that_called_it() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        Task<int>? helper = null;
        await Kio.Spawn(async () =>
        {
            helper = AwaitSignal(signal);
            await Kio.YieldNow();
        });
        signal.Set(3);
        Assert.Equal(3, await helper!);
    });

    [Fact]
    public void Many_helpers_of_one_future_run_side_by_side() => Runtimes.Run(async () =>
    {
        List<Task<int>> tasks = [];
        for (int i = 0; i < 500; i++)
        {
            tasks.Add(Helper(i % 7));
        }

        int sum = 0;
        foreach (Task<int> task in tasks)
        {
            sum += await task;
        }

        Assert.Equal((Enumerate(500)), sum);

        static int Enumerate(int count)
        {
            int sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += i % 7;
            }

            return sum;
        }
    });

    [Fact]
    public void An_async_iterator_awaits_futures() => Runtimes.Run(async () =>
    {
        List<int> seen = [];
        await foreach (int item in Items(20))
        {
            seen.Add(item);
            await Kio.YieldNow();
        }

        Assert.Equal(20, seen.Count);
        Assert.Equal(19, seen[^1]);
    });

    [Fact]
    public void An_async_iterator_that_is_left_early_cleans_up() => Runtimes.Run(async () =>
    {
        bool cleaned = false;
        await foreach (int item in Items(20, () => cleaned = true))
        {
            if (item == 3)
            {
                break;
            }
        }

        Assert.True(cleaned);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Aborting_reaches_the_future_that_a_helper_awaits(int awaitsBefore) => Runtimes.Run(async () =>
    {
        Signal never = new();
        bool cleaned = false;
        JoinHandle handle = Kio.Spawn(async () => await Cleaning());
        await Expect.Until(() => never.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(cleaned);

        async Task Cleaning()
        {
            for (int i = 0; i < awaitsBefore; i++)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }

            try
            {
                await never.AsFuture();
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Aborting_reaches_the_future_that_Task_based_code_awaits(int awaitsBefore) => Runtimes.Run(async () =>
    {
        Signal never = new();
        JoinHandle handle = Kio.Spawn(async Task () =>
        {
            for (int i = 0; i < awaitsBefore; i++)
            {
                await Kio.YieldNow();
            }

            await never.AsFuture();
        });
        await Expect.Until(() => never.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborting_before_the_helpers_future_is_polled_again_unwinds_it(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            bool cleaned = false;
            JoinHandle handle = default;
            bool started = false;
            handle = Kio.Spawn(async () =>
            {
                await Expect.Until(() => started);
                Task helper = Helping();
                handle.Abort();
                await helper;
            });
            started = true;
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.True(cleaned);

            async Task Helping() => await Cleaning();

            async Future Cleaning()
            {
                try
                {
                    await new Signal().AsFuture();
                }
                finally
                {
                    await Kio.YieldNow();
                    cleaned = true;
                }
            }
        }
    });

    [Fact]
    public void Aborting_reaches_a_helper_that_only_yields() => AbortAYieldingHelper();

    // Once it could not, unless something else in the process had cancelled a yield before.
    [Fact]
    public void Aborting_reaches_the_first_helper_that_only_yields() => Fresh.Run(AbortAYieldingHelper);

    // Not by a grace that is over: it is a day. The abort meets the helper's yields in every state that they have.
    private static void AbortAYieldingHelper() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).CleanupGrace(TimeSpan.FromDays(1)).Build();
        runtime.RunTask(async () =>
        {
            for (int round = 0; round < 100; round++)
            {
                int turns = 0;
                JoinHandle handle = round % 2 == 0 ? Kio.Spawn(async () => await Spinning()) : Kio.Spawn(Spinning);
                await Expect.Until(() => Volatile.Read(ref turns) > 10);
                handle.Abort();
                Assert.True((await handle.JoinAsync()).IsAborted);

                async Task Spinning()
                {
                    while (true)
                    {
                        await Kio.YieldNow();
                        Interlocked.Increment(ref turns);
                    }
                }
            }
        });
    });

    // A runtime that is shut down aborts every task that it finds, and looks more than once.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cleanup_of_a_helper_is_not_aborted_again(bool taskFirst) => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        Signal never = new();
        Signal cleaning = new();
        bool cleaned = false;
        JoinHandle handle = Kio.Spawn(async Task () =>
        {
            try
            {
                await never.AsFuture();
            }
            finally
            {
                await cleaning.AsFuture();
                await Kio.YieldNow();
                cleaned = true;
            }
        });
        await Expect.Until(() => never.Polls > 1);
        Abort(taskFirst);
        await Expect.Until(() => cleaning.Polls > 0);
        Abort(!taskFirst);
        await Kio.YieldNow();
        cleaning.Set();
        await handle.JoinAsync();
        Assert.True(cleaned);

        void Abort(bool task)
        {
            if (task)
            {
                handle.Abort();
                return;
            }

            TaskSlab live = ((MultiThreadScheduler)RuntimeHandle.Current.Scheduler).Cores[0].Slab;
            Assert.Single(live.Snapshot().OfType<Bridge>()).Abort();
        }
    });

    [Fact]
    public void What_a_helper_was_cancelled_with_is_not_delivered_to_its_caller_again() => Runtimes.Run(async () =>
    {
        Signal never = new();
        int cleaned = 0;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await Helping();
            }
            finally
            {
                await Kio.YieldNow();
                cleaned++;
            }
        });
        await Expect.Until(() => never.Polls > 1);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(2, cleaned);

        async Task Helping()
        {
            try
            {
                await never.AsFuture();
            }
            finally
            {
                await Kio.YieldNow();
                cleaned++;
            }
        }
    });

    [Fact]
    public void Aborting_delivers_once_to_a_helper_whose_cleanup_awaits_often() => Runtimes.Run(async () =>
    {
        Signal never = new();
        int steps = 0;
        JoinHandle handle = Kio.Spawn(async () => await Cleaning());
        await Expect.Until(() => never.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(4, steps);

        async Task Cleaning()
        {
            try
            {
                await never.AsFuture();
            }
            finally
            {
                await Kio.YieldNow();
                steps++;
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                steps++;
                await Nested();
            }
        }

        async Task Nested()
        {
            await Kio.YieldNow();
            steps++;
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            steps++;
        }
    });

    [Fact]
    public void Cleanup_of_a_future_may_call_helpers_that_await_often() => Runtimes.Run(async () =>
    {
        Signal never = new();
        int steps = 0;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await never.AsFuture();
            }
            finally
            {
                await Helping();
            }
        });
        await Expect.Until(() => never.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(5, steps);

        async Task Helping()
        {
            for (int i = 0; i < 5; i++)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                steps++;
            }
        }
    });

    [Fact]
    public void Aborting_inside_an_async_iterator_runs_its_cleanup() => Runtimes.Run(async () =>
    {
        Signal never = new();
        bool cleaned = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await foreach (int item in Endless())
            {
                await Kio.YieldNow();
            }
        });
        await Expect.Until(() => never.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(cleaned);

        async IAsyncEnumerable<int> Endless()
        {
            try
            {
                yield return 1;
                await never.AsFuture();
                yield return 2;
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        }
    });

    [Fact]
    public void A_helper_that_outlived_its_caller_is_not_cancelled_by_a_later_task() => Runtimes.Run(async () =>
    {
        // The caller's task is a helper's own (pooled) task: used again, its abort must not reach the old helper.
        for (int round = 0; round < 20; round++)
        {
            Signal old = new();
            Task<int>? stored = null;
            await Outer(() => stored = AwaitSignal(old));
            for (int i = 0; i < 4; i++)
            {
                Signal never = new();
                JoinHandle later = Kio.Spawn(async () => await Outer(() => AwaitSignal(never)));
                await Expect.Until(() => never.Polls > 0);
                later.Abort();
                await later.JoinAsync();
            }

            old.Set(round);
            Assert.Equal(round, await stored!);
        }

        static async Task Outer(Func<Task> call) => await Calling(call);

        static async Future Calling(Func<Task> call)
        {
            await Kio.YieldNow();
            Task task = call();
            await Kio.YieldNow();
            _ = task;
        }
    });

    [Fact]
    public void Futures_are_awaited_outside_any_runtime() => Bounded.Run(() =>
    {
        Signal signal = new();
        Task<int> task = AwaitSignal(signal);
        SpinWait.SpinUntil(() => signal.Polls > 0);
        signal.Set(12);
        Assert.Equal(12, task.Result);
    });

    [Fact]
    public void Outside_any_runtime_a_synchronization_context_is_kept() => Bounded.Run(() =>
    {
        CountingContext context = new();
        SynchronizationContext.SetSynchronizationContext(context);
        Signal signal = new();
        Task<int> task = AwaitSignal(signal);
        SpinWait.SpinUntil(() => signal.Polls > 0);
        signal.Set(12);
        Assert.Equal(12, task.Result);
        Assert.True(context.Posts > 0);
    });

    [Fact]
    public void Outside_any_runtime_a_future_may_block_on_one() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(11, Task.Run(() => Blocking().AsTask()).Result);

        async Future<int> Blocking()
        {
            await Kio.YieldNow();
#pragma warning disable KIO0002 // No worker polls this one.
            int inner = runtime.BlockOn(async () =>
            {
                await Kio.YieldNow();
                return 10;
            });
#pragma warning restore KIO0002
            await Kio.YieldNow();
            return inner + 1;
        }
    });

    [Fact]
    public void YieldNow_is_awaited_outside_any_runtime() => Bounded.Run(() =>
    {
        Yielding().Wait();

        static async Task Yielding()
        {
            await Kio.YieldNow();
            await Kio.YieldNow();
        }
    });

    [Fact]
    public void Sleeping_outside_any_runtime_throws_the_remedy() => Bounded.Run(() =>
    {
        AggregateException exception = Assert.Throws<AggregateException>(
            () => Kio.Sleep(TimeSpan.FromMilliseconds(1)).AsTask().Wait());
        Assert.Contains("Runtime.Run", Assert.IsType<InvalidOperationException>(exception.InnerException).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void An_Enter_guard_lends_its_runtime_to_async_Task_code() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Task task;
        using (runtime.Enter())
        {
            task = Kio.Sleep(TimeSpan.FromMilliseconds(1)).AsTask();
        }

        task.Wait();
    });

    private static async Task<int> Helper(int rounds)
    {
        int done = 0;
        while (done < rounds)
        {
            await Kio.YieldNow();
            await Inner();
            done++;
        }

        return done;
    }

    private static async Future Inner()
    {
        await Kio.YieldNow();
        await Task.Yield();
    }

    private static async Task<int> AwaitSignal(Signal signal) => await signal.AsFuture();

    private static async Future Bottom()
    {
        await Kio.YieldNow();
        throw new FormatException();
    }

    private static async Task Middle() => await Bottom();

    private static async IAsyncEnumerable<int> Items(int count, Action? cleanup = null)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                await Kio.YieldNow();
                yield return i;
            }
        }
        finally
        {
            await Kio.YieldNow();
            cleanup?.Invoke();
        }
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        internal int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }
}
