//! A client that bids as the schedule says, whatever the server answers.

use crate::course::Course;
use crate::evidence::Evidence;
use crate::figures::{Measure, count};
use crate::limits::{UNANSWERED_MAX, UNANSWERED_WAIT};
use crate::link::Heard;
use crate::price::Price;
use crate::secrecy::Audience;
use crate::viewer::{Joined, ReceiptFrame, RefusedFrame, Seen, Told, Viewer};
use anyhow::Result;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a command that the server could not decide is sent again.
const UNAVAILABLE_MAX: u32 = 100;
/// Wait before that.
const UNAVAILABLE_PAUSE: Duration = Duration::from_millis(20);

/// What a bidder saw in all.
#[derive(Debug)]
pub(crate) struct BidderSeen {
    /// As every viewer.
    pub(crate) seen: Seen,
    /// Bids sent.
    pub(crate) sent: u64,
    /// Bids answered, by receipt or outside the log.
    pub(crate) answered: u64,
    /// Refusals by name.
    pub(crate) refusals: BTreeMap<String, u64>,
    /// Receipts that came again.
    pub(crate) repeated: u64,
}

struct Bidder {
    viewer: Viewer,
    number: usize,
    /// How many bids were sent: the next one of the schedule.
    turn: usize,
    pending: Vec<Pending>,
    /// When a command was sent or answered last.
    sent_at: Instant,
    /// Since when not all places for unanswered commands are taken.
    free_since: Instant,
    answered: u64,
    refusals: BTreeMap<String, u64>,
    repeated: u64,
    unavailable: u32,
}

/// A command without an answer yet.
struct Pending {
    id: String,
    text: String,
    bid: Option<(usize, Price)>,
    intended: Instant,
    sent: Instant,
}

/// Joins, accepts the terms, bids, and watches until the seal.
///
/// # Errors
/// The server does not let it join, or does not come back.
pub(crate) async fn bid(course: Arc<Course>, number: usize, token: String) -> Result<BidderSeen> {
    let (viewer, joined) =
        Viewer::enter(Arc::clone(&course), number, Audience::Bidders, Some(token)).await?;
    let mut bidder = Bidder {
        viewer,
        number,
        turn: 0,
        pending: Vec::with_capacity(UNANSWERED_MAX),
        sent_at: Instant::now(),
        free_since: Instant::now(),
        answered: 0,
        refusals: BTreeMap::new(),
        repeated: 0,
        unavailable: 0,
    };
    bidder.accept_terms(&joined).await?;
    bidder.run().await?;
    Ok(bidder.finish())
}

impl Bidder {
    async fn accept_terms(&mut self, joined: &Joined) -> Result<()> {
        if joined.accepted_terms {
            return Ok(());
        }
        let id = format!("t-{}", self.number);
        let accept = json!({
            "type": "accept-terms", "auction": self.viewer.course.auction,
            "id": id, "terms_hash": joined.terms_hash,
        });
        let now = Instant::now();
        self.put(Pending {
            id,
            text: accept.to_string(),
            bid: None,
            intended: now,
            sent: now,
        })
        .await?;
        self.viewer.link.flush().await
    }

