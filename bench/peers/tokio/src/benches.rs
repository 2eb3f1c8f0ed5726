//! The benchmarks, in the shape of Tokio's own (benches/rt_multi_threaded.rs,
//! rt_current_thread.rs and spawn_blocking.rs).
//!
//! Tokio's drive the work from `block_on`, which runs on a thread that is no
//! worker: whatever that thread spawns goes through the injection queue and a
//! wake-up. Programs mostly spawn from inside tasks, so here the plain names
//! drive the work from a task, on a worker, and `_main` is Tokio's way.
//!
//! Counters are statics where Tokio's benches clone an `Arc` into every task: a
//! peer with a garbage collector pays no such count, so this one should not.

use crate::awaits;
use crate::isolation;
use crate::latency;
use crate::stopwatch::{Sample, Stopwatch};
use crate::sync;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, Notify};
use tokio::task::{yield_now, JoinHandle};
use tokio::time::{sleep, Sleep};

/// Runs one repetition on so many workers, of about so many operations.
type Bench = fn(&mut Runtimes, usize, usize) -> Outcome;

/// The error says why there can be no figure.
pub type Outcome = Result<Sample, String>;

pub const ALL: &[(&str, Bench)] = &[
    ("spawn_many_local", |rts, w, ops| {
        on_worker(rts.multi(w), spawn_many(ops))
    }),
    ("spawn_many_local_main", |rts, w, ops| {
        on_main(rts.multi(w), spawn_many(ops))
    }),
    ("spawn_many_remote_idle", |rts, w, ops| {
        Ok(spawn_remote(rts.multi(w), ops))
    }),
    ("spawn_many_remote_busy1", |rts, w, ops| {
        rts.spawn_remote_busy(w, ops, 2 * w, Load::Yielding)
    }),
    ("spawn_many_remote_busy2", |rts, w, ops| {
        rts.spawn_remote_busy(w, ops, w, Load::Respawning)
    }),
    ("spawn_many_remote_busy2_queued", |rts, w, ops| {
        rts.spawn_remote_busy(w, ops, w, Load::Requeueing)
    }),
    ("yield_many", |rts, w, ops| on_worker(rts.multi(w), yield_many(ops))),
    ("yield_many_main", |rts, w, ops| on_main(rts.multi(w), yield_many(ops))),
    ("ping_pong", |rts, w, ops| on_worker(rts.multi(w), ping_pong(ops))),
    ("ping_pong_main", |rts, w, ops| on_main(rts.multi(w), ping_pong(ops))),
    ("chained_spawn", |rts, w, ops| {
        on_worker(rts.multi(w), chained_spawn(ops))
    }),
    ("chained_spawn_main", |rts, w, ops| {
        on_main(rts.multi(w), chained_spawn(ops))
    }),
    ("current_thread_spawn", |rts, _, ops| {
        on_main(rts.current_thread(), spawn_many_empty(ops))
    }),
    ("current_thread_yield", |rts, _, ops| {
        on_main(rts.current_thread(), yield_many(ops))
    }),
    ("await_completed_7", |rts, _, ops| {
        on_worker(rts.multi(1), awaits::seven(ops, false))
    }),
    ("await_pending_7", |rts, _, ops| {
        on_worker(rts.multi(1), awaits::seven(ops, true))
    }),
    ("await_depth_1", |rts, _, ops| on_worker(rts.multi(1), awaits::depth(1, ops))),
    ("await_depth_5", |rts, _, ops| on_worker(rts.multi(1), awaits::depth(5, ops))),
    ("await_depth_20", |rts, _, ops| on_worker(rts.multi(1), awaits::depth(20, ops))),
    ("await_depth_100", |rts, _, ops| on_worker(rts.multi(1), awaits::depth(100, ops))),
    ("cancel_depth_5", |rts, w, ops| on_worker(rts.multi(w), awaits::cancel(ops))),
    ("idle_tasks", |rts, w, ops| Ok(awaits::park(rts.multi(w), ops))),
    ("schedule_latency", |rts, w, ops| {
        latency::run(rts.multi(w), ops).map_err(|e| e.to_string())
    }),
    ("blocking_isolation_sleeping", |rts, w, ops| {
        Ok(isolation::run(rts.multi(w), false, ops))
    }),
    ("blocking_isolation_computing", |rts, w, ops| {
        Ok(isolation::run(rts.multi(w), true, ops))
    }),
    ("remote_spawn_1", |rts, w, ops| Ok(remote_spawn(rts.multi(w), 1, ops))),
    ("remote_spawn_2", |rts, w, ops| Ok(remote_spawn(rts.multi(w), 2, ops))),
    ("remote_spawn_8", |rts, w, ops| Ok(remote_spawn(rts.multi(w), 8, ops))),
    ("spawn_blocking", |rts, w, ops| {
        on_worker(rts.multi_with_blocking(w, w), spawn_blocking(w, ops))
    }),
    ("spawn_blocking_one", |rts, w, ops| {
        on_worker(rts.multi_with_blocking(w, w), spawn_blocking_one(ops))
    }),
    ("spawn_blocking_concurrent", |rts, w, ops| {
        on_worker(
            rts.multi_with_blocking(w, BLOCKING_TASKS),
            spawn_blocking(BLOCKING_TASKS, ops),
        )
    }),
    ("time_now", |rts, w, ops| on_worker(rts.multi(w), time_now(ops))),
    ("sleep_create_drop", |rts, w, ops| {
        on_worker(rts.multi(w), sleep_create_drop(ops))
    }),
    ("sleep_reset", |rts, w, ops| on_worker(rts.multi(w), sleep_reset(ops))),
    ("sleep_1ms", |rts, w, ops| on_worker(rts.multi(w), sleep_1ms(ops))),
    ("sleep_many", |rts, w, ops| on_worker(rts.multi(w), sleep_many(ops))),
    ("timer_arm_cancel", |rts, w, ops| {
        on_worker(rts.multi(w), timer_arm_cancel(ops))
    }),
    ("sleep_1ms_p50", |rts, w, ops| {
        on_worker(rts.multi(w), sleep_1ms_percentile(ops, 50, false))
    }),
    ("sleep_1ms_p99", |rts, w, ops| {
        on_worker(rts.multi(w), sleep_1ms_percentile(ops, 99, false))
    }),
    ("sleep_1ms_sporadic", |rts, w, ops| {
        on_worker(rts.multi(w), sleep_1ms_percentile(ops, 50, true))
    }),
    ("idle_sleeps", |rts, w, ops| awaits::idle_sleeps(rts.multi(w), ops)),
    ("timeout_ready", |rts, w, ops| Ok(limits(rts.multi(w), w, false, true, ops))),
    ("timeout_yield", |rts, w, ops| Ok(limits(rts.multi(w), w, true, true, ops))),
    ("unlimited_ready", |rts, w, ops| Ok(limits(rts.multi(w), w, false, false, ops))),
    ("unlimited_yield", |rts, w, ops| Ok(limits(rts.multi(w), w, true, false, ops))),
    ("mutex_uncontended", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mutex_uncontended(ops))
    }),
    ("mutex_contended", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mutex_contended(ops))
    }),
    ("rwlock_read", |rts, w, ops| {
        on_worker(rts.multi(w), sync::rwlock_read(ops))
    }),
    ("rwlock_contended", |rts, w, ops| {
        on_worker(rts.multi(w), sync::rwlock_contended(ops))
    }),
    ("semaphore_uncontended", |rts, w, ops| {
        on_worker(rts.multi(w), sync::semaphore_uncontended(ops))
    }),
    ("semaphore_contended", |rts, w, ops| {
        on_worker(rts.multi(w), sync::semaphore_contended(ops))
    }),
    ("notify_one", |rts, w, ops| {
        on_worker(rts.multi(w), sync::notify_one(ops, 1))
    }),
    ("oneshot_round_trip", |rts, w, ops| {
        on_worker(rts.multi(w), sync::oneshot_round_trip(ops))
    }),
    ("mpsc_request_reply", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_request_reply(ops))
    }),
    ("mpsc_unbounded", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_unbounded(ops))
    }),
    ("mpsc_bounded", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_bounded(ops, 1))
    }),
    ("mpsc_bounded_10", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_bounded(ops, 10))
    }),
    ("mpsc_bounded_100", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_bounded(ops, 100))
    }),
    ("watch_10", |rts, w, ops| {
        on_worker(rts.multi(w), sync::watch(ops, 10))
    }),
    ("watch_1000", |rts, w, ops| {
        on_worker(rts.multi(w), sync::watch(ops, 1000))
    }),
    ("broadcast_10", |rts, w, ops| {
        on_worker(rts.multi(w), sync::broadcast(ops, 10))
    }),
    ("broadcast_1000", |rts, w, ops| {
        on_worker(rts.multi(w), sync::broadcast(ops, 1000))
    }),
    ("notify_one_10", |rts, w, ops| {
        on_worker(rts.multi(w), sync::notify_one(ops, 10))
    }),
    ("notify_one_50", |rts, w, ops| {
        on_worker(rts.multi(w), sync::notify_one(ops, 50))
    }),
    ("notify_one_100", |rts, w, ops| {
        on_worker(rts.multi(w), sync::notify_one(ops, 100))
    }),
    ("notify_one_200", |rts, w, ops| {
        on_worker(rts.multi(w), sync::notify_one(ops, 200))
    }),
    ("notify_one_500", |rts, w, ops| {
        on_worker(rts.multi(w), sync::notify_one(ops, 500))
    }),
    ("notify_waiters_10", |rts, w, ops| {
        on_worker(rts.multi(w), sync::notify_waiters(ops, 10))
    }),
    ("rwlock_read_concurrent", |rts, w, ops| {
        on_worker(rts.multi(w), sync::rwlock_read_concurrent(ops))
    }),
    ("rwlock_read_released", |rts, w, ops| {
        on_worker(rts.multi(w), sync::rwlock_read_released(ops))
    }),
    ("semaphore_concurrent", |rts, w, ops| {
        on_worker(rts.multi(w), sync::semaphore_concurrent(ops, 10))
    }),
    ("semaphore_concurrent_scarce", |rts, w, ops| {
        on_worker(rts.multi(w), sync::semaphore_concurrent(ops, 5))
    }),
    ("mpsc_bounded_full", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_bounded_full(ops))
    }),
    ("mpsc_unbounded_5", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_unbounded_5(ops))
    }),
    ("mpsc_create", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_create(ops))
    }),
    ("mpsc_send_small", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_send(ops, 0i32))
    }),
    ("mpsc_send_medium", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_send::<sync::Medium>(ops, [0; 64]))
    }),
    ("mpsc_send_large", |rts, w, ops| {
        on_worker(rts.multi(w), sync::mpsc_send::<sync::Large>(ops, [[0; 64]; 64]))
    }),
    ("watch_contention_100", |rts, w, ops| {
        on_worker(rts.multi(w), sync::watch(ops, 100))
    }),
    ("broadcast_contention_100", |rts, w, ops| {
        on_worker(rts.multi(w), sync::broadcast(ops, 100))
    }),
    ("join_3", |rts, w, ops| on_worker(rts.multi(w), join_3(ops))),
    ("select_2", |rts, w, ops| on_worker(rts.multi(w), select_2(ops))),
];

