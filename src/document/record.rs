//! The record of an auction (raport z aukcji) on paper. All of it stands in the record's JSON; here
//! the attempts are bounded, and the reader is told so.

use super::terms::sentences;
use super::words::{amount, clock_time, decimal, group, grouped, length, second};
use super::{Block, Column, Document, Lang, Office, PdfError, Table};
use crate::auction::record::{
    Attempt, AttemptOutcome, Happening, OfficialAct, Ordered, Participant, Question, Record,
};
use crate::limits::RECORD_PRINTED_MAX;
use auction_rules::event::{PauseCause, Standing};
use auction_rules::refusal::Outside;
use auction_rules::terms::{Draft, Evaluation};
use auction_rules::{Alias, Event, ValueId};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The record as PDF.
///
/// # Errors
/// When it cannot be written, which would be a fault of ours.
pub fn record_pdf(record: &Record, office: Office, lang: Lang) -> Result<Vec<u8>, PdfError> {
    let writer = Writer {
        record,
        terms: record.terms.as_deref(),
        lang,
    };
    let title = lang.either(
        "Raport z aukcji elektronicznej",
        "Record of an electronic auction",
    );
    let document = Document {
        title: title.to_owned(),
        lang,
        office,
        made_at: record.made_at,
        footer: writer.footer(),
        blocks: writer.blocks(),
    };
    document.pdf()
}

struct Writer<'a> {
    record: &'a Record,
    terms: Option<&'a Draft>,
    lang: Lang,
}

