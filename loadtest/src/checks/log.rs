//! Receipts against the published log: nothing lost, nothing twice, nothing added.

use super::Check;
use crate::evidence::Record;
use crate::merkle::Hash;
use crate::published::Published;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Every receipt is in the log exactly once.
pub(crate) fn receipts_in_log(records: &[Record], log: &Published) -> Check {
    let mut check = Check::new(
        "receipts-in-log",
        "each receipt stands in the log exactly once",
    );
    let mut times: HashMap<Hash, u32> = HashMap::new();
    for entry in &log.entries {
        *times.entry(entry.told_hash).or_default() += 1;
    }
    for record in records {
        let times = times.get(&record.told).copied().unwrap_or_default();
        check.holds(times == 1, || {
            format!(
                "n {} of bidder {} stands there {times} times",
                record.n, record.bidder
            )
        });
    }
    check
}

/// A bidder's receipts stand in the log in the order of their numbers.
pub(crate) fn receipts_in_order(records: &[Record], bidders: usize, log: &Published) -> Check {
    let mut check = Check::new(
        "receipts-in-order",
        "each bidder's receipts stand there in order",
    );
    let places: HashMap<Hash, usize> = log
        .entries
        .iter()
        .enumerate()
        .map(|(place, entry)| (entry.told_hash, place))
        .collect();
    let mut by_bidder = vec![BTreeMap::new(); bidders];
    for record in records {
        if let Some(place) = places.get(&record.told) {
            by_bidder[record.bidder].insert(record.n, *place);
        }
    }
    for (bidder, places) in by_bidder.iter().enumerate() {
        for ((n, place), (_, next)) in places.iter().zip(places.iter().skip(1)) {
            check.holds(place < next, || {
                format!("n {n} of bidder {bidder} stands after the next")
            });
        }
    }
    check
}

/// No bid that was acknowledged is missing among the log's accepted bids.
pub(crate) fn acknowledged_bids_kept(records: &[Record], log: &Published) -> Check {
    let mut check = Check::new(
        "acknowledged-bids-kept",
        "each acknowledged bid counts in the log",
    );
    let kept: HashSet<_> = log
        .entries
        .iter()
        .filter_map(|entry| Some((entry.told.alias?, entry.told.n?, entry.told.accepted()?)))
        .map(|(alias, n, price)| (alias, n, price.to_owned()))
        .collect();
    for record in records {
        let Some(price) = record.accepted else {
            continue;
        };
        let key = (
            record.alias.unwrap_or_default(),
            record.n,
            price.to_string(),
        );
        check.holds(kept.contains(&key), || {
            format!("n {} of bidder {} at {price}", record.n, record.bidder)
        });
    }
    check
}

/// A bidder's receipts are numbered 1, 2, 3… and no number stands for two things.
pub(crate) fn receipts_contiguous(records: &[Record], bidders: usize) -> Check {
    let mut check = Check::new(
        "receipts-contiguous",
        "n of each bidder counts without gaps",
    );
    let mut told: Vec<HashMap<u64, Hash>> = vec![HashMap::new(); bidders];
    for record in records {
        let known = told[record.bidder].insert(record.n, record.told);
        check.holds(known.is_none_or(|known| known == record.told), || {
            format!(
                "n {} of bidder {} stands for two things",
                record.n, record.bidder
            )
        });
    }
    for (bidder, told) in told.iter().enumerate() {
        let all = (1..=told.len() as u64).all(|n| told.contains_key(&n));
        check.holds(all, || {
            format!("bidder {bidder} lacks one of {} numbers", told.len())
        });
    }
    check
}

/// The log holds no bidder's command that no client got a receipt for.
pub(crate) fn nothing_added(records: &[Record], log: &Published) -> Check {
    let mut check = Check::new("nothing-added", "each bidder's entry has a receipt");
    let known: HashSet<_> = records.iter().map(|record| record.told).collect();
    for entry in log.entries.iter().filter(|entry| entry.told.n.is_some()) {
        check.holds(known.contains(&entry.told_hash), || {
            format!(
                "{} of alias {:?}",
                entry.told.id.as_deref().unwrap_or("?"),
                entry.told.alias
            )
        });
    }
    check
}

/// Nothing read at or after the close was accepted, and nothing read before was refused for it.
pub(crate) fn close_kept(log: &Published, closed_at: Option<i64>) -> Check {
    let mut check = Check::new(
        "close-kept",
        "the close parts accepted bids from refused ones",
    );
    let Some(closed_at) = closed_at else {
        return check;
    };
    for entry in log
        .entries
        .iter()
        .filter(|entry| entry.told.asked().is_some())
    {
        let in_time = entry.told.received_at < closed_at;
        let fits = match entry.told.refused() {
            None => in_time,
            Some("closed") => !in_time,
            Some(_) => true,
        };
        check.holds(fits, || {
            let refused = entry.told.refused().unwrap_or("accepted");
            format!(
                "read {} ms from the close: {refused}",
                entry.told.received_at - closed_at
            )
        });
    }
    check
}

/// When the auction closed: the moment of the entry that says so.
pub(crate) fn closed_at(log: &Published) -> Option<i64> {
    let closes = |entry: &&crate::published::Entry| {
        let events = entry.told.outcome["events"].as_array();
        events.is_some_and(|events| events.iter().any(|event| event["type"] == "closed"))
    };
    log.entries
        .iter()
        .find(closes)
        .map(|entry| entry.told.received_at)
}
