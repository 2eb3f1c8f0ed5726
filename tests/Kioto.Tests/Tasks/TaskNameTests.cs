using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>A task's name is shown wherever the task is.</summary>
public sealed class TaskNameTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Every_form_gives_its_task_the_name_and_remembers_the_call(RuntimeKind kind) => Bounded.Run(() =>
    {
        Dictionary<TaskId, TaskMeta> spawned = [];
        using Runtime runtime = Runtimes.Builder(kind).OnTaskSpawn(meta =>
        {
            using (s_lock.EnterScope())
            {
                spawned.Add(meta.Id, meta);
            }
        }).Build();
        runtime.RunTask(async () =>
        {
            TaskBuilder named = Kio.Named("one");
            JoinHandle[] handles =
            [
                named.Spawn(async () => await Kio.YieldNow()),
                named.Spawn(Kio.YieldNow()),
                named.Spawn(async Task () => await Task.Yield()),
                runtime.Handle.Named("one").Class(TaskClass.Background).Spawn(async () => await Kio.YieldNow()),
            ];
            foreach (JoinHandle handle in handles)
            {
                await handle;
                AssertNamed(handle.Id);
            }

            JoinHandle<int>[] results =
            [
                named.Spawn(async () => await Number()),
                named.Spawn(Number()),
                named.Spawn(async Task<int> () => await Task.FromResult(1)),
            ];
            foreach (JoinHandle<int> handle in results)
            {
                Assert.Equal(1, await handle);
                AssertNamed(handle.Id);
            }

            Assert.Equal("one", named.SpawnBlocking(() => { }).Site.Name);
            JoinHandle<int> closure = named.SpawnBlocking(() => 1);
            Assert.Equal("one", closure.Cell.Site.Name);
            Assert.Equal(1, await closure);
            JoinHandle plain = Kio.Spawn(async () => await Kio.YieldNow());
            Assert.Null(plain.Site.Name);
            await plain;
        });

        void AssertNamed(TaskId id)
        {
            using (s_lock.EnterScope())
            {
                Assert.Equal("one", spawned[id].Name);
                Assert.Contains("TaskNameTests.cs", spawned[id].SpawnSite.ToString(), StringComparison.Ordinal);
            }
        }
    });

    [Fact]
    public void Local_tasks_have_names_in_sets_and_local_runtimes() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        set.BlockOn(Check);
        using LocalRuntime runtime = Runtime.CreateCurrentThreadBuilder().BuildLocal();
        runtime.BlockOn(Check);

        static async Future Check()
        {
            TaskBuilder named = Kio.Named("near");
            JoinHandle[] handles =
            [
                named.SpawnLocal(async () => await Kio.YieldNow()),
                named.SpawnLocal(Kio.YieldNow()),
                named.SpawnLocal(async Task () => await Task.Yield()),
            ];
            JoinHandle<int>[] results =
            [
                named.SpawnLocal(async () => await Number()),
                named.SpawnLocal(Number()),
                named.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
            ];
            foreach (JoinHandle handle in handles)
            {
                Assert.Equal("near", handle.Site.Name);
                await handle;
            }

            foreach (JoinHandle<int> handle in results)
            {
                Assert.Equal("near", handle.Cell.Site.Name);
                Assert.Equal(1, await handle);
            }
        }
    });

    [Fact]
    public void Tasks_of_groups_have_names() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        using LocalSet local = new();
        local.BlockOn(runtime, async () =>
        {
            RuntimeHandle handle = RuntimeHandle.Current;
            await using JoinSet set = new();
            await using JoinSet<int> results = new();
            await using JoinMap<string, int> map = new();
            await using JoinQueue<int> queue = new();
            await using TaskScope scope = TaskScope.Open();
            TaskTracker tracker = new();
            using ManualResetEventSlim release = new(); // A handle forgets a closure that has ended.
            AbortHandle[] all =
            [
                set.Spawn(async () => await Kio.YieldNow(), "member"),
                set.Spawn(Kio.YieldNow(), "member"),
                set.SpawnOn(handle, async Task () => await Task.Yield(), "member"),
                set.SpawnLocal(Kio.YieldNow(), name: "member"),
                set.SpawnLocalOn(local, async () => await Kio.YieldNow(), "member"),
                await set.SpawnAsync(Kio.YieldNow(), "member"),
                set.SpawnBlocking(release.Wait, "member"),
                set.SpawnBlockingOn(handle, release.Wait, "member"),
                results.Spawn(async () => await Number(), "member"),
                results.Spawn(Number(), "member"),
                results.SpawnOn(handle, async Task<int> () => await Task.FromResult(1), "member"),
                results.SpawnLocal(Number(), "member"),
                await results.SpawnAsync(Number(), "member"),
                results.SpawnBlocking(Held, "member"),
                map.Spawn("key", async () => await Number(), "member"),
                map.SpawnOn(handle, "another", Number(), "member"),
                map.SpawnLocal("third", Number(), "member"),
                map.SpawnBlocking("fourth", Held, "member"),
                queue.Spawn(async () => await Number(), "member"),
                queue.SpawnLocalOn(local, Number(), "member"),
                queue.SpawnBlocking(Held, name: "member"),
                scope.Spawn(Kio.YieldNow(), "member"),
                scope.SpawnLocal(async () => await Kio.YieldNow(), "member"),
                await scope.SpawnAsync(Kio.YieldNow(), "member"),
                scope.SpawnBlocking(release.Wait, "member"),
                tracker.Spawn(Kio.YieldNow(), "member"),
                tracker.SpawnOn(handle, async () => await Kio.YieldNow(), "member"),
                tracker.SpawnBlocking(release.Wait, "member"),
            ];
            Assert.All(all, member => Assert.Equal("member", SiteOf(member).Name));
            Assert.All(all, member => Assert.EndsWith("TaskNameTests.cs", SiteOf(member).File, StringComparison.Ordinal));
            Assert.Equal("child", scope.Spawn(Number(), "child").Cell.Site.Name);
            Assert.Equal("tracked", tracker.Spawn(async () => await Number(), "tracked").Cell.Site.Name);
            Assert.Null(SiteOf(set.Spawn(Kio.YieldNow())).Name);
            Assert.Equal("name", Assert.Throws<ArgumentException>(() => set.Spawn(Kio.YieldNow(), "")).ParamName);
            Assert.Equal(9, set.Count);
            release.Set();
            tracker.Close();
            await tracker.WaitAsync();

            int Held()
            {
                release.Wait();
                return 1;
            }
        });

        static SpawnSite SiteOf(AbortHandle handle) => ((TaskHeader)handle.Target.Task!).Site;
    });

    [Fact]
    public void Every_way_to_spawn_into_a_group_takes_one()
    {
        Type[] groups = [typeof(JoinSet), typeof(JoinSet<>), typeof(JoinMap<,>), typeof(JoinQueue<>), typeof(TaskScope), typeof(TaskTracker)];
        MethodInfo[] spawns =
        [
            .. groups.SelectMany(static group => group.GetMethods())
                .Where(static method => method.Name.StartsWith("Spawn", StringComparison.Ordinal)),
        ];
        Assert.InRange(spawns.Length, 100, 200);
        Assert.All(spawns, static method => Assert.Contains(method.GetParameters(), static each => each is { Name: "name", IsOptional: true }));
    }

    [Fact]
    public void Tasks_of_a_worker_have_names() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.PerCore);
        TaskBuilder named = runtime.Handle.Named("here");
        JoinHandle[] handles =
        [
            named.SpawnOn(1, async () => await Kio.YieldNow()),
            named.SpawnOn(1, Kio.YieldNow()),
            named.SpawnOn(1, async Task () => await Task.Yield()),
            named.Class(TaskClass.Background).SpawnOn(1, Kio.YieldNow()),
        ];
        JoinHandle<int?>[] results =
        [
            named.SpawnOn(2, async () => RuntimeHandle.CurrentWorkerIndex),
            named.SpawnOn(2, Where()),
            named.SpawnOn(2, async Task<int?> () => await Task.FromResult(RuntimeHandle.CurrentWorkerIndex)),
        ];
        Assert.All(handles, static handle => Assert.Equal("here", handle.Site.Name));
        runtime.BlockOn(async () =>
        {
            foreach (JoinHandle handle in handles)
            {
                await handle;
            }

            foreach (JoinHandle<int?> result in results)
            {
                Assert.Equal("here", result.Cell.Site.Name);
                Assert.Equal(2, await result);
            }

            Assert.Equal(0, await Kio.Named("here").SpawnOn(0, Where()));
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = named.SpawnOn(3, Where()); });
        using Runtime moving = Runtimes.Create(RuntimeKind.TwoWorkers);
        Assert.Contains("CreatePerCoreBuilder", Assert.Throws<InvalidOperationException>(
            () => { _ = moving.Handle.Named("x").SpawnOn(0, Where()); }).Message, StringComparison.Ordinal);
        Assert.Contains("Kio.Named", Assert.Throws<InvalidOperationException>(
            () => { _ = Kio.Named("x").SpawnOn(0, Where()); }).Message, StringComparison.Ordinal);

        static async Future<int?> Where()
        {
            await Kio.YieldNow();
            return RuntimeHandle.CurrentWorkerIndex;
        }
    });

    [Fact]
    public void Dumps_and_failures_say_it_of_members_too() => Bounded.Run(() =>
    {
        FailedTask failed = default;
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).OnUnhandledFailure((_, task) => failed = task).Build();
        runtime.BlockOn(async () =>
        {
            TaskTracker tracker = new();
            Signal stop = new();
            AbortHandle waiting = tracker.Spawn(async () => { await stop.AsFuture(); }, "waits");
            await Expect.Until(() => stop.Polls > 0);
            Assert.Contains($"task {waiting.Id} \"waits\", waiting, spawned at TaskNameTests.cs", runtime.Dump().ToString(), StringComparison.Ordinal);
            tracker.Spawn(async () => throw new FormatException(), "fails");
            await Expect.Until(() => failed != default);
            stop.Set();
            tracker.Close();
            await tracker.WaitAsync();
        });
        Assert.Equal("fails", failed.Name);
    });

    [Fact]
    public void Dumps_say_it_of_tasks_closures_and_those_who_hold_locks() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using ManualResetEventSlim release = new();
        Sync.Mutex<int> mutex = new(0);
        Signal locked = new();
        JoinHandle holder = runtime.Handle.Named("keeper").Spawn(async () =>
        {
            using Sync.MutexGuard<int> guard = await mutex.LockAsync();
            locked.Set();
            await Kio.Sleep(Timeout.InfiniteTimeSpan);
        });
        runtime.BlockOn(locked.AsFuture());
        JoinHandle waiter = runtime.Handle.Named("waiter").Spawn(async () =>
        {
            using Sync.MutexGuard<int> guard = await mutex.LockAsync();
        });
        Signal begun = new();
        JoinHandle closure = runtime.Handle.Named("closure").SpawnBlocking(() =>
        {
            begun.Set();
            release.Wait();
        });
        runtime.BlockOn(begun.AsFuture());
        RuntimeDump dump = runtime.Dump();
        Dumps.WaitUntil(() => (dump = runtime.Dump()).ToString().Contains("waiting: task", StringComparison.Ordinal));
        release.Set();
        string text = dump.ToString();
        Assert.Contains($"task {holder.Id} \"keeper\", waiting, spawned at TaskNameTests.cs", text, StringComparison.Ordinal);
        Assert.Contains($"held by: task {holder.Id} \"keeper\"", text, StringComparison.Ordinal);
        Assert.Contains($"waiting: task {waiter.Id} \"waiter\"", text, StringComparison.Ordinal);
        Assert.Contains($"blocking closure {closure.Id} \"closure\", running", text, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"keeper\"", dump.ToJson().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    });

    [Fact]
    public void Reports_of_stragglers_and_stuck_tasks_say_it() => Bounded.Run(() =>
    {
        StuckTaskReport? stuck = null;
        using ManualResetEventSlim release = new();
        Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread)
            .StuckThreshold(TimeSpan.FromMilliseconds(10))
            .OnStuckTask(report =>
            {
                if (report.Task.Contains("blocks", StringComparison.Ordinal))
                {
                    stuck = report;
                    release.Set();
                }
            })
            .Build();
        JoinHandle handle = runtime.Handle.Named("blocks").Spawn(async () => release.Wait());
        runtime.BlockOn(async () => await handle);
        Assert.StartsWith($"task {handle.Id} \"blocks\", spawned at TaskNameTests.cs", stuck!.Task, StringComparison.Ordinal);
        JoinHandle stays = runtime.Handle.Named("stays").Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        ShutdownReport report = runtime.BlockOn(async () => await runtime.ShutdownAsync(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(10)));
        Straggler straggler = Assert.Single(report.Stragglers);
        Assert.Equal("stays", straggler.Task.Name);
        Assert.Contains("\"stays\"", report.ToString(), StringComparison.Ordinal);
        Assert.True(stays.IsFinished);
        runtime.Dispose();
    });

    [Fact]
    public void The_failure_of_a_detached_task_says_it() => Bounded.Run(() =>
    {
        FailedTask failed = default;
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).OnUnhandledFailure((_, task) => failed = task).Build();
        runtime.BlockOn(async () =>
        {
            Kio.Named("fails").Detach(async () => throw new InvalidOperationException("so"));
            Kio.Named("fine").Detach(Kio.YieldNow());
            Kio.Named("fine").Detach(async Task () => await Task.Yield());
            while (failed == default)
            {
                await Kio.YieldNow();
            }
        });
        Assert.Equal("fails", failed.Name);
        Assert.StartsWith($"task {failed.Id} \"fails\", spawned at TaskNameTests.cs:", failed.ToString(), StringComparison.Ordinal);
    });

    [Fact]
    public void Sites_differ_by_name_and_a_name_must_not_be_empty()
    {
        Assert.NotEqual(SpawnSite.Named("a", "f", 1), SpawnSite.Named("b", "f", 1));
        Assert.NotEqual(SpawnSite.Named("a", "f", 1), new SpawnSite("f", 1));
        Assert.Equal(SpawnSite.Named("a", "f", 1), SpawnSite.Named("a", "f", 1));
        Assert.Equal(SpawnSite.Named(null, "f", 1), new SpawnSite("f", 1));
        Assert.Equal("f", SpawnSite.Named("a", "f", 1).File);
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => Kio.Named("")).ParamName);
        Assert.Equal("name", Assert.Throws<ArgumentNullException>(() => Kio.Named(null!)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Kio.Named("x").Class((TaskClass)7));
        Assert.Contains("Kio.Named", Assert.Throws<InvalidOperationException>(() => { _ = Kio.Named("x").Spawn(Kio.YieldNow()); }).Message, StringComparison.Ordinal);
    }

    private static readonly Lock s_lock = new();

    private static async Future<int> Number()
    {
        await Kio.YieldNow();
        return 1;
    }
}
