using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>The ways to spawn of groups, pools and runtimes: each remembers the file and line of its call.</summary>
public sealed class SpawnSiteFormsTests
{
    public static TheoryData<Type> Types => [typeof(Kio), typeof(JoinMap<,>)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_method_that_spawns_asks_the_compiler_where_it_is_called(Type ofAssembly)
    {
        ArgumentNullException.ThrowIfNull(ofAssembly);
        int found = 0;
        foreach (Type type in ofAssembly.Assembly.GetExportedTypes())
        {
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                bool spawns = method.Name.StartsWith("Spawn", StringComparison.Ordinal) || (type == typeof(Kio) && method.Name == "Detach");
                if (!spawns || type == typeof(RuntimeMetrics) || method.GetCustomAttribute<ObsoleteAttribute>() is not null) // SpawnSites() spawns nothing.
                {
                    continue;
                }

                found++;
                ParameterInfo[] parameters = method.GetParameters();
                Assert.True(
                    parameters.Length > 2 && parameters[^2].GetCustomAttribute<CallerFilePathAttribute>() is not null
                    && parameters[^1].GetCustomAttribute<CallerLineNumberAttribute>() is not null,
                    $"{type.Name}.{method} does not know where it is called.");
            }
        }

        Assert.InRange(found, 40, 400);
    }

