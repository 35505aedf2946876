//! A bidder's own client: bids as fast as it is answered, comes back after every lost connection,
//! sends again what is unanswered, and keeps every receipt.

use super::process::Server;
use super::stage::Seat;
use super::wait::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Commands unanswered at once: one less than the server allows.
const IN_FLIGHT: usize = 3;
/// How often one looks whether something is to be sent again, and pings.
const TICK: Duration = Duration::from_millis(20);
/// Of so many bids one repeats the price before it, and is refused.
const REPEATS: u64 = 7;

/// The first price, in grosze.
const FIRST_PRICE: u64 = 90_000_000;

/// What several bidders are told, and what they tell.
pub(crate) struct Crowd {
    stop: watch::Sender<bool>,
    receipts: watch::Sender<usize>,
    tasks: Vec<JoinHandle<Heard>>,
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
}

impl Crowd {
    /// Everyone of `seats` comes in and bids.
    pub(crate) fn enter(server: &Server, auction: &str, seats: &[Seat]) -> Self {
        Self::enter_at(&server.address(), auction, seats)
    }

    /// The same, at a proxy.
    pub(crate) fn enter_at(address: &str, auction: &str, seats: &[Seat]) -> Self {
        let (stop, receipts) = (watch::Sender::new(false), watch::Sender::new(0));
        let bidder = |seat: &Seat| Bidder {
            address: address.to_owned(),
            token: seat.token.clone(),
            auction: auction.to_owned(),
            stop: stop.subscribe(),
            count: receipts.clone(),
            heard: Heard::default(),
            unanswered: BTreeMap::new(),
            made: 0,
            is_joined: false,
            is_open: false,
        };
        let tasks = seats
            .iter()
            .map(|seat| tokio::spawn(bidder(seat).live()))
            .collect();
        Self {
            stop,
            receipts,
            tasks,
        }
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
        self.stop.send_replace(true);
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
    address: String,
    token: String,
    auction: String,
    stop: watch::Receiver<bool>,
    count: watch::Sender<usize>,
    heard: Heard,
    /// Commands by their number, with whether they are on their way.
    unanswered: BTreeMap<u64, (String, bool)>,
    /// Commands made so far.
    made: u64,
    is_joined: bool,
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
            let Ok(mut socket) = self.connect().await else {
                continue;
            };
            self.heard.connections += 1;
            if self.stay(&mut socket).await.is_ok() {
                return self.heard;
            }
        }
    }

    async fn connect(&self) -> Result<Socket, Lost> {
        let stream = TcpStream::connect(&self.address).await.map_err(|_| Lost)?;
        stream.set_nodelay(true).map_err(|_| Lost)?;
        let url = format!("ws://{}/api/live", self.address);
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.token).parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        let (socket, _) = client_async(request, stream).await.map_err(|_| Lost)?;
        Ok(socket)
    }

    /// Bids until all is done.
    async fn stay(&mut self, socket: &mut Socket) -> Result<(), Lost> {
        self.is_joined = false;
        for (_, on_its_way) in self.unanswered.values_mut() {
            *on_its_way = false;
        }
        let n = self.heard.receipts.len();
        let join = json!({"type": "join", "auction": self.auction, "f": 0, "n": n});
        send(socket, join.to_string()).await?;
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut again = false;
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.take(&text),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Lost),
                    Some(Ok(_)) => {}
                },
                _ = ticks.tick() => {
                    send(socket, r#"{"type":"ping","t":1}"#.to_owned()).await?;
                    again = true;
                }
            }
            if self.is_joined {
                self.speak(socket, again).await?;
                if *self.stop.borrow() && self.unanswered.is_empty() {
                    return Ok(());
                }
            }
        }
    }

    async fn speak(&mut self, socket: &mut Socket, again: bool) -> Result<(), Lost> {
        while self.unanswered.len() < IN_FLIGHT && self.is_open && !*self.stop.borrow() {
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
            "receipt" => self.take_receipt(frame),
            "refused" => self.take_refusal(&frame),
            _ => {}
        }
    }

    fn take_joined(&mut self, frame: &Value) {
        let known = frame["own"]["n"].as_u64().expect("n");
        let had = self.heard.receipts.len() as u64;
        assert!(known >= had, "{had} receipts were given, {known} are known");
        self.is_joined = true;
        self.is_open |= frame["state"]["state"] == "open";
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

/// Which of the bidder's commands a frame answers.
fn number(frame: &Value) -> u64 {
    let id = frame["id"].as_str().expect("an id");
    id.trim_start_matches("c-").parse().expect("an id of ours")
}

async fn send(socket: &mut Socket, text: String) -> Result<(), Lost> {
    socket.send(Message::text(text)).await.map_err(|_| Lost)
}
