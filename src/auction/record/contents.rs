//! The record of an auction (raport z aukcji): all that happened, read from the log. The log names
//! nobody; whoever files or shows the record adds the names, which is the port to the office.

use super::super::journal::{Journal, JournalError};
use crate::limits::{RECORD_ATTEMPTS_MAX, RECOVERY_BATCHES, SETTLE_MS};
use auction_rules::event::{AuctionResult, Revealed};
use auction_rules::identity::Identity;
use auction_rules::log::Batch;
use auction_rules::refusal::Outside;
use auction_rules::{
    Act, Alias, AuctionId, Bidder, By, Digest, Entry, Event, OfficerId, Outcome, Terms, Timestamp,
    ValueId, Words,
};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// The format of the record; another one has another name.
pub const FORMAT: &str = "ebok-record-1";

/// The record of one auction.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// [`FORMAT`].
    pub format: &'static str,
    /// Which auction.
    pub auction: AuctionId,
    /// When the record was made.
    pub made_at: Timestamp,
    /// The log is sealed: nothing is added any more.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// The tender and lot, as the store knows them.
    pub lot: Option<LotNames>,
    /// The frozen terms.
    pub terms: Option<Terms>,
    /// Their hash, as bidders accepted them.
    pub terms_hash: Option<Digest>,
    /// Everyone admitted, in the order of admission.
    pub participants: Vec<Participant>,
    /// All attempts to bid, in the order of the log.
    pub attempts: Vec<Attempt>,
    /// Attempts beyond those listed, which stand in the log alone.
    pub attempts_left_out: u64,
    /// What officers did, also what was refused.
    pub acts: Vec<OfficialAct>,
    /// What bidders asked, and what everyone was answered.
    pub questions: Vec<Question>,
    /// What moved the auction on: opening, phases, extensions, pauses, outages, close, seal.
    pub course: Vec<Happening>,
    /// How the time was kept.
    pub clock: ClockRecord,
    /// The result, where there is one.
    pub result: Option<AuctionResult>,
    /// What proves it.
    pub proof: Proof,
}

/// How the store calls the tender and the lot.
#[derive(Debug, Clone, Serialize)]
pub struct LotNames {
    /// Number of the tender.
    pub tender: String,
    /// What the tender is about.
    pub tender_title: Words,
    /// Number of the lot.
    pub number: String,
    /// What is bought.
    pub title: Words,
}

/// Somebody who was admitted.
#[derive(Debug, Clone, Serialize)]
pub struct Participant {
    /// Its alias, from the opening on.
    pub alias: Option<Alias>,
    /// How the log knows it.
    pub bidder: Bidder,
    /// Who it is, as far as the reader of this record may know.
    pub identity: Option<Identity>,
    /// The written offer.
    pub offer: BTreeMap<ValueId, Decimal>,
    /// When it was admitted with this offer.
    pub admitted_at: Timestamp,
    /// When it accepted the terms.
    pub accepted_terms_at: Option<Timestamp>,
    /// When it was excluded.
    pub excluded_at: Option<Timestamp>,
    /// What it was refused outside the log, and how often, as far as that was noted.
    pub refused_outside: BTreeMap<Outside, u32>,
}

/// One attempt to bid.
#[derive(Debug, Clone, Serialize)]
pub struct Attempt {
    /// Its number in the log.
    pub seq: u64,
    /// When it was received.
    pub received_at: Timestamp,
    /// Whose, from the opening on.
    pub alias: Option<Alias>,
    /// Counts the bidder's own commands.
    pub n: Option<u32>,
    /// What was entered, as typed.
    pub entered: BTreeMap<String, String>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: AttemptOutcome,
}

