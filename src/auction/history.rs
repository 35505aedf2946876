//! What an audience was told, as far back as it is kept for those who come back.

use crate::limits::{FEED_HISTORY, UNANSWERED_QUESTIONS_MAX};
use auction_rules::feed::{Item, News};
use std::collections::VecDeque;

/// The last items of a feed, and of those before them the questions that wait for an answer.
#[derive(Default)]
pub struct History {
    last: VecDeque<Item>,
    unanswered: VecDeque<Item>,
}

impl History {
    /// Keeps one more item.
    pub fn push(&mut self, item: Item) {
        if let Some(question) = answered(&item) {
            self.unanswered
                .retain(|waiting| asked(waiting) != Some(question));
        }
        self.last.push_back(item);
        if self.last.len() > FEED_HISTORY
            && let Some(gone) = self.last.pop_front()
        {
            self.set_aside(gone);
        }
    }

    /// Items after `f`, up to and with `last`, oldest first.
    pub fn between(&self, f: u64, last: u64) -> impl Iterator<Item = &Item> {
        let all = self.unanswered.iter().chain(&self.last);
        all.filter(move |item| item.f > f && item.f <= last)
    }

    /// What was told last, after `f`.
    pub fn after(&mut self, f: u64) -> &[Item] {
        let items = self.last.make_contiguous();
        let from = items.partition_point(|item| item.f <= f);
        items.get(from..).unwrap_or_default()
    }

    /// What is older than the history goes, but for a question that nobody answered.
    fn set_aside(&mut self, gone: Item) {
        let Some(question) = asked(&gone) else { return };
        if self
            .last
            .iter()
            .any(|item| answered(item) == Some(question))
        {
            return;
        }
        self.unanswered.push_back(gone);
        if self.unanswered.len() > UNANSWERED_QUESTIONS_MAX {
            self.unanswered.pop_front();
        }
    }
}

/// The number of a question.
fn asked(item: &Item) -> Option<u32> {
    match item.news {
        News::Asked { question, .. } => Some(question),
        _ => None,
    }
}

/// The number of the question that an item answers.
fn answered(item: &Item) -> Option<u32> {
    match item.news {
        News::Answered { question, .. } => question,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auction_rules::{Digest, Timestamp};

    const LAST: u64 = FEED_HISTORY as u64 + 10;

    fn item(f: u64, news: News) -> Item {
        let at = Timestamp(0);
        Item { f, at, news }
    }

    fn question(f: u64, question: u32) -> Item {
        let bidder = Digest([7; 32]);
        let text = "Czy kwota jest z VAT?".to_owned();
        let asked = News::Asked {
            question,
            alias: None,
            bidder,
            text,
        };
        item(f, asked)
    }

    fn answer(f: u64, question: u32) -> Item {
        let answered = News::Answered {
            question: Some(question),
            asked: String::new(),
            text: String::new(),
        };
        item(f, answered)
    }

    #[test]
    fn old_questions_stay_until_they_are_answered() {
        let mut history = History::default();
        history.push(question(1, 1));
        history.push(question(2, 2));
        history.push(answer(3, 2));
        (4..=LAST).for_each(|f| history.push(item(f, News::OpeningMissed)));

        let kept: Vec<_> = history.between(0, LAST).map(|item| item.f).collect();
        assert_eq!(kept.len(), FEED_HISTORY + 1);
        assert_eq!(kept[..2], [1, 11], "the second one was answered");
        assert_eq!(history.between(1, LAST).count(), FEED_HISTORY);
        assert_eq!(history.after(LAST - 2).len(), 2);

        history.push(answer(LAST + 1, 1));
        assert_eq!(history.between(0, LAST + 1).count(), FEED_HISTORY);
    }

    #[test]
    fn no_more_questions_wait_than_anybody_reads() {
        let mut history = History::default();
        let asked = UNANSWERED_QUESTIONS_MAX as u64 + FEED_HISTORY as u64 + 5;
        (1..=asked).for_each(|f| history.push(question(f, u32::try_from(f).unwrap())));
        let kept = history.between(0, asked).count();
        assert_eq!(kept, UNANSWERED_QUESTIONS_MAX + FEED_HISTORY);
    }
}
