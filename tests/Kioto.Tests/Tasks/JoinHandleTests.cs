using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class JoinHandleTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Awaiting_gives_the_result_in_each_form_of_spawn(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(1, await Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return 1;
        }));
        Assert.Equal(2, await Kio.Spawn(Two()));
        Assert.Equal(3, await Kio.Spawn(async Task<int> () =>
        {
            await Task.Yield();
            return 3;
        }));
        Assert.Equal(4, await Kio.Spawn(Future.FromResult(4)));
        Assert.Equal(5, await Kio.Spawn(() => Future.FromResult(5)));
        await Kio.Spawn(async () => await Kio.YieldNow());
        await Kio.Spawn(Kio.YieldNow());
        await Kio.Spawn(Future.Completed);
        await Kio.Spawn(async Task () => await Task.Yield());
        await Kio.Spawn(() => Future.Completed);

        static async Future<int> Two()
        {
            await Kio.YieldNow();
            return 2;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_exception_ends_in_the_handle_and_the_others_go_on(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle other = Kio.Spawn(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await Kio.YieldNow();
            }
        });
        JoinHandle<int> failing = Kio.Spawn(Failing);
        JoinHandle<int> failingAtOnce = Kio.Spawn(FailingAtOnce);
        JoinHandle<int> throwingDelegate = Kio.Spawn((Func<Future<int>>)(() => throw new FormatException("delegate")));
        JoinHandle<int> failingTask = Kio.Spawn(async Task<int> () =>
        {
            await Task.Yield();
            throw new FormatException("task");
        });
        JoinHandle nullTask = Kio.Spawn((Func<Task>)(() => null!));
        Assert.Equal("later", (await Expect.Throws<FormatException>(async () => await failing)).Message);
        Assert.Equal("at once", (await Expect.Throws<FormatException>(async () => await failingAtOnce)).Message);
        Assert.Equal("delegate", (await Expect.Throws<FormatException>(async () => await throwingDelegate)).Message);
        Assert.Equal("task", (await Expect.Throws<FormatException>(async () => await failingTask)).Message);
        await Expect.Throws<ArgumentNullException>(async () => await nullTask);
        await other;
        Assert.True(failing.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Dropping_a_handle_detaches_the_task(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TaskCompletionSource done = new();
        Drop(done);
        GC.Collect();
        await done.Task;

        static void Drop(TaskCompletionSource done) => _ = Kio.Spawn(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(5));
            done.SetResult();
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Spawn_never_polls_inline(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        object gate = new();
        bool ran = false;
        JoinHandle handle;
        lock (gate)
        {
            handle = Kio.Spawn(async () =>
            {
                lock (gate)
                {
                    ran = true;
                }

                await Future.Completed;
            });
            Assert.False(ran);
        }

        await handle;
        Assert.True(ran);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_handle_may_be_awaited_twice_and_by_two_tasks(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await signal.AsFuture());
        List<JoinHandle<int>> waiters = [];
        for (int i = 0; i < 10; i++)
        {
            waiters.Add(Kio.Spawn(async () => await handle + await handle));
        }

        await Kio.YieldNow();
        signal.Set(3);
        foreach (JoinHandle<int> waiter in waiters)
        {
            Assert.Equal(6, await waiter);
        }

        Assert.Equal(3, await handle);
        Assert.Equal(3, (await handle.JoinAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void JoinAsync_reports_each_outcome(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinResult<int> success = await Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return 3;
        }).JoinAsync();
        Assert.True(success is { IsCompletedSuccessfully: true, IsFaulted: false, IsAborted: false, Exception: null, Value: 3 });

        JoinResult<int> failure = await Kio.Spawn(Failing).JoinAsync();
        Assert.True(failure is { IsCompletedSuccessfully: false, IsFaulted: true, IsAborted: false, Exception: FormatException });
        Assert.IsType<FormatException>(Assert.Throws<InvalidOperationException>(() => failure.Value).InnerException);

        JoinHandle never = Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        await Kio.YieldNow();
        never.Abort();
        JoinResult aborted = await never.JoinAsync();
        Assert.True(aborted is { IsCompletedSuccessfully: false, IsFaulted: false, IsAborted: true, Exception: TaskAbortedException });
        Assert.True((await never.JoinAsync()).IsAborted);
        Assert.True((await Kio.Spawn(async () => await Future.Completed).JoinAsync()).IsCompletedSuccessfully);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_a_join_leaves_the_task_alone(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        JoinHandle<int> task = Kio.Spawn(async () => await signal.AsFuture());
        JoinHandle<int> joiner = Kio.Spawn(async () => await task);
        JoinHandle<JoinResult<int>> joiner2 = Kio.Spawn(async () => await task.JoinAsync());
        await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        joiner.Abort();
        joiner2.Abort();
        Assert.True((await joiner.JoinAsync()).IsAborted);
        Assert.True((await joiner2.JoinAsync()).IsAborted);
        Assert.False(task.IsFinished);
        signal.Set(4);
        Assert.Equal(4, await task);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Ids_are_unique(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        HashSet<TaskId> ids = [];
        List<JoinHandle> handles = [];
        for (int i = 0; i < 500; i++)
        {
            JoinHandle handle = Kio.Spawn(async () => await Kio.YieldNow());
            handles.Add(handle);
            Assert.True(ids.Add(handle.Id));
            Assert.True(handle.Id == handle.Id && handle.Id.Equals((object)handle.Id));
            Assert.Equal(handle.Id.ToString(), handle.Id.ToString());
        }

        foreach (JoinHandle handle in handles)
        {
            TaskId before = handle.Id;
            await handle;
            Assert.Equal(before, handle.Id);
        }

        Assert.True(handles[0].Id != handles[1].Id);
    });

    [Fact]
    public void The_id_is_the_same_for_threads_that_ask_at_once() => Runtimes.Run(async () =>
    {
        for (int i = 0; i < 100; i++)
        {
            JoinHandle handle = Kio.Spawn(async () => await Kio.YieldNow());
            JoinHandle<TaskId> other = Kio.SpawnBlocking(() => handle.Id);
            TaskId mine = handle.Id;
            Assert.Equal(mine, await other);
        }
    });

    [Fact]
    public void Handles_compare_by_task() => Runtimes.Run(async () =>
    {
        JoinHandle<int> first = Kio.Spawn(Future.FromResult(1));
        JoinHandle<int> second = Kio.Spawn(Future.FromResult(1));
        JoinHandle<int> copy = first;
        Assert.True(first == copy && first.Equals((object)copy) && first.GetHashCode() == copy.GetHashCode());
        Assert.True(first != second);
        JoinHandle unit = Kio.Spawn(Future.Completed);
        Assert.True(unit == unit.Copy() && unit != Kio.Spawn(Future.Completed));
        await second;
    });

    [Fact]
    public void A_default_handle_says_that_it_is_one()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => default(JoinHandle).Abort());
        Assert.Contains("Kio.Spawn", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => default(JoinHandle<int>).Id);
    }

    [Fact]
    public void IsFinished_is_false_until_cleanup_has_ended() => Runtimes.Run(async () =>
    {
        Signal inCleanup = new();
        Signal release = new();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await Kio.YieldNow();
            }
            finally
            {
                inCleanup.Set();
                await release.AsFuture();
            }
        });
        await inCleanup.AsFuture();
        Assert.False(handle.IsFinished);
        release.Set();
        await handle;
        Assert.True(handle.IsFinished);
    });

    [Fact]
    public void A_task_may_await_its_own_kind_deeply() => Runtimes.Run(async () =>
    {
        Assert.Equal(500, await Nest(500));

        static async Future<int> Nest(int depth) => depth == 0 ? 0 : await Kio.Spawn(Nest(depth - 1)) + 1;
    });

    [Fact]
    public void Handles_are_awaited_from_another_runtime() => Bounded.Run(() =>
    {
        using Runtime one = Runtimes.Create(RuntimeKind.OneWorker);
        using Runtime two = Runtimes.Create(RuntimeKind.OneWorker);
        for (int i = 0; i < 100; i++)
        {
            JoinHandle<int> handle = one.Spawn(async () =>
            {
                await Kio.YieldNow();
                return i;
            });
            Assert.Equal(i, two.BlockOn(async () => await two.Spawn(async () => await handle)));
        }
    });

    [Fact]
    public void Null_delegates_are_refused() => Runtimes.Run(async () =>
    {
        Assert.Throws<ArgumentNullException>(() => Kio.Spawn((Func<Future>)null!));
        Assert.Throws<ArgumentNullException>(() => Kio.Spawn((Func<Task<int>>)null!));
        Assert.Throws<ArgumentNullException>(() => Kio.SpawnBlocking((Action)null!));
        await Future.Completed;
    });

    [Fact]
    public void Spawning_without_a_runtime_throws_the_remedy()
    {
        foreach (Action spawn in new Action[]
        {
            () => Kio.Spawn(async () => await Kio.YieldNow()),
            () => Kio.Spawn(async Task () => await Task.Yield()),
            () => Kio.Detach(Future.Completed),
            () => Kio.SpawnBlocking(() => { }),
        })
        {
            InvalidOperationException exception = Assert.Throws<InvalidOperationException>(spawn);
            Assert.Contains("no runtime is running on this thread", exception.Message, StringComparison.Ordinal);
            Assert.Contains("Runtime.Run", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_cancelled_join_leaves_nothing_behind(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle<int> never = Kio.Spawn(async () => await new Signal().AsFuture());
        JoinHandle<int> staying = Kio.Spawn(async () => (await never.JoinAsync()).IsAborted ? 1 : 2);
        for (int i = 0; i < 50; i++)
        {
            JoinHandle<int> first = Kio.Spawn(async () => await never);
            JoinHandle<bool> second = Kio.Spawn(async () => (await never.JoinAsync()).IsAborted);
            await Expect.Until(() => never.Cell.Join.WaiterCount == 3);
            first.Abort();
            await first.JoinAsync();
            Assert.Equal(2, never.Cell.Join.WaiterCount);
            second.Abort();
            await second.JoinAsync();
            Assert.Equal(1, never.Cell.Join.WaiterCount);
        }

        never.Abort();
        Assert.Equal(1, await staying);
    });

    private static async Future<int> Failing()
    {
        await Kio.YieldNow();
        throw new FormatException("later");
    }

    private static async Future<int> FailingAtOnce()
    {
        await Future.Completed;
        throw new FormatException("at once");
    }
}

file static class Copying
{
    internal static JoinHandle Copy(this JoinHandle handle) => handle;
}
