//! How long a task that waits for a socket waits for its turn, while a thousand
//! others compute.

use crate::stopwatch::{Sample, Stopwatch};
use std::hint::spin_loop;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::yield_now;

const TASKS: usize = 1000;
const COMPUTE: Duration = Duration::from_micros(20);
const INTERVAL: Duration = Duration::from_millis(1);
const MESSAGE: usize = 8;

/// Long enough for the tasks to have begun.
const SETTLE: Duration = Duration::from_millis(2);

/// One operation is one run of so many messages. Its time is the age that 999 of
/// 1,000 of them do not exceed when they have been read.
pub fn run(rt: &Runtime, messages: usize) -> io::Result<Sample> {
    let over = Arc::new(AtomicBool::new(false));
    let epoch = Instant::now();
    let listener = rt.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let watch = Stopwatch::start();
    let reading = rt.spawn(read(listener, epoch, messages, over.clone()));
    let computing: Vec<_> = (0..TASKS).map(|_| rt.spawn(compute(over.clone()))).collect();
    send(address, epoch, messages)?;

    let mut ages = rt.block_on(async {
        let ages = reading.await.expect("the task does not panic");
        for task in computing {
            task.await.expect("no task panics");
        }
        ages
    })?;
    if ages.len() != messages {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "messages were lost"));
    }
    ages.sort_unstable();
    let mut sample = watch.stop(1);
    sample.wall_ns = ages[(messages as f64 * 0.999) as usize];
    Ok(sample)
}

async fn compute(over: Arc<AtomicBool>) {
    while !over.load(Relaxed) {
        let start = Instant::now();
        while start.elapsed() < COMPUTE {
            for _ in 0..10 {
                spin_loop();
            }
        }
        yield_now().await;
    }
}

async fn read(listener: TcpListener, epoch: Instant, messages: usize, over: Arc<AtomicBool>) -> io::Result<Vec<u64>> {
    let (mut stream, _) = listener.accept().await?;
    let mut ages = Vec::with_capacity(messages);
    let mut buffer = [0; 64 * MESSAGE];
    let mut kept = 0;
    loop {
        let read = stream.read(&mut buffer[kept..]).await?;
        if read == 0 {
            break;
        }
        let now = epoch.elapsed().as_nanos() as u64;
        let all = kept + read;
        let whole = all - all % MESSAGE;
        for message in buffer[..whole].chunks_exact(MESSAGE) {
            ages.push(now - u64::from_le_bytes(message.try_into().expect("it has that size")));
        }
        buffer.copy_within(whole..all, 0);
        kept = all - whole;
    }
    over.store(true, Relaxed);
    Ok(ages)
}

/// Sends the time each millisecond, whatever comes of it.
fn send(to: SocketAddr, epoch: Instant, messages: usize) -> io::Result<()> {
    let mut stream = std::net::TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    thread::sleep(SETTLE);
    let mut next = Instant::now();
    for _ in 0..messages {
        next += INTERVAL;
        thread::sleep(next.saturating_duration_since(Instant::now()));
        stream.write_all(&(epoch.elapsed().as_nanos() as u64).to_le_bytes())?;
    }
    Ok(())
}
