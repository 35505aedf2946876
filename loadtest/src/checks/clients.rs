//! Clients against each other: they saw the same, all of it, and nothing else.

use super::Check;
use crate::bidder::BidderSeen;
use crate::secrecy::Audience;
use crate::viewer::Seen;

/// All clients were told the same result and winner.
pub(crate) fn agree(clients: &[&Seen]) -> Check {
    let mut check = Check::new(
        "clients-agree",
        "all clients have the same result and winner",
    );
    let told = clients.iter().find_map(|seen| seen.result.as_ref());
    for (index, seen) in clients.iter().enumerate() {
        let same = seen
            .result
            .as_ref()
            .is_some_and(|(hash, _)| told.is_some_and(|told| told.0 == *hash));
        check.holds(same, || {
            let what = if seen.result.is_some() {
                "another result"
            } else {
                "no result"
            };
            format!("client {index} was told {what}")
        });
    }
    check
}

/// Every client got every feed item of its audience, up to the same last one, and saw the seal.
pub(crate) fn feeds_whole(clients: &[&Seen]) -> Check {
    let mut check = Check::new("feeds-whole", "f of each client has no gap that stayed");
    let last = |audience: Audience| {
        let own = clients.iter().filter(|seen| seen.audience == audience);
        own.map(|seen| seen.f).max().unwrap_or_default()
    };
    let (bidders, observers) = (last(Audience::Bidders), last(Audience::Observers));
    for (index, seen) in clients.iter().enumerate() {
        let last = if seen.audience == Audience::Bidders {
            bidders
        } else {
            observers
        };
        let whole = seen.broken.is_empty() && seen.sealed && seen.f == last;
        check.holds(whole, || {
            let broken = seen.broken.first().cloned().unwrap_or_default();
            format!(
                "client {index}: f {} of {last}, sealed {}: {broken}",
                seen.f, seen.sealed
            )
        });
    }
    check
}

/// Nobody saw what the rules hide.
pub(crate) fn nothing_hidden_seen(clients: &[&Seen]) -> Check {
    let mut check = Check::new(
        "nothing-hidden-seen",
        "no rivals' values, names or log order",
    );
    for (index, seen) in clients.iter().enumerate() {
        check.holds(seen.leaks.is_empty(), || {
            format!("client {index}: {}", seen.leaks.join(", "))
        });
    }
    check
}

/// Every bid that was sent was answered.
pub(crate) fn answered(bidders: &[BidderSeen]) -> Check {
    let mut check = Check::new("bids-answered", "each bid has its answer");
    for (index, bidder) in bidders.iter().enumerate() {
        check.of += bidder.sent.saturating_sub(1);
        check.holds(bidder.answered == bidder.sent, || {
            format!(
                "bidder {index}: {} of {} bids",
                bidder.answered, bidder.sent
            )
        });
    }
    check
}
