//! Every message of the live protocol, sent by everyone: who is answered what, and which frames
//! reach whom. The sorts of messages and frames are read from the code, so that a new one fails here
//! until it has its line.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::protocol_doc::{kebab, variants};
use crate::support::server::{Server, short_terms, terms};
use crate::support::socket::Socket;
use auction_rules::Act;
use ebok::auction::protocol::FromClient;
use ebok::store::accounts::StaffRole;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

/// Those who are connected.
const ASKING: [&str; 8] = [
    "nobody",
    "a bidder of the lot",
    "a bidder of the tender who is not admitted to the lot",
    "a bidder of another tender, in the auction of which it is",
    "the officer who published",
    "another officer",
    "an auditor",
    "an admin",
];
/// What each of [`ASKING`] is answered: `receipt`, `done`, `preview`, `pong`, as whom it joined, the
/// code of a refusal (within a receipt with an `r` before it), or nothing.
type Answers = [&'static str; ASKING.len()];

/// The same for everyone.
const fn everyone(answer: &'static str) -> Answers {
    [answer; ASKING.len()]
}

/// All who have no part in the lot are one; the first officer asks before the second.
const fn by(
    outsider: &'static str,
    bidder: &'static str,
    officers: [&'static str; 2],
    auditor: &'static str,
) -> Answers {
    let [first, second] = officers;
    [
        outsider, bidder, outsider, outsider, first, second, auditor, outsider,
    ]
}

/// A message, and the answers to it.
struct Line {
    /// Without `auction` and `id`, which every message gets; `$own` and `$terms` are filled in.
    message: &'static str,
    /// Of everyone who has not joined, and where there is no such auction.
    apart: &'static str,
    /// In an auction that observers may not watch, in the order of the lines.
    hidden: Answers,
    /// In one that they may.
    watched: Answers,
    /// In one that is sealed, which all may see.
    sealed: Answers,
}

/// What a bidder asks for: refused to all others.
const fn bidding(message: &'static str, answer: &'static str, sealed: &'static str) -> Line {
    Line {
        message,
        apart: "401",
        hidden: by("401", answer, ["201"; 2], "201"),
        watched: by("201", answer, ["201"; 2], "201"),
        sealed: by("201", sealed, ["201"; 2], "201"),
    }
}

/// What an officer may order: refused to all others.
const fn order(message: &'static str, first: &'static str, second: &'static str) -> Line {
    let answers = by("501", "501", [first, second], "501");
    Line {
        message,
        apart: "501",
        hidden: answers,
        watched: answers,
        sealed: by("501", "501", ["502"; 2], "501"),
    }
}

/// What everyone is answered alike, wherever.
const fn alike(message: &'static str, answer: &'static str) -> Line {
    let answers = everyone(answer);
    Line {
        message,
        apart: answer,
        hidden: answers,
        watched: answers,
        sealed: answers,
    }
}

/// An act that nobody may order over the connection.
const fn nobodys(message: &'static str) -> Line {
    alike(message, "501")
}

const LINES: &[Line] = &[
    Line {
        message: r#"{"type":"join"}"#,
        apart: "503",
        hidden: by("503", "bidder", ["officer"; 2], "officer"),
        watched: by("observer", "bidder", ["officer"; 2], "officer"),
        sealed: by("observer", "bidder", ["officer"; 2], "officer"),
    },
    alike(r#"{"type":"ping","t":7,"rtt":3,"offset":-2}"#, "pong"),
    alike(r#"{"type":"neither-here-nor-there"}"#, "401"),
    bidding(
        r#"{"type":"accept-terms","terms_hash":"$terms"}"#,
        "receipt",
        "104",
    ),
    bidding(
        r#"{"type":"bid","values":{"price":"90000"}}"#,
        "receipt",
        "104",
    ),
    bidding(
        r#"{"type":"bid","values":{"price":"89999.99"}}"#,
        "r302",
        "104",
    ),
    // The phase is an open one: neither turns nor levels.
    bidding(r#"{"type":"withdraw"}"#, "r107", "104"),
    bidding(r#"{"type":"accept-level","level":"90"}"#, "r107", "104"),
    bidding(r#"{"type":"leave-clock"}"#, "r107", "104"),
    bidding(r#"{"type":"ask","text":"Czy słychać?"}"#, "receipt", "104"),
    bidding(
        r#"{"type":"preview","ref":"p","values":{"price":"80000"}}"#,
        "preview",
        "preview",
    ),
    order(
        r#"{"type":"act","act":{"type":"announce","text":"Dzień dobry"}}"#,
        "done",
        "done",
    ),
    order(
        r#"{"type":"act","act":{"type":"answer","question":1,"asked":"Czy?","text":"Tak."}}"#,
        "done",
        "506",
    ),
    order(
        r#"{"type":"act","act":{"type":"pause","reason":"Awaria"}}"#,
        "done",
        "502",
    ),
    bidding(
        r#"{"type":"bid","values":{"price":"80000"}}"#,
        "r102",
        "104",
    ),
    order(
        r#"{"type":"act","act":{"type":"resume","notice_ms":600000,"reason":"Działa"}}"#,
        "done",
        "502",
    ),
    order(
        r#"{"type":"act","act":{"type":"annul","alias":$own,"n":2,"reason":"Pomyłka"}}"#,
        "done",
        "503",
    ),
    order(
        r#"{"type":"act","act":{"type":"exclude","alias":$own,"reason":"Odrzucona oferta"}}"#,
        "done",
        "503",
    ),
    nobodys(r#"{"type":"act","act":{"type":"schedule","opens_at":1899999999999}}"#),
    nobodys(r#"{"type":"act","act":{"type":"admit","bidder":"$zeros","offer":{}}}"#),
    nobodys(r#"{"type":"act","act":{"type":"open","aliases":[]}}"#),
    nobodys(r#"{"type":"act","act":{"type":"start-phase"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"continue"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"end-phase"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"end-turn"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"end-level"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"reveal","openings":[]}}"#),
    nobodys(r#"{"type":"act","act":{"type":"seal","head":"$zeros"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"interrupt","from":1,"to":2}}"#),
    nobodys(r#"{"type":"act","act":{"type":"take-over","writer":$writer}}"#),
    nobodys(
        r#"{"type":"act","act":{"type":"publish","terms":$draft,"officer":"o","writer":$writer}}"#,
    ),
    nobodys(
        r#"{"type":"act","act":{"type":"note-refused","bidder":"$zeros","counts":{"too-fast":1}}}"#,
    ),
    nobodys(r#"{"type":"act","act":{"type":"note-dropped","before":4,"gone":[1]}}"#),
    nobodys(r#"{"type":"act","act":{"type":"accept-terms","terms_hash":"$terms"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"ask","text":"Czy?"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"place-bid","values":{"price":"1"}}}"#),
    nobodys(r#"{"type":"act","act":{"type":"place-sealed","commitment":"$zeros"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"withdraw"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"accept-level","level":"90"}}"#),
    nobodys(r#"{"type":"act","act":{"type":"leave"}}"#),
    order(
        r#"{"type":"act","act":{"type":"cancel","reason":"Brak środków"}}"#,
        "done",
        "502",
    ),
    alike(r#"{"type":"leave"}"#, ""),
];

/// A sort of frame, and whom it reaches in an auction that observers may watch, and in one that they
/// may not.
type Frame = (&'static str, Answers, Answers);

/// All frames that reach somebody until the seal.
const FRAMES: &[Frame] = &[
    ("hello", everyone("x"), everyone("x")),
    ("joined", everyone("x"), by("", "x", ["x"; 2], "x")),
    ("state", everyone("x"), by("", "x", ["x"; 2], "x")),
    ("own", by("", "x", [""; 2], ""), by("", "x", [""; 2], "")),
    (
        "receipt",
        by("", "x", [""; 2], ""),
        by("", "x", [""; 2], ""),
    ),
    ("refused", everyone("x"), everyone("x")),
    (
        "preview",
        by("", "x", [""; 2], ""),
        by("", "x", [""; 2], ""),
    ),
    ("result", everyone("x"), by("", "x", ["x"; 2], "x")),
    ("done", by("", "", ["x"; 2], ""), by("", "", ["x"; 2], "")),
    (
        "presence",
        by("", "", ["x"; 2], "x"),
        by("", "", ["x"; 2], "x"),
    ),
    ("head", by("", "", ["x"; 2], "x"), by("", "", ["x"; 2], "x")),
    ("pong", everyone("x"), everyone("x")),
];

/// The names that an enum tagged by `type` knows, as its own error lists them.
fn known<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_value::<T>(json!({ "type": "?" }));
    let error = error.err().unwrap().to_string();
    let (_, listed) = error.split_once("expected one of ").unwrap();
    let known = listed.split('`').skip(1).step_by(2);
    known.map(str::to_owned).collect()
}

/// A message, whatever it is to be filled in with.
fn parsed(line: &Line) -> Value {
    Filling::default().fill(line.message)
}

#[test]
fn every_message_and_act_is_in_the_matrix() {
    let name = |value: &Value| value["type"].as_str().unwrap().to_owned();
    let all: Vec<_> = LINES.iter().map(parsed).collect();
    let mut messages: BTreeSet<_> = all.iter().map(name).collect();
    assert!(messages.remove("neither-here-nor-there"));
    assert_eq!(messages, known::<FromClient>());
    let acts = all.iter().filter(|message| message["type"] == "act");
    let acts: BTreeSet<_> = acts.map(|message| name(&message["act"])).collect();
    assert_eq!(acts, known::<Act>());
    // A line whose act cannot be read would be refused for that, whoever sent it.
    for mut message in all {
        message["auction"] = json!("a");
        message["id"] = json!("i");
        let read = serde_json::from_value::<FromClient>(message.clone());
        let odd = message["type"] == "neither-here-nor-there";
        assert_eq!(read.is_err(), odd, "{message}: {read:?}");
    }
}

#[test]
fn every_frame_is_in_the_matrix() {
    let listed: BTreeSet<_> = FRAMES.iter().map(|(kind, ..)| (*kind).to_owned()).collect();
    let sent = variants("src/auction/protocol.rs", "FromServer<'a>");
    assert_eq!(listed, sent.iter().map(|name| kebab(name)).collect());
}

#[tokio::test]
async fn everyone_is_answered_what_the_matrix_says() {
    let stage = Stage::new().await;
    let mut wrong = Vec::new();
    let mut hall = stage.hall().await;
    for nowhere in ["no-such-auction", &stage.hidden, &stage.watched] {
        for line in LINES {
            if line.message == LINES[0].message && nowhere != "no-such-auction" {
                continue;
            }
            let found = hall.ask(nowhere, line).await;
            note(&mut wrong, nowhere, line, &found, everyone(line.apart));
        }
    }
    for (auction, expected) in [
        (&stage.hidden, (|line| line.hidden) as fn(&Line) -> Answers),
        (&stage.watched, |line| line.watched),
        (&stage.over, |line| line.sealed),
    ] {
        let mut hall = stage.hall().await;
        let state = if *auction == stage.over {
            "sealed"
        } else {
            "open"
        };
        let server = &stage.server;
        server.reaches(auction, state, &stage.officer).await;
        for line in LINES {
            let found = hall.ask(auction, line).await;
            note(&mut wrong, state, line, &found, expected(line));
        }
    }
    assert!(wrong.is_empty(), "found:\n{}", wrong.join("\n"));
}

fn note(wrong: &mut Vec<String>, place: &str, line: &Line, found: &[String], expected: Answers) {
    if found != expected {
        let message = line.message;
        wrong.push(format!(
            "{place}: {message}\n  found    {found:?}\n  expected {expected:?}"
        ));
    }
}

#[tokio::test]
async fn frames_reach_whom_the_matrix_says() {
    let stage = Stage::new().await;
    let mut terms = short_terms(2_500);
    let hidden = stage.auction(terms.clone(), "11").await;
    terms["visibility"] = json!({ "observers_delay_ms": 0 });
    let watched = stage.auction(terms, "12").await;
    let (mut outside, mut inside) = (stage.hall().await, stage.hall().await);
    tokio::join!(
        outside.run_to_the_seal(&stage, &hidden, false),
        inside.run_to_the_seal(&stage, &watched, true),
    );
    for (place, who) in ASKING.iter().enumerate() {
        let expected = |of: fn(&Frame) -> Answers| -> BTreeSet<_> {
            let reached = FRAMES.iter().filter(|frame| of(frame)[place] == "x");
            reached.map(|(kind, ..)| (*kind).to_owned()).collect()
        };
        let heard = outside.heard(place, &hidden);
        assert_eq!(
            kinds(&heard),
            expected(|(.., hidden)| *hidden),
            "{who}, hidden"
        );
        let heard = inside.heard(place, &watched);
        assert_eq!(
            kinds(&heard),
            expected(|(_, watched, _)| *watched),
            "{who}, watched"
        );
        for frame in &heard {
            holds_only_what_its_reader_may_know(frame, place);
        }
    }
}

fn kinds(frames: &[Value]) -> BTreeSet<String> {
    let kinds = frames.iter().map(|frame| frame["type"].as_str().unwrap());
    kinds.map(str::to_owned).collect()
}

/// Fields of a snapshot by who reads it: a new one must be thought of here.
fn holds_only_what_its_reader_may_know(frame: &Value, place: usize) {
    let (bidder, officer) = (place == 1, (4..7).contains(&place));
    let keys = |value: &Value| -> BTreeSet<String> {
        let object = value.as_object().into_iter().flatten();
        object.map(|(key, _)| key.clone()).collect()
    };
    let mut may = vec![
        "best",
        "closed_at",
        "opens_at",
        "participants",
        "phase",
        "resumes_at",
        "result",
        "state",
    ];
    may.extend(officer.then_some("rows"));
    for key in keys(&frame["state"]) {
        assert!(may.contains(&key.as_str()), "{}: {key}", ASKING[place]);
    }
    if frame["type"] == "joined" {
        let mut may = vec![
            "auction",
            "f",
            "feed",
            "now",
            "role",
            "settle_ms",
            "state",
            "terms",
            "terms_hash",
            "type",
            "winner",
        ];
        may.extend(bidder.then_some("own"));
        for key in keys(frame) {
            assert!(may.contains(&key.as_str()), "{}: {key}", ASKING[place]);
        }
    }
}

/// A server with auctions, and everyone who may connect.
struct Stage {
    server: Server,
    officer: String,
    tender: String,
    bidders: [String; 2],
    tokens: [Option<String>; ASKING.len()],
    /// Auctions of one tender: that nobody else may watch, that everyone may, and a sealed one.
    hidden: String,
    watched: String,
    over: String,
    /// The auction of the other tender.
    foreign: String,
}

impl Stage {
    async fn new() -> Self {
        let server = Server::start().await;
        let mut staff = Vec::new();
        for (login, role) in [
            ("officer", StaffRole::Officer),
            ("officer-2", StaffRole::Officer),
            ("auditor", StaffRole::Auditor),
            ("admin", StaffRole::Admin),
        ] {
            let issued = server.staff(login, role).await;
            staff.push(Some(server.enter(&issued).await));
        }
        let officer = staff[0].clone().unwrap();
        let tender = server.tender(&officer).await;
        let other = json!({
            "number": "2", "title": { "pl": "Inny", "en": "" }, "procedure": "podprogowe",
            "test": true,
        });
        let other = server.made("/api/tenders", &officer, other).await;
        let mut bidders = Vec::new();
        let mut tokens = vec![None];
        for (tender, name) in [
            (&tender, "Alfa"),
            (&tender, "Delta"),
            (&other, "Gamma"),
            (&tender, "Beta"),
            (&other, "Epsilon"),
        ] {
            let bidder = server.bidder(&officer, tender, name).await;
            if tokens.len() < 4 {
                let issued = server.credential(&officer, tender, &bidder).await;
                tokens.push(Some(server.enter(&issued).await));
            }
            bidders.push(bidder);
        }
        tokens.extend(staff);
        let [alfa, _, gamma, beta, epsilon] = bidders.try_into().unwrap();
        let mut stage = Self {
            server,
            officer,
            tender: other,
            bidders: [gamma, epsilon],
            tokens: tokens.try_into().unwrap(),
            hidden: String::new(),
            watched: String::new(),
            over: String::new(),
            foreign: String::new(),
        };
        stage.foreign = stage.auction(terms(), "1").await;
        (stage.tender, stage.bidders) = (tender, [alfa, beta]);
        stage.over = stage.auction(short_terms(1_000), "3").await;
        let mut open = terms();
        stage.hidden = stage.auction(open.clone(), "1").await;
        open["visibility"] = json!({ "observers_delay_ms": 0 });
        stage.watched = stage.auction(open, "2").await;
        stage
    }

    /// An auction of the present tender and bidders, which opens soon.
    async fn auction(&self, terms: Value, number: &str) -> String {
        let (server, officer) = (&self.server, &self.officer);
        let lot = server.lot_of(officer, &self.tender, number, terms).await;
        for bidder in &self.bidders {
            let (status, answer) = server.admit(officer, &lot, bidder, "100000").await;
            assert_eq!(status, 201, "{answer}");
        }
        server.publish(officer, &lot).await
    }

    /// Everyone connects anew; the bidder of the other tender joins its own auction.
    async fn hall(&self) -> Hall {
        let mut sockets = Vec::new();
        for token in &self.tokens {
            sockets.push(match token {
                Some(token) => Socket::open(&self.server, token).await,
                None => Socket::open_as_guest(&self.server).await,
            });
        }
        assert_eq!(sockets[3].join(&self.foreign).await["role"], "bidder");
        let filling = Filling::default();
        Hall { sockets, filling }
    }
}

/// Ids of commands are never used twice.
fn new_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("m-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What messages are filled in with.
struct Filling {
    own: String,
    terms_hash: String,
    terms: String,
}

impl Default for Filling {
    fn default() -> Self {
        Self {
            own: "1".to_owned(),
            terms_hash: "0".repeat(64),
            terms: terms().to_string(),
        }
    }
}

impl Filling {
    fn fill(&self, message: &str) -> Value {
        let text = message
            .replace("$own", &self.own)
            .replace("$terms", &self.terms_hash)
            .replace("$draft", &self.terms)
            .replace("$zeros", &"0".repeat(64))
            .replace("$writer", r#"{"node":"n","key":"k","epoch":1}"#);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

/// Everyone's connection.
struct Hall {
    sockets: Vec<Socket>,
    filling: Filling,
}

impl Hall {
    /// Everyone sends the same, one after another; gives what each is answered.
    async fn ask(&mut self, auction: &str, line: &Line) -> Vec<String> {
        let mut found = Vec::new();
        for socket in &mut self.sockets {
            let mut message = self.filling.fill(line.message);
            message["auction"] = json!(auction);
            message["id"] = json!(new_id());
            found.push(answer(socket, message).await);
        }
        self.learn();
        found
    }

    /// What the bidder and the officer were shown when they joined.
    fn learn(&mut self) {
        let joined = |socket: &Socket| {
            let mut heard = socket.heard.iter();
            heard.rfind(|frame| frame["type"] == "joined").cloned()
        };
        let (bidder, officer) = (joined(&self.sockets[1]), joined(&self.sockets[4]));
        if let (Some(bidder), Some(officer)) = (bidder, officer) {
            officer["terms_hash"]
                .as_str()
                .unwrap()
                .clone_into(&mut self.filling.terms_hash);
            self.filling.terms = officer["terms"].to_string();
            self.filling.own = bidder["own"]["alias"].to_string().replace("null", "1");
        }
    }

    /// Everyone joins before the opening, does what there is to be done, and waits for the end.
    async fn run_to_the_seal(&mut self, stage: &Stage, auction: &str, watched: bool) {
        let lines = ["join", "ping", "neither-here-nor-there", "accept-terms"];
        let lines = lines.map(|kind| {
            let found = LINES.iter().find(|line| parsed(line)["type"] == kind);
            found.unwrap()
        });
        for line in lines {
            self.ask(auction, line).await;
        }
        stage.server.reaches(auction, "open", &stage.officer).await;
        for line in LINES {
            let message = parsed(line);
            let act = message["act"]["type"] == "announce";
            if act || message["type"] == "bid" || message["type"] == "preview" {
                self.ask(auction, line).await;
            }
        }
        for (place, socket) in self.sockets.iter_mut().enumerate() {
            let outsider = matches!(place, 0 | 2 | 3 | 7);
            if !outsider || watched {
                socket.hear("result").await;
                socket.hear_news("sealed").await;
            }
            // What came before the answer was heard as well.
            answer(socket, json!({ "type": "ping", "t": 1 })).await;
        }
    }

    /// What somebody heard of an auction, or of none.
    fn heard(&self, place: usize, auction: &str) -> Vec<Value> {
        let heard = self.sockets[place].heard.iter();
        let of_it = heard.filter(|frame| match frame["auction"].as_str() {
            Some(named) => named == auction,
            None => true,
        });
        of_it.cloned().collect()
    }
}

/// Sends a message and gives the answer to it as [`Answers`] names it.
async fn answer(socket: &mut Socket, message: Value) -> String {
    let leaves = message["type"] == "leave";
    socket.send(message).await;
    if leaves {
        socket.send(json!({ "type": "ping", "t": 1 })).await;
    }
    let kinds = ["joined", "receipt", "refused", "preview", "done", "pong"];
    let answer = socket.hear_one(&kinds).await;
    let code = || answer["code"].to_string();
    match answer["type"].as_str().unwrap() {
        "joined" => answer["role"].as_str().unwrap().to_owned(),
        "refused" => code(),
        "receipt" if answer["accepted"] == false => format!("r{}", code()),
        "pong" if leaves => String::new(),
        other => other.to_owned(),
    }
}
