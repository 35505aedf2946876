//! Looking for cases: by sign, title, the name of a party, or the number of a letter.

use super::{Circulation, Clerk};
use crate::error::Problem;
use crate::folding::folded;
use crate::store::StoreError;
use crate::store::cases::{self, Case, SOUGHT_WORDS_MAX};

impl Circulation {
    /// The cases that a clerk may read and in which all the words stand, the newest first, a page of
    /// them after `after`. Polish letters may be written without their marks.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn search(
        &self,
        clerk: &Clerk,
        words: &str,
        after: Option<&str>,
    ) -> Result<Vec<Case>, Problem> {
        let words = sought(words);
        let who = (clerk.account.as_str(), clerk.today);
        Ok(cases::search(&self.store, who, &words, after).await?)
    }

    /// Has cases found that are from before there was an index of them; gives how many they were.
    ///
    /// # Errors
    /// When the store is away; what was indexed before stays so.
    pub async fn index_cases(&self) -> Result<usize, StoreError> {
        let mut indexed = 0;
        loop {
            let cases = cases::unindexed(&self.store).await?;
            if cases.is_empty() {
                return Ok(indexed);
            }
            for case in &cases {
                let mut tx = self.store.write_tx().await?;
                cases::index(&mut tx, case).await?;
                tx.commit().await?;
            }
            indexed += cases.len();
        }
    }
}

/// The words as they are looked for. Signs of a pattern are none of any word.
fn sought(words: &str) -> Vec<String> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '%' | '_' | '\\' | ',');
    let folded = folded(words);
    let words = folded.split(is_end).filter(|word| !word.is_empty());
    words.take(SOUGHT_WORDS_MAX).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_hold_no_pattern() {
        assert_eq!(sought("  Żółć, 100%_x "), ["zolc", "100", "x"]);
        assert_eq!(sought("a b c d e").len(), SOUGHT_WORDS_MAX);
    }
}
