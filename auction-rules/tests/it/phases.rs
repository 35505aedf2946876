//! How phases follow one another, and what is particular to each kind.

use crate::kit::*;
use auction_rules::event::Event;
use auction_rules::terms::{
    Admission, Draft, Levels, OpeningOffer, Phase, PhaseKind, SealedBid, TieBreak, Ties, Turns,
};
use auction_rules::{Act, Audience, By, Command, Outcome, Refusal, Viewer};

fn turns() -> Phase {
    then(PhaseKind::Turns(Turns { slot_ms: 120_000 }))
}

fn sealed() -> Phase {
    then(PhaseKind::SealedBid(SealedBid { length_ms: 300_000 }))
}

fn tie_break() -> Phase {
    then(PhaseKind::TieBreak(TieBreak { length_ms: 600_000 }))
}

fn admitting(admission: Admission, phase: Phase) -> Phase {
    Phase { admission, ..phase }
}

fn paused(minutes: i64, phase: Phase) -> Phase {
    Phase {
        pause_before_ms: ms(minutes * MINUTE),
        ..phase
    }
}

fn with(phases: Vec<Phase>) -> Draft {
    Draft { phases, ..lowest() }
}

fn falling() -> PhaseKind {
    PhaseKind::DescendingClock(Levels {
        start: dec("100"),
        step: dec("10"),
        end: dec("50"),
        interval_ms: 60_000,
    })
}

fn rising() -> PhaseKind {
    PhaseKind::AscendingClock(Levels {
        start: dec("50"),
        step: dec("10"),
        end: dec("150"),
        interval_ms: 180_000,
    })
}

fn clocked(run: PhaseKind, count: usize) -> Room {
    let draft = Draft {
        opening: OpeningOffer::FirstBidFree,
        ..with(vec![then(run)])
    };
    Room::open(draft, &vec![&[][..]; count])
}

impl Room {
    fn whose_turn(&self) -> Option<u16> {
        let phase = self.auction.public(Audience::Bidders).phase?;
        Some(phase.turn?.alias.0)
    }

    fn act(&mut self, number: usize, received_ms: i64, act: Act) -> Told {
        self.send(By::Bidder(bidder(number)), received_ms, act)
    }

    fn accept(&mut self, number: usize, received_ms: i64, level: &str) -> Told {
        let level = dec(level);
        self.act(number, received_ms, Act::AcceptLevel { level })
    }

    fn winner(&mut self) -> Option<u16> {
        self.closed().winner.map(|winner| winner.0)
    }