// ---- Runtimes ---------------------------------------------------------------

/// Every runtime ever asked for, kept so that no repetition creates threads.
#[derive(Default)]
pub struct Runtimes {
    multi: HashMap<usize, Runtime>,
    blocking_ready: HashSet<(usize, usize)>,
    current_thread: Option<Runtime>,
    starving: HashSet<(usize, Load)>,
}

impl Runtimes {
    fn multi(&mut self, workers: usize) -> &Runtime {
        self.multi.entry(workers).or_insert_with(|| {
            Builder::new_multi_thread()
                .worker_threads(workers)
                // By default a blocking thread goes after ten idle seconds,
                // which is less than the other peers' turns may take.
                .thread_keep_alive(Duration::from_secs(24 * 60 * 60))
                .enable_all()
                .build()
                .expect("a multi-threaded runtime starts")
        })
    }

    /// The same runtime, its blocking pool grown to all that so many tasks can
    /// use at once.
    fn multi_with_blocking(&mut self, workers: usize, tasks: usize) -> &Runtime {
        if self.blocking_ready.insert((workers, tasks)) {
            grow_blocking_pool(self.multi(workers), tasks * BLOCKING_BATCH);
        }
        self.multi(workers)
    }

    /// Without I/O and time drivers, as in Tokio's benches.
    fn current_thread(&mut self) -> &Runtime {
        self.current_thread.get_or_insert_with(|| {
            Builder::new_current_thread()
                .build()
                .expect("a current-thread runtime starts")
        })
    }
}

