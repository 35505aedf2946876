//! What a viewer is sent, how often and when, tells nothing of what the viewer may not know.
//!
//! Two logs that differ only in hidden matters are played to a replica in virtual time. A bidder
//! and an observer must get the same frames at the same moments; of receipts the opaque parts
//! (salts, hashes, path, signature) are compared by length.

use super::hall::{START, bidder, signer, terms};
use auction_rules::log::{GENESIS, Header};
use auction_rules::{
    Act, Auction, AuctionId, Audience, By, Command, CommandId, Deadline, Digest, Entry, Event,
    Outcome, Terms, Timestamp, Viewer, Writer,
};
use ebok::auction::frame;
use ebok::auction::replica::{Delivery, Recipient, Replica};
use ebok::auction::room::Sealed;
use ebok::limits::SETTLE_MS;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

const OPENS_MS: u64 = 1_000;
const ENDS_MS: u64 = 4_000;
/// Of the written offers.
const PRICES: [&str; 4] = ["1000", "1010", "1950", "1960"];

/// One command of a script.
#[derive(Clone, Debug)]
struct Line {
    /// From the start, in milliseconds.
    at_ms: u64,
    by: Who,
    act: Value,
    /// Whether the viewers in question may know of it.
    hidden: bool,
}

/// Who acts. Bidder 0 is the one who looks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Bidder(usize),
    Officer,
    Server,
}

/// Which of two worlds with the same visible part.
#[derive(Clone, Copy, PartialEq, Debug)]
struct World {
    /// Hidden commands happen.
    hidden: bool,
    /// Hidden commands share a batch with what is near them.
    together: bool,
    /// The rivals are these firms.
    firms_from: usize,
}

impl World {
    fn bidder(self, index: usize) -> auction_rules::Bidder {
        match index {
            0 => bidder(0),
            rival => bidder(self.firms_from + rival),
        }
    }
}

/// Every switch of visibility, by the bits of a number.
fn visibility(bits: u32) -> Value {
    json!({
        "best_value": bits & 1 > 0,
        "all_values": bits & 2 > 0,
        "participant_count": bits & 4 > 0,
        "weights": bits & 8 > 0,
        "observers_delay_ms": if bits & 16 > 0 { json!(500) } else { Value::Null },
    })
}

fn terms_of(bits: u32) -> Terms {
    let end = json!({"kind": "open",
        "close": {"by": "set-time", "length_ms": ENDS_MS - OPENS_MS}, "extension": null});
    let mut changes = json!({
        "phases": [{"run": end}],
        "visibility": visibility(bits),
        "guards": {"confirm_above_percent": null},
    });
    if bits & 32 > 0 {
        changes["opening"] = json!("first-bid-free");
    }
    if bits & 64 > 0 {
        let criterion = |id: &str, weight: &str, source: &str| {
            json!({"id": id, "name": {"pl": "x", "en": "x"}, "weight": weight,
                "method": {"by": "lowest-best"}, "source": source})
        };
        changes["evaluation"] = json!({"by": "points",
            "rounding": {"of": "points", "digits": 2, "mode": "half-up"},
            "criteria": [criterion("price", "60", "auctioned"), criterion("days", "40", "offer")]});
    }
    terms(changes)
}

/// The written offer that the terms ask for.
fn offer(terms: &Terms, price: &str) -> Value {
    let mut offer = serde_json::Map::new();
    if terms.opening == auction_rules::terms::OpeningOffer::WrittenOffer {
        offer.insert("price".to_owned(), json!(price));
    }
    if terms.evaluation != auction_rules::terms::Evaluation::LowestPrice {
        offer.insert("days".to_owned(), json!("7"));
    }
    Value::Object(offer)
}

fn bid(price: u32) -> Value {
    json!({"type": "place-bid", "values": {"price": price.to_string()}})
}

