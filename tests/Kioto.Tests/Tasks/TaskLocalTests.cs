using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Streams;

namespace Kioto.Tests;

public sealed class TaskLocalTests
{
    private static readonly TaskLocal<int> s_key = new();
    private static readonly TaskLocal<string> s_other = new();
    private static readonly TaskLocal<int> s_inherited = new(inherited: true);

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_spawned_scope_sees_its_own_value_before_and_after_a_suspension(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle first = Kio.Spawn(s_key.Scope(1, async () =>
        {
            await Future.Completed;
            Assert.Equal(1, s_key.Get());
            Assert.Equal(1, s_key.Get());
        }));
        JoinHandle second = Kio.Spawn(s_key.Scope(2, async () =>
        {
            s_key.With(value =>
            {
                Assert.Equal(2, s_key.Get());
                Assert.Equal(2, value);
            });
            await Kio.Sleep(TimeSpan.FromMilliseconds(2));
            Assert.Equal(2, s_key.Get());
        }));
        JoinHandle third = Kio.Spawn(s_other.Scope("x", async () =>
        {
            await Kio.YieldNow();
            Assert.Equal("x", s_other.With(value => value));
            Assert.False(s_key.TryGet(out _));
        }));
        await first;
        await second;
        await third;
    });

    [Fact]
    public void Outside_a_scope_there_is_no_value_and_the_message_names_the_remedy() => Runtimes.Run(async () =>
    {
        await Kio.YieldNow();
        Assert.False(s_key.TryGet(out int value));
        Assert.Equal(0, value);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => s_key.Get());
        Assert.Contains("Scope", exception.Message);
        Assert.Contains("spawn", exception.Message);
        Assert.Throws<InvalidOperationException>(() => s_key.With(_ => { }));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Scopes_nest_and_the_outer_value_is_back_after_the_inner_scope(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int result = await s_key.Scope(1, async () =>
        {
            await Kio.YieldNow();
            int inner = await s_key.Scope(2, Read(suspend: true));
            Assert.Equal(1, s_key.Get());
            inner += await s_key.Scope(3, Read(suspend: false));
            Assert.Equal(1, s_key.Get());
            await s_other.Scope("x", async () =>
            {
                Assert.Equal(1, s_key.Get());
                await s_key.Scope(4, async () =>
                {
                    await Kio.YieldNow();
                    Assert.Equal("x", s_other.Get());
                    Assert.Equal(4, s_key.Get());
                });
                Assert.Equal(1, s_key.Get());
            });
            await Kio.YieldNow();
            return inner + (10 * s_key.Get());
        });
        Assert.Equal(15, result);
        Assert.False(s_key.TryGet(out _));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failure_ends_the_scope_with_its_own_exception(bool suspend) => Runtimes.Run(async () =>
    {
        FormatException failure = await Expect.Throws<FormatException>(() => s_key.Scope(1, Fail(suspend)));
        Assert.Equal("1", failure.Message);
        Assert.False(s_key.TryGet(out _));
        await Expect.Throws<FormatException>(() => s_key.Scope(1, Future () => throw new FormatException()));
        Assert.False(s_key.TryGet(out _));
        await s_key.Scope(5, async () =>
        {
            await Expect.Throws<FormatException>(() => s_key.Scope(1, Fail(suspend)));
            Assert.Equal(5, s_key.Get());
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cleanup_of_an_aborted_task_sees_the_value(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> seen = [];
        Signal signal = new();
        JoinHandle handle = Kio.Spawn(s_key.Scope(42, async () =>
        {
            try
            {
                await s_key.Scope(43, async () =>
                {
                    try
                    {
                        await signal.AsFuture();
                    }
                    finally
                    {
                        await Kio.YieldNow();
                        seen.Add(s_key.Get());
                    }
                });
            }
            finally
            {
                seen.Add(s_key.Get());
                await Kio.YieldNow();
                seen.Add(s_key.Get());
            }
        }));
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal([43, 42, 42], seen);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_hand_written_future_sees_the_value_when_it_is_dropped_by_an_abort(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Dropped future = new();
        JoinHandle<int> handle = Kio.Spawn(s_key.Scope(42, future.AsFuture()));
        await Expect.Until(() => future.Polls > 0);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(42, future.SeenByPoll);
        Assert.Equal(42, future.SeenByDispose);
    });

    [Fact]
    public void A_hand_written_future_sees_the_value_when_its_runtime_drops_it() => Bounded.Run(() =>
    {
        Dropped future = new();
        using (Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).CleanupGrace(TimeSpan.Zero).Build())
        {
            runtime.RunTask(async () =>
            {
                _ = Kio.Spawn(s_key.Scope(42, future.AsFuture()));
                await Expect.Until(() => future.Polls > 0);
            });
        }

        Assert.Equal(42, future.SeenByDispose);
    });

    [Fact]
    public void What_is_disposed_at_the_end_of_a_scope_sees_the_value() => Runtimes.Run(async () =>
    {
        int seen = 0;
        await s_key.Scope(42, async () =>
        {
            await using Cleanup cleanup = new(() => seen = s_key.Get());
            await Kio.YieldNow();
        });
        Assert.Equal(42, seen);
    });

    [Fact]
    public void A_value_can_be_taken_once_before_the_scope_and_is_gone_then() => Runtimes.Run(async () =>
    {
        Future future = s_key.Scope(1, AssertNone(), out TaskLocalValue<int> taker);
        Assert.True(taker.TryTake(out int value));
        Assert.Equal(1, value);
        Assert.False(taker.TryTake(out _));
        await future;
    });

    [Fact]
    public void A_value_can_be_taken_inside_its_scope_and_after_it() => Runtimes.Run(async () =>
    {
        TaskLocalValue<int>? inside = null;
        await s_key.Scope(1, Take(), out inside);
        Assert.False(inside.TryTake(out _));

        Assert.Equal(7, await s_key.Scope(7, Read(suspend: true), out TaskLocalValue<int> after));
        Assert.True(after.TryTake(out int value));
        Assert.Equal(7, value);

        async Future Take()
        {
            Assert.Equal(1, s_key.Get());
            await Kio.YieldNow();
            Assert.True(inside!.TryTake(out int taken));
            Assert.Equal(1, taken);
            Assert.False(s_key.TryGet(out _));
        }
    });

    [Fact]
    public void A_synchronous_scope_works_on_strands_and_on_plain_threads() => Bounded.Run(() =>
    {
        AssertSync();
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () =>
        {
            AssertSync();
            await Kio.YieldNow();
            AssertSync();
            await Kio.SpawnBlocking(() => AssertSync());
            await s_key.Scope(9, async () =>
            {
                await Kio.YieldNow();
                AssertSync(9);
            });
        });

        static void AssertSync(int around = 0)
        {
            int result = s_key.SyncScope(1, () =>
            {
                Assert.Equal(1, s_key.Get());
                s_key.SyncScope(2, () => Assert.Equal(2, s_key.Get()));
                Assert.Throws<FormatException>(() => s_key.SyncScope(3, () => throw new FormatException()));
                return s_key.Get();
            });
            Assert.Equal(1, result);
            Assert.Equal(around != 0, s_key.TryGet(out int value));
            Assert.Equal(around, value);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_future_that_is_blocked_on_inside_a_synchronous_scope_sees_it_and_other_tasks_do_not(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        s_key.SyncScope(1, () => runtime.BlockOn(async () =>
        {
            Assert.Equal(1, s_key.Get());
            await Kio.YieldNow();
            Assert.Equal(1, s_key.Get());
            await Kio.Spawn(AssertNone());
        }));
        using LocalSet set = new();
        s_key.SyncScope(2, () => set.BlockOn(runtime, async () =>
        {
            await Kio.YieldNow();
            Assert.Equal(2, s_key.Get());
            await Kio.SpawnLocal(AssertNone());
        }));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_spawned_task_starts_without_the_values_of_its_spawner(RuntimeKind kind) => Runtimes.Run(kind, async () =>
        await s_key.Scope(1, async () =>
        {
            await Kio.Spawn(AssertNone());
            await Kio.Spawn(async () => await AssertNone());
            await Kio.SpawnBlocking(() => Assert.False(s_key.TryGet(out _)));
            Assert.Equal(1, s_key.Get());
        }));

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_spawned_task_inherits_where_the_key_says_so_also_past_the_scope(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool go = false;
        List<JoinHandle<int>> handles = [];
        await s_inherited.Scope(1, async () => await s_key.Scope(100, async () => await s_inherited.Scope(2, async () =>
        {
            handles.Add(Kio.Spawn(Inherited()));
            handles.Add(Kio.Spawn(async () => await Kio.Spawn(async () => await Inherited())));
            Assert.Equal(2, await Kio.SpawnBlocking(() => s_inherited.Get()));
            Assert.Equal(5, await Kio.Spawn(s_inherited.Scope(5, Read(s_inherited))));
        })));

        // The frames of those scopes are used again meanwhile.
        await s_inherited.Scope(3, async () => await Kio.YieldNow());
        Volatile.Write(ref go, true);
        foreach (JoinHandle<int> handle in handles)
        {
            Assert.Equal(2, await handle);
        }

        Assert.False(s_inherited.TryGet(out _));

        async Future<int> Inherited()
        {
            Assert.False(s_key.TryGet(out _));
            await Expect.Until(() => Volatile.Read(ref go));
            await Kio.YieldNow();
            return s_inherited.Get();
        }
    });

    [Fact]
    public void Generations_of_tasks_pass_a_value_on_without_making_more_of_it() => Runtimes.Run(async () =>
    {
        LocalBinding? first = null;
        LocalBinding? last = null;
        await s_inherited.Scope(1, Generation(20));
        Assert.NotNull(first);
        Assert.Same(first, last);

        async Future Generation(int left)
        {
            last = Ambient.Current.Strand!.Locals;
            if (left < 20)
            {
                first ??= last;
            }

            if (left > 0)
            {
                await Kio.Spawn(Generation(left - 1));
            }
        }
    });

    [Fact]
    public void Local_tasks_have_scopes_of_their_own() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        set.BlockOn(async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 20; i++)
            {
                int own = i;
                handles.Add(Kio.SpawnLocal(s_key.Scope(own, async () =>
                {
                    for (int round = 0; round < 10; round++)
                    {
                        Assert.Equal(own, s_key.Get());
                        await Kio.YieldNow();
                    }
                })));
            }

            Assert.False(s_key.TryGet(out _));
            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Methods_of_foreign_builders_keep_the_value_across_their_awaits_of_futures(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await s_key.Scope(1, async () =>
        {
            await Helper();
            Assert.Equal(1, s_key.Get());
            await foreach (int value in Values())
            {
                Assert.Equal(1, value);
                Assert.Equal(1, s_key.Get());
            }

            await Kio.YieldNow();
            Assert.Equal(1, s_key.Get());
        });
        Assert.False(s_key.TryGet(out _));

        static async Task Helper()
        {
            Assert.Equal(1, s_key.Get());
            await Kio.YieldNow();
            Assert.Equal(1, s_key.Get());
            Assert.Equal(2, await s_key.Scope(2, Read(suspend: true)));
            Assert.Equal(1, s_key.Get());
            Assert.Equal(1, await Read(suspend: true));
        }

        static async IAsyncEnumerable<int> Values()
        {
            for (int i = 0; i < 3; i++)
            {
                await Kio.YieldNow();
                yield return s_key.Get();
            }
        }
    });

    [Fact]
    public void Foreign_methods_called_by_local_tasks_keep_the_value_too() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        set.BlockOn(async () =>
        {
            Assert.False(s_key.TryGet(out _));
            JoinHandle handle = Kio.SpawnLocal(s_key.Scope(1, async () => await Helper()));
            await s_key.Scope(2, async () =>
            {
                await handle;
                Assert.Equal(2, s_key.Get());
            });
        });

        static async Task Helper()
        {
            for (int i = 0; i < 3; i++)
            {
                await Kio.YieldNow();
                Assert.Equal(1, s_key.Get());
            }
        }
    });

    [Fact]
    public void A_helper_that_nobody_awaits_keeps_what_it_saw_when_the_scope_has_ended() => Runtimes.Run(async () =>
    {
        Signal go = new();
        Task<int>? helper = null;
        await s_key.Scope(1, async () =>
        {
            await Kio.YieldNow();
            helper = Helper();
            Assert.Equal(1, s_key.Get());
        });
        await s_key.Scope(2, async () =>
        {
            await Kio.YieldNow();
            go.Set();
            Assert.Equal(11, await helper!);
            Assert.Equal(2, s_key.Get());
        });

        async Task<int> Helper()
        {
            int inner = await s_key.Scope(10, async () =>
            {
                await go.AsFuture();
                return s_key.Get();
            });
            return inner + s_key.Get();
        }
    });

    [Fact]
    public void A_worker_keeps_no_value_between_tasks() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        JoinHandle inside = Kio.Spawn(s_key.Scope(1, Yields(50)));
        JoinHandle outside = Kio.Spawn(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                Assert.False(s_key.TryGet(out _));
                await Kio.YieldNow();
            }
        });
        await inside;
        await outside;
    });

