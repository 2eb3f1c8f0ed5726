using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Kioto.Tool.Bench;

/// <summary>All benchmarks, in the order in which they are run and shown.</summary>
internal static class Catalog
{
    public static readonly IReadOnlyList<BenchSpec> All =
    [
        new("spawn_many_local", "spawn a task from a task, and join it", 10_000, 10),
        new("spawn_many_local_main", "the same, driven from the main thread", 10_000, 10),
        new("spawn_many_remote_idle", "spawn from outside onto parked workers, and join", 10_000, 10),
        new("spawn_many_remote_busy1", "the same while tasks burn CPU and yield", 10_000, 2),
        new("spawn_many_remote_busy2", "the same while tasks burn CPU and respawn themselves", 10_000, 1),
        new("spawn_many_remote_busy2_queued", "the same, the successor in the run queue", 100, 1),
        new("yield_many", "one yield of one of 200 tasks", 200_000, 2),
        new("yield_many_main", "the same, driven from the main thread", 200_000, 2),
        new("ping_pong", "two tasks that exchange a message over two oneshots", 10_000, 4),
        new("ping_pong_main", "the same, driven from the main thread", 10_000, 4),
        new("chained_spawn", "a task that spawns the next", 50_000, 3),
        new("chained_spawn_main", "the same, driven from the main thread", 50_000, 3),
        new("current_thread_spawn", "spawn and join on a current-thread runtime", 10_000, 10),
        new("current_thread_yield", "one yield of one of 200 tasks there", 200_000, 2),
        new("remote_spawn_1", "spawn from one thread outside, and join", 12_800, 4),
        new("remote_spawn_2", "the same, from two threads at once", 12_800, 4),
        new("remote_spawn_8", "the same, from eight", 12_800, 4),
        new("spawn_blocking", "an empty closure on the blocking pool, joined", 5_000, 1),
        new("spawn_blocking_one", "the same, one after the other", 2_000, 1),
        new("spawn_blocking_concurrent", "the same, from 32 tasks at once", 10_240, 1),
        new("await_nested", "a call eight async methods deep over one yield", 50_000, 1),
        new("time_now", "reading the clock", 1_000_000, 1),
        new("sleep_create_drop", "a sleep that is made and never polled", 10_000, 20),
        new("sleep_reset", "moving a deadline that somebody waits for", 100_000, 1),
        new("sleep_1ms", "one sleep of a millisecond after the other", 20, 1),
        new("sleep_1ms_p50", "half of the sleeps of a millisecond took no longer", 200, 1, MostRepetitions: 9),
        new("sleep_1ms_p99", "99 of 100 of them took no longer", 500, 1, QuickOps: 200, MostRepetitions: 9),
        new("sleep_1ms_sporadic", "half of those before which nothing happened for 100 ms took no longer", 1100, 1, MostRepetitions: 9),
        new("sleep_many", "one of many concurrent sleeps of 1 to 50 ms, each in a task", 100_000, 1, QuickOps: 20_000),
        new("idle_sleeps", "lateness of the last of many sleeps of one deadline; the bytes are what a task with one keeps", 1_000_000, 1, QuickOps: 100_000, MostRepetitions: 9),
        new("timer_arm_cancel", "a sleep that is polled once and dropped", 100_000, 1),
        .. Limits("timeout_ready", "a time limit for a future that is ready at its first poll", 200_000),
        .. Limits("timeout_yield", "a time limit for a future that yields once", 100_000),
        .. Limits("unlimited_ready", "the same future as in timeout_ready, without a limit", 200_000),
        .. Limits("unlimited_yield", "the same future as in timeout_yield, without a limit", 100_000),
        .. DotNext("mutex_uncontended", "lock and unlock, alone", 200_000, 2),
        .. DotNext("mutex_contended", "lock, yield and unlock, by one of 8 tasks", 50_000, 2),
        .. DotNext("rwlock_read", "lock for reading and unlock, alone", 200_000, 2),
        .. DotNext("rwlock_contended", "lock, yield and unlock, by one of 6 readers and 2 writers", 50_000, 2),
        new("rwlock_read_concurrent", "lock for reading and unlock, by one of 6 tasks spawned together", 12_000, 4),
        new("rwlock_read_released", "the same, by one of 5 that are spawned while it is locked for writing", 12_000, 4),
        .. DotNext("semaphore_uncontended", "take and give back a permit, alone", 200_000, 2),
        .. DotNext("semaphore_contended", "take one of 2 permits, yield and give it back, by one of 8 tasks", 50_000, 2),
        new("semaphore_concurrent", "take and give back one of 10 permits, by one of 6 tasks spawned together", 12_000, 4),
        new("semaphore_concurrent_scarce", "the same, of 5 permits", 12_000, 4),
        new("notify_one", "a notification there and one back", 50_000, 2),
        .. Workload.OneWaiters.Select(
            waiters => new BenchSpec($"notify_one_{waiters}", $"the same, for the first of {waiters} tasks that wait", 50_000, 2)),
        new("notify_waiters", "one of 100 tasks woken together", 50_000, 2),
        .. Workload.AllWaiters.Select(
            waiters => new BenchSpec($"notify_waiters_{waiters}", $"one of {waiters} tasks woken together", 50_000, 2)),
        new("oneshot_round_trip", "a oneshot there and one back", 50_000, 2),
        new("mpsc_request_reply", "a request over an mpsc channel and its reply over a oneshot", 50_000, 2),
        new("mpsc_bounded", "one value through a bounded channel, from 1 producer", 100_000, 2),
        new("mpsc_bounded_10", "the same, from one of 10 producers", 100_000, 2),
        new("mpsc_bounded_100", "the same, from one of 100 producers", 100_000, 2),
        new("mpsc_unbounded", "one value through an unbounded channel", 100_000, 2),
        new("mpsc_bounded_full", "one value through a channel of 100, from one of 5 producers", 100_000, 2),
        new("mpsc_bounded_full_many", "the same, received by the batch", 100_000, 2),
        new("mpsc_unbounded_5", "one value through an unbounded channel, from one of 5 producers", 100_000, 2),
        new("mpsc_unbounded_5_many", "the same, received by the batch", 100_000, 2),
        new("mpsc_create", "a channel of 100 values of 512 bytes, made and closed", 20_000, 2),
        new("mpsc_send_small", "a channel of 1,000, and one value of 4 bytes through it", 20_000, 2),
        new("mpsc_send_medium", "the same, of 512 bytes", 10_000, 2),
        new("mpsc_send_large", "the same, of 32 KiB", 500, 2),
        new("watch_10", "one change seen by one of 10 receivers", 50_000, 2),
        new("watch_contention_100", "the same, of 100 receivers", 50_000, 2),
        new("watch_1000", "the same, of 1,000 receivers", 100_000, 2),
        new("broadcast_10", "one value received by one of 10 receivers", 50_000, 2),
        new("broadcast_contention_100", "the same, of 100 receivers", 50_000, 2),
        new("broadcast_1000", "the same, of 1,000 receivers", 100_000, 2),
        new("join_3", "a join of three futures that are ready", 200_000, 2),
        new("select_2", "a select of a yield and a signal that never comes", 100_000, 1),
        .. Awaits("await_completed_7", "seven async calls that complete at once", 50_000, 3),
        .. Awaits("await_pending_7", "seven async calls that suspend four times", 20_000, 2),
        new("await_pending_7_by_hand", "seven async calls that suspend four times, resumed by hand on one thread", 20_000, 2),
        new("await_depth_1", "a suspension under 1 frame", 200_000, 2),
        new("await_depth_5", "a suspension under 5 frames", 200_000, 2),
        new("await_depth_20", "a suspension under 20 frames", 200_000, 2),
        new("await_depth_100", "a suspension under 100 frames", 200_000, 2),
        new("cancel_depth_5", "cancel a task that is suspended 5 frames deep", 2_000, 1),
        new("cancel_finally", "the same, where one of the frames has a finally", 2_000, 1),
        new("idle_tasks", "a task parked on a leaf; the bytes are what it keeps", 1_000_000, 1, QuickOps: 100_000),
        .. Workers("spawn_many_local", "spawn a task from a task, and join it", 10_000, 10),
        .. Workers("yield_many", "one yield of one of 200 tasks", 200_000, 2),
        .. Workers("ping_pong", "two tasks that exchange a message over two oneshots", 10_000, 4),
        new(
            "schedule_latency",
            $"age of a message when its task reads it, p99.9, while {LatencyRun.Tasks} tasks compute 20 us and yield",
            3000,
            1,
            QuickOps: 1000,
            MostRepetitions: 9),
        Isolation("sleeping", "block"),
        Isolation("computing", "compute"),
        .. Workload.Stuck.Select(Stuck),
        Echo(1),
        Echo(64),
        Echo(512),
        Echo(1000),
        .. Kestrel("plaintext", "a GET with a short answer", new HttpShape("/plaintext")),
        .. Kestrel("pipelined", "the same, 16 at once on a connection", new HttpShape("/plaintext", 16)),
        .. Kestrel("json", "a GET answered with JSON", new HttpShape("/json")),
        .. Kestrel("body", "a GET answered with 64 KiB", new HttpShape("/body")),
        .. Kestrel("h2c", "a GET with a short answer over HTTP/2, 10 streams a connection", new HttpShape("/plaintext", 10, HttpClientKind.H2Load)),
        .. Kestrel("websocket", "a message of 64 bytes echoed over a WebSocket", new HttpShape("/ws", Client: HttpClientKind.WebSocket)),
    ];