/// A script: what everyone may know, and among it what hardly anyone may.
///
/// Bidder 0 and bidder 1 lead with ever lower prices. Bidder 2 stands far behind; bidder 3 only
/// tries what is refused.
fn script(terms: &Terms, random: &mut StdRng) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |at_ms: u64, by: Who, hidden: bool, act: Value| {
        lines.push(Line {
            at_ms,
            by,
            act,
            hidden,
        });
    };
    let accept = json!({"type": "accept-terms", "terms_hash": terms.hash()});
    for index in 0..4 {
        add(100, Who::Bidder(index), index > 1, accept.clone());
    }
    // The officer admits a rival once more, and tries what the rules refuse.
    let admit = json!({"type": "admit", "bidder": "3", "offer": offer(terms, PRICES[3])});
    add(200, Who::Officer, true, admit.clone());
    add(
        300,
        Who::Officer,
        true,
        json!({"type": "pause", "reason": "x"}),
    );
    // Then somebody leads also where the first bid is free.
    add(OPENS_MS + 3, Who::Bidder(0), false, bid(940));
    add(OPENS_MS + 4, Who::Bidder(1), false, bid(930));
    let mut price = 900;
    for _ in 0..random.random_range(5..25) {
        let at_ms = random.random_range(OPENS_MS + 10..ENDS_MS - 50);
        price -= 10;
        match random.random_range(0..10) {
            8 => add(
                at_ms,
                Who::Bidder(0),
                false,
                json!({"type": "ask", "text": "Dlaczego?"}),
            ),
            9 => add(
                at_ms,
                Who::Officer,
                false,
                json!({"type": "answer", "asked": "Dlaczego?", "text": "Bo tak."}),
            ),
            0 => add(
                at_ms,
                Who::Officer,
                false,
                json!({"type": "announce", "text": "Cisza."}),
            ),
            1 => add(at_ms, Who::Bidder(0), false, bid(5_000)),
            2..5 => add(at_ms, Who::Bidder(0), false, bid(price)),
            _ => add(at_ms, Who::Bidder(1), false, bid(price)),
        }
    }
    hidden(terms, random, &admit, &mut add);
    lines
}

/// What neither bidder 0 nor the public may know.
fn hidden(
    terms: &Terms,
    random: &mut StdRng,
    admit: &Value,
    add: &mut impl FnMut(u64, Who, bool, Value),
) {
    // Behind all that can be seen: only where not every value is shown.
    let mut behind = 1_900;
    for _ in 0..random.random_range(1..40) {
        let at_ms = random.random_range(50..ENDS_MS + 500);
        match random.random_range(0..10) {
            0 => add(at_ms, Who::Bidder(3), true, bid(5_000)),
            1 => add(
                at_ms,
                Who::Bidder(3),
                true,
                json!({"type": "place-bid", "values": {"x": "1"}}),
            ),
            2 => add(at_ms, Who::Bidder(1), true, bid(5_000)),
            3 => add(
                at_ms,
                Who::Bidder(3),
                true,
                json!({"type": "accept-terms", "terms_hash": "0".repeat(64)}),
            ),
            4 => add(
                at_ms,
                Who::Officer,
                true,
                json!({"type": "annul", "alias": 9, "n": 1, "reason": "x"}),
            ),
            5 => add(at_ms, Who::Officer, true, admit.clone()),
            6 => {
                let whom = random.random_range(0..4).to_string();
                let note = json!({"type": "note-refused", "bidder": whom,
                    "counts": {"too-fast": 7, "bad-message": 1}});
                add(at_ms, Who::Server, true, note);
            }
            8 => {
                let question = json!({"type": "ask", "text": format!("Pytanie {at_ms}?")});
                let rival = Who::Bidder(random.random_range(1..4));
                add(at_ms, rival, true, question);
            }
            7 => {
                let note = json!({"type": "note-dropped", "before": 4, "gone": [1, 2]});
                add(at_ms, Who::Server, true, note);
            }
            _ if terms.visibility.all_values => {}
            _ => {
                behind -= 20;
                let at_ms = at_ms.max(OPENS_MS + 5);
                add(at_ms, Who::Bidder(2), true, bid(behind));
            }
        }
    }
}

/// A world as it runs: the room's state, and what its viewers were sent.
struct Run {
    world: World,
    state: Auction,
    replica: Replica,
    head: Digest,
    batch: u64,
    /// Questions so far, and the last of bidder 0: hidden ones move its number.
    questions: (u32, u32),
    /// Asked for so far, by bidder, for command ids that do not depend on hidden commands.
    asked: [u32; 4],
    frames: Vec<(u64, Recipient, String)>,
}

impl Run {
    fn new(world: World, terms: &Terms) -> Self {
        let command = Command {
            by: By::Server,
            id: None,
            received_at: START,
            act: Act::Publish {
                terms: Box::new(terms.clone()),
                replaces: None,
                officer: super::hall::officer(),
                writer: Writer {
                    node: "one".to_owned(),
                    key: signer().key_id().to_owned(),
                    epoch: 1,
                },
            },
        };
        let id = AuctionId::new("a-1").unwrap();
        let (state, _) = Auction::publish(id, command, terms);
        let mut replica = Replica::new(state.clone());
        replica.watch(Viewer::Bidder(bidder(0)));
        replica.watch(Viewer::Observer);
        Self {
            world,
            state,
            replica,
            head: GENESIS,
            batch: 1,
            questions: (0, 0),
            asked: [0; 4],
            frames: Vec::new(),
        }
    }

    fn decide(&mut self, by: By, id: Option<String>, received_at: Timestamp, act: Act) -> Entry {
        let command = Command {
            by,
            id: id.map(|id| CommandId::new(&id).unwrap()),
            received_at,
            act,
        };
        let entry = self.state.enter(command);
        self.state.apply(&entry).unwrap();
        entry
    }

