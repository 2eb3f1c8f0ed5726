//! Wall time and the CPU time of the whole process, taken together.

use std::time::Instant;

/// What one repetition of a benchmark came to.
pub struct Sample {
    /// Operations really done: what the times are to be divided by.
    pub ops: u64,
    pub wall_ns: u64,
    pub cpu_ns: u64,
    /// What is kept, for the one bench that is about memory.
    pub bytes: Option<u64>,
}

pub struct Stopwatch {
    wall: Instant,
    cpu_ns: u64,
}

impl Stopwatch {
    pub fn start() -> Self {
        // The CPU clock is a system call and the wall clock is not: reading it
        // outside of the wall interval keeps it from being measured.
        let cpu_ns = process_cpu_ns();
        Stopwatch {
            wall: Instant::now(),
            cpu_ns,
        }
    }

    pub fn stop(self, ops: usize) -> Sample {
        let wall_ns = self.wall.elapsed().as_nanos() as u64;
        Sample {
            ops: ops as u64,
            wall_ns,
            cpu_ns: process_cpu_ns() - self.cpu_ns,
            bytes: None,
        }
    }
}

fn process_cpu_ns() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is a valid timespec for the call to fill.
    let rc = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    assert_eq!(rc, 0, "this system has no process CPU clock");
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}
