//! How a checked form becomes a letter: for whom it is, with which documents, and what its sender must
//! do to confirm it.

use super::documents::Documents;
use super::forms::{Answers, Checked, GivenFile};
use super::letters::{Matter, Writing};
use super::procedures::{Channel, Procedure};
use crate::error::Problem;
use crate::identity::Assurance;
use crate::store::letters::Enclosure;
use auction_rules::Words;
use serde_json::Value;

/// How a sender confirms a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirming {
    /// Being logged in is enough.
    LogIn,
    /// By typing the identity code.
    IdentityCode,
}

/// How somebody whom the office knows so well confirms a letter of a procedure. Who logs in by the trusted
/// profile or a qualified signature has shown who they are; a password alone shows it for matters that
/// ask for no more.
///
/// # Errors
/// When the procedure takes no letters over the pages, or the office does not know them well enough.
pub fn confirming(procedure: &Procedure, assurance: Assurance) -> Result<Confirming, Problem> {
    match procedure.channel {
        Channel::Online => {}
        Channel::Visit(_) => {
            return Err(Problem::NotNow(Words::new(
                "Ten wniosek składa się przy stanowisku w urzędzie. Tu możesz go przygotować.",
                "This application is handed in at the desk of the office. You can prepare it here.",
            )));
        }
        Channel::HandOver(_) => {
            return Err(Problem::NotNow(Words::new(
                "Tę sprawę załatwia się gdzie indziej. Adres jest na karcie sprawy.",
                "This matter is dealt with elsewhere. The address is on its card.",
            )));
        }
    }
    if assurance < procedure.assurance {
        return Err(Problem::NotAssured);
    }
    let by_password = assurance <= Assurance::Desk;
    Ok(if by_password && procedure.assurance > Assurance::Email {
        Confirming::IdentityCode
    } else {
        Confirming::LogIn
    })
}

/// What is sent: the answers, to the department that they lead to, with the documents that they name.
///
/// # Errors
/// A document is not the sender's or not what the answer says, or the store is away.
pub async fn writing(
    documents: &Documents,
    account: &str,
    procedure: &Procedure,
    checked: Checked,
) -> Result<Writing, Problem> {
    let mut enclosures = Vec::new();
    for (question, given) in files(&checked.answers) {
        let document = documents.find(&given.document).await?;
        if document.added_by != account || GivenFile::from(&document) != given {
            return Err(Problem::NotFound);
        }
        enclosures.push(Enclosure { question, document });
    }
    Ok(Writing {
        matter: Matter {
            procedure: procedure.id.0.clone(),
            version: i64::from(procedure.version),
            title: procedure.title.clone(),
            unit: procedure.route(&checked.answers).to_owned(),
        },
        answers: Value::Object(checked.answers),
        enclosures,
    })
}

/// The files in answers, each with its question. No other answer has their members.
fn files(answers: &Answers) -> Vec<(String, GivenFile)> {
    let mut found = Vec::new();
    for (question, answer) in answers {
        collect(question, answer, &mut found);
    }
    found
}

fn collect(question: &str, answer: &Value, found: &mut Vec<(String, GivenFile)>) {
    if let Ok(file) = serde_json::from_value::<GivenFile>(answer.clone()) {
        found.push((question.to_owned(), file));
        return;
    }
    match answer {
        Value::Array(all) => all.iter().for_each(|one| collect(question, one, found)),
        Value::Object(members) => {
            for (name, member) in members {
                collect(&format!("{question}.{name}"), member, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_are_found_wherever_they_were_given() {
        let file = |id: &str| {
            json!({
                "document": id, "name": "mapa.pdf", "kind": "pdf", "bytes": 7,
                "sha256": "0".repeat(64),
            })
        };
        let answers = json!({
            "a": "mapa.pdf",
            "buildings": [{ "plan": [file("1")] }, { "plan": [file("2"), file("3")] }],
            "map": [file("4")],
        });
        let Value::Object(answers) = answers else {
            panic!("answers are an object")
        };
        let found: Vec<_> = files(&answers)
            .into_iter()
            .map(|(question, file)| (question, file.document))
            .collect();
        let expected = [
            ("buildings.plan", "1"),
            ("buildings.plan", "2"),
            ("buildings.plan", "3"),
            ("map", "4"),
        ];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
