//! A TCP proxy that does to its links what networks do: delays them, cuts one direction or both,
//! forgets the other end, or resets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// Bytes that travel together.
const CHUNK_MAX: usize = 16 * 1024;
/// Chunks on their way in one direction; a full link is read no further, as by a full window.
const CHUNKS_MAX: usize = 1_024;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From those who connect to the server.
    Up,
    /// From the server to them.
    Down,
}

/// How the link is now. What is held back is delivered when the cut is mended, as TCP does it.
#[derive(Clone, Debug, Default)]
struct Weather {
    delay: Duration,
    cut: Vec<Way>,
    /// Connections up to this number lead nowhere, for ever, and nobody is told.
    forgotten: u64,
    /// Connections up to this number are reset.
    reset: u64,
    /// The last connection's number.
    connections: u64,
}

/// A running proxy, gone with the value.
pub(crate) struct Proxy {
    address: SocketAddr,
    weather: Arc<watch::Sender<Weather>>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Before the server at this host and port.
    pub(crate) async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let weather = Arc::new(watch::Sender::default());
        let task = tokio::spawn(accept(listener, server.to_owned(), Arc::clone(&weather)));
        Self {
            address,
            weather,
            task,
        }
    }

    /// Where to connect: host and port.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// What comes from now on takes so much longer, each way.
    pub(crate) fn delay(&self, delay: Duration) {
        self.weather.send_modify(|weather| weather.delay = delay);
    }

    /// Nothing passes these ways any more; links stay open.
    pub(crate) fn cut(&self, ways: &[Way]) {
        self.weather
            .send_modify(|weather| weather.cut = ways.to_vec());
    }

    /// What was held back passes, and all that follows at once.
    pub(crate) fn mend(&self) {
        self.weather.send_modify(|weather| {
            weather.cut.clear();
            weather.delay = Duration::ZERO;
        });
    }

    /// The links that are open lead nowhere and are never closed; new ones work.
    pub(crate) fn forget(&self) {
        self.weather
            .send_modify(|weather| weather.forgotten = weather.connections);
    }

    /// The links that are open are reset at both ends; new ones work.
    pub(crate) fn reset(&self) {
        self.weather
            .send_modify(|weather| weather.reset = weather.connections);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, server: String, weather: Arc<watch::Sender<Weather>>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        weather.send_modify(|weather| weather.connections += 1);
        let number = weather.borrow().connections;
        let (server, weather) = (server.clone(), weather.subscribe());
        tokio::spawn(async move {
            if let Ok(server) = TcpStream::connect(&server).await {
                link(client, server, number, weather).await;
            }
        });
    }
}

/// One connection, until both ends are done with it or it is reset.
async fn link(
    mut client: TcpStream,
    mut server: TcpStream,
    number: u64,
    mut weather: watch::Receiver<Weather>,
) {
    for end in [&client, &server] {
        end.set_nodelay(true).unwrap();
    }
    let (up, down) = (weather.clone(), weather.clone());
    let (client_reads, client_writes) = client.split();
    let (server_reads, server_writes) = server.split();
    let is_reset = tokio::select! {
        _ = weather.wait_for(|weather| weather.reset >= number) => true,
        _ = async {
            tokio::join!(
                pass(client_reads, server_writes, Way::Up, number, up),
                pass(server_reads, client_writes, Way::Down, number, down),
            )
        } => false,
    };
    if is_reset {
        for end in [&client, &server] {
            // Dropped with this set, a socket sends RST.
            let _ = end.set_zero_linger();
        }
    }
}

/// Carries bytes one way, and then the end of them.
async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    way: Way,
    number: u64,
    mut weather: watch::Receiver<Weather>,
) {
    let (queue, mut chunks) = mpsc::channel(CHUNKS_MAX);
    let delays = weather.clone();
    let read = async move {
        loop {
            let mut chunk = Vec::with_capacity(CHUNK_MAX);
            let got = from.read_buf(&mut chunk).await.unwrap_or(0);
            let due = Instant::now() + delays.borrow().delay;
            if queue.send((due, chunk)).await.is_err() || got == 0 {
                return;
            }
        }
    };
    let write = async move {
        while let Some((due, chunk)) = chunks.recv().await {
            sleep_until(due).await;
            let passes =
                |weather: &Weather| weather.forgotten < number && !weather.cut.contains(&way);
            if weather.wait_for(passes).await.is_err() || chunk.is_empty() {
                break;
            }
            if to.write_all(&chunk).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(read, write);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::wait::wait_for;
    use tokio::time::timeout;

    /// Longer than loopback takes, and than a loaded machine delays a task.
    const AWHILE: Duration = Duration::from_millis(200);

    /// A server that answers every byte with the same byte.
    async fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut reads, mut writes) = stream.split();
                    let _ = tokio::io::copy(&mut reads, &mut writes).await;
                });
            }
        });
        address
    }

    async fn ask(stream: &mut TcpStream, byte: u8) -> std::io::Result<u8> {
        stream.write_u8(byte).await?;
        stream.read_u8().await
    }

    #[tokio::test]
    async fn a_cut_holds_bytes_back_until_it_is_mended() {
        let proxy = Proxy::before(&echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut stream, 1).await.unwrap(), 1);
        for way in [Way::Up, Way::Down] {
            proxy.cut(&[way]);
            stream.write_u8(2).await.unwrap();
            assert!(timeout(AWHILE, stream.read_u8()).await.is_err());
            proxy.mend();
            assert_eq!(stream.read_u8().await.unwrap(), 2);
        }
    }

    #[tokio::test]
    async fn a_delay_counts_each_way() {
        let proxy = Proxy::before(&echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.delay(AWHILE);
        let begun = Instant::now();
        assert_eq!(ask(&mut stream, 3).await.unwrap(), 3);
        assert!(begun.elapsed() >= 2 * AWHILE);
    }

    #[tokio::test]
    async fn a_forgotten_link_stays_open_and_silent() {
        let proxy = Proxy::before(&echo().await).await;
        let mut old = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut old, 4).await.unwrap(), 4);
        proxy.forget();
        assert!(timeout(AWHILE, ask(&mut old, 5)).await.is_err());
        let mut new = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut new, 6).await.unwrap(), 6);
    }

    #[tokio::test]
    async fn a_reset_ends_the_link_at_once() {
        let proxy = Proxy::before(&echo().await).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut stream, 7).await.unwrap(), 7);
        proxy.reset();
        let ended = wait_for("the reset", async || ask(&mut stream, 8).await.err()).await;
        assert_eq!(ended.kind(), std::io::ErrorKind::ConnectionReset);
    }
}
