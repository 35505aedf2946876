//! Search over the catalogue, in memory: the words of every procedure, folded and sorted, so that a
//! look-up reads only the words that begin like the one that is sought.

use super::{Department, Procedure};
use crate::folding::folded;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Letters that two forms of a word have in common at their beginning, at least.
const STEM_CHARS_MIN: usize = 3;
/// Letters of an ending, at most.
const ENDING_CHARS_MAX: usize = 3;
/// Words of one search that are looked up.
const WORDS_MAX: usize = 12;

/// What a word weighs by where it stands: title, other names, summary, department.
const WEIGHTS: [u32; 4] = [8, 6, 2, 1];
/// A word as it stands weighs so many times as much as another form of it.
const WHOLE: u32 = 2;

/// The words of a list of procedures.
pub(super) struct Index {
    /// In order: folded word, place of the procedure, weight.
    words: Vec<(String, usize, u32)>,
}

impl Index {
    pub(super) fn of(procedures: &[Procedure], departments: &[Department]) -> Self {
        let mut words = Vec::new();
        for (place, procedure) in procedures.iter().enumerate() {
            let department = departments
                .iter()
                .find(|department| department.code == procedure.department)
                .map(|department| &department.name);
            let texts = [&procedure.title, &procedure.known_as, &procedure.summary]
                .into_iter()
                .chain(department);
            for (text, weight) in texts.zip(WEIGHTS) {
                let all = words_of(&text.pl).chain(words_of(&text.en));
                words.extend(all.map(|word| (word, place, weight)));
            }
        }
        words.sort();
        words.dedup();
        Self { words }
    }

    /// The places of the procedures that have the most of the words, best first. Words that none has,
    /// as "proszę", take nothing away, and short ones, as "na", are not sought.
    pub(super) fn search(&self, text: &str) -> Vec<usize> {
        let long = |word: &String| word.chars().count() >= STEM_CHARS_MIN;
        let mut scores: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
        for word in words_of(text).filter(long).take(WORDS_MAX) {
            for (place, weight) in self.look_up(&word) {
                let (words, score) = scores.entry(place).or_default();
                *words += 1;
                *score += weight;
            }
        }
        let most = scores.values().map(|(words, _)| *words).max();
        let mut places: Vec<_> = scores
            .into_iter()
            .filter(|(_, (words, _))| Some(*words) == most)
            .collect();
        places.sort_by_key(|(place, (_, score))| (Reverse(*score), *place));
        places.into_iter().map(|(place, _)| place).collect()
    }

    /// The best weight of a word in each procedure that has it in some form.
    fn look_up(&self, sought: &str) -> BTreeMap<usize, u32> {
        let beginning: String = sought.chars().take(STEM_CHARS_MIN).collect();
        let first = self.words.partition_point(|(word, ..)| *word < beginning);
        let alike = self.words.iter().skip(first);
        let alike = alike.take_while(|(word, ..)| word.starts_with(&beginning));
        let mut found = BTreeMap::new();
        for (word, place, weight) in alike.filter(|(word, ..)| are_forms(word, sought)) {
            let weight = if word == sought {
                weight * WHOLE
            } else {
                *weight
            };
            let best = found.entry(*place).or_insert(0);
            *best = weight.max(*best);
        }
        found
    }
}

/// Whether a word of the index is the one sought, begins with it, or is another form of it: the same
/// beginning, and on both sides an ending that is shorter than it.
fn are_forms(word: &str, sought: &str) -> bool {
    if word.starts_with(sought) {
        return true;
    }
    let pairs = word.chars().zip(sought.chars());
    let common = pairs.take_while(|(a, b)| a == b).count();
    let ending = |text: &str| text.chars().count() - common;
    let most = ENDING_CHARS_MAX.min(common.saturating_sub(STEM_CHARS_MIN - 1));
    common >= STEM_CHARS_MIN && ending(word) <= most && ending(sought) <= most
}

/// The words of a text, folded.
fn words_of(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_another_form() {
        for (word, sought, expected) in [
            ("drzewa", "drzewo", true),
            ("rejestracja", "rejestracji", true),
            ("podatek", "podatku", true),
            ("podatek", "podat", true),
            ("domu", "dom", true),
            ("dom", "domu", true),
            ("dowod", "dowodu", true),
            ("dom", "dowod", false),
            ("podatek", "podpis", false),
            ("rejestracja", "rejon", false),
            ("droga", "drogeria", false),
        ] {
            assert_eq!(are_forms(word, sought), expected, "{word} {sought}");
        }
    }

    #[test]
    fn letters_are_folded() {
        let words: Vec<_> = words_of("Zażółć GĘŚLĄ jaźń, nr 7/4").collect();
        assert_eq!(words, ["zazolc", "gesla", "jazn", "nr", "7", "4"]);
    }
}