/// Closures that wait for each other cannot share a thread.
fn grow_blocking_pool(rt: &Runtime, threads: usize) {
    let all_here = Arc::new(Barrier::new(threads));
    let handles = (0..threads)
        .map(|_| {
            let all_here = all_here.clone();
            rt.spawn_blocking(move || {
                all_here.wait();
            })
        })
        .collect();
    rt.block_on(join_all(handles));
}

/// Drives `work` from a task: it runs, and takes its times, on a worker.
fn on_worker(rt: &Runtime, work: impl Future<Output = Sample> + Send + 'static) -> Outcome {
    Ok(rt.block_on(rt.spawn(work)).expect("the driver task ran to its end"))
}

/// Drives `work` from `block_on`, on a thread that is no worker of a
/// multi-threaded runtime (and the only thread of a current-thread one).
fn on_main(rt: &Runtime, work: impl Future<Output = Sample>) -> Outcome {
    Ok(rt.block_on(work))
}

pub async fn join_all(mut handles: Vec<JoinHandle<()>>) {
    for handle in handles.drain(..) {
        handle.await.expect("no task panics");
    }
}

// ---- Spawning ---------------------------------------------------------------

async fn spawn_many(ops: usize) -> Sample {
    static LEFT: AtomicUsize = AtomicUsize::new(0);
    LEFT.store(ops, Relaxed);
    let mut handles = Vec::with_capacity(ops);

    let watch = Stopwatch::start();
    for _ in 0..ops {
        handles.push(tokio::spawn(async {
            LEFT.fetch_sub(1, Relaxed);
        }));
    }
    join_all(handles).await;
    let sample = watch.stop(ops);

    assert_eq!(LEFT.load(Relaxed), 0, "every task ran");
    sample
}

