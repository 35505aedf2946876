//! A scenario and a room come to the same: what a room draws by chance is given to the scenario, and
//! then both make the same log, entry by entry.

use super::hall::{Hall, bidder, log_of, terms, without};
use auction_rules::{Act, By, Command, CommandId, Entry, Offer, Terms, Timestamp};
use ebok::auction::journal::faulty::{Faults, FaultyJournal};
use ebok::auction::outbox::Outbox;
use ebok::auction::viewers::Connection;
use ebok::simulate::time::written as written_time;
use ebok::simulate::{Scenario, play};
use serde_json::{Value, json};
use std::sync::Arc;

const BIDDERS: usize = 3;
/// Hashes that no other auction has; what opens a commitment stands in the log and is compared.
const OF_ONE_AUCTION: [&str; 3] = ["commitment", "head", "tail"];

/// One command: when it is stamped, how long it is on its way, whose it is, and what.
struct Sent {
    at_ms: u64,
    delay_ms: u64,
    who: usize,
    act: Act,
}

fn sent(at_ms: u64, who: usize, act: Act) -> Sent {
    Sent {
        at_ms,
        delay_ms: 0,
        who,
        act,
    }
}

fn bid(at_ms: u64, who: usize, price: &str) -> Sent {
    let values = [("price".to_owned(), price.to_owned())].into();
    let confirm = Clone::clone(&values);
    sent(at_ms, who, Act::PlaceBid(Offer { values, confirm }))
}

fn late(delay_ms: u64, sent: Sent) -> Sent {
    Sent { delay_ms, ..sent }
}

fn level(at_ms: u64, who: usize, level: &str) -> Sent {
    let level = level.parse().unwrap();
    sent(at_ms, who, Act::AcceptLevel { level })
}

impl Sent {
    /// As a scenario says it, with the salt by which the room sealed it.
    fn written(&self, salts: &[(Offer, String)]) -> Value {
        let mut command = json!({
            "at": length(self.at_ms),
            "delay": length(self.delay_ms),
            "bidder": format!("b{}", self.who),
        });
        let more = match &self.act {
            Act::PlaceBid(offer) => {
                let mut bid =
                    json!({"do": "bid", "values": offer.values, "confirm": offer.confirm});
                if let Some((_, salt)) = salts.iter().find(|(opened, _)| opened == offer) {
                    bid["salt"] = json!(salt);
                }
                bid
            }
            Act::AcceptLevel { level } => json!({"do": "accept-level", "level": level}),
            Act::Withdraw => json!({"do": "withdraw"}),
            Act::Leave => json!({"do": "leave"}),
            other => panic!("{other:?}"),
        };
        let more = more.as_object().unwrap().clone();
        command.as_object_mut().unwrap().extend(more);
        command
    }
}

fn length(ms: u64) -> String {
    written_time(i64::try_from(ms).unwrap())
}

/// Plays on a room, then as a scenario.
async fn same(terms: Terms, commands: &[Sent]) {
    let journal = FaultyJournal::new(1, Faults::default());
    let hall = Hall::with(Arc::new(journal.clone()), terms.clone(), BIDDERS).await;
    let terms_hash = terms.hash();
    for who in 0..BIDDERS {
        submit(
            &hall,
            &format!("accept-{who}"),
            &sent(0, who, Act::AcceptTerms { terms_hash }),
            hall.clock.now(),
        );
    }
    let opens_at = hall.opens_at();
    let mut order: Vec<_> = commands.iter().enumerate().collect();
    order.sort_by_key(|(_, one)| one.at_ms + one.delay_ms);
    for (index, one) in order {
        hall.until(opens_at.plus(one.at_ms + one.delay_ms)).await;
        submit(
            &hall,
            &format!("commands[{index}]"),
            one,
            opens_at.plus(one.at_ms),
        );
    }
    hall.sealed(&journal).await;
    let log = log_of(&journal, &hall.auction).await;
    let scenario = Scenario::read(&written(&terms, commands, &log, opens_at).to_string()).unwrap();
    let played = play(&scenario).unwrap();
    let opened = |entry: &&Entry| entry.command.received_at >= opens_at;
    let entries = |log: &[Entry]| {
        log.iter()
            .filter(opened)
            .map(|entry| without(entry, &OF_ONE_AUCTION))
            .collect::<Vec<_>>()
    };
    let (of_room, of_scenario) = (entries(&log), entries(&played.entries));
    for (one, other) in of_room.iter().zip(&of_scenario) {
        assert_eq!(one, other);
    }
    assert_eq!(of_room.len(), of_scenario.len());
}

fn submit(hall: &Hall, id: &str, one: &Sent, received_at: Timestamp) {
    let command = Command {
        by: By::Bidder(bidder(one.who)),
        id: Some(CommandId::new(id).unwrap()),
        received_at,
        act: one.act.clone(),
    };
    let connection = Arc::new(Connection::new(Outbox::default()));
    let door = hall.house.door(&hall.auction).unwrap();
    door.submit(bidder(one.who), command, &connection).unwrap();
}

