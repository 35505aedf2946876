//! What must stand before a lot's auction is published, and what should.

use super::schedule::{latest_ms, planned_ms};
use super::{Desk, not_now};
use crate::error::{Problem, fault};
use crate::identity::Who;
use crate::limits::SWZ_FILES_MAX;
use crate::store::confirmations::{self, Confirmation};
use crate::store::lots::{self, Lot, LotState};
use crate::store::tenders::Tender;
use crate::store::{admissions, audit, estimates, swz_files};
use auction_rules::{Terms, Timestamp, Words};
use serde::Serialize;
use serde_json::json;

/// One line of the check list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is checked.
    pub item: Item,
    /// How it stands.
    pub state: CheckState,
    /// What to do, or that it is done.
    pub sentence: Words,
    /// Where the requirement comes from: an article of the Public Procurement Law (PZP) to which a
    /// tender below the threshold is held for comparison, or the office's own choice.
    pub basis: Words,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// The terms pass every check of their regime.
    Terms,
    /// As many bidders are admitted as the terms ask for.
    Bidders,
    /// The opening is set and lies ahead.
    Schedule,
    /// Every admitted bidder has its log-in.
    Credentials,
    /// The specification is there.
    Specification,
    /// A second officer confirmed these terms, where the tender asks for it.
    SecondOfficer,
    /// The tender stands on the board.
    Announcement,
    /// The estimate is recorded.
    Estimate,
    /// An extension is short against the length of the auction, and bounded.
    Extension,
}

/// How the paths of faults of the check list begin.
pub const CHECKLIST: &str = "checklist.";

impl Item {
    /// The path of its fault, as in `checklist.second-officer`.
    #[must_use]
    pub fn path(self) -> String {
        format!("{CHECKLIST}{}", self.name())
    }

    /// Where the requirement comes from.
    fn basis(self) -> Words {
        let (pl, en) = match self {
            Self::Terms => (
                "Reguły trybu wybranego dla tej aukcji.",
                "The rules of the regime chosen for this auction.",
            ),
            Self::Bidders => (
                "Zasady tej aukcji; por. art. 227 ust. 1 Pzp.",
                "The terms of this auction; cf. PZP art. 227(1).",
            ),
            Self::Schedule => (
                "Zaproszenie podaje termin otwarcia; por. art. 232 Pzp.",
                "The invitation states the opening; cf. PZP art. 232.",
            ),
            Self::Credentials => (
                "Bez loginu wykonawca nie wejdzie do aukcji.",
                "Without a log-in the bidder cannot enter the auction.",
            ),
            Self::Specification => (
                "SWZ opisuje warunki aukcji; por. art. 230 Pzp.",
                "The specification describes the auction; cf. PZP art. 230.",
            ),
            Self::SecondOfficer => (
                "Zasada pracy wybrana dla tego postępowania.",
                "A rule of work chosen for this tender.",
            ),
            Self::Announcement => (
                "Aukcję zapowiada ogłoszenie; por. art. 227 ust. 1 Pzp.",
                "The notice announces the auction; cf. PZP art. 227(1).",
            ),
            Self::Estimate => (
                "Do porównania oszczędności; nie jest wymagana.",
                "For comparing savings; it is not required.",
            ),
            Self::Extension => (
                "Sposób zamknięcia aukcji; por. art. 237 Pzp.",
                "How the auction closes; cf. PZP art. 237.",
            ),
        };
        Words::new(pl, en)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Bidders => "bidders",
            Self::Schedule => "schedule",
            Self::Credentials => "credentials",
            Self::Specification => "specification",
            Self::SecondOfficer => "second-officer",
            Self::Announcement => "announcement",
            Self::Estimate => "estimate",
            Self::Extension => "extension",
        }
    }
}

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// It is done.
    Ok,
    /// It should be looked at.
    Warning,
    /// The auction cannot be published so.
    Blocking,
}

impl Desk {
    /// The check list of a lot. `opens_at` is an opening that is asked for but not recorded yet;
    /// `officer` is who would publish: a second officer is somebody else.
    ///
    /// In a test tender only the terms block.
    ///
    /// # Errors
    /// No such lot, or the store is away.
    pub async fn checklist(
        &self,
        lot: &str,
        officer: Option<&Who>,
        opens_at: Option<Timestamp>,
    ) -> Result<Vec<Check>, Problem> {
        let lot = self.lot(lot).await?;
        let tender = self.tender(&lot.tender).await?;
        let opens_at = opens_at.or(lot.opens_at);
        let mut list = vec![
            terms(&lot),
            self.bidders_check(&lot).await?,
            schedule(opens_at, (self.now)()),
            self.credentials_check(&lot).await?,
            self.specification_check(&tender).await?,
            self.second_officer_check(&tender, &lot, officer).await?,
            announcement(&tender),
            self.estimate_check(&lot).await?,
            extension(&lot),
        ];
        if tender.test {
            let waived = list
                .iter_mut()
                .filter(|check| check.item != Item::Terms && check.state == CheckState::Blocking);
            waived.for_each(|check| check.state = CheckState::Warning);
        }
        Ok(list)
    }

