//! A house with one auction, and clients on sockets in memory. With `start_paused`, time is virtual
//! and passes only while everyone waits.

use auction_rules::identity::{Disclosure, Identity};
use auction_rules::log::{self, Batch, Receipt};
use auction_rules::{
    Act, Auction, AuctionId, Bidder, By, Command, CommandId, Entry, Offer, OfficerId, Refusal,
    Terms, Timestamp, Viewer,
};
use ebok::auction::chance::Chance;
use ebok::auction::house::{Disclosures, Gate, House, Noted};
use ebok::auction::journal::{Journal, NotAppended, Tail};
use ebok::auction::outbox::Outbox;
use ebok::auction::socket::{self, Guest};
use ebok::auction::viewers::Connection;
use ebok::chain::Signer;
use ebok::clock::Clock;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_util::sync::CancellationToken;

/// Wednesday, 18 November 2026, 12:00 in Warsaw.
pub(crate) const START: Timestamp = Timestamp(1_795_000_000_000);
/// From the start of a hall to the opening.
pub(crate) const OPENS_AFTER_MS: u64 = 1_000;
/// Length of the only phase.
pub(crate) const LENGTH_MS: u64 = 60_000;

static SIGNER: LazyLock<(Signer, tempfile::TempDir)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    (Signer::open(dir.path(), "one", START).unwrap(), dir)
});

pub(crate) fn signer() -> Signer {
    SIGNER.0.clone()
}

/// Terms of a plain auction: one price, one phase of a minute with extensions, with `changes`
/// laid over them.
pub(crate) fn terms(changes: Value) -> Terms {
    let mut draft = json!({
        "regime": "private",
        "title": {"pl": "Odśnieżanie", "en": "Snow clearing"},
        "values": [{"id": "price", "name": {"pl": "Cena", "en": "Price"}, "unit": "PLN",
            "decimals": 2, "least": "1", "most": "2000", "direction": "lowest"}],
        "opening": "written-offer",
        "phases": [{"run": {"kind": "open", "close": {"by": "set-time", "length_ms": LENGTH_MS},
            "extension": {"window_ms": 10_000, "length_ms": 20_000, "anchor": "from-bid",
                "trigger": {"on": "any-bid"}}}}],
        "evaluation": {"by": "lowest-price"},
        "improvement": {"from": "own",
            "steps": {"price": {"least": {"by": "amount", "amount": "10"}}}},
        "ties": "earliest"
    });
    lay(&mut draft, changes);
    serde_json::from_value(draft).unwrap()
}

fn lay(over: &mut Value, changes: Value) {
    match (over, changes) {
        (Value::Object(over), Value::Object(changes)) => {
            for (key, change) in changes {
                lay(over.entry(key).or_insert(Value::Null), change);
            }
        }
        (over, change) => *over = change,
    }
}

/// The firm number `index`.
pub(crate) fn firm(index: usize) -> Disclosure {
    let identity = Identity {
        name: format!("Firma {index}"),
        seat: "Bydgoszcz".to_owned(),
        tax_id: String::new(),
    };
    Disclosure::new([index as u8; 16], identity)
}

pub(crate) fn bidder(index: usize) -> Bidder {
    firm(index).commitment().unwrap()
}

pub(crate) fn officer() -> OfficerId {
    OfficerId::new("anna").unwrap()
}

fn disclosures() -> Disclosures {
    Arc::new(|bidder| {
        let known = (0..16)
            .map(firm)
            .find(|firm| firm.commitment() == Some(bidder));
        std::future::ready(known).boxed()
    })
}

/// A house with one auction.
pub(crate) struct Hall {
    pub(crate) house: Arc<House>,
    pub(crate) auction: AuctionId,
    pub(crate) clock: Clock,
    /// How often the house said that its journal takes nothing more.
    pub(crate) fatal: Arc<AtomicU32>,
}

impl Hall {
    /// A house at `now` over whatever the journal holds.
    pub(crate) async fn open(journal: Arc<dyn Journal>, now: Timestamp) -> Self {
        Self::opening(journal, now, Chance::secret()).await.unwrap()
    }

