//! Which questions are asked, given the answers to those before them.

use super::{Answers, Condition, Form, Group, Page, Posed, Question};
use serde_json::Value;

/// The questions of a list that these answers lead to, in order. An answer counts only where its
/// question is asked itself.
pub(super) fn asked<'a>(questions: &[Posed<'a>], answers: &Answers) -> Vec<Posed<'a>> {
    let mut asked: Vec<Posed<'a>> = Vec::new();
    for posed in questions {
        let holds = |condition: &Condition| {
            let is_asked = |other: &Posed<'_>| other.question.name == condition.question;
            asked.iter().any(is_asked) && condition.holds(answers)
        };
        if posed.conditions().all(holds) {
            asked.push(*posed);
        }
    }
    asked
}

impl Condition {
    /// Whether the answers have one that will do.
    pub(in crate::office) fn holds(&self, answers: &Answers) -> bool {
        match answers.get(&self.question) {
            Some(Value::Array(chosen)) => chosen.iter().any(|one| self.is.contains(one)),
            Some(answer) => self.is.contains(answer),
            None => false,
        }
    }
}

impl Form {
    /// The pages on which these answers lead to a question, in order.
    #[must_use]
    pub fn asked_pages(&self, answers: &Answers) -> Vec<&Page> {
        let asked = asked(&self.questions(), answers);
        let is_asked = |page: &&Page| asked.iter().any(|posed| page.has(posed.question));
        self.pages.iter().filter(is_asked).collect()
    }

    /// The questions of one of its pages to which these answers lead.
    #[must_use]
    pub fn asked_of<'a>(&'a self, page: &Page, answers: &Answers) -> Vec<&'a Question> {
        let asked = asked(&self.questions(), answers).into_iter();
        let questions = asked.map(|posed| posed.question);
        questions.filter(|question| page.has(question)).collect()
    }
}

impl Page {
    /// Whether a question of its form stands on it. Names are unique in a form.
    fn has(&self, question: &Question) -> bool {
        self.questions.iter().any(|own| own.name == question.name)
    }
}

impl Group {
    /// The questions of one thing to which its answers lead.
    #[must_use]
    pub fn asked(&self, answers: &Answers) -> Vec<&Question> {
        let asked = asked(&self.questions(), answers).into_iter();
        asked.map(|posed| posed.question).collect()
    }
}
