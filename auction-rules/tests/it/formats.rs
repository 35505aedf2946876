//! Random auctions over every kind of phase and every evaluation: what holds in each, what rivals may
//! not learn before its time, and a second model of what the phases come to.

use crate::kit::*;
use crate::naive::{Exact, Model, Offer, part};
use crate::published::{checked, of};
use crate::scenario::{Aim, Compare, Scenario, aim, current_n, scenario};
use crate::secrets::{commands, transcript};
use auction_rules::event::{Event, Outcome};
use auction_rules::terms::{
    Admission, Direction, Draft, Levels, OpeningOffer, Phase, PhaseKind, SealedBid, TieBreak, Ties,
    Turns,
};
use auction_rules::{Act, Auction, AuctionId, Audience, By, Entry, Viewer};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

const TAIL_MS: i64 = 20_000;
/// Falling levels are 1000, 900 … 500; rising ones 500, 600 … 1000.
const LEVELS: i64 = 6;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Run {
    Open { length: i64, tail: bool },
    Turns { slot: i64 },
    Sealed { length: i64 },
    TieBreak { length: i64 },
    Falling { interval: i64 },
    Rising { interval: i64 },
}

#[derive(Clone, Copy, Debug)]
enum Admits {
    All,
    WhoBid,
    Top(u16),
    Within(i64, u16),
}

#[derive(Clone, Copy, Debug)]
struct Step {
    pause: i64,
    admits: Admits,
    run: Run,
}

/// Who moves: this one, or whoever's turn it is.
#[derive(Clone, Copy, Debug)]
enum Who {
    Of(usize),
    InTurn,
}

#[derive(Clone, Copy, Debug)]
enum Doing {
    Bid(Aim),
    Withdraw,
    /// So many levels beyond the one that stands.
    Accept(i64),
    Leave,
    Rough(Rough),
}

/// What may befall an auction besides its bidders.
#[derive(Clone, Copy, Debug)]
enum Rough {
    Exclude,
    Annul,
    Pause,
    Resume,
    /// Nothing is received for so long.
    Outage(i64),
}

#[derive(Clone, Debug)]
struct Format {
    base: Scenario,
    steps: Vec<Step>,
    tail: i64,
    moves: Vec<(i64, Who, Doing)>,
}

fn level(number: i64, falls: bool) -> i64 {
    if falls {
        1_000 - 100 * number
    } else {
        500 + 100 * number
    }
}

fn levels(interval: i64, falls: bool) -> Levels {
    Levels {
        start: Decimal::from(level(0, falls)),
        step: Decimal::from(100),
        end: Decimal::from(level(LEVELS - 1, falls)),
        interval_ms: ms(interval),
    }
}

impl Step {
    fn phase(&self) -> Phase {
        let admission = match self.admits {
            Admits::All => Admission::All,
            Admits::WhoBid => Admission::WhoBid,
            Admits::Top(rank_max) => Admission::Top { rank_max },
            Admits::Within(percent, least) => Admission::Within {
                percent: Decimal::from(percent),
                least,
            },
        };
        let run = match self.run {
            Run::Open { length, tail } => {
                let mut phase = set_time(length, None);
                if let PhaseKind::Open(open) = &mut phase.run {
                    open.random_tail_ms = tail.then(|| ms(TAIL_MS));
                }
                phase.run
            }
            Run::Turns { slot } => PhaseKind::Turns(Turns { slot_ms: ms(slot) }),
            Run::Sealed { length } => PhaseKind::SealedBid(SealedBid {
                length_ms: ms(length),
            }),
            Run::TieBreak { length } => PhaseKind::TieBreak(TieBreak {
                length_ms: ms(length),
            }),
            Run::Falling { interval } => PhaseKind::DescendingClock(levels(interval, true)),
            Run::Rising { interval } => PhaseKind::AscendingClock(levels(interval, false)),
        };
        Phase {
            pause_before_ms: ms(self.pause),
            admission,
            run,
        }
    }
}

