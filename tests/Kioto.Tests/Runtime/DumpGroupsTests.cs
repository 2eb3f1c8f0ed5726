using System;
using System.Linq;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>What dumps say of waits for groups of tasks, and the deadlocks through them.</summary>
public sealed class DumpGroupsTests
{
    [Fact]
    public void Waits_for_groups_have_the_names_of_their_operations() => Bounded.Run(() =>
    {
        using Runtime runtime = Impatient();
        Shows(runtime, "JoinSet<Int32>.JoinNextAsync", "2 tasks", async () =>
        {
            JoinSet<int> set = new();
            set.Spawn(NeverInt);
            set.Spawn(NeverInt);
            await set.JoinNextAsync();
        });
        Shows(runtime, "JoinSet.JoinNextAsync", "1 task", async () =>
        {
            JoinSet set = new();
            set.Spawn(Never);
            await set.JoinAllAsync();
        });
        Shows(runtime, "JoinSet.ShutdownAsync", "1 task", async () =>
        {
            JoinSet set = new();
            set.Spawn(NeverCleansUp);
            await Kio.YieldNow();
            await set.ShutdownAsync();
        });
        Shows(runtime, "JoinSet<Int32>.SpawnAsync", "2 tasks", async () =>
        {
            JoinSet<int> set = new(1);
            set.Spawn(NeverInt);
            await set.SpawnAsync(NeverInt);
        });
        Shows(runtime, "JoinMap<String, Int32>.JoinNextAsync", "1 task", async () =>
        {
            JoinMap<string, int> map = new();
            map.Spawn("key", NeverInt);
            await map.JoinNextAsync();
        });
        Shows(runtime, "JoinQueue<Int32>.JoinNextAsync", "1 task", async () =>
        {
            JoinQueue<int> queue = new();
            queue.Spawn(NeverInt);
            await queue.JoinNextAsync();
        });
        Shows(runtime, "the end of a TaskScope", "2 children", async () =>
        {
            await using TaskScope scope = TaskScope.Open();
            scope.Spawn(Never);
            scope.Spawn(Never);
        });
        JoinHandle tracking = runtime.Spawn(async () =>
        {
            TaskTracker tracker = new();
            _ = tracker.Spawn(Never);
            tracker.Close();
            await tracker.WaitAsync();
        });
        Assert.Contains("TaskTracker.WaitAsync", Waiting(runtime, tracking).AwaitChain);
    });

