//! The officer's acts, outages and takeovers.

use crate::kit::*;
use auction_rules::event::{Event, PauseCause};
use auction_rules::feed::{Audience, News};
use auction_rules::terms::{Draft, Ties};
use auction_rules::{Act, By, OfficerAct, Refusal, Writer};

fn room() -> Room {
    Room::prices(lowest(), &["1000", "2000"])
}

fn two_phases() -> Draft {
    let mut second = set_time(5 * MINUTE, None);
    second.pause_before_ms = ms(2 * MINUTE);
    Draft {
        phases: vec![set_time(10 * MINUTE, None), second],
        ..lowest()
    }
}

fn because() -> String {
    "because".to_owned()
}

fn pause() -> Act {
    Act::Pause { reason: because() }
}

fn resume(notice: i64) -> Act {
    Act::Resume {
        notice_ms: ms(notice),
        reason: because(),
    }
}

fn annul(number: u16, n: u32) -> Act {
    Act::Annul {
        alias: alias(number),
        n,
        reason: because(),
    }
}

fn exclude(number: u16) -> Act {
    Act::Exclude {
        alias: alias(number),
        reason: because(),
    }
}

fn cancel() -> Act {
    Act::Cancel { reason: because() }
}

#[test]
fn an_announcement_reaches_every_audience() {
    let mut room = room();
    room.officer(
        1,
        Act::Announce {
            text: " Hello ".to_owned(),
        },
    )
    .expect("announced");
    for audience in Audience::ALL {
        let told = room.feed.iter().filter(|(to, _)| *to == audience);
        let last = told.map(|(_, item)| &item.news).next_back();
        assert_eq!(
            last,
            Some(&News::Announced {
                text: "Hello".to_owned()
            })
        );
    }
    assert_eq!(
        code(&room.officer(
            1,
            Act::Announce {
                text: "  ".to_owned()
            }
        )),
        504
    );
    assert_eq!(
        code(&room.officer(
            1,
            Act::Announce {
                text: "x".repeat(1_001)
            }
        )),
        504
    );
}

#[test]
fn a_pause_stops_the_clock_and_a_resumption_gives_notice() {
    let mut room = room();
    room.officer(2 * MINUTE, pause()).expect("paused");
    assert_eq!((room.state().as_str(), room.closes()), ("paused", None));
    assert_eq!(
        room.bid(0, 3 * MINUTE, "900"),
        Err(Refusal::Paused { resumes_at: None })
    );
    assert_eq!(code(&room.officer(3 * MINUTE, pause())), 502);
    assert_eq!(
        code(&room.officer(20 * MINUTE, resume(5 * MINUTE - 1))),
        504
    );
    let told = room.officer(20 * MINUTE, resume(5 * MINUTE));
    let announced = Event::ResumeAnnounced {
        resumes_at: at(25 * MINUTE),
        closes_at: at(33 * MINUTE),
    };
    assert_eq!(told, Ok(vec![announced]));
    assert_eq!(room.closes(), Some(33 * MINUTE));
    let resumes_at = Some(at(25 * MINUTE));
    assert_eq!(
        room.bid(0, 25 * MINUTE - 1, "900"),
        Err(Refusal::Paused { resumes_at })
    );
    assert!(accepted(&room.bid(0, 25 * MINUTE, "900")));
    assert_eq!(
        code(&room.late(1, 25 * MINUTE - 1, "900")),
        101,
        "read while the clock stood"
    );
    assert_eq!(room.closes(), Some(33 * MINUTE));
    room.closed();
    assert_eq!(room.auction.closed_at(), Some(at(33 * MINUTE)));
}

#[test]
fn a_resumption_leaves_the_least_time() {
    let mut room = room();
    room.officer(10 * MINUTE - 1, pause()).expect("paused");
    room.officer(12 * MINUTE, resume(5 * MINUTE))
        .expect("announced");
    assert_eq!(room.closes(), Some(19 * MINUTE));
}