impl Format {
    fn clock(&self) -> bool {
        matches!(self.steps[0].run, Run::Falling { .. } | Run::Rising { .. })
    }

    fn room(&self) -> Room {
        let phases = self.steps.iter().map(Step::phase).collect();
        let mut room = if self.clock() {
            let draft = Draft {
                opening: OpeningOffer::FirstBidFree,
                ties: self.base.ties,
                visibility: self.base.visibility,
                phases,
                ..lowest()
            };
            Room::admitted(draft, &vec![&[][..]; self.base.offers.len()])
        } else {
            let draft = Draft {
                phases,
                ..self.base.draft()
            };
            self.base.admitted(draft)
        };
        room.tail_ms = ms(self.tail);
        room.run(0);
        room
    }

    /// An act of the officer, or an outage; how long it took.
    fn befalls(room: &mut Room, now: i64, who: usize, rough: Rough) -> i64 {
        let alias = alias(u16::try_from(who + 1).expect("few"));
        let reason = "because".to_owned();
        let act = match rough {
            Rough::Outage(length) => {
                let _ = room.interrupt(now, now + length);
                return length;
            }
            Rough::Exclude => Act::Exclude { alias, reason },
            Rough::Annul => {
                let n = current_n(room, who).unwrap_or(0);
                Act::Annul { alias, n, reason }
            }
            Rough::Pause => Act::Pause { reason },
            Rough::Resume => Act::Resume {
                notice_ms: 300_000,
                reason,
            },
        };
        let _ = room.officer(now, act);
        0
    }

    /// Makes each move when its time has come; `look` sees who moved, what, and what came of it.
    fn play(&self, mut look: impl FnMut(&Room, i64, usize, &Act, &Told)) -> Room {
        let mut room = self.room();
        let mut now = 0;
        for (gap, who, doing) in &self.moves {
            now += gap;
            room.run(now);
            if room.auction.is_sealed() {
                break;
            }
            let phase = room.auction.public(Audience::Officers).phase;
            let turn = phase.as_ref().and_then(|phase| phase.turn.as_ref());
            let who = match who {
                Who::Of(who) => *who,
                Who::InTurn => turn.map_or(0, |turn| usize::from(turn.alias.0) - 1),
            };
            let act = match doing {
                Doing::Bid(_) if self.clock() => Act::PlaceBid(typed(&[("price", "400")])),
                Doing::Bid(aim) => {
                    let values = self.base.aimed(&room, who, *aim);
                    Act::PlaceBid(self.base.typed(values))
                }
                Doing::Withdraw => Act::Withdraw,
                Doing::Accept(beyond) => {
                    let stands = phase.and_then(|phase| phase.level);
                    let level = stands.unwrap_or(Decimal::ONE) - Decimal::from(100 * beyond);
                    Act::AcceptLevel { level }
                }
                Doing::Leave => Act::Leave,
                Doing::Rough(rough) => {
                    now += Self::befalls(&mut room, now, who, *rough);
                    continue;
                }
            };
            let told = room.send(By::Bidder(bidder(who)), now, act.clone());
            look(&room, now, who, &act, &told);
        }
        // What was stopped and never went on goes on in the end.
        for hours in 10..13 {
            room.run(60 * hours * MINUTE);
            if !room.auction.is_sealed() {
                Self::befalls(&mut room, 60 * hours * MINUTE, 0, Rough::Resume);
            }
        }
        room.run(60 * 14 * MINUTE);
        room
    }
}

fn a_run() -> impl Strategy<Value = Run> {
    let length = 10_000..60_000_i64;
    prop_oneof![
        3 => (length.clone(), any::<bool>()).prop_map(|(length, tail)| Run::Open { length, tail }),
        3 => (5_000..20_000_i64).prop_map(|slot| Run::Turns { slot }),
        3 => length.clone().prop_map(|length| Run::Sealed { length }),
        2 => length.prop_map(|length| Run::TieBreak { length }),
    ]
}

