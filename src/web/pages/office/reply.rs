//! Writing a reply, and approving it.

use super::act::{Act, Asked, Button, Desk, Field};
use super::case_href;
use super::direction::{back, handled};
use crate::error::Problem;
use crate::office::circulation::replies::Draft;
use crate::store::cases::Case;
use crate::store::replies::{self, ReplyState};
use crate::web::form::Fields;
use crate::web::pages::posting::done;

/// Names the template in the address.
const TEMPLATE: &str = "template";

/// Writes the reply of a case.
pub(in crate::web) struct Write(Case);

impl Act for Write {
    type Path = String;

    async fn find(desk: &Desk<'_>, case: String) -> Result<Self, Problem> {
        Ok(Self(handled(desk, &case).await?))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let Desk {
            circulation,
            clerk,
            visit,
        } = desk;
        let fields = vec![
            Field::line(visit, "subject", "reply-subject"),
            Field::text(visit, "body", "reply-body").hinted(visit, "reply-body-hint"),
        ];
        let button = |value, key| Button {
            value,
            label: visit.say(key),
        };
        let mut asked = Asked::new(back(&self.0), visit.say("reply"), fields, String::new());
        asked.buttons = vec![
            button("submit", "reply-submit"),
            button("save", "reply-save"),
            button("discard", "reply-discard"),
        ];
        let held = replies::under_way(&circulation.store, &self.0.id).await?;
        let draft = match (&held, visit.asked(TEMPLATE)) {
            (Some(held), _) => Draft {
                subject: held.subject.clone(),
                body: held.body.clone(),
            },
            (None, Some(template)) => circulation.begun(clerk, &self.0.id, &template).await?,
            (None, None) => Draft::default(),
        };
        if let Some(held) = held.filter(|held| !held.remark.is_empty()) {
            asked.about = visit.say_of("reply-remark-was", "remark", &held.remark);
        }
        asked.begun = Fields::of([("subject", &draft.subject), ("body", &draft.body)]);
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let Desk {
            circulation, clerk, ..
        } = desk;
        let case = &self.0.id;
        if fields.get("act") == "discard" {
            circulation.discard_reply(clerk, case).await?;
            return Ok(done(&case_href(case)));
        }
        let draft = Draft {
            subject: fields.owned("subject"),
            body: fields.owned("body"),
        };
        circulation.write_reply(clerk, case, &draft).await?;
        if fields.get("act") == "submit" {
            circulation.submit_reply(clerk, case).await?;
        }
        Ok(done(&case_href(case)))
    }
}

/// Approves the reply of a case, or returns it.
pub(in crate::web) struct Approve(Case);

impl Act for Approve {
    type Path = String;

    async fn find(desk: &Desk<'_>, case: String) -> Result<Self, Problem> {
        let case = desk.circulation.open_for(&desk.clerk, &case).await?;
        desk.circulation.judging(&desk.clerk, &case).await?;
        Ok(Self(case))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let held = replies::under_way(&desk.circulation.store, &self.0.id).await?;
        let waiting = held.filter(|held| held.state == ReplyState::Waiting);
        let waiting = waiting.ok_or(Problem::NotFound)?;
        let fields =
            vec![Field::text(visit, "remark", "reply-remark").hinted(visit, "reply-remark-hint")];
        let read = waiting.text_sha256().to_string();
        let mut asked = Asked::new(back(&self.0), waiting.subject, fields, String::new());
        asked.text = waiting.body;
        asked.read = read;
        asked.buttons = vec![
            Button {
                value: "approve",
                label: visit.say("reply-approve"),
            },
            Button {
                value: "return",
                label: visit.say("reply-return"),
            },
        ];
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let (circulation, clerk, case) = (&desk.circulation, &desk.clerk, &self.0.id);
        match fields.get("act") {
            "return" => {
                circulation
                    .return_reply(clerk, case, fields.get("remark"))
                    .await?
            }
            _ => {
                circulation
                    .approve_reply(clerk, case, fields.get("read"))
                    .await?
            }
        };
        Ok(match circulation.case_for(clerk, case).await {
            Ok(case) => done(&case_href(&case.id)),
            // A case of another unit, read here only while its reply waited.
            Err(_) => done("/office"),
        })
    }
}
