//! Bots that bid in the demo: small clients of the public protocol, like anybody's.

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use rand::Rng;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, Interval, interval, sleep_until};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// One bot: bids now and then while another stands better, down to a price of its own.
pub(super) struct Bot {
    /// Where the server is.
    pub(super) server: SocketAddr,
    /// Its session.
    pub(super) token: String,
    /// The auction it takes part in.
    pub(super) auction: String,
    /// It does not go below this.
    pub(super) floor: Decimal,
}

/// What the bot knows.
#[derive(Default)]
struct Known {
    open: bool,
    leading: bool,
    accepted_terms: bool,
    terms_hash: String,
    /// The highest amount that is legal now.
    limit: Option<Decimal>,
    over: bool,
}

impl Bot {
    /// Takes part until the auction is over; comes back when the link is lost.
    pub(super) async fn run(self) {
        let mut known = Known::default();
        while !known.over {
            if let Err(error) = self.session(&mut known).await {
                tracing::debug!(%error, "a bot comes back");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn session(&self, known: &mut Known) -> anyhow::Result<()> {
        let mut request = format!("ws://{}/api/live", self.server).into_client_request()?;
        let bearer = format!("Bearer {}", self.token).parse()?;
        request.headers_mut().insert("authorization", bearer);
        let (mut socket, _) = connect_async(request).await?;
        send(
            &mut socket,
            json!({"type": "join", "auction": self.auction}),
        )
        .await?;
        let mut ping: Interval = interval(Duration::from_secs(2));
        let mut next_bid = Instant::now() + pause();
        while !known.over {
            tokio::select! {
                message = socket.next() => {
                    let message = message.context("the link is lost")??;
                    if let Message::Text(text) = message {
                        known.hear(&serde_json::from_str(&text)?);
                    }
                    if !known.accepted_terms && !known.terms_hash.is_empty() {
                        known.accepted_terms = true;
                        let accept = json!({"type": "accept-terms", "auction": self.auction, "id": id(), "terms_hash": known.terms_hash});
                        send(&mut socket, accept).await?;
                    }
                }
                _ = ping.tick() => send(&mut socket, json!({"type": "ping", "t": 0})).await?,
                () = sleep_until(next_bid) => {
                    next_bid = Instant::now() + pause();
                    if let Some(amount) = self.offer(known) {
                        send(&mut socket, json!({"type": "bid", "auction": self.auction, "id": id(), "values": {"price": amount}})).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What to bid now, if anything: the limit, or a little less.
    fn offer(&self, known: &Known) -> Option<String> {
        let limit = known.limit.filter(|_| known.open && !known.leading)?;
        let less = Decimal::from(rand::rng().random_range(0..15) * 50);
        let amount = limit.checked_sub(less)?;
        (amount >= self.floor).then(|| amount.to_string())
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
            self.limit = own["limits"]["price"]
                .as_str()
                .and_then(|limit| limit.parse().ok());
        }
    }
}

fn pause() -> Duration {
    Duration::from_millis(rand::rng().random_range(4_000..14_000))
}

fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}

async fn send(socket: &mut Socket, message: Value) -> anyhow::Result<()> {
    socket.send(Message::text(message.to_string())).await?;
    Ok(())
}
