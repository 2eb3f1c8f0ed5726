//! `serve-echo`: the plainest echo server one writes on Tokio.

use std::io;
use std::net::Ipv4Addr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Serves until it is killed. One worker still means the multi-threaded
/// scheduler, so that a row of worker counts compares one scheduler with itself.
pub fn serve(port: u16, workers: usize) -> io::Result<()> {
    allow_all_files();
    let rt = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()?;
    // Accepting in a spawned task keeps the main thread, which is no worker, asleep.
    rt.block_on(rt.spawn(accept_all(port)))?
}

async fn accept_all(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening {}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(echo(stream));
    }
}

/// Ends when the client closes; a connection that breaks just ends, too.
async fn echo(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..n]).await.is_err() {
            break;
        }
    }
}

/// The usual soft limit, 1024, is too low for many connections. If the hard one
/// is, too, accepting will say so.
fn allow_all_files() {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is a valid rlimit, to fill and then to read.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}