    [Fact]
    public void Those_of_a_join_set() => InLocalSet(async local =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        await using JoinSet set = new();
        using Gate gate = new();
        int line = Here();
        List<AbortHandle> handles =
        [
            set.Spawn(async () => await Kio.YieldNow()),
            set.Spawn(Nothing()),
            set.Spawn(async Task () => await Task.Yield()),
            set.SpawnOn(runtime, async () => await Kio.YieldNow()),
            set.SpawnOn(runtime, Nothing()),
            set.SpawnOn(runtime, async Task () => await Task.Yield()),
            set.SpawnLocal(async () => await Kio.YieldNow()),
            set.SpawnLocal(Nothing()),
            set.SpawnLocal(async Task () => await Task.Yield()),
            set.SpawnLocalOn(local, async () => await Kio.YieldNow()),
            set.SpawnLocalOn(local, Nothing()),
            set.SpawnLocalOn(local, async Task () => await Task.Yield()),
            await set.SpawnAsync(async () => await Kio.YieldNow()),
            await set.SpawnAsync(Nothing()),
            await set.SpawnAsync(async Task () => await Task.Yield()),
            set.SpawnBlocking(() => gate.Pass()),
            set.SpawnBlocking((CancellationToken _) => gate.Pass()),
            set.SpawnBlockingOn(runtime, () => gate.Pass()),
            set.SpawnBlockingOn(runtime, (CancellationToken _) => gate.Pass()),
        ];
        AssertSites(line + 3, handles.ConvertAll(SiteOf));
    });

    [Fact]
    public void Those_of_a_join_set_with_results() => InLocalSet(async local =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        await using JoinSet<int> set = new();
        using Gate gate = new();
        int line = Here();
        List<AbortHandle> handles =
        [
            set.Spawn(async () => await Number()),
            set.Spawn(Number()),
            set.Spawn(async Task<int> () => await Task.FromResult(1)),
            set.SpawnOn(runtime, async () => await Number()),
            set.SpawnOn(runtime, Number()),
            set.SpawnOn(runtime, async Task<int> () => await Task.FromResult(1)),
            set.SpawnLocal(async () => await Number()),
            set.SpawnLocal(Number()),
            set.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
            set.SpawnLocalOn(local, async () => await Number()),
            set.SpawnLocalOn(local, Number()),
            set.SpawnLocalOn(local, async Task<int> () => await Task.FromResult(1)),
            await set.SpawnAsync(async () => await Number()),
            await set.SpawnAsync(Number()),
            await set.SpawnAsync(async Task<int> () => await Task.FromResult(1)),
            set.SpawnBlocking(() => Held(gate)),
            set.SpawnBlocking((CancellationToken _) => Held(gate)),
            set.SpawnBlockingOn(runtime, () => Held(gate)),
            set.SpawnBlockingOn(runtime, (CancellationToken _) => Held(gate)),
        ];
        AssertSites(line + 3, handles.ConvertAll(SiteOf));
    });

    [Fact]
    public void Those_of_a_join_queue() => InLocalSet(async local =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        await using JoinQueue<int> queue = new();
        using Gate gate = new();
        int line = Here();
        List<AbortHandle> handles =
        [
            queue.Spawn(async () => await Number()),
            queue.Spawn(Number()),
            queue.Spawn(async Task<int> () => await Task.FromResult(1)),
            queue.SpawnOn(runtime, async () => await Number()),
            queue.SpawnOn(runtime, Number()),
            queue.SpawnOn(runtime, async Task<int> () => await Task.FromResult(1)),
            queue.SpawnLocal(async () => await Number()),
            queue.SpawnLocal(Number()),
            queue.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
            queue.SpawnLocalOn(local, async () => await Number()),
            queue.SpawnLocalOn(local, Number()),
            queue.SpawnLocalOn(local, async Task<int> () => await Task.FromResult(1)),
            queue.SpawnBlocking(() => Held(gate)),
            queue.SpawnBlocking((CancellationToken _) => Held(gate)),
            queue.SpawnBlockingOn(runtime, () => Held(gate)),
            queue.SpawnBlockingOn(runtime, (CancellationToken _) => Held(gate)),
        ];
        AssertSites(line + 3, handles.ConvertAll(SiteOf));
    });

    [Fact]
    public void Those_of_a_join_map() => InLocalSet(async local =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        await using JoinMap<string, int> map = new();
        using Gate gate = new();
        int line = Here();
        List<AbortHandle> handles =
        [
            map.Spawn("1", async () => await Number()),
            map.Spawn("2", Number()),
            map.Spawn("3", async Task<int> () => await Task.FromResult(1)),
            map.SpawnOn(runtime, "4", async () => await Number()),
            map.SpawnOn(runtime, "5", Number()),
            map.SpawnOn(runtime, "6", async Task<int> () => await Task.FromResult(1)),
            map.SpawnLocal("7", async () => await Number()),
            map.SpawnLocal("8", Number()),
            map.SpawnLocal("9", async Task<int> () => await Task.FromResult(1)),
            map.SpawnLocalOn(local, "10", async () => await Number()),
            map.SpawnLocalOn(local, "11", Number()),
            map.SpawnLocalOn(local, "12", async Task<int> () => await Task.FromResult(1)),
            map.SpawnBlocking("13", () => Held(gate)),
            map.SpawnBlockingOn(runtime, "14", () => Held(gate)),
            map.SpawnBlocking("15", (CancellationToken _) => Held(gate)),
            map.SpawnBlockingOn(runtime, "16", (CancellationToken _) => Held(gate)),
        ];
        AssertSites(line + 3, handles.ConvertAll(SiteOf));
    });

    [Fact]
    public void Those_of_a_scope() => InLocalSet(async local =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        await using TaskScope scope = TaskScope.Open();
        using Gate gate = new();
        int line = Here();
        List<JoinHandle<int>> results =
        [
            scope.Spawn(async () => await Number()),
            scope.Spawn(Number()),
            scope.Spawn(async Task<int> () => await Task.FromResult(1)),
            scope.SpawnOn(runtime, async () => await Number()),
            scope.SpawnOn(runtime, Number()),
            scope.SpawnOn(runtime, async Task<int> () => await Task.FromResult(1)),
            scope.SpawnLocal(async () => await Number()),
            scope.SpawnLocal(Number()),
            scope.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
            scope.SpawnLocalOn(local, async () => await Number()),
            scope.SpawnLocalOn(local, Number()),
            scope.SpawnLocalOn(local, async Task<int> () => await Task.FromResult(1)),
            scope.SpawnBlocking(() => Held(gate)),
            scope.SpawnBlocking((CancellationToken _) => Held(gate)),
        ];
        AssertSites(line + 3, results.ConvertAll(result => result.Cell.Site));
        line = Here();
        List<AbortHandle> handles =
        [
            scope.Spawn(async () => await Kio.YieldNow()),
            scope.Spawn(Nothing()),
            scope.Spawn(async Task () => await Task.Yield()),
            scope.SpawnOn(runtime, async () => await Kio.YieldNow()),
            scope.SpawnOn(runtime, Nothing()),
            scope.SpawnOn(runtime, async Task () => await Task.Yield()),
            scope.SpawnLocal(async () => await Kio.YieldNow()),
            scope.SpawnLocal(Nothing()),
            scope.SpawnLocal(async Task () => await Task.Yield()),
            scope.SpawnLocalOn(local, async () => await Kio.YieldNow()),
            scope.SpawnLocalOn(local, Nothing()),
            scope.SpawnLocalOn(local, async Task () => await Task.Yield()),
            await scope.SpawnAsync(async () => await Kio.YieldNow()),
            await scope.SpawnAsync(Nothing()),
            await scope.SpawnAsync(async Task () => await Task.Yield()),
            scope.SpawnBlocking(() => gate.Pass()),
            scope.SpawnBlocking((CancellationToken _) => gate.Pass()),
        ];
        AssertSites(line + 3, handles.ConvertAll(SiteOf));
    });

    [Fact]
    public void Those_of_a_tracker() => InLocalSet(async local =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        TaskTracker tracker = new();
        using (Gate gate = new())
        {
            int line = Here();
            List<JoinHandle<int>> results =
            [
                tracker.Spawn(async () => await Number()),
                tracker.Spawn(Number()),
                tracker.Spawn(async Task<int> () => await Task.FromResult(1)),
                tracker.SpawnOn(runtime, async () => await Number()),
                tracker.SpawnOn(runtime, Number()),
                tracker.SpawnOn(runtime, async Task<int> () => await Task.FromResult(1)),
                tracker.SpawnLocal(async () => await Number()),
                tracker.SpawnLocal(Number()),
                tracker.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
                tracker.SpawnLocalOn(local, async () => await Number()),
                tracker.SpawnLocalOn(local, Number()),
                tracker.SpawnLocalOn(local, async Task<int> () => await Task.FromResult(1)),
                tracker.SpawnBlocking(() => Held(gate)),
                tracker.SpawnBlocking((CancellationToken _) => Held(gate)),
            ];
            AssertSites(line + 3, results.ConvertAll(result => result.Cell.Site));
            line = Here();
            List<AbortHandle> handles =
            [
                tracker.Spawn(async () => await Kio.YieldNow()),
                tracker.Spawn(Nothing()),
                tracker.Spawn(async Task () => await Task.Yield()),
                tracker.SpawnOn(runtime, async () => await Kio.YieldNow()),
                tracker.SpawnOn(runtime, Nothing()),
                tracker.SpawnOn(runtime, async Task () => await Task.Yield()),
                tracker.SpawnLocal(async () => await Kio.YieldNow()),
                tracker.SpawnLocal(Nothing()),
                tracker.SpawnLocal(async Task () => await Task.Yield()),
                tracker.SpawnLocalOn(local, async () => await Kio.YieldNow()),
                tracker.SpawnLocalOn(local, Nothing()),
                tracker.SpawnLocalOn(local, async Task () => await Task.Yield()),
                tracker.SpawnBlocking(() => gate.Pass()),
                tracker.SpawnBlocking((CancellationToken _) => gate.Pass()),
            ];
            AssertSites(line + 3, handles.ConvertAll(SiteOf));
        }

        tracker.Close();
        await tracker.WaitAsync();
    });

    [Fact]
    public void Those_of_blocking_pools() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        RuntimeHandle handle = runtime.Handle;
        runtime.BlockOn(async () =>
        {
            int line = Here();
            List<JoinHandle> handles =
            [
                await Kio.SpawnBlockingAsync(() => { }),
                await runtime.SpawnBlockingAsync(() => { }),
                await handle.SpawnBlockingAsync(() => { }),
                await Kio.BlockingPool("cpu").SpawnAsync(() => { }),
                Kio.BlockingPool("cpu").Spawn(() => { }),
                await Kio.SpawnBlockingAsync((CancellationToken _) => { }),
                await runtime.SpawnBlockingAsync((CancellationToken _) => { }),
                await handle.SpawnBlockingAsync((CancellationToken _) => { }),
                await Kio.BlockingPool("cpu").SpawnAsync((CancellationToken _) => { }),
                Kio.BlockingPool("cpu").Spawn((CancellationToken _) => { }),
                Kio.Named("closure").SpawnBlocking((CancellationToken _) => { }),
                Kio.SpawnBlocking((CancellationToken _) => { }),
                runtime.SpawnBlocking((CancellationToken _) => { }),
                handle.SpawnBlocking((CancellationToken _) => { }),
            ];
            AssertSites(line + 3, handles.ConvertAll(task => task.Site));
            line = Here();
            List<JoinHandle<int>> results =
            [
                await Kio.SpawnBlockingAsync(() => 1),
                await runtime.SpawnBlockingAsync(() => 1),
                await handle.SpawnBlockingAsync(() => 1),
                await Kio.BlockingPool("cpu").SpawnAsync(() => 1),
                Kio.BlockingPool("cpu").Spawn(() => 1),
                await Kio.SpawnBlockingAsync((CancellationToken _) => 1),
                await runtime.SpawnBlockingAsync((CancellationToken _) => 1),
                await handle.SpawnBlockingAsync((CancellationToken _) => 1),
                await Kio.BlockingPool("cpu").SpawnAsync((CancellationToken _) => 1),
                Kio.BlockingPool("cpu").Spawn((CancellationToken _) => 1),
                Kio.Named("closure").SpawnBlocking((CancellationToken _) => 1),
                Kio.SpawnBlocking((CancellationToken _) => 1),
                runtime.SpawnBlocking((CancellationToken _) => 1),
                handle.SpawnBlocking((CancellationToken _) => 1),
            ];
            AssertSites(line + 3, results.ConvertAll(task => task.Cell.Site));
        });
    });

    [Fact]
    public void Those_of_a_per_core_runtime() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.PerCore);
        RuntimeHandle handle = runtime.Handle;
        int line = Here();
        List<JoinHandle> handles =
        [
            runtime.SpawnOn(0, async () => await Kio.YieldNow()),
            runtime.SpawnOn(0, Nothing()),
            handle.SpawnOn(0, async () => await Kio.YieldNow()),
            handle.SpawnOn(0, Nothing()),
        ];
        AssertSites(line + 3, handles.ConvertAll(task => task.Site));
        line = Here();
        List<JoinHandle<int>> results =
        [
            runtime.SpawnOn(0, async () => await Number()),
            runtime.SpawnOn(0, Number()),
            handle.SpawnOn(0, async () => await Number()),
            handle.SpawnOn(0, Number()),
        ];
        AssertSites(line + 3, results.ConvertAll(task => task.Cell.Site));
    });

    [Fact]
    public void Those_of_a_local_runtime() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Runtime.CreateCurrentThreadBuilder().BuildLocal();
        int line = Here();
        List<JoinHandle> handles =
        [
            runtime.SpawnLocal(async () => await Kio.YieldNow()),
            runtime.SpawnLocal(Nothing()),
            runtime.SpawnLocal(async Task () => await Task.Yield()),
            runtime.SpawnBlocking(() => { }),
        ];
        AssertSites(line + 3, handles.ConvertAll(task => task.Site));
        line = Here();
        List<JoinHandle<int>> results =
        [
            runtime.SpawnLocal(async () => await Number()),
            runtime.SpawnLocal(Number()),
            runtime.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
            runtime.SpawnBlocking(() => 1),
        ];
        AssertSites(line + 3, results.ConvertAll(task => task.Cell.Site));
    });

    [Fact]
    public void Those_of_a_local_set() => InLocalSet(async local =>
    {
        int line = Here();
        List<JoinHandle> handles =
        [
            Kio.SpawnLocal(async () => await Kio.YieldNow()),
            Kio.SpawnLocal(Nothing()),
            Kio.SpawnLocal(async Task () => await Task.Yield()),
            local.SpawnLocal(async () => await Kio.YieldNow()),
            local.SpawnLocal(Nothing()),
            local.SpawnLocal(async Task () => await Task.Yield()),
        ];
        AssertSites(line + 3, handles.ConvertAll(task => task.Site));
        line = Here();
        List<JoinHandle<int>> results =
        [
            Kio.SpawnLocal(async () => await Number()),
            Kio.SpawnLocal(Number()),
            Kio.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
            local.SpawnLocal(async () => await Number()),
            local.SpawnLocal(Number()),
            local.SpawnLocal(async Task<int> () => await Task.FromResult(1)),
        ];
        AssertSites(line + 3, results.ConvertAll(task => task.Cell.Site));
        await Kio.YieldNow();
    });

    [Fact]
    public void A_handle_that_aborts_when_it_is_disposed_is_of_a_task_with_a_site() => Runtimes.Run(async () =>
    {
        int line = Here();
        await using AbortOnDispose task = Kio.Spawn(Nothing()).AbortOnDispose();
        await using AbortOnDispose<int> result = Kio.Spawn(Number()).AbortOnDispose();
        Assert.Equal(line + 1, task.Detach().Site.Line);
        Assert.Equal(line + 2, result.Detach().Cell.Site.Line);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Reports_of_failures_name_where_a_member_of_a_group_was_spawned(RuntimeKind kind) => Bounded.Run(() =>
    {
        ConcurrentBag<SpawnSite> sites = [];
        List<int> expected = [];
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure((_, task) => sites.Add(task.SpawnSite)).Build();
        runtime.RunTask(async () =>
        {
            int line = Here();
            Kio.Detach(async () => await Fail());
            Kio.Detach(FailWithoutResult());
            Kio.Detach(async Task () => await Task.FromException(new FormatException("detached")));
            expected.AddRange([line + 1, line + 2, line + 3]);

            // Failures that are dropped with their set.
            await using (JoinSet<int> set = new())
            {
                expected.Add(Here() + 1);
                AbortHandle failed = set.Spawn(Fail);
                await Expect.Until(() => failed.IsFinished);
            }

            TaskTracker tracker = new();
            expected.Add(Here() + 1);
            tracker.Spawn(async () => { await Fail(); });
            await Expect.Until(() => sites.Count == expected.Count);
        });
        Assert.All(sites, site => Assert.Equal("SpawnSiteFormsTests.cs", Path.GetFileName(site.File)));
        Assert.Equal(expected, sites.Select(site => site.Line).Order());
    });

    [Fact]
    public void Dumps_and_reports_of_a_shutdown_name_it_too() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using JoinSet set = new();
        Event never = new();
        int line = Here() + 1;
        AbortHandle handle = set.SpawnOn(runtime.Handle, async () => await never.WaitAsync());
        runtime.BlockOn(Expect.Until(() => Find(runtime.Dump().Tasks).State == TaskDumpState.Waiting));
        Assert.Equal(line, Find(runtime.Dump().Tasks).SpawnSite.Line);
        Straggler straggler = Assert.Single(
            runtime.ShutdownAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5)).GetAwaiter().GetResult().Stragglers);
        Assert.Equal(handle.Id, straggler.Task.Id);
        Assert.Equal(line, straggler.Task.SpawnSite.Line);

        TaskDump Find(IReadOnlyList<TaskDump> tasks) => Assert.Single(tasks, task => task.Id == handle.Id);
    });

    private static void InLocalSet(Func<LocalSet, Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        using LocalSet local = new();
        local.BlockOn(runtime, () => body(local));
    });

    private static SpawnSite SiteOf(AbortHandle handle) => ((TaskHeader)handle.Target.Task!).Site;

    private static void AssertSites(int first, List<SpawnSite> sites, [CallerFilePath] string file = "")
    {
        for (int i = 0; i < sites.Count; i++)
        {
            Assert.Equal((file, first + i), (sites[i].File, sites[i].Line));
        }
    }

    private static int Here([CallerLineNumber] int line = 0) => line;

    private static int Held(Gate gate)
    {
        gate.Pass();
        return 1;
    }

    private static async Future Nothing() => await Kio.YieldNow();

    private static async Future<int> Number()
    {
        await Kio.YieldNow();
        return 1;
    }

    private static async Future FailWithoutResult() => await Fail();

    private static async Future<int> Fail()
    {
        await Kio.YieldNow();
        throw new FormatException("it fails");
    }
}
