//! What the commands of an auction were answered, by who asked and under which id: a command counts
//! once.

use auction_rules::{
    Act, Bidder, By, Command, CommandId, Digest, Entry, OfficerId, Outcome, Refusal, canonical,
};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// Whose command ids are one name space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asker {
    /// A bidder.
    Bidder(Bidder),
    /// Somebody who acts for the buyer.
    Officer(OfficerId),
}

/// The name of a command.
pub type Key = (Asker, CommandId);

/// A command that was answered, or will be with the batch under way.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Its entry.
    pub seq: u64,
    content: Digest,
    /// Of a bidder's: which of them.
    pub n: Option<u32>,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
    /// Of a sealed bid, what it is opened by.
    pub commitment: Option<Digest>,
}

/// All answers of an auction.
#[derive(Debug, Default)]
pub struct Answers(HashMap<Key, Answered>);

impl Answers {
    /// Of a log.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut answers = Self::default();
        entries.iter().for_each(|entry| answers.remember(entry));
        answers
    }

    /// Notes what an entry answers.
    pub fn remember(&mut self, entry: &Entry) {
        if let Some(key) = key(&entry.command) {
            let answered = Answered {
                seq: entry.seq,
                content: content(&entry.command),
                n: entry.n,
                refusal: refusal(entry),
                commitment: commitment(&entry.command.act),
            };
            self.0.insert(key, answered);
        }
    }

    /// What this command, or another under its id, was answered.
    #[must_use]
    pub fn find(&self, command: &Command) -> Option<&Answered> {
        self.0.get(&key(command)?)
    }
}

impl Answered {
    /// Whether it is this very command. Of a sealed bid the log has a commitment alone: see
    /// [`Answered::commitment`].
    #[must_use]
    pub fn is(&self, command: &Command) -> bool {
        self.content == content(command)
    }
}

/// The name of a command; the server's acts have none.
#[must_use]
pub fn key(command: &Command) -> Option<Key> {
    let asker = match &command.by {
        By::Bidder(bidder) => Asker::Bidder(*bidder),
        By::Officer(officer) => Asker::Officer(officer.clone()),
        By::Server => return None,
    };
    Some((asker, command.id.clone()?))
}

/// Why an entry was refused.
#[must_use]
pub fn refusal(entry: &Entry) -> Option<Refusal> {
    match &entry.outcome {
        Outcome::Refused(refusal) => Some(refusal.clone()),
        Outcome::Events(_) => None,
    }
}

/// What a sealed bid commits to.
#[must_use]
pub fn commitment(act: &Act) -> Option<Digest> {
    match act {
        Act::PlaceSealed { commitment, .. } => Some(*commitment),
        _ => None,
    }
}

/// What makes two commands the same: everything but the moment.
fn content(command: &Command) -> Digest {
    Digest(Sha256::digest(canonical::text(&command.act)).into())
}
