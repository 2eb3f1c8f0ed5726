using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Futures that make progress together inside one task.</summary>
public sealed class FutureSetTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Results_come_in_the_order_of_completion(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        Signal[] signals = [new(), new(), new()];
        foreach (Signal signal in signals)
        {
            set.Add(signal.AsFuture());
        }

        Assert.Equal(3, set.Count);
        Kio.Detach(async () =>
        {
            foreach (int i in (int[])[1, 2, 0])
            {
                signals[i].Set(i);
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }
        });
        List<int> results = [];
        await foreach (int result in set)
        {
            results.Add(result);
        }

        Assert.Equal([0, 1, 2], [.. results.Order()]);
        Assert.Equal(0, set.Count);
        if (kind is RuntimeKind.CurrentThread)
        {
            Assert.Equal([1, 2, 0], results);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Only_woken_children_are_polled(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        Signal[] signals = new Signal[1000];
        for (int i = 0; i < signals.Length; i++)
        {
            signals[i] = new Signal { Value = i };
            set.Add(signals[i].AsFuture());
        }

        JoinHandle<int> handle = Kio.Spawn(set.NextAsync());
        await Expect.Until(() => signals[^1].Polls == 1);
        signals[500].WakeForNothing();
        await Expect.Until(() => signals[500].Polls == 2);
        signals[7].Set(7);
        Assert.Equal(7, await handle);
        Assert.Equal(1000 + 2, signals.Sum(signal => signal.Polls));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Nothing_runs_before_the_set_is_awaited(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool ran = false;
        await using FutureSet<int> set = new();
        set.Add(Body());
        await Kio.YieldNow();
        Assert.False(ran);
        Assert.Equal(1, await set.NextAsync());
        Assert.True(ran);

        async Future<int> Body()
        {
            ran = true;
            await Kio.YieldNow();
            return 1;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Ready_and_failed_futures_come_like_others(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        set.Add(Future.FromResult(1));
        set.Add(Future.FromException<int>(new FormatException()));
        set.Add(Future.FromResult(3));
        Assert.Equal(1, await set.NextAsync());
        await Expect.Throws<FormatException>(async () => await set.NextAsync());
        Assert.Equal(3, await set.NextAsync());
        await Expect.Throws<InvalidOperationException>(async () => await set.NextAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Futures_may_be_added_while_it_is_awaited(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        set.Add(Chain(3));
        int sum = 0;
        await foreach (int value in set)
        {
            sum += value;
            if (value == 100)
            {
                set.Add(Future.FromResult(1000));
            }
        }

        Assert.Equal(3 + 2 + 1 + 100 + 1000, sum);

        async Future<int> Chain(int depth)
        {
            await Kio.YieldNow();
            set.Add(depth == 1 ? Future.FromResult(100) : Chain(depth - 1)); // A child adds to its own set.
            return depth;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_an_await_loses_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        Event go = new();
        int begun = 0;
        set.Add(Body());
        JoinHandle<int> first = Kio.Spawn(set.NextAsync());
        await Expect.Until(() => Volatile.Read(ref begun) == 1);
        first.Abort();
        await first.JoinAsync();
        Assert.Equal(1, set.Count);
        go.Set();
        Assert.Equal(5, await set.NextAsync());
        Assert.Equal(1, begun);

        async Future<int> Body()
        {
            begun++;
            await go.WaitAsync();
            return 5;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Disposing_cancels_all_and_waits_for_their_cleanup(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int begun = 0;
        int cleaned = 0;
        FutureSet<int> set = new();
        for (int i = 0; i < 20; i++)
        {
            set.Add(Body());
        }

        set.Add(Future.FromResult(1));
        Assert.Equal(1, await set.NextAsync());
        set.Add(Body()); // Never begins.
        await set.DisposeAsync();
        Assert.Equal((20, 20), (begun, cleaned));
        Assert.Equal(0, set.Count);
        await set.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => set.Add(Future.FromResult(0)));
        await Expect.Throws<ObjectDisposedException>(async () => await set.NextAsync());

        async Future<int> Body()
        {
            begun++;
            try
            {
                return await Future.Pending<int>();
            }
            finally
            {
                await Kio.YieldNow();
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                cleaned++;
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Aborting_the_task_cleans_the_set_up(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int begun = 0;
        int cleaned = 0;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await using FutureSet<int> set = new();
            set.Add(Body());
            set.Add(InHelper());
            await set.NextAsync();
        });
        await Expect.Until(() => Volatile.Read(ref begun) == 2);
        handle.Abort();
        await Expect.Throws<TaskAbortedException>(async () => await handle);
        Assert.Equal(2, cleaned);

        async Future<int> Body()
        {
            Interlocked.Increment(ref begun);
            try
            {
                return await Future.Pending<int>();
            }
            finally
            {
                await Kio.YieldNow();
                Interlocked.Increment(ref cleaned);
            }
        }

        // An async Task method below a child: cancelling the child reaches what it awaits.
        async Future<int> InHelper()
        {
            await Helper();
            return 0;
        }

        async Task Helper() => await Body();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void One_child_can_be_cancelled(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        Event go = new();
        bool cleaned = false;
        FutureSetKey doomed = set.Add(Doomed());
        FutureSetKey other = set.Add(Other());
        Assert.NotEqual(doomed, other);
        set.Add(Future.FromResult(1));
        Assert.Equal(1, await set.NextAsync());
        go.Set();
        await set.CancelAsync(doomed); // The other completes meanwhile, and is kept.
        Assert.True(cleaned);
        Assert.Equal(1, set.Count);
        Assert.Equal(2, await set.NextAsync());
        await set.CancelAsync(doomed);
        await set.CancelAsync(other);

        // The place serves somebody else now: the old key does not reach it.
        set.Add(Future.FromResult(3));
        await set.CancelAsync(doomed);
        Assert.Equal(3, await set.NextAsync());
        await using FutureSet<int> stranger = new();
        await Expect.Throws<ArgumentException>(async () => await stranger.CancelAsync(doomed));
        await Expect.Throws<ArgumentException>(async () => await stranger.CancelAsync(default));

        async Future<int> Doomed()
        {
            try
            {
                return await Future.Pending<int>();
            }
            finally
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(2));
                cleaned = true;
            }
        }

        async Future<int> Other()
        {
            await go.WaitAsync();
            return 2;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_failing_cleanup_is_thrown_by_who_cancels(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        FutureSetKey key = set.Add(Body());
        set.Add(Future.FromResult(1));
        await set.NextAsync();
        await Expect.Throws<FormatException>(async () => await set.CancelAsync(key));
        Assert.Equal(0, set.Count);

        static async Future<int> Body()
        {
            try
            {
                return await Future.Pending<int>();
            }
            catch (FutureCancelledException)
            {
                throw new FormatException();
            }
        }
    });

    [Fact]
    public void A_disposal_that_nobody_awaits_disposes_of_nothing() => Runtimes.Run(async () =>
    {
        FutureSet<int> set = new();
#pragma warning disable KIO0001 // That is the point.
        _ = set.DisposeAsync();
#pragma warning restore KIO0001
        set.Add(Future.FromResult(1));
        Assert.Equal(1, await set.NextAsync());
        await set.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => set.Add(Future.FromResult(1)));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_future_in_a_set_is_the_sets(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        int begun = 0;
        Future<int> future = Body();
        FutureSetKey key = set.Add(future);
        Future<int> second = Body();
        set.Add(second);
#pragma warning disable KIO0004 // What a misuse does is the question.
        Assert.Throws<InvalidOperationException>(() => Kio.Spawn(future));
        Assert.Throws<InvalidOperationException>(() => set.Add(future));
        await set.CancelAsync(key);
        await Expect.Throws<InvalidOperationException>(async () => await future);
        await Expect.Throws<InvalidOperationException>(async () => await second);
#pragma warning restore KIO0004
        Assert.Equal(0, begun);
        Assert.Equal(1, await set.NextAsync());

        async Future<int> Body()
        {
            await Kio.YieldNow();
            return ++begun;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_second_consumer_is_refused(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        set.Add(Inner());
        Assert.Equal(1, await set.NextAsync());

        async Future<int> Inner()
        {
            await Expect.Throws<InvalidOperationException>(async () => await set.NextAsync());
            await Expect.Throws<InvalidOperationException>(async () => await set.ClearAsync());
            return 1;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_busy_set_lets_others_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool stop = false;
        JoinHandle busy = Kio.Spawn(async () =>
        {
            await using FutureSet<int> set = new();
            for (int i = 0; i < 3; i++)
            {
                set.Add(Kio.PollFn((ref PollContext context) =>
                {
                    context.Waker.Wake();
                    return Volatile.Read(ref stop) ? Poll<int>.Ready(0) : Poll<int>.Pending;
                }));
                set.Add(Yielding());
            }

            await foreach (int _ in set)
            {
            }
        });
        for (int i = 0; i < 10; i++)
        {
            await Kio.YieldNow();
        }

        Volatile.Write(ref stop, true);
        await busy;

        async Future<int> Yielding()
        {
            while (!Volatile.Read(ref stop))
            {
                await Kio.YieldNow();
            }

            return 0;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Children_take_turns(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        int[] turns = new int[4];
        for (int i = 0; i < turns.Length; i++)
        {
            set.Add(Turns(i));
        }

        await set.NextAsync();
        foreach (int count in turns)
        {
            Assert.InRange(count, 99, 100);
        }

        async Future<int> Turns(int i)
        {
            while (++turns[i] < 100)
            {
                await Kio.YieldNow();
            }

            return i;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Contexts_of_children_and_consumer_do_not_mix(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        AsyncLocal<int> local = new() { Value = 1 };
        await using FutureSet<int> set = new();
        set.Add(Body());
        local.Value = 2;
        set.Add(Body());
        local.Value = 3;
        Assert.Equal(1, await set.NextAsync());
        Assert.Equal(3, local.Value);
        Assert.Equal(2, await set.NextAsync());
        Assert.Equal(3, local.Value);

        async Future<int> Body()
        {
            int seen = local.Value;
            local.Value = 77;
            await Kio.YieldNow();
            Assert.Equal(77, local.Value);
            return seen;
        }
    });

    [Theory]
    [MemberData(nameof(Disposals))]
    public void Disposing_waits_also_when_a_cancellation_came_before(RuntimeKind kind, bool budgetIsSpent) => Runtimes.Run(kind, async () =>
    {
        TaskCompletionSource foreign = new();
        bool waiting = false;
        int cleaned = 0;
        bool goesOn = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await using (FutureSet<int> set = new())
            {
                set.Add(Cleaning());
                set.Add(Cleaning());
                set.Add(Future.FromResult(1));
                await set.NextAsync();
                await set.ClearAsync();
                set.Add(Cleaning());
                set.Add(Future.FromResult(1));
                await set.NextAsync();
                Volatile.Write(ref waiting, true);
                await foreign.Task; // It gives its result although the task is aborted: the next await is to throw.
                if (budgetIsSpent)
                {
                    Ambient.Current.Budget = 0;
                }
            }

            goesOn = true;
        });
        await Expect.Until(() => Volatile.Read(ref waiting));
        handle.Abort();
        foreign.SetResult();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(3, cleaned);
        Assert.False(goesOn);

        async Future<int> Cleaning()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                await Kio.YieldNow();
                cleaned++;
            }
        }
    });

    public static TheoryData<RuntimeKind, bool> Disposals
    {
        get
        {
            TheoryData<RuntimeKind, bool> data = [];
            foreach (RuntimeKind kind in (RuntimeKind[])[RuntimeKind.CurrentThread, RuntimeKind.OneWorker, RuntimeKind.FourWorkers])
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }

            return data;
        }
    }

    [Fact]
    public async Task A_set_works_in_a_Task_method_without_a_runtime()
    {
        FutureSet<int> set = new();
        set.Add(Future.FromResult(1));
        set.Add(new Signal().AsFuture());
        Assert.Equal(1, await set.NextAsync());
        await set.DisposeAsync();
    }

    [Fact]
    public void A_set_in_a_local_set() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using LocalSet local = new();
        int sum = local.BlockOn(runtime, async () =>
        {
            int thread = Environment.CurrentManagedThreadId;
            await using FutureSet<int> set = new();
            for (int i = 0; i < 5; i++)
            {
                set.Add(Body(i, thread));
            }

            int sum = 0;
            await foreach (int value in set)
            {
                sum += value;
            }

            return sum;
        });
        Assert.Equal(10, sum);

        static async Future<int> Body(int value, int thread)
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(5 - value));
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            return value;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_set_inside_a_set(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(16, await Tree(4));

        static async Future<int> Tree(int depth)
        {
            if (depth == 0)
            {
                await Kio.YieldNow();
                return 1;
            }

            await using FutureSet<int> set = new();
            set.Add(Tree(depth - 1));
            set.Add(Tree(depth - 1));
            return await set.NextAsync() + await set.NextAsync();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void It_is_a_plain_async_enumerable(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        FutureSet<int> set = new();
        for (int i = 0; i < 5; i++)
        {
            set.Add(Yields(i));
        }

        List<int> all = await set.Where(x => x % 2 == 0).ToListAsync();
        Assert.Equal([0, 2, 4], [.. all.Order()]);
        await ((IAsyncDisposable)set).DisposeAsync();

        static async Future<int> Yields(int value)
        {
            await Kio.YieldNow();
            return value;
        }
    });
}
