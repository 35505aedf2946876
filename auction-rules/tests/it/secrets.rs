//! Non-interference: two logs that differ only in what a viewer may not know show that viewer the
//! same things, in the same number and order.

use crate::kit::*;
use crate::scenario::{Aim, Move, Scenario, Values, scenario};
use auction_rules::{
    Act, Auction, AuctionId, Bidder, By, Command, Digest, Entry, Outcome, Outside, Refusal, Viewer,
    Writer,
};
use proptest::prelude::*;

fn play(scenario: &Scenario) -> Vec<Entry> {
    let mut room = scenario.open();
    let mut now = 0;
    for step in &scenario.moves {
        now += step.gap_ms();
        let _ = scenario.make(&mut room, now, step);
    }
    room.run(400 * MINUTE);
    room.log
}

/// All that a viewer gets while these commands are decided: each feed item, and the view each time
/// it changed.
pub(crate) fn transcript(commands: &[Command], viewer: Viewer) -> Vec<String> {
    let id = AuctionId::new("a-1").expect("an id");
    let Act::Publish { terms, .. } = &commands[0].act else {
        panic!("a publication")
    };
    let (mut auction, _) = Auction::publish(id, commands[0].clone(), terms);
    let mut view = serde_json::to_string(&auction.view(viewer)).expect("JSON");
    let mut shown = vec![view.clone()];
    for command in &commands[1..] {
        let entry = auction.enter(standing(&auction, command));
        let feed = auction.apply(&entry).expect("it follows");
        for (audience, item) in feed.items {
            if audience == viewer.audience() {
                shown.push(serde_json::to_string(&item).expect("JSON"));
            }
        }
        let now = serde_json::to_string(&auction.view(viewer)).expect("JSON");
        if now != view {
            view = now;
            shown.push(view.clone());
        }
    }
    shown
}

/// Attempts are numbered per bidder, so an annulment names the bid that stands in this log.
fn standing(auction: &Auction, command: &Command) -> Command {
    let mut command = command.clone();
    if let Act::Annul { alias, n, .. } = &mut command.act {
        let rows = auction
            .public(auction_rules::Audience::Officers)
            .rows
            .expect("rows");
        let row = rows.into_iter().find(|row| row.alias == Some(*alias));
        *n = row.and_then(|row| row.officer?.current_n).unwrap_or(*n);
    }
    command
}

pub(crate) fn commands(log: &[Entry]) -> Vec<Command> {
    log.iter().map(|entry| entry.command.clone()).collect()
}

fn viewers() -> [(Viewer, Option<Bidder>); 3] {
    let who = |number| (Viewer::Bidder(bidder(number)), Some(bidder(number)));
    [who(0), who(1), (Viewer::Observer, None)]
}

fn without_refused_attempts_of_others(log: &[Entry], own: Option<Bidder>) -> Vec<Command> {
    let hidden = |entry: &Entry| {
        let refused = matches!(entry.outcome, Outcome::Refused(_));
        let attempt = matches!(entry.command.act, Act::PlaceBid(_) | Act::Ask { .. });
        let others = !matches!(entry.command.by, By::Bidder(bidder) if Some(bidder) == own);
        refused && attempt && others
    };
    let kept = log.iter().filter(|entry| !hidden(entry));
    kept.map(|entry| entry.command.clone()).collect()
}

fn renamed(bidder: Bidder) -> Bidder {
    Digest(bidder.0.map(|byte| 255 - byte))
}

fn rename(mut command: Command) -> Command {
    if let By::Bidder(bidder) = &mut command.by {
        *bidder = renamed(*bidder);
    }
    match &mut command.act {
        Act::Admit { bidder, .. } => *bidder = renamed(*bidder),
        Act::Open { aliases, .. } => aliases
            .iter_mut()
            .for_each(|bidder| *bidder = renamed(*bidder)),
        _ => {}
    }
    command
}

