//! What happened, in sentences.

use crate::document::Lang;
use crate::document::words::{amount, decimal, length};
use crate::simulate::report::{Report, Step};
use crate::simulate::time::written;
use auction_rules::{Act, Alias, By, Event, Outcome, Timestamp, ValueId};
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
            None => format!("{id} {}", decimal(value, self.lang)),
        }
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
            Some(value) => self.amount(&value.id, level),
            None => level.to_string(),
        }
    }

    pub(super) fn bidder(&self, alias: Alias) -> String {
        let mut firms = self.report.bidders.iter();
        let firm = firms.find(|firm| firm.alias == Some(alias));
        firm.map_or_else(|| alias.to_string(), |firm| firm.id.clone())
    }

    pub(super) fn at(&self, at: Timestamp) -> String {
        written(at.0.saturating_sub(self.report.opens_at.0))
    }

    /// The lines of a step: what was asked, and what came of it.
    pub(super) fn lines(&self, step: &Step) -> Vec<String> {
        let entry = step.entry.as_ref();
        let act = entry
            .map(|entry| &entry.command.act)
            .or(step.asked.as_ref());
        let mut lines: Vec<_> = act
            .and_then(|act| self.act(step, act))
            .into_iter()
            .collect();
        let events = match entry.map(|entry| &entry.outcome) {
            Some(Outcome::Events(events)) => events.as_slice(),
            _ => &[],
        };
        for event in events {
            let Some(said) = self.event(event) else {
                continue;
            };
            match lines.last_mut() {
                Some(act) if is_answer(event) => *act += &format!(" –\u{a0}{said}"),
                _ => lines.push(said),
            }
        }
        lines.extend(self.refused(step));
        lines
    }

    fn refused(&self, step: &Step) -> Option<String> {
        let refused = step.refused.as_ref()?;
        let (code, text) = (refused.code, self.lang.of(&refused.text));
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
        let mut typed: Vec<_> = step.typed.iter().collect();
        typed.sort_by_key(|(name, _)| self.place(name).unwrap_or(usize::MAX));
        let one = typed.len() == 1;
        let typed = typed.into_iter().map(|(name, text)| match one {
            true => text.clone(),
            false => format!("{name} {text}"),
        });
        let typed: Vec<_> = typed.collect();
        let arrived = step.arrived_after_ms.map(written);
        let arrived = arrived.map_or_else(String::new, |at| {
            self.lang.either(
                format!(" (dotarło o {at})"),
                format!(" (it arrived at {at})"),
            )
        });
        format!("{asked} {}{arrived}", typed.join(" · "))
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
            Act::Annul { alias, n, reason } => {
                let rest = format!("{} ({n}): {reason}", self.bidder(*alias));
                said("unieważnia postąpienie ", "annuls a bid of ", &rest)
            }
            Act::Exclude { alias, reason } => {
                let rest = format!("{}: {reason}", self.bidder(*alias));
                said("wyklucza ", "excludes ", &rest)
            }
            Act::Cancel { reason } => said("odwołuje aukcję: ", "cancels the auction: ", reason),
            // The rest is the server's: its events tell all of it.
            _ => None,
        }
    }

    /// How it ended.
    pub(super) fn ending(&self) -> String {
        let end = &self.report.end;
        let Some(closed) = end.closed_after_ms else {
            return self.lang.either(
                format!("Aukcja nie dobiegła końca: stan „{}”.", end.state),
                format!(
                    "The auction did not come to its end: its state is “{}”.",
                    end.state
                ),
            );
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

/// Whether an event answers a bidder's command in a word.
fn is_answer(event: &Event) -> bool {
    matches!(
        event,
        Event::BidAccepted { .. } | Event::BidHeld { .. } | Event::BidSealed { .. }
    )
}
