//! Events, in sentences.

use super::words::Teller;
use crate::document::words::length;
use auction_rules::event::{PauseCause, Revealed};
use auction_rules::{Alias, Event};

impl Teller<'_> {
    /// What happened; nothing where the act has told it.
    #[allow(clippy::too_many_lines, reason = "a flat table")]
    pub(super) fn event(&self, event: &Event) -> Option<String> {
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
}