#[test]
fn a_pause_moves_the_caps_of_an_extension() {
    let mut with = extension(
        auction_rules::terms::Anchor::FromBid,
        auction_rules::terms::Trigger::AnyBid,
    );
    with.end_max_ms = Some(ms(11 * MINUTE));
    let draft = Draft {
        phases: vec![set_time(10 * MINUTE, Some(with))],
        ..lowest()
    };
    let mut room = Room::prices(draft, &["1000", "2000"]);
    room.officer(MINUTE, pause()).expect("paused");
    room.officer(MINUTE, resume(5 * MINUTE)).expect("announced");
    assert!(accepted(&room.bid(0, 15 * MINUTE - 1, "900")));
    assert_eq!(
        room.closes(),
        Some(16 * MINUTE),
        "the cap moved by five minutes"
    );
}

#[test]
fn acts_that_the_terms_do_not_give_are_refused() {
    let mut draft = lowest();
    draft.conduct.pause = false;
    draft.conduct.annul = false;
    draft.conduct.exclude = false;
    let mut room = Room::prices(draft, &["1000", "2000"]);
    assert!(accepted(&room.bid(0, 1, "900")));
    for act in [
        pause(),
        annul(1, 2),
        exclude(1),
        Act::StartPhase { tail: None },
    ] {
        assert_eq!(room.officer(2, act), Err(Refusal::NotAllowed));
    }
    let by = || By::Bidder(bidder(0));
    assert_eq!(room.send(by(), 2, cancel()), Err(Refusal::NotAllowed));
}

#[test]
fn a_reason_is_needed() {
    let mut room = room();
    assert!(accepted(&room.bid(0, 1, "900")));
    let reason = String::new;
    for act in [
        Act::Pause { reason: reason() },
        Act::Annul {
            alias: alias(1),
            n: 2,
            reason: reason(),
        },
        Act::Exclude {
            alias: alias(1),
            reason: reason(),
        },
        Act::Cancel { reason: reason() },
        Act::Resume {
            notice_ms: 300_000,
            reason: reason(),
        },
    ] {
        assert_eq!(code(&room.officer(2, act)), 504);
    }
}

#[test]
fn after_an_annulment_the_bid_before_stands_again() {
    let mut room = room();
    assert!(accepted(&room.bid(1, 1, "900")));
    assert!(accepted(&room.bid(1, 2, "800")));
    assert_eq!(room.positions(), [(2, 1), (1, 2)]);
    room.officer(3, annul(2, 3)).expect("annulled");
    assert_eq!(room.price_of(1), Some(dec("900")));
    assert_eq!(room.officer(4, annul(2, 3)), Err(Refusal::NotFound));
    room.officer(5, annul(2, 2)).expect("annulled");
    assert_eq!(
        (room.price_of(1), room.positions()),
        (Some(dec("2000")), vec![(1, 1), (2, 2)])
    );
    assert_eq!(
        room.officer(6, annul(2, 0)),
        Err(Refusal::NotFound),
        "the written offer"
    );
    assert_eq!(room.officer(6, annul(3, 2)), Err(Refusal::NotFound));
    assert_eq!(room.limit_of(1), Some(dec("1990.00")));
    assert!(accepted(&room.bid(1, 7, "950")));
}

#[test]
fn an_annulled_middle_bid_changes_nothing_that_stands() {
    let mut room = room();
    assert!(accepted(&room.bid(0, 1, "900")));
    assert!(accepted(&room.bid(0, 2, "800")));
    room.officer(3, annul(1, 2)).expect("annulled");
    assert_eq!(room.price_of(0), Some(dec("800")));
    room.officer(4, annul(1, 3)).expect("annulled");
    assert_eq!(room.price_of(0), Some(dec("1000")));
}

#[test]
fn everyone_is_told_of_an_annulment_and_only_officers_of_whom() {
    let mut room = room();
    assert!(accepted(&room.bid(1, 1, "900")));
    room.officer(2, annul(2, 2)).expect("annulled");
    for audience in Audience::ALL {
        let told = room.feed.iter().filter(|(to, _)| *to == audience);
        let annulled = told.filter_map(|(_, item)| match &item.news {
            News::BidAnnulled { alias } => Some(alias.map(|alias| alias.0)),
            _ => None,
        });
        let named = (audience == Audience::Officers).then_some(2);
        assert_eq!(annulled.collect::<Vec<_>>(), [named]);
    }
}

