//! Directing a case, giving it back, moving its deadline, closing it.

use super::act::{Act, Asked, Desk, Field};
use super::{case_href, listed};
use crate::error::Problem;
use crate::office::circulation::direction::Direction;
use crate::store::cases::Case;
use crate::store::positions;
use crate::web::form::Fields;
use crate::web::format;
use crate::web::pages::posting::{done, typed};

/// Where a form about a case leads back to.
pub(super) fn back(case: &Case) -> (String, String) {
    (case_href(&case.id), case.sign.clone())
}

/// Says who handles a case, and who is asked for an opinion.
pub(in crate::web) struct Direct(Case);

impl Act for Direct {
    type Path = String;

    async fn find(desk: &Desk<'_>, case: String) -> Result<Self, Problem> {
        let case = desk.circulation.open_for(&desk.clerk, &case).await?;
        desk.clerk.directing(&case).ok_or(Problem::NotAllowed)?;
        Ok(Self(case))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let Desk {
            circulation, visit, ..
        } = desk;
        let all = positions::all(&circulation.store).await?;
        let others: Vec<_> = all
            .iter()
            .filter(|one| one.id != self.0.position)
            .cloned()
            .collect();
        let fields = vec![
            Field::select(
                visit,
                "handler",
                "case-handler",
                listed(circulation, visit, &all),
            ),
            Field::several(
                visit,
                "opinions",
                "case-opinions-of",
                listed(circulation, visit, &others),
            ),
            Field::text(visit, "note", "case-note").hinted(visit, "case-note-hint"),
        ];
        let heading = visit.say("case-direct");
        let mut asked = Asked::new(back(&self.0), heading, fields, visit.say("case-direct-do"));
        asked.begun = Fields::of([("handler", self.0.position.as_str())]);
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let direction = Direction {
            handler: typed(fields, "handler"),
            opinions: fields.all("opinions").map(str::to_owned).collect(),
            note: fields.owned("note"),
        };
        let directed = desk
            .circulation
            .direct(&desk.clerk, &self.0.id, &direction)
            .await?;
        Ok(
            match desk.circulation.case_for(&desk.clerk, &directed.id).await {
                Ok(case) => done(&case_href(&case.id)),
                // It went to another unit, and is read there from now on.
                Err(_) => done("/office"),
            },
        )
    }
}

/// Gives a case back to whoever directs it.
pub(in crate::web) struct GiveBack(Case);

impl Act for GiveBack {
    type Path = String;

    async fn find(desk: &Desk<'_>, case: String) -> Result<Self, Problem> {
        Ok(Self(handled(desk, &case).await?))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let fields =
            vec![Field::text(visit, "reason", "case-reason").hinted(visit, "case-give-back-hint")];
        let heading = visit.say("case-give-back");
        Ok(Asked::new(
            back(&self.0),
            heading,
            fields,
            visit.say("case-give-back-do"),
        ))
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let reason = fields.get("reason");
        desk.circulation
            .give_back(&desk.clerk, &self.0.id, reason)
            .await?;
        Ok(done("/office"))
    }
}

/// Sets a new deadline.
pub(in crate::web) struct MoveDeadline(Case);

impl Act for MoveDeadline {
    type Path = String;

    async fn find(desk: &Desk<'_>, case: String) -> Result<Self, Problem> {
        Ok(Self(handled(desk, &case).await?))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let fields = vec![
            Field::day(visit, "day", "case-new-deadline"),
            Field::text(visit, "reason", "case-reason").hinted(visit, "case-deadline-hint"),
        ];
        let heading = visit.say("case-move-deadline");
        let mut asked = Asked::new(
            back(&self.0),
            heading,
            fields,
            visit.say("case-move-deadline-do"),
        );
        if let Some(day) = self.0.deadline {
            let day = format::day(day, visit.lang);
            asked.about = visit.say_of("case-deadline-so-far", "day", &day);
        }
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let day = typed(fields, "day").parse().ok();
        let reason = fields.get("reason");
        desk.circulation
            .move_deadline(&desk.clerk, &self.0.id, day, reason)
            .await?;
        Ok(done(&case_href(&self.0.id)))
    }
}

/// Closes a case.
pub(in crate::web) struct Close(Case);

impl Act for Close {
    type Path = String;

    async fn find(desk: &Desk<'_>, case: String) -> Result<Self, Problem> {
        Ok(Self(handled(desk, &case).await?))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let fields =
            vec![Field::text(visit, "outcome", "case-outcome").hinted(visit, "case-outcome-hint")];
        let heading = visit.say("case-close");
        Ok(Asked::new(
            back(&self.0),
            heading,
            fields,
            visit.say("case-close-do"),
        ))
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let outcome = fields.get("outcome");
        desk.circulation
            .close_case(&desk.clerk, &self.0.id, outcome)
            .await?;
        Ok(done(&case_href(&self.0.id)))
    }
}

/// A case that the clerk handles.
pub(super) async fn handled(desk: &Desk<'_>, case: &str) -> Result<Case, Problem> {
    let case = desk.circulation.open_for(&desk.clerk, case).await?;
    desk.clerk.handling(&case).ok_or(Problem::NotAllowed)?;
    Ok(case)
}
