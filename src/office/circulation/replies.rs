//! Replies: written by who handles the case, approved by somebody else, sent as a numbered letter.

use super::approval::{four_eyes, none_waits};
use super::{Circulation, Clerk, Told, not_now, written};
use crate::document::words::day;
use crate::document::{Block, Document, Lang};
use crate::error::Problem;
use crate::limits::OFFICE_LINE_CHARS_MAX;
use crate::office::letters::warsaw_year;
use crate::store::cases::{self, Case, CaseState};
use crate::store::letters::{self, Outgoing};
use crate::store::new_id;
use crate::store::positions::Position;
use crate::store::register::{self, OUTGOING};
use crate::store::replies::{self, Reply, ReplyState};
use auction_rules::{Timestamp, Words};
use serde_json::json;

/// A reply as a clerk writes it.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// What it is about, one line.
    pub subject: String,
    /// Its paragraphs, an empty line between two.
    pub body: String,
}

impl Circulation {
    /// Keeps the draft of a reply; a reply that was returned becomes a draft again.
    ///
    /// # Errors
    /// Not who handles the case, a case without a party, a subject or body that is missing or too long,
    /// a reply that waits for approval, a closed case, or the store is away.
    pub async fn write_reply(
        &self,
        clerk: &Clerk,
        case: &str,
        draft: &Draft,
    ) -> Result<Reply, Problem> {
        let found = self.case_for(clerk, case).await?;
        let author = clerk.handling(&found).ok_or(Problem::NotAllowed)?;
        if found.account.is_empty() {
            return Err(not_now(
                "Ta sprawa nie ma strony, której można odpowiedzieć.",
                "This case has no party to reply to.",
            ));
        }
        let subject = one_line(&draft.subject)?;
        let body = written("body", &draft.body)?;
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let case = self.going_on(&mut tx, &found.id).await?;
        let before = replies::held(&mut tx, &case.id).await?;
        if before.as_ref().map(|one| one.state) == Some(ReplyState::Waiting) {
            return Err(waits());
        }
        let (id, remark) = before.map_or_else(
            || (new_id(), String::new()),
            |before| (before.id, before.remark),
        );
        let reply = Reply {
            id,
            case: case.id,
            author: author.id.clone(),
            subject,
            body,
            state: ReplyState::Draft,
            remark,
            sent: None,
            changed_at: at,
        };
        replies::write(&mut tx, &reply).await?;
        replies::add_writer(&mut tx, &reply.id, &clerk.account).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Deletes the draft of a reply.
    ///
    /// # Errors
    /// Not who handles the case, no draft, or the store is away.
    pub async fn discard_reply(&self, clerk: &Clerk, case: &str) -> Result<(), Problem> {
        let found = self.case_for(clerk, case).await?;
        clerk.handling(&found).ok_or(Problem::NotAllowed)?;
        let mut tx = self.store.write_tx().await?;
        let case = self.going_on(&mut tx, &found.id).await?;
        if !replies::discard(&mut tx, &case.id).await? {
            return Err(no_draft());
        }
        Ok(tx.commit().await?)
    }

    /// Asks for the approval of a reply.
    ///
    /// # Errors
    /// Not who handles the case, no draft, a closed case, or the store is away.
    pub async fn submit_reply(&self, clerk: &Clerk, case: &str) -> Result<Reply, Problem> {
        let found = self.case_for(clerk, case).await?;
        clerk.handling(&found).ok_or(Problem::NotAllowed)?;
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let case = self.going_on(&mut tx, &found.id).await?;
        let held = replies::held(&mut tx, &case.id).await?;
        let mut reply = held
            .filter(|one| one.state != ReplyState::Waiting)
            .ok_or_else(no_draft)?;
        reply.state = ReplyState::Waiting;
        reply.changed_at = at;
        replies::write(&mut tx, &reply).await?;
        replies::add_writer(&mut tx, &reply.id, &clerk.account).await?;
        let told = Told {
            who: &clerk.account,
            what: "reply.submitted",
            is_public: false,
            details: json!({}),
        };
        self.tell(&mut tx, at, &case, told).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Returns a reply to its author with a remark.
    ///
    /// # Errors
    /// Not who approves it ([`Self::judging`]), no remark, no reply that waits, or the store is away.
    pub async fn return_reply(
        &self,
        clerk: &Clerk,
        case: &str,
        remark: &str,
    ) -> Result<Reply, Problem> {
        let found = self.case_for(clerk, case).await?;
        self.judging(clerk, &found).await?;
        let remark = written("remark", remark)?;
        let at = (self.now)();
        let mut tx = self.store.write_tx().await?;
        let case = self.going_on(&mut tx, &found.id).await?;
        let mut reply = waiting(&mut tx, clerk, &case).await?;
        reply.state = ReplyState::Returned;
        reply.remark = remark;
        reply.changed_at = at;
        replies::write(&mut tx, &reply).await?;
        let told = Told {
            who: &clerk.account,
            what: "reply.returned",
            is_public: false,
            details: json!({ "remark": reply.remark }),
        };
        self.tell(&mut tx, at, &case, told).await?;
        tx.commit().await?;
        Ok(reply)
    }

    /// Approves a reply and sends it: it gets its number, stands in the case as a PDF, and the party
    /// is told. `read` is the hash of the text that was read ([`Reply::text_sha256`]).
    ///
    /// # Errors
    /// Not who approves it ([`Self::judging`]), no reply that waits, another text than the one that was
    /// read, or the store or the disk is away.
    pub async fn approve_reply(
        &self,
        clerk: &Clerk,
        case: &str,
        read: &str,
    ) -> Result<Reply, Problem> {
        let found = self.case_for(clerk, case).await?;
        let approver = self.judging(clerk, &found).await?;
        loop {
            let sent = self.try_to_send(clerk, &approver, &found.id, read);
            // None when the year ended while it waited for its number.
            if let Some(sent) = sent.await? {
                return Ok(sent);
            }
        }
    }

    /// One transaction; none where the number is of a year that is over. The clock is read while the
    /// number is held, so that later numbers have later moments.
    async fn try_to_send(
        &self,
        clerk: &Clerk,
        approver: &Position,
        case: &str,
        read: &str,
    ) -> Result<Option<Reply>, Problem> {
        let year = warsaw_year((self.now)());
        let mut tx = self.store.write_tx().await?;
        let mut case = self.going_on(&mut tx, case).await?;
        let mut reply = waiting(&mut tx, clerk, &case).await?;
        if reply.text_sha256().to_string() != read {
            return Err(not_as_read());
        }
        let number = register::next(&mut tx, OUTGOING, year).await?;
        let at = (self.now)();
        if warsaw_year(at) != year {
            return Ok(None);
        }
        let pdf = self
            .on_paper(at, &case, &reply, &number.to_string(), approver)
            .await?;
        let name = format!("{}.pdf", number.slug());
        let document = self.documents.put_own(&mut tx, &name, &pdf).await?;
        let outgoing = Outgoing {
            id: new_id(),
            number: number.clone(),
            account: case.account.clone(),
            unit: case.unit.clone(),
            title: Words::new(reply.subject.clone(), ""),
            document: document.id.clone(),
            sent_at: at,
        };
        letters::insert_outgoing(&mut tx, &outgoing).await?;
        reply.state = ReplyState::Sent;
        reply.sent = Some((number.to_string(), document.id.clone()));
        reply.changed_at = at;
        replies::write(&mut tx, &reply).await?;
        case.state = CaseState::Answered;
        case.answered_at.get_or_insert(at);
        cases::update(&mut tx, &case).await?;
        let told = Told {
            who: &clerk.account,
            what: "reply.sent",
            is_public: true,
            details: json!({ "number": number, "document": document.id, "subject": reply.subject }),
        };
        self.tell(&mut tx, at, &case, told).await?;
        self.notify(&mut tx, at, &case, &format!("reply:{}", reply.id))
            .await?;
        tx.commit().await?;
        Ok(Some(reply))
    }

    /// The reply as PDF. Writing takes the processor for a while, so that it is not done where
    /// requests are answered.
    async fn on_paper(
        &self,
        at: Timestamp,
        case: &Case,
        reply: &Reply,
        number: &str,
        approver: &Position,
    ) -> Result<Vec<u8>, Problem> {
        let unit = self.catalogue.department(&case.unit);
        let unit = unit.map_or(case.unit.clone(), |unit| unit.name.pl.clone());
        let mut blocks = vec![Block::Summary(vec![
            ("Znak sprawy".to_owned(), case.sign.clone()),
            ("Numer pisma".to_owned(), number.to_owned()),
            ("Data pisma".to_owned(), day(at, Lang::Pl)),
            ("Wydział".to_owned(), unit),
        ])];
        let paragraphs = reply.body.split("\n\n").map(str::trim);
        blocks.extend(
            paragraphs
                .filter(|one| !one.is_empty())
                .map(|one| Block::Paragraph(one.replace('\n', " "))),
        );
        blocks.push(Block::Paragraph(approver.title.clone()));
        let document = Document {
            title: reply.subject.clone(),
            lang: Lang::Pl,
            office: self.config.office.clone(),
            made_at: at,
            footer: format!("{} · {number}", case.sign),
            blocks,
        };
        let writing = tokio::task::spawn_blocking(move || document.pdf());
        let pdf = writing.await.map_err(|error| error.to_string());
        pdf.and_then(|pdf| pdf.map_err(|error| error.to_string()))
            .map_err(|error| {
                tracing::error!(%error, "a reply cannot be written");
                Problem::Unavailable
            })
    }
}

/// The reply that waits in a case, for a clerk who had no hand in it: that may have changed since it was
/// looked at.
async fn waiting(
    tx: &mut crate::store::WriteTx,
    clerk: &Clerk,
    case: &Case,
) -> Result<Reply, Problem> {
    let held = replies::held(tx, &case.id).await?;
    let waiting = held.filter(|one| one.state == ReplyState::Waiting);
    let waiting = waiting.ok_or_else(none_waits)?;
    match replies::is_writer(tx, &waiting.id, &clerk.account).await? {
        true => Err(four_eyes()),
        false => Ok(waiting),
    }
}

fn one_line(subject: &str) -> Result<String, Problem> {
    let subject = subject.trim();
    let chars = subject.chars().count();
    if (1..=OFFICE_LINE_CHARS_MAX).contains(&chars) && !subject.chars().any(char::is_control) {
        return Ok(subject.to_owned());
    }
    Err(Problem::field(
        "subject",
        format!("Podaj temat w jednej linii, najwyżej {OFFICE_LINE_CHARS_MAX} znaków."),
        format!("Give the subject in one line of at most {OFFICE_LINE_CHARS_MAX} characters."),
    ))
}

fn waits() -> Problem {
    not_now(
        "Odpowiedź czeka na akceptację: do tego czasu nikt jej nie zmienia.",
        "The reply waits for approval: nobody changes it before.",
    )
}

fn not_as_read() -> Problem {
    not_now(
        "Odpowiedź zmieniła się, odkąd ją czytasz. Przeczytaj ją jeszcze raz.",
        "The reply has changed since you read it. Read it again.",
    )
}

fn no_draft() -> Problem {
    not_now(
        "Nie ma projektu odpowiedzi.",
        "There is no draft of a reply.",
    )
}
