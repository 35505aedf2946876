//! What happened, in sentences.

use crate::document::Lang;
use crate::document::words::{amount, length};
use crate::simulate::report::{Report, Step};
use crate::simulate::time::written;
use auction_rules::event::{PauseCause, Revealed};
use auction_rules::{Act, Alias, By, Event, Outcome, Timestamp, ValueId};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Says what happened.
pub(super) struct Teller<'a> {
    pub(super) report: &'a Report,
    pub(super) lang: Lang,
}

impl Teller<'_> {
    fn say(&self, pl: &str, en: &str) -> String {
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

    /// An amount with the unit of its value.
    pub(super) fn amount(&self, id: &ValueId, value: Decimal) -> String {
        let mut values = self.report.terms.values.iter();
        let unit = values
            .find(|value| value.id == *id)
            .map(|value| &value.unit);
        amount(value, unit.map_or("", String::as_str), self.lang)
    }

    fn offer(&self, values: &BTreeMap<ValueId, Decimal>) -> String {
        let said = values.iter().map(|(id, value)| self.amount(id, *value));
        said.collect::<Vec<_>>().join(" · ")
    }

    fn level(&self, level: Decimal) -> String {
        match self.report.terms.values.first() {
            Some(value) => self.amount(&value.id, level),
            None => level.to_string(),
        }
    }

    fn bidder(&self, alias: Alias) -> String {
        let mut firms = self.report.bidders.iter();
        let firm = firms.find(|firm| firm.alias == Some(alias));
        firm.map_or_else(|| alias.to_string(), |firm| firm.id.clone())
    }

    fn at(&self, at: Timestamp) -> String {
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
                Some(act) if is_answer(event) => *act += &format!(" – {said}"),
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
        let values = &self.report.terms.values;
        let place = |name: &str| values.iter().position(|value| value.id.as_str() == name);
        let mut typed: Vec<_> = step.typed.iter().collect();
        typed.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
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

    /// What happened; nothing where the act has told it.
    #[allow(clippy::too_many_lines, reason = "a flat table")]
    fn event(&self, event: &Event) -> Option<String> {
        let said = |pl: &str, en: &str, rest: String| Some(self.say(pl, en) + &rest);
        match event {
            Event::TookOver => said(
                "inny serwer prowadzi dziennik",
                "another server goes on with the log",
                String::new(),
            ),
            Event::OpeningMissed => said(
                "otwarcie przypadło na przerwę w działaniu i się nie odbyło",
                "the opening fell into the outage and did not take place",
                String::new(),
            ),
            Event::OpeningFailed {
                admitted,
                bidders_min,
            } => said(
                "za mało wykonawców, aby otworzyć: ",
                "too few bidders to open: ",
                format!("{admitted} < {bidders_min}"),
            ),
            Event::Opened { bidders } => said(
                "otwarcie; uczestników: ",
                "opened; participants: ",
                bidders.to_string(),
            ),
            Event::PhaseStarted {
                phase,
                closes_at,
                admitted,
            } => {
                let kind = self.kind(*phase);
                let number = phase + 1;
                let end = self.at(*closes_at);
                let mut line = self.lang.either(
                    format!("etap {number} ({kind}), do {end}"),
                    format!("phase {number} ({kind}), until {end}"),
                );
                if let Some(admitted) = admitted {
                    line += &self.say("; dopuszczeni: ", "; admitted: ");
                    line += &self.list(admitted);
                }
                Some(line)
            }
            Event::TurnStarted {
                alias,
                turn,
                closes_at,
            } => {
                let (who, end) = (self.bidder(*alias), self.at(*closes_at));
                Some(self.lang.either(
                    format!("kolej {turn}: {who}, do {end}"),
                    format!("turn {turn}: {who}, until {end}"),
                ))
            }
            Event::TurnEnded { alias, values } => {
                let (who, values) = (
                    self.bidder(*alias),
                    values.as_ref().map(|values| self.offer(values)),
                );
                Some(match values {
                    Some(values) => self.lang.either(
                        format!("koniec kolei: {who}, {values}"),
                        format!("end of the turn: {who}, {values}"),
                    ),
                    None => self.lang.either(
                        format!("koniec kolei: {who}, bez zmian"),
                        format!("end of the turn: {who}, no change"),
                    ),
                })
            }
            Event::LevelStarted { level, closes_at } => {
                let (level, end) = (self.level(*level), self.at(*closes_at));
                Some(self.lang.either(
                    format!("poziom {level}, do {end}"),
                    format!("level {level}, until {end}"),
                ))
            }
            Event::LevelEnded { remaining } => said(
                "koniec poziomu; zostało: ",
                "end of the level; remaining: ",
                remaining.to_string(),
            ),
            Event::BidHeld { .. } => said(
                "liczy się z końcem kolei lub poziomu",
                "counts when the turn or level ends",
                String::new(),
            ),
            Event::BidSealed { .. } => said(
                "zapieczętowane do końca etapu",
                "sealed until the phase ends",
                String::new(),
            ),
            Event::BidsRevealed { bids } => {
                let bids: Vec<_> = bids.iter().map(|bid| self.revealed(bid)).collect();
                said("otwarte wartości: ", "opened: ", bids.join("; "))
            }
            Event::LevelTaken { closes_at } => said(
                "poziom przyjęty; koniec etapu o ",
                "level taken; the phase ends at ",
                self.at(*closes_at),
            ),
            Event::PhaseSkipped { phase } => {
                let number = phase + 1;
                Some(self.lang.either(
                    format!("etap {number} ({}) niepotrzebny", self.kind(*phase)),
                    format!("phase {number} ({}) is not needed", self.kind(*phase)),
                ))
            }
            Event::BidAccepted { .. } => said("przyjęte", "accepted", String::new()),
            Event::Extended {
                closes_at,
                extensions,
            } => {
                let end = self.at(*closes_at);
                Some(self.lang.either(
                    format!("przedłużono do {end} ({extensions}. przedłużenie)"),
                    format!("extended to {end} (extension {extensions})"),
                ))
            }
            Event::SilenceRestarted { closes_at } => said(
                "cisza liczy się od nowa, do ",
                "the silence starts anew, until ",
                self.at(*closes_at),
            ),
            Event::Paused {
                cause: PauseCause::Outage,
            } => said(
                "wstrzymano z powodu przerwy w działaniu",
                "paused after the outage",
                String::new(),
            ),
            Event::Paused {
                cause: PauseCause::Officer(_),
            } => said("zegar stoi", "the clock stands", String::new()),
            Event::ResumeAnnounced {
                resumes_at,
                closes_at,
            } => {
                let (start, end) = (self.at(*resumes_at), self.at(*closes_at));
                Some(self.lang.either(
                    format!("wznowienie o {start}, koniec o {end}"),
                    format!("resumes at {start}, ends at {end}"),
                ))
            }
            Event::Resumed { closes_at } => said(
                "wznowiono; koniec o ",
                "resumed; ends at ",
                self.at(*closes_at),
            ),
            Event::Interrupted { from, to } => {
                let (start, end, lasted) = (self.at(*from), self.at(*to), length(to.since(*from)));
                Some(self.lang.either(
                    format!("przerwa w działaniu od {start} do {end} ({lasted})"),
                    format!("outage from {start} to {end} ({lasted})"),
                ))
            }
            Event::PhaseEnded { phase } => {
                said("koniec etapu ", "end of phase ", (phase + 1).to_string())
            }
            Event::PhaseScheduled { phase, starts_at } => {
                let (number, start) = (phase + 1, self.at(*starts_at));
                Some(self.lang.either(
                    format!("etap {number} zacznie się o {start}"),
                    format!("phase {number} begins at {start}"),
                ))
            }
            Event::Closed { .. } => said("zamknięcie aukcji", "the auction closes", String::new()),
            Event::Cancelled { .. } => said(
                "aukcja odwołana, bez wyniku",
                "the auction is cancelled, without a result",
                String::new(),
            ),
            Event::IdentitiesRevealed { aliases } => {
                said("ujawnieni: ", "identities revealed: ", self.list(aliases))
            }
            Event::Sealed { .. } => said("dziennik zamknięty", "the log is sealed", String::new()),
            // Told by the act.
            _ => None,
        }
    }

    fn list(&self, aliases: &[Alias]) -> String {
        let who: Vec<_> = aliases.iter().map(|alias| self.bidder(*alias)).collect();
        match who.is_empty() {
            true => self.say("nikt", "nobody"),
            false => who.join(", "),
        }
    }

    fn revealed(&self, bid: &Revealed) -> String {
        let who = self.bidder(bid.alias);
        match &bid.values {
            Some(values) => format!("{who} {}", self.offer(values)),
            None => format!("{who} {}", self.say("nie liczy się", "does not count")),
        }
    }

    fn kind(&self, phase: u16) -> String {
        let phase = self.report.terms.phases.get(usize::from(phase));
        match phase.map_or("", |phase| phase.run.name()) {
            "open" => self.say("otwarty", "open"),
            "turns" => self.say("po kolei", "turns"),
            "sealed-bid" => self.say("wartości zapieczętowane", "sealed bids"),
            "descending-clock" => self.say("zegar malejący", "descending clock"),
            "ascending-clock" => self.say("zegar rosnący", "ascending clock"),
            "tie-break" => self.say("dogrywka", "tie-break"),
            other => other.to_owned(),
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
