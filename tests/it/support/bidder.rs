//! A bidder's own client: bids as fast as it is answered, comes back after every lost connection,
//! sends again what is unanswered, and keeps every receipt.

use super::process::Server;
use super::stage::Seat;
use super::wait::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Commands unanswered at once: one less than the server allows.
const IN_FLIGHT: usize = 3;
/// How often one looks whether something is to be sent again, and pings.
const TICK: Duration = Duration::from_millis(20);
/// A connection on which nothing comes for so long, though each ping is answered, is taken for lost; so
/// is one on which no command is answered, where there is another node: this one may be cut off from the
/// journal.
const SILENT_MAX: Duration = Duration::from_secs(2);
/// Of so many bids one repeats the price before it, and is refused.
const REPEATS: u64 = 7;

/// The first price, in grosze.
const FIRST_PRICE: u64 = 90_000_000;

/// What several bidders are told, and what they tell.
pub(crate) struct Crowd {
    stays: watch::Sender<Stays>,
    receipts: watch::Sender<usize>,
    accepted: Arc<Mutex<Vec<Instant>>>,
    tasks: Vec<JoinHandle<Heard>>,
}

/// How long a bidder stays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stays {
    /// And bids.
    Bidding,
    /// Until all that it asked is answered.
    Answered,
    /// And until it knows the result.
    Informed,
}

/// What one bidder got.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// The frames that carried its receipts, in order of `n`, each once.
    pub(crate) receipts: Vec<Value>,
    /// How often a receipt came again.
    pub(crate) repeated: usize,
    /// Connections made.
    pub(crate) connections: usize,
    /// Result and winner, once it was told.
    pub(crate) result: Option<Value>,
}

impl Crowd {
    /// Everyone of `seats` comes in and bids.
    pub(crate) fn enter(server: &Server, auction: &str, seats: &[Seat]) -> Self {
        Self::enter_at(&server.address(), auction, seats)
    }

    /// The same, at a proxy.
    pub(crate) fn enter_at(address: &str, auction: &str, seats: &[Seat]) -> Self {
        Self::enter_among(&[address.to_owned()], auction, seats)
    }

    /// The same, at any of these addresses: each bidder begins at another one, and goes on to the
    /// next when it loses its connection.
    pub(crate) fn enter_among(addresses: &[String], auction: &str, seats: &[Seat]) -> Self {
        let (stays, receipts) = (watch::Sender::new(Stays::Bidding), watch::Sender::new(0));
        let accepted = Arc::default();
        let bidder = |(number, seat): (usize, &Seat)| Bidder {
            addresses: addresses.to_vec(),
            turn: number,
            token: seat.token.clone(),
            auction: auction.to_owned(),
            stays: stays.subscribe(),
            count: receipts.clone(),
            accepted: Arc::clone(&accepted),
            heard: Heard::default(),
            unanswered: BTreeMap::new(),
            made: 0,
            answered_at: Instant::now(),
            is_joined: false,
            is_sent_away: false,
            is_open: false,
        };
        let tasks = seats
            .iter()
            .enumerate()
            .map(|seat| tokio::spawn(bidder(seat).live()))
            .collect();
        Self {
            stays,
            receipts,
            accepted,
            tasks,
        }
    }

    /// From then on the longest time in which no bid was accepted.
    pub(crate) fn silence_since(&self, begun: Instant) -> Duration {
        let accepted = self.accepted.lock().unwrap();
        let after = accepted.iter().filter(|moment| **moment > begun);
        let ends = after.copied().chain([Instant::now()]);
        let gap = |before: &mut Instant, end: Instant| Some(end - std::mem::replace(before, end));
        ends.scan(begun, gap).max().unwrap_or_default()
    }

    /// Receipts of all so far.
    pub(crate) fn receipts(&self) -> usize {
        *self.receipts.borrow()
    }