fn a_step() -> impl Strategy<Value = Step> {
    let admits = prop_oneof![
        4 => Just(Admits::All),
        1 => Just(Admits::WhoBid),
        1 => (1..4_u16).prop_map(Admits::Top),
        1 => (1..50_i64, 1..4_u16).prop_map(|(percent, least)| Admits::Within(percent, least)),
    ];
    let pause = prop_oneof![Just(0), 1_000..9_000_i64];
    (pause, admits, a_run()).prop_map(|(pause, admits, run)| Step { pause, admits, run })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let interval = 3_000..15_000_i64;
    let alone = |run| {
        vec![Step {
            pause: 0,
            admits: Admits::All,
            run,
        }]
    };
    prop_oneof![
        6 => proptest::collection::vec(a_step(), 1..5),
        1 => interval.clone().prop_map(move |interval| alone(Run::Falling { interval })),
        1 => interval.prop_map(move |interval| alone(Run::Rising { interval })),
    ]
}

fn format() -> impl Strategy<Value = Format> {
    let doing = prop_oneof![
        8 => aim().prop_map(Doing::Bid),
        2 => Just(Doing::Withdraw),
        6 => prop_oneof![5 => Just(0), 1 => -1..2_i64].prop_map(Doing::Accept),
        1 => Just(Doing::Leave),
    ];
    let who = prop_oneof![2 => (0..5_usize).prop_map(Who::Of), 1 => Just(Who::InTurn)];
    let moves = proptest::collection::vec((0..6_000_i64, who, doing), 1..50);
    (scenario(), steps(), 0..=TAIL_MS, moves).prop_map(|(base, steps, tail, moves)| {
        let mut format = Format {
            base,
            steps,
            tail,
            moves,
        };
        let bidders = format.base.offers.len();
        for (_, who, doing) in &mut format.moves {
            if let Who::Of(number) = who {
                *number %= bidders;
            }
            if let (Doing::Accept(_), false) = (&doing, format.steps.len() == 1) {
                *doing = Doing::Bid(Aim::Better(700, 1));
            }
        }
        format.base.extension = None;
        let first = &mut format.steps[0];
        first.admits = Admits::All;
        if let Run::TieBreak { length } = first.run {
            first.run = Run::Sealed { length };
        }
        let has = |test: fn(&Run) -> bool| format.steps.iter().any(|step| test(&step.run));
        if has(|run| matches!(run, Run::Turns { .. })) {
            format.base.visibility.participant_count = true;
        }
        if has(|run| matches!(run, Run::TieBreak { .. })) && format.base.ties == Ties::Earliest {
            format.base.ties = Ties::EqualRank;
        }
        format
    })
}

/// As [`format`], with an officer who intervenes and a system that is away.
fn rough_format() -> impl Strategy<Value = Format> {
    let rough = prop_oneof![
        1 => Just(Rough::Exclude),
        2 => Just(Rough::Annul),
        1 => Just(Rough::Pause),
        2 => Just(Rough::Resume),
        3 => (1..20_000_i64).prop_map(Rough::Outage),
    ];
    let more = proptest::collection::vec((0..40_usize, 0..2_usize, rough), 0..6);
    (format(), more).prop_map(|(mut format, more)| {
        for (place, who, rough) in more {
            let place = place.min(format.moves.len());
            let doing = Doing::Rough(rough);
            format.moves.insert(place, (500, Who::Of(who), doing));
        }
        format
    })
}

/// What a running phase is about, in the second model.
#[derive(Clone, Debug)]
enum Now {
    Waiting,
    Open,
    Turns {
        order: Vec<usize>,
        index: usize,
        held: Option<(crate::scenario::Values, usize)>,
    },
    Sealed(BTreeMap<usize, (crate::scenario::Values, usize)>),
    Falling {
        number: i64,
        inside: Vec<usize>,
        stayed: Vec<(usize, usize)>,
    },
    Rising {
        number: i64,
    },
    Closed,
}