async fn spawn_many_empty(ops: usize) -> Sample {
    let mut handles = Vec::with_capacity(ops);
    let watch = Stopwatch::start();
    for _ in 0..ops {
        handles.push(tokio::spawn(async {}));
    }
    join_all(handles).await;
    watch.stop(ops)
}

/// Long enough for workers to park, or for a background load to be everywhere.
const SETTLE: Duration = Duration::from_millis(2);

/// Spawns from this thread, which is no worker.
fn spawn_remote(rt: &Runtime, ops: usize) -> Sample {
    let mut handles = Vec::with_capacity(ops);
    thread::sleep(SETTLE);

    let watch = Stopwatch::start();
    for _ in 0..ops {
        handles.push(rt.spawn(async {}));
    }
    rt.block_on(join_all(handles));
    watch.stop(ops)
}

/// Spawns from so many threads at once, none of them a worker. The clock starts
/// when all of them are there.
fn remote_spawn(rt: &Runtime, threads: usize, ops: usize) -> Sample {
    let start = Barrier::new(threads + 1);
    thread::scope(|scope| {
        let spawners: Vec<_> = (0..threads)
            .map(|i| {
                let start = &start;
                scope.spawn(move || {
                    let share = ops / threads + usize::from(i < ops % threads);
                    let mut handles = Vec::with_capacity(share);
                    start.wait();
                    for _ in 0..share {
                        handles.push(rt.spawn(async {}));
                    }
                    handles
                })
            })
            .collect();
        thread::sleep(SETTLE);

        let watch = Stopwatch::start();
        start.wait();
        let spawned: Vec<_> = spawners
            .into_iter()
            .map(|spawner| spawner.join().expect("no spawner panics"))
            .collect();
        for handles in spawned {
            rt.block_on(join_all(handles));
        }
        watch.stop(ops)
    })
}