/// What became of an attempt.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum AttemptOutcome {
    /// It counted.
    Accepted {
        /// Its values.
        values: BTreeMap<ValueId, Decimal>,
    },
    /// It did not count.
    Refused {
        /// The number of the refusal in docs/protocol.md.
        code: u16,
        /// Why.
        reason: Words,
    },
    /// It was taken back, or another one put in its place, before its turn ended.
    Withdrawn {
        /// Its values.
        values: BTreeMap<ValueId, Decimal>,
    },
    /// It counted until an officer struck it out.
    Annulled {
        /// Its values.
        values: BTreeMap<ValueId, Decimal>,
    },
}

/// Something that an officer did or wanted to do.
#[derive(Debug, Clone, Serialize)]
pub struct OfficialAct {
    /// Its number in the log.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, by the id of the account.
    pub officer: OfficerId,
    /// Who, by name, as far as the reader may know.
    pub officer_name: Option<String>,
    /// What was ordered, with its reason; of an admission only whom.
    pub act: Ordered,
    /// Why it was refused; none when it was done.
    pub refused: Option<Words>,
}

/// A question of a bidder.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// Its number in the auction, from 1.
    pub question: u32,
    /// Its number in the log.
    pub seq: u64,
    /// When it was asked.
    pub at: Timestamp,
    /// Whose, from the opening on.
    pub alias: Option<Alias>,
    /// In the bidder's words.
    pub text: String,
    /// What everyone was answered.
    pub answered: Option<Answered>,
}

/// The answer to a question, as everyone got it.
#[derive(Debug, Clone, Serialize)]
pub struct Answered {
    /// When.
    pub at: Timestamp,
    /// The question in the officer's words.
    pub asked: String,
    /// The answer.
    pub text: String,
}

/// What an officer ordered.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Ordered {
    /// The auction was published.
    Publish,
    /// The opening was set.
    Schedule {
        /// When it opens.
        opens_at: Timestamp,
    },
    /// A bidder was admitted.
    Admit {
        /// Who.
        bidder: Bidder,
    },
    /// Everyone was told something.
    Announce {
        /// What.
        text: String,
    },
    /// A question was answered; question and answer stand in [`Record::questions`].
    Answer {
        /// Its number.
        question: u32,
    },
    /// The clock was stopped.
    Pause {
        /// Why.
        reason: String,
    },
    /// The clock was started again.
    Resume {
        /// Why.
        reason: String,
        /// After so many milliseconds.
        notice_ms: u64,
    },
    /// A bid was struck out.
    Annul {
        /// Whose.
        alias: Alias,
        /// Which attempt.
        n: u32,
        /// Why.
        reason: String,
    },
    /// A bidder was taken out.
    Exclude {
        /// Who.
        alias: Alias,
        /// Why.
        reason: String,
    },
    /// The auction was ended without a result.
    Cancel {
        /// Why.
        reason: String,
    },
}

/// Something that moved the auction on.
#[derive(Debug, Clone, Serialize)]
pub struct Happening {
    /// Its number in the log.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

/// How the time was kept.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ClockRecord {
    /// How long each deadline waited for what was stamped before it, in milliseconds.
    pub settle_ms: u64,
    /// Times in which nobody could bid.
    pub outages: Vec<Outage>,
    /// Attempts that were stamped in time and came after the deadline had been decided.
    pub arrived_too_late: u64,
    /// Why acknowledged bids could have been lost, where the server ran so.
    pub weak_durability: Option<String>,
}

/// A time in which nobody could bid.
#[derive(Debug, Clone, Serialize)]
pub struct Outage {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// What proves the record.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Proof {
    /// Entries in the log.
    pub entries: u64,
    /// Batches in the log.
    pub batches: u64,
    /// The last head; of a final record the sealed head.
    pub head: Option<Digest>,
    /// SHA-256 of the admin key.
    pub fingerprint: String,
    /// Who wrote the log, one after another.
    pub writers: Vec<WriterRecord>,
}

/// A node that wrote a part of the log.
#[derive(Debug, Clone, Serialize)]
pub struct WriterRecord {
    /// Since when.
    pub at: Timestamp,
    /// The node.
    pub node: String,
    /// The id of its signing key.
    pub key: String,
}