    /// The same, where the journal may fail meanwhile.
    pub(crate) async fn opening(
        journal: Arc<dyn Journal>,
        now: Timestamp,
        chance: Chance,
    ) -> anyhow::Result<Self> {
        let clock = Clock::start_at_ms(now);
        let fatal = Arc::new(AtomicU32::new(0));
        let count = fatal.clone();
        let on_fatal = Arc::new(move |_: &NotAppended| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let now = clock.clone();
        let house = House::open(journal, signer(), now, disclosures(), on_fatal, chance);
        Ok(Self {
            house: house.await?,
            auction: AuctionId::new("a-1").unwrap(),
            clock,
            fatal,
        })
    }

    /// A house with a published auction, so many admitted bidders with an offer of 1000, and an
    /// opening.
    pub(crate) async fn with(journal: Arc<dyn Journal>, terms: Terms, bidders: usize) -> Self {
        let hall = Self::open(journal, START).await;
        hall.publish(terms, bidders).await;
        hall
    }

    pub(crate) async fn publish(&self, terms: Terms, bidders: usize) {
        let offers = terms.opening == auction_rules::terms::OpeningOffer::WrittenOffer;
        let published = self
            .house
            .publish(self.auction.clone(), terms, officer(), None);
        published.await.unwrap();
        for index in 0..bidders {
            let offer = if offers {
                json!({"price": "1000"})
            } else {
                json!({})
            };
            self.act(json!({"type": "admit", "bidder": bidder(index), "offer": offer}))
                .await;
        }
        let opens_at = self.clock.now().plus(OPENS_AFTER_MS);
        self.act(json!({"type": "schedule", "opens_at": opens_at}))
            .await;
    }

    pub(crate) async fn act(&self, act: Value) {
        let act: Act = serde_json::from_value(act).unwrap();
        self.house.act(&self.auction, officer(), act).await.unwrap();
    }

    /// The auction as the viewers' replica has it.
    pub(crate) async fn state(&self) -> Auction {
        let door = self.house.door(&self.auction).unwrap();
        door.viewers().snapshot().await.unwrap()
    }

    /// What the state is called.
    pub(crate) async fn called(&self) -> String {
        self.state().await.view(Viewer::Officer).public.state
    }

    /// Waits until `moment` of the hall's clock.
    pub(crate) async fn until(&self, moment: Timestamp) {
        tokio::time::sleep_until(self.clock.instant(moment)).await;
    }

    /// When the auction opens, and its first end.
    pub(crate) fn opens_at(&self) -> Timestamp {
        START.plus(OPENS_AFTER_MS)
    }

    pub(crate) fn closes_at(&self) -> Timestamp {
        self.opens_at().plus(LENGTH_MS)
    }

    /// A bid that was stamped at `received_at` and reaches the room only now.
    pub(crate) fn arrive(
        &self,
        index: usize,
        id: &str,
        price: &str,
        received_at: Timestamp,
    ) -> Result<(), Refusal> {
        let offer: Offer = serde_json::from_value(json!({"values": {"price": price}})).unwrap();
        let command = Command {
            by: By::Bidder(bidder(index)),
            id: Some(CommandId::new(id).unwrap()),
            received_at,
            act: Act::PlaceBid(offer),
        };
        let connection = Arc::new(Connection::new(Outbox::default()));
        let door = self.house.door(&self.auction).unwrap();
        door.submit(bidder(index), command, &connection)
    }

    pub(crate) async fn client(&self, viewer: Viewer) -> Client {
        Client::connect(self.house.clone(), guest(viewer), 1 << 20).await
    }

    /// A client that has joined and heard so.
    pub(crate) async fn joined(&self, viewer: Viewer) -> Client {
        let mut client = self.client(viewer).await;
        client.join(&self.auction, 0, 0).await;
        client
    }

    /// A bidder's client that has joined and accepted the terms.
    pub(crate) async fn bidder(&self, index: usize) -> Client {
        let mut client = self.joined(Viewer::Bidder(bidder(index))).await;
        let terms_hash = self.state().await.terms_hash();
        client
            .say(json!({"type": "accept-terms", "auction": self.auction,
                "id": format!("accept-{index}"), "terms_hash": terms_hash}))
            .await;
        assert_eq!(client.until("receipt").await["accepted"], true);
        client
    }

    /// Everyone's client, at the opening.
    pub(crate) async fn opened(&self, bidders: usize) -> Vec<Client> {
        let mut clients = Vec::new();
        for index in 0..bidders {
            clients.push(self.bidder(index).await);
        }
        for client in &mut clients {
            client.news("phase-started").await;
        }
        clients
    }
}

/// For an engine without paperwork.
fn no_notes() -> Noted {
    Arc::new(|_, _| std::future::ready(()).boxed())
}

/// Who comes from outside as this viewer of every auction but those that nobody knows: x-….
pub(crate) fn guest(viewer: Viewer) -> Guest {
    let gate: Gate = Arc::new(move |auction: AuctionId| {
        let known = !auction.as_str().starts_with("x-");
        std::future::ready(known.then_some(viewer).ok_or(Refusal::NotFound)).boxed()
    });
    Guest {
        gate,
        officer: (viewer == Viewer::Officer).then(|| (officer(), no_notes())),
        logged_out: CancellationToken::new(),
    }
}

pub(crate) type Out = Arc<Mutex<SplitSink<WebSocketStream<DuplexStream>, Message>>>;

/// A client that pings as it should and keeps what it hears.
pub(crate) struct Client {
    out: Out,
    heard: mpsc::Receiver<Heard>,
    reads: watch::Sender<bool>,
    reading: JoinHandle<()>,
    pinging: JoinHandle<()>,
}

/// By which the pings of a client are known.
const PING: u32 = 4_711;

#[derive(Debug)]
pub(crate) enum Heard {
    Message(Value),
    Closed(u16),
}

impl Client {
    /// A client on a pipe that holds `bytes` on their way.
    pub(crate) async fn connect(house: Arc<House>, guest: Guest, bytes: usize) -> Self {
        let (here, there) = tokio::io::duplex(bytes);
        let (read, write) = tokio::io::split(there);
        tokio::spawn(socket::serve(
            read,
            write,
            bytes::Bytes::new(),
            house,
            guest,
        ));
        let stream = WebSocketStream::from_raw_socket(here, Role::Client, None).await;
        let (sink, stream) = stream.split();
        let out = Arc::new(Mutex::new(sink));
        let (heard_by, heard) = mpsc::channel(100_000);
        let (reads, may_read) = watch::channel(true);
        let reading = tokio::spawn(read_all(stream, heard_by, may_read));
        let pinging = tokio::spawn(ping(out.clone()));
        Self {
            out,
            heard,
            reads,
            reading,
            pinging,
        }
    }

