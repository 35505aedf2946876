//! Marks: what a viewer sees has changed only where its mark has, in random auctions.

use crate::kit::*;
use crate::scenario::scenario;
use auction_rules::{Audience, Viewer};
use proptest::prelude::*;

const AUDIENCES: [Audience; 3] = [Audience::Bidders, Audience::Observers, Audience::Officers];

/// Holds what is seen before and after something happened against the marks.
fn compare(before: &Room, after: &Room) {
    let (before, after) = (&before.auction, &after.auction);
    for audience in AUDIENCES {
        if before.public_mark(audience) == after.public_mark(audience) {
            assert_eq!(
                before.public(audience),
                after.public(audience),
                "{audience:?}"
            );
        }
    }
    let marks = before.own_marks().into_iter().zip(after.own_marks());
    for ((bidder, old), (_, new)) in marks {
        if old == new {
            let [old, new] =
                [before, after].map(|auction| auction.view(Viewer::Bidder(bidder)).own);
            assert_eq!(old, new);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn equal_marks_mean_that_nothing_visible_changed(scenario in scenario()) {
        let mut room = scenario.open();
        let mut now = 0;
        for step in &scenario.moves {
            now += step.gap_ms();
            let before = room.clone();
            let _ = scenario.make(&mut room, now, step);
            compare(&before, &room);
        }
        let before = room.clone();
        room.run(400 * MINUTE);
        compare(&before, &room);
    }
}

#[test]
fn a_refused_attempt_marks_its_bidder_alone() {
    let mut room = Room::prices(lowest(), &["1000", "2000"]);
    let before = room.clone();
    room.bid(0, MINUTE, "999.99").expect_err("too little");
    for audience in [Audience::Bidders, Audience::Observers] {
        let [old, new] = [&before, &room].map(|room| room.auction.public_mark(audience));
        assert!(old == new, "{audience:?}");
    }
    let [old, new] = [&before, &room].map(|room| room.auction.own_marks());
    assert!(old[0] != new[0] && old[1] == new[1]);
}
