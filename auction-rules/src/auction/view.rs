//! What a viewer may see: the only place that decides it.

use super::course::{Course, Round};
use super::ranking::Ranked;
use super::{Auction, Bid, OwnQuestion, Participant, Status};
use crate::command::Offer;
use crate::evaluation::{self, change_percent, price};
use crate::event::{AuctionResult, PauseCause, Points};
use crate::feed::Audience;
use crate::ids::{Alias, Bidder, ValueId};
use crate::ratio::Ratio;
use crate::refusal::Refusal;
use crate::terms::Evaluation;
use crate::time::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    /// A bidder.
    Bidder(Bidder),
    /// The public.
    Observer,
    /// The buyer's people and the auditor.
    Officer,
}

impl Viewer {
    /// The audience of this viewer.
    #[must_use]
    pub fn audience(self) -> Audience {
        match self {
            Self::Bidder(_) => Audience::Bidders,
            Self::Observer => Audience::Observers,
            Self::Officer => Audience::Officers,
        }
    }
}

/// All that a viewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// The same for everyone of the audience.
    pub public: PublicView,
    /// A bidder's own.
    pub own: Option<OwnView>,
}

/// What everyone of an audience sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicView {
    /// `published`, `between`, `open`, `paused`, `interrupted`, `closed`, `cancelled`, `sealed`.
    pub state: String,
    /// Before the opening: when it opens, if that is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
    /// The phase that runs, waits or stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<PhaseView>,
    /// In a pause: when it ends, if that is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes_at: Option<Timestamp>,
    /// The best offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
    /// How many take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<u16>,
    /// All offers, best first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<Row>>,
    /// When the bidding ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// It ended by cancellation, without a result.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancelled: bool,
    /// The result, from the close on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<AuctionResult>,
}

/// The clock of a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseView {
    /// Which, from 0.
    pub index: u16,
    /// Of how many.
    pub of: u16,
    /// When it starts, before it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// `open`, `turns`, `sealed-bid`, `descending-clock`, `ascending-clock` or `tie-break`.
    pub kind: String,
    /// When it ends, while it runs; of turns and levels, when the one that stands ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Timestamp>,
    /// With a random tail: it ends at any moment from here to `closes_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_from: Option<Timestamp>,
    /// Whose turn it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnView>,
    /// The level that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Decimal>,
    /// How many are still in a descending clock, where the number of participants is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u16>,
    /// Extensions so far.
    pub extensions: u32,
}

/// Whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnView {
    /// Whose.
    pub alias: Alias,
    /// Which turn of the round, from 1.
    pub turn: u16,
    /// Of how many.
    pub of: u16,
}

/// The best offer, as far as an audience sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Best {
    /// Its values, where they are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<BTreeMap<ValueId, Decimal>>,
    /// Its points, in an auction of points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Decimal>,
    /// The number by which it is compared, as in the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Decimal>,
}

/// By what an audience sees the best offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BestShown {
    /// By its values, and its points where there are any.
    Values,
    /// By its points alone.
    Points,
    /// Not at all.
    Nothing,
}

/// One bidder's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Who; before the opening there are no aliases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<Alias>,
    /// Where it stands; none without an offer or when excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u16>,
    /// The offer that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<BTreeMap<ValueId, Decimal>>,
    /// Its points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// The number by which it is compared, as in the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Decimal>,
    /// What only officers see.
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerRow>,
}

/// What only officers see of a bidder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerRow {
    /// The bidder's commitment, by which the server attaches presence and, where allowed, names.
    pub bidder: Bidder,
    /// Commands so far.
    pub n: u32,
    /// Accepted bids so far.
    pub bids: u32,
    /// The values of its written offer, where the bidding starts from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<BTreeMap<ValueId, Decimal>>,
    /// The attempt that stands, to name it in an annulment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_n: Option<u32>,
    /// Has accepted the terms.
    pub accepted_terms: bool,
    /// Was taken out.
    pub excluded: bool,
    /// Stands so far below the mean of the opening offers that it should be looked at.
    pub abnormally_low: bool,
}

