using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class RuntimeHandleTests
{
    [Fact]
    public void Current_without_a_runtime_throws_the_remedy() => Bounded.Run(() =>
    {
        Assert.Null(RuntimeHandle.TryCurrent);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => RuntimeHandle.Current);
        Assert.Contains("no runtime is running on this thread", exception.Message, StringComparison.Ordinal);
        Assert.Contains("runtime.Enter()", exception.Message, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Current_is_the_runtime_of_the_task(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () =>
        {
            Assert.Same(runtime.Handle, RuntimeHandle.Current);
            await Kio.Spawn(async () => Assert.Same(runtime.Handle, RuntimeHandle.Current));
            await Kio.Spawn(async Task () => Assert.Same(runtime.Handle, RuntimeHandle.Current));
            await Kio.SpawnBlocking(() => Assert.Same(runtime.Handle, RuntimeHandle.Current));
        });
    });

    [Fact]
    public void An_Enter_guard_makes_the_runtime_current() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        JoinHandle<int> handle;
        using (runtime.Enter())
        {
            Assert.Same(runtime.Handle, RuntimeHandle.Current);
            handle = Kio.Spawn(Future.FromResult(1));
        }

        Assert.Null(RuntimeHandle.TryCurrent);
        Assert.Equal(1, runtime.BlockOn(handle.AsFuture()));
    });

    [Fact]
    public void Guards_nest_and_must_end_in_reverse_order() => Bounded.Run(() =>
    {
        using Runtime one = Runtimes.Create(RuntimeKind.CurrentThread);
        using Runtime two = Runtimes.Create(RuntimeKind.CurrentThread);
        EnterGuard outer = one.Enter();
        EnterGuard inner = two.Enter();
        Assert.Same(two.Handle, RuntimeHandle.Current);
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        inner.Dispose();
        Assert.Same(one.Handle, RuntimeHandle.Current);
        outer.Dispose();
        Assert.Null(RuntimeHandle.TryCurrent);
    });

    [Fact]
    public void Guards_of_one_runtime_nest_and_must_end_in_reverse_order() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        EnterGuard outer = runtime.Enter();
        EnterGuard inner = runtime.Enter();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        outer.Dispose();
        Assert.Null(RuntimeHandle.TryCurrent);
    });

    [Fact]
    public void A_guard_belongs_to_its_thread() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        EnterGuard guard = runtime.Enter();
        Exception? thrown = null;
        Thread thread = new(() => thrown = Record.Exception(guard.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(thrown);
        guard.Dispose();
    });

    [Fact]
    public void Two_runtimes_are_isolated() => Bounded.Run(() =>
    {
        using Runtime one = Runtime.CreateBuilder().WorkerThreads(1).ThreadName("one").Build();
        using Runtime two = Runtime.CreateBuilder().WorkerThreads(1).ThreadName("two").Build();
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim blocked = new();
        JoinHandle blocker = one.Spawn(async () =>
        {
            // One runtime's only worker is stuck: the other goes on.
            blocked.Set();
            release.Wait();
            await Future.Completed;
        });
        blocked.Wait();
        two.RunTask(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                Assert.Equal("two", Thread.CurrentThread.Name);
                Assert.Equal("two", await Kio.Spawn(async Future<string?> () =>
                {
                    await Kio.YieldNow();
                    return Thread.CurrentThread.Name;
                }));
            }

            Assert.Same(two.Handle, RuntimeHandle.Current);
        });
        release.Set();
        one.BlockOn(blocker.AsFuture());
    });

    [Fact]
    public void Spawning_onto_another_runtime_runs_there() => Bounded.Run(() =>
    {
        using Runtime one = Runtime.CreateBuilder().WorkerThreads(2).ThreadName("one").Build();
        using Runtime two = Runtime.CreateBuilder().WorkerThreads(2).ThreadName("two").Build();
        one.RunTask(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal("two", await two.Spawn(async Future<string?> () =>
                {
                    await Kio.YieldNow();
                    return Thread.CurrentThread.Name;
                }));
                Assert.Equal("one", Thread.CurrentThread.Name);
            }
        });
    });

    [Fact]
    public void Entering_a_smaller_runtime_inside_a_task_finds_its_timers() => Bounded.Run(() =>
    {
        using Runtime many = Runtimes.Create(RuntimeKind.FourWorkers);
        using Runtime small = Runtimes.Create(RuntimeKind.OneWorker);
        many.RunTask(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                Task task;
                using (small.Enter())
                {
                    task = Kio.Sleep(TimeSpan.FromMilliseconds(1)).AsTask();
                }

                await task;
            }
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void After_ConfigureAwait_false_Task_based_code_still_finds_its_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async Task () =>
        {
            await Task.Delay(1).ConfigureAwait(false);
            Assert.Same(runtime.Handle, RuntimeHandle.Current);
            Assert.Equal(3, await Kio.Spawn(Future.FromResult(3)));
            await Task.Run(async () => await Kio.Spawn(async () => await Kio.YieldNow()));
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void After_ConfigureAwait_false_Task_based_code_still_sleeps_on_its_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async Task () =>
        {
            await Task.Delay(1).ConfigureAwait(false);
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void ContinueWith_finds_the_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async Task () =>
        {
            RuntimeHandle? seen = null;
            await Task.Delay(1).ContinueWith(_ => seen = RuntimeHandle.TryCurrent, TaskScheduler.Default);
            Assert.Same(runtime.Handle, seen);
            await Task.Delay(1).ContinueWith(
                _ => seen = RuntimeHandle.TryCurrent, TaskScheduler.FromCurrentSynchronizationContext());
            Assert.Same(runtime.Handle, seen);
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Posted_continuations_run_on_workers(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).ThreadName("posts").Build();
        runtime.BlockOn(async Task () =>
        {
            for (int i = 0; i < 50; i++)
            {
                await Task.Yield();
                Assert.Equal("posts", Thread.CurrentThread.Name);
                await Task.Run(() => { });
                Assert.Equal("posts", Thread.CurrentThread.Name);
            }
        });
    });

    [Fact]
    public void Ids_and_flavors_tell_runtimes_apart() => Bounded.Run(() =>
    {
        using Runtime one = Runtimes.Create(RuntimeKind.CurrentThread);
        using Runtime two = Runtimes.Create(RuntimeKind.OneWorker);
        using Runtime three = Runtimes.Create(RuntimeKind.PerCore);
        using LocalSet set = new();
        Assert.Equal(one.Handle.Id, one.BlockOn(async () => RuntimeHandle.Current.Id));
        Assert.Equal(three.Handle.Id, three.BlockOn(async () => await Kio.Spawn(async () => RuntimeHandle.Current.Id)));
        Assert.NotEqual(one.Handle.Id, two.Handle.Id);
        Assert.True(one.Handle.Id != set.Id);
        Assert.False(one.Handle.Id == two.Handle.Id);
        Assert.NotEqual(one.Handle.Id.ToString(), two.Handle.Id.ToString());
        Assert.Equal(one.Handle.Id.GetHashCode(), one.Handle.Id.GetHashCode());
        Assert.False(one.Handle.Id.Equals("1"));
        Assert.Equal(RuntimeFlavor.CurrentThread, one.Handle.Flavor);
        Assert.Equal(RuntimeFlavor.MultiThread, two.Handle.Flavor);
        Assert.Equal(RuntimeFlavor.PerCore, three.Handle.Flavor);
        Assert.Null(one.Handle.Name);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_handle_blocks_on_futures_too(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        RuntimeHandle handle = runtime.Handle;
        Assert.Equal(6, handle.BlockOn(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            return 1 + await Kio.Spawn(async () => 2) + await Kio.SpawnBlocking(() => handle.BlockOn(async () => 3));
        }));
        Assert.Equal(5, handle.BlockOn(async Task<int> () =>
        {
            await Task.Yield();
            return 5;
        }));
        handle.BlockOn(Kio.YieldNow());
        Assert.Throws<FormatException>(() => handle.BlockOn(async Future () => throw new FormatException()));
#pragma warning disable KIO0002 // On purpose.
        Action nested = () => runtime.BlockOn(async () => handle.BlockOn(Kio.YieldNow()));
#pragma warning restore KIO0002
        if (kind is RuntimeKind.CurrentThread or RuntimeKind.PerCore)
        {
            Assert.Throws<InvalidOperationException>(nested);
        }
        else
        {
            nested(); // Nobody waits for this thread.
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void After_the_end_a_handle_blocks_on_what_needs_no_runtime(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        RuntimeHandle handle = runtime.Handle;
        runtime.Dispose();
        Signal signal = new();
        Thread setter = new(() => signal.Set(2));
        setter.Start();
        Assert.Equal(2, handle.BlockOn(async () => await signal.AsFuture()));
        setter.Join();
        Assert.Throws<RuntimeShutdownException>(() => handle.BlockOn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1))));
        Assert.Throws<TaskAbortedException>(() => handle.BlockOn(async () => await Kio.Spawn(async () => 1)));
    });

    [Fact]
    public void After_a_wrong_order_the_guards_still_end_in_the_right_one() => Bounded.Run(() =>
    {
        using Runtime one = Runtimes.Create(RuntimeKind.CurrentThread);
        using Runtime two = Runtimes.Create(RuntimeKind.CurrentThread);
        using LocalSet set = new();
        EnterGuard first = one.Enter();
        EnterGuard same = one.Enter();
        Assert.Throws<InvalidOperationException>(first.Dispose);
        EnterGuard second = two.Enter();
        EnterGuard local = set.Enter();
        Assert.Throws<InvalidOperationException>(second.Dispose);
        Assert.Same(two.Handle, RuntimeHandle.Current);
        local.Dispose();
        second.Dispose();
        Assert.Same(one.Handle, RuntimeHandle.Current);
        same.Dispose();
        first.Dispose();
        first.Dispose();
        Assert.Null(RuntimeHandle.TryCurrent);
        using (two.Enter())
        {
            Assert.Same(two.Handle, RuntimeHandle.Current);
        }
    });
}
