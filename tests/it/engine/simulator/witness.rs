//! What must hold at every moment: the durable log by itself, and all that leaves the server held
//! against what was durable when it left.

use super::super::hall::{Heard, bidder, kind, receipt, signer};
use super::link::Told;
use super::story::Story;
use auction_rules::log::{self, Batch, LateStatement};
use auction_rules::{
    Act, Auction, AuctionId, Audience, By, Digest, Entry, Event, Outcome, Refusal, Timestamp,
    Viewer,
};
use ebok::auction::journal::Tail;
use ebok::auction::journal::faulty::FaultyJournal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Whose command ids are one name space.
pub(super) type Asker = Viewer;

/// Follows the durable log, and judges.
pub(super) struct Witness {
    journal: FaultyJournal,
    pub(super) auction: AuctionId,
    story: Story,
    pub(super) state: Option<Auction>,
    pub(super) entries: Vec<Entry>,
    tail: Option<Tail>,
    /// Heads by the last entry before them.
    heads: BTreeMap<u64, Digest>,
    /// Where each command stands in the log.
    commands: BTreeMap<(Asker, String), usize>,
    /// What each audience may have been shown, with the last entry that it rests on.
    views: BTreeMap<Audience, BTreeMap<String, u64>>,
    /// Every receipt that left, by bidder and command.
    pub(super) receipts: BTreeMap<(Viewer, String), Value>,
    /// The last stamp of a person's command under the present writer.
    stamped: Timestamp,
    /// There is one node, so all stamps are its own.
    pub(super) alone: bool,
}

impl Witness {
    pub(super) fn new(
        journal: FaultyJournal,
        auction: AuctionId,
        story: Story,
        alone: bool,
    ) -> Self {
        Self {
            journal,
            auction,
            story,
            state: None,
            entries: Vec::new(),
            tail: None,
            heads: BTreeMap::new(),
            commands: BTreeMap::new(),
            views: BTreeMap::new(),
            receipts: BTreeMap::new(),
            stamped: Timestamp(0),
            alone,
        }
    }

    /// Reads what has become durable.
    pub(super) fn follow(&mut self) {
        let after = self.tail.map(|tail| tail.id);
        for stored in self.journal.synced(&self.auction, after) {
            let batch: Batch = serde_json::from_slice(&stored.body).unwrap();
            let header = batch.header().unwrap();
            assert_eq!(
                header.prev_head.0,
                self.tail.map_or([0; 32], |tail| tail.head)
            );
            for leaf in &batch.entries {
                let (_, entry) = leaf.entry().unwrap();
                self.enter(entry);
            }
            assert_eq!(header.last_seq, self.entries.len() as u64);
            self.tail = Some(stored.tail());
            self.heads.insert(header.last_seq, Digest(stored.head));
            self.look(header.last_seq);
        }
    }

    /// Every state between two batches may be shown.
    fn look(&mut self, seq: u64) {
        let state = self.state.as_ref().unwrap();
        for audience in Audience::ALL {
            let shown = json!(state.public(audience)).to_string();
            let views = self.views.entry(audience).or_default();
            views.entry(shown).or_insert(seq);
        }
    }

    fn enter(&mut self, entry: Entry) {
        assert_eq!(entry.seq, self.entries.len() as u64 + 1, "no gap");
        let Some(state) = &mut self.state else {
            self.state = Some(Auction::founded(self.auction.clone(), &entry).unwrap());
            self.entries.push(entry);
            return;
        };
        let again = state.enter(entry.command.clone());
        assert_eq!(again, entry, "the rules decide the same again");
        fits(state, &entry);
        state.apply(&entry).unwrap();
        self.stamps(&entry);
        if let Some(asked) = asked(&entry) {
            let before = self.commands.insert(asked, self.entries.len());
            assert_eq!(before, None, "a command counts once: {entry:?}");
        }
        match &entry.outcome {
            Outcome::Refused(refusal) => self.story.count(format!("refused {}", refusal.code())),
            Outcome::Events(events) => {
                for event in events {
                    let event = json!(event);
                    self.story.count(event["type"].as_str().unwrap());
                }
            }
        }
        self.entries.push(entry);
    }

    /// What people ask at one node is decided in the order in which it was stamped.
    fn stamps(&mut self, entry: &Entry) {
        if let Act::TakeOver { .. } = entry.command.act {
            self.stamped = Timestamp(0);
        }
        if entry.command.by != By::Server {
            let stamp = entry.command.received_at;
            let in_order = self.stamped <= stamp || !self.alone;
            assert!(in_order, "decided out of order: {entry:?}");
            self.stamped = stamp;
        }
    }

