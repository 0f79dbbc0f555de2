//! The load of `make bench`: so many connections, each a person of their own, who asks for one page
//! again and again. (The usual tools send every request with the same cookie.)
//!
//! Usage: `load ADDRESS CONNECTIONS SECONDS RATE`, with a line `PATH COOKIE` a connection on standard
//! input. With a rate (requests a second, all together; 0: as fast as answers come) each request has
//! its time, and what it takes is counted from then on, however late its connection was free to send
//! it. Prints JSON: requests a second, errors, and percentiles in milliseconds.

use http_body_util::{BodyExt, Empty};
use hyper::{Request, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use std::{
    error::Error,
    io::BufRead,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, time::sleep_until};

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Clone)]
struct Load {
    address: String,
    connections: usize,
    length: Duration,
    /// Between two requests of one connection.
    every: Option<Duration>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().collect();
    let [_, address, connections, seconds, rate] = args.as_slice() else {
        return Err("usage: load ADDRESS CONNECTIONS SECONDS RATE".into());
    };
    let (connections, rate): (usize, f64) = (connections.parse()?, rate.parse()?);
    let load = Load {
        address: address.clone(),
        connections,
        length: Duration::from_secs_f64(seconds.parse()?),
        every: (rate > 0.0).then(|| Duration::from_secs_f64(connections as f64 / rate)),
    };
    let visitors: Vec<String> = std::io::stdin().lock().lines().collect::<Result<_, _>>()?;
    if visitors.len() < connections {
        return Err("fewer visitors than connections".into());
    }
    let started = Instant::now();
    let tasks: Vec<_> = visitors
        .into_iter()
        .take(connections)
        .enumerate()
        .map(|(index, visitor)| tokio::spawn(visit(load.clone(), index, visitor, started)))
        .collect();
    let (mut taken, mut errors) = (Vec::new(), 0u64);
    for task in tasks {
        let (mut of_one, errors_of_one) = task.await??;
        taken.append(&mut of_one);
        errors += errors_of_one;
    }
    let elapsed = started.elapsed().as_secs_f64();
    taken.sort_unstable();
    let at = |share: f64| {
        let index = ((taken.len() as f64 * share) as usize).min(taken.len().saturating_sub(1));
        taken
            .get(index)
            .map_or(0.0, |taken| taken.as_secs_f64() * 1e3)
    };
    println!(
        "{{\"rate\":{:.1},\"requests\":{},\"errors\":{errors},\"p50\":{:.3},\"p90\":{:.3},\"p99\":{:.3},\"max\":{:.3}}}",
        taken.len() as f64 / elapsed,
        taken.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
    );
    Ok(())
}

/// What each request took, and how many were not answered with 200.
async fn visit(
    load: Load,
    index: usize,
    visitor: String,
    started: Instant,
) -> Result<(Vec<Duration>, u64), Failure> {
    let (path, cookie) = visitor.split_once(' ').ok_or("a line is PATH COOKIE")?;
    let stream = TcpStream::connect(&load.address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (mut taken, mut errors) = (Vec::new(), 0);
    // Spread over the interval, so that connections do not send in step.
    let mut due = load
        .every
        .map(|every| started + every.mul_f64(index as f64 / load.connections as f64));
    while started.elapsed() < load.length {
        if let (Some(moment), Some(every)) = (due, load.every) {
            sleep_until(moment.into()).await;
            due = Some(moment + every);
            if moment.duration_since(started) >= load.length {
                break;
            }
            let answered = ask(&mut sender, &load.address, path, cookie).await?;
            taken.push(moment.elapsed());
            errors += u64::from(!answered);
        } else {
            let sent = Instant::now();
            let answered = ask(&mut sender, &load.address, path, cookie).await?;
            taken.push(sent.elapsed());
            errors += u64::from(!answered);
        }
    }
    Ok((taken, errors))
}

async fn ask(
    sender: &mut http1::SendRequest<Empty<Bytes>>,
    host: &str,
    path: &str,
    cookie: &str,
) -> Result<bool, Failure> {
    sender.ready().await?;
    let request = Request::get(path)
        .header(header::HOST, host)
        .header(header::COOKIE, cookie)
        .body(Empty::new())?;
    let answer = sender.send_request(request).await?;
    let good = answer.status().is_success();
    let mut body = answer.into_body();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(good)
}
