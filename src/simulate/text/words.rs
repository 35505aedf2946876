//! What happened, in sentences.

use crate::document::Lang;
use crate::document::words::{amount, decimal, length};
use crate::simulate::report::{Report, Step};
use crate::simulate::time::written;
use auction_rules::amount::canonical;
use auction_rules::{Act, Alias, By, Event, Outcome, Refusal, Timestamp, ValueId};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Says what happened.
pub(super) struct Teller<'a> {
    pub(super) report: &'a Report,
    pub(super) lang: Lang,
}

impl Teller<'_> {
    pub(super) fn say(&self, pl: &str, en: &str) -> String {
        self.lang.either(pl, en).to_owned()
    }

    /// Who did it.
    pub(super) fn who(&self, step: &Step) -> String {
        if let Some(bidder) = &step.bidder {
            return bidder.clone();
        }
        match step.entry.as_ref().map(|entry| &entry.command.by) {
            Some(By::Server) => self.say("serwer", "server"),
            _ => self.say("zamawiający", "buyer"),
        }
    }

    /// An amount with the unit of its value; of what has none, with its name.
    pub(super) fn amount(&self, id: &ValueId, value: Decimal) -> String {
        let values = &self.report.terms.values;
        match self.place(id.as_str()).and_then(|place| values.get(place)) {
            Some(known) => amount(value, &known.unit, self.lang),
            None => format!("{}: {}", self.name(id.as_str()), decimal(value, self.lang)),
        }
    }

    /// What people call a value; of what the terms do not know, the id.
    fn name(&self, id: &str) -> String {
        let terms = &self.report.terms;
        let auctioned = self.place(id).and_then(|place| terms.values.get(place));
        if let Some(value) = auctioned {
            return self.lang.of(&value.name).to_owned();
        }
        let mut beside = terms.written_values().into_iter();
        let beside = beside.find(|written| written.id.as_str() == id);
        beside.map_or_else(|| id.to_owned(), |one| self.lang.of(&one.name).to_owned())
    }

    /// Where a value stands in the terms.
    fn place(&self, id: &str) -> Option<usize> {
        let mut values = self.report.terms.values.iter();
        values.position(|value| value.id.as_str() == id)
    }

    /// Amounts in the order of the terms' values, then what the offer gives beside them.
    pub(super) fn offer(&self, values: &BTreeMap<ValueId, Decimal>) -> String {
        let mut values: Vec<_> = values.iter().collect();
        values.sort_by_key(|(id, _)| self.place(id.as_str()).unwrap_or(usize::MAX));
        let said = values.iter().map(|(id, value)| self.amount(id, **value));
        said.collect::<Vec<_>>().join(" · ")
    }

    pub(super) fn level(&self, level: Decimal) -> String {
        match self.report.terms.values.first() {
            // A level that the value could not have stays as it was asked for.
            Some(value) if level.normalize().scale() <= value.decimals => {
                self.amount(&value.id, canonical(level, value.decimals))
            }
            Some(value) => self.amount(&value.id, level),
            None => level.to_string(),
        }
    }

    pub(super) fn bidder(&self, alias: Alias) -> String {
        let mut firms = self.report.bidders.iter();
        let firm = firms.find(|firm| firm.alias == Some(alias));
        firm.map_or_else(|| alias.to_string(), |firm| firm.id.clone())
    }

    pub(super) fn after_ms(&self, at: Timestamp) -> i64 {
        at.0.saturating_sub(self.report.opens_at.0)
    }

    pub(super) fn at(&self, at: Timestamp) -> String {
        written(self.after_ms(at))
    }

    /// The lines of a step: what was asked, and what came of it.
    pub(super) fn lines(&self, step: &Step) -> Vec<String> {
        let entry = step.entry.as_ref();
        let asked = act(step).and_then(|act| self.act(step, act));
        let asked = asked.map(|said| said + &self.arrived(step));
        let mut lines: Vec<_> = asked.into_iter().collect();
        let events = match entry.map(|entry| &entry.outcome) {
            Some(Outcome::Events(events)) => events.as_slice(),
            _ => &[],
        };
        for event in events {
            let Some(said) = self.event(step, event) else {
                continue;
            };
            match lines.last_mut() {
                Some(act) if is_answer(event) => *act += &format!(" –\u{a0}{said}"),
                _ => lines.push(said),
            }
        }
        lines.extend(self.moved(step, events));
        lines.extend(self.refused(step));
        lines
    }

    fn arrived(&self, step: &Step) -> String {
        let arrived = step.arrived_after_ms.map(written);
        arrived.map_or_else(String::new, |at| {
            self.lang.either(
                format!(" (dotarło o {at})"),
                format!(" (it arrived at {at})"),
            )
        })
    }

    fn refused(&self, step: &Step) -> Option<String> {
        let refused = step.refused.as_ref()?;
        let (code, text) = (refused.code, self.lang.of(&refused.text));
        let outcome = step.entry.as_ref().map(|entry| &entry.outcome);
        let value = match outcome {
            Some(Outcome::Refused(refusal)) if self.report.terms.values.len() > 1 => {
                value_of(refusal)
            }
            _ => None,
        };
        let code = match value {
            Some(id) => format!("{code}, {}", self.name(id.as_str())),
            None => code.to_string(),
        };
        Some(match step.entry {
            Some(_) => self.lang.either(
                format!("odmowa {code}: {text}"),
                format!("refused, {code}: {text}"),
            ),
            None => self.lang.either(
                format!("odmowa {code}, poza dziennikiem: {text}"),
                format!("refused outside the log, {code}: {text}"),
            ),
        })
    }

    /// What a bidder typed, exactly as it did, in the order of the terms' values.
    fn typed(&self, step: &Step, asked: &str) -> String {
        let typed = self.as_typed(&step.typed);
        match step.confirm.is_empty() {
            true => format!("{asked} {typed}"),
            false => {
                let again = self.say("jeszcze raz", "once more");
                format!(
                    "{asked} {typed} ({again}: {})",
                    self.as_typed(&step.confirm)
                )
            }
        }
    }

    fn as_typed(&self, typed: &BTreeMap<String, String>) -> String {
        let mut typed: Vec<_> = typed.iter().collect();
        typed.sort_by_key(|(name, _)| self.place(name).unwrap_or(usize::MAX));
        let alone = self.report.terms.values.len() == 1;
        let typed = typed.into_iter().map(|(id, text)| match self.place(id) {
            Some(_) if alone => text.clone(),
            _ => format!("{} {text}", self.name(id)),
        });
        typed.collect::<Vec<_>>().join(" · ")
    }

    /// What was asked; nothing of what the events tell better.
    fn act(&self, step: &Step, act: &Act) -> Option<String> {
        let said = |pl: &str, en: &str, rest: &str| Some(self.say(pl, en) + rest);
        match act {
            Act::Publish { .. } => said("ogłasza aukcję", "publishes the auction", ""),
            Act::Admit { bidder, offer } => {
                let mut firms = self.report.bidders.iter();
                let firm = firms.find(|firm| firm.bidder == *bidder);
                let id = firm.map_or("", |firm| firm.id.as_str());
                let offer = match offer.is_empty() {
                    true => String::new(),
                    false => format!(": {}", self.offer(offer)),
                };
                said("dopuszcza ", "admits ", &format!("{id}{offer}"))
            }
            Act::Schedule { opens_at } => said("otwarcie o ", "opening at ", &self.at(*opens_at)),
            Act::AcceptTerms { .. } => said("przyjmuje zasady", "accepts the terms", ""),
            Act::PlaceBid(_) => Some(self.typed(step, &self.say("postąpienie", "bids"))),
            Act::PlaceSealed { .. } => {
                let asked = self.say("składa zapieczętowaną wartość", "places a sealed value");
                Some(self.typed(step, &asked))
            }
            Act::AcceptLevel { level } => said(
                "przyjmuje poziom ",
                "accepts the level ",
                &self.level(*level),
            ),
            Act::Withdraw => said("wycofuje postąpienie", "withdraws the bid", ""),
            Act::Leave => said("odchodzi od zegara", "leaves the clock", ""),
            Act::Ask { text } => said("pyta: ", "asks: ", text),
            Act::Announce { text } => said("ogłasza: ", "announces: ", text),
            Act::Answer { asked, text, .. } => {
                said("odpowiada: ", "answers: ", &format!("{asked} – {text}"))
            }
            Act::Pause { reason } => said("wstrzymuje: ", "pauses: ", reason),
            Act::Resume { notice_ms, reason } => {
                let notice = length(*notice_ms);
                let rest = format!("{notice}: {reason}");
                said("wznawia po ", "resumes after ", &rest)
            }
            Act::Annul { n, reason, .. } => {
                let whom = step.whom.as_deref().unwrap_or_default();
                // Without a bid that stands there is no number.
                let rest = match n {
                    0 => format!("{whom}: {reason}"),
                    n => format!("{whom} ({n}): {reason}"),
                };
                said("unieważnia postąpienie ", "annuls a bid of ", &rest)
            }
            Act::Exclude { reason, .. } => {
                let whom = step.whom.as_deref().unwrap_or_default();
                said("wyklucza ", "excludes ", &format!("{whom}: {reason}"))
            }
            Act::Cancel { reason } => said("odwołuje aukcję: ", "cancels the auction: ", reason),
            // The rest is the server's: its events tell all of it.
            _ => None,
        }
    }

    /// Why it has no end, and what command would give it one.
    fn unfinished(&self, state: &str) -> String {
        let (pl, en) = match state {
            "paused" => (
                "zamawiający ją wstrzymał i nie wznowił. Dopisz polecenie resume.",
                "the buyer paused it and did not resume it. Add the command `resume`.",
            ),
            "interrupted" => (
                "przerwała ją awaria, a zamawiający jej nie wznowił. Dopisz polecenie resume.",
                "an outage interrupted it and the buyer did not resume it. Add the command `resume`.",
            ),
            _ => (
                "nie doszło do otwarcia. Dopisz polecenie schedule albo wykonawców.",
                "it did not open. Add the command `schedule`, or bidders.",
            ),
        };
        self.lang.either(
            format!("Aukcja nie dobiegła końca: {pl}"),
            format!("The auction did not come to its end: {en}"),
        )
    }

    /// How it ended.
    pub(super) fn ending(&self) -> String {
        let end = &self.report.end;
        let Some(closed) = end.closed_after_ms else {
            return self.unfinished(&end.state);
        };
        let closed = written(closed);
        let closed = self.lang.either(
            format!("Zamknięcie o {closed}."),
            format!("Closed at {closed}."),
        );
        let said = match (&end.standings, &end.winner, end.tied.as_slice()) {
            (None, ..) => self.say(
                "Aukcję odwołano, wyniku nie ma.",
                "The auction was cancelled, without a result.",
            ),
            (_, Some(winner), _) => self.lang.either(
                format!("Najkorzystniejsza oferta: {winner}."),
                format!("Best offer: {winner}."),
            ),
            (_, None, []) => self.say("Nikt nie złożył oferty.", "Nobody has an offer."),
            (_, None, tied) => {
                let tied = tied.join(", ");
                self.lang.either(
                    format!("Pierwsze miejsce dzielą: {tied}."),
                    format!("The first place is shared by {tied}."),
                )
            }
        };
        format!("{closed} {said}")
    }
}

/// What was asked.
pub(super) fn act(step: &Step) -> Option<&Act> {
    let entry = step.entry.as_ref();
    entry
        .map(|entry| &entry.command.act)
        .or(step.asked.as_ref())
}

/// The value that a refusal is about, where it is about one.
fn value_of(refusal: &Refusal) -> Option<&ValueId> {
    match refusal {
        Refusal::NotAnImprovement(limited)
        | Refusal::BelowMinimumStep(limited)
        | Refusal::EqualToOwn(limited) => Some(&limited.value),
        Refusal::NeedsConfirmation(change) | Refusal::AboveHardLimit(change) => Some(&change.value),
        Refusal::OffTheTick { value, .. }
        | Refusal::MalformedAmount { value }
        | Refusal::TooManyDecimals { value, .. }
        | Refusal::OutOfRange { value, .. }
        | Refusal::SumDiffers { value, .. } => Some(value),
        _ => None,
    }
}

/// Whether an event answers a bidder's command in a word.
fn is_answer(event: &Event) -> bool {
    matches!(
        event,
        Event::BidAccepted { .. } | Event::BidHeld { .. } | Event::BidSealed { .. }
    )
}