    [Fact]
    public void A_child_that_joins_the_task_whose_scope_waits_for_it_is_a_deadlock() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using Gate known = new();
        JoinHandle parent = default;
        AbortHandle child = default;
        parent = runtime.Spawn(async () =>
        {
            await Kio.SpawnBlocking(known.Pass);
            await TaskScope.RunAsync(async scope =>
            {
                scope.Spawn(Never);
                child = scope.Spawn(async () => await parent);
                await Kio.YieldNow();
            });
        });
        known.Open();
        DeadlockDump deadlock = Dumps.WaitForDeadlock(runtime);
        Assert.Equal(2, deadlock.Steps.Count);
        DeadlockStep step = deadlock.Steps.Single(found => found.Task == parent.Id);
        Assert.Equal("the end of a TaskScope", step.WaitsFor);
        Assert.Equal(child.Id, step.Owner);
        step = deadlock.Steps.Single(found => found.Task == child.Id);
        Assert.Equal(parent.Id, step.Owner);
        parent.Abort();
        runtime.BlockOn(async () => await parent.JoinAsync());
        Assert.Empty(runtime.Dump().Deadlocks);
    });

    [Fact]
    public void So_is_one_of_a_set_that_waits_so_in_its_cleanup() => Bounded.Run(() =>
    {
        using Runtime runtime = Impatient();
        using Gate known = new();
        JoinHandle parent = default;
        parent = runtime.Spawn(async () =>
        {
            await Kio.SpawnBlocking(known.Pass);
            await using JoinSet set = new();
            set.Spawn(async () =>
            {
                try
                {
                    await Never();
                }
                finally
                {
                    await parent;
                }
            });
            await Kio.YieldNow();
        });
        known.Open();
        Assert.Contains(Dumps.WaitForDeadlock(runtime).Steps, static step => step.WaitsFor == "JoinSet.ShutdownAsync");
    });

    [Fact]
    public void A_child_that_waits_for_the_slot_that_it_holds_waits_for_itself() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        JoinHandle parent = runtime.Spawn(async () => await TaskScope.RunAsync(new TaskScopeOptions { Limit = 1 }, async scope =>
        {
            scope.Spawn(async () => { await scope.SpawnAsync(Never); }, "selfish");
            await Kio.YieldNow();
        }));
        DeadlockStep step = Assert.Single(Dumps.WaitForDeadlock(runtime).Steps);
        Assert.Equal("TaskScope.SpawnAsync", step.WaitsFor);
        Assert.NotEqual(parent.Id, step.Task);
        Assert.Equal(step.Task, step.Owner);
    });

    [Fact]
    public void The_oldest_of_a_queue_that_joins_who_waits_for_it_is_one() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using Gate known = new();
        JoinHandle parent = default;
        parent = runtime.Spawn(async () =>
        {
            await Kio.SpawnBlocking(known.Pass);
            JoinQueue<int> queue = new();
            queue.Spawn(async () =>
            {
                await parent;
                return 1;
            });
            await queue.JoinNextAsync();
        });
        known.Open();
        Assert.Equal(2, Dumps.WaitForDeadlock(runtime).Steps.Count);
    });

    [Fact]
    public void What_a_deadline_or_another_spawn_may_end_is_none() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using Gate known = new();
        JoinHandle scoped = default;
        JoinHandle joins = default;
        scoped = runtime.Spawn(async () =>
        {
            await Kio.SpawnBlocking(known.Pass);
            await TaskScope.RunAsync(new TaskScopeOptions { Timeout = TimeSpan.FromHours(1) }, async scope =>
            {
                scope.Spawn(async () => await scoped);
                await Kio.YieldNow();
            });
        });
        joins = runtime.Spawn(async () =>
        {
            await Kio.SpawnBlocking(known.Pass);
            JoinSet set = new();
            set.Spawn(async () => await joins);
            await set.JoinNextAsync();
        });
        known.Open();
        Waiting(runtime, scoped, "the end of a TaskScope");
        Waiting(runtime, joins, "JoinSet.JoinNextAsync");
        for (int i = 0; i < 20; i++)
        {
            Assert.Empty(runtime.Dump().Deadlocks);
        }
    });

    // Its end does not wait for cleanup that does not end.
    private static Runtime Impatient() =>
        Runtimes.Builder(RuntimeKind.OneWorker).CleanupGrace(TimeSpan.FromMilliseconds(10)).Build();

    private static async Future<int> NeverInt()
    {
        await Never();
        return 0;
    }

    private static async Future NeverCleansUp()
    {
        try
        {
            await Never();
        }
        finally
        {
            await Never();
        }
    }

    private static void Shows(Runtime runtime, string operation, string detail, Func<Future> body)
    {
        JoinHandle task = runtime.Spawn(body);
        WaitDump wait = Waiting(runtime, task, operation).WaitsFor!;
        Assert.Equal(detail, wait.Detail);
        Assert.NotNull(wait.Resource);
    }

    // The task, once it waits for that, or for anything.
    private static TaskDump Waiting(Runtime runtime, JoinHandle task, string? operation = null)
    {
        TaskDump? found = null;
        Dumps.WaitUntil(() =>
        {
            found = runtime.Dump().Tasks.SingleOrDefault(each => each.Id == task.Id);
            return found?.WaitsFor is { } wait && (operation is null || wait.Operation == operation);
        });
        return found!;
    }
}