    fn line(&mut self, line: &Line) -> Entry {
        let mut act = line.act.clone();
        if act.get("bidder").is_some() {
            let rival: usize = act["bidder"].as_str().unwrap().parse().unwrap();
            act["bidder"] = json!(self.world.bidder(rival));
        }
        if act["type"] == "answer" {
            act["question"] = json!(self.questions.1);
        }
        let act: Act = serde_json::from_value(act).unwrap();
        let (by, id) = match line.by {
            Who::Officer => (By::Officer(super::hall::officer()), None),
            Who::Server => (By::Server, None),
            Who::Bidder(index) => {
                self.asked[index] += 1;
                let id = format!("c-{}", self.asked[index]);
                (By::Bidder(self.world.bidder(index)), Some(id))
            }
        };
        let entry = self.decide(by, id, START.plus(line.at_ms), act);
        if entry.outcome == Outcome::Events(vec![Event::QuestionAsked]) {
            self.questions.0 += 1;
            if line.by == Who::Bidder(0) {
                self.questions.1 = self.questions.0;
            }
        }
        entry
    }

    /// A batch becomes durable at a moment; what had waited for an earlier one goes out first.
    fn commit(&mut self, at_ms: u64, entries: Vec<Entry>) {
        self.flush(at_ms);
        if entries.is_empty() {
            return;
        }
        let header = Header {
            epoch: 1,
            batch: self.batch,
            first_seq: entries[0].seq,
            last_seq: entries[entries.len() - 1].seq,
            prev_head: self.head,
            inbox: None,
            durable_to: None,
            nonce: "0".repeat(32),
            key: signer().key_id().to_owned(),
        };
        let id = self.state.id();
        let sealed = Sealed::new(id, &header, entries, rand::random(), &signer()).unwrap();
        self.batch += 1;
        self.head = sealed.committed.head;
        let now = START.plus(at_ms);
        let deliveries = self.replica.commit(&sealed.committed, now).unwrap();
        self.sent(at_ms, deliveries);
    }

    fn flush(&mut self, until_ms: u64) {
        while let Some(due) = self.replica.next_flush()
            && due <= START.plus(until_ms)
        {
            let deliveries = self.replica.flush(due);
            self.sent(due.since(START), deliveries);
        }
    }

    fn sent(&mut self, at_ms: u64, deliveries: Vec<Delivery>) {
        for Delivery { to, frame } in deliveries {
            let watched = [
                Recipient::Bidder(bidder(0)),
                Recipient::Audience(Audience::Bidders),
                Recipient::Audience(Audience::Observers),
            ];
            if watched.contains(&to) {
                self.frames.push((at_ms, to, shown(&frame)));
            }
        }
    }

    fn joins(&mut self, at_ms: u64) {
        for viewer in [Viewer::Bidder(bidder(0)), Viewer::Observer] {
            let joined = self
                .replica
                .joined(viewer, 0, START.plus(at_ms), SETTLE_MS, None);
            let to = Recipient::Audience(viewer.audience());
            self.frames.push((at_ms, to, shown(&joined)));
        }
    }
}

/// A frame as text, with the opaque parts of a receipt replaced by their lengths.
fn shown(frame: &[u8]) -> String {
    let mut message: Value = serde_json::from_slice(frame::json(frame)).unwrap();
    if let Some(receipt) = message.get_mut("receipt") {
        for name in ["told_salt", "kept_hash", "signature"] {
            receipt[name] = json!(receipt[name].as_str().unwrap().len());
        }
        let path = receipt["path"].as_array().unwrap();
        let lengths: Vec<_> = path
            .iter()
            .map(|node| node.as_str().unwrap().len())
            .collect();
        receipt["path"] = json!(lengths);
    }
    format!("{} bytes: {message}", frame.len())
}