    /// Refuses to publish what the check list blocks.
    pub(super) async fn unblocked(
        &self,
        lot: &str,
        officer: &Who,
        opens_at: Option<Timestamp>,
    ) -> Result<(), Problem> {
        let list = self.checklist(lot, Some(officer), opens_at).await?;
        let blocking = list
            .into_iter()
            .filter(|check| check.state == CheckState::Blocking);
        let faults: Vec<_> = blocking
            .map(|check| fault(check.item.path(), check.sentence.pl, check.sentence.en))
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::Faults(faults))
        }
    }

    /// Confirms the terms of a lot for publication by another officer. It holds for these terms
    /// alone: changed terms need another confirmation.
    ///
    /// # Errors
    /// No such lot, one that is published, or the store is away.
    pub async fn confirm_publication(
        &self,
        officer: &Who,
        lot: &str,
    ) -> Result<Confirmation, Problem> {
        officer.officer().ok_or(Problem::NotAllowed)?;
        let mut tx = self.store.write_tx().await?;
        let found = lots::locked(&mut tx, lot).await?.ok_or(Problem::NotFound)?;
        if found.state != LotState::Draft {
            return Err(not_now(
                "Aukcję tej części już ogłoszono.",
                "The auction of this lot is published already.",
            ));
        }
        let confirmation = Confirmation {
            officer: officer.id().to_owned(),
            terms_hash: hash(&found)?,
            confirmed_at: (self.now)(),
        };
        confirmations::put(&mut tx, lot, &confirmation).await?;
        let details = json!({ "lot": lot, "terms_hash": confirmation.terms_hash });
        audit(
            &mut tx,
            confirmation.confirmed_at,
            officer.id(),
            "lot.confirmed",
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(confirmation)
    }

    async fn bidders_check(&self, lot: &Lot) -> Result<Check, Problem> {
        let admitted = admissions::of_lot(&self.store, &lot.id).await?.len();
        let needed = usize::from(lot.terms.conduct.bidders_min).max(1);
        let enough = admitted >= needed;
        Ok(check(
            Item::Bidders,
            if enough {
                CheckState::Ok
            } else {
                CheckState::Blocking
            },
            format!("Dopuszczeni wykonawcy: {admitted}. Zasady wymagają co najmniej {needed}."),
            format!("Admitted bidders: {admitted}. The terms ask for at least {needed}."),
        ))
    }

    async fn credentials_check(&self, lot: &Lot) -> Result<Check, Problem> {
        let without = admissions::without_credential(&self.store, &lot.id).await?;
        Ok(if without == 0 {
            check(
                Item::Credentials,
                CheckState::Ok,
                "Każdy dopuszczony wykonawca ma login.",
                "Every admitted bidder has a log-in.",
            )
        } else {
            check(
                Item::Credentials,
                CheckState::Blocking,
                format!("Dopuszczeni wykonawcy bez loginu: {without}. Wydaj im loginy."),
                format!("Admitted bidders without a log-in: {without}. Issue them log-ins."),
            )
        })
    }

    async fn specification_check(&self, tender: &Tender) -> Result<Check, Problem> {
        let files = swz_files::of_tender(&self.store, &tender.id, false, SWZ_FILES_MAX).await?;
        Ok(if files.is_empty() {
            check(
                Item::Specification,
                CheckState::Blocking,
                "Brakuje plików SWZ. Dodaj co najmniej jeden.",
                "The specification is missing. Add at least one file.",
            )
        } else {
            let count = files.len();
            check(
                Item::Specification,
                CheckState::Ok,
                format!("Pliki SWZ: {count}."),
                format!("Files of the specification: {count}."),
            )
        })
    }

    async fn second_officer_check(
        &self,
        tender: &Tender,
        lot: &Lot,
        officer: Option<&Who>,
    ) -> Result<Check, Problem> {
        if !tender.two_officers {
            return Ok(check(
                Item::SecondOfficer,
                CheckState::Ok,
                "To postępowanie nie wymaga potwierdzenia przez drugą osobę.",
                "This tender needs no confirmation by a second person.",
            ));
        }
        let hash = hash(lot)?;
        let confirmed = confirmations::of_lot(&self.store, &lot.id).await?;
        let by_another = confirmed.iter().any(|one| {
            one.terms_hash == hash && officer.is_none_or(|officer| officer.id() != one.officer)
        });
        Ok(if by_another {
            check(
                Item::SecondOfficer,
                CheckState::Ok,
                "Druga osoba potwierdziła te zasady.",
                "A second person confirmed these terms.",
            )
        } else {
            check(
                Item::SecondOfficer,
                CheckState::Blocking,
                "Poproś drugą osobę o sprawdzenie i potwierdzenie tych zasad.",
                "Ask a second person to look at these terms and confirm them.",
            )
        })
    }

    async fn estimate_check(&self, lot: &Lot) -> Result<Check, Problem> {
        Ok(match estimates::of_lot(&self.store, &lot.id).await? {
            Some(_) => check(
                Item::Estimate,
                CheckState::Ok,
                "Wartość szacunkowa jest zapisana.",
                "The estimate is recorded.",
            ),
            None => check(
                Item::Estimate,
                CheckState::Warning,
                "Nie zapisano wartości szacunkowej: oszczędności nie będzie z czym porównać.",
                "The estimate is not recorded: there will be nothing to compare savings with.",
            ),
        })
    }
}

