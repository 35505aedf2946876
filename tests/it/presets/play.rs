//! The stage that each preset is played on, and the moves on it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::viewer::Viewer;
use crate::support::server::Server;
use crate::support::socket::Socket;
use auction_rules::log::Receipt;
use auction_rules::verify::{Expected, verify};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The bidders, by their places in a play.
pub(super) const ALFA: usize = 0;
pub(super) const BETA: usize = 1;
pub(super) const GAMMA: usize = 2;
pub(super) const DELTA: usize = 3;

const NAMES: [&str; 4] = ["Alfa", "Beta", "Gamma", "Delta"];
/// What a minute of the preset lasts here.
pub(super) const MINUTE_MS: i64 = 1_500;
const HASTE: u64 = 60_000 / MINUTE_MS.unsigned_abs();
/// From the moment when everyone stands at the door to the opening.
const OPENS_AFTER_MS: i64 = 500;
/// From the close to the seal.
const LATE_WINDOW_MS: u64 = 50;
/// What every preset asks.
const ASKED_BY_ALL: [(&str, &str); 2] = [("title_pl", "Remont mostu"), ("most", "500000")];

/// An auction with everyone who takes part in it or looks on.
pub(super) struct Play {
    server: Server,
    auction: String,
    bidders: Vec<Viewer>,
    officer: Viewer,
    observer: Viewer,
    /// Whether the preset lets observers watch before the close.
    is_watched: bool,
    receipts: Vec<Receipt>,
}