#[test]
fn an_exclusion_ranks_the_others_anew() {
    let mut room = Room::prices(lowest(), &["1000", "2000", "3000"]);
    room.officer(1, exclude(1)).expect("excluded");
    assert_eq!(room.positions(), [(2, 1), (3, 2)]);
    assert_eq!(room.officer(2, exclude(1)), Err(Refusal::NotFound));
    assert_eq!(room.bid(0, 3, "500"), Err(Refusal::Excluded));
    assert_eq!(room.closed().winner, Some(alias(2)));
}

#[test]
fn an_exclusion_moves_the_yardsticks_of_points() {
    let offers: [&[(&str, &str)]; 3] = [
        &[("price", "50"), ("warranty", "12")],
        &[("price", "100"), ("warranty", "12")],
        &[("price", "200"), ("warranty", "12")],
    ];
    let mut room = Room::open(points(), &offers);
    room.officer(1, exclude(1)).expect("excluded");
    let own = |number| room.auction.own_view(bidder(number)).expect("admitted");
    assert_eq!(own(1).points.expect("points").total, dec("100.00"));
    assert_eq!(own(2).points.expect("points").total, dec("70.00"));
    assert_eq!(own(0).points, None);
}

#[test]
fn a_cancelled_auction_has_no_result_and_is_sealed() {
    let mut room = room();
    room.officer(1, cancel()).expect("cancelled");
    assert_eq!(
        (room.state().as_str(), room.auction.result()),
        ("cancelled", None)
    );
    assert_eq!(code(&room.bid(0, 2, "900")), 104);
    assert_eq!(room.officer(3, cancel()), Err(Refusal::NotNow));
    room.run(10_000);
    assert!(room.auction.is_sealed());
    let mut early = Room::published(lowest());
    early.officer(0, cancel()).expect("cancelled");
    assert_eq!(early.state(), "cancelled");
}

#[test]
fn acts_fit_the_state() {
    let mut early = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    for act in [pause(), resume(5 * MINUTE), annul(1, 1), exclude(1)] {
        assert_eq!(early.officer(-MINUTE, act), Err(Refusal::NotNow));
    }
    let past = Act::Schedule {
        opens_at: at(-2 * MINUTE),
    };
    assert_eq!(code(&early.officer(-MINUTE, past)), 504);
    let mut room = room();
    let admit = Act::Admit {
        bidder: bidder(5),
        offer: values(&[("price", "1")]),
    };
    for act in [
        resume(5 * MINUTE),
        Act::Schedule {
            opens_at: at(MINUTE),
        },
        admit,
    ] {
        assert_eq!(room.officer(1, act), Err(Refusal::NotNow));
    }
    room.run(10 * MINUTE);
    for act in [pause(), annul(1, 1), exclude(1), cancel()] {
        assert_eq!(room.officer(10 * MINUTE, act), Err(Refusal::NotNow));
    }
}

#[test]
fn admission_takes_exactly_the_written_offer() {
    let mut room = Room::published(lowest());
    let mut admit = |offer: &[(&str, &str)]| {
        let act = Act::Admit {
            bidder: bidder(0),
            offer: values(offer),
        };
        code(&room.officer(0, act))
    };
    assert_eq!(admit(&[]), 504);
    assert_eq!(admit(&[("price", "1"), ("days", "1")]), 504);
    assert_eq!(admit(&[("price", "0.00")]), 311);
    assert_eq!(admit(&[("price", "1.001")]), 311);
    assert_eq!(admit(&[("price", "1000")]), 0);
    assert_eq!(
        admit(&[("price", "900")]),
        0,
        "repeated, it replaces the offer"
    );
    assert_eq!(room.price_of(0), Some(dec("900")));
    assert_eq!(room.auction.bidders().count(), 1);
}

