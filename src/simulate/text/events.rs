//! Events, in sentences.

use super::words::{Teller, act};
use crate::document::words::length;
use crate::simulate::report::Step;
use crate::simulate::time::written;
use auction_rules::event::{PauseCause, Revealed};
use auction_rules::{Act, Alias, Event, Timestamp};

impl Teller<'_> {
    /// What happened; nothing where the act has told it.
    #[allow(clippy::too_many_lines, reason = "a flat table")]
    pub(super) fn event(&self, step: &Step, event: &Event) -> Option<String> {
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
                let end = self.until(step, *closes_at);
                let mut line = self.lang.either(
                    format!("etap {number} ({kind}), {end}"),
                    format!("phase {number} ({kind}), {end}"),
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
            Event::BidHeld { .. } => match act(step) {
                Some(Act::AcceptLevel { .. }) => said(
                    "liczy się z końcem poziomu",
                    "counts when the level ends",
                    String::new(),
                ),
                _ => said(
                    "liczy się z końcem kolei",
                    "counts when the turn ends",
                    String::new(),
                ),
            },
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
                let (start, end) = (self.at(*resumes_at), self.until(step, *closes_at));
                Some(self.lang.either(
                    format!("wznowienie o {start}, {end}"),
                    format!("resumes at {start}, {end}"),
                ))
            }
            Event::Resumed { closes_at } => {
                said("wznowiono, ", "resumed, ", self.until(step, *closes_at))
            }
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
            // The entry after this one says that it starts.
            Event::PhaseScheduled { starts_at, .. }
                if self.after_ms(*starts_at) == step.after_ms =>
            {
                None
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

    /// Until when the phase runs; of a random tail, between which moments it ends.
    fn until(&self, step: &Step, closes_at: Timestamp) -> String {
        let shown = step.shown.as_ref();
        let from = shown.and_then(|shown| shown.closes_from_after_ms);
        let end = self.at(closes_at);
        match from.map(written) {
            None => self
                .lang
                .either(format!("do {end}"), format!("until {end}")),
            Some(from) => self.lang.either(
                format!("koniec między {from} a {end}"),
                format!("ends between {from} and {end}"),
            ),
        }
    }

    /// What an outage moved, where no event tells it.
    pub(super) fn moved(&self, step: &Step, events: &[Event]) -> Option<String> {
        let [Event::Interrupted { .. }] = events else {
            return None;
        };
        let shown = step.shown.as_ref()?;
        if let Some(start) = shown.starts_after_ms.map(written) {
            return Some(self.lang.either(
                format!("ciąg dalszy przesuwa się na {start}"),
                format!("what comes next moves to {start}"),
            ));
        }
        let end = written(shown.closes_after_ms?);
        Some(match shown.closes_from_after_ms.map(written) {
            None => self.lang.either(
                format!("koniec przesuwa się na {end}"),
                format!("the end moves to {end}"),
            ),
            Some(from) => self.lang.either(
                format!("koniec przesuwa się na chwilę między {from} a {end}"),
                format!("the end moves to a moment between {from} and {end}"),
            ),
        })
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
}