/// The second model: offers by the naive one, phases by a list of what comes when.
struct Phases<'a> {
    format: &'a Format,
    model: Model<'a>,
    phase: usize,
    now: Now,
    /// When what is now ends.
    until: i64,
    admitted: Vec<bool>,
    bid_in_phase: Vec<bool>,
    orders: usize,
}

impl<'a> Phases<'a> {
    fn new(format: &'a Format) -> Self {
        let mut model = Model::new(&format.base);
        let count = format.base.offers.len();
        if format.clock() {
            model.offers = vec![Vec::new(); count];
        }
        let mut phases = Self {
            format,
            model,
            phase: 0,
            now: Now::Waiting,
            until: format.steps[0].pause,
            admitted: vec![true; count],
            bid_in_phase: vec![false; count],
            orders: count,
        };
        phases.run(0);
        phases
    }

    /// Rank, merit and whose, best first.
    fn table(&self) -> Vec<(usize, Exact, usize)> {
        if !self.format.clock() {
            return self.model.table(&self.model.standing());
        }
        let offers = self.model.offers.iter().enumerate();
        let mut rows: Vec<_> = offers
            .filter_map(|(who, offers)| Some((offers.last()?, who)))
            .map(|(offer, who)| (offer.values.cents, offer.order, who))
            .collect();
        rows.sort_unstable();
        let mut table: Vec<(usize, Exact, usize)> = Vec::new();
        for (place, (cents, _, who)) in rows.iter().enumerate() {
            let shares = self.format.base.ties != Ties::Earliest;
            let merit = -part(*cents, 1);
            let rank = match table.last() {
                Some((rank, other, _)) if shares && *other == merit => *rank,
                _ => place + 1,
            };
            table.push((rank, merit, *who));
        }
        table
    }

    /// As the table, but the statutory order parts nobody, and a discount is itself: the naive model
    /// counts what it leaves.
    fn by_merit(&self) -> Vec<(usize, Exact, usize)> {
        let mut table = self.table();
        if self.format.base.compare == Compare::Discount && !self.format.clock() {
            for row in &mut table {
                row.1 += part(crate::scenario::DISCOUNT_OF, 1);
            }
        }
        let shares = self.format.base.ties != Ties::Earliest;
        for place in 0..table.len() {
            table[place].0 = place + 1;
            if shares && place > 0 && table[place].1 == table[place - 1].1 {
                table[place].0 = table[place - 1].0;
            }
        }
        table
    }

    fn top_tied(&self) -> bool {
        self.by_merit().iter().filter(|row| row.0 == 1).count() > 1
    }

    fn admit(&mut self, admits: Admits) {
        let table = self.by_merit();
        let chosen: Vec<usize> = match admits {
            Admits::All => return,
            Admits::WhoBid => {
                let bid = self.bid_in_phase.iter().enumerate();
                bid.filter(|(_, bid)| **bid).map(|(who, _)| who).collect()
            }
            Admits::Top(rank) => {
                let top = table.iter().filter(|row| row.0 <= usize::from(rank));
                top.map(|row| row.2).collect()
            }
            Admits::Within(percent, least) => {
                let best = table[0].1.clone();
                let zero = part(0, 1);
                let size = if best < zero {
                    -best.clone()
                } else {
                    best.clone()
                };
                let floor = best - size * part(percent, 100);
                let last = table
                    .get(usize::from(least) - 1)
                    .map_or(usize::MAX, |row| row.0);
                let near = table.iter().filter(|row| row.1 >= floor || row.0 <= last);
                near.map(|row| row.2).collect()
            }
        };
        for (who, admitted) in self.admitted.iter_mut().enumerate() {
            *admitted &= chosen.contains(&who);
        }
    }