#[test]
fn an_outage_within_the_grace_moves_every_deadline() {
    let mut open = room();
    let told = open.interrupt(MINUTE, MINUTE + 10_000);
    let gap = Event::Interrupted {
        from: at(MINUTE),
        to: at(MINUTE + 10_000),
    };
    assert_eq!(told, Ok(vec![gap]));
    assert_eq!(
        (open.state().as_str(), open.closes()),
        ("open", Some(10 * MINUTE + 10_000))
    );

    let mut late = room();
    late.interrupt(10 * MINUTE - 2_000, 10 * MINUTE + 1_000)
        .expect("noted");
    assert_eq!(
        late.closes(),
        Some(10 * MINUTE + 31_000),
        "thirty seconds are left"
    );

    let mut between = Room::prices(two_phases(), &["1000", "2000"]);
    between.run(10 * MINUTE);
    between
        .interrupt(11 * MINUTE, 11 * MINUTE + 4_000)
        .expect("noted");
    assert_eq!(
        between.auction.due().map(|due| due.at),
        Some(at(12 * MINUTE + 4_000))
    );

    let mut early = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    early.interrupt(-5_000, 5_000).expect("noted");
    assert_eq!(early.auction.due().map(|due| due.at), Some(at(5_000)));
    early.run(5_000);
    assert_eq!(early.closes(), Some(10 * MINUTE + 5_000));

    let mut noticed = room();
    noticed.officer(2 * MINUTE, pause()).expect("paused");
    noticed
        .officer(3 * MINUTE, resume(5 * MINUTE))
        .expect("announced");
    noticed
        .interrupt(4 * MINUTE, 4 * MINUTE + 3_000)
        .expect("noted");
    assert_eq!(
        noticed.auction.due().map(|due| due.at),
        Some(at(8 * MINUTE + 3_000))
    );
    assert_eq!(noticed.closes(), Some(16 * MINUTE + 3_000));
}

#[test]
fn an_outage_beyond_the_grace_waits_for_the_officer() {
    let long = 10_001;
    let mut open = room();
    let told = open.interrupt(MINUTE, MINUTE + long).expect("noted");
    assert_eq!(
        told.last(),
        Some(&Event::Paused {
            cause: PauseCause::Outage
        })
    );
    assert_eq!(open.state(), "interrupted");
    assert_eq!(open.auction.due(), None);
    assert_eq!(
        open.bid(0, 2 * MINUTE, "900"),
        Err(Refusal::Interrupted { resumes_at: None })
    );
    open.officer(20 * MINUTE, resume(5 * MINUTE))
        .expect("announced");
    assert_eq!(
        open.closes(),
        Some(34 * MINUTE),
        "nine minutes were left when it began"
    );

    let mut early = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    let told = early.interrupt(-1_000, long).expect("noted");
    assert_eq!(told.last(), Some(&Event::OpeningMissed));
    assert_eq!(
        (early.state().as_str(), early.auction.due()),
        ("published", None)
    );
    early
        .officer(
            MINUTE,
            Act::Schedule {
                opens_at: at(2 * MINUTE),
            },
        )
        .expect("scheduled");
    early.run(2 * MINUTE);
    assert_eq!(early.state(), "open");

    let mut before = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    before.interrupt(-20 * MINUTE, -MINUTE).expect("noted");
    assert_eq!(
        before.auction.due().map(|due| due.at),
        Some(at(0)),
        "nothing was missed"
    );
}

/// The phase would have started on its own, with nobody told when.
#[test]
fn an_outage_beyond_the_grace_in_a_pause_between_phases_waits_for_the_officer() {
    let mut between = Room::prices(two_phases(), &["1000", "2000"]);
    between.run(10 * MINUTE);
    between.interrupt(11 * MINUTE, 13 * MINUTE).expect("noted");
    assert_eq!(
        (between.state().as_str(), between.auction.due()),
        ("interrupted", None)
    );
    let refused = Refusal::Interrupted { resumes_at: None };
    assert_eq!(between.bid(0, 14 * MINUTE, "900"), Err(refused));
    assert_eq!(code(&between.officer(15 * MINUTE, resume(MINUTE))), 504);
    let told = between.officer(15 * MINUTE, resume(5 * MINUTE));
    let scheduled = Event::PhaseScheduled {
        phase: 1,
        starts_at: at(20 * MINUTE),
    };
    assert_eq!(told, Ok(vec![scheduled]));
    assert!(accepted(&between.bid(0, 20 * MINUTE, "900")));
    assert_eq!(between.closes(), Some(25 * MINUTE));
}