impl Play {
    /// Terms of the preset with these answers, and a bidder for each written offer. When everyone
    /// stands at the door, the officer sets the opening.
    pub(super) async fn set(preset: &str, answers: &[(&str, &str)], offers: &[Value]) -> Self {
        let server = Server::start().await;
        let officer = server.officer().await;
        let tender = server.tender(&officer).await;
        let terms = terms(&server, &officer, preset, answers).await;
        let is_watched = !terms["visibility"]["observers_delay_ms"].is_null();
        let lot = server.lot_of(&officer, &tender, "1", terms).await;
        let mut tokens = Vec::new();
        for (name, offer) in NAMES.into_iter().zip(offers) {
            let bidder = server.bidder(&officer, &tender, name).await;
            let (status, answer) = server.admit_with(&officer, &lot, &bidder, offer).await;
            assert_eq!(status, StatusCode::CREATED, "{answer}");
            let issued = server.credential(&officer, &tender, &bidder).await;
            tokens.push(server.enter(&issued).await);
        }
        let publish = format!("/api/lots/{lot}/publish");
        let (status, published) = server.post(&publish, &officer, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{published}");
        let auction = published["auction"].as_str().unwrap().to_owned();
        let viewer = |name, socket| Viewer::new(name, &auction, socket);
        let mut bidders = Vec::new();
        for (name, token) in NAMES.into_iter().zip(&tokens) {
            bidders.push(viewer(name, Socket::open(&server, token).await));
        }
        let mut play = Self {
            officer: viewer("the officer", Socket::open(&server, &officer).await),
            observer: viewer("an observer", Socket::open_as_guest(&server).await),
            server,
            auction,
            bidders,
            is_watched,
            receipts: Vec::new(),
        };
        play.enter().await;
        play.open(&officer, &lot).await;
        play
    }

    async fn open(&self, officer: &str, lot: &str) {
        let path = format!("/api/lots/{lot}/schedule");
        let opening = json!({ "opens_at": self.server.now() + OPENS_AFTER_MS });
        let (status, answer) = self
            .server
            .send(Method::PUT, &path, Some(officer), &opening)
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    async fn enter(&mut self) {
        for who in 0..self.bidders.len() {
            let joined = self.bidders[who].join().await;
            let hash = &joined["terms_hash"];
            let accept = json!({ "type": "accept-terms", "terms_hash": hash });
            self.accepted(who, accept).await;
        }
        assert_eq!(self.officer.join().await["role"], "officer");
        let joined = self.observer.join().await;
        if self.is_watched {
            assert_eq!(joined["role"], "observer", "{joined}");
        } else {
            assert_eq!(joined["code"], 503, "nothing to be seen: {joined}");
        }
    }

    /// A move that counts.
    pub(super) async fn accepted(&mut self, who: usize, command: Value) {
        let receipt = self.bidders[who].answer(command).await;
        assert_eq!(receipt["accepted"], true, "{receipt}");
        self.keep(&receipt);
    }

    /// A move that is refused with this code, and a receipt.
    pub(super) async fn refused(&mut self, who: usize, command: Value, code: u16) {
        let receipt = self.bidders[who].answer(command).await;
        assert_eq!(receipt["accepted"], false, "{receipt}");
        assert_eq!(receipt["code"], code, "{receipt}");
        self.keep(&receipt);
    }

    fn keep(&mut self, receipt: &Value) {
        let receipt = self.server.proven(&self.auction, receipt);
        self.receipts.push(receipt);
    }

    /// A phase of this kind has begun, for everyone.
    pub(super) async fn begins(&mut self, phase: u16, kind: &str) {
        self.told(json!({ "news": "phase-started", "phase": phase }))
            .await;
        let running = json!({ "state": "open", "phase": { "index": phase, "kind": kind } });
        self.shown(running).await;
    }

    /// Everyone waits for the next phase of this kind.
    pub(super) async fn waits_for(&mut self, phase: u16, kind: &str) {
        let waiting = json!({ "state": "between", "phase": { "index": phase, "kind": kind } });
        self.shown(waiting).await;
    }

    /// It is this bidder's turn, for everyone.
    pub(super) async fn turn_of(&mut self, who: usize) {
        let alias = self.bidders[who].own["alias"].clone();
        assert!(alias.is_number(), "drawn at the opening");
        self.shown(json!({ "phase": { "turn": { "alias": alias } } }))
            .await;
    }

    /// Everyone is told this, after what they were told in the steps before.
    pub(super) async fn told(&mut self, news: Value) {
        self.ping().await;
        for viewer in self.viewers() {
            viewer.is_told(&news).await;
        }
    }

    /// Everyone sees this of the state.
    pub(super) async fn shown(&mut self, state: Value) {
        self.ping().await;
        for viewer in self.viewers() {
            viewer.sees(&state).await;
        }
    }

    /// Everyone sees this price as the best.
    pub(super) async fn best(&mut self, price: &str) {
        self.shown(json!({ "best": { "values": { "price": price } } }))
            .await;
    }

    /// One bidder sees this of the state.
    pub(super) async fn sees(&mut self, who: usize, state: Value) {
        self.ping().await;
        self.bidders[who].sees(&state).await;
    }

    /// One bidder sees this of its own.
    pub(super) async fn own(&mut self, who: usize, own: Value) {
        self.ping().await;
        self.bidders[who].sees_own(&own).await;
    }

    /// When the running phase ends, as the officer was last shown it.
    pub(super) fn closes_at(&self) -> i64 {
        self.officer.state["phase"]["closes_at"].as_i64().unwrap()
    }

    /// Whether a bidder was told of this amount or name in anything it heard so far.
    pub(super) fn knows(&self, who: usize, told: &str) -> bool {
        // Hashes hold any digits, but begin with the same ones as an amount by no chance that counts.
        self.bidders[who].heard().contains(&format!("\"{told}"))
    }

    /// Those who see the auction now.
    fn viewers(&mut self) -> impl Iterator<Item = &mut Viewer> {
        let observer = self.is_watched.then_some(&mut self.observer);
        let others = self.bidders.iter_mut().chain([&mut self.officer]);
        others.chain(observer)
    }

    /// Everyone says that they are still there, since one after another is waited for.
    async fn ping(&mut self) {
        let everyone = self.bidders.iter_mut();
        for viewer in everyone.chain([&mut self.officer, &mut self.observer]) {
            viewer.ping().await;
        }
    }

    /// The auction closes by itself; everyone learns who won and at which price.
    pub(super) async fn won_by(mut self, who: usize, price: &str) {
        let alias = self.bidders[who].own["alias"].clone();
        self.closes().await;
        for viewer in self.viewers() {
            assert_eq!(viewer.winner["name"], NAMES[who]);
            assert_eq!(viewer.result["winner"], alias);
            let first = &viewer.result["standings"][0];
            assert_eq!(first["alias"], alias);
            assert_eq!(first["values"]["price"], price, "{first}");
        }
        self.verifies().await;
    }

    /// The auction closes by itself; everyone learns that so many share the first place.
    pub(super) async fn tied_between(mut self, tied: usize) {
        self.closes().await;
        for viewer in self.viewers() {
            assert_eq!(viewer.result["winner"], Value::Null);
            assert_eq!(viewer.winner, Value::Null);
            assert_eq!(viewer.result["tied"].as_array().unwrap().len(), tied);
        }
        self.verifies().await;
    }

    /// Waits until everyone knows the result, and lets in who could not watch before.
    async fn closes(&mut self) {
        self.told(json!({ "news": "closed" })).await;
        if !self.is_watched {
            self.observer.join().await;
            self.is_watched = true;
        }
        for viewer in self.viewers() {
            viewer.hears_result().await;
        }
    }

    /// The published log verifies, and holds every receipt.
    async fn verifies(mut self) {
        self.told(json!({ "news": "sealed" })).await;
        let path = format!("/api/auctions/{}/log", self.auction);
        let (status, log) = self.server.look(&path).await;
        assert_eq!(status, StatusCode::OK);
        let expected = Expected {
            fingerprint: self.server.state.house.signer().key_set().fingerprint(),
            receipts: self.receipts,
            head: None,
        };
        let report = verify(&log.to_string(), &expected).unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }
}

/// The terms that an officer gets from the preset, in haste.
async fn terms(server: &Server, officer: &str, preset: &str, answers: &[(&str, &str)]) -> Value {
    let answers: BTreeMap<_, _> = ASKED_BY_ALL.iter().chain(answers).copied().collect();
    let path = format!("/api/presets/{preset}/terms");
    let (status, mut terms) = server.post(&path, officer, json!(answers)).await;
    assert_eq!(status, StatusCode::OK, "{terms}");
    hasten(&mut terms["phases"]);
    terms["conduct"]["late_window_ms"] = json!(LATE_WINDOW_MS);
    terms
}

fn hasten(terms: &mut Value) {
    match terms {
        Value::Array(items) => items.iter_mut().for_each(hasten),
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_u64() {
                    Some(ms) if name.ends_with("_ms") => *member = json!(ms / HASTE),
                    _ => hasten(member),
                }
            }
        }
        _ => {}
    }
}

/// Written offers of a price each.
pub(super) fn prices(prices: &[&str]) -> Vec<Value> {
    prices
        .iter()
        .map(|price| json!({ "price": price }))
        .collect()
}

pub(super) fn bid(price: &str) -> Value {
    offer(json!({ "price": price }))
}

/// A bid of several values.
pub(super) fn offer(values: Value) -> Value {
    json!({ "type": "bid", "values": values })
}

/// A large change, typed twice.
pub(super) fn confirmed(price: &str) -> Value {
    let typed = json!({ "price": price });
    json!({ "type": "bid", "values": typed, "confirm": typed })
}

pub(super) fn withdrawal() -> Value {
    json!({ "type": "withdraw" })
}

/// Stays at a level of a descending clock, takes one of an ascending clock.
pub(super) fn level(level: &str) -> Value {
    json!({ "type": "accept-level", "level": level })
}

pub(super) fn departure() -> Value {
    json!({ "type": "leave-clock" })
}
