//! What a room draws by lot: who gets which alias, and how long a random tail is.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use std::sync::{Arc, Mutex, PoisonError};

/// Draws lots. Salts, nonces and keys never come from here.
#[derive(Clone, Default)]
pub struct Chance(Option<Arc<Mutex<StdRng>>>);

impl Chance {
    /// Nobody can foretell what is drawn.
    #[must_use]
    pub fn secret() -> Self {
        Self(None)
    }

    /// The same `seed` draws the same: for simulations, which must repeat.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// Puts these into a random order.
    pub fn shuffle<T>(&self, all: &mut [T]) {
        match &self.0 {
            None => all.shuffle(&mut rand::rng()),
            Some(seeded) => {
                let mut random = seeded.lock().unwrap_or_else(PoisonError::into_inner);
                all.shuffle(&mut *random);
            }
        }
    }

    /// A number from 0 to `most`.
    #[must_use]
    pub fn up_to(&self, most: u64) -> u64 {
        match &self.0 {
            None => rand::rng().random_range(0..=most),
            Some(seeded) => {
                let mut random = seeded.lock().unwrap_or_else(PoisonError::into_inner);
                random.random_range(0..=most)
            }
        }
    }
}