    /// <summary>The benchmarks whose names match.</summary>
    public static IReadOnlyList<BenchSpec> Matching(Regex? only) => [.. All.Where(b => only is null || only.IsMatch(b.Name))];

    // Against .NET's three ways to write an async method, and under a context that isn't the default one.
    private static BenchSpec[] Awaits(string name, string what, int ops, int runs) =>
    [
        new(name, $"{what}; .NET: Task", ops, runs),
        new($"{name}_valuetask", $"{what}; .NET: ValueTask", ops, runs),
        new($"{name}_pooled", $"{what}; .NET: ValueTask with the pooling builder", ops, runs),
        new($"{name}_context", $"{what}, under a context that flows; .NET: Task", ops, runs),
        new($"{name}_flow_off", $"{what}, under such a context that is not to flow; .NET: Task, flowing", ops, runs),
    ];

    // Against .NET's own, and against DotNext.Threading's.
    private static BenchSpec[] DotNext(string name, string what, int ops, int runs) =>
    [
        new(name, what, ops, runs),
        new($"{name}_dotnext", $"{what}; .NET: DotNext.Threading", ops, runs),
    ];

    // How much more of the CPU it takes where there are more or fewer workers than processors.
    private static IEnumerable<BenchSpec> Workers(string name, string what, int ops, int runs) =>
        new[] { 1, 4, 8, 16 }.Select(
            workers => new BenchSpec($"{name}_w{workers}", $"{what}; workers: {workers}", ops, runs, Workers: workers, Shape: name));