fn check(item: Item, state: CheckState, pl: impl Into<String>, en: impl Into<String>) -> Check {
    Check {
        item,
        state,
        sentence: Words::new(pl, en),
        basis: item.basis(),
    }
}

fn hash(lot: &Lot) -> Result<String, Problem> {
    let terms = Terms::new(lot.terms.clone()).map_err(Problem::Faults)?;
    Ok(terms.hash().to_string())
}

/// Checked again: the rules may have become stricter since the draft was written.
fn terms(lot: &Lot) -> Check {
    match Terms::new(lot.terms.clone()) {
        Ok(_) => check(
            Item::Terms,
            CheckState::Ok,
            "Zasady są poprawne.",
            "The terms are valid.",
        ),
        Err(faults) => {
            let said = |text: fn(&Words) -> &str| {
                let faults = faults.iter();
                let said: Vec<_> = faults
                    .map(|fault| format!("{}: {}", fault.path, text(&fault.text)))
                    .collect();
                said.join(" ")
            };
            check(
                Item::Terms,
                CheckState::Blocking,
                format!("Popraw zasady. {}", said(|text| &text.pl)),
                format!("Correct the terms. {}", said(|text| &text.en)),
            )
        }
    }
}

fn schedule(opens_at: Option<Timestamp>, now: Timestamp) -> Check {
    match opens_at {
        Some(opens_at) if opens_at > now => check(
            Item::Schedule,
            CheckState::Ok,
            "Termin otwarcia jest ustalony.",
            "The opening is set.",
        ),
        Some(_) => check(
            Item::Schedule,
            CheckState::Blocking,
            "Termin otwarcia już minął. Ustal nowy.",
            "The opening is past. Set another.",
        ),
        None => check(
            Item::Schedule,
            CheckState::Blocking,
            "Ustal termin otwarcia aukcji.",
            "Set when the auction opens.",
        ),
    }
}

fn announcement(tender: &Tender) -> Check {
    if tender.announced_at.is_some() {
        check(
            Item::Announcement,
            CheckState::Ok,
            "Postępowanie jest ogłoszone.",
            "The tender is announced.",
        )
    } else {
        check(
            Item::Announcement,
            CheckState::Warning,
            "Postępowanie nie jest ogłoszone: na tablicy go nie widać.",
            "The tender is not announced: the board does not show it.",
        )
    }
}

fn extension(lot: &Lot) -> Check {
    let longer = lot.terms.phases.iter().any(|phase| {
        phase.run.extension().is_some_and(|extension| {
            let most_ms = planned_ms(&lot.terms);
            extension.length_ms > most_ms || extension.window_ms > most_ms
        })
    });
    if longer {
        check(
            Item::Extension,
            CheckState::Warning,
            "Przedłużenie albo jego okno jest dłuższe niż sama aukcja. Sprawdź, czy tak ma być.",
            "The extension or its window is longer than the auction. See whether it is meant so.",
        )
    } else if latest_ms(&lot.terms).is_none() {
        check(
            Item::Extension,
            CheckState::Warning,
            "Nic nie ogranicza liczby przedłużeń: aukcja może trwać, dopóki ktoś licytuje.",
            "Nothing bounds the extensions: the auction can go on as long as anybody bids.",
        )
    } else {
        check(
            Item::Extension,
            CheckState::Ok,
            "Czas trwania jest ograniczony.",
            "The length of the auction is bounded.",
        )
    }
}
