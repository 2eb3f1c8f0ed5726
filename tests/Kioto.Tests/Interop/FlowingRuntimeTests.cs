using System;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Task-based code of a runtime finds it wherever .NET lets it go on.</summary>
public sealed class FlowingRuntimeTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_verbs_work_after_ConfigureAwait_false(RuntimeKind kind) => OnTasks(kind, async runtime =>
    {
        await LeaveAsync();
        Assert.Same(runtime.Handle, RuntimeHandle.Current);
        Assert.Equal(1, await Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return 1;
        }));
        await LeaveAsync();
        await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        await LeaveAsync();
        Assert.Equal(2, await Kio.SpawnBlocking(() => 2));
        await LeaveAsync();
        await Kio.YieldNow();
        await LeaveAsync();
        TaskCompletionSource detached = new();
        Kio.Detach(async () =>
        {
            await Kio.YieldNow();
            detached.SetResult();
        });
        await detached.Task.ConfigureAwait(false);
        Assert.Equal(3, await Future.FromResult(3));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Nested_Tasks_and_what_they_spawn_find_it(RuntimeKind kind) => OnTasks(kind, async runtime =>
    {
        Task<int>[] tasks = new Task<int>[10];
        for (int i = 0; i < tasks.Length; i++)
        {
            tasks[i] = Task.Run(() => NestedAsync(i % 3));
        }

        foreach (Task<int> task in tasks)
        {
            Assert.Equal(1, await task.ConfigureAwait(false));
        }

        async Task<int> NestedAsync(int depth)
        {
            await LeaveAsync();
            Assert.Same(runtime.Handle, RuntimeHandle.Current);
            return depth > 0
                ? await NestedAsync(depth - 1).ConfigureAwait(false)
                : await Kio.Spawn(async Task<int> () =>
                {
                    await LeaveAsync();
                    Assert.Same(runtime.Handle, RuntimeHandle.Current);
                    return await Kio.Spawn(async () => 1);
                });
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_innermost_runtime_counts(RuntimeKind kind) => OnTasks(kind, async runtime =>
    {
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        Assert.Same(other.Handle, await other.Spawn(async Task<RuntimeHandle> () =>
        {
            await LeaveAsync();
            return RuntimeHandle.Current;
        }));
        await LeaveAsync();
        Assert.Same(runtime.Handle, RuntimeHandle.Current);
        using (other.Enter())
        {
            Assert.Same(other.Handle, RuntimeHandle.Current);
        }

        Assert.Same(runtime.Handle, RuntimeHandle.Current);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_does_not_leak_to_whoever_spawned(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async Task () => await LeaveAsync());
        Assert.Null(RuntimeHandle.TryCurrent);
        Assert.Null(Task.Run(() => RuntimeHandle.TryCurrent).Result);
    });

    [Fact]
    public void A_LocalSets_Task_finds_the_runtime_that_drives_the_set() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using LocalSet set = new();
        Assert.Equal(1, set.BlockOn(runtime, async () => await Kio.SpawnLocal(async Task<int> () =>
        {
            await LeaveAsync();
            Assert.Same(runtime.Handle, RuntimeHandle.Current);
            return await Kio.Spawn(async () => 1);
        })));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void After_the_end_the_verbs_say_so(RuntimeKind kind) => Bounded.Run(() =>
    {
        TaskCompletionSource ended = new();
        TaskCompletionSource<Task> started = new();
        using (Runtime runtime = Runtimes.Builder(kind).CleanupGrace(TimeSpan.Zero).Build())
        {
            JoinHandle handle = runtime.Spawn(() =>
            {
                Task task = OutliveAsync();
                started.SetResult(task);
                return Task.CompletedTask;
            });
            runtime.BlockOn(async () => await handle);
        }

        ended.SetResult();
        started.Task.Result.Wait();

        async Task OutliveAsync()
        {
            await ended.Task.ConfigureAwait(false);
            Assert.True((await Kio.Spawn(async () => await Kio.YieldNow()).JoinAsync()).IsAborted);
            Assert.True((await Kio.SpawnBlocking(() => 1).JoinAsync()).IsAborted);
            await Assert.ThrowsAsync<TaskAbortedException>(async () => await Kio.Spawn(async () => 1));
            RuntimeShutdownException exception =
                await Assert.ThrowsAsync<RuntimeShutdownException>(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
            Assert.Contains("shut down", exception.Message, StringComparison.Ordinal);

            // What needs no runtime goes on.
            await Kio.YieldNow();
            Assert.Equal(4, await Future.FromResult(4));
        }
    });

    private static async Task LeaveAsync()
    {
        await Task.Delay(1).ConfigureAwait(false);
    }

    // As a task of the runtime, and under BlockOn.
    private static void OnTasks(RuntimeKind kind, Func<Runtime, Task> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(Leave);
        runtime.RunTask(async () => await Kio.Spawn(Leave));

        async Task Leave()
        {
            await LeaveAsync().ConfigureAwait(false);
            await body(runtime).ConfigureAwait(false);
        }
    });
}
