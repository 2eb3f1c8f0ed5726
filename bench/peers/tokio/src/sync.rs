//! Locks, signals and channels, in the shape of Tokio's own benches
//! (benches/sync_*.rs), but driven from a task on a worker, and everything is
//! known to be over before the clock stops.

use crate::benches::join_all;
use crate::stopwatch::{Sample, Stopwatch};
use std::future::Future;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Relaxed, Release};
use std::sync::Arc;
use tokio::sync::{broadcast as channel, mpsc, oneshot, watch as value, Mutex, Notify, RwLock, Semaphore};
use tokio::task::{yield_now, JoinHandle};

/// Tasks that contend for a lock.
const TASKS: usize = 8;

/// Values that bounded channels hold.
const CAPACITY: usize = 128;

/// Values that the channel of mpsc_bounded_full holds.
const FULL: usize = 100;

/// Producers of mpsc_bounded_full and mpsc_unbounded_5.
const PRODUCERS: usize = 5;

/// Tasks that are spawned together.
const CROWD: usize = 6;

pub type Medium = [i64; 64];
pub type Large = [Medium; 64];

fn share(ops: usize, parties: usize, index: usize) -> usize {
    ops / parties + usize::from(index < ops % parties)
}

async fn tasks<F>(parties: usize, ops: usize, work: impl Fn(usize, usize) -> F) -> Sample
where
    F: Future<Output = ()> + Send + 'static,
{
    let watch = Stopwatch::start();
    let handles = (0..parties)
        .map(|i| tokio::spawn(work(i, share(ops, parties, i))))
        .collect();
    join_all(handles).await;
    watch.stop(ops)
}

pub async fn mutex_uncontended(ops: usize) -> Sample {
    let mutex = Mutex::new(0usize);
    let watch = Stopwatch::start();
    for _ in 0..ops {
        *mutex.lock().await += 1;
    }
    watch.stop(ops)
}

pub async fn mutex_contended(ops: usize) -> Sample {
    let mutex = Arc::new(Mutex::new(0usize));
    tasks(TASKS, ops, |_, share| {
        let mutex = mutex.clone();
        async move {
            for _ in 0..share {
                let mut guard = mutex.lock().await;
                *guard += 1;
                yield_now().await;
            }
        }
    })
    .await
}

pub async fn rwlock_read(ops: usize) -> Sample {
    let lock = RwLock::new(0usize);
    let mut sum = 0;
    let watch = Stopwatch::start();
    for _ in 0..ops {
        sum += *lock.read().await;
    }
    watch.stop(ops - sum)
}

pub async fn rwlock_contended(ops: usize) -> Sample {
    let lock = Arc::new(RwLock::new(0usize));
    tasks(TASKS, ops, |i, share| {
        let lock = lock.clone();
        async move {
            for _ in 0..share {
                if i % 4 == 3 {
                    let mut guard = lock.write().await;
                    *guard += 1;
                    yield_now().await;
                } else {
                    let _guard = lock.read().await;
                    yield_now().await;
                }
            }
        }
    })
    .await
}

pub async fn semaphore_uncontended(ops: usize) -> Sample {
    let semaphore = Semaphore::new(10);
    let watch = Stopwatch::start();
    for _ in 0..ops {
        drop(semaphore.acquire().await);
    }
    watch.stop(ops)
}

pub async fn semaphore_contended(ops: usize) -> Sample {
    let semaphore = Arc::new(Semaphore::new(2));
    tasks(TASKS, ops, |_, share| {
        let semaphore = semaphore.clone();
        async move {
            for _ in 0..share {
                let _permit = semaphore.acquire().await.expect("it is open");
                yield_now().await;
            }
        }
    })
    .await
}

fn crowd<F>(tasks: usize, work: impl Fn() -> F) -> Vec<JoinHandle<()>>
where
    F: Future<Output = ()> + Send + 'static,
{
    (0..tasks).map(|_| tokio::spawn(work())).collect()
}

pub async fn rwlock_read_concurrent(ops: usize) -> Sample {
    let lock = Arc::new(RwLock::new(0usize));
    let watch = Stopwatch::start();
    for done in (0..ops).step_by(CROWD) {
        join_all(crowd(CROWD.min(ops - done), || read(lock.clone()))).await;
    }
    watch.stop(ops)
}

