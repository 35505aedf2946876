//! Somebody at the other end: a bidder, an observer or the officer, with what it has asked and what
//! it knows. It comes back after every loss, with the same command ids.

use super::super::hall::{Hall, Heard, kind};
use super::link::{Arrivals, Link};
use super::witness::Witness;
use auction_rules::Viewer;
use ebok::auction::journal::faulty::FaultyJournal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Refusals after which nothing is decided: ask again.
const ASK_AGAIN: [&str; 2] = ["too-fast", "unavailable"];

/// Who takes part.
pub(super) struct Person {
    pub(super) viewer: Viewer,
    /// In the story.
    pub(super) name: String,
    pub(super) links: Vec<Link>,
    pub(super) asked: Vec<Asked>,
    /// Every item of the feed so far.
    feed: BTreeMap<u64, Value>,
    /// Which attempts it has receipts of.
    receipts: BTreeSet<u64>,
    /// What it was shown last.
    pub(super) public: Value,
    pub(super) own: Value,
}

/// One command.
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) message: Value,
    pub(super) answered: bool,
}

impl Person {
    pub(super) fn new(viewer: Viewer, name: String) -> Self {
        Self {
            viewer,
            name,
            links: Vec::new(),
            asked: Vec::new(),
            feed: BTreeMap::new(),
            receipts: BTreeSet::new(),
            public: Value::Null,
            own: Value::Null,
        }
    }

    /// One more connection: joins from what is known, and asks again for what has no answer.
    pub(super) async fn connect(
        &mut self,
        hall: &Hall,
        journal: &FaultyJournal,
        arrivals: &Arrivals,
        delay_ms: u64,
    ) {
        let mut link = Link::open(hall, self.viewer, journal, arrivals).await;
        let f = self.feed.len();
        let n = (1..).take_while(|n| self.receipts.contains(n)).count();
        let join = json!({"type": "join", "auction": hall.auction, "f": f, "n": n});
        link.say(join, delay_ms);
        for asked in self.asked.iter().filter(|asked| !asked.answered) {
            link.say(asked.message.clone(), delay_ms);
        }
        self.links.push(link);
    }

    /// Asks for something new on this connection, under an id of its own.
    pub(super) fn ask(&mut self, hall: &Hall, link: usize, mut message: Value, delay_ms: u64) {
        let id = format!("{}-{}", kind(&message), self.asked.len() + 1);
        message["id"] = json!(id);
        message["auction"] = json!(hall.auction);
        if let Some(link) = self.links.get_mut(link) {
            link.say(message.clone(), delay_ms);
        }
        self.asked.push(Asked {
            id,
            message,
            answered: false,
        });
    }

    /// Takes in what has come; the witness sees all of it, also what is lost on the last mile.
    pub(super) fn hear(&mut self, witness: &mut Witness) {
        for mut link in std::mem::take(&mut self.links) {
            let mut open = true;
            for told in link.heard() {
                witness.hears(self.viewer, &told);
                match told.heard {
                    Heard::Closed(_) => open = false,
                    Heard::Message(message) => self.learn(&mut link, &message),
                }
            }
            if open {
                self.links.push(link);
            }
        }
    }

    fn learn(&mut self, link: &mut Link, message: &Value) {
        let follows = match kind(message) {
            "joined" => Some(self.feed.len() as u64),
            "state" => Some(link.f.expect("it has joined")),
            _ => None,
        };
        if let Some(follows) = follows {
            self.learn_feed(link, message, follows);
        }
        if link.deaf {
            return;
        }
        match kind(message) {
            "joined" | "state" => {
                link.public = message["state"].clone();
                self.public = link.public.clone();
                if !message["own"].is_null() {
                    self.own = message["own"].clone();
                }
            }
            "own" => self.own = message["own"].clone(),
            "receipt" => {
                self.receipts.insert(message["n"].as_u64().unwrap());
                self.answered(message);
            }
            "done" => self.answered(message),
            "refused" if !ASK_AGAIN.contains(&message["refusal"]["name"].as_str().unwrap()) => {
                self.answered(message);
            }
            _ => {}
        }
    }

    /// The feed comes without gaps, and each item always the same.
    fn learn_feed(&mut self, link: &mut Link, message: &Value, follows: u64) {
        let items = message["feed"].as_array().unwrap();
        let first = items.first().map(|item| item["f"].as_u64().unwrap());
        // Another connection may have brought some of it since this one asked.
        let joins = kind(message) == "joined";
        assert!(
            first.is_none_or(|first| first == follows + 1 || (joins && first <= follows)),
            "{}: after {follows}: {message}",
            self.name
        );
        let mut last = first.map_or(follows, |first| first - 1);
        for item in items {
            last += 1;
            assert_eq!(item["f"], last, "{message}");
            if !link.deaf {
                let before = self.feed.insert(last, item.clone());
                assert!(before.is_none_or(|before| before == *item), "{message}");
            }
        }
        if kind(message) == "state" {
            assert_eq!(message["f"], last, "{message}");
        }
        link.f = Some(message["f"].as_u64().unwrap());
    }

    fn answered(&mut self, message: &Value) {
        let id = message["id"].as_str();
        for asked in self.asked.iter_mut().filter(|asked| Some(&*asked.id) == id) {
            asked.answered = true;
        }
    }

    /// Whether everything that was asked has its answer.
    pub(super) fn is_answered(&self) -> bool {
        self.asked.iter().all(|asked| asked.answered)
    }

    /// How many receipts it has.
    pub(super) fn receipts(&self) -> usize {
        self.receipts.len()
    }

    /// The feed as it was told from the start.
    pub(super) fn feed(&self) -> Vec<Value> {
        self.feed.values().cloned().collect()
    }
}