#pragma warning disable KIO0001, KIO0004 // Misuse on purpose.
    [Fact]
    public void A_scope_that_is_never_used_costs_nothing_and_a_future_is_refused_twice() => Runtimes.Run(async () =>
    {
        _ = s_key.Scope(1, Read(suspend: true));
        Assert.Equal(3, await s_key.Scope(1, Future.FromResult(3)));
        Future<int> future = Read(suspend: false);
        Assert.Equal(1, await s_key.Scope(1, future));
        Assert.Throws<InvalidOperationException>(() => { _ = s_key.Scope(1, future); });

        Future<int> shared = Read(suspend: false);
        Future<int> first = s_key.Scope(1, shared);
        Assert.Throws<InvalidOperationException>(() => { _ = s_key.Scope(2, shared); });
        Assert.Equal(1, await first);
        Assert.False(s_key.TryGet(out _));
        Assert.Throws<ArgumentNullException>(() => { _ = s_key.Scope(1, (Func<Future>)null!); });
        Assert.Throws<ArgumentNullException>(() => s_key.SyncScope(1, (Action)null!));
    });
#pragma warning restore KIO0001, KIO0004

    [Fact]
    public void Scopes_around_scopes_may_be_deeper_than_the_stack() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        Future<int> future = Read(suspend: true);
        for (int i = 1; i <= 50_000; i++)
        {
            future = s_key.Scope(i, future);
        }

        Assert.Equal(1, await future);
        Assert.False(s_key.TryGet(out _));
    });

    [Fact]
    public void What_outlives_scopes_around_scopes_copies_them_however_deep() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        TaskLocal<int> inherited = new(inherited: true);
        Future<(int, int)> future = Outliving();
        for (int i = 1; i <= 50_000; i++)
        {
            future = s_key.Scope(i, inherited.Scope(-i, future));
        }

        Assert.Equal((1, -1), await future);

        async Future<(int, int)> Outliving()
        {
            JoinHandle<int> spawned = Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                return inherited.Get();
            });
            (int arm, int other) = await Kio.Join(Read(suspend: true), Read(suspend: true));
            Assert.Equal(arm, other);
            return (arm, await spawned);
        }
    });

    [Fact]
    public void An_awaitable_of_NET_inside_a_scope_does_not_lose_it() => Runtimes.Run(async () =>
        await s_key.Scope(1, async () =>
        {
            TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(source.SetResult) { IsBackground = true }.Start();
            await source.Task;
            Assert.Equal(1, s_key.Get());
            await Task.Yield();
            Assert.Equal(1, s_key.Get());
        }));

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Futures_inside_a_combinator_see_it(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await s_key.Scope(1, async () =>
        {
            Assert.Equal((1, 1), await Kio.Join(Within(), Within()));
            Assert.Equal((1, 1), await Kio.TryJoin(Within(), Within()));
            int[] all = await Kio.Join(new List<Future<int>> { Within(), Within() });
            Assert.Equal([1, 1], all);
            Assert.Equal(1, (await Kio.Select(Within(), Future.Pending<int>())).First);
            Assert.Equal(1, await Within().Timeout(TimeSpan.FromHours(1)));
            using CancellationTokenSource source = new();
            Assert.Equal(1, await Within().WithCancellation(source.Token));
            Assert.Equal(1, await Within().Unconstrained());
            Assert.Equal(1, await Kio.Shield(Within()));
            Assert.Equal(1, await TaskScope.RunAsync(_ => Within()));
            Assert.Equal((1, 2), await Kio.Join(Within().Timeout(TimeSpan.FromHours(1)), s_key.Scope(2, Within())));
            Assert.Equal(1, s_key.Get());
        });
        Assert.Equal(0, (await Kio.Join(Seen(), Seen())).Item1);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Futures_that_are_kept_see_what_they_were_made_in(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await using FutureSet<int> set = new();
        SharedFuture<int>? shared = null;
        MaybeDone<int>? maybe = null;
        Pinned<int>? pinned = null;
        Event go = new();
        await s_key.Scope(1, async () =>
        {
            set.Add(Within(go));
            shared = Within(go).Shared();
            maybe = new MaybeDone<int>(Within(go));
            pinned = Kio.Pin(Within(go));
            await Kio.SelectBiased(pinned, Kio.YieldNow().AsUnit());
            List<int> streamed = [];
            await foreach (int seen in FutureStream.FromEnumerable([0, 0]).SelectConcurrent(2, _ => Within()))
            {
                streamed.Add(seen);
            }

            Assert.Equal([1, 1], streamed);
        });
        await s_key.Scope(9, Kio.YieldNow()); // The scopes' own memory serves another one by now.
        go.Set();
        Assert.Equal(1, await set.NextAsync());
        Assert.Equal(1, await shared!);
        await maybe!.WaitAsync();
        Assert.True(maybe.TryTake(out int taken));
        Assert.Equal(1, taken);
        Assert.Equal(1, await pinned!);
        set.Add(Seen());
        Assert.Equal(0, await set.NextAsync()); // A place that is used again keeps nothing.
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_cleanup_of_an_arm_that_lost_sees_it(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        List<int> seen = [];
        await s_key.Scope(1, async () => await Kio.SelectBiased(Cleanup(), Kio.YieldNow().AsUnit()));
        Assert.Equal([1, 2, 1], seen);

        async Future<Unit> Cleanup()
        {
            try
            {
                await s_key.Scope(2, async () =>
                {
                    try
                    {
                        seen.Add(s_key.Get() - 1);
                        await Future.Pending();
                    }
                    finally
                    {
                        await Kio.YieldNow();
                        seen.Add(s_key.Get());
                    }
                });
            }
            finally
            {
                await Kio.YieldNow();
                seen.Add(s_key.Get());
            }

            return default;
        }
    });

    private static async Future<int> Seen()
    {
        await Kio.YieldNow();
        return s_key.TryGet(out int value) ? value : 0;
    }

    // What it sees all along, with a scope of its own in between; 0 if that is not always the same.
    private static async Future<int> Within(Event? go = null)
    {
        int before = s_key.TryGet(out int first) ? first : 0;
        if (go is not null)
        {
            await go.WaitAsync();
        }

        await Kio.YieldNow();
        int inner = await s_key.Scope(before + 10, Seen());
        int after = await Seen();
        return before == after && inner == before + 10 ? after : 0;
    }

    private static Future<int> Read(bool suspend) => Read(s_key, suspend);

    private static async Future<int> Read(TaskLocal<int> key, bool suspend = true)
    {
        if (suspend)
        {
            await Kio.YieldNow();
        }

        return key.Get();
    }

    private static async Future Fail(bool suspend)
    {
        if (suspend)
        {
            await Kio.YieldNow();
        }

        throw new FormatException(s_key.Get().ToString());
    }

    private static async Future AssertNone()
    {
        Assert.False(s_key.TryGet(out _));
        await Kio.YieldNow();
        Assert.False(s_key.TryGet(out _));
    }

    private static async Future Yields(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Kio.YieldNow();
            Assert.Equal(1, s_key.Get());
        }
    }

    private sealed class Dropped : IFuture<int>, IDisposable
    {
        private int _polls;

        internal int Polls => Volatile.Read(ref _polls);

        internal int SeenByPoll { get; private set; }

        internal int SeenByDispose { get; private set; }

        public Poll<int> Poll(ref PollContext context)
        {
            SeenByPoll = s_key.Get();
            Interlocked.Increment(ref _polls);
            return Poll<int>.Pending;
        }

        public void Dispose() => SeenByDispose = s_key.Get();
    }

    private sealed class Cleanup(Action action) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            action();
            await Kio.YieldNow();
            action();
        }
    }
}
