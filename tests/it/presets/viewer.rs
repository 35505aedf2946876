//! Somebody at a live connection, and what is on the screen.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::socket::Socket;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::time::timeout;

/// How long anything is waited for: longer than any phase here.
const WAIT_MAX: Duration = Duration::from_secs(8);

/// A connection, and all that it was shown last.
pub(super) struct Viewer {
    name: &'static str,
    auction: String,
    socket: Socket,
    /// Commands so far.
    commands: usize,
    /// Answers by the id of the command.
    answers: BTreeMap<String, Value>,
    /// News that no step of the play waited for yet.
    news: VecDeque<Value>,
    pub(super) state: Value,
    /// Null of whoever is no bidder.
    pub(super) own: Value,
    /// Null until the close, as is `winner`.
    pub(super) result: Value,
    pub(super) winner: Value,
}

impl Viewer {
    pub(super) fn new(name: &'static str, auction: &str, socket: Socket) -> Self {
        Self {
            name,
            auction: auction.to_owned(),
            socket,
            commands: 0,
            answers: BTreeMap::new(),
            news: VecDeque::new(),
            state: Value::Null,
            own: Value::Null,
            result: Value::Null,
            winner: Value::Null,
        }
    }

    /// Joins; gives the answer.
    pub(super) async fn join(&mut self) -> Value {
        let answer = self.socket.join(&self.auction).await;
        self.take(&answer);
        answer
    }

    /// So that the server does not take a silent one for lost.
    pub(super) async fn ping(&mut self) {
        self.socket.send(json!({ "type": "ping", "t": 0 })).await;
    }

    /// Sends a command; gives its answer.
    pub(super) async fn answer(&mut self, mut command: Value) -> Value {
        self.commands += 1;
        let id = format!("c-{}", self.commands);
        command["auction"] = json!(self.auction);
        command["id"] = json!(id);
        self.socket.send(command).await;
        self.until(&id, |viewer| viewer.answers.contains_key(&id))
            .await;
        self.answers.remove(&id).unwrap()
    }

    /// Waits for a state that holds this.
    pub(super) async fn sees(&mut self, wanted: &Value) {
        self.until(wanted, |viewer| holds(&viewer.state, wanted))
            .await;
    }

    /// Waits until what it alone sees holds this.
    pub(super) async fn sees_own(&mut self, wanted: &Value) {
        self.until(wanted, |viewer| holds(&viewer.own, wanted))
            .await;
    }

    /// Waits for news that hold this, after those that were waited for before.
    pub(super) async fn is_told(&mut self, wanted: &Value) {
        let is_wanted = |news: &Value| holds(news, wanted);
        self.until(wanted, |viewer| viewer.news.iter().any(is_wanted))
            .await;
        let at = self.news.iter().position(is_wanted).unwrap();
        self.news.drain(..=at);
    }

    pub(super) async fn hears_result(&mut self) {
        self.until("the result", |viewer| !viewer.result.is_null())
            .await;
    }

    /// All that it heard, as one text.
    pub(super) fn heard(&self) -> String {
        json!(self.socket.heard).to_string()
    }

    async fn until(&mut self, what: impl std::fmt::Display, seen: impl Fn(&Self) -> bool) {
        let looking = async {
            while !seen(self) {
                let message = self.socket.hear_any().await;
                self.take(&message);
            }
        };
        let in_time = timeout(WAIT_MAX, looking).await.is_ok();
        let (name, state, own) = (self.name, &self.state, &self.own);
        assert!(in_time, "{name} waits for {what}: {state}, {own}");
    }

    fn take(&mut self, message: &Value) {
        let show = |name: &str, shown: &mut Value| {
            if let Some(new) = message.get(name) {
                *shown = new.clone();
            }
        };
        show("state", &mut self.state);
        show("own", &mut self.own);
        show("result", &mut self.result);
        show("winner", &mut self.winner);
        if message["type"] == "joined" {
            self.result = message["state"]["result"].clone();
        }
        if let Some(feed) = message["feed"].as_array() {
            self.news.extend(feed.iter().cloned());
        }
        if let ("receipt" | "refused", Some(id)) = (
            message["type"].as_str().unwrap(),
            message["id"].as_str().map(str::to_owned),
        ) {
            self.answers.insert(id, message.clone());
        }
    }
}

/// Whether everything wanted stands in it; null means that there is nothing.
fn holds(found: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(members) => members
            .iter()
            .all(|(name, member)| holds(&found[name], member)),
        _ => found == wanted,
    }
}
