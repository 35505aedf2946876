//! Cheap marks of what a viewer sees: two equal marks mean that nothing visible changed.
//!
//! A replica compares marks after every batch and builds a view only where one changed.

use super::{Auction, PublicView};
use crate::feed::Audience;
use crate::ids::{Alias, Bidder};
use crate::ratio::Ratio;
use crate::terms::{Evaluation, Reference};

/// What everyone of an audience sees, without the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicMark {
    view: PublicView,
    /// Where rows are shown: changes whenever one of them does.
    rows: u64,
}

/// What one bidder sees of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMark {
    alias: Option<Alias>,
    accepted_terms: bool,
    excluded: bool,
    barred: bool,
    /// What it entered and does not count yet.
    held: Option<u64>,
    sealed: bool,
    n: u32,
    /// Questions that have their answer.
    answered: usize,
    /// Which of its bids stands: it may be another one of the same merit.
    current: Option<u64>,
    position: Option<u16>,
    merit: Option<Ratio>,
    /// The best merit, where the gap or the limit shows it.
    best: Option<Ratio>,
}

impl Auction {
    /// The mark of what everyone of an audience sees.
    #[must_use]
    pub fn public_mark(&self, audience: Audience) -> PublicMark {
        let rows = match audience {
            // Before the opening no rows are shown, and an admission must not show either.
            Audience::Bidders if self.aliases.is_empty() => 0,
            Audience::Bidders if self.terms.visibility.all_values => {
                u64::try_from(self.offers_changed()).unwrap_or(u64::MAX)
            }
            Audience::Bidders | Audience::Observers => 0,
            Audience::Officers => self.seq,
        };
        PublicMark {
            view: self.public_without_rows(audience),
            rows,
        }
    }

    /// The marks of what each admitted bidder sees of itself.
    #[must_use]
    pub fn own_marks(&self) -> Vec<(Bidder, OwnMark)> {
        let shows_best = matches!(self.terms.evaluation, Evaluation::Points { .. })
            || self.terms.visibility.best_value
            || self.terms.improvement.from == Reference::Leader;
        let best = self
            .ranking
            .first()
            .filter(|_| shows_best)
            .map(|first| first.score.merit.clone());
        let mut marks: Vec<_> = self
            .participants
            .iter()
            .enumerate()
            .map(|(place, own)| {
                let mark = OwnMark {
                    alias: own.alias,
                    accepted_terms: own.accepted_terms,
                    excluded: own.excluded,
                    barred: self.is_out(place),
                    held: self.held(place).map(|bid| bid.seq),
                    sealed: self.has_sealed(place),
                    n: own.n,
                    answered: own.questions.iter().filter(|own| own.answered).count(),
                    current: own.current().map(|bid| bid.seq),
                    position: None,
                    merit: None,
                    best: best.clone(),
                };
                (own.bidder, mark)
            })
            .collect();
        for ranked in self.ranking.iter() {
            if let Some((_, mark)) = marks.get_mut(ranked.place) {
                mark.position = Some(ranked.position);
                mark.merit = Some(ranked.score.merit.clone());
            }
        }
        marks
    }

    /// Grows whenever an offer changes or is struck out.
    fn offers_changed(&self) -> usize {
        let changes = self.participants.iter().map(|own| {
            let struck = own.bids.iter().filter(|bid| bid.annulled).count();
            let excluded = usize::from(own.excluded);
            own.bids
                .len()
                .saturating_add(struck)
                .saturating_add(excluded)
        });
        changes.sum()
    }
}