    // From one task a worker. With more workers than processors what counts is CPU time.
    private static IEnumerable<BenchSpec> Limits(string name, string what, int ops) =>
        new[] { 1, 2, 8 }.Select(
            workers => new BenchSpec($"{name}_{workers}", $"{what}, workers: {workers}", ops, 1, Workers: workers, Shape: name));

    private static BenchSpec Isolation(string name, string what) => new(
        $"blocking_isolation_{name}",
        $"worst lateness of a run: a task wakes every millisecond, while {Workload.IsolationClosures} closures {what}",
        1000,
        1,
        QuickOps: 300,
        MostRepetitions: 9);

    // In milliseconds OPS says how long they block at most.
    private static BenchSpec Stuck(int stuck) => new(
        $"stuck_delay_{stuck}",
        $"worst delay of a run: {stuck} {(stuck == 1 ? "task" : "tasks")} on two workers, each of which spawns one and blocks its thread, until all those have begun",
        5000,
        1,
        MostRepetitions: 9);

    private static BenchSpec Echo(int connections) =>
        new($"tcp_echo_{connections}", $"a 64-byte message echoed, connections: {connections}", 1, 1, connections, Workers: 1);

    // Of samples/KestrelApi, on Kioto and on Kestrel's own transport.
    private static IEnumerable<BenchSpec> Kestrel(string name, string what, HttpShape shape) =>
        new[] { 64, 256 }.Select(connections => new BenchSpec(
            $"kestrel_{name}_{connections}", $"{what}, connections: {connections}", 1, 1, connections, MostRepetitions: 9, Workers: 1, Http: shape));
}