/// Reads the log of an auction into a record.
///
/// # Errors
/// When the journal does not answer, or holds what is no log.
pub async fn read(
    journal: &dyn Journal,
    auction: &AuctionId,
    made_at: Timestamp,
    fingerprint: String,
) -> Result<Record, RecordError> {
    let mut reader = Reader::new(auction, made_at, fingerprint);
    let mut after = None;
    loop {
        let batches = journal.read(auction, after, RECOVERY_BATCHES).await?;
        let Some(last) = batches.last() else {
            return Ok(reader.record);
        };
        after = Some(last.id);
        reader.record.proof.head = Some(Digest(last.head));
        for stored in &batches {
            reader.record.proof.batches += 1;
            let batch: Batch = serde_json::from_slice(&stored.body).map_err(malformed)?;
            for leaf in &batch.entries {
                let (_, entry) = leaf.entry().map_err(malformed)?;
                reader.entry(entry);
            }
        }
        // A long log must not hold up what else this thread has to do.
        tokio::task::yield_now().await;
    }
}

/// Why there is no record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The journal does not answer.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What is stored is no log.
    #[error("the log cannot be read: {0}")]
    Malformed(String),
}

fn malformed(error: impl ToString) -> RecordError {
    RecordError::Malformed(error.to_string())
}

struct Reader {
    record: Record,
    /// Where each counted attempt stands in the list.
    attempts: BTreeMap<(Alias, u32), usize>,
    places: BTreeMap<Bidder, usize>,
    /// Whether a turn runs, and the attempt that was entered in it.
    turn: Option<Option<usize>>,
}

impl Reader {
    fn new(auction: &AuctionId, made_at: Timestamp, fingerprint: String) -> Self {
        let record = Record {
            format: FORMAT,
            auction: auction.clone(),
            made_at,
            is_final: false,
            lot: None,
            terms: None,
            terms_hash: None,
            participants: Vec::new(),
            attempts: Vec::new(),
            attempts_left_out: 0,
            acts: Vec::new(),
            questions: Vec::new(),
            course: Vec::new(),
            clock: ClockRecord {
                settle_ms: SETTLE_MS,
                ..ClockRecord::default()
            },
            result: None,
            proof: Proof {
                fingerprint,
                ..Proof::default()
            },
        };
        Self {
            record,
            attempts: BTreeMap::new(),
            places: BTreeMap::new(),
            turn: None,
        }
    }

    fn entry(&mut self, entry: Entry) {
        self.record.proof.entries = entry.seq;
        let done = matches!(entry.outcome, Outcome::Events(_));
        match (&entry.command.by, &entry.command.act) {
            (By::Bidder(_), act) if act.typed().is_some() => self.attempt(&entry),
            (By::Bidder(bidder), Act::AcceptTerms { .. }) if done => {
                if let Some(participant) = self.participant(*bidder) {
                    participant.accepted_terms_at = Some(entry.at);
                }
            }
            (By::Bidder(_), Act::Ask { text }) if done => self.asked(&entry, text),
            (By::Officer(officer), act) => self.official(&entry, officer.clone(), act),
            (
                _,
                Act::Publish {
                    terms,
                    officer,
                    writer,
                    ..
                },
            ) => {
                self.record.terms_hash = Some(terms.hash());
                self.record.terms = Some((**terms).clone());
                self.act(&entry, officer.clone(), Ordered::Publish);
                self.writer(entry.at, writer);
            }
            (_, Act::TakeOver { writer }) => self.writer(entry.at, writer),
            (_, Act::NoteRefused { bidder, counts }) if done => self.outside(*bidder, counts),
            (_, Act::Open { aliases, .. }) if done => {
                for (alias, bidder) in (1..).map(Alias).zip(aliases) {
                    if let Some(participant) = self.participant(*bidder) {
                        participant.alias = Some(alias);
                    }
                }
            }
            _ => {}
        }
        if let Outcome::Events(events) = entry.outcome {
            for event in events {
                self.event(entry.seq, entry.at, event);
            }
        }
    }