    fn start(&mut self) {
        let step = self.format.steps[self.phase];
        self.admit(step.admits);
        self.bid_in_phase.fill(false);
        let inside = |who: &usize| self.admitted[*who];
        let began = self.until;
        (self.now, self.until) = match step.run {
            Run::Open { length, tail } => {
                let tail = if tail { self.format.tail } else { 0 };
                (Now::Open, began + length + tail)
            }
            Run::TieBreak { length } => (Now::Open, began + length),
            Run::Sealed { length } => (Now::Sealed(BTreeMap::new()), began + length),
            Run::Turns { slot } => {
                let worst_first = self.table().into_iter().rev().map(|row| row.2);
                let order: Vec<_> = worst_first.filter(inside).collect();
                let until = if order.is_empty() {
                    began
                } else {
                    began + slot
                };
                (
                    Now::Turns {
                        order,
                        index: 0,
                        held: None,
                    },
                    until,
                )
            }
            Run::Falling { interval } => {
                let inside = (0..self.admitted.len()).collect();
                let now = Now::Falling {
                    number: 0,
                    inside,
                    stayed: vec![],
                };
                (now, began + interval)
            }
            Run::Rising { interval } => (Now::Rising { number: 0 }, began + interval),
        };
    }

    fn stands(&mut self, who: usize, values: crate::scenario::Values, order: usize) {
        self.model.offers[who].push(Offer { values, order });
        self.bid_in_phase[who] = true;
    }

    fn finish(&mut self) {
        let tie_break = |phase: usize| {
            let step = self.format.steps.get(phase);
            step.is_some_and(|step| matches!(step.run, Run::TieBreak { .. }))
        };
        let anew = self.bid_in_phase.contains(&true);
        let again = tie_break(self.phase) && self.top_tied() && anew;
        let mut next = if again { self.phase } else { self.phase + 1 };
        while tie_break(next) && !self.top_tied() {
            next += 1;
        }
        self.phase = next;
        self.now = match self.format.steps.get(next) {
            Some(step) => {
                self.until += step.pause;
                Now::Waiting
            }
            None => Now::Closed,
        };
    }

    fn run(&mut self, now: i64) {
        while self.until <= now && !matches!(self.now, Now::Closed) {
            self.next();
        }
    }

    fn next(&mut self) {
        match self.now.clone() {
            Now::Waiting => self.start(),
            Now::Open => self.finish(),
            Now::Turns { order, index, held } => {
                if let (Some((values, at)), Some(who)) = (held, order.get(index)) {
                    self.stands(*who, values, at);
                }
                let Run::Turns { slot } = self.format.steps[self.phase].run else {
                    panic!("turns")
                };
                if index + 1 < order.len() {
                    self.until += slot;
                    self.now = Now::Turns {
                        order,
                        index: index + 1,
                        held: None,
                    };
                } else {
                    self.finish();
                }
            }
            Now::Sealed(placed) => {
                for (who, (values, at)) in placed {
                    self.stands(who, values, at);
                }
                self.finish();
            }
            Now::Falling { number, stayed, .. } => {
                for (who, at) in &stayed {
                    let values = crate::scenario::Values {
                        cents: 100 * level(number, true),
                        months: 0,
                    };
                    self.stands(*who, values, *at);
                }
                let Run::Falling { interval } = self.format.steps[self.phase].run else {
                    panic!("a clock")
                };
                if stayed.len() > 1 && number + 1 < LEVELS {
                    self.until += interval;
                    let inside = stayed.iter().map(|(who, _)| *who).collect();
                    self.now = Now::Falling {
                        number: number + 1,
                        inside,
                        stayed: vec![],
                    };
                } else {
                    self.finish();
                }
            }
            Now::Rising { number } => {
                let Run::Rising { interval } = self.format.steps[self.phase].run else {
                    panic!("a clock")
                };
                if number + 1 < LEVELS {
                    self.until += interval;
                    self.now = Now::Rising { number: number + 1 };
                } else {
                    self.finish();
                }
            }
            Now::Closed => {}
        }
    }

