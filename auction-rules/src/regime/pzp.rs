//! Auctions under the act on public procurement of 11 September 2019 (PZP), art. 227–238. Each fault
//! names its article.
//!
//! That every bid bears a signature (art. 234), and that two full working days lie before the opening
//! (art. 232), is no matter of the terms: it is looked at when an auction is published.

use crate::terms::{Conduct, Draft, Evaluation, OpeningOffer, TermsFault, Visibility, Words};

mod evaluation;
mod phases;

pub use evaluation::pzp_evaluation;

/// The fewest bidders of an auction (art. 227(1)).
const BIDDERS_MIN: u16 = 2;

/// All that the act forbids in a draft that is otherwise sound.
pub(super) fn faults(draft: &Draft) -> Vec<TermsFault> {
    let mut found = Found::default();
    found.unless(
        draft.opening == OpeningOffer::WrittenOffer,
        "opening",
        "Aukcja zaczyna się od ofert ocenionych wcześniej, a postąpienia je poprawiają (art. 227 ust. 1 i art. 235 ustawy Pzp).",
        "The auction begins with offers that were assessed before, and bids improve them (PZP art. 227(1) and art. 235).",
    );
    phases::check(draft, &mut found);
    found.0.extend(pzp_evaluation(draft));
    found.unless(
        draft.guards.refuse_above_percent.is_none(),
        "guards.refuse_above_percent",
        "Granica zmiany musi mieć uzasadnienie w dokumentach zamówienia, a zasady aukcji nie mają na nie miejsca (art. 230 ustawy Pzp).",
        "A limit on changes needs its reasons in the documents of the tender, and the terms have no place for them (PZP art. 230).",
    );
    visibility(draft, &mut found);
    conduct(&draft.conduct, &mut found);
    found.0
}

#[derive(Default)]
struct Found(Vec<TermsFault>);

impl Found {
    fn unless(&mut self, lawful: bool, path: impl Into<String>, pl: &str, en: &str) {
        if !lawful {
            self.0.push(TermsFault {
                path: path.into(),
                text: Words::new(pl, en),
            });
        }
    }
}

/// Own position, own points and best points are shown all the time; nobody is named (art. 233). With
/// one criterion the best value stands for its points.
fn visibility(draft: &Draft, found: &mut Found) {
    let Visibility {
        best_value,
        weights,
        officer_names,
        // Other values, the number of bidders and observers: as the notice says.
        all_values: _,
        participant_count: _,
        observers_delay_ms: _,
    } = draft.visibility;
    let shows_best = best_value || matches!(draft.evaluation, Evaluation::Points { .. });
    found.unless(
        shows_best,
        "visibility.best_value",
        "Wykonawca przez cały czas widzi punktację najkorzystniejszej oferty, nie samą swoją pozycję (art. 233 ustawy Pzp).",
        "A bidder sees the points of the best offer all the time, not its own position alone (PZP art. 233).",
    );
    found.unless(
        weights,
        "visibility.weights",
        "Zaproszenie podaje sposób oceny, a więc i wagi kryteriów (art. 232 ustawy Pzp).",
        "The invitation states how offers are assessed, so the weights too (PZP art. 232).",
    );
    found.unless(
        !officer_names,
        "visibility.officer_names",
        "Do zamknięcia aukcji nikogo nie można rozpoznać (art. 233 ustawy Pzp).",
        "Nobody can be told who is who before the close (PZP art. 233).",
    );
}

fn conduct(conduct: &Conduct, found: &mut Found) {
    found.unless(
        conduct.bidders_min >= BIDDERS_MIN,
        "conduct.bidders_min",
        "Potrzebne są co najmniej dwie oferty niepodlegające odrzuceniu (art. 227 ust. 1 ustawy Pzp).",
        "At least two offers that are not to be rejected are needed (PZP art. 227(1)).",
    );
    found.unless(
        !conduct.pause,
        "conduct.pause",
        "Aukcję przerywa tylko awaria systemu (art. 236 ustawy Pzp).",
        "Only a failure of the system interrupts the auction (PZP art. 236).",
    );
    found.unless(
        !conduct.annul,
        "conduct.annul",
        "Oferta przestaje wiązać tylko w zakresie, w jakim wykonawca sam złożył korzystniejszą (art. 235 ustawy Pzp).",
        "An offer stops binding only as far as the same bidder has made a better one (PZP art. 235).",
    );
    found.unless(
        !conduct.exclude,
        "conduct.exclude",
        "Oferty bada się przed aukcją; zaproszony wykonawca licytuje do końca (art. 227 ust. 1 i art. 232 ustawy Pzp).",
        "Offers are examined before the auction; who is invited bids to the end (PZP art. 227(1) and art. 232).",
    );
    found.unless(
        conduct.outage_grace_ms == 0,
        "conduct.outage_grace_ms",
        "Po awarii aukcję kontynuuje się następnego dnia roboczego po jej usunięciu; wpisz 0 (art. 236 ustawy Pzp).",
        "After a failure the auction goes on the next working day after the repair; enter 0 (PZP art. 236).",
    );
}
