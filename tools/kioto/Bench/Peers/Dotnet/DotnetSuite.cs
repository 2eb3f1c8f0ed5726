using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>The benchmarks in plain .NET: Tasks on the thread pool, which is held to as many threads as Kioto has workers.</summary>
internal sealed class DotnetSuite : IBenchSuite
{
    private readonly CurrentThreadContext _current = new();

    public DotnetSuite()
    {
        Dictionary<string, Func<int, int, Sample>> benches = [];
        foreach ((string name, Func<int, Task<Sample>> work) in new (string, Func<int, Task<Sample>>)[]
        {
            ("spawn_many_local", DotnetSpawns.SpawnMany),
            ("yield_many", DotnetMessages.YieldMany),
            ("ping_pong", DotnetMessages.PingPong),
            ("chained_spawn", DotnetMessages.ChainedSpawn),
            ("await_nested", DotnetMessages.AwaitNested),
            ("time_now", DotnetTimers.Now),
            ("sleep_create_drop", DotnetTimers.CreateAndDrop),
            ("sleep_reset", DotnetTimers.Reset),
            ("sleep_1ms", DotnetTimers.Millisecond),
            ("sleep_many", DotnetTimers.Many),
            ("sleep_1ms_p50", DotnetSleeps.Millisecond(50)),
            ("sleep_1ms_p99", DotnetSleeps.Millisecond(99)),
            ("sleep_1ms_sporadic", DotnetSleeps.Millisecond(50, sporadic: true)),
            ("timer_arm_cancel", DotnetLimits.ArmAndCancel),
            ("join_3", DotnetArms.Join3),
            ("select_2", DotnetArms.Select2),
        })
        {
            benches[name] = (workers, ops) => OnPool(workers, () => work(ops));
            benches[name + "_main"] = (workers, ops) => OnMain(workers, () => work(ops));
        }

        string[] onWorkersOnly =
        [
            "await_nested", "join_3", "select_2", "time_now", "sleep_create_drop", "sleep_reset", "sleep_1ms", "sleep_many",
            "sleep_1ms_p50", "sleep_1ms_p99", "sleep_1ms_sporadic", "timer_arm_cancel",
        ];
        foreach (string name in onWorkersOnly)
        {
            benches.Remove(name + "_main");
        }

        benches["spawn_many_remote_idle"] = (workers, ops) => WithPool(workers, () => DotnetSpawns.Remote(ops));
        benches["spawn_many_remote_busy1"] = (workers, ops) =>
            WithPool(workers, () => DotnetSpawns.RemoteUnder(2 * workers, DotnetLoads.Yielding, ops));
        benches["spawn_many_remote_busy2"] = (workers, ops) =>
            WithPool(workers, () => DotnetSpawns.RemoteUnder(workers, DotnetLoads.Respawning, ops));
        benches["spawn_many_remote_busy2_queued"] = (workers, ops) =>
            WithPool(workers, () => DotnetSpawns.RemoteUnder(workers, DotnetLoads.Requeueing, ops));
        benches["current_thread_spawn"] = (_, ops) => _current.Run(() => DotnetSpawns.CurrentThread(ops));
        benches["current_thread_yield"] = (_, ops) => _current.Run(() => DotnetMessages.CurrentThreadYield(ops));
        foreach (int threads in Workload.RemoteThreads)
        {
            benches[$"remote_spawn_{threads}"] = (workers, ops) =>
                WithPool(workers, () => DotnetSpawns.RemoteFrom(threads, ops));
        }

        benches["spawn_blocking"] = (workers, ops) => OnPool(workers, () => DotnetBlocking.Closures(workers, ops));
        benches["spawn_blocking_one"] = (workers, ops) => OnPool(workers, () => DotnetBlocking.OneByOne(ops));
        benches["spawn_blocking_concurrent"] = (workers, ops) =>
            OnPool(workers, () => DotnetBlocking.Closures(Workload.BlockingTasks, ops));
        foreach ((string name, Func<int, Task<Sample>> work) in new (string, Func<int, Task<Sample>>)[]
        {
            ("mutex_uncontended", DotnetSync.MutexUncontended),
            ("mutex_uncontended_dotnext", DotNextLocks.MutexUncontended),
            ("mutex_contended", DotnetSync.MutexContended),
            ("mutex_contended_dotnext", DotNextLocks.MutexContended),
            ("rwlock_read", DotnetSync.RwLockRead),
            ("rwlock_read_dotnext", DotNextLocks.RwLockRead),
            ("rwlock_contended", DotnetSync.RwLockContended),
            ("rwlock_contended_dotnext", DotNextLocks.RwLockContended),
            ("rwlock_read_concurrent", DotnetCrowds.Read),
            ("rwlock_read_released", DotnetCrowds.ReadReleased),
            ("semaphore_concurrent", DotnetCrowds.Acquire(Workload.AmplePermits)),
            ("semaphore_concurrent_scarce", DotnetCrowds.Acquire(Workload.ScarcePermits)),
            ("semaphore_uncontended", DotnetSync.SemaphoreUncontended),
            ("semaphore_uncontended_dotnext", DotNextLocks.SemaphoreUncontended),
            ("semaphore_contended", DotnetSync.SemaphoreContended),
            ("semaphore_contended_dotnext", DotNextLocks.SemaphoreContended),
            ("notify_one", DotnetSync.NotifyOne(1)),
            ("notify_waiters", DotnetSync.NotifyWaiters(Workload.Waiters)),
            ("oneshot_round_trip", DotnetSync.OneshotRoundTrip),
            ("mpsc_request_reply", DotnetSync.RequestReply),
            ("mpsc_bounded", DotnetSync.MpscBounded(1)),
            ("mpsc_bounded_10", DotnetSync.MpscBounded(10)),
            ("mpsc_bounded_100", DotnetSync.MpscBounded(100)),
            ("mpsc_unbounded", DotnetSync.MpscUnbounded),
            ("mpsc_bounded_full", DotnetSync.MpscBounded(Workload.Producers, Workload.FullCapacity)),
            ("mpsc_bounded_full_many", DotnetMpsc.BoundedMany),
            ("mpsc_unbounded_5", DotnetMpsc.Unbounded),
            ("mpsc_unbounded_5_many", DotnetMpsc.UnboundedMany),
            ("mpsc_create", DotnetMpsc.Create),
            ("mpsc_send_small", DotnetMpsc.Send<int>),
            ("mpsc_send_medium", DotnetMpsc.Send<MediumValue>),
            ("mpsc_send_large", DotnetMpsc.Send<LargeValue>),
            ("watch_10", DotnetSync.Watch(10)),
            ("watch_contention_100", DotnetSync.Watch(100)),
            ("watch_1000", DotnetSync.Watch(1000)),
            ("broadcast_10", DotnetSync.Broadcast(10)),
            ("broadcast_contention_100", DotnetSync.Broadcast(100)),
            ("broadcast_1000", DotnetSync.Broadcast(1000)),
        })
        {
            benches[name] = (workers, ops) => OnPool(workers, () => work(ops));
        }

        foreach (int waiters in Workload.OneWaiters)
        {
            benches[$"notify_one_{waiters}"] = (workers, ops) => OnPool(workers, () => DotnetSync.NotifyOne(waiters)(ops));
        }

        foreach (int waiters in Workload.AllWaiters)
        {
            benches[$"notify_waiters_{waiters}"] = (workers, ops) => OnPool(workers, () => DotnetSync.NotifyWaiters(waiters)(ops));
        }

        AddAwaits(benches, "await_pending_7", DotnetTaskAwaits.Pending, DotnetValueTaskAwaits.Pending, DotnetPooledAwaits.Pending);
        AddAwaits(
            benches,
            "await_completed_7",
            ops => DotnetTaskAwaits.Completed(ops).GetAwaiter().GetResult(),
            ops => DotnetValueTaskAwaits.Completed(ops).GetAwaiter().GetResult(),
            ops => DotnetPooledAwaits.Completed(ops).GetAwaiter().GetResult());
        foreach (int depth in Workload.Depths)
        {
            benches[$"await_depth_{depth}"] = (_, ops) => DotnetChains.Depth(depth, ops);
        }

        benches["await_pending_7_by_hand"] = (_, ops) => DotnetTaskAwaits.Pending(ops);
        benches["cancel_depth_5"] = (workers, ops) => OnPool(workers, () => DotnetChains.Cancel(ops, cleansUp: false));
        benches["cancel_finally"] = (workers, ops) => OnPool(workers, () => DotnetChains.Cancel(ops, cleansUp: true));
        benches["schedule_latency"] = (workers, ops) => WithPool(workers, () => DotnetLatency.Run(ops));
        benches["blocking_isolation_sleeping"] =
            (workers, ops) => WithPool(workers, () => DotnetIsolation.Run(compute: false, ops));
        benches["blocking_isolation_computing"] =
            (workers, ops) => WithPool(workers, () => DotnetIsolation.Run(compute: true, ops));
        foreach (int stuck in Workload.Stuck)
        {
            benches[$"stuck_delay_{stuck}"] = (workers, ops) => WithGrowingPool(workers, () => DotnetStuck.Run(stuck, ops));
        }

        benches["idle_tasks"] = (_, ops) => DotnetChains.Park(ops);
        benches["idle_sleeps"] = (workers, ops) => WithPool(workers, () => DotnetSleeps.Idle(ops));
        foreach (bool yields in (bool[])[false, true])
        {
            string name = yields ? "yield" : "ready";
            benches["timeout_" + name] =
                (workers, ops) => WithPool(workers, () => DotnetLimits.Limits(workers, yields, limited: true, ops));
            benches["unlimited_" + name] =
                (workers, ops) => WithPool(workers, () => DotnetLimits.Limits(workers, yields, limited: false, ops));
        }

        Benches = benches;
    }