    /// Where what it says goes.
    pub(crate) fn out(&self) -> Out {
        self.out.clone()
    }

    /// Pings no more.
    pub(crate) fn fall_silent(&self) {
        self.pinging.abort();
    }

    /// Reads no more, or again.
    pub(crate) fn reads(&self, reads: bool) {
        self.reads.send_replace(reads);
    }

    /// Lets the connection drop without a word.
    pub(crate) async fn vanish(self) {
        drop(self);
        settle().await;
    }

    pub(crate) async fn say(&self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends any frame; a server that has ended need not take it.
    pub(crate) async fn send(&self, message: Message) {
        drop(self.out.lock().await.send(message).await);
    }

    pub(crate) async fn join(&mut self, auction: &AuctionId, f: u64, n: u32) -> Value {
        self.say(json!({"type": "join", "auction": auction, "f": f, "n": n}))
            .await;
        self.until("joined").await
    }

    pub(crate) async fn bid(&self, auction: &AuctionId, id: &str, price: &str) {
        self.say(bid(auction, id, price)).await;
    }

    /// Bids, and gives the answer.
    pub(crate) async fn bids(&mut self, auction: &AuctionId, id: &str, price: &str) -> Value {
        self.bid(auction, id, price).await;
        self.answer(id).await
    }

    /// The next answer to this command.
    pub(crate) async fn answer(&mut self, id: &str) -> Value {
        let answers = ["receipt", "refused", "done"];
        self.wait(|message| message["id"] == id && answers.contains(&kind(message)))
            .await
    }

    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        self.wait(|message| message["type"] == kind).await
    }

    /// The next frame that tells this news, and the item.
    pub(crate) async fn news(&mut self, news: &str) -> Value {
        let told = |message: &Value| {
            let feed = message["feed"].as_array().cloned().unwrap_or_default();
            feed.into_iter().find(|item| item["news"] == news)
        };
        let message = self.wait(|message| told(message).is_some()).await;
        told(&message).unwrap()
    }

    /// The first message that fits; those before it are dropped.
    pub(crate) async fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            match self.next().await {
                Heard::Message(message) if fits(&message) => return message,
                Heard::Message(_) => {}
                Heard::Closed(code) => panic!("closed with {code}"),
            }
        }
    }

    /// With which code the server closes.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            if let Heard::Closed(code) = self.next().await {
                return code;
            }
        }
    }

    /// What it hears next.
    pub(crate) async fn next(&mut self) -> Heard {
        let next = tokio::time::timeout(Duration::from_secs(300), self.heard.recv());
        next.await
            .expect("nothing was heard for too long")
            .expect("the connection is over")
    }

    /// All that was heard and not asked for yet.
    pub(crate) async fn heard(&mut self) -> Vec<Value> {
        settle().await;
        self.drain()
    }

    /// The same, as it is at this moment.
    pub(crate) fn drain(&mut self) -> Vec<Value> {
        let mut all = Vec::new();
        while let Ok(heard) = self.heard.try_recv() {
            if let Heard::Message(message) = heard {
                all.push(message);
            }
        }
        all
    }

    /// All that is still heard until the server closes, and its code.
    pub(crate) async fn last_words(&mut self) -> (Vec<Value>, u16) {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Heard::Message(message) => all.push(message),
                Heard::Closed(code) => return (all, code),
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.pinging.abort();
        self.reading.abort();
    }
}

