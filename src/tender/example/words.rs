//! What happens in an example, in words.

use crate::limits::EXAMPLE_BIDDERS;
use auction_rules::{Event, Words};

/// Whether something happens that a reader of the example wants to see: not the turns of bidders who
/// only make up the least number.
pub(super) fn is_in_sight(events: &[Event]) -> bool {
    events.iter().any(|event| match event {
        Event::TurnEnded { alias, .. } => usize::from(alias.0) <= EXAMPLE_BIDDERS,
        Event::TurnStarted { .. } => false,
        _ => true,
    })
}

/// The kind of the opening, and its words.
pub(super) fn of_the_opening(events: &[Event]) -> (&'static str, Words) {
    let opened = events
        .iter()
        .any(|event| matches!(event, Event::Opened { .. }));
    if opened {
        let words = Words::new(
            "Aukcja otwiera się z ofertami pisemnymi, jeżeli zasady od nich zaczynają.",
            "The auction opens, from the written offers where the terms begin with them.",
        );
        ("opened", words)
    } else {
        let words = Words::new(
            "Aukcja się nie otwiera: dopuszczonych jest za mało.",
            "The auction does not open: too few are admitted.",
        );
        ("not-opened", words)
    }
}

/// The kind of what the clock does, and its words: the most telling one of its events. A phase with a
/// random tail ends by lot.
pub(super) fn of_the_clock(events: &[Event], ends_by_lot: bool) -> (&'static str, Words) {
    let told = events.iter().filter_map(told);
    let most_telling = told.max_by_key(|(weight, ..)| *weight);
    match most_telling {
        Some((_, kind, words)) => (kind, words),
        None if ends_by_lot => (
            "phase-ended",
            Words::new(
                "Etap się kończy w wylosowanej chwili.",
                "The phase ends at the moment that was drawn by lot.",
            ),
        ),
        None => (
            "phase-ended",
            Words::new("Etap się kończy.", "The phase ends."),
        ),
    }
}

fn told(event: &Event) -> Option<(u8, &'static str, Words)> {
    Some(match event {
        Event::Closed { result } => (
            6,
            "closed",
            closed(result.winner.map(|one| one.to_string())),
        ),
        Event::PhaseSkipped { .. } => (
            5,
            "phase-ended",
            Words::new(
                "Dogrywka nie jest potrzebna: pierwsze miejsce zajmuje jedna oferta.",
                "No tie-break is needed: one offer stands first.",
            ),
        ),
        Event::PhaseStarted { admitted, .. } => (4, "phase-started", started(admitted.is_some())),
        Event::BidsRevealed { .. } => (
            3,
            "revealed",
            Words::new(
                "Ceny złożone w ciemno zostają odczytane.",
                "The blind prices are opened.",
            ),
        ),
        Event::LevelStarted { .. } => (
            2,
            "level",
            Words::new(
                "Zegar podaje następną cenę.",
                "The clock names the next price.",
            ),
        ),
        Event::LevelEnded { remaining } => (
            1,
            "phase-ended",
            Words::new(
                format!("Poziom się kończy. Zostali na nim: {remaining}."),
                format!("The level ends. Stayed at it: {remaining}."),
            ),
        ),
        Event::TurnEnded { values, .. } => (1, "turn-ended", turn_ended(values.is_some())),
        _ => return None,
    })
}

fn closed(winner: Option<String>) -> Words {
    match winner {
        Some(winner) => Words::new(
            format!("Koniec. Wygrywa Wykonawca {winner}."),
            format!("The end. Bidder {winner} wins."),
        ),
        None => Words::new(
            "Koniec bez jednego zwycięzcy.",
            "The end, without a single winner.",
        ),
    }
}

fn started(only_some: bool) -> Words {
    if only_some {
        Words::new(
            "Zaczyna się następny etap, tylko dla dopuszczonych do niego.",
            "The next phase begins, for those alone whom it admits.",
        )
    } else {
        Words::new("Zaczyna się następny etap.", "The next phase begins.")
    }
}

fn turn_ended(with_a_bid: bool) -> Words {
    if with_a_bid {
        Words::new(
            "Kolejka się kończy i postąpienie widzą wszyscy.",
            "The turn ends and everyone sees the bid.",
        )
    } else {
        Words::new(
            "Kolejka się kończy bez postąpienia: oferta zostaje, jaka była.",
            "The turn ends without a bid: the offer stays as it was.",
        )
    }
}

/// The kind of what a bidder did, and its words.
pub(super) fn of_a_bidder(events: &[Event]) -> (&'static str, Words) {
    let said = events.iter().rev().find_map(|event| {
        Some(match event {
            Event::Extended { .. } => (
                "accepted",
                "Przyjęte. Do końca zostało mało czasu, więc aukcja się przedłuża.",
                "Accepted. Little time was left, so the auction is extended.",
            ),
            Event::SilenceRestarted { .. } => (
                "accepted",
                "Przyjęte. Czas ciszy liczy się od nowa.",
                "Accepted. The time of silence starts anew.",
            ),
            Event::BidHeld { .. } => (
                "accepted",
                "Zapisane. Liczy się, gdy skończy się kolejka albo poziom.",
                "Recorded. It counts when the turn or the level ends.",
            ),
            Event::BidSealed { .. } => (
                "accepted",
                "Zapisane w ciemno: nikt tego nie odczyta przed końcem etapu.",
                "Recorded blind: nobody can read it before the phase ends.",
            ),
            Event::LevelTaken { .. } => (
                "accepted",
                "Przyjmuje cenę i kończy licytację.",
                "Takes the price and ends the bidding.",
            ),
            Event::BidWithdrawn => (
                "withdrawn",
                "Wycofuje postąpienie ze swojej kolejki.",
                "Withdraws the bid of its turn.",
            ),
            Event::Left => (
                "left",
                "Odchodzi: zostaje przy ostatnim poziomie, na którym był.",
                "Leaves: the last level at which it stayed stands.",
            ),
            _ => return None,
        })
    });
    let (kind, pl, en) = said.unwrap_or(("accepted", "Przyjęte.", "Accepted."));
    (kind, Words::new(pl, en))
}