/// What a bidder sees of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnView {
    /// Its alias, from the opening on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<Alias>,
    /// Has accepted the terms.
    pub accepted_terms: bool,
    /// Was taken out.
    pub excluded: bool,
    /// Takes no part in the running phase, or is out of its clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub barred: bool,
    /// What it entered in its turn, or the level at which it stays: counts when the turn or the level
    /// ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<BTreeMap<ValueId, Decimal>>,
    /// Its value is sealed until the phase ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u16>,
    /// The offer that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<BTreeMap<ValueId, Decimal>>,
    /// Its points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// The number by which it is compared, as in the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Decimal>,
    /// How much the best is better, in points or (where best values are shown) in the number by
    /// which offers are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Decimal>,
    /// The highest amount (of a value where more is better: the lowest) that is legal now, by
    /// value; null when no better offer is possible. Unit prices have none, only their total; of an
    /// energy service each holds while the own other two values stay.
    pub limits: BTreeMap<ValueId, Option<Decimal>>,
    /// One whole step beyond each limit, where the range of the value leaves that much.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits_next: BTreeMap<ValueId, Decimal>,
    /// Commands so far: the `n` of the last receipt.
    pub n: u32,
    /// Its questions, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<OwnQuestion>,
}

/// What a bid would come to, without placing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Why it would be refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The change of each value against the own last one, in per cent without sign.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub change_percent: BTreeMap<ValueId, Decimal>,
    /// Its points, in an auction of points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// The number by which it would be compared, as in the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<Decimal>,
}

impl Auction {
    /// All that a viewer may see.
    #[must_use]
    pub fn view(&self, viewer: Viewer) -> View {
        let own = match viewer {
            Viewer::Bidder(bidder) => self
                .participant(bidder)
                .map(|(place, own)| self.own(place, own)),
            Viewer::Observer | Viewer::Officer => None,
        };
        View {
            public: self.public(viewer.audience()),
            own,
        }
    }

    /// What everyone of an audience sees.
    #[must_use]
    pub fn public(&self, audience: Audience) -> PublicView {
        let opened = !self.aliases.is_empty();
        let shown = match audience {
            Audience::Bidders => opened && self.terms.visibility.all_values,
            Audience::Observers => false,
            Audience::Officers => true,
        };
        let rows = shown.then(|| self.rows(audience));
        PublicView {
            rows,
            ..self.public_without_rows(audience)
        }
    }

    pub(super) fn public_without_rows(&self, audience: Audience) -> PublicView {
        PublicView {
            state: self.state().to_owned(),
            opens_at: match self.status {
                Status::Published { opens_at } => opens_at,
                _ => None,
            },
            phase: self.phase_view(audience),
            resumes_at: match &self.status {
                Status::Paused(stopped) => stopped.resumes_at(),
                _ => None,
            },
            best: self.best_for(audience),
            participants: (self.counts_for(audience) && !self.aliases.is_empty())
                .then(|| u16::try_from(self.participants.len()).unwrap_or(u16::MAX)),
            rows: None,
            closed_at: self.closed_at(),
            cancelled: self.closed_at().is_some() && self.result().is_none(),
            result: self.result().cloned(),
        }
    }

    /// Whether an audience sees how many take part.
    pub(super) fn counts_for(&self, audience: Audience) -> bool {
        match audience {
            Audience::Bidders => self.terms.visibility.participant_count,
            Audience::Observers => false,
            Audience::Officers => true,
        }
    }

    /// What one bidder sees of itself.
    #[must_use]
    pub fn own_view(&self, bidder: Bidder) -> Option<OwnView> {
        self.participant(bidder)
            .map(|(place, participant)| self.own(place, participant))
    }

    /// The number of the last feed item of an audience.
    #[must_use]
    pub fn feed_last(&self, audience: Audience) -> u64 {
        self.told.last(audience)
    }

