//! What samples/KestrelApi answers, on hyper. See bench/peers/README.md.

use hyper::header::{HeaderValue, CONTENT_TYPE};
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Request, Response, Server, StatusCode};
use serde::Serialize;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use tokio::net::TcpSocket;

/// As Kestrel's: of a burst of clients none is left to send its SYN again after a second, which std's 128 does.
const BACKLOG: u32 = 512;

const USAGE: &str = "usage: kioto-peer-hyper serve PORT WORKERS";

#[derive(Serialize)]
struct Greeting {
    message: &'static str,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ["serve", port, workers] = args[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match (port.parse(), workers.parse()) {
        (Ok(port), Ok(workers)) if workers > 0 => match serve(port, workers) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                eprintln!("kioto-peer-hyper: {e}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Serves HTTP/1.1 and, to clients that begin with it, HTTP/2, until it is killed.
fn serve(port: u16, workers: usize) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let rt = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()?;
    // In a spawned task, so that the main thread, which is no worker, sleeps.
    rt.block_on(rt.spawn(accept_all(port)))?
}

async fn accept_all(port: u16) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    let listener = socket.listen(BACKLOG)?.into_std()?;
    println!("listening {}", listener.local_addr()?.port());
    let body: &'static [u8] = (0..64 * 1024u32).map(|i| b'a' + (i % 26) as u8).collect::<Vec<u8>>().leak();
    let service = make_service_fn(move |_| async move {
        Ok::<_, Infallible>(service_fn(move |request| async move { Ok::<_, Infallible>(answer(&request, body)) }))
    });
    Server::from_tcp(listener)?
        .tcp_nodelay(true)
        .http1_pipeline_flush(true)
        .serve(service)
        .await?;
    Ok(())
}

fn answer(request: &Request<Body>, body: &'static [u8]) -> Response<Body> {
    match request.uri().path() {
        "/plaintext" => typed("text/plain; charset=utf-8", Body::from("Hello, World!")),
        "/json" => {
            let greeting = Greeting { message: "Hello, World!" };
            let json = serde_json::to_vec(&greeting).expect("a greeting is JSON");
            typed("application/json; charset=utf-8", Body::from(json))
        }
        "/body" => typed("application/octet-stream", Body::from(body)),
        _ => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}

fn typed(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