    async fn run(&mut self) -> Result<()> {
        let course = Arc::clone(&self.viewer.course);
        let deadline = tokio::time::Instant::from_std(course.deadline);
        while !(self.viewer.seen.sealed && self.pending.is_empty()) {
            if self.send_due().await.is_err() {
                self.come_back().await?;
            }
            let overdue = self.sent_at + UNANSWERED_WAIT;
            tokio::select! {
                heard = self.viewer.link.hear() => self.heard(heard).await?,
                () = tokio::time::sleep_until(overdue.into()), if !self.pending.is_empty() => {
                    self.come_back().await?;
                }
                () = course.due[self.number].notify.notified() => {}
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        Ok(())
    }

    /// Sends what is due, as far as unanswered commands leave room.
    async fn send_due(&mut self) -> Result<()> {
        let due = self.viewer.course.due[self.number].count();
        let before = self.turn;
        while self.turn < due && self.pending.len() < UNANSWERED_MAX {
            self.send_next().await?;
        }
        if self.turn > before {
            self.viewer.link.flush().await
        } else {
            Ok(())
        }
    }

    async fn send_next(&mut self) -> Result<()> {
        let course = Arc::clone(&self.viewer.course);
        let Some((index, bid)) = course.schedule.turn(self.number, self.turn) else {
            return Ok(());
        };
        self.turn += 1;
        let intended = course.opening + bid.at;
        let sent = Instant::now();
        let free = intended.max(self.free_since);
        self.viewer
            .record(Measure::SendLag, sent.saturating_duration_since(free));
        let id = format!("b-{index}");
        // All parts are plain ASCII, so the text needs no escaping.
        let text = format!(
            r#"{{"type":"bid","auction":"{}","id":"{id}","values":{{"price":"{}"}}}}"#,
            course.auction, bid.price
        );
        count(&course.figures.sent, 1);
        self.put(Pending {
            id,
            text,
            bid: Some((index, bid.price)),
            intended,
            sent,
        })
        .await
    }

    async fn put(&mut self, pending: Pending) -> Result<()> {
        self.sent_at = pending.sent;
        let text = pending.text.clone();
        self.pending.push(pending);
        self.viewer.link.put(text).await
    }

    async fn heard(&mut self, heard: Heard) -> Result<()> {
        let Heard::Frame(text) = heard else {
            return self.come_back().await;
        };
        let at = Instant::now();
        match self.viewer.take(&text).await {
            Ok(Told::Receipt(frame)) => self.receipt(*frame, at).await,
            Ok(Told::Refused(frame)) => self.refused(frame, at).await,
            Ok(Told::Joined(_) | Told::Nothing) => Ok(()),
            Err(_) => self.come_back().await,
        }
    }

    /// Connects, joins, and sends what is unanswered again under the same ids.
    async fn come_back(&mut self) -> Result<()> {
        loop {
            self.viewer.come_back().await?;
            if self.send_again().await.is_ok() {
                return Ok(());
            }
        }
    }

    async fn send_again(&mut self) -> Result<()> {
        self.sent_at = Instant::now();
        for pending in &self.pending {
            self.viewer.link.put(pending.text.clone()).await?;
        }
        self.viewer.link.flush().await
    }

    async fn receipt(&mut self, frame: ReceiptFrame, at: Instant) -> Result<()> {
        let bid = match self.take_pending(&frame.id, at) {
            Some(pending) => {
                if pending.bid.is_some() {
                    self.viewer.record(
                        Measure::Receipt,
                        at.saturating_duration_since(pending.intended),
                    );
                    self.viewer
                        .record(Measure::Answer, at.saturating_duration_since(pending.sent));
                    count(&self.viewer.course.figures.receipts, 1);
                    self.answered += 1;
                }
                pending.bid
            }
            None => {
                self.repeated += 1;
                self.bid_of(&frame.id)
            }
        };
        if frame.accepted {
            self.viewer.course.figures.silence.ends(at);
        }
        if let Some(refusal) = frame.refusal {
            *self.refusals.entry(refusal.name).or_default() += 1;
        }
        self.viewer.n = self.viewer.n.max(frame.n);
        let evidence = Evidence {
            bidder: self.number,
            n: frame.n,
            id: frame.id,
            bid,
            accepted: frame.accepted,
            receipt: frame.receipt,
        };
        // The verifying thread outlives every bidder.
        let _ = self.viewer.course.evidence.send(evidence).await;
        Ok(())
    }

    /// The bid that an id was made for.
    fn bid_of(&self, id: &str) -> Option<(usize, Price)> {
        let index: usize = id.strip_prefix("b-")?.parse().ok()?;
        let bid = self.viewer.course.schedule.bids().get(index)?;
        Some((index, bid.price))
    }

    async fn refused(&mut self, frame: RefusedFrame, at: Instant) -> Result<()> {
        let name = frame.refusal.name;
        let again = name == "unavailable" && self.unavailable < UNAVAILABLE_MAX;
        *self.refusals.entry(name).or_default() += 1;
        let Some(id) = frame.id else {
            self.viewer.broke("a refusal without an id".to_owned());
            return Ok(());
        };
        if again {
            self.unavailable += 1;
            tokio::time::sleep(UNAVAILABLE_PAUSE).await;
            return if self.send_again().await.is_ok() {
                Ok(())
            } else {
                self.come_back().await
            };
        }
        if self
            .take_pending(&id, at)
            .is_some_and(|pending| pending.bid.is_some())
        {
            self.answered += 1;
        }
        Ok(())
    }

    fn take_pending(&mut self, id: &str, at: Instant) -> Option<Pending> {
        let place = self.pending.iter().position(|pending| pending.id == id)?;
        self.sent_at = at;
        if self.pending.len() == UNANSWERED_MAX {
            self.free_since = at;
        }
        Some(self.pending.remove(place))
    }

    fn finish(self) -> BidderSeen {
        BidderSeen {
            seen: self.viewer.finish(),
            sent: self.turn as u64,
            answered: self.answered,
            refusals: self.refusals,
            repeated: self.repeated,
        }
    }
}