/// The announced resumption would have come about with nobody connected.
#[test]
fn an_outage_beyond_the_grace_makes_an_announced_resumption_void() {
    let mut room = room();
    room.officer(2 * MINUTE, pause()).expect("paused");
    room.officer(3 * MINUTE, resume(5 * MINUTE))
        .expect("announced");
    room.interrupt(4 * MINUTE, 7 * MINUTE).expect("noted");
    assert_eq!(
        (room.state().as_str(), room.auction.due()),
        ("interrupted", None)
    );
    room.officer(8 * MINUTE, resume(5 * MINUTE))
        .expect("announced");
    assert_eq!(
        room.closes(),
        Some(21 * MINUTE),
        "eight minutes were left when it stopped"
    );
}

/// The close had passed while the server ran: an outage after it does not open the auction again.
#[test]
fn an_outage_after_a_deadline_does_not_move_it() {
    for gap in [5_000, 60_000] {
        let mut room = room();
        room.interrupt(10 * MINUTE, 10 * MINUTE + gap)
            .expect("noted");
        assert_eq!(
            (room.state().as_str(), room.closes()),
            ("open", Some(10 * MINUTE))
        );
        room.run(10 * MINUTE);
        assert_eq!(room.auction.closed_at(), Some(at(10 * MINUTE)));
    }
}

#[test]
fn outages_when_nothing_runs_change_nothing() {
    let mut paused = room();
    paused.officer(2 * MINUTE, pause()).expect("paused");
    paused.interrupt(3 * MINUTE, 30 * MINUTE).expect("noted");
    assert_eq!(paused.state(), "paused");
    paused
        .officer(31 * MINUTE, resume(5 * MINUTE))
        .expect("announced");
    assert_eq!(paused.closes(), Some(44 * MINUTE));

    let mut closed = room();
    closed.run(10 * MINUTE);
    closed
        .interrupt(10 * MINUTE + 1, 20 * MINUTE)
        .expect("noted");
    assert_eq!(closed.state(), "closed");
    closed.run(20 * MINUTE);
    assert!(closed.auction.is_sealed());
    assert_eq!(code(&closed.interrupt(21 * MINUTE, 22 * MINUTE)), 104);
    assert_eq!(code(&Room::published(lowest()).interrupt(2, 1)), 502);
}

#[test]
fn a_takeover_needs_a_later_epoch() {
    let mut room = room();
    let act = |epoch| Act::TakeOver {
        writer: Writer {
            node: "node-2".to_owned(),
            key: "key-2".to_owned(),
            epoch,
        },
    };
    assert_eq!(code(&room.decide(By::Server, 1, act(1))), 502);
    room.decide(By::Server, 1, act(2)).expect("taken over");
    assert_eq!(room.auction.writer().node, "node-2");
    assert_eq!(code(&room.decide(By::Server, 1, act(2))), 502);
}

#[test]
fn deadlines_are_decided_at_their_moment_only() {
    let mut room = room();
    for (moment, act) in [
        (10 * MINUTE - 1, Act::EndPhase { tail: None }),
        (10 * MINUTE + 1, Act::EndPhase { tail: None }),
        (10 * MINUTE, Act::StartPhase { tail: None }),
        (10 * MINUTE, Act::Continue),
        (
            10 * MINUTE,
            Act::Open {
                aliases: vec![],
                tail: None,
            },
        ),
    ] {
        let mut copy = room.clone();
        assert_eq!(copy.decide(By::Server, moment, act), Err(Refusal::NotNow));
    }
    room.decide(By::Server, 10 * MINUTE, Act::EndPhase { tail: None })
        .expect("ended");
}