    fn attempt(&mut self, entry: &Entry) {
        let Some(entered) = entry.command.act.typed() else {
            return;
        };
        let outcome = match &entry.outcome {
            Outcome::Refused(refusal) => {
                let late = matches!(refusal, auction_rules::Refusal::ArrivedTooLate { .. });
                self.record.clock.arrived_too_late += u64::from(late);
                AttemptOutcome::Refused {
                    code: refusal.code(),
                    reason: refusal.words(),
                }
            }
            Outcome::Events(events) => {
                let values = events.iter().find_map(|event| match event {
                    Event::BidAccepted { values } | Event::BidHeld { values } => {
                        Some(values.clone())
                    }
                    _ => None,
                });
                AttemptOutcome::Accepted {
                    values: values.unwrap_or_default(),
                }
            }
        };
        if self.record.attempts.len() >= RECORD_ATTEMPTS_MAX {
            self.record.attempts_left_out += 1;
            return;
        }
        if let (Some(_), AttemptOutcome::Accepted { .. }) = (self.turn, &outcome) {
            self.withdrawn();
            self.turn = Some(Some(self.record.attempts.len()));
        }
        if let (Some(alias), Some(n)) = (entry.alias, entry.n) {
            self.attempts.insert((alias, n), self.record.attempts.len());
        }
        self.record.attempts.push(Attempt {
            seq: entry.seq,
            received_at: entry.command.received_at,
            alias: entry.alias,
            n: entry.n,
            entered,
            outcome,
        });
    }

    fn official(&mut self, entry: &Entry, officer: OfficerId, act: &Act) {
        let ordered = match act.clone() {
            Act::Schedule { opens_at } => Ordered::Schedule { opens_at },
            Act::Admit { bidder, offer } => {
                if matches!(entry.outcome, Outcome::Events(_)) {
                    self.admitted(bidder, offer, entry.at);
                }
                Ordered::Admit { bidder }
            }
            Act::Announce { text } => Ordered::Announce { text },
            Act::Answer {
                question,
                asked,
                text,
            } => {
                if matches!(entry.outcome, Outcome::Events(_)) {
                    let at = entry.at;
                    self.answered(question, Answered { at, asked, text });
                }
                Ordered::Answer { question }
            }
            Act::Pause { reason } => Ordered::Pause { reason },
            Act::Resume { notice_ms, reason } => Ordered::Resume { reason, notice_ms },
            Act::Annul { alias, n, reason } => Ordered::Annul { alias, n, reason },
            Act::Exclude { alias, reason } => Ordered::Exclude { alias, reason },
            Act::Cancel { reason } => Ordered::Cancel { reason },
            _ => return,
        };
        self.act(entry, officer, ordered);
    }

    /// The rules number the questions of an auction from 1, in the order of the log.
    fn asked(&mut self, entry: &Entry, text: &str) {
        let before = u32::try_from(self.record.questions.len()).unwrap_or(u32::MAX);
        self.record.questions.push(Question {
            question: before.saturating_add(1),
            seq: entry.seq,
            at: entry.at,
            alias: entry.alias,
            text: text.to_owned(),
            answered: None,
        });
    }

    fn answered(&mut self, question: u32, answered: Answered) {
        let mut questions = self.record.questions.iter_mut();
        if let Some(found) = questions.find(|found| found.question == question) {
            found.answered = Some(answered);
        }
    }

