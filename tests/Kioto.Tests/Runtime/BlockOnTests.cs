using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class BlockOnTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_returns_the_result_in_every_form(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Assert.Equal(1, runtime.BlockOn(One()));
        Assert.Equal(2, runtime.BlockOn(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            return 2;
        }));
        Assert.Equal(3, runtime.BlockOn(async Task<int> () =>
        {
            await Task.Yield();
            return 3;
        }));
        Assert.Equal(4, runtime.BlockOn(Future.FromResult(4)));
        Assert.Equal(5, runtime.BlockOn(() => Future.FromResult(5)));
        runtime.BlockOn(Kio.YieldNow());
        runtime.BlockOn(Future.Completed);
        runtime.BlockOn(async () => await Kio.YieldNow());
        runtime.BlockOn(async Task () => await Task.Yield());

        static async Future<int> One()
        {
            await Kio.YieldNow();
            return 1;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_throws_what_the_future_throws(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Assert.Throws<FormatException>(() => runtime.BlockOn(async () =>
        {
            await Kio.YieldNow();
            throw new FormatException();
        }));
        Assert.Throws<FormatException>(() => runtime.BlockOn(async Task () =>
        {
            await Task.Yield();
            throw new FormatException();
        }));
        Assert.Throws<FormatException>(() => runtime.BlockOn((Func<Future>)(() => throw new FormatException())));
        Assert.Equal(1, runtime.BlockOn(Future.FromResult(1)));
    });

    [Fact]
    public void The_future_of_BlockOn_runs_on_the_calling_thread() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Thread caller = Thread.CurrentThread;
        runtime.BlockOn(async () =>
        {
            Assert.Same(caller, Thread.CurrentThread);
            await Kio.Spawn(async () => Assert.NotSame(caller, Thread.CurrentThread));
            Assert.Same(caller, Thread.CurrentThread);
            await Task.Delay(1);
            Assert.Same(caller, Thread.CurrentThread);
        });
    });

    [Fact]
    public void On_a_current_thread_runtime_everything_runs_on_the_calling_thread() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Thread caller = Thread.CurrentThread;
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await Kio.Spawn(async () =>
                {
                    await Task.Delay(1);
                    Assert.Same(caller, Thread.CurrentThread);
                });
                await Kio.Spawn(async Task () =>
                {
                    await Task.Delay(1);
                    Assert.Same(caller, Thread.CurrentThread);
                });
                Assert.Same(caller, Thread.CurrentThread);
            }
        });
    });

    [Fact]
    public void Current_thread_tasks_wait_between_calls() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        int turns = 0;
        JoinHandle handle = runtime.Spawn(async () =>
        {
            for (; turns < 1000; turns++)
            {
                await Kio.YieldNow();
            }
        });
        Assert.Equal(0, turns);
        runtime.BlockOn(Kio.YieldNow());
        int after = turns;
        Assert.InRange(after, 0, 999);
        Assert.False(handle.IsFinished);
        Assert.Equal(after, turns);
        runtime.BlockOn(handle.AsFuture());
        Assert.Equal(1000, turns);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Inside_SpawnBlocking_it_works(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        RuntimeHandle outer = runtime.Handle;
        Assert.Equal(9, runtime.BlockOn(async () => await Kio.SpawnBlocking(() =>
        {
            Assert.Same(outer, RuntimeHandle.Current);
            int inner = runtime.BlockOn(async () =>
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                return await Kio.Spawn(Future.FromResult(9));
            });
            Assert.Same(outer, RuntimeHandle.Current);
            return inner;
        })));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Several_threads_may_block_at_once(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        List<Thread> threads = [];
        int sum = 0;
        for (int i = 0; i < 8; i++)
        {
            int id = i;
            Thread thread = new(() =>
            {
                for (int round = 0; round < 20; round++)
                {
                    Interlocked.Add(ref sum, runtime.BlockOn(async () =>
                    {
                        if ((round + id) % 3 == 0)
                        {
                            await Kio.Sleep(TimeSpan.FromMilliseconds(round % 2));
                        }

                        await Kio.YieldNow();
                        return await Kio.Spawn(async () =>
                        {
                            await Kio.YieldNow();
                            return 1;
                        });
                    }));
                }
            })
            { IsBackground = true };
            threads.Add(thread);
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(160, sum);
    });

    [Fact]
    public void The_core_is_handed_over_when_its_holder_leaves() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        using ManualResetEventSlim holding = new();
        using ManualResetEventSlim waiting = new();
        Signal leave = new();
        Thread holder = new(() => runtime.BlockOn(async () =>
        {
            holding.Set();
            await leave.AsFuture();
        }))
        { IsBackground = true };
        holder.Start();
        holding.Wait();
        bool finished = false;
        Thread second = new(() => runtime.BlockOn(async () =>
        {
            waiting.Set();
            await Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(100)));
            finished = true;
        }))
        { IsBackground = true };
        second.Start();
        waiting.Wait();
        leave.Set();
        holder.Join();
        second.Join();
        Assert.True(finished);
    });

    [Fact]
    public void A_waiting_thread_sleeps_on_timers_that_the_holder_drives() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        using ManualResetEventSlim holding = new();
        Signal leave = new();
        Thread holder = new(() => runtime.BlockOn(async () =>
        {
            holding.Set();
            await leave.AsFuture();
        }))
        { IsBackground = true };
        holder.Start();
        holding.Wait();
        runtime.BlockOn(Kio.Sleep(TimeSpan.FromMilliseconds(5)));
        leave.Set();
        holder.Join();
    });

    [Fact]
    public void Run_runs_a_whole_program() => Bounded.Run(() =>
    {
        RuntimeHandle? seen = null;
        Assert.Equal(3, Runtime.Run(async () =>
        {
            seen = RuntimeHandle.Current;
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            return await Kio.Spawn(Future.FromResult(3));
        }));
        Assert.True(seen!.Spawn(Future.Completed).IsFinished);
        Runtime.Run(async () => await Kio.YieldNow());
        Runtime.Run(async Task () => await Task.Yield());
        Assert.Equal(4, Runtime.Run(async Task<int> () =>
        {
            await Task.Yield();
            return 4;
        }));
        Assert.Throws<FormatException>(() => Runtime.Run(async () =>
        {
            await Kio.YieldNow();
            throw new FormatException();
        }));
    });

    [Fact]
    public void The_threads_synchronization_context_is_restored() => Bounded.Run(() =>
    {
        SynchronizationContext mine = new();
        SynchronizationContext.SetSynchronizationContext(mine);
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () =>
        {
            Assert.NotSame(mine, SynchronizationContext.Current);
            await Kio.YieldNow();
        });
        Assert.Same(mine, SynchronizationContext.Current);
        Assert.Null(RuntimeHandle.TryCurrent);
    });

    [Fact]
    public void Null_arguments_are_refused() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Throws<ArgumentNullException>(() => runtime.BlockOn((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>(() => runtime.BlockOn((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>(() => runtime.Spawn((Func<Future>)null!));
    });
}
