//! Which bidders are connected, second by second: notices when half of them are suddenly gone.

use super::aside::Dropped;
use crate::limits::DROP_WINDOW_S;
use auction_rules::Alias;
use auction_rules::command::DROPPED_OF_MIN;
use std::collections::{BTreeSet, VecDeque};

/// The bidders connected in each of the last seconds.
#[derive(Debug, Default)]
pub struct Crowd {
    seen: VecDeque<BTreeSet<Alias>>,
}

impl Crowd {
    /// Looks once a second, and tells of those who were connected within the last ten seconds and
    /// are half gone. Then it begins anew, so one drop is told once.
    pub fn look(&mut self, connected: BTreeSet<Alias>) -> Option<Dropped> {
        let dropped = self
            .seen
            .iter()
            .find_map(|before| dropped(before, &connected));
        if dropped.is_some() {
            self.seen.clear();
        }
        self.seen.push_back(connected);
        if self.seen.len() > DROP_WINDOW_S {
            self.seen.pop_front();
        }
        dropped
    }
}

fn dropped(before: &BTreeSet<Alias>, connected: &BTreeSet<Alias>) -> Option<Dropped> {
    let gone: Vec<_> = before.difference(connected).copied().collect();
    let count = u16::try_from(before.len()).ok()?;
    let half = count >= DROPPED_OF_MIN && gone.len() * 2 >= before.len();
    half.then_some(Dropped {
        before: count,
        gone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(numbers: &[u16]) -> BTreeSet<Alias> {
        numbers.iter().copied().map(Alias).collect()
    }

    /// What is told when these are connected second by second.
    fn told(seconds: &[&[u16]]) -> Vec<(usize, u16, Vec<u16>)> {
        let mut crowd = Crowd::default();
        let told = |(second, connected): (usize, &&[u16])| {
            let dropped = crowd.look(aliases(connected))?;
            let gone = dropped.gone.iter().map(|alias| alias.0).collect();
            Some((second, dropped.before, gone))
        };
        seconds.iter().enumerate().filter_map(told).collect()
    }

    #[test]
    fn half_gone_within_ten_seconds_is_told_once() {
        let all: &[u16] = &[1, 2, 3, 4];
        let half: &[u16] = &[1, 3];
        assert_eq!(told(&[all, half, half, half]), [(1, 4, vec![2, 4])]);
        assert_eq!(
            told(&[all, &[1, 2, 3], half]),
            [(2, 4, vec![2, 4])],
            "one after the other"
        );
        assert_eq!(
            told(&[all, &[1, 3, 8, 9]]),
            [(1, 4, vec![2, 4])],
            "others who come make it no better"
        );
        assert_eq!(told(&[all, &[1, 2, 3], all, &[2, 3, 4], all]), []);
        assert_eq!(told(&[&[1, 2, 3], &[]]), [], "too few");
        let three: &[u16] = &[1, 2, 3];
        let after = |seconds| {
            let mut all = vec![all];
            all.extend(vec![three; seconds]);
            all.push(&[1, 3]);
            told(&all)
        };
        assert_eq!(after(DROP_WINDOW_S - 1), [(DROP_WINDOW_S, 4, vec![2, 4])]);
        assert_eq!(after(DROP_WINDOW_S), [], "of the three one went");
    }

    #[test]
    fn a_second_drop_is_told_again() {
        let all: &[u16] = &[1, 2, 3, 4, 5, 6];
        let seconds = [all, &[1, 2, 3], all, &[4, 5, 6]];
        assert_eq!(
            told(&seconds),
            [(1, 6, vec![4, 5, 6]), (3, 6, vec![1, 2, 3])]
        );
    }
}
