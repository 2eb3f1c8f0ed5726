//! What calls cost: seven that suspend four times or never, a suspension under so
//! many frames, cancelled chains, and the memory of parked tasks.

use crate::stopwatch::{Sample, Stopwatch};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::yield_now;

/// One operation is seven calls; each of the four leaves suspends once, or none.
pub async fn seven(ops: usize, suspend: bool) -> Sample {
    let watch = Stopwatch::start();
    let mut sum = 0;
    for _ in 0..ops {
        sum += root(std::hint::black_box(suspend)).await;
    }
    let sample = watch.stop(ops);
    assert_eq!(sum, 10 * ops, "every call ran");
    sample
}

async fn root(suspend: bool) -> usize {
    left(suspend).await + right(suspend).await
}

async fn left(suspend: bool) -> usize {
    leaf(suspend, 1).await + leaf(suspend, 2).await
}

async fn right(suspend: bool) -> usize {
    leaf(suspend, 3).await + leaf(suspend, 4).await
}

async fn leaf(suspend: bool, value: usize) -> usize {
    if suspend {
        yield_now().await;
    }
    value
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// One operation is one suspension and resumption under so many frames. A depth
/// that is known at run time only has to be boxed.
pub fn depth(depth: usize, ops: usize) -> Boxed<Sample> {
    Box::pin(async move {
        if depth > 1 {
            return self::depth(depth - 1, ops).await;
        }
        let watch = Stopwatch::start();
        for _ in 0..ops {
            yield_now().await;
        }
        watch.stop(ops)
    })
}

/// One operation aborts a task that is suspended five frames deep, and joins it.
pub async fn cancel(ops: usize) -> Sample {
    static SUSPENDED: AtomicUsize = AtomicUsize::new(0);

    fn nested(depth: usize) -> Boxed<usize> {
        Box::pin(async move {
            if depth > 0 {
                return nested(depth - 1).await + 1;
            }
            SUSPENDED.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>().await;
            0
        })
    }

    SUSPENDED.store(0, Ordering::Relaxed);
    let handles: Vec<_> = (0..ops).map(|_| tokio::spawn(nested(4))).collect();
    while SUSPENDED.load(Ordering::Relaxed) < ops {
        yield_now().await;
    }

    let watch = Stopwatch::start();
    for handle in &handles {
        handle.abort();
    }
    for handle in handles {
        assert!(handle.await.unwrap_err().is_cancelled());
    }
    watch.stop(ops)
}

/// One for all tasks, with places for all wakers: what it keeps is not the tasks'.
struct Gate {
    open: AtomicBool,
    waiting: AtomicUsize,
    wakers: Vec<Mutex<Option<Waker>>>,
}

struct Wait(Arc<Gate>);

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let gate = &self.0;
        if gate.open.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        let place = gate.waiting.fetch_add(1, Ordering::Relaxed);
        *gate.wakers[place].lock().unwrap() = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// One operation is one parked task, spawned by this thread. Its bytes are what it
/// keeps, where the allocator can tell.
pub fn park(rt: &Runtime, ops: usize) -> Sample {
    let gate = Arc::new(Gate {
        open: AtomicBool::new(false),
        waiting: AtomicUsize::new(0),
        wakers: (0..ops).map(|_| Mutex::new(None)).collect(),
    });
    let mut handles = Vec::with_capacity(ops);
    let before = allocated();

    let watch = Stopwatch::start();
    for _ in 0..ops {
        let gate = gate.clone();
        handles.push(rt.spawn(async move { Wait(gate).await }));
    }
    while gate.waiting.load(Ordering::Relaxed) < ops {
        thread::yield_now();
    }
    let mut sample = watch.stop(ops);

    sample.bytes = before.and_then(|before| Some(allocated()?.saturating_sub(before) as u64));
    gate.open.store(true, Ordering::Release);
    for waker in &gate.wakers {
        if let Some(waker) = waker.lock().unwrap().take() {
            waker.wake();
        }
    }
    rt.block_on(async {
        for handle in handles {
            handle.await.expect("no task panics");
        }
    });
    sample
}

/// Many tasks sleep to one moment. The time is by how much the last one is later, the bytes what all keep.
pub fn idle_sleeps(rt: &Runtime, ops: usize) -> Result<Sample, String> {
    static ASLEEP: AtomicUsize = AtomicUsize::new(0);

    ASLEEP.store(0, Ordering::Relaxed);
    let mut handles = Vec::with_capacity(ops);
    let before = allocated();
    let watch = Stopwatch::start();
    let end = tokio::time::Instant::now() + Duration::from_secs_f64(1.0 + ops as f64 * 7e-6);
    for _ in 0..ops {
        handles.push(rt.spawn(async move {
            ASLEEP.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep_until(end).await;
        }));
    }
    while ASLEEP.load(Ordering::Relaxed) < ops {
        thread::yield_now();
    }
    let bytes = before.and_then(|before| Some(allocated()?.saturating_sub(before) as u64));
    if tokio::time::Instant::now() >= end {
        return Err("the sleeps were over before all had begun: the machine is too busy".into());
    }
    rt.block_on(async {
        for handle in handles {
            handle.await.expect("no task panics");
        }
    });
    let late = end.elapsed();
    let mut sample = watch.stop(ops);
    sample.wall_ns = (late.as_nanos() as u64).max(1);
    sample.bytes = bytes;
    Ok(sample)
}

/// Bytes that this thread's arena has given out, its own headers included. Only glibc tells.
fn allocated() -> Option<usize> {
    if crate::protocol::allocator() != "glibc" {
        return None;
    }
    // SAFETY: it takes nothing and returns plain numbers.
    let info = unsafe { libc::mallinfo2() };
    Some(info.uordblks + info.hblkhd)
}
