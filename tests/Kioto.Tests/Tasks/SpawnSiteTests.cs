using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Every way to spawn remembers the file and line of the call.</summary>
public sealed class SpawnSiteTests
{
    [Fact]
    public void Every_Spawn_of_Kio_remembers_where_it_was_called() => Runtimes.Run(async () =>
    {
        int line = Here();
        List<JoinHandle> handles =
        [
            Kio.Spawn(async () => await Kio.YieldNow()),
            Kio.Spawn(Nothing()),
            Kio.Spawn(async Task () => await Task.Yield()),
            Kio.SpawnBlocking(() => { }),
        ];
        for (int i = 0; i < handles.Count; i++)
        {
            AssertSite(line + 3 + i, handles[i].Site);
            await handles[i];
        }

        line = Here();
        List<JoinHandle<int>> results =
        [
            Kio.Spawn(async () => await Number()),
            Kio.Spawn(Number()),
            Kio.Spawn(async Task<int> () => await Task.FromResult(1)),
            Kio.SpawnBlocking(() => 1),
        ];
        for (int i = 0; i < results.Count; i++)
        {
            AssertSite(line + 3 + i, results[i].Cell.Site);
            await results[i];
        }
    });

    [Fact]
    public void Every_Spawn_of_a_runtime_and_its_handle_remembers_where_it_was_called() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        RuntimeHandle handle = runtime.Handle;
        int line = Here();
        List<JoinHandle> handles =
        [
            runtime.Spawn(async () => await Kio.YieldNow()),
            runtime.Spawn(Nothing()),
            runtime.Spawn(async Task () => await Task.Yield()),
            runtime.SpawnBlocking(() => { }),
            handle.Spawn(async () => await Kio.YieldNow()),
            handle.Spawn(Nothing()),
            handle.Spawn(async Task () => await Task.Yield()),
            handle.SpawnBlocking(() => { }),
        ];
        for (int i = 0; i < handles.Count; i++)
        {
            AssertSite(line + 3 + i, handles[i].Site);
        }
    });

    [Fact]
    public void Tasks_of_a_local_set_remember_it_too() => Bounded.Run(() =>
    {
        using LocalSet set = new();
        set.BlockOn(async () =>
        {
            int line = Here();
            JoinHandle first = Kio.SpawnLocal(async () => await Kio.YieldNow());
            JoinHandle second = set.SpawnLocal(async () => await Kio.YieldNow());
            JoinHandle third = set.SpawnLocal(Nothing());
            AssertSite(line + 1, first.Site);
            AssertSite(line + 2, second.Site);
            AssertSite(line + 3, third.Site);
            await Kio.YieldNow();
        });
    });

    [Fact]
    public void Ids_are_unique_whatever_the_tasks_result_is() => Runtimes.Run(async () =>
    {
        HashSet<TaskId> ids = [];
        for (int i = 0; i < 20; i++)
        {
            Assert.True(ids.Add(Kio.Spawn(async () => await Kio.YieldNow()).Id));
            Assert.True(ids.Add(Kio.Spawn(Number()).Id));
            Assert.True(ids.Add(Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                return "";
            }).Id));
        }

        await Kio.YieldNow();
    });

    [Fact]
    public void A_task_without_result_is_one_object_of_112_bytes()
    {
        Ambient ambient = Ambient.Current;
        Func<Future> body = Nothing;
        _ = new TaskCell<Unit>(body, TaskBody.FutureFunc, ambient, new SpawnSite("a", 1), flows: false);
        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = new TaskCell<Unit>(body, TaskBody.FutureFunc, ambient, new SpawnSite("a", 1), flows: false);
            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

#if DEBUG
        const long Bytes = 112 + 8; // One field more, which says whether it is owned.
#else
        const long Bytes = 112;
#endif
        Assert.Equal(Bytes, least);
    }

    private static void AssertSite(int line, SpawnSite site, [CallerFilePath] string file = "")
    {
        Assert.Equal(file, site.File);
        Assert.Equal(line, site.Line);
        Assert.Equal($"{Path.GetFileName(file)}:{line}", site.ToString());
    }

    private static int Here([CallerLineNumber] int line = 0) => line;

    private static async Future Nothing() => await Kio.YieldNow();

    private static async Future<int> Number()
    {
        await Kio.YieldNow();
        return 1;
    }
}