/// Plays a script. Visible commands are durable two milliseconds after they were received.
fn play(
    world: World,
    terms: &Terms,
    lines: &[Line],
    bidders: usize,
) -> Vec<(u64, Recipient, String)> {
    let mut run = Run::new(world, terms);
    let mut entries = Vec::new();
    for (index, price) in PRICES.iter().enumerate().take(bidders) {
        let admit = json!({"type": "admit", "bidder": world.bidder(index),
            "offer": offer(terms, price)});
        let act = serde_json::from_value(admit).unwrap();
        let by = By::Officer(super::hall::officer());
        entries.push(run.decide(by, None, START, act));
    }
    let opens_at = START.plus(OPENS_MS);
    let by = By::Officer(super::hall::officer());
    entries.push(run.decide(by, None, START, Act::Schedule { opens_at }));
    if world.together {
        run.commit(1, entries);
    } else {
        for entry in entries {
            run.commit(1, vec![entry]);
        }
    }
    let mut lines: Vec<_> = lines
        .iter()
        .filter(|line| world.hidden || !line.hidden)
        .filter(|line| !matches!(line.by, Who::Bidder(index) if index >= bidders))
        .collect();
    lines.sort_by_key(|line| line.at_ms);
    let mut held: Vec<Entry> = Vec::new();
    for line in lines {
        while let Some(due) = run
            .state
            .due()
            .filter(|due| due.at <= START.plus(line.at_ms))
        {
            falls_due(&mut run, &mut held, due.at, due.deadline, bidders);
        }
        let entry = run.line(line);
        assert!(
            line.act["type"] != "annul" || matches!(entry.outcome, Outcome::Refused(_)),
            "{entry:?}"
        );
        if line.hidden && world.together {
            held.push(entry);
        } else if line.hidden {
            run.commit(line.at_ms + 1, vec![entry]);
        } else {
            held.push(entry);
            run.commit(line.at_ms + 2, std::mem::take(&mut held));
        }
        if !line.hidden && line.at_ms % 3 == 0 {
            run.joins(line.at_ms + 2);
        }
    }
    while let Some(due) = run.state.due() {
        falls_due(&mut run, &mut held, due.at, due.deadline, bidders);
    }
    run.flush(100_000);
    run.joins(100_000);
    run.frames
}

fn falls_due(
    run: &mut Run,
    held: &mut Vec<Entry>,
    at: Timestamp,
    deadline: Deadline,
    bidders: usize,
) {
    let act = match deadline {
        Deadline::Open => Act::Open {
            aliases: (0..bidders).map(|index| run.world.bidder(index)).collect(),
            tail: None,
        },
        Deadline::StartPhase => Act::StartPhase { tail: None },
        Deadline::Continue => Act::Continue,
        Deadline::EndPhase => Act::EndPhase { tail: None },
        Deadline::EndTurn => Act::EndTurn,
        Deadline::EndLevel => Act::EndLevel,
        Deadline::Reveal => panic!("nothing is sealed here"),
        Deadline::Seal => Act::Seal { head: GENESIS },
    };
    held.push(run.decide(By::Server, None, at, act));
    run.commit(at.since(START) + 20, std::mem::take(held));
}

fn is_before_the_close(frame: &(u64, Recipient, String)) -> bool {
    frame.0 < ENDS_MS
}

#[test]
fn hidden_matters_change_no_frame() {
    for seed in 0..256_u64 {
        let mut random = StdRng::seed_from_u64(seed);
        let terms = terms_of(u32::try_from(seed % 128).unwrap());
        let lines = script(&terms, &mut random);
        let world = |hidden, together, firms_from| World {
            hidden,
            together,
            firms_from,
        };
        let quiet = play(world(false, true, 0), &terms, &lines, 4);
        assert!(quiet.len() > 8, "{quiet:?}");
        for other in [
            world(true, true, 0),
            world(true, false, 0),
            world(true, false, 5),
            world(false, false, 5),
        ] {
            let told = play(other, &terms, &lines, 4);
            // From the close on the result names everyone's values.
            let before = |frames: &[(u64, Recipient, String)]| -> Vec<_> {
                frames
                    .iter()
                    .filter(|f| is_before_the_close(f))
                    .cloned()
                    .collect()
            };
            compare(&before(&quiet), &before(&told), seed, other);
            assert_eq!(quiet.len(), told.len(), "seed {seed}, {other:?}");
        }
    }
}

/// How many take part shows nowhere before the result, where the terms hide it.
#[test]
fn a_silent_rival_changes_no_frame() {
    for seed in 0..64_u64 {
        let mut random = StdRng::seed_from_u64(seed);
        // First bid free, values and count hidden.
        let bits = 32 + u32::try_from(seed % 2 + (seed / 2 % 4) * 8).unwrap();
        let terms = terms_of(bits);
        let mut lines = script(&terms, &mut random);
        lines.retain(|line| !line.hidden || line.by == Who::Bidder(0));
        let world = World {
            hidden: true,
            together: true,
            firms_from: 0,
        };
        let few = play(world, &terms, &lines, 2);
        for together in [true, false] {
            let many = play(World { together, ..world }, &terms, &lines, 4);
            compare(&few, &many, seed, world);
        }
    }
}

fn compare(
    one: &[(u64, Recipient, String)],
    other: &[(u64, Recipient, String)],
    seed: u64,
    world: World,
) {
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other, "seed {seed}, {world:?}");
    }
    let extra = one.get(other.len()).or_else(|| other.get(one.len()));
    assert_eq!(extra, None, "seed {seed}, {world:?}");
}
