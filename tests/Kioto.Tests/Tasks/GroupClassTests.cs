using System;
using System.Linq;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>The class of tasks that belong to a map, a queue or a tracker, or to one worker.</summary>
public sealed class GroupClassTests
{
    public static TheoryData<RuntimeKind> OnOneThread => [RuntimeKind.CurrentThread, RuntimeKind.OneWorker];

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void Maps_queues_and_trackers_have_a_class_for_their_tasks(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event gate = new();
        await using JoinMap<string, int> map = new() { Class = TaskClass.Background };
        await using JoinQueue<int> queue = new() { Class = TaskClass.Background };
        TaskTracker tracker = new() { Class = TaskClass.Background };
        TaskTracker normal = new();
        AbortHandle other = normal.Spawn(async () => { await Wait(); });
        TaskId[] ids =
        [
            map.Spawn("a", async () => await Wait()).Id,
            queue.Spawn(async () => await Wait()).Id,
            tracker.Spawn(async () => await Wait()).Id,
            tracker.Spawn(async () => { await Wait(); }).Id,
            tracker.Spawn(async Task () => await Wait()).Id,
        ];
        RuntimeDump dump = RuntimeHandle.Current.Dump();
        Assert.All(ids, id => Assert.Equal(TaskClass.Background, ClassIn(dump, id)));
        Assert.Equal(TaskClass.Normal, ClassIn(dump, other.Id));
        Assert.Equal(
            (TaskClass.Background, TaskClass.Background, TaskClass.Background, TaskClass.Normal),
            (map.Class, queue.Class, tracker.Class, normal.Class));
        gate.Set();
        Assert.Equal(1, (await map.JoinNextAsync())!.Value.Result.Value);
        Assert.Equal(1, (await queue.JoinNextAsync())!.Value.Value);
        tracker.Close();
        normal.Close();
        await tracker.WaitAsync();
        await normal.WaitAsync();

        async Future<int> Wait()
        {
            await gate.WaitAsync();
            return 1;
        }
    });

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void Closures_and_local_tasks_of_theirs_have_none(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        using LocalSet set = new();
        await using JoinQueue<int> queue = new() { Class = TaskClass.Background };
        queue.SpawnBlocking(() => 1);
        queue.SpawnLocalOn(set, async () => 2);
        await set.RunUntilEmptyAsync();
        int[] results = await queue.JoinAllAsync();
        Assert.Equal([1, 2], results);
    });

    [Fact]
    public void A_class_that_there_is_not_is_refused()
    {
        TaskClass wrong = (TaskClass)7;
        Assert.Equal("Class", Assert.Throws<ArgumentOutOfRangeException>(() => new JoinMap<int, int> { Class = wrong }).ParamName);
        Assert.Equal("Class", Assert.Throws<ArgumentOutOfRangeException>(() => new JoinQueue<int> { Class = wrong }).ParamName);
        Assert.Equal("Class", Assert.Throws<ArgumentOutOfRangeException>(() => new TaskTracker { Class = wrong }).ParamName);
    }

    [Fact]
    public void A_workers_tasks_have_a_class_too() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.PerCore);
        Event gate = new();
        foreach (TaskClass chosen in (ReadOnlySpan<TaskClass>)[TaskClass.Normal, TaskClass.Background])
        {
            JoinHandle<int?>[] values =
            [
                runtime.SpawnOn(2, chosen, async () => await Where()),
                runtime.SpawnOn(2, chosen, Where()),
                runtime.SpawnOn(2, chosen, async Task<int?> () => await Where()),
                runtime.Handle.SpawnOn(2, async Task<int?> () => await Where()),
            ];
            JoinHandle[] units =
            [
                runtime.SpawnOn(2, chosen, async () => { await Where(); }),
                runtime.SpawnOn(2, chosen, Kio.YieldNow()),
                runtime.SpawnOn(2, chosen, async Task () => await Where()),
                runtime.SpawnOn(2, async Task () => await Where()),
            ];
            RuntimeDump dump = runtime.Dump();
            Assert.All(values[..3], handle => Assert.Equal(chosen, ClassIn(dump, handle.Id)));
            Assert.Equal(TaskClass.Normal, ClassIn(dump, values[3].Id));
            gate.Set();
            runtime.BlockOn(async () =>
            {
                foreach (JoinHandle<int?> handle in values)
                {
                    Assert.Equal(2, await handle);
                }

                foreach (JoinHandle handle in units)
                {
                    await handle;
                }
            });
            gate = new Event();
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = runtime.SpawnOn(3, TaskClass.Background, Kio.YieldNow()); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = runtime.SpawnOn(0, (TaskClass)7, async () => 1); });

        async Future<int?> Where()
        {
            Event open = gate;
            await open.WaitAsync();
            return RuntimeHandle.CurrentWorkerIndex;
        }
    });

    private static TaskClass ClassIn(RuntimeDump dump, TaskId id) => dump.Tasks.Single(task => task.Id == id).Class;
}