    /// After `known` entries another writer went on, and said for how long nobody could bid: from when
    /// the house before it ran, which ended at `ended`, to `now` or later.
    pub(super) fn was_taken_over(&self, known: usize, ended: Timestamp, now: Timestamp) {
        let mut new = self.entries[known..].iter();
        let taken = new.any(|entry| matches!(entry.command.act, Act::TakeOver { .. }));
        assert!(taken, "nobody took over");
        match new.next().map(|entry| &entry.command.act) {
            Some(Act::Interrupt { from, to }) => {
                assert!(
                    *from <= ended && now <= *to,
                    "{from:?} {ended:?} {now:?} {to:?}"
                );
            }
            other => panic!("no outage was noted: {other:?}"),
        }
    }

    /// The entry of a command.
    pub(super) fn entry(&self, asker: Asker, id: &str) -> Option<&Entry> {
        let place = self.commands.get(&(asker, id.to_owned()))?;
        self.entries.get(*place)
    }

    /// Judges what left the server.
    pub(super) fn hears(&mut self, viewer: Viewer, told: &Told) {
        let Heard::Message(message) = &told.heard else {
            return;
        };
        let durable = told.durable;
        match kind(message) {
            "receipt" => self.hears_receipt(viewer, message, durable),
            "refused" => self.hears_refusal(viewer, message, durable),
            "joined" | "state" => self.hears_state(viewer, message, told),
            "own" => {
                let (seq, n) = (durable, message["own"]["n"].as_u64().unwrap());
                let before = self.entries.iter().take_while(|entry| entry.seq <= seq);
                let own = before.filter(|entry| asker(entry) == Some(viewer) && entry.n.is_some());
                assert!(n <= own.count() as u64, "not durable: {message}");
            }
            "done" => {
                let entry = self.durable_entry(viewer, message, durable);
                assert!(matches!(entry.outcome, Outcome::Events(_)), "{entry:?}");
            }
            "result" => {
                let state = self.state.as_ref().unwrap();
                assert_eq!(message["result"], json!(state.result()));
                assert_eq!(message["closed_at"], json!(state.closed_at()));
                let close = self.entries.iter().find(|entry| closes(entry)).unwrap();
                assert!(close.seq <= durable, "not durable: {message}");
            }
            "head" => {
                let seq = message["seq"].as_u64().unwrap();
                assert!(seq <= durable, "not durable: {message}");
                assert_eq!(message["head"], json!(self.heads[&seq]));
            }
            "hello" | "presence" => {}
            other => panic!("nobody asked for {other}: {message}"),
        }
    }

    fn durable_entry(&self, viewer: Viewer, message: &Value, durable: u64) -> &Entry {
        let id = message["id"].as_str().unwrap();
        let entry = self.entry(viewer, id);
        let entry = entry.unwrap_or_else(|| panic!("not in the log: {message}"));
        assert!(
            entry.seq <= durable,
            "left before it was durable: {message}"
        );
        entry
    }

    fn hears_receipt(&mut self, viewer: Viewer, message: &Value, durable: u64) {
        let id = message["id"].as_str().unwrap().to_owned();
        let entry = self.durable_entry(viewer, message, durable);
        if let Some(before) = self.receipts.get(&(viewer, id.clone())) {
            assert_eq!(before, message, "one receipt for one command");
            return;
        }
        let told = receipt(message).told().unwrap();
        assert_eq!(
            (
                told.n,
                told.alias,
                told.received_at,
                &told.act,
                &told.outcome
            ),
            (
                entry.n,
                entry.alias,
                entry.command.received_at,
                &entry.command.act,
                &entry.outcome
            )
        );
        let refused = match &entry.outcome {
            Outcome::Events(_) => Value::Null,
            Outcome::Refused(refusal) => json!(refusal.code()),
        };
        assert_eq!(message["accepted"], refused.is_null());
        assert_eq!(message["code"], refused);
        self.receipts.insert((viewer, id), message.clone());
    }

    fn hears_refusal(&mut self, viewer: Viewer, message: &Value, durable: u64) {
        let code = message["code"].as_u64().unwrap();
        let refusal: Refusal = serde_json::from_value(message["refusal"].clone()).unwrap();
        assert_eq!(code, u64::from(refusal.code()));
        for language in ["pl", "en"] {
            assert!(!message["sentence"][language].as_str().unwrap().is_empty());
        }
        self.story.count(format!("outside {code}"));
        if refusal == Refusal::CommandIdReused {
            self.durable_entry(viewer, message, durable);
        }
        if !message["late"].is_null() {
            self.hears_late(message);
        }
    }

