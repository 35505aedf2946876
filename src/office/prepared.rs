//! Forms that are not sent: prepared for a visit, where the desk finds them by number, compares the
//! identity document and takes them as letters; or prepared for a central service, to which their
//! citizen goes with them.

use super::drafts::{Drafts, procedure_of};
use super::forms::Fault;
use super::letters::{Confirmation, Letters, Sender, Submission, Writing};
use super::procedures::{Channel, Procedure};
use super::sending::writing;
use crate::calendar::day_of;
use crate::document::Lang;
use crate::error::Problem;
use crate::identity::visits::Seen;
use crate::identity::{Identity, Who, secrets};
use crate::store::citizens::{self, Citizen};
use crate::store::drafts::{self, Draft};
use crate::store::letters::Letter;
use crate::store::{accesses, audit};
use auction_rules::{Timestamp, Words};
use serde_json::json;

impl Drafts {
    /// Prepares a form for the visit: it gets the number by which the desk finds it. It keeps that
    /// number whatever is changed afterwards.
    ///
    /// # Errors
    /// No such draft of a matter with a visit, answers that are missing or wrong, or the store is away.
    pub async fn prepare(&self, id: &str) -> Result<Draft, Problem> {
        let is_visit = |one: &Procedure| matches!(one.channel, Channel::Visit(_));
        self.leave(id, is_visit, "form.prepared", |draft, _| {
            draft.visit_code.get_or_insert_with(secrets::login);
        })
        .await
    }

    /// Notes that the citizen goes with a form to the central service in charge.
    ///
    /// # Errors
    /// As [`Self::prepare`], for a matter that a central service takes.
    pub async fn hand_over(&self, id: &str) -> Result<Draft, Problem> {
        let what = "form.handed-over";
        self.leave(id, Procedure::is_elsewhere, what, |draft, now| {
            draft.handed_over_at = Some(now);
        })
        .await
    }

    /// Marks a form that is complete, and notes it in the audit log: ids and the version, no answers.
    async fn leave(
        &self,
        id: &str,
        fits: impl FnOnce(&Procedure) -> bool,
        what: &str,
        mark: impl FnOnce(&mut Draft, Timestamp),
    ) -> Result<Draft, Problem> {
        let now = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let mut draft = self.held(&mut tx, id, now).await?;
        let procedure = procedure_of(&draft)?;
        if !fits(procedure) {
            return Err(Problem::NotFound);
        }
        if procedure.form.check(&draft.answers, day_of(now)).is_err() {
            return Err(incomplete());
        }
        mark(&mut draft, now);
        drafts::save(&mut tx, &self.vault, &draft).await?;
        let details = json!({
            "draft": draft.id, "procedure": draft.procedure, "version": draft.version,
        });
        audit(&mut tx, now, &self.citizen, what, &details).await?;
        tx.commit().await?;
        Ok(draft)
    }
}

/// A form that was prepared for a visit, as the desk sees it.
pub struct Prepared {
    /// The form.
    pub draft: Draft,
    /// Whose it is.
    pub citizen: Citizen,
    /// The procedure, in the form's version.
    pub procedure: &'static Procedure,
    /// What it comes to as a letter, or what is missing or wrong.
    pub writing: Result<Writing, Vec<Fault>>,
}

impl Letters {
    /// The form of a number, as somebody says it at the desk.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn prepared(&self, number: &str) -> Result<Option<Draft>, Problem> {
        let now = (self.documents().now)();
        let number = number.trim().to_lowercase();
        let found = drafts::prepared(&self.documents().store, &self.vault, &number).await?;
        Ok(found.filter(|draft| draft.expires_at > now))
    }

    /// Opens a form at the desk; its citizen sees who did.
    ///
    /// # Errors
    /// No such form, or the store is away.
    pub async fn open_prepared(&self, registrar: &Who, id: &str) -> Result<Prepared, Problem> {
        let documents = self.documents();
        let now = (documents.now)();
        let draft = self.prepared(id).await?.ok_or(Problem::NotFound)?;
        let procedure = procedure_of(&draft)?;
        let citizen = citizens::by_id(&documents.store, &draft.citizen).await?;
        let citizen = citizen.ok_or(Problem::NotFound)?;
        let writing = match procedure.form.check(&draft.answers, day_of(now)) {
            Ok(checked) => Ok(writing(documents, &citizen.id, procedure, checked).await?),
            Err(faults) => Err(faults),
        };
        let number = draft.visit_code.as_deref().unwrap_or_default();
        let mut tx = documents.store.write_tx().await?;
        let thing = ("form", number);
        accesses::note(&mut tx, now, &citizen.id, registrar.id(), thing).await?;
        tx.commit().await?;
        Ok(Prepared {
            draft,
            citizen,
            procedure,
            writing,
        })
    }

    /// Takes a form as a letter of who showed the identity document. `digest` is of what the registrar
    /// read.
    ///
    /// # Errors
    /// Answers that are missing, wrong or changed since they were read; faults of what was seen; or as
    /// [`Self::submit`].
    pub async fn take_prepared(
        &self,
        identity: &Identity,
        registrar: &Who,
        prepared: &Prepared,
        digest: &str,
        seen: &Seen,
    ) -> Result<Letter, Problem> {
        let Prepared {
            citizen, writing, ..
        } = prepared;
        let writing = writing.as_ref().map_err(|_| incomplete())?;
        if writing.digest().to_string() != digest {
            return Err(Problem::NotNow(Words::new(
                "Odpowiedzi zmieniły się, odkąd otwarto tę stronę. Przeczytaj je jeszcze raz.",
                "The answers have changed since this page was opened. Read them again.",
            )));
        }
        let (visit, at) = identity.see(registrar, citizen, seen).await?;
        let submission = Submission {
            key: prepared.draft.id.clone(),
            sender: Sender {
                account: citizen.id.clone(),
                name: citizen.name.clone(),
                email: citizen.email.clone(),
                lang: match citizen.lang.as_str() {
                    "en" => Lang::En,
                    _ => Lang::Pl,
                },
            },
            writing: writing.clone(),
            confirmation: Confirmation::Desk { visit, at },
        };
        self.submit(&submission).await
    }
}

fn incomplete() -> Problem {
    Problem::NotNow(Words::new(
        "Brakuje odpowiedzi albo niektóre trzeba poprawić.",
        "Answers are missing, or some must be corrected.",
    ))
}
