//! Takes connections and speaks HTTP/1.1 on them. Whoever dawdles over the head of a request is cut
//! off, and there are only so many places.

use crate::limits::{ACCEPT_PAUSE, CONNECTIONS_MAX, REQUEST_HEAD_MAX, STOPPING_MAX};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Serves until `stop`; then requests under way are finished, within [`STOPPING_MAX`].
pub async fn serve(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
    let stopping = CancellationToken::new();
    let taking = take(&listener, &app, &places, &stopping);
    tokio::select! {
        () = taking => {}
        () = stop => {}
    }
    drop(listener);
    stopping.cancel();
    let all_left = places.acquire_many(CONNECTIONS_MAX);
    drop(tokio::time::timeout(STOPPING_MAX, all_left).await);
}

/// Never returns. Who comes while all places are taken waits before the door.
async fn take(
    listener: &TcpListener,
    app: &Router,
    places: &Arc<Semaphore>,
    stopping: &CancellationToken,
) {
    while let Ok(place) = Arc::clone(places).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let speaking = speak(stream, peer, app.clone(), stopping.clone());
                tokio::spawn(async move {
                    speaking.await;
                    drop(place);
                });
            }
            // The client is gone already, or no file is left to open: the next one may fare better.
            Err(error) => {
                tracing::warn!(%error, "a connection was not taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Until the connection ends or goes over to another protocol.
async fn speak(stream: TcpStream, peer: SocketAddr, app: Router, stopping: CancellationToken) {
    // Receipts are small and must not wait for the next one.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was left before it began");
    }
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        app.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(REQUEST_HEAD_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    async fn served() -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/", get(async || "hello"));
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, app, async { drop(stopped.await) }));
        (address, stop, serving)
    }

    async fn rest(stream: &mut TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn half_a_head_is_not_waited_for() {
        let (address, _stop, _serving) = served().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n")
            .await
            .unwrap();
        assert_eq!(rest(&mut stream).await, "");
    }

    #[tokio::test]
    async fn what_is_asked_before_the_stop_is_answered() {
        let (address, stop, serving) = served().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        let mut first = [0];
        stream.read_exact(&mut first).await.unwrap();
        stop.send(()).unwrap();
        assert!(rest(&mut stream).await.ends_with("hello"));
        serving.await.unwrap();
    }
}