    fn state(&self) -> &'static str {
        match &self.status {
            Status::Published { .. } => "published",
            Status::Between {
                starts_at: None, ..
            } => "interrupted",
            Status::Between { .. } => "between",
            Status::Open(_) => "open",
            Status::Paused(stopped) => match stopped.cause {
                PauseCause::Officer(_) => "paused",
                PauseCause::Outage => "interrupted",
            },
            Status::Closed(ended) if ended.result.is_none() => "cancelled",
            Status::Closed(_) => "closed",
            Status::Sealed(_) => "sealed",
        }
    }

    fn phase_view(&self, audience: Audience) -> Option<PhaseView> {
        let (index, starts_at, clock) = match &self.status {
            Status::Between {
                phase, starts_at, ..
            } => (*phase, *starts_at, None),
            Status::Open(clock) => (clock.phase, None, Some(clock)),
            Status::Paused(stopped) => {
                let clock = match &stopped.resumption {
                    Some(resumption) => &resumption.clock,
                    None => &stopped.clock,
                };
                (clock.phase, None, Some(clock))
            }
            _ => return None,
        };
        let stands =
            matches!(&self.status, Status::Paused(stopped) if stopped.resumption.is_none());
        let closes_at = clock.filter(|_| !stands).map(|clock| clock.closes_at);
        let view = PhaseView {
            index: u16::try_from(index).unwrap_or(u16::MAX),
            of: u16::try_from(self.terms.phases.len()).unwrap_or(u16::MAX),
            starts_at,
            kind: self.phase(index)?.run.name().to_owned(),
            closes_at,
            closes_from: None,
            turn: None,
            level: None,
            remaining: None,
            extensions: clock.map_or(0, |clock| clock.extensions),
        };
        let view = match clock.map(|clock| &clock.course) {
            Some(Course::Open { tail: Some(tail) }) => PhaseView {
                closes_from: closes_at.map(|latest| latest.minus(tail.most_ms)),
                ..view
            },
            Some(Course::Turns(round)) => PhaseView {
                turn: self.turn_view(round),
                ..view
            },
            Some(Course::Falling(falling)) => PhaseView {
                level: falling.level,
                remaining: self
                    .counts_for(audience)
                    .then(|| u16::try_from(falling.began_with).unwrap_or(u16::MAX)),
                ..view
            },
            Some(Course::Rising {
                level, over: false, ..
            }) => PhaseView {
                level: Some(*level),
                ..view
            },
            _ => view,
        };
        Some(view)
    }

    fn turn_view(&self, round: &Round) -> Option<TurnView> {
        Some(TurnView {
            alias: self.participants.get(round.whose()?)?.alias?,
            turn: u16::try_from(round.turn?).ok()?.checked_add(1)?,
            of: u16::try_from(round.order.len()).ok()?,
        })
    }

    /// What a bidder entered in the running phase and does not count yet.
    pub(super) fn held(&self, place: usize) -> Option<&Bid> {
        match self.course()? {
            Course::Turns(round) if round.whose() == Some(place) => round.held.as_ref(),
            Course::Falling(falling) => falling.stayed.get(&place),
            _ => None,
        }
    }

    /// Whether the running phase takes nothing from a bidder.
    pub(super) fn is_out(&self, place: usize) -> bool {
        let running = self.course();
        let out_of_clock = match running {
            Some(Course::Falling(falling)) => !falling.remaining.contains(&place),
            _ => false,
        };
        running.is_some() && (self.is_barred(place) || out_of_clock)
    }

    /// The best offer as the audience sees it. Best points are always shown; elsewhere the best value
    /// is the only best there is, so hiding it hides the best.
    pub(super) fn best_for(&self, audience: Audience) -> Option<Best> {
        let first = self.ranking.first()?;
        let values = match self.best_shown(audience) {
            BestShown::Values => Some(self.named(&self.leader()?.current()?.values)),
            BestShown::Points => None,
            BestShown::Nothing => return None,
        };
        Some(Best {
            values,
            points: self.named_points(&first.score).map(|points| points.total),
            compared: self.compared(&first.score),
        })
    }

    pub(super) fn best_shown(&self, audience: Audience) -> BestShown {
        match self.terms.evaluation {
            _ if audience == Audience::Officers || self.terms.visibility.best_value => {
                BestShown::Values
            }
            Evaluation::Points { .. } => BestShown::Points,
            _ => BestShown::Nothing,
        }
    }

    fn rows(&self, audience: Audience) -> Vec<Row> {
        let ranked = self
            .ranking
            .iter()
            .map(|ranked| (ranked.place, Some(ranked)));
        // Who has no offer is nobody's business but the officers': it would tell how many take part.
        let shows_all = audience == Audience::Officers;
        let unranked = (0..self.participants.len())
            .filter(|place| shows_all && self.ranking.of(*place).is_none());
        let places = ranked.chain(unranked.map(|place| (place, None)));
        let floor = self.abnormal_floor().filter(|_| shows_all);
        places
            .filter_map(|(place, ranked)| {
                let participant = self.participants.get(place)?;
                Some(self.row(participant, ranked, audience, floor.as_ref()))
            })
            .collect()
    }

    fn row(
        &self,
        participant: &Participant,
        ranked: Option<&Ranked>,
        audience: Audience,
        abnormal_floor: Option<&Ratio>,
    ) -> Row {
        let price = participant
            .current()
            .and_then(|bid| self.priced(participant, bid));
        let officer = || OfficerRow {
            bidder: participant.bidder,
            n: participant.n,
            bids: u32::try_from(participant.bids.iter().filter(|bid| bid.n > 0).count())
                .unwrap_or(u32::MAX),
            opening: participant.opening().map(|bid| self.named(&bid.values)),
            current_n: participant.current().map(|bid| bid.n),
            accepted_terms: participant.accepted_terms,
            excluded: participant.excluded,
            abnormally_low: abnormal_floor
                .zip(price)
                .is_some_and(|(floor, price)| price < *floor),
        };
        Row {
            alias: participant.alias,
            position: ranked.map(|ranked| ranked.position),
            values: participant.current().map(|bid| self.named(&bid.values)),
            points: ranked.and_then(|ranked| self.named_points(&ranked.score)),
            compared: ranked.and_then(|ranked| self.compared(&ranked.score)),
            officer: (audience == Audience::Officers).then(officer),
        }
    }

    /// A price below this stands so many per cent below the mean of the opening offers
    /// (PZP art. 224(2): 30 %). A flag for the officer, never a refusal.
    fn abnormal_floor(&self) -> Option<Ratio> {
        let percent = self.terms.guards.flag_below_mean_percent?;
        let opening = |participant: &Participant| {
            let bid = participant.opening()?;
            self.priced(participant, bid)
        };
        let offers: Vec<_> = self.participants.iter().filter_map(opening).collect();
        let count = Ratio::whole(i64::try_from(offers.len()).unwrap_or(i64::MAX));
        let mean = offers.into_iter().sum::<Ratio>().over(&count)?;
        Some(&mean - &mean.percent(percent))
    }

    /// The price of a bid as it is compared, of a discount what it leaves of the price list.
    fn priced(&self, participant: &Participant, bid: &Bid) -> Option<Ratio> {
        if self.terms.evaluation == Evaluation::Discount {
            let discount = Ratio::from(*bid.values.first()?);
            return Some(&Ratio::whole(100) - &discount);
        }
        let offer = participant.candidate(&bid.values);
        price::compared(&self.terms, &offer).map(Ratio::from)
    }

    fn own(&self, place: usize, participant: &Participant) -> OwnView {
        let ranked = self.ranking.of(place);
        let current = participant.current();
        let limits = self.limits(participant);
        OwnView {
            alias: participant.alias,
            accepted_terms: participant.accepted_terms,
            excluded: participant.excluded,
            barred: self.is_out(place),
            held: self.held(place).map(|bid| self.named(&bid.values)),
            sealed: self.has_sealed(place),
            position: ranked.map(|ranked| ranked.position),
            values: current.map(|bid| self.named(&bid.values)),
            points: ranked.and_then(|ranked| self.named_points(&ranked.score)),
            compared: ranked.and_then(|ranked| self.compared(&ranked.score)),
            gap: ranked.and_then(|ranked| self.gap(ranked)),
            limits_next: self.beyond(&limits),
            limits,
            n: participant.n,
            questions: participant.questions.clone(),
        }
    }

    /// In points, or in the number by which offers are compared.
    fn gap(&self, own: &Ranked) -> Option<Decimal> {
        let shown = matches!(self.terms.evaluation, Evaluation::Points { .. })
            || self.terms.visibility.best_value;
        let best = self.ranking.first().filter(|_| shown)?;
        let [best, own] = [best, own].map(|ranked| evaluation::shown(&self.terms, &ranked.score));
        best?.checked_sub(own?).map(|gap| gap.abs())
    }

    /// What a bid would come to now, by the same rules that would decide it.
    #[must_use]
    pub fn preview(&self, bidder: Bidder, received_at: Timestamp, offer: &Offer) -> Preview {
        let refusal = match self.participant(bidder) {
            Some((place, participant)) => {
                self.check_bid(place, participant, received_at, offer).err()
            }
            None => Some(Refusal::NotAdmitted),
        };
        let readable = self.participant(bidder).zip(self.read(&offer.values).ok());
        let Some(((place, participant), values)) = readable else {
            return Preview {
                refusal,
                change_percent: BTreeMap::new(),
                points: None,
                compared: None,
            };
        };
        let own = participant
            .current()
            .map(|bid| bid.values.as_slice())
            .unwrap_or_default();
        let [own, new] = [own, &values].map(|values| participant.candidate(values));
        let changes = evaluation::changes(&self.terms, &own, &new);
        let ids = self.terms.values.iter().map(|value| value.id.clone());
        let score = self.score_of(place, &values);
        Preview {
            refusal,
            change_percent: ids.zip(changes.iter().map(change_percent)).collect(),
            points: score.as_ref().and_then(|score| self.named_points(score)),
            compared: score.as_ref().and_then(|score| self.compared(score)),
        }
    }
}
