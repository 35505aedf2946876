//! What reaches the server of a scenario, and when.

use super::Scenario;
use super::scenario::{Deed, Order, Planned};
use auction_rules::Timestamp;

/// Something that reaches the room.
pub(super) enum Arrival {
    /// Nobody reaches the server from here on.
    Away,
    /// It can be reached again.
    Back { from: Timestamp, restart: bool },
    /// A stamped command.
    Command(Asked),
}

/// A stamped command on its way.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Its place in the file.
    pub(super) index: usize,
    /// When it was stamped.
    pub(super) at: Timestamp,
    pub(super) order: Order,
}

impl Asked {
    /// When it reaches the room.
    pub(super) fn arrives_at(&self) -> Timestamp {
        match &self.order {
            Order::Bidder { delay_ms, .. } => self.at.plus(*delay_ms),
            _ => self.at,
        }
    }
}

/// All that comes from outside, in the order in which it reaches the room: the end of an outage, then
/// the beginning of one, then commands in the order of the file.
pub(super) fn arrivals(scenario: &Scenario) -> Vec<(Timestamp, Arrival)> {
    let mut arrivals = Vec::new();
    for (index, Planned { at, deed }) in scenario.commands.iter().enumerate() {
        match deed.clone() {
            Deed::Away { until, restart } => {
                let from = *at;
                arrivals.push((from, Arrival::Away));
                arrivals.push((until, Arrival::Back { from, restart }));
            }
            Deed::Asked(order) => {
                let at = *at;
                let asked = Asked { index, at, order };
                arrivals.push((asked.arrives_at(), Arrival::Command(asked)));
            }
        }
    }
    arrivals.sort_by_key(|(at, arrival)| {
        let turn = match arrival {
            Arrival::Back { .. } => 0,
            Arrival::Away => 1,
            Arrival::Command(_) => 2,
        };
        (*at, turn)
    });
    arrivals
}
