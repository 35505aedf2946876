//! One WebSocket of a client.

use crate::clock::Clock;
use crate::limits::UNANSWERED_PINGS_MAX;
use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Interval;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use url::Url;

/// The read buffer of a connection: most frames are shorter, and there are thousands of them.
const READ_BUFFER: usize = 4096;

/// Where to connect.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    authority: String,
    live: String,
    /// The server's own pages: who has no token comes from there, as a browser does.
    origin: String,
}

/// What the server says first.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Hello {
    /// The server's time.
    pub(crate) now: i64,
    /// How often to ping.
    ping_ms: u64,
}

/// An open connection.
pub(crate) struct Link {
    socket: WebSocketStream<TcpStream>,
    pings: Interval,
    clock: Clock,
    /// Pings since the last frame.
    unanswered: u32,
    /// The shortest round trip, in microseconds, and the server's clock less ours, in ms.
    best: (u64, i64),
}

/// What comes out of a connection.
pub(crate) enum Heard {
    /// A text.
    Frame(Utf8Bytes),
    /// The connection is gone, with the server's close code where it gave one.
    Lost(Option<u16>),
}

impl Target {
    /// The live endpoint of a server.
    ///
    /// # Errors
    /// The URL names no host.
    pub(crate) fn new(base: &Url) -> Result<Self> {
        let host = base.host_str().context("the target names no host")?;
        let port = base.port_or_known_default().unwrap_or(80);
        Ok(Self {
            authority: format!("{host}:{port}"),
            live: format!("ws://{host}:{port}/api/live"),
            origin: base.origin().ascii_serialization(),
        })
    }
}

impl Link {
    /// Connects and reads the server's greeting, within this time.
    ///
    /// # Errors
    /// Nobody listens, the server refuses, or it does not greet.
    pub(crate) async fn open(
        target: &Target,
        token: Option<&str>,
        clock: Clock,
        wait: Duration,
    ) -> Result<(Self, Hello)> {
        tokio::time::timeout(wait, Self::connect(target, token, clock))
            .await
            .context("no greeting in time")?
    }

    async fn connect(target: &Target, token: Option<&str>, clock: Clock) -> Result<(Self, Hello)> {
        let stream = TcpStream::connect(&target.authority).await?;
        stream.set_nodelay(true)?;
        let mut request = target.live.as_str().into_client_request()?;
        let (name, value) = match token {
            Some(token) => ("authorization", format!("Bearer {token}")),
            None => ("origin", target.origin.clone()),
        };
        request
            .headers_mut()
            .insert(name, HeaderValue::from_str(&value)?);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(READ_BUFFER);
        let (mut socket, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        let hello: Hello = match socket.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).context("no greeting")?,
            other => bail!("no greeting but {other:?}"),
        };
        let mut pings = tokio::time::interval(Duration::from_millis(hello.ping_ms.max(100)));
        pings.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let best = (u64::MAX, hello.now - clock.now_ms());
        Ok((
            Self {
                socket,
                pings,
                clock,
                unanswered: 0,
                best,
            },
            hello,
        ))
    }

    /// Puts a text into the outbox.
    pub(crate) async fn put(&mut self, text: String) -> Result<()> {
        Ok(self.socket.feed(Message::text(text)).await?)
    }

    /// Sends what is in the outbox.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        Ok(self.socket.flush().await?)
    }

    /// The next text; pings when it is time to. May be dropped while it waits.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            tokio::select! {
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        self.unanswered = 0;
                        return Heard::Frame(text);
                    }
                    Some(Ok(Message::Close(frame))) => {
                        return Heard::Lost(frame.map(|frame| frame.code.into()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Heard::Lost(None),
                },
                _ = self.pings.tick() => {
                    if self.unanswered > UNANSWERED_PINGS_MAX {
                        return Heard::Lost(None);
                    }
                    self.unanswered += 1;
                    let ping = format!(r#"{{"type":"ping","t":{}}}"#, self.clock.micros());
                    if self.socket.send(Message::text(ping)).await.is_err() {
                        return Heard::Lost(None);
                    }
                }
            }
        }
    }

    /// Takes the answer to a ping: the shortest round trip tells the server's clock best.
    pub(crate) fn pong(&mut self, t: u64, now: i64) {
        let round_trip = self.clock.micros().saturating_sub(t);
        if round_trip < self.best.0 {
            let half_ms = i64::try_from(round_trip / 2000).unwrap_or(0);
            self.best = (round_trip, now + half_ms - self.clock.now_ms());
        }
    }

    /// The server's time now, in milliseconds.
    pub(crate) fn server_now_ms(&self) -> i64 {
        self.clock.now_ms() + self.best.1
    }
}