/// What keeps the workers busy while tasks are spawned from outside.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Load {
    Yielding,
    Respawning,
    Requeueing,
}

impl Load {
    fn start(self, rt: &Runtime, busy: Busy) {
        match self {
            Load::Yielding => rt.spawn(yielding_load(busy)),
            Load::Respawning => rt.spawn(async { respawning_load(busy) }),
            Load::Requeueing => rt.spawn(async { requeueing_load(busy) }),
        };
    }
}

impl Runtimes {
    /// Spawns from this thread while `loads` tasks keep the workers busy.
    fn spawn_remote_busy(&mut self, workers: usize, ops: usize, loads: usize, load: Load) -> Outcome {
        let starved = || Err(format!("starved: spawned tasks had not all run after {:?}", patience()));
        if self.starving.contains(&(workers, load)) {
            return starved();
        }
        let rt = self.multi(workers);
        let stop = Arc::new(AtomicBool::new(false));
        let (alive, all_ended) = mpsc::channel();
        for _ in 0..loads {
            load.start(
                rt,
                Busy {
                    stop: stop.clone(),
                    _alive: alive.clone(),
                },
            );
        }
        drop(alive);

        let (sample, gave_up) = with_patience(&stop, || spawn_remote(rt, ops));

        // The runtime is used again: leave it idle.
        stop.store(true, Relaxed);
        all_ended.recv().expect_err("nothing is ever sent");

        if gave_up {
            // Would be so the next time, too: do not wait for it again.
            self.starving.insert((workers, load));
            return starved();
        }
        Ok(sample)
    }
}

/// A load may keep what is spawned from outside from ever running. The harness says
/// for how long to put up with that.
fn patience() -> Duration {
    std::env::var("KIOTO_PEER_PATIENCE_MS")
        .ok()
        .and_then(|millis| millis.parse().ok())
        .map_or(Duration::from_secs(3), Duration::from_millis)
}

/// Runs `work` and sets `stop` when it takes too long. Also says whether it did.
fn with_patience<T>(stop: &AtomicBool, work: impl FnOnce() -> T) -> (T, bool) {
    let (done, when_done) = mpsc::channel::<Infallible>();
    thread::scope(|scope| {
        let watchdog = scope.spawn(move || {
            let gave_up = when_done.recv_timeout(patience()) == Err(RecvTimeoutError::Timeout);
            stop.fetch_or(gave_up, Relaxed);
            gave_up
        });
        let result = work();
        drop(done);
        (result, watchdog.join().expect("the watchdog does not panic"))
    })
}

/// What a background load holds on to until it ends.
struct Busy {
    stop: Arc<AtomicBool>,
    _alive: mpsc::Sender<Infallible>,
}

impl Busy {
    fn goes_on(&self) -> bool {
        !self.stop.load(Relaxed)
    }
}

/// Burns CPU and yields. A yield ranks below a wake-up in Tokio's scheduler.
async fn yielding_load(busy: Busy) {
    while busy.goes_on() {
        yield_now().await;
        stall();
    }
}

/// Burns CPU and spawns its own successor. A spawn ranks as high as a wake-up.
///
/// Tokio's bench of this is younger than Tokio 1.24, and for a reason: until its
/// pull requests 5686 and 5712 (May 2023) a worker ran what landed in its LIFO
/// slot for as long as something did, and never looked at the injection queue.
/// With every worker held like that, nothing spawned from outside ever runs.
fn respawning_load(busy: Busy) {
    tokio::spawn(async move {
        if busy.goes_on() {
            stall();
            respawning_load(busy);
        }
    });
}

/// The same, but an empty task spawned after the successor pushes it out of the
/// LIFO slot and into the worker's queue, which no version lets starve others.
fn requeueing_load(busy: Busy) {
    tokio::spawn(async move {
        if busy.goes_on() {
            stall();
            requeueing_load(busy);
            tokio::spawn(async {});
        }
    });
}

fn stall() {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(10) {
        thread::yield_now();
    }
}

// ---- Yielding, ping-pong, chains --------------------------------------------

