using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>The benchmarks on Kioto. Plain names are driven from a task, on a worker; <c>_main</c> from BlockOn.</summary>
internal sealed class KiotoSuite : IBenchSuite
{
    // Kept to the end: no repetition but the first creates a thread.
    private readonly Dictionary<int, Runtime> _multi = [];
    private readonly Dictionary<int, Runtime> _blocking = [];
    private readonly HashSet<(int Workers, int Tasks)> _grown = [];
    private readonly Lazy<Runtime> _current = new(() => Runtime.CreateCurrentThreadBuilder().Build());

    private readonly Lazy<Runtime> _flowOff = new(() => Runtime.CreateBuilder().WorkerThreads(1).FlowExecutionContext(false).Build());

    public KiotoSuite()
    {
        Dictionary<string, Func<int, int, Sample>> benches = [];
        foreach ((string name, Func<int, Future<Sample>> work) in new (string, Func<int, Future<Sample>>)[]
        {
            ("spawn_many_local", KiotoSpawns.SpawnMany),
            ("yield_many", KiotoMessages.YieldMany),
            ("ping_pong", KiotoMessages.PingPong),
            ("chained_spawn", KiotoMessages.ChainedSpawn),
            ("await_nested", KiotoMessages.AwaitNested),
            ("time_now", KiotoTimers.Now),
            ("sleep_create_drop", KiotoTimers.CreateAndDrop),
            ("sleep_reset", KiotoTimers.Reset),
            ("sleep_1ms", KiotoTimers.Millisecond),
            ("sleep_many", KiotoTimers.Many),
            ("sleep_1ms_p50", KiotoSleeps.Millisecond(50)),
            ("sleep_1ms_p99", KiotoSleeps.Millisecond(99)),
            ("sleep_1ms_sporadic", KiotoSleeps.Millisecond(50, sporadic: true)),
            ("timer_arm_cancel", KiotoLimits.ArmAndCancel),
            ("join_3", KiotoArms.Join3),
            ("select_2", KiotoArms.Select2),
        })
        {
            benches[name] = (workers, ops) => OnWorker(Multi(workers), work(ops));
            benches[name + "_main"] = (workers, ops) => Multi(workers).BlockOn(work(ops));
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

        benches["spawn_many_remote_idle"] = (workers, ops) => KiotoSpawns.Remote(Multi(workers), ops);
        benches["spawn_many_remote_busy1"] = (workers, ops) =>
            KiotoSpawns.RemoteUnder(Multi(workers), 2 * workers, KiotoLoads.Yielding, ops);
        benches["spawn_many_remote_busy2"] = (workers, ops) =>
            KiotoSpawns.RemoteUnder(Multi(workers), workers, KiotoLoads.Respawning, ops);
        benches["spawn_many_remote_busy2_queued"] = (workers, ops) =>
            KiotoSpawns.RemoteUnder(Multi(workers), workers, KiotoLoads.Requeueing, ops);
        benches["current_thread_spawn"] = (_, ops) => _current.Value.BlockOn(KiotoSpawns.SpawnManyEmpty(ops));
        benches["current_thread_yield"] = (_, ops) => _current.Value.BlockOn(KiotoMessages.YieldMany(ops));
        foreach (int threads in Workload.RemoteThreads)
        {
            benches[$"remote_spawn_{threads}"] = (workers, ops) => KiotoSpawns.RemoteFrom(Multi(workers), threads, ops);
        }

        benches["spawn_blocking"] = (workers, ops) => OnWorker(Blocking(workers, workers), KiotoBlocking.Closures(workers, ops));
        benches["spawn_blocking_one"] = (workers, ops) => OnWorker(Blocking(workers, workers), KiotoBlocking.OneByOne(ops));
        benches["spawn_blocking_concurrent"] = (workers, ops) =>
            OnWorker(Blocking(workers, Workload.BlockingTasks), KiotoBlocking.Closures(Workload.BlockingTasks, ops));
        foreach ((string name, Func<int, Future<Sample>> work) in new (string, Func<int, Future<Sample>>)[]
        {
            ("mutex_uncontended", KiotoSync.MutexUncontended),
            ("mutex_contended", KiotoSync.MutexContended),
            ("rwlock_read", KiotoSync.RwLockRead),
            ("rwlock_contended", KiotoSync.RwLockContended),
            ("rwlock_read_concurrent", KiotoCrowds.Read),
            ("rwlock_read_released", KiotoCrowds.ReadReleased),
            ("semaphore_concurrent", KiotoCrowds.Acquire(Workload.AmplePermits)),
            ("semaphore_concurrent_scarce", KiotoCrowds.Acquire(Workload.ScarcePermits)),
            ("semaphore_uncontended", KiotoSync.SemaphoreUncontended),
            ("semaphore_contended", KiotoSync.SemaphoreContended),
            ("notify_one", KiotoSync.NotifyOne(1)),
            ("notify_waiters", KiotoSync.NotifyWaiters(Workload.Waiters)),
            ("oneshot_round_trip", KiotoSync.OneshotRoundTrip),
            ("mpsc_request_reply", KiotoSync.RequestReply),
            ("mpsc_bounded", KiotoSync.MpscBounded(1)),
            ("mpsc_bounded_10", KiotoSync.MpscBounded(10)),
            ("mpsc_bounded_100", KiotoSync.MpscBounded(100)),
            ("mpsc_unbounded", KiotoSync.MpscUnbounded),
            ("mpsc_bounded_full", KiotoSync.MpscBounded(Workload.Producers, Workload.FullCapacity)),
            ("mpsc_bounded_full_many", KiotoMpsc.BoundedMany),
            ("mpsc_unbounded_5", KiotoMpsc.Unbounded),
            ("mpsc_unbounded_5_many", KiotoMpsc.UnboundedMany),
            ("mpsc_create", KiotoMpsc.Create),
            ("mpsc_send_small", KiotoMpsc.Send<int>),
            ("mpsc_send_medium", KiotoMpsc.Send<MediumValue>),
            ("mpsc_send_large", KiotoMpsc.Send<LargeValue>),
            ("watch_10", KiotoSync.Watch(10)),
            ("watch_contention_100", KiotoSync.Watch(100)),
            ("watch_1000", KiotoSync.Watch(1000)),
            ("broadcast_10", KiotoSync.Broadcast(10)),
            ("broadcast_contention_100", KiotoSync.Broadcast(100)),
            ("broadcast_1000", KiotoSync.Broadcast(1000)),
        })
        {
            benches[name] = (workers, ops) => OnWorker(Multi(workers), work(ops));
        }

        foreach (int waiters in Workload.OneWaiters)
        {
            benches[$"notify_one_{waiters}"] = (workers, ops) => OnWorker(Multi(workers), KiotoSync.NotifyOne(waiters)(ops));
        }

        foreach (int waiters in Workload.AllWaiters)
        {
            benches[$"notify_waiters_{waiters}"] = (workers, ops) => OnWorker(Multi(workers), KiotoSync.NotifyWaiters(waiters)(ops));
        }

        // Once more, for a peer of their own.
        foreach (string name in Workload.DotNextRows)
        {
            benches[name + "_dotnext"] = benches[name];
        }

        // On one worker: a second one would look, at each suspension, for a task that it could run.
        foreach (bool pending in (bool[])[false, true])
        {
            string name = pending ? "await_pending_7" : "await_completed_7";
            Func<int, Future<Sample>> work = pending ? KiotoAwaits.Pending : KiotoAwaits.Completed;
            benches[name] = benches[name + "_valuetask"] = benches[name + "_pooled"] =
                (_, ops) => OnWorker(Multi(1), work(ops));
            benches[name + "_context"] = (_, ops) => OnWorker(Multi(1), KiotoAwaits.InContext(pending, ops));
            benches[name + "_flow_off"] = (_, ops) => OnWorker(_flowOff.Value, KiotoAwaits.InContext(pending, ops));
        }

        foreach (int depth in Workload.Depths)
        {
            benches[$"await_depth_{depth}"] = (_, ops) => OnWorker(Multi(1), KiotoAwaits.Depth(depth, ops));
        }

        benches["await_pending_7_by_hand"] = (_, ops) => OnWorker(Multi(1), KiotoByHand.Pending(ops));
        benches["cancel_depth_5"] = (workers, ops) => OnWorker(Multi(workers), KiotoAwaits.Cancel(ops, cleansUp: false));
        benches["cancel_finally"] = (workers, ops) => OnWorker(Multi(workers), KiotoAwaits.Cancel(ops, cleansUp: true));
        benches["blocking_isolation_sleeping"] = (workers, ops) => KiotoIsolation.Run(Multi(workers), compute: false, ops);
        benches["blocking_isolation_computing"] = (workers, ops) => KiotoIsolation.Run(Multi(workers), compute: true, ops);
        foreach (int stuck in Workload.Stuck)
        {
            benches[$"stuck_delay_{stuck}"] = (workers, ops) => KiotoStuck.Run(Multi(workers), stuck, ops);
        }

        benches["schedule_latency"] = (workers, ops) => KiotoLatency.Run(Multi(workers), ops);
        benches["idle_tasks"] = (workers, ops) => KiotoIdle.Park(Multi(workers), ops);
        benches["idle_sleeps"] = (workers, ops) => KiotoSleeps.Idle(Multi(workers), ops);
        foreach (bool yields in (bool[])[false, true])
        {
            string name = yields ? "yield" : "ready";
            benches["timeout_" + name] = (workers, ops) => KiotoLimits.Limits(Multi(workers), workers, yields, limited: true, ops);
            benches["unlimited_" + name] = (workers, ops) => KiotoLimits.Limits(Multi(workers), workers, yields, limited: false, ops);
        }

        Benches = benches;
    }

    public string Peer => "kioto";

    public string Version => typeof(Runtime).Assembly.GetName().Version!.ToString(3);

    public IReadOnlyDictionary<string, Func<int, int, Sample>> Benches { get; }

    private static Sample OnWorker(Runtime runtime, Future<Sample> work) => runtime.BlockOn(runtime.Spawn(work).AsFuture());

    private Runtime Multi(int workers) => _multi.TryGetValue(workers, out Runtime? runtime)
        ? runtime
        : _multi[workers] = Runtime.CreateBuilder().WorkerThreads(workers).Build();

    /// <summary>A runtime whose blocking pool has grown to all that so many tasks can use at once.</summary>
    private Runtime Blocking(int workers, int tasks)
    {
        if (!_blocking.TryGetValue(workers, out Runtime? runtime))
        {
            // By default a thread of the pool ends after ten idle seconds, which is less than the other peers' turns may take.
            runtime = _blocking[workers] =
                Runtime.CreateBuilder().WorkerThreads(workers).ThreadKeepAlive(Timeout.InfiniteTimeSpan).Build();
        }

        if (_grown.Add((workers, tasks)))
        {
            // Closures that wait for each other cannot share a thread.
            Barrier allHere = new(tasks * Workload.BlockingBatch);
            JoinHandle[] handles =
                [.. Enumerable.Range(0, allHere.ParticipantCount).Select(_ => runtime.SpawnBlocking(() => allHere.SignalAndWait()))];
            runtime.BlockOn(KiotoSpawns.JoinAll(handles, handles.Length));
        }

        return runtime;
    }
}
