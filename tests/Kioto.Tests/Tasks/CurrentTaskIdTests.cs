using System;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Code knows which task it is of.</summary>
public sealed class CurrentTaskIdTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_task_knows_its_own_id_wherever_its_code_is(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        JoinHandle<TaskId[]> handle = Kio.Spawn(async () =>
        {
            TaskId first = Kio.CurrentTaskId;
            await Kio.YieldNow();
            TaskId later = await Deeper();
            (TaskId left, TaskId right) = await Kio.Join(Deeper(), Deeper());
            TaskId helper = await OfTask();
            return (TaskId[])[first, later, left, right, helper, Kio.CurrentTaskId];
        });
        TaskId[] seen = await handle;
        Assert.All(seen, id => Assert.Equal(handle.Id, id));
        Assert.NotEqual(handle.Id, Kio.CurrentTaskId);

        static async Future<TaskId> Deeper()
        {
            await Kio.YieldNow();
            return Kio.CurrentTaskId;
        }

        static async Task<TaskId> OfTask()
        {
            await Kio.YieldNow();
            return Kio.CurrentTaskId;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void So_does_its_cleanup_when_it_is_aborted(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TaskId? inCleanup = null;
        TaskId? afterwards = null;
        Event begun = new();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                begun.Set();
                await Kio.Sleep(System.Threading.Timeout.InfiniteTimeSpan);
            }
            finally
            {
                inCleanup = Kio.TryCurrentTaskId;
                await Kio.YieldNow();
                afterwards = Kio.TryCurrentTaskId;
            }
        });
        await begun.WaitAsync();
        handle.Abort();
        await handle.JoinAsync();
        Assert.Equal((handle.Id, handle.Id), (inCleanup, afterwards));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_blocking_closure_does_too_and_what_it_blocks_on(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        JoinHandle<(TaskId Own, TaskId? Inner)> handle = Kio.SpawnBlocking(
            () => (Kio.CurrentTaskId, runtime.BlockOn(async () => Kio.TryCurrentTaskId)));
        (TaskId own, TaskId? inner) = await handle;
        Assert.Equal((handle.Id, handle.Id), (own, inner));
    });

    [Fact]
    public void In_place_of_a_task_it_is_the_tasks() => Runtimes.Run(async () =>
    {
        TaskId own = Kio.CurrentTaskId;
        Assert.Equal(own, Kio.BlockInPlace(() => Kio.CurrentTaskId));
        await Kio.YieldNow();
        Assert.Equal(own, Kio.CurrentTaskId);
    });

    [Fact]
    public void Local_tasks_have_their_own_and_the_future_that_is_run_until_its_tasks() => Runtimes.Run(async () =>
    {
        TaskId own = Kio.CurrentTaskId;
        using LocalSet set = new();
        await set.RunUntilAsync(async () =>
        {
            JoinHandle<(TaskId Outer, TaskId Nested, TaskId Handle)> outer = Kio.SpawnLocal(async () =>
            {
                JoinHandle<TaskId> nested = Kio.SpawnLocal(async () => Kio.CurrentTaskId);
                return (Kio.CurrentTaskId, await nested, nested.Id);
            });
            (TaskId seen, TaskId inner, TaskId ofHandle) = await outer;
            Assert.Equal((outer.Id, ofHandle), (seen, inner));
        });
        Assert.Equal(own, Kio.CurrentTaskId);
    });

    [Fact]
    public void Outside_of_tasks_there_is_none_and_the_message_names_the_remedy() => Bounded.Run(() =>
    {
        Assert.Null(Kio.TryCurrentTaskId);
        string message = Assert.Throws<InvalidOperationException>(() => Kio.CurrentTaskId).Message;
        Assert.Contains("TryCurrentTaskId", message, StringComparison.Ordinal);
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () =>
        {
            Assert.Null(Kio.TryCurrentTaskId);
            await Kio.YieldNow();
            Assert.Null(Kio.TryCurrentTaskId);
        });
    });
}