/// Acts of the officer and the server of which bidders are told nothing, after each entry.
fn with_hidden_acts(commands: &[Command]) -> Vec<Command> {
    let mut epoch = 1;
    let mut all = Vec::new();
    for command in commands {
        all.push(command.clone());
        let received_at = command.received_at;
        let hidden = |by, act| Command {
            by,
            id: None,
            received_at,
            act,
        };
        epoch += 1;
        let writer = Writer {
            node: format!("node-{epoch}"),
            key: "key".to_owned(),
            epoch,
        };
        all.push(hidden(By::Server, Act::TakeOver { writer }));
        let reason = "because".to_owned();
        let refused = Act::Exclude {
            alias: alias(999),
            reason,
        };
        all.push(hidden(officer(), refused));
        let refused = Act::NoteRefused {
            bidder: bidder(0),
            counts: [(Outside::TooFast, 3)].into(),
        };
        all.push(hidden(By::Server, refused));
        let gone = (1..=4).map(alias).collect();
        all.push(hidden(By::Server, Act::NoteDropped { before: 4, gone }));
        let nobody = By::Bidder(Digest([77; 32]));
        all.push(hidden(nobody, Act::PlaceBid(typed(&[("price", "1")]))));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn refused_attempts_of_others_show_nowhere(scenario in scenario()) {
        let log = play(&scenario);
        for (viewer, own) in viewers() {
            let fewer = without_refused_attempts_of_others(&log, own);
            assert_eq!(transcript(&commands(&log), viewer), transcript(&fewer, viewer));
        }
    }

    #[test]
    fn unanswered_questions_of_others_show_nowhere(scenario in scenario()) {
        let mut scenario = scenario;
        scenario.moves.retain(|step| !matches!(step, Move::Answer { .. }));
        let all = commands(&play(&scenario));
        for (viewer, own) in viewers() {
            let hidden = |command: &&Command| {
                let asks = matches!(command.act, Act::Ask { .. });
                asks && !matches!(command.by, By::Bidder(bidder) if Some(bidder) == own)
            };
            let fewer: Vec<_> = all.iter().filter(|command| !hidden(command)).cloned().collect();
            assert_eq!(transcript(&all, viewer), transcript(&fewer, viewer));
        }
    }

    #[test]
    fn acts_of_which_nobody_is_told_show_nowhere(scenario in scenario()) {
        let all = commands(&play(&scenario));
        for (viewer, _) in viewers() {
            assert_eq!(transcript(&all, viewer), transcript(&with_hidden_acts(&all), viewer));
        }
    }

    #[test]
    fn the_names_behind_the_aliases_show_nowhere(scenario in scenario()) {
        let all = commands(&play(&scenario));
        let other: Vec<_> = all.iter().cloned().map(rename).collect();
        for (viewer, own) in viewers() {
            let same = match own {
                Some(bidder) => Viewer::Bidder(renamed(bidder)),
                None => viewer,
            };
            assert_eq!(transcript(&all, viewer), transcript(&other, same));
        }
    }

    /// A rival who always stands behind everyone: whatever it bids there, the others see the same.
    #[test]
    fn values_of_a_rival_behind_show_nowhere(scenario in scenario(), shift in 1..5_000_i64) {
        let mut scenario = scenario;
        scenario.visibility.all_values = false;
        // With everyone else excluded the rival would lead.
        scenario.moves.retain(|step| !matches!(step, Move::Exclude { .. }));
        let last = scenario.offers.len();
        // Everyone else stays below 20 000 cents, the rival between 30 000 and 95 000.
        let rival = |cents: i64, shift: i64| Values { cents: cents + 30_000 + shift, months: 0 };
        let twin = |shift: i64| {
            let mut twin = scenario.clone();
            for values in &mut twin.offers {
                values.months += 1;
            }
            twin.offers.push(rival(60_000, shift));
            for (number, step) in twin.moves.iter_mut().enumerate() {
                let number = i64::try_from(number).expect("few");
                if let Move::Bid { who, aim, .. } = step {
                    *aim = match *aim {
                        _ if number % 4 == 0 => Aim::At(rival(55_000 - 1_200 * number, shift)),
                        Aim::At(values) => Aim::At(Values { months: values.months + 1, ..values }),
                        better @ Aim::Better(..) => better,
                    };
                    *who = if number % 4 == 0 { last } else { *who };
                }
            }
            play(&twin)
        };
        let (one, other) = (twin(0), twin(shift));
        let outcomes = |log: &[Entry]| -> Vec<u16> {
            let code = |entry: &Entry| match &entry.outcome {
                Outcome::Events(_) => 0,
                Outcome::Refused(refusal) => Refusal::code(refusal),
            };
            log.iter().map(code).collect()
        };
        prop_assume!(outcomes(&one) == outcomes(&other));
        let open = |log: &[Entry]| {
            let closed = log.iter().position(|entry| entry.command.act == Act::EndPhase { tail: None });
            commands(&log[..closed.expect("closed")])
        };
        for (viewer, _) in viewers() {
            assert_eq!(transcript(&open(&one), viewer), transcript(&open(&other), viewer));
        }
    }
}
