using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class TaskConversionTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void AsTask_runs_the_future_on_the_runtime(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle here = RuntimeHandle.Current;
        Task<RuntimeHandle> task = Where().AsTask();
        Assert.Same(here, await task);
        await Kio.Sleep(TimeSpan.FromMilliseconds(1)).AsTask();
        await Future.Completed.AsTask();
    });

    [Fact]
    public void AsTask_starts_at_once_and_needs_no_await() => Runtimes.Run(async () =>
    {
        int steps = 0;
        Task task = Step().AsTask();
        await Expect.Until(() => Volatile.Read(ref steps) == 2);
        await task;

        async Future Step()
        {
            Volatile.Write(ref steps, 1);
            await Kio.YieldNow();
            Volatile.Write(ref steps, 2);
        }
    });

    [Fact]
    public void AsTask_fails_with_the_future() => Runtimes.Run(async () =>
    {
        Task task = Fail().AsTask();
        Assert.Equal("x", (await Expect.Throws<FormatException>(async () => await task)).Message);
        Assert.True(task.IsFaulted);
    });

    [Fact]
    public async Task AsTask_outside_any_runtime_runs_on_the_thread_pool()
    {
        Signal signal = new();
        Task<int> task = Task.Run(() => Twice(signal).AsTask(), TestContext.Current.CancellationToken);
        while (signal.Polls == 0)
        {
            await Task.Yield();
        }

        signal.Set(21);
        Assert.Equal(42, await task);
    }

    [Fact]
    public void Task_AsFuture_gives_the_result() => Runtimes.Run(async () =>
    {
        Assert.Equal(3, await Task.FromResult(3).AsFuture());
        TaskCompletionSource<int> source = new();
        JoinHandle<int> handle = Kio.Spawn(source.Task.AsFuture());
        await Kio.YieldNow();
        source.SetResult(4);
        Assert.Equal(4, await handle);
        await Task.CompletedTask.AsFuture();
    });

    [Fact]
    public void Task_AsFuture_fails_with_the_Task() => Runtimes.Run(async () =>
    {
        await Expect.Throws<FormatException>(async () => await Task.FromException(new FormatException()).AsFuture());
        await Expect.Throws<TaskCanceledException>(async () =>
            await Task.FromCanceled<int>(new CancellationToken(true)).AsFuture());
    });

    [Fact]
    public void Cancelling_Task_AsFuture_leaves_the_Task_alone() => Runtimes.Run(async () =>
    {
        TaskCompletionSource<int> source = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await source.Task.AsFuture());
        await Kio.YieldNow();
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        source.SetResult(1);
        Assert.Equal(2, await Kio.Spawn(async () => await Task.FromResult(2).AsFuture()));
    });

    [Fact]
    public void Leaves_of_abandoned_Tasks_are_not_reused_while_the_Task_holds_them() => Runtimes.Run(async () =>
    {
        for (int i = 0; i < 100; i++)
        {
            TaskCompletionSource<int> abandoned = new();
            JoinHandle<int> handle = Kio.Spawn(abandoned.Task.AsFuture());
            await Kio.YieldNow();
            handle.Abort();
            await handle.JoinAsync();

            TaskCompletionSource<int> next = new();
            JoinHandle<int> second = Kio.Spawn(next.Task.AsFuture());
            await Kio.YieldNow();
            abandoned.SetResult(-1);
            await Kio.YieldNow();
            Assert.False(second.IsFinished);
            next.SetResult(i);
            Assert.Equal(i, await second);
        }
    });

    [Fact]
    public void AsFuture_of_a_null_Task_throws() =>
        Assert.Throws<ArgumentNullException>(() => ((Task)null!).AsFuture());

    [Fact]
    public void Handles_are_awaitable_from_async_Task_methods() => Runtimes.Run(async () =>
    {
        JoinHandle<int> handle = Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return 6;
        });
        Assert.Equal(6, await Helper(handle));

        static async Task<int> Helper(JoinHandle<int> handle) => await handle;
    });

    private static async Future<RuntimeHandle> Where()
    {
        await Kio.YieldNow();
        return RuntimeHandle.Current;
    }

    private static async Future Fail()
    {
        await Kio.YieldNow();
        throw new FormatException("x");
    }

    private static async Future<int> Twice(Signal signal) => 2 * await signal.AsFuture();
}
