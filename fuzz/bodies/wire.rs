//! Messages of a client: each is read or refused in words, and what it asks of an auction is done or
//! refused with a number and a sentence.

use super::edit::{Edit, edited};
use auction_rules::{
    Act, Auction, AuctionId, Bidder, By, Command, Event, Offer, OfficerAct, OfficerId, Outcome,
    canonical,
};
use ebok::auction::protocol::FromClient;
use ebok::limits::CLIENT_FRAME_MAX;
use ebok::simulate::{Scenario, play};
use std::sync::LazyLock;

/// One of each kind.
pub(crate) const GOOD: [&str; 12] = [
    r#"{"type":"join","auction":"a-1","f":7,"n":2}"#,
    r#"{"type":"leave","auction":"a-1"}"#,
    r#"{"type":"accept-terms","auction":"a-1","id":"c-1","terms_hash":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
    r#"{"type":"bid","auction":"a-1","id":"c-2","values":{"price":"69000.00"},"confirm":{"price":"69000"}}"#,
    r#"{"type":"withdraw","auction":"a-1","id":"c-3"}"#,
    r#"{"type":"accept-level","auction":"a-1","id":"c-4","level":"69000.00"}"#,
    r#"{"type":"leave-clock","auction":"a-1","id":"c-5"}"#,
    r#"{"type":"ask","auction":"a-1","id":"c-6","text":"Czy wpisywać z groszami?"}"#,
    r#"{"type":"preview","auction":"a-1","ref":"p-1","values":{"price":"69 000,00"}}"#,
    r#"{"type":"act","auction":"a-1","id":"c-7","act":{"type":"announce","text":"Alarm"}}"#,
    r#"{"type":"act","auction":"a-1","id":"c-8","act":{"type":"annul","alias":1,"n":2,"reason":"x"}}"#,
    r#"{"type":"ping","t":1.5,"rtt":12,"offset":-3}"#,
];

/// An entry of the log that a message makes is at most so many times as long as a message may be.
const ENTRY_TIMES_MAX: usize = 16;

/// An auction after its first bid, and one of its bidders.
static AUCTION: LazyLock<(Auction, Bidder)> = LazyLock::new(|| {
    let scenario = Scenario::read(include_str!("../../docs/scenarios/conduct.json"));
    let played = play(&scenario.expect("a scenario")).unwrap_or_else(|faults| panic!("{faults:?}"));
    let id = AuctionId::new("a-1").expect("an id");
    let mut entries = played.entries.iter();
    let mut auction = Auction::founded(id, entries.next().expect("founded")).expect("fits");
    for entry in entries {
        auction.apply(entry).expect("fits");
        let bid = |event: &Event| matches!(event, Event::BidAccepted { .. });
        if matches!(&entry.outcome, Outcome::Events(events) if events.iter().any(bid)) {
            break;
        }
    }
    let bidder = auction.bidders().next().expect("a bidder");
    (auction, bidder)
});

/// Any bytes.
pub(crate) fn any(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    match serde_json::from_str(text) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(message) => ask(message),
    }
}

/// A good message, by its place among them, with bytes changed.
pub(crate) fn changed(which: usize, edits: &[Edit]) {
    any(&edited(GOOD[which % GOOD.len()].as_bytes(), edits));
}

fn ask(message: FromClient) {
    let (auction, bidder) = &*AUCTION;
    let (id, act) = match message {
        FromClient::AcceptTerms { id, terms_hash, .. } => (id, Act::AcceptTerms { terms_hash }),
        FromClient::Bid { id, offer, .. } => (id, Act::PlaceBid(offer)),
        FromClient::Withdraw { id, .. } => (id, Act::Withdraw),
        FromClient::AcceptLevel { id, level, .. } => (id, Act::AcceptLevel { level }),
        FromClient::LeaveClock { id, .. } => (id, Act::Leave),
        FromClient::Ask { id, text, .. } => (id, Act::Ask { text }),
        FromClient::Act { id, act, .. } => (id, act),
        FromClient::Preview { offer, .. } => return preview(auction, *bidder, &offer),
        FromClient::Join { .. } | FromClient::Leave { .. } | FromClient::Ping { .. } => return,
    };
    let officer = || OfficerId::new("officer-1").expect("an id");
    let by = match OfficerAct::try_from(act.clone()) {
        Ok(_) => By::Officer(officer()),
        Err(_) => By::Bidder(*bidder),
    };
    let entry = auction.enter(Command {
        by,
        id: Some(id),
        received_at: auction.at().plus(1_000),
        act,
    });
    if let Outcome::Refused(refusal) = &entry.outcome {
        let words = refusal.words();
        assert!(refusal.code() > 0 && !words.pl.is_empty() && !words.en.is_empty());
    }
    assert!(canonical::text(&entry).len() <= ENTRY_TIMES_MAX * CLIENT_FRAME_MAX);
    auction.clone().apply(&entry).expect("fits");
}

fn preview(auction: &Auction, bidder: Bidder, offer: &Offer) {
    let preview = auction.preview(bidder, auction.at().plus(1_000), offer);
    assert!(canonical::text(&preview).len() <= ENTRY_TIMES_MAX * CLIENT_FRAME_MAX);
}
