//! Fan-out: few bids, many who watch.

use super::rush::steady;
use super::{Scenario, Size};

pub(super) const OBSERVERS: Scenario = Scenario {
    name: "observers",
    about: "few bids are shown to many observers",
    size: Size {
        bidders: 10,
        observers: 500,
        rate: 5.0,
        duration_s: 30,
    },
    timing: steady,
};
