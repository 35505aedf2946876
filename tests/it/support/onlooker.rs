//! Somebody who watches an auction: comes back after every lost connection, and holds all that is
//! shown against what was shown before.

use super::bidder::result;
use super::wait::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// A connection on which nothing comes for so long, though each ping is answered, is taken for lost.
const SILENT_MAX: Duration = Duration::from_secs(2);
const PING_EVERY: Duration = Duration::from_millis(200);
/// How long it waits before it comes again.
const PAUSE: Duration = Duration::from_millis(20);

/// An observer at work.
pub(crate) struct Onlooker(JoinHandle<Sight>);

/// What an observer saw in all.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// The feed by number.
    pub(crate) feed: BTreeMap<u64, Value>,
    /// Result and winner.
    pub(crate) result: Option<Value>,
    /// How often it was let in.
    pub(crate) connections: usize,
}

impl Onlooker {
    /// Watches until it knows the result, at any of these addresses.
    pub(crate) fn watch(addresses: &[String], auction: &str) -> Self {
        let (addresses, auction) = (addresses.to_vec(), auction.to_owned());
        Self(tokio::spawn(async move {
            let mut sight = Sight::default();
            let mut every = interval(PAUSE);
            every.set_missed_tick_behavior(MissedTickBehavior::Delay);
            for address in addresses.iter().cycle() {
                every.tick().await;
                sight.stay(address, &auction).await;
                if sight.result.is_some() {
                    break;
                }
            }
            sight
        }))
    }

    /// What it saw, from the first item to the result.
    pub(crate) async fn saw(self) -> Sight {
        let sight = timeout(PATIENCE, self.0).await;
        sight
            .expect("the result was shown")
            .expect("an observer fell")
    }
}

impl Sight {
    /// Until the connection is lost or the result is known.
    async fn stay(&mut self, address: &str, auction: &str) -> Option<()> {
        let stream = timeout(SILENT_MAX, TcpStream::connect(address))
            .await
            .ok()?
            .ok()?;
        let mut request = format!("ws://{address}/api/live")
            .into_client_request()
            .unwrap();
        let origin = format!("http://{address}").parse().unwrap();
        request.headers_mut().insert("origin", origin);
        let entered = timeout(SILENT_MAX, client_async(request, stream)).await;
        let (mut socket, _) = entered.ok()?.ok()?;
        let last = self.feed.keys().next_back().copied().unwrap_or_default();
        let join = json!({"type": "join", "auction": auction, "f": last});
        socket.send(Message::text(join.to_string())).await.ok()?;
        let mut pings = interval(PING_EVERY);
        while self.result.is_none() {
            let message = timeout(SILENT_MAX, async {
                loop {
                    tokio::select! {
                        message = socket.next() => return message,
                        _ = pings.tick() => {
                            let ping = Message::text(r#"{"type":"ping","t":1}"#);
                            let _ = socket.send(ping).await;
                        }
                    }
                }
            });
            match message.await.ok()??.ok()? {
                Message::Text(text) => self.take(&serde_json::from_str(&text).unwrap())?,
                Message::Close(_) => return None,
                _ => {}
            }
        }
        Some(())
    }

    /// None where it may not join here now.
    fn take(&mut self, frame: &Value) -> Option<()> {
        if let Some(items) = frame["feed"].as_array() {
            items.iter().for_each(|item| self.note(item));
        }
        if frame["type"] == "result" {
            self.result = Some(result(&frame["result"], &frame["winner"]));
        }
        if frame["type"] == "joined" && frame["state"]["result"].is_object() {
            self.result = Some(result(&frame["state"]["result"], &frame["winner"]));
        }
        self.connections += usize::from(frame["type"] == "joined");
        (frame["type"] != "refused").then_some(())
    }

    /// An item has one number and one content, whichever node shows it, and none is left out.
    fn note(&mut self, item: &Value) {
        let f = item["f"].as_u64().expect("f");
        let last = self.feed.keys().next_back().copied();
        let known = self.feed.entry(f).or_insert_with(|| item.clone());
        assert_eq!(known, item, "item {f} was shown otherwise before");
        let follows = last.is_none_or(|last| f <= last + 1);
        assert!(follows, "after {last:?} comes {f}");
    }
}