async fn read_all(
    mut stream: SplitStream<WebSocketStream<DuplexStream>>,
    heard_by: mpsc::Sender<Heard>,
    mut may_read: watch::Receiver<bool>,
) {
    let mut code = 1006;
    loop {
        if may_read.wait_for(|may| *may).await.is_err() {
            return;
        }
        let next = tokio::select! {
            biased;
            next = stream.next() => next,
            _ = may_read.changed() => continue,
        };
        match next {
            Some(Ok(Message::Text(text))) => {
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] != "pong" || message["t"] != PING {
                    heard_by.send(Heard::Message(message)).await.unwrap();
                }
            }
            Some(Ok(Message::Close(frame))) => code = frame.map_or(1005, |frame| frame.code.into()),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => break,
        }
    }
    drop(heard_by.send(Heard::Closed(code)).await);
}

async fn ping(out: Out) {
    let mut every = tokio::time::interval(Duration::from_secs(2));
    loop {
        every.tick().await;
        let ping = json!({"type": "ping", "t": PING, "rtt": 7, "offset": -2});
        if out
            .lock()
            .await
            .send(Message::text(ping.to_string()))
            .await
            .is_err()
        {
            return;
        }
    }
}

pub(crate) fn bid(auction: &AuctionId, id: &str, price: &str) -> Value {
    json!({"type": "bid", "auction": auction, "id": id, "values": {"price": price}})
}

pub(crate) fn kind(message: &Value) -> &str {
    message["type"].as_str().unwrap()
}

/// Lets everyone finish what needs no time.
pub(crate) async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Lets virtual time pass.
pub(crate) async fn pass(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// A life in virtual time. Its end is a crash: every task stops where it stands.
pub(crate) fn in_virtual_time<T>(life: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(life)
}

/// The receipt in an answer, after checking path and signature.
pub(crate) fn receipt(answer: &Value) -> Receipt {
    let receipt: Receipt = serde_json::from_value(answer["receipt"].clone()).unwrap();
    let told = receipt.told().unwrap();
    let message = log::signed_message(&told.auction, &receipt.root().unwrap());
    let signer = signer();
    let key = signer.key_set().key(&receipt.key).unwrap();
    assert!(key.signed(&message, &receipt.signature), "{answer}");
    assert_eq!(answer["id"], json!(told.id));
    assert_eq!(answer["n"], json!(told.n));
    receipt
}

/// The whole log, as far as it is durable, checked link by link.
pub(crate) async fn log_of(journal: &dyn Journal, auction: &AuctionId) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut tail: Option<Tail> = None;
    loop {
        let batches = journal
            .read(auction, tail.map(|tail| tail.id), 256)
            .await
            .unwrap();
        if batches.is_empty() {
            return entries;
        }
        for stored in batches {
            let batch: Batch = serde_json::from_slice(&stored.body).unwrap();
            let header = batch.header().unwrap();
            assert_eq!(header.prev_head.0, tail.map_or([0; 32], |tail| tail.head));
            let head = log::head(&header.prev_head, &batch.tree().unwrap().root());
            assert_eq!(head.0, stored.head);
            assert_eq!(header.first_seq, entries.len() as u64 + 1);
            for leaf in &batch.entries {
                assert_eq!(leaf.computed().unwrap(), leaf.hash);
                let (_, entry) = leaf.entry().unwrap();
                assert_eq!(entry.seq, entries.len() as u64 + 1, "no gap");
                entries.push(entry);
            }
            assert_eq!(header.last_seq, entries.len() as u64);
            tail = Some(stored.tail());
        }
    }
}

/// The state that a log comes to.
pub(crate) fn replayed(auction: &AuctionId, entries: &[Entry]) -> Auction {
    let (first, rest) = entries.split_first().unwrap();
    let mut state = Auction::founded(auction.clone(), first).unwrap();
    for entry in rest {
        let decided = state.enter(entry.command.clone());
        assert_eq!(decided, *entry, "the rules decide the same again");
        state.apply(entry).unwrap();
    }
    state
}

/// An entry without the texts that stand under these names.
pub(crate) fn without(entry: &Entry, names: &[&str]) -> Value {
    let mut entry = json!(entry);
    blank(&mut entry, names);
    entry
}

fn blank(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if names.contains(&name.as_str()) && member.is_string() {
                    *member = Value::Null;
                }
                blank(member, names);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| blank(one, names)),
        _ => {}
    }
}