async fn yield_many(ops: usize) -> Sample {
    const TASKS: usize = 200;
    let yields = (ops / TASKS).max(1);
    let mut handles = Vec::with_capacity(TASKS);

    let watch = Stopwatch::start();
    for _ in 0..TASKS {
        handles.push(tokio::spawn(async move {
            for _ in 0..yields {
                yield_now().await;
            }
        }));
    }
    join_all(handles).await;
    watch.stop(TASKS * yields)
}

/// Most operations in flight at once, where operations come in rounds.
const ROUND: usize = 1000;

/// The sizes of the rounds that make up `ops`.
fn rounds(ops: usize) -> impl Iterator<Item = usize> {
    (0..ops).step_by(ROUND).map(move |done| ROUND.min(ops - done))
}

async fn ping_pong(ops: usize) -> Sample {
    static LEFT: AtomicUsize = AtomicUsize::new(0);
    static DONE: Notify = Notify::const_new();

    async fn pair() {
        let (ping, pinged) = oneshot::channel();
        let (pong, ponged) = oneshot::channel();
        tokio::spawn(async move {
            pinged.await.unwrap();
            pong.send(()).unwrap();
        });
        ping.send(()).unwrap();
        ponged.await.unwrap();

        if LEFT.fetch_sub(1, Relaxed) == 1 {
            DONE.notify_one();
        }
    }

    let watch = Stopwatch::start();
    for pairs in rounds(ops) {
        LEFT.store(pairs, Relaxed);
        tokio::spawn(async move {
            for _ in 0..pairs {
                tokio::spawn(pair());
            }
        });
        DONE.notified().await;
    }
    watch.stop(ops)
}

async fn chained_spawn(ops: usize) -> Sample {
    static DONE: Notify = Notify::const_new();

    fn link(left: usize) {
        tokio::spawn(async move {
            match left {
                1 => DONE.notify_one(),
                _ => link(left - 1),
            }
        });
    }

    let watch = Stopwatch::start();
    for links in rounds(ops) {
        link(links);
        DONE.notified().await;
    }
    watch.stop(ops)
}

// ---- Blocking closures, timers ----------------------------------------------

/// Closures a task has in the blocking pool at once.
const BLOCKING_BATCH: usize = 16;

/// Tasks of the concurrent bench: together they have as many closures under way
/// as the pool may have threads.
const BLOCKING_TASKS: usize = 32;

/// One task that joins each closure before it starts the next.
async fn spawn_blocking_one(ops: usize) -> Sample {
    let watch = Stopwatch::start();
    for _ in 0..ops {
        tokio::task::spawn_blocking(|| ())
            .await
            .expect("no closure panics");
    }
    watch.stop(ops)
}

/// So many tasks; each joins one batch before it starts the next.
async fn spawn_blocking(tasks: usize, ops: usize) -> Sample {
    async fn batches(ops: usize) {
        let mut handles = Vec::with_capacity(BLOCKING_BATCH);
        for done in (0..ops).step_by(BLOCKING_BATCH) {
            for _ in 0..BLOCKING_BATCH.min(ops - done) {
                handles.push(tokio::task::spawn_blocking(|| ()));
            }
            for handle in handles.drain(..) {
                handle.await.expect("no closure panics");
            }
        }
    }

    let watch = Stopwatch::start();
    let handles = (0..tasks)
        .map(|i| tokio::spawn(batches(ops / tasks + usize::from(i < ops % tasks))))
        .collect();
    join_all(handles).await;
    watch.stop(ops)
}

/// A timeout that never strikes, which is what most timers are.
async fn timer_arm_cancel(ops: usize) -> Sample {
    /// The first poll is what puts a timer on the wheel; its drop takes it off.
    struct Armed<'a>(Pin<&'a mut Sleep>);

    impl Future for Armed<'_> {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            assert!(self.0.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        }
    }

    let watch = Stopwatch::start();
    for _ in 0..ops {
        let sleep = sleep(Duration::from_secs(60));
        tokio::pin!(sleep);
        Armed(sleep).await;
    }
    watch.stop(ops)
}

