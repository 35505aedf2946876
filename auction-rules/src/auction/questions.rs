//! Questions of the bidders: asked under the alias, answered to everyone. Rivals learn of a question
//! by its answer, in words of the officer.

use super::officer::{said, wrong};
use super::{Auction, Participant, Status};
use crate::command::{Act, By, QUESTION_CHARS_MAX, QUESTIONS_MAX};
use crate::entry::Entry;
use crate::event::{Event, Outcome};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a question stands among those of its bidder.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Question {
    /// Whose.
    place: usize,
    index: usize,
}

/// A question as its bidder sees it; the text stands in the receipt of this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnQuestion {
    /// Which of the bidder's commands.
    pub n: u32,
    /// Has its answer.
    pub answered: bool,
}

impl Auction {
    /// From the admission to the close, also while the clock stands; an excluded bidder asks no more.
    pub(super) fn ask(
        &self,
        participant: &Participant,
        received_at: Timestamp,
        text: &str,
    ) -> Outcome {
        let over = match self.status {
            Status::Closed(_) | Status::Sealed(_) => self.refusal_of_state(received_at),
            _ => None,
        };
        let asked = u32::try_from(participant.questions.len()).unwrap_or(u32::MAX);
        let refusal = if over.is_some() {
            over
        } else if participant.excluded {
            Some(Refusal::Excluded)
        } else if asked >= QUESTIONS_MAX {
            Some(Refusal::TooManyQuestions {
                most: QUESTIONS_MAX,
            })
        } else {
            (!is_question(text)).then(|| {
                wrong(
                    "Pytanie ma od 1 do 500 znaków, bez znaków sterujących.",
                    "A question has 1 to 500 characters and no control characters.",
                )
            })
        };
        refusal.map_or_else(
            || Outcome::Events(vec![Event::QuestionAsked]),
            Outcome::Refused,
        )
    }

    /// A question is answered once.
    pub(super) fn answer(
        &self,
        question: u32,
        asked: &str,
        text: &str,
    ) -> Result<Vec<Event>, Refusal> {
        let (asked, text) = (said(asked)?, said(text)?);
        let own = self
            .own_question(question)
            .ok_or(Refusal::UnknownQuestion { question })?;
        if own.answered {
            return Err(Refusal::AlreadyAnswered { question });
        }
        Ok(vec![Event::QuestionAnswered { asked, text }])
    }

    fn found(&self, question: u32) -> Option<Question> {
        let index = usize::try_from(question).ok()?.checked_sub(1)?;
        self.questions.get(index).copied()
    }

    fn own_question(&self, question: u32) -> Option<&OwnQuestion> {
        let Question { place, index } = self.found(question)?;
        self.participants.get(place)?.questions.get(index)
    }

    /// How many questions were asked: the number of the last one.
    pub(super) fn questions_asked(&self) -> u32 {
        u32::try_from(self.questions.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn asked(&mut self, entry: &Entry) {
        let By::Bidder(bidder) = entry.command.by else {
            return;
        };
        let Some(place) = self.places.get(&bidder).copied() else {
            return;
        };
        if let Some(participant) = self.participants.get_mut(place) {
            let index = participant.questions.len();
            participant.questions.push(OwnQuestion {
                n: entry.n.unwrap_or_default(),
                answered: false,
            });
            self.questions.push(Question { place, index });
        }
    }

    pub(super) fn answered(&mut self, act: &Act) {
        let Act::Answer { question, .. } = act else {
            return;
        };
        let Some(Question { place, index }) = self.found(*question) else {
            return;
        };
        let participant = self.participants.get_mut(place);
        if let Some(own) = participant.and_then(|participant| participant.questions.get_mut(index))
        {
            own.answered = true;
        }
    }
}

fn is_question(text: &str) -> bool {
    let plain = text.chars().all(|c| c == '\n' || !c.is_control());
    plain && !text.trim().is_empty() && text.chars().count() <= QUESTION_CHARS_MAX
}
