//! What each audience is told of an entry.

use super::Auction;
use super::view::BestShown;
use crate::command::{Act, By, Command};
use crate::entry::Entry;
use crate::event::{Event, Outcome};
use crate::feed::{Audience, Feed, News};
use crate::ids::{Alias, ValueId};
use crate::ratio::Ratio;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl Auction {
    /// Officers are told of every attempt, of a sealed one without its values; bidders of one that
    /// counts, where all values are shown.
    pub(super) fn tell_attempt(&mut self, entry: &Entry, feed: &mut Feed) {
        let (By::Bidder(_), Some(values)) = (&entry.command.by, entry.command.act.typed()) else {
            return;
        };
        let refusal = match &entry.outcome {
            Outcome::Refused(refusal) => Some(refusal.clone()),
            Outcome::Events(_) => None,
        };
        let attempted = News::Attempted {
            alias: entry.alias,
            n: entry.n.unwrap_or_default(),
            values,
            refusal,
        };
        let at = entry.command.received_at;
        feed.tell(&mut self.told, Audience::Officers, at, attempted);
        if let (Some(alias), Outcome::Events(events)) = (entry.alias, &entry.outcome)
            && let Some(Event::BidAccepted { values }) = events.first()
        {
            self.tell_bid(alias, values, at, feed);
        }
    }

    /// Tells bidders of a bid, where all values are shown.
    fn tell_bid(
        &mut self,
        alias: Alias,
        values: &BTreeMap<ValueId, Decimal>,
        at: Timestamp,
        feed: &mut Feed,
    ) {
        if self.terms.visibility.all_values {
            let accepted = News::BidAccepted {
                alias,
                values: values.clone(),
            };
            feed.tell(&mut self.told, Audience::Bidders, at, accepted);
        }
    }

    /// Bids that were entered before and show only now.
    fn tell_shown(&mut self, event: &Event, at: Timestamp, feed: &mut Feed) {
        match event {
            Event::TurnEnded {
                alias,
                values: Some(values),
            } => self.tell_bid(*alias, values, at, feed),
            Event::BidsRevealed { bids } => {
                for bid in bids {
                    if let Some(values) = &bid.values {
                        self.tell_bid(bid.alias, values, at, feed);
                    }
                }
            }
            _ => {}
        }
    }

    #[allow(clippy::too_many_lines, reason = "a flat match")]
    pub(super) fn tell(&mut self, command: &Command, event: &Event, feed: &mut Feed) {
        let at = command.received_at;
        if let Some(news) = self.for_officers_alone(command, event) {
            return feed.tell(&mut self.told, Audience::Officers, at, news);
        }
        self.tell_shown(event, at, feed);
        for audience in Audience::ALL {
            let named = |alias: Alias| (audience == Audience::Officers).then_some(alias);
            let news = match event {
                Event::Scheduled { opens_at } => News::Scheduled {
                    opens_at: *opens_at,
                },
                Event::OpeningMissed => News::OpeningMissed,
                Event::OpeningFailed { .. } => News::OpeningFailed,
                Event::PhaseStarted {
                    phase, closes_at, ..
                } => News::PhaseStarted {
                    phase: *phase,
                    closes_at: *closes_at,
                },
                Event::PhaseSkipped { phase } => News::PhaseSkipped { phase: *phase },
                Event::TurnStarted {
                    alias, closes_at, ..
                } => News::TurnStarted {
                    alias: *alias,
                    closes_at: *closes_at,
                },
                Event::LevelStarted { level, closes_at } => News::LevelStarted {
                    level: *level,
                    closes_at: *closes_at,
                },
                Event::LevelEnded { remaining } => News::LevelEnded {
                    remaining: self.counts_for(audience).then_some(*remaining),
                },
                Event::LevelTaken { .. } => News::LevelTaken,
                Event::Extended {
                    closes_at,
                    extensions,
                } => News::Extended {
                    closes_at: *closes_at,
                    extensions: *extensions,
                },
                Event::Announced { text } => News::Announced { text: text.clone() },
                Event::QuestionAnswered { asked, text } => News::Answered {
                    question: named_question(&command.act)
                        .filter(|_| audience == Audience::Officers),
                    asked: asked.clone(),
                    text: text.clone(),
                },
                Event::Paused { cause } => News::Paused {
                    cause: cause.clone(),
                },
                Event::ResumeAnnounced {
                    resumes_at,
                    closes_at,
                } => News::ResumeAnnounced {
                    resumes_at: *resumes_at,
                    closes_at: *closes_at,
                },
                Event::Resumed { closes_at } => News::Resumed {
                    closes_at: *closes_at,
                },
                Event::Interrupted { from, to } => News::Interrupted {
                    from: *from,
                    to: *to,
                },
                Event::BidAnnulled { alias, .. } => News::BidAnnulled {
                    alias: named(*alias),
                },
                Event::BidderExcluded { alias } => News::BidderExcluded {
                    alias: named(*alias),
                },
                Event::PhaseEnded { phase } => News::PhaseEnded { phase: *phase },
                Event::PhaseScheduled { phase, starts_at } => News::PhaseScheduled {
                    phase: *phase,
                    starts_at: *starts_at,
                },
                Event::Closed { .. } => News::Closed,
                Event::Cancelled { reason } => News::Cancelled {
                    reason: reason.clone(),
                },
                Event::Sealed { .. } => News::Sealed,
                // Told to officers alone, told as attempts, shown in the state, or nobody's news.
                Event::TermsAccepted
                | Event::QuestionAsked
                | Event::BidWithdrawn
                | Event::Left
                | Event::RefusedOutside
                | Event::ConnectionsDropped { .. } => return,
                Event::Published { .. }
                | Event::TookOver
                | Event::Admitted
                | Event::Opened { .. }
                | Event::BidAccepted { .. }
                | Event::BidHeld { .. }
                | Event::BidSealed { .. }
                | Event::BidsRevealed { .. }
                | Event::TurnEnded { .. }
                | Event::SilenceRestarted { .. }
                | Event::IdentitiesRevealed { .. } => return,
            };
            feed.tell(&mut self.told, audience, at, news);
        }
    }

    /// News of which bidders and observers learn nothing.
    fn for_officers_alone(&self, command: &Command, event: &Event) -> Option<News> {
        let news = match (event, &command.by, &command.act) {
            (Event::TermsAccepted, By::Bidder(bidder), _) => {
                News::TermsAccepted { bidder: *bidder }
            }
            (Event::QuestionAsked, By::Bidder(bidder), Act::Ask { text }) => News::Asked {
                question: self.questions_asked(),
                alias: self.alias(*bidder),
                bidder: *bidder,
                text: text.clone(),
            },
            (Event::BidWithdrawn, By::Bidder(bidder), _) => News::BidWithdrawn {
                alias: self.alias(*bidder)?,
            },
            (Event::Left, By::Bidder(bidder), _) => News::Left {
                alias: self.alias(*bidder)?,
            },
            (Event::RefusedOutside, _, Act::NoteRefused { bidder, counts }) => {
                News::RefusedOutside {
                    alias: self.alias(*bidder),
                    bidder: *bidder,
                    counts: counts.clone(),
                }
            }
            (Event::ConnectionsDropped { before, now }, ..) => News::ConnectionsDropped {
                before: *before,
                now: *now,
            },
            _ => return None,
        };
        Some(news)
    }

    /// What the best is shown by: its values and points.
    pub(super) fn best_mark(&self) -> Option<(Vec<Decimal>, Ratio)> {
        let merit = self.ranking.first()?.score.merit.clone();
        Some((self.leader()?.current()?.values.clone(), merit))
    }

    /// A better offer, or a worse one after an annulment, where the audience sees the best at all.
    pub(super) fn tell_best(
        &mut self,
        before: Option<(Vec<Decimal>, Ratio)>,
        at: Timestamp,
        feed: &mut Feed,
    ) {
        let after = self.best_mark();
        let merit = |mark: &Option<(_, Ratio)>| mark.as_ref().map(|(_, merit)| merit.clone());
        for audience in Audience::ALL {
            let shown = match self.best_shown(audience) {
                BestShown::Values => before != after,
                BestShown::Points => merit(&before) != merit(&after),
                BestShown::Nothing => false,
            };
            if shown {
                let best = self.best_for(audience);
                feed.tell(&mut self.told, audience, at, News::BestChanged { best });
            }
        }
    }
}

fn named_question(act: &Act) -> Option<u32> {
    match act {
        Act::Answer { question, .. } => Some(*question),
        _ => None,
    }
}
