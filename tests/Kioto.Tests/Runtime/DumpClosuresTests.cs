using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>A dump lists the closures of all blocking pools: those that run and those that wait for a thread.</summary>
public sealed class DumpClosuresTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Queued_and_running_closures_say_which_pool_has_them(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).BlockingPool("disk", 1).Build();
        BlockingPool disk = runtime.BlockingPool("disk");
        using Gate gate = new();
        JoinHandle running = disk.Spawn(gate.Pass);
        JoinHandle<int> first = disk.Spawn(() => 1);
        JoinHandle second = disk.Spawn((Action)Nothing);
        gate.Entered.Wait();
        List<TaskDump> dump = Closures(runtime);
        while (dump[1].QueuedFor == TimeSpan.Zero)
        {
            Thread.Yield();
            dump = Closures(runtime); // Until the coarse clock has ticked.
        }

        Assert.Equal([running.Id, first.Id, second.Id], dump.Select(closure => closure.Id));
        Assert.Equal([TaskDumpState.Running, TaskDumpState.Queued, TaskDumpState.Queued], dump.Select(closure => closure.State));
        Assert.All(dump, closure => Assert.Equal("disk", closure.Pool));
        Assert.Equal([running.Site, first.Cell.Site, second.Site], dump.Select(closure => closure.SpawnSite));
        Assert.Null(dump[0].QueuedFor);
        Assert.True(dump[2].QueuedFor <= dump[1].QueuedFor);
        Assert.Equal(["DumpClosuresTests.Nothing"], dump[2].AwaitChain);
        Assert.Null(dump[2].WaitsFor);
        Assert.Contains($"blocking closure {running.Id}, running in pool \"disk\", spawned at DumpClosuresTests.cs:", dump[0].ToString(), StringComparison.Ordinal);
        Assert.Matches($"^blocking closure {second.Id}, queued in pool \"disk\" for [0-9.]+ m?s, spawned at DumpClosuresTests.cs:", dump[2].ToString());
        gate.Open();
        runtime.BlockOn(async () => await second);
        Assert.Empty(Closures(runtime));
    });

    [Fact]
    public void Json_has_the_pool_and_the_wait() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).MaxBlockingThreads(1).Build();
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        JoinHandle queued = runtime.SpawnBlocking(Nothing);
        gate.Entered.Wait();
        using JsonDocument json = JsonDocument.Parse(runtime.Dump().ToJson());
        JsonElement[] tasks = [.. json.RootElement.GetProperty("tasks").EnumerateArray()];
        Assert.Equal(["running", "queued"], tasks.Select(task => task.GetProperty("state").GetString()));
        Assert.All(tasks, task => Assert.Equal("blockingClosure", task.GetProperty("kind").GetString()));
        Assert.All(tasks, task => Assert.Equal("io", task.GetProperty("pool").GetString()));
        Assert.Equal(JsonValueKind.Null, tasks[0].GetProperty("queuedMilliseconds").ValueKind);
        Assert.True(tasks[1].GetProperty("queuedMilliseconds").GetDouble() >= 0);
        Assert.False(running.IsFinished || queued.IsFinished);
    });

    [Theory]
    [InlineData("io")]
    [InlineData("disk")]
    [InlineData("cpu")]
    public void An_aborted_closure_leaves_the_queue_of_its_pool(string name) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).MaxBlockingThreads(1).BlockingPool("disk", 1).BlockingPool("cpu", 1).Build();
        BlockingPool pool = runtime.BlockingPool(name);
        using Gate gate = new();
        pool.Spawn(gate.Pass);
        JoinHandle aborted = pool.Spawn((Action)Nothing);
        JoinHandle kept = pool.Spawn((Action)Nothing);
        aborted.Abort();
        Assert.True(aborted.IsFinished);
        gate.Entered.Wait();
        Assert.Equal([TaskDumpState.Running, TaskDumpState.Queued], Closures(runtime).Select(closure => closure.State));
        Assert.Equal(kept.Id, Closures(runtime)[1].Id);
        Assert.Equal(1, pool.Metrics.QueueDepth);
    });

    [Fact]
    public void A_Task_of_dotnet_that_waits_for_a_thread_is_listed_without_an_id() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).MaxBlockingThreads(1).Build();
        using Gate gate = new();
        runtime.SpawnBlocking(gate.Pass);
        gate.Entered.Wait();
        Task task = Task.Factory.StartNew(Nothing, CancellationToken.None, TaskCreationOptions.LongRunning, runtime.AsTaskScheduler());
        TaskDump queued = Closures(runtime)[1];
        Assert.Null(queued.Id);
        Assert.Equal(TaskDumpState.Queued, queued.State);
        Assert.Null(queued.SpawnSite.File);
        gate.Open();
        runtime.BlockOn(task.AsFuture());
    });

    private static List<TaskDump> Closures(Runtime runtime) =>
        [.. runtime.Dump().Tasks.Where(task => task.Kind == TaskDumpKind.BlockingClosure)];

    private static void Nothing()
    {
    }
}