    /// 0, or the code of the refusal.
    fn act(
        &mut self,
        who: usize,
        now: i64,
        act: &Act,
        values: Option<crate::scenario::Values>,
    ) -> u16 {
        self.run(now);
        match self.now {
            Now::Closed => return 104,
            Now::Waiting => return 101,
            _ if !self.admitted[who] => return NOT_IN_THIS_PHASE,
            _ => {}
        }
        let order = self.orders;
        self.orders += 1;
        if self.format.clock() {
            self.level(who, now, order, act)
        } else {
            self.bid(who, order, act, values)
        }
    }

    fn bid(
        &mut self,
        who: usize,
        order: usize,
        act: &Act,
        values: Option<crate::scenario::Values>,
    ) -> u16 {
        let legal = |model: &Model<'_>| values.map_or(0, |values| model.judge(who, values));
        match (&mut self.now, act) {
            (Now::Open, Act::PlaceBid(_)) => {
                let code = legal(&self.model);
                if let (0, Some(values)) = (code, values) {
                    self.stands(who, values, order);
                }
                code
            }
            (Now::Turns { order, index, .. }, Act::PlaceBid(_) | Act::Withdraw)
                if order.get(*index) != Some(&who) =>
            {
                106
            }
            (Now::Turns { held, .. }, Act::PlaceBid(_)) => {
                let code = legal(&self.model);
                if code == 0 {
                    *held = values.map(|values| (values, order));
                }
                code
            }
            (Now::Turns { held, .. }, Act::Withdraw) => match held.take() {
                Some(_) => 0,
                None => 316,
            },
            (Now::Sealed(placed), Act::PlaceBid(_)) if placed.contains_key(&who) => ALREADY_SEALED,
            (Now::Sealed(placed), Act::PlaceBid(_)) => match (legal(&self.model), values) {
                (0, Some(values)) => {
                    placed.insert(who, (values, order));
                    0
                }
                _ => 315,
            },
            _ => 107,
        }
    }

    fn level(&mut self, who: usize, now: i64, order: usize, act: &Act) -> u16 {
        match (&mut self.now, act) {
            (Now::Falling { inside, .. }, Act::AcceptLevel { .. } | Act::Leave)
                if !inside.contains(&who) =>
            {
                NOT_IN_THIS_PHASE
            }
            (Now::Falling { number, .. }, Act::AcceptLevel { level: taken })
                if *taken != Decimal::from(level(*number, true)) =>
            {
                108
            }
            (Now::Falling { stayed, .. }, Act::AcceptLevel { .. } | Act::Leave)
                if stayed.iter().any(|(one, _)| *one == who) =>
            {
                NOT_NOW
            }
            (Now::Falling { stayed, .. }, Act::AcceptLevel { .. }) => {
                stayed.push((who, order));
                0
            }
            (Now::Falling { inside, .. }, Act::Leave) => {
                inside.retain(|one| *one != who);
                0
            }
            (Now::Rising { number }, Act::AcceptLevel { level: taken }) => {
                let stands = level(*number, false);
                if *taken != Decimal::from(stands) {
                    return 108;
                }
                let values = crate::scenario::Values {
                    cents: 100 * stands,
                    months: 0,
                };
                self.stands(who, values, order);
                self.until = now;
                self.finish();
                0
            }
            _ => 107,
        }
    }
}

const NOT_IN_THIS_PHASE: u16 = 205;
const ALREADY_SEALED: u16 = 314;
const NOT_NOW: u16 = 502;