/// The writer is one of the crowd.
pub async fn rwlock_read_released(ops: usize) -> Sample {
    let lock = Arc::new(RwLock::new(0usize));
    let watch = Stopwatch::start();
    for done in (0..ops).step_by(CROWD) {
        let write = lock.write().await;
        let handles = crowd(CROWD.min(ops - done) - 1, || read(lock.clone()));
        drop(write);
        join_all(handles).await;
    }
    watch.stop(ops)
}

async fn read(lock: Arc<RwLock<usize>>) {
    std::hint::black_box(*lock.read().await);
}

pub async fn semaphore_concurrent(ops: usize, permits: usize) -> Sample {
    let semaphore = Arc::new(Semaphore::new(permits));
    let watch = Stopwatch::start();
    for done in (0..ops).step_by(CROWD) {
        join_all(crowd(CROWD.min(ops - done), || acquire(semaphore.clone()))).await;
    }
    watch.stop(ops)
}

async fn acquire(semaphore: Arc<Semaphore>) {
    drop(semaphore.acquire().await);
}

pub async fn notify_one(ops: usize, waiters: usize) -> Sample {
    let parties = waiters.min(ops);
    let both = Arc::new((Notify::new(), Notify::new()));
    let watch = Stopwatch::start();
    let handles = (0..parties)
        .map(|i| {
            let both = both.clone();
            tokio::spawn(async move {
                for _ in 0..share(ops, parties, i) {
                    both.0.notified().await;
                    both.1.notify_one();
                }
            })
        })
        .collect();
    for _ in 0..ops {
        both.0.notify_one();
        both.1.notified().await;
    }
    join_all(handles).await;
    watch.stop(ops)
}

/// For up to 32 waiters: tokio 1.24 lets go of its lock after so many, and wakes tasks that wait again meanwhile by the same
/// call, so that with more the rounds don't come out even, and the last of them never ends.
pub async fn notify_waiters(ops: usize, waiters: usize) -> Sample {
    let parties = waiters.min(ops);
    let all = Arc::new((Notify::new(), Notify::new(), AtomicUsize::new(parties)));
    let watch = Stopwatch::start();
    let handles = (0..parties)
        .map(|i| {
            let all = all.clone();
            tokio::spawn(async move {
                for _ in 0..share(ops, parties, i) {
                    // Made before we are counted: it hears what is notified from here on.
                    let next = all.0.notified();
                    if all.2.fetch_sub(1, AcqRel) == 1 {
                        all.1.notify_one();
                    }
                    next.await;
                }
            })
        })
        .collect();
    for done in (0..ops).step_by(parties) {
        all.1.notified().await;
        all.2.store(parties.min(ops.saturating_sub(done + parties)), Release);
        all.0.notify_waiters();
    }
    join_all(handles).await;
    watch.stop(ops)
}

struct Ping(oneshot::Sender<Pong>);
struct Pong(oneshot::Sender<Ping>);

pub async fn oneshot_round_trip(ops: usize) -> Sample {
    let (mut sender, mut receiver) = oneshot::channel::<Ping>();
    let watch = Stopwatch::start();
    let echo = tokio::spawn(async move {
        for _ in 0..ops {
            let ping = receiver.await.expect("a ping comes");
            let (reply, next) = oneshot::channel();
            receiver = next;
            let _ = ping.0.send(Pong(reply));
        }
    });
    for _ in 0..ops {
        let (reply, answer) = oneshot::channel();
        let _ = sender.send(Ping(reply));
        sender = answer.await.expect("a pong comes").0;
    }
    echo.await.expect("no task panics");
    watch.stop(ops)
}

pub async fn mpsc_request_reply(ops: usize) -> Sample {
    let (requests, mut receiver) = mpsc::channel::<oneshot::Sender<i32>>(10);
    let watch = Stopwatch::start();
    let server = tokio::spawn(async move {
        while let Some(reply) = receiver.recv().await {
            let _ = reply.send(1);
        }
    });
    for _ in 0..ops {
        let (reply, answer) = oneshot::channel();
        requests.send(reply).await.expect("the server lives");
        answer.await.expect("it answers");
    }
    drop(requests);
    server.await.expect("no task panics");
    watch.stop(ops)
}

pub async fn mpsc_bounded(ops: usize, producers: usize) -> Sample {
    bounded(ops, producers, CAPACITY).await
}

pub async fn mpsc_bounded_full(ops: usize) -> Sample {
    bounded(ops, PRODUCERS, FULL).await
}

