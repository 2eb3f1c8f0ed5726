using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

#pragma warning disable KIO0002 // Blocking a poll is what is tested.

public sealed class NestedBlockOnTests
{
    public static TheoryData<RuntimeKind, RuntimeKind> Pairs
    {
        get
        {
            TheoryData<RuntimeKind, RuntimeKind> pairs = [];
            foreach (RuntimeKind outer in (RuntimeKind[])[RuntimeKind.OneWorker, RuntimeKind.TwoWorkers])
            {
                foreach (RuntimeKind inner in (RuntimeKind[])[RuntimeKind.CurrentThread, RuntimeKind.OneWorker, RuntimeKind.TwoWorkers])
                {
                    pairs.Add(outer, inner);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_task_may_block_on_another_runtime(RuntimeKind outer, RuntimeKind inner) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(outer);
        using Runtime other = Runtimes.Create(inner);
        runtime.RunTask(async () =>
        {
            RuntimeHandle here = RuntimeHandle.Current;
            for (int i = 0; i < 20; i++)
            {
                // The other runtime waits for tasks of this one, whose worker is blocked.
                Assert.Equal(3, other.BlockOn(async () =>
                {
                    Assert.NotSame(here, RuntimeHandle.Current);
                    int one = await here.Spawn(async () =>
                    {
                        await Kio.YieldNow();
                        return 1;
                    });
                    return one + await Kio.Spawn(async () =>
                    {
                        await Kio.Sleep(TimeSpan.FromMicroseconds(100));
                        return 2;
                    });
                }));
                Assert.Same(here, RuntimeHandle.Current);
                await Kio.YieldNow();
            }
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void A_task_may_block_on_its_own_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            Assert.Equal(1, runtime.BlockOn(Future.FromResult(1)));
            Assert.Equal(2, runtime.BlockOn(async () => await Kio.Spawn(async () =>
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                return 2;
            })));
            Assert.Equal(3, runtime.BlockOn(async Task<int> () =>
            {
                await Task.Yield();
                return 3;
            }));

            // And again inside, as deep as there are threads.
            Assert.Equal(4, runtime.BlockOn(async () => await Kio.Spawn(async () => runtime.BlockOn(async () =>
            {
                await Kio.YieldNow();
                return await Kio.Spawn(Future.FromResult(4));
            }))));
            await Kio.YieldNow();
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void BlockOn_may_block_on_in_turn(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(5, runtime.BlockOn(async () =>
        {
            await Kio.YieldNow();
            return other.BlockOn(async () => await Kio.Spawn(Future.FromResult(2))) +
                runtime.BlockOn(async () => await Kio.Spawn(Future.FromResult(3)));
        }));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Where_nobody_else_could_go_on_it_names_the_remedy_and_runs_nothing(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime single = Runtimes.Create(RuntimeKind.CurrentThread);
        using Runtime target = Runtimes.Create(kind);
        int ran = 0;
        single.BlockOn(async () =>
        {
            Check(single);
            Check(target);
            await Kio.Spawn(async () => Check(single));
            await Kio.Spawn(async () => Check(target));
            await Kio.Spawn(async Task () => Check(target));
        });

        using Runtime workers = Runtimes.Create(RuntimeKind.TwoWorkers);
        using LocalSet set = new();
        set.BlockOn(workers, async () =>
        {
            Check(workers);
            Check(target);
            await Kio.SpawnLocal(async () => Check(target));
        });

        // Also where the current-thread runtime is driven inside a worker's task.
        workers.RunTask(async () => single.BlockOn(async () =>
        {
            Check(workers);
            await Kio.YieldNow();
        }));
        Assert.Equal(0, ran);

        void Check(Runtime on)
        {
            Assert.Contains("SpawnBlocking", Assert.Throws<InvalidOperationException>(
                () => on.BlockOn(Count())).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => on.BlockOn(() => Count()));
            Assert.Throws<InvalidOperationException>(() => on.BlockOn(async Task () =>
            {
                Interlocked.Increment(ref ran);
                await Task.CompletedTask;
            }));
        }

        async Future Count()
        {
            Interlocked.Increment(ref ran);
            await Future.Completed;
        }
    });

    [Fact]
    public void The_contexts_are_the_tasks_again_afterwards() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        TaskLocal<int> local = new();
        runtime.RunTask(async () => await local.Scope(1, async () =>
        {
            AsyncLocal<int> flowing = new() { Value = 2 };
            SynchronizationContext? context = SynchronizationContext.Current;
            int budget = Ambient.Current.Budget;
            other.BlockOn(async () =>
            {
                Assert.Equal(3, local.Get() + flowing.Value);
                flowing.Value = 9;
                await Kio.Spawn(async () => flowing.Value = 10);
            });
            Assert.Equal(3, local.Get() + flowing.Value);
            Assert.Same(context, SynchronizationContext.Current);
            Assert.Equal(budget, Ambient.Current.Budget);
            Assert.Throws<FormatException>(() => other.BlockOn(async () =>
            {
                await Kio.YieldNow();
                throw new FormatException();
            }));
            await Kio.YieldNow();
            Assert.Equal(3, local.Get() + flowing.Value);
        }));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_of_another_runtime_never_blocks_a_poll(RuntimeKind kind) => Bounded.Run(() =>
    {
        foreach (RuntimeKind victim in Runtimes.Kinds)
        {
            using Runtime runtime = Runtimes.Create(kind);
            Runtime other = Runtimes.Builder(victim).CleanupGrace(TimeSpan.FromSeconds(30)).Build();
            using ManualResetEventSlim gate = new();
            JoinHandle stubborn = other.Spawn(async () =>
            {
                await Kio.Shield(Kio.SpawnBlocking(gate.Wait).AsFuture());
            });
            runtime.RunTask(async () =>
            {
                other.Dispose();
                other.Dispose();
                await Kio.YieldNow();
            });
            runtime.BlockOn(async () => other.Dispose());
            gate.Set();
            other.Dispose();
            Assert.True(stubborn.IsFinished);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void Dispose_of_its_own_runtime_in_BlockInPlace_does_not_wait_for_its_own_task(RuntimeKind kind) => Bounded.Run(() =>
    {
        // Longer than a test may take.
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.FromMinutes(5)).Build();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            Kio.BlockInPlace(runtime.Dispose);
            await Future.Completed;
        });
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        other.BlockOn(async () => await handle.JoinAsync());
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Dispose_in_a_blocking_closure_waits_for_the_tasks(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        JoinHandle sleeper = runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        JoinHandle closing = runtime.SpawnBlocking(runtime.Dispose);
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        other.BlockOn(async () => await closing.JoinAsync());
        Assert.True(sleeper.IsFinished);
    });
}