    fn phases_seen(&self) -> Vec<&'static str> {
        let events = self.log.iter().filter_map(|entry| match &entry.outcome {
            Outcome::Events(events) => Some(events),
            Outcome::Refused(_) => None,
        });
        events
            .flatten()
            .filter_map(|event| match event {
                Event::PhaseStarted { .. } => Some("started"),
                Event::PhaseEnded { .. } => Some("ended"),
                Event::PhaseSkipped { .. } => Some("skipped"),
                Event::PhaseScheduled { .. } => Some("scheduled"),
                Event::Closed { .. } => Some("closed"),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn turns_go_from_the_worst_to_the_best() {
    let mut room = Room::prices(with(vec![turns()]), &["1000", "3000", "2000"]);
    for (minute, alias) in [(0, Some(2)), (2, Some(3)), (4, Some(1)), (6, None)] {
        room.run(minute * MINUTE);
        assert_eq!(room.whose_turn(), alias, "{minute}");
    }
    assert_eq!(room.state(), "closed");
}

#[test]
fn a_turn_of_another_is_refused() {
    let mut room = Room::prices(with(vec![turns()]), &["1000", "2000"]);
    assert_eq!(room.bid(0, MINUTE, "900"), Err(Refusal::NotYourTurn));
    assert!(matches!(
        room.bid(1, MINUTE, "900").as_deref(),
        Ok([Event::BidHeld { .. }])
    ));
    assert_eq!(room.bid(1, 2 * MINUTE, "800"), Err(Refusal::NotYourTurn));
    // Read before its turn, decided in it.
    assert_eq!(
        room.late(0, 2 * MINUTE - 1, "900"),
        Err(Refusal::NotYourTurn)
    );
}

#[test]
fn a_turn_shows_when_it_ends() {
    let draft = Draft {
        visibility: auction_rules::terms::Visibility {
            all_values: true,
            ..lowest().visibility
        },
        ..with(vec![turns()])
    };
    let mut room = Room::prices(draft, &["1000", "2000"]);
    let rival = Viewer::Bidder(bidder(0));
    let before = (room.auction.view(rival), room.feed.len());
    room.bid(1, MINUTE, "500").expect("legal");
    assert_eq!(room.auction.view(rival), before.0);
    let told: Vec<_> = room.feed[before.1..].iter().map(|(to, _)| *to).collect();
    assert_eq!(told, [Audience::Officers]);
    let own = room.auction.own_view(bidder(1)).expect("admitted");
    assert_eq!(own.held, Some(values(&[("price", "500.00")])));
    assert_eq!(own.position, Some(2));
    room.run(2 * MINUTE);
    assert_eq!(room.positions(), [(2, 1), (1, 2)]);
    assert_eq!(room.auction.view(rival).own.expect("own").position, Some(2));
}

#[test]
fn the_last_bid_of_a_turn_counts_and_can_be_withdrawn() {
    let mut room = Room::prices(with(vec![turns()]), &["1000", "2000"]);
    assert_eq!(
        room.act(1, SECOND, Act::Withdraw),
        Err(Refusal::NothingHeld)
    );
    room.bid(1, 2 * SECOND, "500").expect("legal");
    // Compared with the offer that stands, not with what was entered a moment before.
    room.bid(1, 3 * SECOND, "700").expect("legal");
    room.run(2 * MINUTE);
    assert_eq!(room.price_of(1), Some(dec("700.00")));
    room.bid(0, 2 * MINUTE + 1, "400").expect("legal");
    room.act(0, 3 * MINUTE, Act::Withdraw)
        .expect("something to withdraw");
    room.run(4 * MINUTE);
    assert_eq!(room.price_of(0), Some(dec("1000.00")));
}

#[test]
fn each_round_is_sorted_anew() {
    let round = || paused(2, turns());
    let mut room = Room::prices(with(vec![paused(5, turns()), round()]), &["1000", "2000"]);
    assert_eq!(room.state(), "between");
    room.run(5 * MINUTE);
    assert_eq!(room.whose_turn(), Some(2));
    room.bid(1, 6 * MINUTE, "500").expect("legal");
    room.run(11 * MINUTE);
    assert_eq!(room.whose_turn(), Some(1));
}

#[test]
fn who_is_excluded_has_no_turn_and_no_bid() {
    let mut room = Room::prices(with(vec![turns()]), &["1000", "2000", "3000"]);
    room.bid(2, SECOND, "100").expect("legal");
    let exclude = |number| Act::Exclude {
        alias: alias(number),
        reason: "because".to_owned(),
    };
    room.officer(2 * SECOND, exclude(3)).expect("may");
    room.officer(3 * SECOND, exclude(2)).expect("may");
    room.run(2 * MINUTE);
    assert_eq!(room.whose_turn(), Some(1));
    assert_eq!(room.positions(), [(1, 1)]);
}

#[test]
fn a_pause_keeps_the_rest_of_a_turn() {
    let mut room = Room::prices(with(vec![turns()]), &["1000", "2000"]);
    let reason = || "a reason".to_owned();
    room.officer(MINUTE, Act::Pause { reason: reason() })
        .expect("may");
    room.officer(
        2 * MINUTE,
        Act::Resume {
            notice_ms: 300_000,
            reason: reason(),
        },
    )
    .expect("may");
    room.bid(1, 8 * MINUTE, "900").expect("the turn goes on");
    // At least two minutes were left from the resumption at 7 minutes on.
    assert_eq!(room.closes(), Some(9 * MINUTE));
}

#[test]
fn a_sealed_value_shows_at_the_end() {
    let mut room = Room::prices(with(vec![sealed()]), &["1000", "2000", "3000"]);
    let told = room.bid(2, MINUTE, "487.65");
    assert!(matches!(told.as_deref(), Ok([Event::BidSealed { .. }])));
    room.bid(1, 2 * MINUTE, "387.65").expect("legal");
    assert_eq!(room.bid(1, 3 * MINUTE, "200"), Err(Refusal::AlreadySealed));
    let log = serde_json::to_string(&room.log).expect("JSON");
    let state = serde_json::to_string(&room.auction).expect("JSON");
    for text in [log, state] {
        assert!(!text.contains("87.65"), "a sealed value shows");
    }
    assert_eq!(room.positions(), [(1, 1), (2, 2), (3, 3)]);
    assert!(room.auction.own_view(bidder(2)).expect("own").sealed);
    room.run(5 * MINUTE);
    assert_eq!(room.positions(), [(2, 1), (3, 2), (1, 3)]);
    assert_eq!(room.winner(), Some(2));
}

/// The log never holds it in plain words, whatever the writer asks of the rules.
#[test]
fn a_plain_value_is_previewed_but_not_placed_while_values_are_sealed() {
    let mut room = Room::prices(with(vec![sealed()]), &["1000", "2000"]);
    let typed = typed(&[("price", "700")]);
    let preview = |room: &Room| room.auction.preview(bidder(0), at(MINUTE), &typed).refusal;
    assert_eq!(preview(&room), None);
    let plain = Command {
        by: By::Bidder(bidder(0)),
        id: None,
        received_at: at(MINUTE),
        act: Act::PlaceBid(typed.clone()),
    };
    let refused = Outcome::Refused(Refusal::OtherwiseInThisPhase);
    assert_eq!(room.auction.enter(plain).outcome, refused);
    room.bid(0, MINUTE, "700").expect("legal");
    assert_eq!(preview(&room), Some(Refusal::AlreadySealed));
}

#[test]
fn a_refused_sealed_value_is_not_told_by_the_log() {
    let mut room = Room::prices(with(vec![sealed()]), &["1000", "2000"]);
    let told = room.bid(0, MINUTE, "995.55");
    assert_eq!(told, Err(Refusal::SealedRefused { refused: 302 }));
    assert!(
        !serde_json::to_string(&room.log)
            .expect("JSON")
            .contains("995.55")
    );
    room.bid(0, 2 * MINUTE, "990").expect("another try");
}

#[test]
fn a_lost_opening_does_not_keep_the_auction_from_closing() {
    let mut room = Room::prices(with(vec![sealed()]), &["1000", "2000"]);
    room.bid(1, MINUTE, "400").expect("legal");
    room.lose_openings();
    assert_eq!(room.winner(), Some(1));
    assert_eq!(room.price_of(1), Some(dec("2000.00")));
}

#[test]
fn an_opening_of_another_value_is_refused() {
    let mut room = Room::prices(with(vec![sealed()]), &["1000", "2000"]);
    room.bid(1, MINUTE, "400").expect("legal");
    let forged = Act::Reveal {
        openings: vec![auction_rules::sealed::RevealedBid {
            alias: alias(2),
            opening: Some(auction_rules::sealed::BidOpening {
                salt: "00".repeat(16),
                offer: typed(&[("price", "100")]),
            }),
        }],
    };
    let told = room.decide(By::Server, 5 * MINUTE, forged);
    assert_eq!(told, Err(Refusal::NotNow));
    let early = Act::EndPhase { tail: None };
    let told = room.decide(By::Server, 5 * MINUTE, early);
    assert_eq!(told, Err(Refusal::NotNow), "sealed values come first");
}

#[test]
fn equal_sealed_values_stand_in_the_order_of_placing() {
    let mut room = Room::prices(with(vec![sealed()]), &["1000", "2000", "3000"]);
    room.bid(2, MINUTE, "400").expect("legal");
    room.bid(0, 2 * MINUTE, "400").expect("legal");
    room.run(5 * MINUTE);
    assert_eq!(room.positions(), [(3, 1), (1, 2), (2, 3)]);
}

#[test]
fn the_last_one_in_wins_at_its_level() {
    let mut room = clocked(falling(), 3);
    for number in 0..3 {
        room.accept(number, 10 * SECOND, "100").expect("in");
    }
    room.act(0, MINUTE + 1, Act::Leave).expect("may leave");
    room.accept(1, MINUTE + 2, "90").expect("in");
    room.accept(2, MINUTE + 3, "90").expect("in");
    assert_eq!(
        room.accept(0, MINUTE + 4, "90"),
        Err(Refusal::NotInThisPhase)
    );
    // Bidder 1 says nothing at 80 and is out.
    room.accept(2, 2 * MINUTE + 1, "80").expect("in");
    room.run(3 * MINUTE);
    assert_eq!(room.state(), "closed");
    assert_eq!(room.price_of(2), Some(dec("80.00")));
    assert_eq!(room.winner(), Some(3));
}

#[test]
fn a_level_that_passed_is_refused() {
    let mut room = clocked(falling(), 2);
    room.accept(0, SECOND, "100").expect("in");
    room.accept(1, SECOND, "100").expect("in");
    let passed = Refusal::LevelPassed {
        level: Some(dec("90")),
    };
    assert_eq!(room.accept(0, MINUTE, "100"), Err(passed.clone()));
    assert_eq!(room.accept(0, MINUTE, "80"), Err(passed));
    room.accept(0, MINUTE, "90").expect("in");
    assert_eq!(room.accept(0, MINUTE + 1, "90"), Err(Refusal::NotNow));
    assert_eq!(room.act(0, MINUTE + 2, Act::Leave), Err(Refusal::NotNow));
    assert_eq!(
        room.bid(1, MINUTE + 3, "90"),
        Err(Refusal::OtherwiseInThisPhase)
    );
}

#[test]
fn nobody_learns_who_stays_before_the_level_ends() {
    let mut room = clocked(falling(), 3);
    let rival = Viewer::Bidder(bidder(0));
    let before = (room.auction.view(rival), room.feed.len());
    room.accept(1, SECOND, "100").expect("in");
    room.act(2, 2 * SECOND, Act::Leave).expect("may leave");
    let seen = room.auction.view(rival);
    assert_eq!(seen, before.0);
    assert!(
        room.feed[before.1..]
            .iter()
            .all(|(to, _)| *to == Audience::Officers)
    );
}

#[test]
fn those_who_leave_together_share_the_level_before() {
    let draft = Draft {
        opening: OpeningOffer::FirstBidFree,
        ties: Ties::EqualRank,
        ..with(vec![then(falling())])
    };
    let mut room = Room::open(draft, &[&[], &[]]);
    room.accept(0, SECOND, "100").expect("in");
    room.accept(1, SECOND, "100").expect("in");
    let result = room.closed().clone();
    assert_eq!(result.tied, [alias(1), alias(2)]);
}

#[test]
fn a_descending_clock_stops_at_its_reserve() {
    let mut room = clocked(falling(), 2);
    for level in 0..6 {
        let price = format!("{}", 100 - 10 * level);
        room.accept(1, level * MINUTE + 1, &price).expect("in");
        room.accept(0, level * MINUTE + 2, &price).expect("in");
    }
    room.run(6 * MINUTE);
    assert_eq!(room.state(), "closed");
    assert_eq!(room.winner(), Some(2), "the earlier at the last level");
}

#[test]
fn the_first_to_take_a_rising_level_wins() {
    // IBM's example: 50, ten more each three minutes, accepted after seven minutes.
    let mut room = clocked(rising(), 3);
    assert_eq!(
        room.accept(1, 7 * MINUTE - 1, "60"),
        Err(Refusal::LevelPassed {
            level: Some(dec("70"))
        })
    );
    room.accept(1, 7 * MINUTE, "70").expect("taken");
    // Read before the end, decided after it: too late for this level.
    let act = Act::AcceptLevel { level: dec("70") };
    let told = room.decide(By::Bidder(bidder(2)), 7 * MINUTE - 1, act);
    assert_eq!(told, Err(Refusal::LevelPassed { level: None }));
    room.run(7 * MINUTE);
    assert_eq!(room.state(), "closed");
    assert_eq!(room.price_of(1), Some(dec("70.00")));
    assert_eq!(room.winner(), Some(2));
}

#[test]
fn a_rising_clock_ends_after_its_reserve() {
    let mut room = clocked(rising(), 2);
    room.run(33 * MINUTE - 1);
    assert_eq!(room.state(), "open");
    room.run(33 * MINUTE);
    assert_eq!(room.state(), "closed");
    assert_eq!(room.winner(), None);
}

#[test]
fn a_tie_break_runs_only_on_a_shared_first_place() {
    let draft = || Draft {
        ties: Ties::EqualRank,
        ..with(vec![set_time(10 * MINUTE, None), tie_break()])
    };
    let mut clear = Room::prices(draft(), &["1000", "2000"]);
    clear.run(20 * MINUTE);
    assert_eq!(
        clear.phases_seen(),
        ["started", "ended", "skipped", "closed"]
    );
    let mut tied = Room::prices(draft(), &["1000", "1000", "3000"]);
    tied.run(10 * MINUTE);
    assert_eq!(tied.closes(), Some(20 * MINUTE));
    // A bid in it does not extend it.
    tied.bid(0, 20 * MINUTE - 1, "900").expect("legal");
    tied.run(20 * MINUTE);
    assert_eq!(tied.winner(), Some(1));
}

#[test]
fn a_tie_break_comes_again_only_when_bids_led_to_a_tie() {
    let draft = || Draft {
        ties: Ties::EqualRank,
        ..with(vec![set_time(10 * MINUTE, None), tie_break()])
    };
    let mut silent = Room::prices(draft(), &["1000", "1000"]);
    silent.run(21 * MINUTE);
    assert_eq!(silent.state(), "sealed");
    assert_eq!(silent.closed().tied, [alias(1), alias(2)]);
    let mut again = Room::prices(draft(), &["1000", "1000"]);
    again.bid(0, 11 * MINUTE, "900").expect("legal");
    again.bid(1, 12 * MINUTE, "900").expect("legal");
    again.run(21 * MINUTE);
    assert_eq!(again.closes(), Some(30 * MINUTE));
    again.bid(1, 25 * MINUTE, "880").expect("legal");
    assert_eq!(again.winner(), Some(2));
}

/// Who may bid in the second phase, by alias, after bids in the first.
fn admits(admission: Admission, offers: &[&str], bids: &[(usize, &str)]) -> Vec<u16> {
    let second = admitting(admission, set_time(10 * MINUTE, None));
    let draft = Draft {
        ties: Ties::EqualRank,
        ..with(vec![set_time(10 * MINUTE, None), second])
    };
    let mut room = Room::prices(draft, offers);
    for (number, price) in bids {
        room.bid(*number, MINUTE, price).expect("legal");
    }
    room.run(10 * MINUTE);
    let may = |number: &usize| {
        let own = room.auction.own_view(bidder(*number)).expect("admitted");
        !own.barred
    };
    let admitted: Vec<_> = (0..offers.len()).filter(may).collect();
    for number in 0..offers.len() {
        let told = room.clone().bid(number, 11 * MINUTE, "1");
        assert_eq!(
            told == Err(Refusal::NotInThisPhase),
            !admitted.contains(&number)
        );
    }
    admitted
        .iter()
        .map(|number| u16::try_from(number + 1).expect("few"))
        .collect()
}

#[test]
fn admission_to_a_phase() {
    let offers = ["1000", "1100", "1100.01", "2000"];
    assert_eq!(admits(Admission::All, &offers, &[]), [1, 2, 3, 4]);
    assert_eq!(
        admits(Admission::WhoBid, &offers, &[(3, "1900"), (1, "1050")]),
        [2, 4]
    );
    assert_eq!(admits(Admission::Top { rank_max: 2 }, &offers, &[]), [1, 2]);
    let tied = ["1000", "1100", "1100", "2000"];
    assert_eq!(
        admits(Admission::Top { rank_max: 2 }, &tied, &[]),
        [1, 2, 3]
    );
    let within = |least| Admission::Within {
        percent: dec("10"),
        least,
    };
    assert_eq!(admits(within(1), &offers, &[]), [1, 2]);
    assert_eq!(admits(within(3), &offers, &[]), [1, 2, 3]);
}

#[test]
fn who_was_dropped_stays_dropped_and_ranked() {
    let next = |admission| admitting(admission, set_time(10 * MINUTE, None));
    let phases = vec![
        set_time(10 * MINUTE, None),
        next(Admission::WhoBid),
        next(Admission::All),
    ];
    let mut room = Room::prices(with(phases), &["1000", "2000"]);
    room.bid(1, MINUTE, "1500").expect("legal");
    room.run(20 * MINUTE);
    assert_eq!(
        room.bid(0, 25 * MINUTE, "900"),
        Err(Refusal::NotInThisPhase)
    );
    assert_eq!(room.winner(), Some(1));
}

fn random(tail_ms: u64) -> Room {
    let mut phase = set_time(15 * MINUTE, None);
    if let PhaseKind::Open(open) = &mut phase.run {
        open.random_tail_ms = Some(600_000);
    }
    let mut room = Room::admitted(
        with(vec![phase]),
        &[&[("price", "1000")], &[("price", "2000")]],
    );
    room.tail_ms = tail_ms;
    room.run(0);
    room
}

#[test]
fn a_random_tail_ends_when_it_was_drawn_and_nobody_sees_it_before() {
    for tail_ms in [0, 300_000, 600_000] {
        let mut room = random(tail_ms);
        let phase = room
            .auction
            .public(Audience::Officers)
            .phase
            .expect("a phase");
        assert_eq!(phase.closes_from, Some(at(15 * MINUTE)));
        assert_eq!(phase.closes_at, Some(at(25 * MINUTE)));
        let end = 15 * MINUTE + i64::try_from(tail_ms).expect("small");
        if tail_ms > 0 {
            room.bid(0, end - 1, "900").expect("before the end");
        }
        room.run(end);
        assert_eq!(room.state(), "closed", "{tail_ms}");
    }
    let state = |tail_ms| serde_json::to_value(&random(tail_ms).auction).expect("JSON");
    let (mut one, mut other) = (state(1), state(2));
    for state in [&mut one, &mut other] {
        let tail = &mut state["status"]["Open"]["course"]["Open"]["tail"];
        assert!(tail["commitment"].is_string(), "{tail}");
        tail["commitment"] = "opaque".into();
    }
    assert_eq!(one, other);
}

#[test]
fn a_random_tail_ends_neither_before_nor_after_what_was_drawn() {
    let opening = |tail_ms| auction_rules::sealed::TailOpening {
        salt: "00".repeat(16),
        tail_ms,
    };
    let end = |tail| Act::EndPhase { tail };
    let mut room = random(300_000);
    room.run(16 * MINUTE);
    for (minute, tail) in [
        (19, Some(opening(240_000))),
        (19, Some(opening(300_000))),
        (20, None),
    ] {
        let told = room.decide(By::Server, minute * MINUTE, end(tail));
        assert_eq!(told, Err(Refusal::NotNow), "{minute}");
    }
    // Where what was drawn is lost, the phase ends at the last possible moment.
    room.decide(By::Server, 25 * MINUTE, end(None))
        .expect("the latest end");
    assert_eq!(room.state(), "closed");
}

#[test]
fn phases_that_cannot_follow_are_refused() {
    let faults = |draft: Draft| -> Vec<String> {
        let faults = auction_rules::Terms::new(draft).expect_err("unsound");
        faults.into_iter().map(|fault| fault.path).collect()
    };
    assert_eq!(faults(with(vec![tie_break()])), ["phases[0].run", "ties"]);
    let top = Admission::Top { rank_max: 1 };
    assert_eq!(
        faults(with(vec![admitting(top, turns())])),
        ["phases[0].admission"]
    );
    assert_eq!(faults(with(vec![then(falling())])), ["phases[0].run"]);
    let mut hidden = with(vec![turns()]);
    hidden.visibility.participant_count = false;
    assert_eq!(faults(hidden), ["visibility.participant_count"]);
    let mut extended = set_time(
        MINUTE,
        Some(extension(
            auction_rules::terms::Anchor::Added,
            auction_rules::terms::Trigger::AnyBid,
        )),
    );
    if let PhaseKind::Open(open) = &mut extended.run {
        open.random_tail_ms = Some(60_000);
    }
    assert_eq!(
        faults(with(vec![extended])),
        ["phases[0].run.random_tail_ms"]
    );
}

/// A sealed phase with one value placed, at its end, with this many more seconds to arrive in.
fn showing(from: auction_rules::terms::Reference) -> Room {
    let mut draft = with(vec![sealed()]);
    draft.improvement.from = from;
    draft.visibility.best_value = true;
    let offers: Vec<_> = (0..202)
        .map(|number| format!("{}", 5_000 + number))
        .collect();
    let offers: Vec<_> = offers.iter().map(String::as_str).collect();
    let mut room = Room::prices(draft, &offers);
    for number in 0..201 {
        let price = format!("{}", 4_900 - number);
        room.bid(number, MINUTE, &price).expect("legal");
    }
    room
}

#[test]
fn no_sealed_value_is_held_against_another_of_its_phase() {
    // More values than one entry opens, each a step below the leader of before.
    let mut room = showing(auction_rules::terms::Reference::Leader);
    room.run(5 * MINUTE);
    assert_eq!(room.state(), "closed");
    assert_eq!(room.price_of(200), Some(dec("4700.00")));
    assert_eq!(room.price_of(0), Some(dec("4900.00")));
    assert_eq!(room.winner(), Some(201));
    assert!(room.log.len() > 201);
}

#[test]
fn nothing_is_sealed_stopped_or_put_off_once_values_show() {
    let mut room = showing(auction_rules::terms::Reference::Own);
    room.run(5 * MINUTE - 1);
    let first: Vec<_> = room.auction.unopened().into_iter().take(200).collect();
    let openings = first
        .into_iter()
        .map(|(alias, commitment)| auction_rules::sealed::RevealedBid {
            alias,
            opening: room.opening_of(commitment),
        })
        .collect();
    room.decide(By::Server, 5 * MINUTE, Act::Reveal { openings })
        .expect("opened");
    let positions = room.positions();
    // Read in time, but decided when the first values were known.
    let late = room.late(201, 5 * MINUTE - 1, "100");
    assert!(
        matches!(late, Err(Refusal::ArrivedTooLate { .. })),
        "{late:?}"
    );
    let reason = "because".to_owned();
    let told = room.decide(officer(), 5 * MINUTE - 1, Act::Pause { reason });
    assert_eq!(told, Err(Refusal::NotNow));
    room.interrupt(5 * MINUTE - 1, 5 * MINUTE + SECOND)
        .expect("noted");
    assert_eq!(room.closes(), Some(5 * MINUTE));
    assert_eq!(room.positions(), positions, "they count together");
    room.run(5 * MINUTE);
    assert_eq!(room.winner(), Some(201));
}

#[test]
fn a_level_is_taken_by_nobody_who_could_not_know_it() {
    let take = |room: &mut Room, who, ms, level| {
        let act = Act::AcceptLevel { level: dec(level) };
        room.decide(By::Bidder(bidder(who)), ms, act)
    };
    let mut room = clocked(rising(), 2);
    room.run(3 * MINUTE);
    assert_eq!(
        take(&mut room, 0, 3 * MINUTE - 1, "60"),
        Err(Refusal::NotNow)
    );
    take(&mut room, 0, 3 * MINUTE, "60").expect("taken");
    let mut room = clocked(falling(), 2);
    for number in 0..2 {
        room.accept(number, SECOND, "100").expect("in");
    }
    room.run(MINUTE);
    assert_eq!(take(&mut room, 0, MINUTE - 1, "90"), Err(Refusal::NotNow));
    take(&mut room, 0, MINUTE, "90").expect("in");
}

#[test]
fn nobody_leaves_a_clock_that_has_stopped() {
    let mut room = clocked(falling(), 2);
    room.accept(0, SECOND, "100").expect("in");
    room.run(MINUTE - 1);
    room.decide(By::Server, MINUTE, Act::EndLevel)
        .expect("the last level");
    let told = room.decide(By::Bidder(bidder(0)), MINUTE - 1, Act::Leave);
    assert!(
        matches!(told, Err(Refusal::ArrivedTooLate { .. })),
        "{told:?}"
    );
    assert_eq!(room.winner(), Some(1));
}

/// Only the writer knows the end of a random tail: a bid that it let in after it shows when the tail
/// is opened.
#[test]
fn a_bid_after_the_end_that_was_drawn_cannot_stand() {
    let mut room = random(60_000);
    room.run(16 * MINUTE - 1);
    let act = Act::PlaceBid(typed(&[("price", "900")]));
    room.decide(By::Bidder(bidder(0)), 16 * MINUTE, act)
        .expect("the rules do not know the end yet");
    let tail = auction_rules::sealed::TailOpening {
        salt: "00".repeat(16),
        tail_ms: 60_000,
    };
    let end = Act::EndPhase { tail: Some(tail) };
    let told = room.decide(By::Server, 16 * MINUTE, end);
    assert_eq!(told, Err(Refusal::NotNow));
}

#[test]
fn who_is_excluded_while_values_are_opened_does_not_stand() {
    let mut room = showing(auction_rules::terms::Reference::Own);
    room.run(5 * MINUTE - 1);
    let open = |room: &mut Room| {
        let next: Vec<_> = room.auction.unopened().into_iter().take(200).collect();
        let opened =
            next.into_iter()
                .map(|(alias, commitment)| auction_rules::sealed::RevealedBid {
                    alias,
                    opening: room.opening_of(commitment),
                });
        let openings = opened.collect();
        room.decide(By::Server, 5 * MINUTE, Act::Reveal { openings })
            .expect("opened");
    };
    open(&mut room);
    let exclude = Act::Exclude {
        alias: alias(1),
        reason: "because".to_owned(),
    };
    room.decide(officer(), 5 * MINUTE, exclude).expect("may");
    open(&mut room);
    assert!(room.positions().iter().all(|(alias, _)| *alias != 1));
    assert_eq!(room.positions().len(), 201);
}
