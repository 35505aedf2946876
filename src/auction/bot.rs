//! A bot that bids: a small client of the public protocol, like anybody's. It is the rival of the
//! demo and of practice auctions.

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use rand::Rng;
use serde_json::{Map, Value, json};
use std::ops::Range;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// One bot: bids now and then while another stands better, until it has had enough.
pub struct Bot {
    auction: String,
    /// Between two bids, in milliseconds.
    pause_ms: Range<u64>,
    /// It bids so many times yet.
    bids_left: u32,
    known: Known,
}

/// What the bot knows.
#[derive(Default)]
struct Known {
    open: bool,
    leading: bool,
    accepted_terms: bool,
    terms_hash: String,
    /// Its present values, the best that is legal now for each, and one step beyond.
    values: Map<String, Value>,
    limits: Map<String, Value>,
    limits_next: Map<String, Value>,
    over: bool,
}

impl Bot {
    /// A bot of an auction that bids so often at most.
    #[must_use]
    pub fn new(auction: String, pause_ms: Range<u64>, bids_max: u32) -> Self {
        Self {
            auction,
            pause_ms,
            bids_left: bids_max,
            known: Known::default(),
        }
    }

    /// The auction has ended: there is nothing left to play.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.known.over
    }

    /// Takes part over a connection until the auction is over.
    ///
    /// # Errors
    /// When the link is lost: the bot may go on over another.
    pub async fn play<S>(&mut self, socket: &mut WebSocketStream<S>) -> anyhow::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        send(socket, json!({"type": "join", "auction": self.auction})).await?;
        let mut ping = interval(Duration::from_secs(2));
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut next_bid = Instant::now() + self.pause();
        while !self.known.over {
            tokio::select! {
                message = socket.next() => {
                    let message = message.context("the link is lost")??;
                    if let Message::Text(text) = message {
                        self.known.hear(&serde_json::from_str(&text)?);
                    }
                    if let Some(terms_hash) = self.known.terms_to_accept() {
                        let accept = json!({"type": "accept-terms", "auction": self.auction, "id": id(), "terms_hash": terms_hash});
                        send(socket, accept).await?;
                    }
                }
                _ = ping.tick() => send(socket, json!({"type": "ping", "t": 0})).await?,
                () = sleep_until(next_bid) => {
                    next_bid = Instant::now() + self.pause();
                    if let Some(values) = self.offer() {
                        self.bids_left -= 1;
                        send(socket, json!({"type": "bid", "auction": self.auction, "id": id(), "values": values})).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What to bid now, if anything: its own values with one of them at the limit or a step beyond.
    fn offer(&self) -> Option<Map<String, Value>> {
        let known = &self.known;
        if !known.open || known.leading || self.bids_left == 0 {
            return None;
        }
        if known.values.is_empty() {
            // The first bid is free: all limits together are the least that is asked for.
            let possible = known.limits.values().all(Value::is_string);
            return (possible && !known.limits.is_empty()).then(|| known.limits.clone());
        }
        let improvable = known.limits.iter().filter(|(_, limit)| limit.is_string());
        let improvable: Vec<_> = improvable.collect();
        let mut random = rand::rng();
        let (value, limit) = improvable.get(random.random_range(0..improvable.len().max(1)))?;
        let beyond = known
            .limits_next
            .get(*value)
            .filter(|_| random.random_bool(0.5));
        let mut offer = known.values.clone();
        offer.insert((*value).clone(), beyond.unwrap_or(limit).clone());
        Some(offer)
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(rand::rng().random_range(self.pause_ms.clone()))
    }
}

impl Known {
    fn hear(&mut self, message: &Value) {
        if let Some(hash) = message["terms_hash"]
            .as_str()
            .filter(|_| message["type"] == "joined")
        {
            hash.clone_into(&mut self.terms_hash);
        }
        if let Some(state) = message["state"]["state"].as_str() {
            self.open = state == "open";
            self.over = matches!(state, "closed" | "cancelled" | "sealed");
        }
        let own = &message["own"];
        if own.is_object() {
            self.accepted_terms |= own["accepted_terms"] == true;
            self.leading = own["position"] == 1;
            let values = |name: &str| own[name].as_object().cloned().unwrap_or_default();
            self.values = values("values");
            self.limits = values("limits");
            self.limits_next = values("limits_next");
        }
    }

    /// The terms, once.
    fn terms_to_accept(&mut self) -> Option<String> {
        if self.accepted_terms || self.terms_hash.is_empty() {
            return None;
        }
        self.accepted_terms = true;
        Some(self.terms_hash.clone())
    }
}

fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}

async fn send<S>(socket: &mut WebSocketStream<S>, message: Value) -> anyhow::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    socket.send(Message::text(message.to_string())).await?;
    Ok(())
}