    /// A refusal after the seal names the sealed head, and is signed.
    fn hears_late(&self, message: &Value) {
        let late = &message["late"];
        let text = late["statement"].as_str().unwrap();
        let statement: LateStatement = serde_json::from_str(text).unwrap();
        assert_eq!(json!(statement.id), message["id"]);
        assert!(self.state.as_ref().unwrap().is_sealed());
        let tail = self.tail.unwrap();
        assert_eq!(statement.sealed_head, Digest(tail.head));
        let signer = signer();
        let key = signer.key_set().key(late["key"].as_str().unwrap()).unwrap();
        let signature = late["signature"].as_str().unwrap();
        assert!(key.signed(&log::late_message(text), signature), "{message}");
    }

    fn hears_state(&self, viewer: Viewer, message: &Value, told: &Told) {
        let shown = message["state"].to_string();
        let seq = self.views[&viewer.audience()].get(&shown);
        let seq = seq.unwrap_or_else(|| panic!("no state of the log: {message}"));
        assert!(
            *seq <= told.durable,
            "left before it was durable: {message}"
        );
        if viewer == Viewer::Observer {
            self.is_late_enough(*seq, told.at, message);
        }
    }

    /// Observers see the state that an entry led to only after the delay; from the close on, at once.
    fn is_late_enough(&self, seq: u64, at: Timestamp, message: &Value) {
        let state = self.state.as_ref().unwrap();
        let delay_ms = state.terms().visibility.observers_delay_ms.unwrap();
        let shows = match usize::try_from(seq).unwrap() {
            // That it was published is no secret.
            1 => Timestamp(0),
            seq => self.entries[seq - 1].at.plus(delay_ms),
        };
        let closed = state.closed_at().is_some_and(|closed| closed <= at);
        assert!(
            closed || shows <= at,
            "observers see it too soon: {message}"
        );
    }

    /// What one connection brought stands in the log in the same order, where it came once.
    pub(super) fn stands_in_order(&self, arrivals: &[Vec<(Viewer, String)>]) {
        let mut seen: BTreeMap<&(Viewer, String), u32> = BTreeMap::new();
        for arrival in arrivals.iter().flatten() {
            *seen.entry(arrival).or_default() += 1;
        }
        for of_one in arrivals {
            let once = of_one.iter().filter(|arrival| seen[arrival] == 1);
            let places: Vec<_> = once.filter_map(|one| self.commands.get(one)).collect();
            for pair in places.windows(2) {
                let [before, after] = [pair[0], pair[1]].map(|place| &self.entries[*place]);
                assert!(before.seq < after.seq, "{before:?} came before {after:?}");
            }
        }
    }
}

/// Whether what was decided fits where the auction was.
fn fits(state: &Auction, entry: &Entry) {
    let closed = state.closed_at().is_some();
    let accepted = matches!(entry.outcome, Outcome::Events(_));
    if let (By::Bidder(_), true) = (&entry.command.by, entry.command.act.typed().is_some()) {
        assert!(!(closed && accepted), "after the close: {entry:?}");
    }
    match (&entry.outcome, &entry.command.act) {
        (Outcome::Refused(Refusal::Closed { .. }), _) => {
            assert!(closed, "a deadline was not decided in time: {entry:?}");
        }
        (Outcome::Refused(_), _) if entry.command.by == By::Server => {
            panic!("a fault of the writer: {entry:?}");
        }
        (Outcome::Events(_), Act::Reveal { openings }) => {
            let lost = openings.iter().filter(|one| one.opening.is_none());
            assert_eq!(lost.count(), 0, "a sealed value was lost: {entry:?}");
        }
        (Outcome::Events(_), Act::EndPhase { tail: None }) => {
            assert_eq!(state.random_tail(), None, "a random tail was lost");
        }
        _ => {}
    }
}

fn closes(entry: &Entry) -> bool {
    let closes = |event: &Event| matches!(event, Event::Closed { .. });
    matches!(&entry.outcome, Outcome::Events(events) if events.iter().any(closes))
}

/// Who asked for an entry, and under which id.
fn asked(entry: &Entry) -> Option<(Asker, String)> {
    Some((asker(entry)?, entry.command.id.as_ref()?.to_string()))
}

fn asker(entry: &Entry) -> Option<Asker> {
    match &entry.command.by {
        By::Bidder(bidder) => Some(Viewer::Bidder(*bidder)),
        By::Officer(_) => Some(Viewer::Officer),
        By::Server => None,
    }
}

/// The viewer that firm number `index` is.
pub(super) fn firm(index: usize) -> Viewer {
    Viewer::Bidder(bidder(index))
}