async fn bounded(ops: usize, producers: usize, capacity: usize) -> Sample {
    let (sender, mut receiver) = mpsc::channel::<i32>(capacity);
    let watch = Stopwatch::start();
    let handles = (0..producers)
        .map(|i| {
            let sender = sender.clone();
            tokio::spawn(async move {
                for j in 0..share(ops, producers, i) {
                    sender.send(j as i32).await.expect("the receiver lives");
                }
            })
        })
        .collect();
    drop(sender);
    while receiver.recv().await.is_some() {}
    join_all(handles).await;
    watch.stop(ops)
}

pub async fn mpsc_unbounded_5(ops: usize) -> Sample {
    let (sender, mut receiver) = mpsc::unbounded_channel::<i32>();
    let watch = Stopwatch::start();
    let handles = (0..PRODUCERS)
        .map(|i| {
            let sender = sender.clone();
            tokio::spawn(async move {
                for j in 0..share(ops, PRODUCERS, i) {
                    sender.send(j as i32).expect("the receiver lives");
                    if j % CAPACITY == 0 {
                        yield_now().await;
                    }
                }
            })
        })
        .collect();
    drop(sender);
    while receiver.recv().await.is_some() {}
    join_all(handles).await;
    watch.stop(ops)
}

/// A channel of 100 values of 512 bytes, made and closed.
pub async fn mpsc_create(ops: usize) -> Sample {
    let watch = Stopwatch::start();
    for _ in 0..ops {
        drop(std::hint::black_box(mpsc::channel::<Medium>(FULL)));
    }
    watch.stop(ops)
}

/// A channel of 1,000, and one value through it.
pub async fn mpsc_send<T: Copy>(ops: usize, value: T) -> Sample {
    let watch = Stopwatch::start();
    for _ in 0..ops {
        let (sender, mut receiver) = mpsc::channel::<T>(1000);
        let _ = sender.send(std::hint::black_box(value)).await;
        std::hint::black_box(receiver.recv().await);
    }
    watch.stop(ops)
}

pub async fn mpsc_unbounded(ops: usize) -> Sample {
    let (sender, mut receiver) = mpsc::unbounded_channel::<usize>();
    let watch = Stopwatch::start();
    let handle = tokio::spawn(async move {
        for j in 0..ops {
            sender.send(j).expect("the receiver lives");
            if j % CAPACITY == 0 {
                yield_now().await;
            }
        }
    });
    while receiver.recv().await.is_some() {}
    handle.await.expect("no task panics");
    watch.stop(ops)
}

pub async fn watch(ops: usize, receivers: usize) -> Sample {
    let parties = receivers.min(ops);
    let (sender, first) = value::channel(0usize);
    let all = Arc::new((Notify::new(), AtomicUsize::new(parties)));
    let watch = Stopwatch::start();
    let handles = (0..parties)
        .map(|i| {
            let mut mine = first.clone();
            let all = all.clone();
            tokio::spawn(async move {
                for _ in 0..share(ops, parties, i) {
                    mine.changed().await.expect("the sender lives");
                    if all.1.fetch_sub(1, Relaxed) == 1 {
                        all.0.notify_one();
                    }
                }
            })
        })
        .collect();
    for done in (0..ops).step_by(parties) {
        all.1.store(parties.min(ops - done), Relaxed);
        let _ = sender.send(done);
        all.0.notified().await;
    }
    join_all(handles).await;
    watch.stop(ops)
}

pub async fn broadcast(ops: usize, receivers: usize) -> Sample {
    let parties = receivers.min(ops);
    let (sender, first) = channel::channel::<usize>(CAPACITY);
    let all = Arc::new((Notify::new(), AtomicUsize::new(parties)));
    let watch = Stopwatch::start();
    let handles = (0..parties)
        .map(|i| {
            let mut mine = sender.subscribe();
            let all = all.clone();
            tokio::spawn(async move {
                for _ in 0..share(ops, parties, i) {
                    mine.recv().await.expect("nothing is missed");
                    if all.1.fetch_sub(1, Relaxed) == 1 {
                        all.0.notify_one();
                    }
                }
            })
        })
        .collect();
    drop(first);
    for done in (0..ops).step_by(parties) {
        all.1.store(parties.min(ops - done), Relaxed);
        let _ = sender.send(done);
        all.0.notified().await;
    }
    join_all(handles).await;
    watch.stop(ops)
}