    /// Waits until so many more receipts have come.
    pub(crate) async fn wait_for(&self, more: usize) {
        let wanted = self.receipts() + more;
        let mut count = self.receipts.subscribe();
        let reached = timeout(PATIENCE, count.wait_for(|count| *count >= wanted)).await;
        let fallen = self.tasks.iter().any(JoinHandle::is_finished);
        assert!(
            reached.is_ok(),
            "{} receipts, not {wanted}; a bidder fell: {fallen}",
            self.receipts()
        );
    }

    /// Nobody bids any more; everyone leaves when all is answered.
    pub(crate) async fn leave(self) -> Vec<Heard> {
        self.end(Stays::Answered).await
    }

    /// Nobody bids any more; everyone leaves when all is answered and the result is known.
    pub(crate) async fn learn_result(self) -> Vec<Heard> {
        self.end(Stays::Informed).await
    }

    async fn end(self, stays: Stays) -> Vec<Heard> {
        self.stays.send_replace(stays);
        let mut all = Vec::new();
        for task in self.tasks {
            let heard = timeout(PATIENCE, task).await;
            all.push(
                heard
                    .expect("everything is answered")
                    .expect("a bidder fell"),
            );
        }
        all
    }
}

struct Bidder {
    addresses: Vec<String>,
    /// At which of them it is.
    turn: usize,
    token: String,
    auction: String,
    stays: watch::Receiver<Stays>,
    count: watch::Sender<usize>,
    accepted: Arc<Mutex<Vec<Instant>>>,
    heard: Heard,
    /// Commands by their number, with whether they are on their way.
    unanswered: BTreeMap<u64, (String, bool)>,
    /// Commands made so far.
    made: u64,
    /// When a command was answered last on this connection, or it was made.
    answered_at: Instant,
    is_joined: bool,
    /// It may not join here now.
    is_sent_away: bool,
    is_open: bool,
}

/// The connection is gone.
struct Lost;

type Socket = WebSocketStream<TcpStream>;

