//! A connection as networks are: what is said on it comes late, and may never come.

use super::super::hall::{Client, Hall, Heard, Out, guest};
use auction_rules::{AuctionId, Timestamp, Viewer};
use ebok::auction::house::House;
use ebok::auction::journal::faulty::FaultyJournal;
use ebok::clock::Clock;
use futures_util::SinkExt;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

/// Messages on their way, each way: more than a simulation ever has.
const ON_THE_WAY: usize = 10_000;

/// Ids of commands in the order in which they came to the server, by connection.
pub(super) type Arrivals = Arc<Mutex<Vec<Vec<(Viewer, String)>>>>;

/// One connection of somebody.
pub(super) struct Link {
    say: mpsc::Sender<(Instant, Value)>,
    heard: mpsc::Receiver<Told>,
    said_until: Instant,
    /// Whoever listens hears nothing any more, and does not know.
    pub(super) deaf: bool,
    /// The last item of the feed that came this way; none before it has joined.
    pub(super) f: Option<u64>,
    /// What was shown on it last.
    pub(super) public: Value,
    house: Weak<House>,
    carrying: JoinHandle<()>,
    listening: JoinHandle<()>,
}

/// One thing that left the server.
pub(super) struct Told {
    /// When.
    pub(super) at: Timestamp,
    /// The last entry that was durable then.
    pub(super) durable: u64,
    /// What it was: a message, or a close code.
    pub(super) heard: Heard,
}

impl Link {
    pub(super) async fn open(
        hall: &Hall,
        viewer: Viewer,
        journal: &FaultyJournal,
        arrivals: &Arrivals,
    ) -> Self {
        let client = Client::connect(hall.house.clone(), guest(viewer), 1 << 20).await;
        let (say, said) = mpsc::channel(ON_THE_WAY);
        let (hear, heard) = mpsc::channel(ON_THE_WAY);
        let carrying = tokio::spawn(carry(client.out(), said, viewer, arrivals.clone()));
        let seen = Seen {
            journal: journal.clone(),
            auction: hall.auction.clone(),
            clock: hall.clock.clone(),
        };
        let listening = tokio::spawn(listen(client, hear, seen));
        Self {
            say,
            heard,
            said_until: Instant::now(),
            deaf: false,
            f: None,
            public: Value::Null,
            house: Arc::downgrade(&hall.house),
            carrying,
            listening,
        }
    }

    /// Says something that comes to the server after `delay_ms`, and never before what was said
    /// before it.
    pub(super) fn say(&mut self, message: Value, delay_ms: u64) {
        let comes = Instant::now() + Duration::from_millis(delay_ms);
        self.said_until = self.said_until.max(comes);
        drop(self.say.try_send((self.said_until, message)));
    }

    /// Whether it leads to this house.
    pub(super) fn is_of(&self, hall: &Hall) -> bool {
        self.house.as_ptr() == Arc::as_ptr(&hall.house)
    }

    /// All that has come since the last time.
    pub(super) fn heard(&mut self) -> Vec<Told> {
        std::iter::from_fn(|| self.heard.try_recv().ok()).collect()
    }
}

/// Whatever is on its way is lost.
impl Drop for Link {
    fn drop(&mut self) {
        self.carrying.abort();
        self.listening.abort();
    }
}

async fn carry(
    out: Out,
    mut said: mpsc::Receiver<(Instant, Value)>,
    viewer: Viewer,
    arrivals: Arrivals,
) {
    let own = {
        let mut arrivals = arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        arrivals.push(Vec::new());
        arrivals.len() - 1
    };
    while let Some((comes, message)) = said.recv().await {
        tokio::time::sleep_until(comes).await;
        let mut out = out.lock().await;
        let sent = out.send(Message::text(message.to_string())).await;
        if sent.is_err() {
            return;
        }
        if let Some(id) = message["id"].as_str() {
            let mut arrivals = arrivals.lock().unwrap_or_else(PoisonError::into_inner);
            arrivals[own].push((viewer, id.to_owned()));
        }
    }
}

/// What is noted of each message.
struct Seen {
    journal: FaultyJournal,
    auction: AuctionId,
    clock: Clock,
}

async fn listen(mut client: Client, hear: mpsc::Sender<Told>, seen: Seen) {
    loop {
        let heard = client.next().await;
        let over = matches!(heard, Heard::Closed(_));
        let told = Told {
            at: seen.clock.now(),
            durable: seen.journal.synced_to(&seen.auction),
            heard,
        };
        if hear.send(told).await.is_err() || over {
            return;
        }
    }
}