impl Writer<'_> {
    fn say(&self, pl: &str, en: &str) -> String {
        self.lang.either(pl, en).to_owned()
    }

    fn footer(&self) -> String {
        let auction = &self.record.auction;
        match self.record.is_final {
            true => self.say("Aukcja ", "Auction ") + auction.as_str(),
            false => self.say("NIEOSTATECZNY – aukcja ", "NOT FINAL – auction ") + auction.as_str(),
        }
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.record.is_final {
            blocks.push(Block::Paragraph(self.say(
                "Raport nieostateczny: dziennik aukcji nie jest jeszcze zamknięty.",
                "This record is not final: the log of the auction is not sealed yet.",
            )));
        }
        blocks.push(self.subject());
        blocks.extend(self.result());
        blocks.push(Block::Heading(self.say("Zasady", "Terms")));
        let terms = self.terms.map(|terms| sentences(terms, self.lang));
        blocks.extend(terms.unwrap_or_default().into_iter().map(Block::Paragraph));
        blocks.push(Block::Heading(self.say(
            "Uczestnicy i oferty otwarcia",
            "Participants and opening offers",
        )));
        blocks.push(self.participants());
        blocks.push(Block::Heading(self.say("Przebieg", "Course")));
        blocks.push(self.course());
        blocks.push(Block::Heading(
            self.say("Czynności zamawiającego", "Acts of the buyer"),
        ));
        blocks.push(self.acts());
        blocks.extend(self.questions());
        blocks.push(Block::Heading(self.say("Postąpienia", "Attempts to bid")));
        blocks.extend(self.attempts());
        blocks.push(Block::Heading(
            self.say("Zegar i przerwy", "Clock and outages"),
        ));
        blocks.push(self.clock());
        blocks.push(Block::Heading(self.say("Dowód", "Proof")));
        blocks.extend(self.proof());
        blocks
    }

    fn subject(&self) -> Block {
        let mut rows = Vec::new();
        if let Some(lot) = &self.record.lot {
            let title = self.lang.of(&lot.tender_title);
            rows.push((
                self.say("Postępowanie", "Tender"),
                format!("{} – {title}", lot.tender),
            ));
            let title = self.lang.of(&lot.title);
            rows.push((
                self.say("Część", "Lot"),
                format!("{} – {title}", lot.number),
            ));
        }
        rows.push((
            self.say("Aukcja", "Auction"),
            self.record.auction.to_string(),
        ));
        rows.push((
            self.say("Raport sporządzono", "Record made"),
            second(self.record.made_at),
        ));
        Block::Summary(rows)
    }

    fn result(&self) -> Vec<Block> {
        let Some(result) = &self.record.result else {
            let cancelled =
                |happening: &&Happening| matches!(happening.event, Event::Cancelled { .. });
            let Some(happening) = self.record.course.iter().find(cancelled) else {
                return Vec::new();
            };
            let what = self.event(&happening.event);
            return vec![
                Block::Heading(self.say("Wynik", "Result")),
                Block::Paragraph(what),
            ];
        };
        let said = match result.winner {
            Some(winner) => {
                let who = self.who(winner);
                let best = self.say(
                    "Najkorzystniejsza oferta w aukcji: ",
                    "Best offer in the auction: ",
                );
                format!("{best}{who}.")
            }
            None => self.say(
                "Żadna oferta nie jest jedyną najkorzystniejszą.",
                "No single offer is the best.",
            ),
        };
        vec![
            Block::Heading(self.say("Wynik", "Result")),
            Block::Paragraph(said),
            self.standings(&result.standings),
        ]
    }

    fn standings(&self, standings: &[Standing]) -> Block {
        let mut columns = vec![
            Column::amount(self.say("Miejsce", "Position"), 0.8),
            Column::text(self.say("Wykonawca", "Bidder"), 2.4),
            Column::text(self.say("Oferta", "Offer"), 2.4),
        ];
        let criteria = match self.terms.map(|terms| &terms.evaluation) {
            Some(Evaluation::Points { criteria, .. }) => criteria.as_slice(),
            _ => &[],
        };
        for criterion in criteria {
            columns.push(Column::amount(self.lang.of(&criterion.name), 1.0));
        }
        if !criteria.is_empty() {
            columns.push(Column::amount(self.say("Punkty", "Points"), 1.0));
        }
        let compared = standings.iter().any(|standing| standing.compared.is_some());
        if compared {
            columns.push(Column::amount(self.say("Do porównania", "Compared"), 1.2));
        }
        let row = |standing: &Standing| {
            let mut row = vec![
                standing.position.to_string(),
                self.who(standing.alias),
                self.offer(&standing.values),
            ];
            if let Some(points) = &standing.points {
                let by = |id: &ValueId| points.by_criterion.get(id).copied().unwrap_or_default();
                let of = criteria
                    .iter()
                    .map(|criterion| decimal(by(&criterion.id), self.lang));
                row.extend(of);
                row.push(decimal(points.total, self.lang));
            }
            row.extend(standing.compared.map(|value| decimal(value, self.lang)));
            row.resize(columns.len(), String::new());
            row
        };
        let rows = standings.iter().map(row).collect();
        Block::Table(Table { columns, rows })
    }

    /// The alias, with the name where the reader may know it.
    fn who(&self, alias: Alias) -> String {
        let named = self
            .record
            .participants
            .iter()
            .find(|found| found.alias == Some(alias));
        let identity = named.and_then(|found| found.identity.as_ref());
        let alias = self.alias(Some(alias));
        match identity {
            Some(identity) => format!("{alias}: {}, {}", identity.name, identity.seat),
            None => alias,
        }
    }

    fn alias(&self, alias: Option<Alias>) -> String {
        match alias {
            Some(alias) => format!("{}{alias}", self.say("Wykonawca\u{a0}", "Bidder\u{a0}")),
            None => "–".to_owned(),
        }
    }

    fn offer(&self, values: &BTreeMap<ValueId, Decimal>) -> String {
        let known = |id: &ValueId| self.terms?.values.iter().find(|value| value.id == *id);
        let said = values.iter().map(|(id, value)| match known(id) {
            Some(known) => {
                // A written offer has as many digits as were typed.
                let mut shown = *value;
                shown.rescale(known.decimals.max(shown.scale()));
                amount(shown, &known.unit, self.lang)
            }
            None => format!("{id} {}", decimal(*value, self.lang)),
        });
        said.collect::<Vec<_>>().join(" · ")
    }

    fn participants(&self) -> Block {
        let row = |participant: &Participant| {
            let who = match &participant.identity {
                Some(identity) => format!("{}, {}", identity.name, identity.seat),
                None => self.say("dane nieujawnione", "not disclosed"),
            };
            let accepted = participant.accepted_terms_at.map(clock_time);
            let mut note = accepted.unwrap_or_else(|| "–".to_owned());
            if let Some(at) = participant.excluded_at {
                note = format!(
                    "{note}; {} {}",
                    self.say("wykluczony", "excluded"),
                    clock_time(at)
                );
            }
            vec![
                self.alias(participant.alias),
                who,
                self.offer(&participant.offer),
                note,
            ]
        };
        Block::Table(Table {
            columns: vec![
                Column::text(self.say("W aukcji", "In the auction"), 1.2),
                Column::text(self.say("Wykonawca", "Bidder"), 2.6),
                Column::text(self.say("Oferta pisemna", "Written offer"), 1.6),
                Column::text(self.say("Przyjęcie zasad", "Terms accepted"), 1.6),
            ],
            rows: self.record.participants.iter().map(row).collect(),
        })
    }

    fn course(&self) -> Block {
        let row = |happening: &Happening| {
            vec![
                happening.seq.to_string(),
                clock_time(happening.at),
                self.event(&happening.event),
            ]
        };
        Block::Table(Table {
            columns: vec![
                Column::amount(self.say("Nr", "No."), 0.6),
                Column::text(self.say("Czas", "Time"), 1.4),
                Column::text(self.say("Zdarzenie", "Event"), 5.0),
            ],
            rows: self.record.course.iter().map(row).collect(),
        })
    }

    #[allow(clippy::too_many_lines, reason = "a flat table")]
    fn event(&self, event: &Event) -> String {
        let said = |pl: &str, en: &str, rest: String| self.say(pl, en) + &rest;
        match event {
            Event::Scheduled { opens_at } => said(
                "Ustalono otwarcie: ",
                "The opening was set: ",
                second(*opens_at),
            ),
            Event::OpeningMissed => self.say(
                "Otwarcie przypadło na przerwę w działaniu",
                "The opening fell into an outage",
            ),
            Event::OpeningFailed { admitted, .. } => said(
                "Za mało wykonawców, aby otworzyć; dopuszczonych: ",
                "Too few bidders to open; admitted: ",
                admitted.to_string(),
            ),
            Event::Opened { bidders } => said(
                "Otwarcie; uczestników: ",
                "Opened; participants: ",
                bidders.to_string(),
            ),
            Event::PhaseStarted {
                phase, closes_at, ..
            } => {
                let (number, end) = (phase + 1, second(*closes_at));
                self.lang.either(
                    format!("Początek etapu {number}; koniec wyznaczony na {end}"),
                    format!("Phase {number} began; it is to end at {end}"),
                )
            }
            Event::PhaseEnded { phase } => {
                said("Koniec etapu ", "End of phase ", (phase + 1).to_string())
            }
            Event::PhaseScheduled { phase, starts_at } => {
                let (number, start) = (phase + 1, second(*starts_at));
                self.lang.either(
                    format!("Etap {number} zacznie się {start}"),
                    format!("Phase {number} begins at {start}"),
                )
            }
            Event::PhaseSkipped { phase } => said(
                "Bez dogrywki, bo pierwsze miejsce nie jest wspólne; etap ",
                "No tie-break, as the first place is not shared; phase ",
                (phase + 1).to_string(),
            ),
            Event::TurnStarted { .. }
            | Event::TurnEnded { .. }
            | Event::LevelStarted { .. }
            | Event::LevelEnded { .. }
            | Event::LevelTaken { .. }
            | Event::BidsRevealed { .. } => self.step_of_phase(event),
            Event::Extended { closes_at, .. } => {
                said("Przedłużono do ", "Extended to ", second(*closes_at))
            }
            Event::Paused { cause } => match cause {
                PauseCause::Officer(reason) => said("Wstrzymano: ", "Paused: ", reason.clone()),
                PauseCause::Outage => self.say(
                    "Wstrzymano z powodu przerwy w działaniu",
                    "Paused after an outage",
                ),
            },
            Event::ResumeAnnounced { resumes_at, .. } => said(
                "Zapowiedziano wznowienie: ",
                "To be resumed at ",
                second(*resumes_at),
            ),
            Event::Resumed { closes_at } => said(
                "Wznowiono; koniec: ",
                "Resumed; the end is ",
                second(*closes_at),
            ),
            Event::Interrupted { from, to } => said(
                "Przerwa w działaniu systemu: ",
                "Outage of the system: ",
                format!(
                    "{} – {} ({})",
                    clock_time(*from),
                    clock_time(*to),
                    length(to.since(*from))
                ),
            ),
            Event::Closed { .. } => self.say("Zamknięcie aukcji", "The auction closed"),
            Event::Cancelled { reason } => said(
                "Aukcję odwołano: ",
                "The auction was cancelled: ",
                reason.clone(),
            ),
            Event::Sealed { .. } => self.say("Zamknięcie dziennika", "The log was sealed"),
            Event::TookOver => self.say(
                "Dziennik prowadzi dalej inny lub ponownie uruchomiony serwer",
                "Another server, or the same one started again, goes on with the log",
            ),
            Event::ConnectionsDropped { before, now } => self.lang.either(
                format!("Nagłe rozłączenia: z {before} połączonych wykonawców zostało {now}"),
                format!("Connections dropped: of {before} connected bidders {now} remained"),
            ),
            // What is told in other parts of the record: nothing of this stands in its course.
            Event::Published { .. }
            | Event::Admitted
            | Event::TermsAccepted
            | Event::BidAccepted { .. }
            | Event::BidHeld { .. }
            | Event::BidWithdrawn
            | Event::BidSealed { .. }
            | Event::Left
            | Event::SilenceRestarted { .. }
            | Event::Announced { .. }
            | Event::QuestionAsked
            | Event::QuestionAnswered { .. }
            | Event::BidAnnulled { .. }
            | Event::BidderExcluded { .. }
            | Event::RefusedOutside
            | Event::IdentitiesRevealed { .. } => String::new(),
        }
    }

    /// Turns, levels and sealed values.
    fn step_of_phase(&self, event: &Event) -> String {
        let said = |pl: &str, en: &str, rest: String| self.say(pl, en) + &rest;
        match event {
            Event::TurnStarted {
                alias, closes_at, ..
            } => {
                let (who, end) = (self.who(*alias), second(*closes_at));
                self.lang.either(
                    format!("Kolej na: {who}, do {end}"),
                    format!("The turn of {who}, until {end}"),
                )
            }
            Event::TurnEnded {
                alias,
                values: Some(values),
            } => {
                let (who, offer) = (self.who(*alias), self.offer(values));
                self.lang.either(
                    format!("Koniec kolejki: {who}, {offer}"),
                    format!("End of the turn: {who}, {offer}"),
                )
            }
            Event::TurnEnded { alias, .. } => said(
                "Koniec kolejki bez zmiany oferty: ",
                "End of the turn without a change: ",
                self.who(*alias),
            ),
            Event::LevelStarted { level, .. } => {
                said("Poziom: ", "Level: ", decimal(*level, self.lang))
            }
            Event::LevelEnded { remaining } => said(
                "Koniec poziomu; pozostało wykonawców: ",
                "End of the level; bidders left: ",
                remaining.to_string(),
            ),
            Event::LevelTaken { .. } => self.say("Poziom przyjęto", "The level was accepted"),
            Event::BidsRevealed { bids } => {
                let counted = bids.iter().filter(|bid| bid.values.is_some()).count();
                let all = bids.len();
                self.lang.either(
                    format!("Otwarto tajne wartości: {all}, w tym ważne: {counted}"),
                    format!("Sealed values opened: {all}, of which valid: {counted}"),
                )
            }
            _ => String::new(),
        }
    }

    fn acts(&self) -> Block {
        let row = |act: &OfficialAct| {
            let who = act
                .officer_name
                .clone()
                .unwrap_or_else(|| act.officer.to_string());
            let mut what = self.ordered(&act.act);
            if let Some(refused) = &act.refused {
                what = format!(
                    "{what} – {}: {}",
                    self.say("odmowa", "refused"),
                    self.lang.of(refused)
                );
            }
            vec![act.seq.to_string(), clock_time(act.at), who, what]
        };
        Block::Table(Table {
            columns: vec![
                Column::amount(self.say("Nr", "No."), 0.6),
                Column::text(self.say("Czas", "Time"), 1.4),
                Column::text(self.say("Kto", "Who"), 1.8),
                Column::text(self.say("Czynność i powód", "Act and reason"), 3.2),
            ],
            rows: self.record.acts.iter().map(row).collect(),
        })
    }

    fn ordered(&self, act: &Ordered) -> String {
        let said = |pl: &str, en: &str, rest: &str| self.say(pl, en) + rest;
        match act {
            Ordered::Publish => self.say("Ogłoszenie aukcji", "Published the auction"),
            Ordered::Schedule { opens_at } => {
                said("Termin otwarcia: ", "Opening: ", &second(*opens_at))
            }
            Ordered::Admit { bidder } => {
                let mut all = self.record.participants.iter();
                let alias = all
                    .find(|found| found.bidder == *bidder)
                    .and_then(|found| found.alias);
                let short = || bidder.to_string().chars().take(8).collect();
                let who = alias.map_or_else(short, |alias| self.alias(Some(alias)));
                said("Dopuszczenie – ", "Admitted – ", &who)
            }
            Ordered::Announce { text } => said("Komunikat: ", "Announced: ", text),
            Ordered::Answer { question } => said(
                "Odpowiedź na pytanie nr ",
                "Answered question no. ",
                &question.to_string(),
            ),
            Ordered::Pause { reason } => said("Wstrzymanie: ", "Paused: ", reason),
            Ordered::Resume { reason, .. } => said("Wznowienie: ", "Resumed: ", reason),
            Ordered::Annul { alias, n, reason } => {
                let bid = format!("{} ({n}): {reason}", self.alias(Some(*alias)));
                said("Unieważnienie postąpienia – ", "Annulled a bid – ", &bid)
            }
            Ordered::Exclude { alias, reason } => {
                let who = format!("{}: {reason}", self.alias(Some(*alias)));
                said("Wykluczenie – ", "Excluded – ", &who)
            }
            Ordered::Cancel { reason } => said("Odwołanie: ", "Cancelled: ", reason),
        }
    }

    fn questions(&self) -> Vec<Block> {
        let questions = &self.record.questions;
        if questions.is_empty() {
            return Vec::new();
        }
        let row = |question: &Question| {
            let answer = match &question.answered {
                Some(answered) => format!(
                    "{}: {} – {}",
                    clock_time(answered.at),
                    answered.asked,
                    answered.text
                ),
                None => self.say("bez odpowiedzi", "not answered"),
            };
            vec![
                question.question.to_string(),
                clock_time(question.at),
                self.alias(question.alias),
                question.text.clone(),
                answer,
            ]
        };
        let mut blocks = vec![Block::Heading(
            self.say("Pytania techniczne", "Technical questions"),
        )];
        if questions.len() > RECORD_PRINTED_MAX {
            let all = questions.len();
            blocks.push(Block::Paragraph(self.lang.either(
                format!(
                    "Wszystkich pytań: {all}. Poniżej pierwsze {RECORD_PRINTED_MAX}; pozostałe zawiera \
                     raport w postaci JSON."
                ),
                format!(
                    "Questions in all: {all}. The first {RECORD_PRINTED_MAX} stand below; the others in \
                     the record as JSON."
                ),
            )));
        }
        blocks.push(Block::Table(Table {
            columns: vec![
                Column::amount(self.say("Nr", "No."), 0.6),
                Column::text(self.say("Czas", "Time"), 1.4),
                Column::text(self.say("Kto", "Who"), 1.3),
                Column::text(self.say("Pytanie", "Question"), 2.2),
                Column::text(
                    self.say("Odpowiedź dla wszystkich", "Answer to everyone"),
                    2.6,
                ),
            ],
            rows: questions.iter().take(RECORD_PRINTED_MAX).map(row).collect(),
        }));
        blocks
    }

    fn attempts(&self) -> Vec<Block> {
        let attempts = &self.record.attempts;
        let printed = attempts.len().min(RECORD_PRINTED_MAX);
        let all = attempts.len() as u64 + self.record.attempts_left_out;
        let mut blocks = vec![Block::Paragraph(match printed as u64 == all {
            true => self.lang.either(
                format!("Wszystkich prób: {all}."),
                format!("Attempts in all: {all}."),
            ),
            false => self.lang.either(
                format!(
                    "Wszystkich prób: {all}. Poniżej pierwsze {printed}; pozostałe zawiera raport w \
                     postaci JSON i opublikowany dziennik."
                ),
                format!(
                    "Attempts in all: {all}. The first {printed} stand below; the others in the record \
                     as JSON and in the published log."
                ),
            ),
        })];
        if printed > 0 {
            blocks.push(Block::Table(Table {
                columns: vec![
                    Column::amount(self.say("Nr", "No."), 0.7),
                    Column::text(self.say("Otrzymano", "Received"), 1.6),
                    Column::text(self.say("Kto", "Who"), 1.3),
                    Column::amount(self.say("Wartość", "Value"), 1.7),
                    Column::text(self.say("Skutek", "Outcome"), 2.7),
                ],
                rows: attempts
                    .iter()
                    .take(printed)
                    .map(|attempt| self.attempt(attempt))
                    .collect(),
            }));
        }
        blocks
    }

    fn attempt(&self, attempt: &Attempt) -> Vec<String> {
        let (value, outcome) = match &attempt.outcome {
            AttemptOutcome::Accepted { values } => {
                (self.offer(values), self.say("przyjęte", "accepted"))
            }
            AttemptOutcome::Withdrawn { values } => (
                self.offer(values),
                self.say(
                    "cofnięte lub zastąpione w kolejce",
                    "taken back or replaced in its turn",
                ),
            ),
            AttemptOutcome::Annulled { values } => (
                self.offer(values),
                self.say("przyjęte, potem unieważnione", "accepted, later annulled"),
            ),
            AttemptOutcome::Refused { code, reason } => {
                let entered: Vec<_> = attempt.entered.values().map(String::as_str).collect();
                let refused = self.say("odmowa", "refused");
                (
                    entered.join(" · "),
                    format!("{refused} {code}: {}", self.lang.of(reason)),
                )
            }
        };
        vec![
            attempt.seq.to_string(),
            clock_time(attempt.received_at),
            self.alias(attempt.alias),
            value,
            outcome,
        ]
    }

    fn clock(&self) -> Block {
        let clock = &self.record.clock;
        let outages: Vec<_> = clock
            .outages
            .iter()
            .map(|outage| {
                let lasted = length(outage.to.since(outage.from));
                format!("{} – {} ({lasted})", second(outage.from), second(outage.to))
            })
            .collect();
        let mut rows = vec![
            (
                self.say("Czas", "Time"),
                self.say(
                    "Zegar serwera; godziny są czasem warszawskim.",
                    "The server's clock; hours are Warsaw time.",
                ),
            ),
            (
                self.say("Zwłoka rozstrzygania", "Settling"),
                format!("{}\u{a0}ms", clock.settle_ms),
            ),
            (
                self.say("Dotarło za późno", "Arrived too late"),
                clock.arrived_too_late.to_string(),
            ),
            (
                self.say("Przerwy w działaniu", "Outages"),
                if outages.is_empty() {
                    self.say("brak", "none")
                } else {
                    outages.join("; ")
                },
            ),
        ];
        let outside: Vec<_> = self.outside().collect();
        if !outside.is_empty() {
            rows.push((
                self.say("Odrzucone poza dziennikiem", "Refused outside the log"),
                outside.join("; "),
            ));
        }
        if let Some(weak) = &clock.weak_durability {
            rows.push((
                self.say("Osłabiona trwałość", "Weak durability"),
                weak.clone(),
            ));
        }
        Block::Summary(rows)
    }

    /// Whose messages were answered without becoming entries, and how often.
    fn outside(&self) -> impl Iterator<Item = String> {
        let participants = self.record.participants.iter();
        let noted = participants.filter(|found| !found.refused_outside.is_empty());
        noted.map(|participant| {
            let counts = participant.refused_outside.iter().map(|(reason, count)| {
                let reason = match reason {
                    Outside::BadMessage => self.say("nieczytelne", "unreadable"),
                    Outside::TooFast => self.say("zbyt szybkie", "too fast"),
                    Outside::TooManyAttempts => self.say("ponad limit prób", "above the attempts"),
                    Outside::CommandIdReused => {
                        self.say("powtórzone oznaczenie", "an id used twice")
                    }
                    Outside::Unavailable => self.say("serwer zajęty", "server unavailable"),
                };
                format!("{reason} {count}")
            });
            let counts: Vec<_> = counts.collect();
            format!("{}: {}", self.alias(participant.alias), counts.join(", "))
        })
    }

    fn proof(&self) -> Vec<Block> {
        let proof = &self.record.proof;
        let mut rows = vec![
            (
                self.say("Wpisów w dzienniku", "Entries in the log"),
                proof.entries.to_string(),
            ),
            (
                self.say("Odcisk klucza urzędu", "Fingerprint of the key"),
                group(&proof.fingerprint),
            ),
        ];
        if let Some(head) = &proof.head {
            let label = match self.record.is_final {
                true => self.say("Skrót zamykający dziennik", "Sealed head"),
                false => self.say("Dotychczasowy skrót", "Head so far"),
            };
            rows.push((label, grouped(head)));
        }
        if let Some(hash) = &self.record.terms_hash {
            rows.push((self.say("Skrót zasad", "Hash of the terms"), grouped(hash)));
        }
        for writer in &proof.writers {
            let since = format!("{} ({}), {}", writer.node, writer.key, second(writer.at));
            rows.push((
                self.say("Dziennik prowadził", "The log was written by"),
                since,
            ));
        }
        let auction = &self.record.auction;
        vec![
            Block::Summary(rows),
            Block::Paragraph(self.lang.either(
                format!(
                    "Jak sprawdzić: po zamknięciu dziennika pobierz go spod adresu \
                     /api/auctions/{auction}/log i wykonaj polecenie „ebok verify PLIK --key ODCISK”, \
                     z odciskiem z pisma lub zaproszenia, a nie z tego raportu."
                ),
                format!(
                    "How to verify: once the log is sealed, fetch it from /api/auctions/{auction}/log \
                     and run “ebok verify FILE --key FINGERPRINT”, with the fingerprint from the letter \
                     or invitation, not from this record."
                ),
            )),
        ]
    }
}