async fn time_now(ops: usize) -> Sample {
    let watch = Stopwatch::start();
    let start = tokio::time::Instant::now();
    let mut later = 0;
    for _ in 0..ops {
        later += usize::from(tokio::time::Instant::now() > start);
    }
    std::hint::black_box(later);
    watch.stop(ops)
}

async fn sleep_create_drop(ops: usize) -> Sample {
    let watch = Stopwatch::start();
    for _ in 0..ops {
        let _ = std::hint::black_box(sleep(Duration::from_secs(60)));
    }
    watch.stop(ops)
}

async fn sleep_reset(ops: usize) -> Sample {
    let sleep = sleep(Duration::from_secs(60));
    tokio::pin!(sleep);
    std::future::poll_fn(|cx| {
        assert!(sleep.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    let watch = Stopwatch::start();
    for _ in 0..ops {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        sleep.as_mut().reset(deadline);
    }
    watch.stop(ops)
}

async fn sleep_1ms(ops: usize) -> Sample {
    let watch = Stopwatch::start();
    for _ in 0..ops {
        sleep(Duration::from_millis(1)).await;
    }
    watch.stop(ops)
}

/// How long a sleep of a millisecond takes: the one of many that so many percent do not exceed.
async fn sleep_1ms_percentile(ops: usize, percent: usize, sporadic: bool) -> Sample {
    let ops = if sporadic { (ops / 100).max(1) } else { ops };
    let mut nanos = Vec::with_capacity(ops);
    let watch = Stopwatch::start();
    for _ in 0..ops {
        if sporadic {
            sleep(Duration::from_millis(100)).await;
        }
        let start = Instant::now();
        sleep(Duration::from_millis(1)).await;
        nanos.push(start.elapsed().as_nanos() as u64);
    }
    let mut sample = watch.stop(1);
    nanos.sort_unstable();
    sample.wall_ns = nanos[((ops * percent).div_ceil(100)).max(1) - 1];
    sample
}

/// Time limits that never strike, from as many tasks as workers. Without a limit: what the rest of the row takes.
fn limits(rt: &Runtime, tasks: usize, yields: bool, limited: bool, ops: usize) -> Sample {
    const MINUTE: Duration = Duration::from_secs(60);

    #[inline(never)]
    async fn ready() {}

    rt.block_on(async {
        let watch = Stopwatch::start();
        let handles = (0..tasks)
            .map(|i| {
                let share = ops / tasks + usize::from(i < ops % tasks);
                tokio::spawn(async move {
                    for _ in 0..share {
                        if !limited {
                            if yields {
                                yield_now().await;
                            } else {
                                ready().await;
                            }
                        } else if yields {
                            tokio::time::timeout(MINUTE, yield_now()).await.expect("in time");
                        } else {
                            tokio::time::timeout(MINUTE, ready()).await.expect("in time");
                        }
                    }
                })
            })
            .collect();
        join_all(handles).await;
        watch.stop(ops)
    })
}

async fn sleep_many(ops: usize) -> Sample {
    let mut handles = Vec::with_capacity(ops);
    let watch = Stopwatch::start();
    for i in 0..ops {
        handles.push(tokio::spawn(sleep(Duration::from_millis(1 + (i % 50) as u64))));
    }
    for handle in handles {
        handle.await.expect("a sleep ends");
    }
    watch.stop(ops)
}

// ---- Several futures at once ------------------------------------------------

async fn join_3(ops: usize) -> Sample {
    // Out of line: what is joined comes from somewhere else.
    #[inline(never)]
    fn ready(value: usize) -> std::future::Ready<usize> {
        std::future::ready(value)
    }

    let mut sum = 0usize;
    let watch = Stopwatch::start();
    for i in 0..ops {
        let (a, b, c) = tokio::join!(ready(i), ready(i), ready(i));
        sum = sum.wrapping_add(a + b + c);
    }
    std::hint::black_box(sum);
    watch.stop(ops)
}

async fn select_2(ops: usize) -> Sample {
    static NEVER: Notify = Notify::const_new();

    let watch = Stopwatch::start();
    for _ in 0..ops {
        tokio::select! {
            () = yield_now() => (),
            () = NEVER.notified() => unreachable!("the signal never comes"),
        }
    }
    watch.stop(ops)
}
