//! Giving an opinion in somebody's case.

use super::act::{Act, Asked, Desk, Field};
use super::case_href;
use super::direction::back;
use crate::error::Problem;
use crate::store::cases::Case;
use crate::store::opinions::{self, Opinion};
use crate::web::form::Fields;
use crate::web::pages::posting::done;

/// Answers what was asked.
pub(in crate::web) struct Give {
    case: Case,
    opinion: Opinion,
}

impl Act for Give {
    type Path = (String, String);

    async fn find(desk: &Desk<'_>, (case, opinion): (String, String)) -> Result<Self, Problem> {
        let case = desk.circulation.open_for(&desk.clerk, &case).await?;
        let found = opinions::by_id(&desk.circulation.store, &opinion).await?;
        let own = |one: &Opinion| {
            let mut positions = desk.clerk.positions.iter();
            one.case == case.id && positions.any(|position| position.id == one.asked_of)
        };
        let opinion = found.filter(own).ok_or(Problem::NotFound)?;
        Ok(Self { case, opinion })
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let fields = vec![Field::text(visit, "answer", "opinion-answer")];
        let heading = visit.say("opinion-give");
        let mut asked = Asked::new(
            back(&self.case),
            heading,
            fields,
            visit.say("opinion-give-do"),
        );
        asked.about.clone_from(&self.opinion.question);
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let answer = fields.get("answer");
        desk.circulation
            .give_opinion(&desk.clerk, &self.opinion.id, answer)
            .await?;
        Ok(done(&case_href(&self.case.id)))
    }
}
