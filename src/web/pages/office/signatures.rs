//! What a clerk does with the signatures of a letter: decides, or has them checked again.

use super::act::{Act, Asked, Button, Desk, Field};
use super::letter_href;
use crate::error::Problem;
use crate::store::letters::{self, Letter};
use crate::web::form::Fields;
use crate::web::pages::posting::done;

/// Decides whether a signature counts that did not pass by itself.
pub(in crate::web) struct Decide {
    letter: Letter,
    document: String,
}

impl Act for Decide {
    type Path = (String, String);

    async fn find(desk: &Desk<'_>, (letter, document): (String, String)) -> Result<Self, Problem> {
        let found = desk.circulation.to_decide(&desk.clerk, &letter, &document);
        let (letter, _) = found.await?;
        Ok(Self { letter, document })
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let letter = &self.letter;
        let fields = vec![Field::text(visit, "reason", "signature-decide-reason")];
        let back = (letter_href(&letter.id), letter.number.to_string());
        let heading = visit.say("signature-decide-do");
        let mut asked = Asked::new(back, heading, fields, String::new());
        let enclosed = letters::enclosures(&desk.circulation.store, &letter.id).await?;
        let mut documents = enclosed.iter().map(|one| &one.document);
        let document = documents.find(|one| one.id == self.document);
        let name = document.map_or("", |one| one.name.as_str());
        asked.about = visit.say_of("signature-decide-about", "name", name);
        asked.buttons = vec![
            Button {
                value: "accept",
                label: visit.say("signature-accept"),
            },
            Button {
                value: "refuse",
                label: visit.say("signature-refuse"),
            },
        ];
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, fields: &Fields) -> Result<String, Problem> {
        let signature = (self.letter.id.as_str(), self.document.as_str());
        let is_accepted = match fields.get("act") {
            "accept" => true,
            "refuse" => false,
            _ => return Err(Problem::NotFound),
        };
        let deciding = desk.circulation.decide_signature(
            &desk.clerk,
            signature,
            is_accepted,
            fields.get("reason"),
        );
        Ok(done(&letter_href(&deciding.await?.id)))
    }
}

/// Has the signatures of a letter checked again.
pub(in crate::web) struct CheckAgain(Letter);

impl Act for CheckAgain {
    type Path = String;

    async fn find(desk: &Desk<'_>, letter: String) -> Result<Self, Problem> {
        let (letter, _) = desk.circulation.letter_for(&desk.clerk, &letter).await?;
        Ok(Self(letter))
    }

    async fn asked(&self, desk: &Desk<'_>) -> Result<Asked, Problem> {
        let visit = desk.visit;
        let back = (letter_href(&self.0.id), self.0.number.to_string());
        let heading = visit.say("signature-again");
        let mut asked = Asked::new(back, heading, Vec::new(), visit.say("signature-again-do"));
        asked.about = visit.say("signature-again-about");
        Ok(asked)
    }

    async fn act(&self, desk: &Desk<'_>, _: &Fields) -> Result<String, Problem> {
        let again = desk.circulation.check_again(&desk.clerk, &self.0.id);
        Ok(done(&letter_href(&again.await?.id)))
    }
}
