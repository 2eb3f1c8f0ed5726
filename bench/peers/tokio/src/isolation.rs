//! Closures in the blocking pool, and a task on a worker that wants to wake every
//! millisecond.

use crate::stopwatch::{Sample, Stopwatch};
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const CLOSURES: usize = 64;
const INTERVAL: Duration = Duration::from_millis(1);

/// Long enough for the task to have begun.
const SETTLE: Duration = Duration::from_millis(2);

/// Tells the closures and the task when it is over.
#[derive(Default)]
struct End {
    over: AtomicBool,
    blocked: Mutex<bool>,
    told: Condvar,
}

impl End {
    fn is_over(&self) -> bool {
        self.over.load(Relaxed)
    }

    fn tell(&self) {
        self.over.store(true, Relaxed);
        *self.blocked.lock().unwrap() = true;
        self.told.notify_all();
    }

    fn occupy(&self, compute: bool) {
        if compute {
            while !self.is_over() {
                spin_loop();
            }
        } else {
            let over = self.blocked.lock().unwrap();
            drop(self.told.wait_while(over, |over| !*over).unwrap());
        }
    }
}

/// One operation is one run of so many milliseconds. Its time is the worst lateness.
pub fn run(rt: &Runtime, compute: bool, millis: usize) -> Sample {
    let end = Arc::new(End::default());
    let watch = Stopwatch::start();
    let ticking = rt.spawn(tick(end.clone()));
    thread::sleep(SETTLE);
    let closures: Vec<_> = (0..CLOSURES)
        .map(|_| {
            let end = end.clone();
            rt.spawn_blocking(move || end.occupy(compute))
        })
        .collect();
    thread::sleep(Duration::from_millis(millis as u64));
    end.tell();

    let worst = rt.block_on(async {
        for closure in closures {
            closure.await.expect("no closure panics");
        }
        ticking.await.expect("the task does not panic")
    });
    let mut sample = watch.stop(1);
    sample.wall_ns = (worst.as_nanos() as u64).max(1);
    sample
}

async fn tick(end: Arc<End>) -> Duration {
    let mut worst = Duration::ZERO;
    while !end.is_over() {
        let start = Instant::now();
        tokio::time::sleep(INTERVAL).await;
        worst = worst.max(start.elapsed().saturating_sub(INTERVAL));
    }
    worst
}
