//! Tokio as a peer of `kioto bench`. See bench/peers/README.md.

mod awaits;
mod benches;
mod echo;
mod isolation;
mod latency;
mod protocol;
mod stopwatch;
mod sync;

use std::process::ExitCode;

const USAGE: &str = "usage: kioto-peer-tokio bench
       kioto-peer-tokio serve-echo PORT WORKERS";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();

    let outcome = match args[..] {
        ["bench"] => protocol::run(),
        ["serve-echo", port, workers] => match (port.parse(), workers.parse()) {
            (Ok(port), Ok(workers)) if workers > 0 => echo::serve(port, workers),
            _ => return usage(),
        },
        _ => return usage(),
    };

    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // The harness has gone away. That is its way to say it is done.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("kioto-peer-tokio: {e}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
