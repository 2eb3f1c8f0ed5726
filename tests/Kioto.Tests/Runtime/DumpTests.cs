using System;
using System.Diagnostics;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>A dump says of every task where it is and what it waits for.</summary>
public sealed class DumpTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_waiting_task_shows_its_await_chain_and_its_leaf(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Signal signal = new();
        JoinHandle handle = runtime.Spawn(Outer(signal));
        TaskDump task = WaitFor(runtime, handle.Id, found => found.WaitsFor is not null);
        Assert.Equal(TaskDumpKind.Task, task.Kind);
        Assert.Equal(TaskDumpState.Waiting, task.State);
        Assert.False(task.IsCancelling);
        Assert.Equal(handle.Site, task.SpawnSite);
        Assert.Equal(["DumpTests.Outer", "DumpTests.Middle", "DumpTests.Middle.Local"], task.AwaitChain);
        Assert.Equal("Signal.Poll", task.WaitsFor!.Operation);
        string text = task.ToString();
        Assert.Contains($"task {handle.Id}, waiting, spawned at DumpTests.cs:", text, StringComparison.Ordinal);
        Assert.Contains("-> Signal.Poll #1, since: ", text, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_kind_of_waiting_is_named() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Mutex<int> mutex = new(0);
        RwLock<int> rwLock = new(0);
        AsyncSemaphore semaphore = new(0);
        Notify notify = new();
        AsyncBarrier barrier = new(2);
        SetOnce<int> once = new();
        (MpscSender<int> mpscSender, MpscReceiver<int> mpscReceiver) = Mpsc.Create<int>(1);
        (MpscSender<int> fullSender, MpscReceiver<int> fullReceiver) = Mpsc.Create<int>(1);
        (MpmcSender<int> mpmcSender, MpmcReceiver<int> mpmcReceiver) = Mpmc.Create<int>(1);
        (OneshotSender<int> oneshotSender, OneshotReceiver<int> oneshotReceiver) = Oneshot.Create<int>();
        (WatchSender<int> watchSender, WatchReceiver<int> watchReceiver) = Watch.Create(0);
        (BroadcastSender<int> broadcastSender, BroadcastReceiver<int> broadcastReceiver) = Broadcast.Create<int>(4);
        Assert.True(mutex.TryLock(out MutexGuard<int> guard));
        Assert.True(rwLock.TryWrite(out RwLockWriteGuard<int> writing));
        JoinHandle sleeper = runtime.Spawn(async () => await Kio.Sleep(s_hour));
        Sleep sleep = new(s_hour);
        TaskCompletionSource never = new();
        using CancellationTokenSource source = new();
        Expectation[] expected =
        [
            new("Kio.Sleep", runtime.Spawn(async () => await Kio.Sleep(s_hour)), "60 min left"),
            new("Sleep.WaitAsync", runtime.Spawn(async () => await sleep), "60 min left"),
            new("Mutex<Int32>.LockAsync", runtime.Spawn(async () => (await mutex.LockAsync()).Dispose())),
            new("RwLock<Int32>.ReadAsync", runtime.Spawn(async () => (await rwLock.ReadAsync()).Dispose())),
            new("RwLock<Int32>.WriteAsync", runtime.Spawn(async () => (await rwLock.WriteAsync()).Dispose())),
            new("AsyncSemaphore.AcquireManyAsync(3)", runtime.Spawn(async () => (await semaphore.AcquireManyAsync(3)).Dispose()), "0 available"),
            new("Notify.NotifiedAsync", runtime.Spawn(async () => await notify.NotifiedAsync())),
            new("AsyncBarrier.WaitAsync", runtime.Spawn(async () => { await barrier.WaitAsync(); })),
            new("SetOnce<Int32>.WaitAsync", runtime.Spawn(async () => { await once.WaitAsync(); })),
            new("MpscReceiver<Int32>.RecvAsync", runtime.Spawn(async () => { await mpscReceiver.RecvAsync(); })),
            new("MpscSender<Int32>.SendAsync", runtime.Spawn(async () =>
            {
                await fullSender.SendAsync(1);
                await fullSender.SendAsync(2);
            })),
            new("MpmcReceiver<Int32>.RecvAsync", runtime.Spawn(async () => { await mpmcReceiver.RecvAsync(); })),
            new("OneshotReceiver<Int32>.RecvAsync", runtime.Spawn(async () => { await oneshotReceiver.RecvAsync(); })),
            new("WatchReceiver<Int32>.ChangedAsync", runtime.Spawn(async () => { await watchReceiver.ChangedAsync(); })),
            new("BroadcastReceiver<Int32>.RecvAsync", runtime.Spawn(async () => { await broadcastReceiver.RecvAsync(); })),
            new($"JoinHandle of task {sleeper.Id}", runtime.Spawn(async () => await sleeper)),
            new($"JoinHandle.JoinAsync of task {sleeper.Id}", runtime.Spawn(async () => { await sleeper.JoinAsync(); })),
            new("Task of .NET", runtime.Spawn(async () => await never.Task.AsFuture())),
            new(null, runtime.Spawn(async () => await never.Task)),
            new("Kio.Join", runtime.Spawn(async () => await Kio.Join(Kio.Sleep(s_hour), Kio.Sleep(s_hour)))),
            new("Kio.Select", runtime.Spawn(async () => { await Kio.Select(Kio.Sleep(s_hour), never.Task.AsFuture()); })),
            new("Timeout", runtime.Spawn(async () => await never.Task.AsFuture().Timeout(s_hour))),
            new("WithCancellation", runtime.Spawn(async () => await never.Task.AsFuture().WithCancellation(source.Token))),
        ];
        foreach (Expectation expectation in expected)
        {
            TaskDump task = WaitFor(runtime, expectation.Handle.Id, found => found.WaitsFor is not null && found.State == TaskDumpState.Waiting);
            if (expectation.Operation is { } operation)
            {
                Assert.Equal(operation, task.WaitsFor!.Operation);
            }

            if (expectation.Detail is { } detail)
            {
                Assert.Equal(detail, task.WaitsFor!.Detail);
            }

            Assert.Equal("DumpTests.Every_kind_of_waiting_is_named.lambda", task.AwaitChain[0]);
        }

        using JsonDocument json = JsonDocument.Parse(runtime.Dump().ToJson());
        Assert.Equal(expected.Length + 1, json.RootElement.GetProperty("tasks").GetArrayLength());
        guard.Dispose();
        writing.Dispose();
        GC.KeepAlive((mpscSender, fullReceiver, mpmcSender, oneshotSender, watchSender, broadcastSender));
    });

    [Fact]
    public void Arms_are_a_tree() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Signal signal = new();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            await Kio.Join(Middle(signal), Kio.Sleep(s_hour).Timeout(s_hour));
        });
        TaskDump task = WaitFor(runtime, handle.Id, found => found.WaitsFor is { Arms.Count: 2 });
        ArmDump first = task.WaitsFor!.Arms[0];
        Assert.Equal("arm 0", first.Label);
        Assert.Equal("DumpTests.Middle", first.AwaitChain[0]);
        Assert.Equal("Signal.Poll", first.WaitsFor!.Operation);
        ArmDump second = task.WaitsFor.Arms[1];
        Assert.Equal("Timeout", second.WaitsFor!.Operation);
        ArmDump limited = Assert.Single(second.WaitsFor.Arms);
        Assert.Equal("limited", limited.Label);
        Assert.Equal("Kio.Sleep", limited.WaitsFor!.Operation);
        Assert.EndsWith(" left", second.WaitsFor.Detail, StringComparison.Ordinal);
    });

    [Fact]
    public void An_async_Task_method_in_between_is_looked_into() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Signal signal = new();
        JoinHandle handle = runtime.Spawn(async () => await Foreign());
        TaskDump task = WaitFor(runtime, handle.Id, found => found.WaitsFor is { Arms.Count: 1 });
        Assert.Equal("inside", task.WaitsFor!.Arms[0].Label);
        Assert.Equal(["DumpTests.Middle", "DumpTests.Middle.Local"], task.WaitsFor.Arms[0].AwaitChain);
        Assert.Equal("Signal.Poll", task.WaitsFor.Arms[0].WaitsFor!.Operation);
        Assert.DoesNotContain(runtime.Dump().Tasks, other => other.Kind == TaskDumpKind.Continuation);

        async Task Foreign() => await Middle(signal);
    });

    [Fact]
    public void What_two_wait_on_has_one_number_and_its_owner_is_named() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Mutex<int> mutex = new(0);
        Signal signal = new();
        JoinHandle holder = runtime.Spawn(async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            await signal.AsFuture();
        });
        WaitFor(runtime, holder.Id, found => found.WaitsFor?.Operation == "Signal.Poll");
        JoinHandle first = runtime.Spawn(async () => (await mutex.LockAsync()).Dispose());
        JoinHandle second = runtime.Spawn(async () => (await mutex.LockAsync()).Dispose());
        WaitFor(runtime, first.Id, found => found.WaitsFor is not null);
        WaitFor(runtime, second.Id, found => found.WaitsFor is not null);
        RuntimeDump dump = runtime.Dump();
        WaitDump one = dump.Tasks.Single(task => task.Id == first.Id).WaitsFor!;
        WaitDump two = dump.Tasks.Single(task => task.Id == second.Id).WaitsFor!;
        Assert.NotNull(one.Resource);
        Assert.Equal(one.Resource, two.Resource);
        Assert.Equal(holder.Id, one.Owner);
        Assert.Equal(holder.Id, two.Owner);
        Assert.Empty(dump.Deadlocks);
        Assert.Contains($"held by task {holder.Id}", dump.ToString(), StringComparison.Ordinal);
        signal.Set();
        runtime.BlockOn(async () =>
        {
            await first;
            await second;
            await holder;
        });
        Assert.Empty(runtime.Dump().Tasks);
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Works_while_workers_are_blocked_and_names_what_blocks_them(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        using ManualResetEventSlim stop = new();
        using CountdownEvent started = new(runtime.Handle.WorkerThreads);
        JoinHandle[] blockers = new JoinHandle[runtime.Handle.WorkerThreads];
        for (int i = 0; i < blockers.Length; i++)
        {
            blockers[i] = runtime.Spawn(Block(started, stop));
        }

        started.Wait();
        JoinHandle queued = runtime.Spawn(async () => await Kio.YieldNow());
        JoinHandle closure = runtime.SpawnBlocking(stop.Wait);
        while (!runtime.Dump().Tasks.Any(task => task.Kind == TaskDumpKind.BlockingClosure))
        {
            Thread.Yield();
        }

        RuntimeDump dump = runtime.Dump();
        foreach (JoinHandle blocker in blockers)
        {
            TaskDump task = dump.Tasks.Single(task => task.Id == blocker.Id);
            Assert.Equal(TaskDumpState.Running, task.State);
            Assert.Equal("DumpTests.Block", task.AwaitChain[0]);
            Assert.Null(task.WaitsFor);
        }

        Assert.Equal(TaskDumpState.Queued, dump.Tasks.Single(task => task.Id == queued.Id).State);
        Assert.Equal(["DumpTests.Works_while_workers_are_blocked_and_names_what_blocks_them.lambda"], dump.Tasks.Single(task => task.Id == queued.Id).AwaitChain);
        Assert.Equal(closure.Site, dump.Tasks.Single(task => task.Id == closure.Id).SpawnSite);
        stop.Set();
        runtime.BlockOn(async () => await closure);
    });

    [Fact]
    public void A_task_that_has_yielded_is_queued_with_its_chain() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () =>
        {
            int turns = 0;
            bool stop = false;
            JoinHandle yielding = Kio.Spawn(async () =>
            {
                while (!stop)
                {
                    turns++;
                    await Kio.YieldNow();
                }
            });
            await Expect.Until(() => turns > 0);
            TaskDump task = runtime.Dump().Tasks.Single(task => task.Id == yielding.Id);
            Assert.Equal(TaskDumpState.Queued, task.State);
            Assert.Equal(["DumpTests.A_task_that_has_yielded_is_queued_with_its_chain.lambda"], task.AwaitChain);
            Assert.Equal("Kio.YieldNow", task.WaitsFor?.Operation);
            stop = true;
            await yielding;
        });
    });

    [Fact]
    public void A_new_task_behind_one_that_was_woken_is_listed() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () =>
        {
            Signal signal = new();
            JoinHandle<int> woken = Kio.Spawn(signal.AsFuture());
            await Expect.Until(() => signal.Polls > 0);
            signal.WakeForNothing();
            JoinHandle fresh = Kio.Spawn(async () => await Kio.YieldNow());
            Assert.Contains(runtime.Dump().Tasks, task => task.Id == woken.Id);
            Assert.Contains(runtime.Dump().Tasks, task => task.Id == fresh.Id);
        });
    });

    [Fact]
    public void A_task_that_cleans_up_is_cancelling() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Signal signal = new();
        Signal cleanup = new();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            try
            {
                await signal.AsFuture();
            }
            finally
            {
                await cleanup.AsFuture();
            }
        });
        WaitFor(runtime, handle.Id, found => found.WaitsFor is not null);
        handle.Abort();
        TaskDump task = WaitFor(runtime, handle.Id, found => found is { IsCancelling: true, State: TaskDumpState.Waiting, WaitsFor: not null });
        Assert.Contains("cancelling", task.ToString(), StringComparison.Ordinal);
        cleanup.Set();
        runtime.BlockOn(async () => await handle.JoinAsync());
    });

    [Fact]
    public void The_tasks_of_a_local_set_and_the_thread_that_blocks_are_there() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        using LocalSet set = new();
        Signal signal = new();
        TaskId local = default;
        Thread thread = new(() => set.BlockOn(runtime, async () =>
        {
            JoinHandle handle = Kio.SpawnLocal(Outer(signal));
            local = handle.Id;
            await handle;
        }))
        {
            IsBackground = true,
        };
        thread.Start();
        SpinWait.SpinUntil(() => signal.Polls > 0);
        TaskDump task = WaitFor(runtime, local, found => found.WaitsFor is not null);
        Assert.Equal(TaskDumpKind.LocalTask, task.Kind);
        Assert.Equal("DumpTests.Outer", task.AwaitChain[0]);
        TaskDump blocked = runtime.Dump().Tasks.Single(found => found.Kind == TaskDumpKind.BlockOn);
        Assert.Null(blocked.Id);
        Assert.StartsWith("LocalSet.RunUntilAsync of task", blocked.WaitsFor!.Operation, StringComparison.Ordinal);
        signal.Set();
        thread.Join();
    });

    [Fact]
    public void A_second_dump_knows_for_how_long_at_least() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Signal signal = new();
        JoinHandle handle = runtime.Spawn(async () =>
        {
            await signal.AsFuture();
            await Kio.Sleep(s_hour);
        });
        runtime.BlockOn(Expect.Until(() => signal.Polls > 0));
        TaskDump task = WaitFor(runtime, handle.Id, found => found.WaitsFor is not null);
        Assert.Null(task.WaitsFor!.AtLeast);
        Assert.Contains("since: unknown", task.ToString(), StringComparison.Ordinal);
        task = WaitFor(runtime, handle.Id, found => found.WaitsFor is not null);
        Assert.True(task.WaitsFor!.AtLeast > TimeSpan.Zero);
        Assert.Contains("since: at least", task.ToString(), StringComparison.Ordinal);
        signal.Set();
        task = WaitFor(runtime, handle.Id, found => found.WaitsFor?.Operation == "Kio.Sleep");
        Assert.Null(task.WaitsFor!.AtLeast); // Another wait.
    });

    [Fact]
    public void Where_tasks_are_measured_the_first_dump_knows_it() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).TaskMetrics().Build();
        Signal signal = new();
        Stopwatch outside = Stopwatch.StartNew();
        JoinHandle handle = runtime.Spawn(async () => { await Kio.Select(signal.AsFuture(), Kio.Sleep(s_hour)); });
        SpinWait.SpinUntil(() => signal.Polls > 0 && runtime.Metrics.Worker(0) is { ParkUnparkCount: var parks } && (parks & 1) != 0);
        Stopwatch inside = Stopwatch.StartNew();
        SpinWait.SpinUntil(() => inside.Elapsed > TimeSpan.FromMilliseconds(1));
        TaskDump task = runtime.Dump().Tasks.Single(found => found.Id == handle.Id);
        Assert.InRange(Assert.NotNull(task.WaitsFor!.AtLeast), TimeSpan.FromMilliseconds(1), outside.Elapsed);
        Assert.Contains("Kio.Select, since: at least", task.ToString(), StringComparison.Ordinal);
        Assert.Null(task.WaitsFor.Arms[0].WaitsFor!.AtLeast);
    });

    [Fact]
    public void The_JSON_says_what_the_objects_say() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Signal signal = new();
        JoinHandle handle = runtime.Spawn(async () => await Kio.Join(Middle(signal), Kio.Sleep(s_hour)));
        WaitFor(runtime, handle.Id, found => found.WaitsFor is { Arms.Count: 2 });
        using JsonDocument json = JsonDocument.Parse(runtime.Dump().ToJson(indented: true));
        JsonElement task = json.RootElement.GetProperty("tasks")[0];
        Assert.Equal("task", task.GetProperty("kind").GetString());
        Assert.Equal(handle.Id.ToString(), task.GetProperty("id").GetRawText());
        Assert.Equal(handle.Site.Line, task.GetProperty("spawnSite").GetProperty("line").GetInt32());
        Assert.Equal("waiting", task.GetProperty("state").GetString());
        JsonElement wait = task.GetProperty("waitsFor");
        Assert.Equal("Kio.Join", wait.GetProperty("operation").GetString());
        Assert.Equal("DumpTests.Middle", wait.GetProperty("arms")[0].GetProperty("awaitChain")[0].GetString());
        Assert.Equal("Kio.Sleep", wait.GetProperty("arms")[1].GetProperty("waitsFor").GetProperty("operation").GetString());
    });

    [Fact]
    public void A_dump_of_what_has_ended_is_empty() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.Dispose();
        Assert.Empty(runtime.Dump().Tasks);
        Assert.Contains("0 live", runtime.Dump().ToString(), StringComparison.Ordinal);
    });

    private static TaskDump WaitFor(Runtime runtime, TaskId id, Func<TaskDump, bool> condition)
    {
        while (true)
        {
            if (runtime.Dump().Tasks.FirstOrDefault(task => task.Id == id) is { } task && condition(task))
            {
                return task;
            }

            Thread.Yield();
        }
    }

    private static async Future Outer(Signal signal)
    {
        await Middle(signal);
    }

    private static async Future Middle(Signal signal)
    {
        await Local();

        async Future Local() => await signal.AsFuture();
    }

    private static async Future Block(CountdownEvent started, ManualResetEventSlim stop)
    {
        await Kio.YieldNow();
        started.Signal();
        stop.Wait();
    }

    private readonly record struct Expectation(string? Operation, JoinHandle Handle, string? Detail = null);
}