fn agree(format: &Format) {
    let mut second = Phases::new(format);
    let room = format.play(|room, now, who, act, told| {
        let values = match act {
            Act::PlaceBid(_) if !format.clock() => Some(read(format, act)),
            _ => None,
        };
        let expected = second.act(who, now, act, values);
        assert_eq!(code(told), expected, "{act:?} of {who} at {now}: {told:?}");
        let table = second.table();
        // Who took a rising level ends its phase at once; the room notes the end with the next command.
        let expected: Vec<_> = table
            .iter()
            .map(|(rank, _, who)| (who + 1, *rank))
            .collect();
        let got: Vec<_> = room
            .positions()
            .iter()
            .map(|(alias, rank)| (usize::from(*alias), usize::from(*rank)))
            .collect();
        assert_eq!(got, expected, "after {act:?} of {who} at {now}");
    });
    second.run(400 * MINUTE);
    let table = second.table();
    let first: Vec<_> = table
        .iter()
        .filter(|row| row.0 == 1)
        .map(|row| alias(u16::try_from(row.2 + 1).expect("few")))
        .collect();
    let result = room.auction.result().expect("a result");
    match first.as_slice() {
        [] => assert_eq!((result.winner, result.tied.len()), (None, 0)),
        [winner] => assert_eq!((result.winner, result.tied.len()), (Some(*winner), 0)),
        tied => assert_eq!((result.winner, result.tied.as_slice()), (None, tied)),
    }
    assert_eq!(room.auction.closed_at(), Some(at(second.until)));
}

/// The values that were typed, as the naive model counts them.
fn read(format: &Format, act: &Act) -> crate::scenario::Values {
    let Act::PlaceBid(offer) = act else {
        panic!("a bid")
    };
    let scaled = |name: &str, digits: u32| {
        let mut number = offer
            .values
            .get(name)
            .map_or(Decimal::ZERO, |text| text.parse().expect("a number"));
        number.rescale(digits);
        i64::try_from(number.mantissa()).expect("small")
    };
    let cents = match format.base.compare {
        Compare::Discount => crate::scenario::DISCOUNT_OF - scaled("price", 3),
        _ => scaled("price", 2),
    };
    crate::scenario::Values {
        cents,
        months: scaled("warranty", 0),
    }
}

fn happened(entry: &Entry) -> &[Event] {
    match &entry.outcome {
        Outcome::Events(events) => events,
        Outcome::Refused(_) => &[],
    }
}

/// What only its bidder and the officers know yet.
fn is_hidden(entry: &Entry) -> bool {
    happened(entry).iter().any(|event| {
        matches!(
            event,
            Event::BidHeld { .. } | Event::BidSealed { .. } | Event::BidWithdrawn | Event::Left
        )
    })
}