#[test]
fn aliases_are_a_permutation_of_the_admitted() {
    let room = Room::admitted(lowest(), &[&[("price", "1")], &[("price", "2")]]);
    let open = |aliases: &[usize]| {
        let aliases = aliases.iter().map(|number| bidder(*number)).collect();
        let mut room = room.clone();
        let told = room.decide(
            By::Server,
            0,
            Act::Open {
                aliases,
                tail: None,
            },
        );
        (code(&told), room)
    };
    for wrong in [&[][..], &[0], &[0, 0], &[0, 2], &[0, 1, 1], &[0, 1, 2]] {
        assert_eq!(open(wrong).0, 502, "{wrong:?}");
    }
    let (told, room) = open(&[1, 0]);
    assert_eq!(told, 0);
    assert_eq!(room.auction.alias(bidder(1)), Some(alias(1)));
    assert_eq!(room.auction.bidder(alias(2)), Some(bidder(0)));
    assert_eq!(room.auction.bidder(alias(0)), None);
}

#[test]
fn an_abnormally_low_price_is_flagged_to_the_officer_alone() {
    let mut draft = Draft {
        ties: Ties::EqualRank,
        ..lowest()
    };
    draft.guards.flag_below_mean_percent = Some(dec("30"));
    draft.visibility.all_values = true;
    let mut room = Room::prices(draft, &["1000", "2000"]);
    assert!(accepted(&room.bid(1, 1, "1050")));
    let flags = |room: &Room| -> Vec<bool> {
        let rows = room.auction.public(Audience::Officers).rows.expect("rows");
        rows.iter()
            .map(|row| row.officer.as_ref().expect("officer").abnormally_low)
            .collect()
    };
    assert_eq!(flags(&room), [true, false], "1000 is below 70 % of 1500");
    let rows = room.auction.public(Audience::Bidders).rows.expect("rows");
    assert!(rows.iter().all(|row| row.officer.is_none()));
}

/// A writer could otherwise move deadlines by an outage that never was.
#[test]
fn an_outage_begins_after_what_is_known_to_have_run() {
    let mut room = room();
    assert!(room.interrupt(10 * SECOND, 15 * SECOND).is_ok());
    assert_eq!(
        room.interrupt(15 * SECOND - 1, 20 * SECOND),
        Err(Refusal::NotNow),
        "no time is an outage twice"
    );
    assert!(room.interrupt(15 * SECOND, 18 * SECOND).is_ok());
    assert!(accepted(&room.bid(0, 25 * SECOND, "900")));
    let writer = Writer {
        node: "node-2".to_owned(),
        key: "key-2".to_owned(),
        epoch: 2,
    };
    let take_over = Act::TakeOver { writer };
    room.decide(By::Server, 30 * SECOND, take_over)
        .expect("taken over");
    assert_eq!(
        room.interrupt(25 * SECOND - 1, 30 * SECOND),
        Err(Refusal::NotNow),
        "the last bid was later"
    );
    assert!(room.interrupt(25 * SECOND, 30 * SECOND).is_ok());
}

/// What an officer may send while the auction lives, and what the audit log calls it.
#[test]
fn acts_of_an_officer_have_their_names() {
    let read = |json: &str| serde_json::from_str::<OfficerAct>(json);
    for (json, name) in [
        (r#"{"type": "announce", "text": "x"}"#, "auction.announce"),
        (
            r#"{"type": "answer", "question": 1, "asked": "x", "text": "y"}"#,
            "auction.answer",
        ),
        (r#"{"type": "pause", "reason": "x"}"#, "auction.pause"),
        (
            r#"{"type": "resume", "notice_ms": 1, "reason": "x"}"#,
            "auction.resume",
        ),
        (
            r#"{"type": "annul", "alias": 1, "n": 1, "reason": "x"}"#,
            "auction.annul",
        ),
        (
            r#"{"type": "exclude", "alias": 1, "reason": "x"}"#,
            "auction.exclude",
        ),
        (r#"{"type": "cancel", "reason": "x"}"#, "auction.cancel"),
    ] {
        let officer = read(json).expect(json);
        assert_eq!(officer.name(), name);
        let act: Act = serde_json::from_str(json).expect(json);
        assert_eq!(Act::from(officer), act);
    }
    for json in [
        r#"{"type": "schedule", "opens_at": 1}"#,
        r#"{"type": "end-phase"}"#,
        r#"{"type": "withdraw"}"#,
    ] {
        let said = read(json).expect_err(json).to_string();
        assert!(said.contains("no act of an officer"), "{said}");
    }
}