impl Bidder {
    async fn live(mut self) -> Heard {
        let mut every = interval(TICK / 2);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            let connected = timeout(SILENT_MAX, self.connect()).await;
            if let Ok(Ok(mut socket)) = connected {
                self.heard.connections += 1;
                if self.stay(&mut socket).await.is_ok() {
                    return self.heard;
                }
            }
            self.turn += 1;
        }
    }

    async fn connect(&self) -> Result<Socket, Lost> {
        let address = &self.addresses[self.turn % self.addresses.len()];
        let stream = TcpStream::connect(address).await.map_err(|_| Lost)?;
        stream.set_nodelay(true).map_err(|_| Lost)?;
        let url = format!("ws://{address}/api/live");
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.token).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let (socket, _) = client_async(request, stream).await.map_err(|_| Lost)?;
        Ok(socket)
    }

    /// Bids until all is done.
    async fn stay(&mut self, socket: &mut Socket) -> Result<(), Lost> {
        (self.is_joined, self.is_sent_away) = (false, false);
        for (_, on_its_way) in self.unanswered.values_mut() {
            *on_its_way = false;
        }
        let n = self.heard.receipts.len();
        let join = json!({"type": "join", "auction": self.auction, "f": 0, "n": n});
        send(socket, join.to_string()).await?;
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = Instant::now();
        self.answered_at = heard_at;
        loop {
            let mut again = false;
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        heard_at = Instant::now();
                        self.take(&text);
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Lost),
                    Some(Ok(_)) => {}
                },
                _ = ticks.tick() => {
                    let waits = self.addresses.len() > 1 && !self.unanswered.is_empty();
                    let in_vain = waits && self.answered_at.elapsed() > SILENT_MAX;
                    if in_vain || heard_at.elapsed() > SILENT_MAX {
                        return Err(Lost);
                    }
                    send(socket, r#"{"type":"ping","t":1}"#.to_owned()).await?;
                    again = true;
                }
            }
            if self.is_sent_away {
                return Err(Lost);
            }
            if self.is_joined {
                self.speak(socket, again).await?;
                if self.is_done() {
                    return Ok(());
                }
            }
        }
    }

    fn is_done(&self) -> bool {
        let stays = *self.stays.borrow();
        let is_informed = stays == Stays::Answered || self.heard.result.is_some();
        stays != Stays::Bidding && self.unanswered.is_empty() && is_informed
    }

    async fn speak(&mut self, socket: &mut Socket, again: bool) -> Result<(), Lost> {
        let bids = *self.stays.borrow() == Stays::Bidding;
        while self.unanswered.len() < IN_FLIGHT && self.is_open && bids {
            let command = self.bid();
            self.unanswered.insert(self.made, (command, false));
            self.made += 1;
            self.send_unsent(socket).await?;
        }
        if again {
            self.send_unsent(socket).await?;
        }
        Ok(())
    }

    async fn send_unsent(&mut self, socket: &mut Socket) -> Result<(), Lost> {
        for (command, on_its_way) in self.unanswered.values_mut() {
            if !std::mem::replace(on_its_way, true) {
                send(socket, command.clone()).await?;
            }
        }
        Ok(())
    }

    fn bid(&self) -> String {
        let step = self.made - u64::from(self.made % REPEATS == REPEATS - 1);
        let grosze = FIRST_PRICE - step;
        let price = format!("{}.{:02}", grosze / 100, grosze % 100);
        let id = format!("c-{:06}", self.made);
        json!({"type": "bid", "auction": self.auction, "id": id, "values": {"price": price}})
            .to_string()
    }

    fn take(&mut self, text: &str) {
        let frame: Value = serde_json::from_str(text).expect("JSON");
        match frame["type"].as_str().expect("a type") {
            "joined" => self.take_joined(&frame),
            "state" => self.is_open |= frame["state"]["state"] == "open",
            "result" => self.heard.result = Some(result(&frame["result"], &frame["winner"])),
            "receipt" => self.take_receipt(frame),
            "refused" if frame["id"].is_null() => self.is_sent_away = true,
            "refused" => self.take_refusal(&frame),
            _ => {}
        }
    }

    fn take_joined(&mut self, frame: &Value) {
        self.is_joined = true;
        self.is_open |= frame["state"]["state"] == "open";
        if frame["state"]["result"].is_object() {
            self.heard.result = Some(result(&frame["state"]["result"], &frame["winner"]));
        }
        if self.made == 0 {
            let accept = json!({
                "type": "accept-terms", "auction": self.auction, "id": "c-000000",
                "terms_hash": frame["terms_hash"],
            });
            self.unanswered.insert(0, (accept.to_string(), false));
            self.made = 1;
        }
    }

    fn take_receipt(&mut self, frame: Value) {
        let n = usize::try_from(frame["n"].as_u64().expect("n")).unwrap();
        if let Some(first) = self.heard.receipts.get(n - 1) {
            assert_eq!(first, &frame, "another receipt for the same command");
            self.heard.repeated += 1;
            return;
        }
        assert_eq!(n, self.heard.receipts.len() + 1, "receipts come in order");
        let known = self.unanswered.remove(&number(&frame));
        assert!(known.is_some(), "a receipt for no command: {frame}");
        self.answered_at = Instant::now();
        if frame["accepted"] == true {
            self.accepted.lock().unwrap().push(Instant::now());
        }
        self.heard.receipts.push(frame);
        self.count.send_modify(|count| *count += 1);
    }

    /// Nothing was decided: the same command goes out again, not at once.
    fn take_refusal(&mut self, frame: &Value) {
        let code = frame["code"].as_u64();
        assert!(matches!(code, Some(403 | 406)), "refused: {frame}");
        if let Some((_, on_its_way)) = self.unanswered.get_mut(&number(frame)) {
            *on_its_way = false;
        }
    }
}

/// What everyone must be told alike when the auction is over.
pub(crate) fn result(result: &Value, winner: &Value) -> Value {
    json!({"result": result, "winner": winner})
}

/// Which of the bidder's commands a frame answers.
fn number(frame: &Value) -> u64 {
    let id = frame["id"].as_str().expect("an id");
    id.trim_start_matches("c-").parse().expect("an id of ours")
}

async fn send(socket: &mut Socket, text: String) -> Result<(), Lost> {
    socket.send(Message::text(text)).await.map_err(|_| Lost)
}