fn shows(entry: &Entry) -> bool {
    matches!(
        entry.command.act,
        Act::EndTurn | Act::EndLevel | Act::Reveal { .. } | Act::EndPhase { .. }
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn both_models_agree_on_every_format(format in format()) {
        agree(&format);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Chain, replay, result and openings of every log, and the same state on a second copy.
    #[test]
    fn every_log_verifies_and_a_copy_comes_to_the_same_state(format in rough_format()) {
        let room = format.play(|_, _, _, _, _| ());
        let report = checked(&of(&room));
        assert_eq!((report.faults, report.unopened), (vec![], 0));
        assert_eq!(report.result.as_ref(), room.auction.result());
        let json = serde_json::to_string(&room.log).expect("JSON");
        let log: Vec<Entry> = serde_json::from_str(&json).expect("read back");
        assert_eq!(log, room.log);
        let id = AuctionId::new("a-1").expect("an id");
        let mut copy = Auction::founded(id, &log[0]).expect("founded");
        for entry in &log[1..] {
            assert_eq!(copy.enter(entry.command.clone()), *entry);
            copy.apply(entry).expect("it follows");
        }
        assert_eq!(copy.state_hash(), room.auction.state_hash());
    }

    #[test]
    fn no_offer_gets_worse_and_nothing_counts_after_the_close(format in rough_format()) {
        let room = format.play(|room, _, _, _, _| {
            let positions = room.positions();
            assert!(positions.is_sorted_by(|one, other| one.1 <= other.1));
            assert!(positions.first().is_none_or(|first| first.1 == 1));
        });
        let closed_at = room.auction.closed_at().expect("closed");
        let mut own: BTreeMap<_, BTreeMap<_, Decimal>> = BTreeMap::new();
        let mut closed = false;
        for entry in &room.log {
            for event in happened(entry) {
                let counts = match event {
                    Event::BidAccepted { values } => vec![(entry.alias, values)],
                    Event::TurnEnded { alias, values: Some(values) } => vec![(Some(*alias), values)],
                    Event::BidsRevealed { bids } => bids
                        .iter()
                        .filter_map(|bid| Some((Some(bid.alias), bid.values.as_ref()?)))
                        .collect(),
                    _ => vec![],
                };
                for (whose, values) in counts {
                    assert!(!closed && entry.command.received_at <= closed_at);
                    let before = own.insert(whose, values.clone());
                    for value in &room.auction.terms().values {
                        let Some(before) = before.as_ref().map(|before| before[&value.id]) else {
                            continue;
                        };
                        match value.direction {
                            Direction::Lowest => assert!(values[&value.id] <= before),
                            Direction::Highest => assert!(values[&value.id] >= before),
                        }
                    }
                }
                if let Event::BidAnnulled { alias, .. } = event {
                    own.remove(&Some(*alias));
                }
                closed |= matches!(event, Event::Closed { .. });
            }
        }
        assert!(closed);
    }

    /// Whether a rival sealed or held something, took it back, left or stayed: until it shows, the
    /// others see the same as if it had not.
    #[test]
    fn what_is_kept_back_shows_nowhere_before_its_time(format in rough_format()) {
        let log = format.play(|_, _, _, _, _| ()).log;
        let hidden = log.iter().enumerate().filter(|(_, entry)| is_hidden(entry));
        let all = commands(&log);
        for (index, entry) in hidden.collect::<Vec<_>>().into_iter().rev().take(4) {
            let shown = log[index..].iter().position(shows).expect("it shows") + index;
            let with = &all[..shown];
            let mut without = with.to_vec();
            without.remove(index);
            for number in 0..2 {
                if entry.command.by != By::Bidder(bidder(number)) {
                    let viewer = Viewer::Bidder(bidder(number));
                    assert_eq!(transcript(with, viewer), transcript(&without, viewer));
                }
            }
            assert_eq!(transcript(with, Viewer::Observer), transcript(&without, Viewer::Observer));
        }
    }
}

/// The formats must reach what they are for.
#[test]
fn random_formats_reach_the_interesting_places() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..400 {
        let format = rough_format()
            .new_tree(&mut runner)
            .expect("a format")
            .current();
        let room = format.play(|_, _, _, _, told| {
            *seen.entry(code(told).to_string()).or_default() += 1;
        });
        for event in room.log.iter().flat_map(happened) {
            let json = serde_json::to_value(event).expect("JSON");
            let name = json["type"].as_str().expect("a name").to_owned();
            *seen.entry(name).or_default() += 1;
        }
    }
    let codes = [
        0,
        101,
        104,
        106,
        107,
        108,
        NOT_IN_THIS_PHASE,
        301,
        302,
        ALREADY_SEALED,
        315,
        316,
    ];
    let codes = codes.map(|code| code.to_string());
    let events = [
        "bid-held",
        "bid-sealed",
        "bids-revealed",
        "bid-withdrawn",
        "left",
        "level-taken",
        "level-ended",
        "turn-ended",
        "phase-skipped",
        "paused",
        "resumed",
        "interrupted",
        "bid-annulled",
        "bidder-excluded",
    ];
    for place in codes.iter().map(String::as_str).chain(events) {
        assert!(seen.contains_key(place), "{place} in {seen:?}");
    }
}
