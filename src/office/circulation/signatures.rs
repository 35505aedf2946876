//! What a clerk decides of a signature that did not pass by itself: whether it counts.

use super::{Circulation, Clerk, not_now, written};
use crate::error::Problem;
use crate::limits::SIGNATURE_CHECKS_MAX;
use crate::store::letters::{self, Letter};
use crate::store::signatures::{self, Decision, Evidence, Progress};
use crate::store::{audit, cases};
use auction_rules::Words;
use serde_json::json;

/// How the signatures of a letter stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Whether they were checked.
    pub progress: Progress,
    /// The latest evidence of each document.
    pub evidence: Vec<Evidence>,
}

impl Checked {
    /// The evidence of a document.
    #[must_use]
    pub fn of(&self, document: &str) -> Option<&Evidence> {
        self.evidence.iter().find(|one| one.document == document)
    }
}

impl Circulation {
    /// How the signatures of a letter stand. Whether somebody may see it is for the caller to know.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn checked(&self, letter: &str) -> Result<Checked, Problem> {
        Ok(Checked {
            progress: signatures::progress(&self.store, letter).await?,
            evidence: signatures::of_letter(&self.store, letter).await?,
        })
    }

    /// The evidence of a document that waits for a decision of this clerk.
    ///
    /// # Errors
    /// Not the clerk who takes this unit's letters, nothing to be decided, or the store is away.
    pub async fn to_decide(
        &self,
        clerk: &Clerk,
        letter: &str,
        document: &str,
    ) -> Result<(Letter, Evidence), Problem> {
        let (letter, _) = self.letter_for(clerk, letter).await?;
        let checked = self.checked(&letter.id).await?;
        let evidence = checked.of(document).cloned().ok_or(Problem::NotFound)?;
        match evidence.waits() {
            true => Ok((letter, evidence)),
            false => Err(decided()),
        }
    }

    /// Decides whether a signature counts that did not pass by itself.
    ///
    /// # Errors
    /// As [`Self::to_decide`], no reason, or somebody decided before.
    pub async fn decide_signature(
        &self,
        clerk: &Clerk,
        (letter, document): (&str, &str),
        is_accepted: bool,
        reason: &str,
    ) -> Result<Letter, Problem> {
        let (letter, evidence) = self.to_decide(clerk, letter, document).await?;
        let reason = written("reason", reason)?;
        let at = (self.now)();
        let decision = Decision {
            is_accepted,
            reason: reason.clone(),
            decided_by: clerk.account.clone(),
            decided_at: at,
        };
        let case = cases::of_letter(&self.store, &letter.id).await?;
        let mut tx = self.store.write_tx().await?;
        if !signatures::decide(&mut tx, &evidence.id, &decision).await? {
            return Err(decided());
        }
        let what = match is_accepted {
            true => "signature.accepted",
            false => "signature.refused",
        };
        let details = json!({
            "letter": letter.id, "document": document, "evidence": evidence.id,
        });
        // The case before the audit log, as every act takes them: two that took them crosswise would wait
        // for each other.
        if let Some(case) = case {
            let told = json!({ "number": letter.number, "reason": reason });
            let who = &clerk.account;
            cases::note(&mut tx, &case.id, at, who, (what, false), &told).await?;
        }
        audit(&mut tx, at, &clerk.account, what, &details).await?;
        tx.commit().await?;
        Ok(letter)
    }

    /// Has the signatures of a letter checked once more, by the issuers that are trusted now. What was
    /// found before stays.
    ///
    /// # Errors
    /// Not the clerk who takes this unit's letters, one that is not checked yet or was too often, or
    /// the store is away.
    pub async fn check_again(&self, clerk: &Clerk, letter: &str) -> Result<Letter, Problem> {
        let (letter, _) = self.letter_for(clerk, letter).await?;
        let enclosed = letters::enclosures(&self.store, &letter.id).await?;
        let first = enclosed.first().ok_or(Problem::NotFound)?;
        let known = signatures::of_document(&self.store, &letter.id, &first.document.id).await?;
        if known.len() >= SIGNATURE_CHECKS_MAX {
            return Err(Problem::NotNow(Words::new(
                format!("Podpisy tego pisma sprawdzono już {SIGNATURE_CHECKS_MAX} razy."),
                format!("The signatures of this letter were checked {SIGNATURE_CHECKS_MAX} times."),
            )));
        }
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        if !signatures::want_again(&mut tx, at, &letter.id).await? {
            return Err(not_now(
                "Podpisy tego pisma są właśnie sprawdzane.",
                "The signatures of this letter are being checked.",
            ));
        }
        let details = json!({ "letter": letter.id });
        audit(
            &mut tx,
            at,
            &clerk.account,
            "signatures.check-again",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(letter)
    }
}

fn decided() -> Problem {
    not_now(
        "W sprawie tego podpisu nie ma już nic do rozstrzygnięcia.",
        "Nothing is left to be decided of this signature.",
    )
}
