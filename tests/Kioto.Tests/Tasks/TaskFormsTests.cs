using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Task-based code where a future may be given: in a scope of its own, and inside a local set.</summary>
public sealed class TaskFormsTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_Task_is_the_body_of_a_scope(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int children = 0;
        Assert.Equal(7, await TaskScope.RunAsync(Body));
        await TaskScope.RunAsync(new TaskScopeOptions { Limit = 1 }, Unit);
        await TaskScope.RunAsync(Unit);
        Assert.Equal(7, await TaskScope.RunAsync(new TaskScopeOptions(), Body));
        Assert.Equal(4, children);

        async Task<int> Body(TaskScope scope)
        {
            await Unit(scope);
            return 7;
        }

        async Task Unit(TaskScope scope)
        {
            await Task.Delay(1).ConfigureAwait(false);
            _ = scope.Spawn(async () =>
            {
                await Kio.YieldNow();
                return Interlocked.Increment(ref children);
            });
            await Kio.Sleep(TimeSpan.FromMilliseconds(1)); // The runtime flows with it.
        }
    });

    [Fact]
    public void The_failure_of_a_child_cancels_it_by_its_token_and_is_thrown() => Runtimes.Run(async () =>
    {
        bool ended = false;
        NotSupportedException failure = await Expect.Throws<NotSupportedException>(() => TaskScope.RunAsync(Body));
        Assert.Equal("the child's", failure.Message);
        Assert.True(ended);

        async Task Body(TaskScope scope)
        {
            _ = scope.Spawn(() => GroupBodies.Fails("the child's"));
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, scope.CancellationToken);
            }
            finally
            {
                await Task.Yield();
                ended = true;
            }
        }
    });

    [Fact]
    public void Its_own_failure_is_thrown() => Runtimes.Run(async () =>
    {
        static async Task Late(TaskScope scope)
        {
            scope.Spawn(GroupBodies.Never);
            await Task.Yield();
            throw new NotSupportedException();
        }

        static Task Early(TaskScope scope) => throw new NotSupportedException();

        await Expect.Throws<NotSupportedException>(() => TaskScope.RunAsync(Late));
        await Expect.Throws<NotSupportedException>(() => TaskScope.RunAsync(Early));
        await Expect.Throws<ArgumentNullException>(() => TaskScope.RunAsync((Func<TaskScope, Task>)null!));
    });

    [Fact]
    public void What_flowed_before_a_body_flows_after_it() => Runtimes.Run(async () =>
    {
        Strand? inside = null;
        await TaskScope.RunAsync(Body);
        Assert.NotNull(inside);
        Assert.Null(Scheduler.FlowingStrand);

        async Task Body(TaskScope scope)
        {
            await Task.Yield();
            inside = Scheduler.FlowingStrand;
        }
    });

    [Fact]
    public void A_local_set_runs_Tasks_on_its_thread() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        using LocalSet alone = new();
        using LocalSet driven = new();
        int thread = Environment.CurrentManagedThreadId;
        alone.BlockOn(Main);
        Assert.Equal(thread, alone.BlockOn(Number));
        driven.BlockOn(runtime, Main);
        Assert.Equal(thread, driven.BlockOn(runtime, Number));
        runtime.BlockOn(async () =>
        {
            await driven.RunUntilAsync(Main);
            Assert.Equal(thread, await driven.RunUntilAsync(Number));
        });
        Assert.Throws<NotSupportedException>(() => alone.BlockOn(Fails));
        alone.BlockOn(async () => await Kio.YieldNow()); // A future: a Task could not be awaited so.
        Assert.Equal(5, alone.BlockOn(async () => await GroupBodies.After(1, 5)));

        async Task Main()
        {
            await Task.Yield();
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            await Kio.SpawnLocal(async () => await Kio.YieldNow());
        }

        async Task<int> Number()
        {
            await Main();
            return Environment.CurrentManagedThreadId;
        }

        static async Task Fails()
        {
            await Task.Yield();
            throw new NotSupportedException();
        }
    });

    [Fact]
    public void Async_lambdas_are_futures() => Runtimes.Run(async () =>
    {
        Future scope = TaskScope.RunAsync(async scope =>
        {
            await Kio.YieldNow();
            Assert.Null(Scheduler.FlowingStrand); // A Task would flow.
        });
        await scope;
        Assert.Equal(3, await TaskScope.RunAsync(async scope =>
        {
            await Kio.YieldNow();
            return Scheduler.FlowingStrand is null ? 3 : 0;
        }));
    });
}