/// The scenario that says what was sent, and what the room drew.
fn written(terms: &Terms, commands: &[Sent], log: &[Entry], opens_at: Timestamp) -> Value {
    let mut aliases = Vec::new();
    let mut tails = Vec::new();
    let mut salts = Vec::new();
    for entry in log {
        match &entry.command.act {
            Act::Open { aliases: drawn, .. } => {
                let place =
                    |one: &auction_rules::Bidder| (0..BIDDERS).find(|who| bidder(*who) == *one);
                aliases = drawn
                    .iter()
                    .map(|one| format!("b{}", place(one).unwrap()))
                    .collect();
            }
            Act::EndPhase { tail: Some(tail) } => {
                tails.push(json!({"length": length(tail.tail_ms), "salt": tail.salt}));
            }
            Act::Reveal { openings } => {
                let opened = openings.iter().map(|one| one.opening.clone().unwrap());
                salts.extend(opened.map(|opening| (opening.offer, opening.salt)));
            }
            _ => {}
        }
    }
    let offers = terms.opening == auction_rules::terms::OpeningOffer::WrittenOffer;
    let firm = |who: usize| {
        let salt = auction_rules::hex::encode(&[u8::try_from(who).unwrap(); 16]);
        let offer = if offers {
            json!({"price": "1000"})
        } else {
            json!({})
        };
        json!({"id": format!("b{who}"), "name": format!("Firma {who}"), "seat": "Bydgoszcz",
            "salt": salt, "offer": offer})
    };
    let opens_at = jiff::Timestamp::from_millisecond(opens_at.0).unwrap();
    json!({
        "format": "ebok-scenario-1",
        "opens_at": opens_at.to_string(),
        "terms": terms,
        "bidders": (0..BIDDERS).map(firm).collect::<Vec<_>>(),
        "aliases": aliases,
        "tails": tails,
        "commands": commands.iter().map(|one| one.written(&salts)).collect::<Vec<_>>(),
    })
}

fn phases(phases: Value) -> Terms {
    terms(json!({ "phases": phases }))
}

#[tokio::test(start_paused = true)]
async fn an_open_phase_that_is_extended_and_what_comes_about_its_end() {
    let commands = [
        bid(5_000, 0, "900"),
        bid(5_000, 1, "895"),
        bid(6_000, 2, "995"),
        bid(59_990, 1, "880"),
        late(15, bid(79_985, 0, "870")),
        bid(99_984, 2, "860"),
        late(5, bid(119_983, 1, "850")),
        late(60, bid(139_980, 0, "840")),
        late(3, bid(139_990, 2, "830")),
        bid(139_995, 1, "820"),
    ];
    same(terms(json!({})), &commands).await;
}

#[tokio::test(start_paused = true)]
async fn turns_with_a_withdrawal() {
    let turns = json!({"run": {"kind": "turns", "slot_ms": 10_000}});
    let commands: Vec<_> = (0..6)
        .flat_map(|turn| {
            let at = 1_000 + turn * 10_000;
            let who = |shift: u64| usize::try_from((turn + shift) % 3).unwrap();
            let price = |off: u64| (900 - 20 * turn - off).to_string();
            [
                bid(at, who(0), &price(0)),
                bid(at + 1_000, who(1), &price(1)),
                sent(at + 2_000, who(0), Act::Withdraw),
                bid(at + 3_000, who(0), &price(2)),
                bid(at + 4_000, who(2), &price(3)),
            ]
        })
        .collect();
    same(phases(json!([turns, turns])), &commands).await;
}

#[tokio::test(start_paused = true)]
async fn a_random_tail_then_sealed_values_then_a_tie_break() {
    let all = json!([
        {"run": {"kind": "open", "close": {"by": "set-time", "length_ms": 20_000}, "random_tail_ms": 10_000}},
        {"pause_before_ms": 15_000, "admission": {"who": "top", "rank_max": 2},
            "run": {"kind": "sealed-bid", "length_ms": 30_000}},
        {"run": {"kind": "tie-break", "length_ms": 10_000}},
    ]);
    let commands = [
        bid(3_000, 0, "900"),
        bid(4_000, 1, "880"),
        bid(19_999, 2, "950"),
        bid(25_000, 0, "890"),
        bid(50_000, 0, "700"),
        bid(51_000, 1, "875"),
        bid(52_000, 1, "690"),
        bid(53_000, 2, "600"),
        bid(54_000, 0, "650"),
    ];
    same(
        terms(json!({"phases": all, "ties": "equal-rank"})),
        &commands,
    )
    .await;
}

fn clock(kind: &str, start: &str, end: &str) -> Terms {
    let run =
        json!({"kind": kind, "start": start, "step": "100", "end": end, "interval_ms": 10_000});
    terms(json!({"opening": "first-bid-free", "phases": [{"run": run}]}))
}

#[tokio::test(start_paused = true)]
async fn a_falling_clock() {
    let commands = [
        level(1_000, 0, "1000"),
        level(1_000, 1, "1000"),
        level(9_000, 2, "1000"),
        late(30, level(9_995, 2, "1000")),
        level(11_000, 0, "900"),
        late(9_990, level(10_000, 1, "900")),
        sent(12_000, 2, Act::Leave),
        level(20_500, 0, "800"),
        level(20_600, 1, "900"),
    ];
    same(clock("descending-clock", "1000", "100"), &commands).await;
}

#[tokio::test(start_paused = true)]
async fn a_rising_clock() {
    let commands = [
        level(5_000, 0, "200"),
        late(10, level(29_995, 2, "300")),
        level(29_996, 1, "300"),
    ];
    same(clock("ascending-clock", "100", "1000"), &commands).await;
}