    fn outside(&mut self, bidder: Bidder, counts: &BTreeMap<Outside, u32>) {
        if let Some(participant) = self.participant(bidder) {
            for (reason, count) in counts {
                let sum = participant.refused_outside.entry(*reason).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
    }

    fn act(&mut self, entry: &Entry, officer: OfficerId, act: Ordered) {
        let refused = match &entry.outcome {
            Outcome::Refused(refusal) => Some(refusal.words()),
            Outcome::Events(_) => None,
        };
        self.record.acts.push(OfficialAct {
            seq: entry.seq,
            at: entry.at,
            officer,
            officer_name: None,
            act,
            refused,
        });
    }

    fn admitted(&mut self, bidder: Bidder, offer: BTreeMap<ValueId, Decimal>, at: Timestamp) {
        if let Some(participant) = self.participant(bidder) {
            (participant.offer, participant.admitted_at) = (offer, at);
            return;
        }
        self.places.insert(bidder, self.record.participants.len());
        self.record.participants.push(Participant {
            alias: None,
            bidder,
            identity: None,
            offer,
            admitted_at: at,
            accepted_terms_at: None,
            excluded_at: None,
            refused_outside: BTreeMap::new(),
        });
    }

    fn participant(&mut self, bidder: Bidder) -> Option<&mut Participant> {
        self.record.participants.get_mut(*self.places.get(&bidder)?)
    }

    fn writer(&mut self, at: Timestamp, writer: &auction_rules::Writer) {
        self.record.proof.writers.push(WriterRecord {
            at,
            node: writer.node.clone(),
            key: writer.key.clone(),
        });
    }

    fn event(&mut self, seq: u64, at: Timestamp, event: Event) {
        match &event {
            Event::Published { .. }
            | Event::Admitted
            | Event::TermsAccepted
            | Event::BidAccepted { .. }
            | Event::BidHeld { .. }
            | Event::BidSealed { .. }
            | Event::Left
            | Event::SilenceRestarted { .. }
            | Event::Announced { .. }
            | Event::QuestionAsked
            | Event::QuestionAnswered { .. }
            | Event::RefusedOutside
            | Event::IdentitiesRevealed { .. } => return,
            Event::BidWithdrawn => return self.withdrawn(),
            Event::TurnStarted { .. } => self.turn = Some(None),
            Event::TurnEnded { .. } => self.turn = None,
            Event::BidsRevealed { bids } => self.revealed(bids),
            Event::BidAnnulled { alias, n } => return self.annulled(*alias, *n),
            Event::BidderExcluded { alias } => return self.excluded(*alias, at),
            Event::Interrupted { from, to } => {
                let (from, to) = (*from, *to);
                self.record.clock.outages.push(Outage { from, to });
            }
            Event::Closed { result } => self.record.result = Some(result.clone()),
            Event::Sealed { .. } => self.record.is_final = true,
            _ => {}
        }
        self.record.course.push(Happening { seq, at, event });
    }

    /// What was entered in this turn does not count.
    fn withdrawn(&mut self) {
        let held = self.turn.as_mut().and_then(Option::take);
        let attempt = held.and_then(|place| self.record.attempts.get_mut(place));
        if let Some(attempt) = attempt
            && let AttemptOutcome::Accepted { values } = &mut attempt.outcome
        {
            let values = std::mem::take(values);
            attempt.outcome = AttemptOutcome::Withdrawn { values };
        }
    }

    /// Sealed attempts have their values from here on.
    fn revealed(&mut self, bids: &[Revealed]) {
        for bid in bids {
            let place = self.attempts.get(&(bid.alias, bid.n)).copied();
            let attempt = place.and_then(|place| self.record.attempts.get_mut(place));
            if let (Some(attempt), Some(values)) = (attempt, &bid.values) {
                attempt.outcome = AttemptOutcome::Accepted {
                    values: values.clone(),
                };
            }
        }
    }

    fn annulled(&mut self, alias: Alias, n: u32) {
        let place = self.attempts.get(&(alias, n)).copied();
        let attempt = place.and_then(|place| self.record.attempts.get_mut(place));
        if let Some(attempt) = attempt
            && let AttemptOutcome::Accepted { values } = &mut attempt.outcome
        {
            let values = std::mem::take(values);
            attempt.outcome = AttemptOutcome::Annulled { values };
        }
    }

    fn excluded(&mut self, alias: Alias, at: Timestamp) {
        let mut participants = self.record.participants.iter_mut();
        if let Some(found) = participants.find(|found| found.alias == Some(alias)) {
            found.excluded_at = Some(at);
        }
    }
}