    public string Peer => "dotnet";

    public string Version => Environment.Version.ToString();

    public IReadOnlyDictionary<string, Func<int, int, Sample>> Benches { get; }

    // On the calling thread: nothing of it needs a scheduler.
    private static void AddAwaits(
        Dictionary<string, Func<int, int, Sample>> benches,
        string name,
        Func<int, Sample> task,
        Func<int, Sample> valueTask,
        Func<int, Sample> pooled)
    {
        benches[name] = (_, ops) => task(ops);
        benches[name + "_valuetask"] = (_, ops) => valueTask(ops);
        benches[name + "_pooled"] = (_, ops) => pooled(ops);
        benches[name + "_context"] = benches[name + "_flow_off"] = (_, ops) => DotnetChains.InContext(() => task(ops));
    }

    private static Sample OnPool(int workers, Func<Task<Sample>> work) =>
        WithPool(workers, () => Task.Run(work).GetAwaiter().GetResult());

    private static Sample OnMain(int workers, Func<Task<Sample>> work) =>
        WithPool(workers, () => work().GetAwaiter().GetResult());

    // It has as many threads to begin with; what a run before has added goes.
    private static Sample WithGrowingPool(int workers, Func<Sample> work) => WithPool(workers, () =>
    {
        ThreadPool.SetMaxThreads(1000, 1000);
        return work();
    });

    private static Sample WithPool(int workers, Func<Sample> work)
    {
        ThreadPool.SetMinThreads(1, 1);
        ThreadPool.SetMaxThreads(workers, Math.Max(workers, 2));
        ThreadPool.SetMinThreads(workers, 1);
        ThreadPool.GetMaxThreads(out int threads, out _);
        return threads == workers
            ? work()
            : throw new BenchException($"the thread pool can't be held to {workers} threads: it insists on {threads}");
    }
}
