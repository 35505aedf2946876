//! What a room draws by chance, drawn from the seed of a scenario or given by it.
//!
//! Each draw is SHA-256 of the seed and of what it is for, so that it stays the same whatever else
//! the scenario holds, on every machine and in every release.

use auction_rules::sealed::TailOpening;
use auction_rules::{canonical, hex};
use sha2::{Digest as _, Sha256};

const TAG: &str = "ebok-scenario-chance-1";

/// The draws of a scenario.
#[derive(Debug)]
pub(super) struct Chance {
    pub(super) seed: u64,
    /// Bidders by alias, as places in the scenario; empty where the seed draws.
    pub(super) aliases: Vec<usize>,
    /// Random tails, in the order in which their phases start; what is missing, the seed draws.
    pub(super) tails: Vec<(u64, Option<String>)>,
}

impl Chance {
    fn draw(&self, what: &str, index: usize) -> [u8; 32] {
        Sha256::digest(canonical::text(&(TAG, self.seed, what, index))).into()
    }

    /// A salt for the `index`th thing of a kind, as 32 hexadecimal digits.
    pub(super) fn salt(&self, what: &str, index: usize) -> String {
        hex::encode(&self.draw(what, index)[..16])
    }

    /// Who gets which alias: places in the scenario, the first is "1".
    pub(super) fn order(&self, bidders: usize) -> Vec<usize> {
        if !self.aliases.is_empty() {
            return self.aliases.clone();
        }
        let mut order: Vec<_> = (0..bidders).collect();
        order.sort_by_key(|place| self.draw("alias", *place));
        order
    }

    /// The `index`th random tail, of 0 to `most_ms`.
    pub(super) fn tail(&self, index: usize, most_ms: u64) -> TailOpening {
        let (given_ms, given_salt) = match self.tails.get(index) {
            Some((tail_ms, salt)) => (Some(*tail_ms), salt.clone()),
            None => (None, None),
        };
        TailOpening {
            salt: given_salt.unwrap_or_else(|| self.salt("tail-salt", index)),
            tail_ms: given_ms.unwrap_or_else(|| self.number("tail", index, most_ms)),
        }
    }

    /// A number from 0 to `most`. The remainder favours none by more than one in four milliards.
    fn number(&self, what: &str, index: usize, most: u64) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.draw(what, index);
        let drawn = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        drawn.checked_rem(most.saturating_add(1)).unwrap_or(drawn)
    }
}

/// Whether a text is a salt.
pub(super) fn is_salt(text: &str) -> bool {
    hex::decode::<16>(text).is_some()
}
