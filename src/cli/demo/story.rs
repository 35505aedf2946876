//! What happened in the demo's office until today: letters and cases in every state, each step by the
//! function that a request would call, on the day on which it was done.

use super::citizens::{self, ADAM, FIRM, Known, NINA, ZOFIA, admitted};
use super::logins::Login;
use super::people::{People, ROADS};
use crate::calendar::day_of;
use crate::document::{Block, Document, Lang};
use crate::identity::Assurance;
use crate::office::circulation::Circulation;
use crate::office::circulation::direction::Direction;
use crate::office::circulation::opening::NewCase;
use crate::office::circulation::replies::Draft;
use crate::office::drafts::Drafts;
use crate::office::forms::{Answers, GivenFile};
use crate::office::letters::{Confirmation, Sender, Submission};
use crate::office::procedures::Catalogue;
use crate::office::sending::{Confirming, confirming, writing};
use crate::store::cases::Case;
use crate::store::letters::Letter;
use crate::store::{new_id, replies};
use anyhow::{Context, bail};
use jiff::ToSpan;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

const TREE: &str = "usuniecie-drzewa-zgloszenie";
const TREES: &str = "6131";
const HOUSE: &str = "numer-porzadkowy-nieruchomosci";
const GENERAL: &str = "pismo-ogolne";

/// What happens, chapter by chapter, from the oldest day to this one.
pub(super) struct Story<'a> {
    people: &'a People,
    zofia: Known,
    firm: Known,
    nina: Known,
}

/// The chapters.
impl<'a> Story<'a> {
    /// The citizens come to the office.
    pub(super) async fn begin(people: &'a People, logins: &mut Vec<Login>) -> anyhow::Result<Self> {
        people.past().years_ago(3);
        let hint = "its code is over: nothing that needs it can be sent";
        admitted(people, &ADAM, hint, logins).await?;
        people.past().working_days_ago(50, 9);
        let hint = "cases and letters in every state, replies, receipts, who looked";
        Ok(Self {
            people,
            zofia: admitted(people, &ZOFIA, hint, logins).await?,
            firm: admitted(people, &FIRM, "a firm: a reply waits for approval", logins).await?,
            nina: admitted(
                people,
                &NINA,
                "two forms begun, a letter that waits",
                logins,
            )
            .await?,
        })
    }

    /// One case from the first letter to its end, one that was forgotten, one whose deadline was moved.
    pub(super) async fn long_ago(&self) -> anyhow::Result<()> {
        let (past, zofia) = (self.people.past(), &self.zofia);
        past.working_days_ago(45, 10);
        let closed = self.send(zofia, TREE, tree("Topola czarna")).await?;
        past.working_days_ago(44, 9);
        let closed = self.open(&closed, "sekretariat", TREES, "referent").await?;
        past.working_days_ago(38, 11);
        self.write(&closed, "Można usunąć topolę czarną").await?;
        past.working_days_ago(37, 12);
        self.approve(&closed).await?;
        past.working_days_ago(36, 9);
        let forgotten = self.send(zofia, TREE, tree("Klon zwyczajny")).await?;
        past.working_days_ago(35, 9);
        self.open(&forgotten, "sekretariat", TREES, "referent")
            .await?;
        past.working_days_ago(30, 10);
        let referent = self.people.clerk("referent").await?;
        let outcome = "Nie wniesiono sprzeciwu. Drzewo można usunąć.";
        let desk = self.circulation();
        desk.close_case(&referent, &closed.id, outcome).await?;
        past.working_days_ago(20, 10);
        let house = self.send(zofia, HOUSE, self.house()).await?;
        past.working_days_ago(19, 9);
        let house = self.open(&house, "geodeta", "6624", "geodeta").await?;
        past.working_days_ago(12, 14);
        let geodeta = self.people.clerk("geodeta").await?;
        let day = geodeta.today.saturating_add(60.days());
        let reason = "Czekamy na pomiar budynku w terenie.";
        let moved = desk.move_deadline(&geodeta, &house.id, Some(day), reason);
        moved.await?;
        Ok(())
    }

    /// A case with opinions, to which a second letter came; one that was answered.
    pub(super) async fn this_month(&self) -> anyhow::Result<()> {
        let (past, zofia, firm) = (self.people.past(), &self.zofia, &self.firm);
        past.working_days_ago(11, 9);
        let asked = self.send(firm, TREE, tree("Dąb szypułkowy")).await?;
        past.working_days_ago(11, 12);
        let asked = self
            .open(&asked, "sekretariat", TREES, "sekretariat")
            .await?;
        past.working_days_ago(10, 9);
        let direction = Direction {
            handler: self.people.position_of("referent")?,
            opinions: vec![
                self.people.position_of("geodeta")?,
                self.people.position_of("drogi")?,
            ],
            note: "Czy drzewo rośnie w granicach działki i czy przeszkadza drodze?".to_owned(),
        };
        let (desk, head) = (self.circulation(), self.people.clerk("kierownik").await?);
        desk.direct(&head, &asked.id, &direction).await?;
        past.working_days_ago(9, 10);
        let geodeta = self.people.clerk("geodeta").await?;
        let opinions = desk.opinions(&head, &asked.id).await?;
        let own = self.people.position_of("geodeta")?;
        let own = opinions.iter().find(|opinion| opinion.asked_of == own);
        let own = own.context("no opinion was asked for")?;
        let answer = "Drzewo rośnie w całości w granicach działki 88/2.";
        desk.give_opinion(&geodeta, &own.id, answer).await?;
        past.working_days_ago(9, 13);
        let more = general("environment", "Zdjęcia dębu", "Dosyłam zdjęcia drzewa.");
        let more = self.send(firm, GENERAL, more).await?;
        past.working_days_ago(8, 9);
        let secretary = self.people.clerk("sekretariat").await?;
        desk.read_letter(&secretary, &more.id).await?;
        desk.join_case(&secretary, &more.id, &asked.sign).await?;
        past.working_days_ago(8, 10);
        let answered = self.send(zofia, TREE, tree("Brzoza brodawkowata")).await?;
        past.working_days_ago(7, 9);
        let answered = self
            .open(&answered, "sekretariat", TREES, "referent")
            .await?;
        past.working_days_ago(6, 10);
        self.write(&answered, "Brzoza brodawkowata: oględziny w piątek")
            .await?;
        past.working_days_ago(6, 14);
        self.approve(&answered).await
    }

    /// Replies at each stage, and a letter that was another department's business.
    pub(super) async fn this_week(&self, logins: &mut Vec<Login>) -> anyhow::Result<()> {
        let (past, desk) = (self.people.past(), self.circulation());
        let (zofia, firm) = (&self.zofia, &self.firm);
        let mut cases = Vec::new();
        past.working_days_ago(5, 9);
        for (sender, species) in [
            (zofia, "Jesion wyniosły"),
            (firm, "Świerk pospolity"),
            (zofia, "Lipa drobnolistna"),
        ] {
            let letter = self.send(sender, TREE, tree(species)).await?;
            cases.push(self.open(&letter, "sekretariat", TREES, "referent").await?);
        }
        let [draft, waiting, returned] = cases.as_slice() else {
            bail!("three cases");
        };
        past.working_days_ago(4, 11);
        self.write(returned, "Lipa drobnolistna").await?;
        past.working_days_ago(3, 10);
        let head = self.people.clerk("kierownik").await?;
        desk.read_case(&head, &returned.id).await?;
        let remark = "Dopisz, do kiedy można usunąć drzewo.";
        desk.return_reply(&head, &returned.id, remark).await?;
        past.working_days_ago(3, 11);
        let elsewhere = general(
            "other",
            "Dziura w jezdni",
            "Na ul. Leśnej jest duża dziura.",
        );
        let elsewhere = self.send(zofia, GENERAL, elsewhere).await?;
        past.working_days_ago(2, 9);
        let chancellery = self.people.clerk("kancelaria").await?;
        desk.read_letter(&chancellery, &elsewhere.id).await?;
        desk.hand_over(&chancellery, &elsewhere.id, ROADS).await?;
        past.working_days_ago(2, 12);
        self.write(waiting, "Świerk pospolity: oględziny").await?;
        past.working_days_ago(1, 10);
        let referent = self.people.clerk("referent").await?;
        desk.read_case(&referent, &draft.id).await?;
        let words = reply("Jesion wyniosły");
        desk.write_reply(&referent, &draft.id, &words).await?;
        past.working_days_ago(1, 12);
        citizens::pending(self.people, logins).await
    }

    /// Letters that wait, and forms that were begun.
    pub(super) async fn today(&self) -> anyhow::Result<()> {
        self.people.past().ends();
        let (zofia, nina) = (&self.zofia, &self.nina);
        self.send(nina, TREE, tree("Wierzba płacząca")).await?;
        self.send(zofia, TREE, tree("Robinia akacjowa")).await?;
        let question = general("other", "Godziny otwarcia", "Czy urząd pracuje w sobotę?");
        self.send(zofia, GENERAL, question).await?;
        let state = &self.people.past().state;
        let drafts = Drafts {
            store: state.store.clone(),
            vault: Arc::clone(state.identity.vault()),
            now: Arc::clone(&state.now),
            citizen: nina.citizen.id.clone(),
        };
        for (procedure, answers) in [
            (TREE, json!({ "tree_precinct": "12 Śródmieście" })),
            (
                GENERAL,
                json!({ "topic": "housing", "subject": "Remont klatki" }),
            ),
        ] {
            let procedure = Catalogue::embedded().offered(procedure, true)?;
            let draft = drafts.begin(procedure).await?;
            let typed: Answers = serde_json::from_value(answers)?;
            drafts
                .save(&draft.id, |answers| answers.extend(typed))
                .await?;
        }
        self.people.leave().await
    }
}

/// What a person does.
impl Story<'_> {
    fn circulation(&self) -> Circulation {
        self.people.past().state.circulation()
    }

    /// Fills in a form and sends it, with the identity code where the matter asks for it.
    async fn send(&self, known: &Known, procedure: &str, answers: Value) -> anyhow::Result<Letter> {
        let state = &self.people.past().state;
        let citizen = &known.citizen;
        let procedure = Catalogue::embedded().offered(procedure, true)?;
        let mut answers: Answers = serde_json::from_value(answers)?;
        for place in ["tree_map", "map"] {
            if answers.contains_key(place) {
                let map = self.map(&citizen.id).await?;
                answers.insert(place.to_owned(), json!([map]));
            }
        }
        let now = (state.now)();
        let checked = procedure.form.check(&answers, day_of(now));
        let checked = checked.map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
        let documents = state.letters.documents();
        let writing = writing(documents, &citizen.id, procedure, checked).await?;
        let confirmation = match confirming(procedure, Assurance::Desk)? {
            Confirming::LogIn => Confirmation::LogIn { at: now },
            Confirming::IdentityCode => {
                let (digest, here) = (writing.digest(), IpAddr::V4(Ipv4Addr::LOCALHOST));
                let code = &known.code;
                let evidence = state.identity.confirm(&citizen.id, code, &digest, here);
                let evidence = evidence.await?;
                Confirmation::IdentityCode {
                    evidence: evidence.id,
                    at: evidence.at,
                }
            }
        };
        let submission = Submission {
            key: new_id(),
            sender: Sender {
                account: citizen.id.clone(),
                name: citizen.name.clone(),
                email: citizen.email.clone(),
                lang: Lang::Pl,
            },
            writing,
            confirmation,
        };
        Ok(state.letters.submit(&submission).await?)
    }

    /// A sketch, sent as a document.
    async fn map(&self, account: &str) -> anyhow::Result<GivenFile> {
        let state = &self.people.past().state;
        let sketch = Document {
            title: "Szkic działki 88/2".to_owned(),
            lang: Lang::Pl,
            office: state.config.office.clone(),
            made_at: (state.now)(),
            footer: "Dokument pokazowy".to_owned(),
            blocks: vec![Block::Paragraph(
                "Drzewo rośnie przy północnej granicy.".to_owned(),
            )],
        };
        let pdf = tokio::task::spawn_blocking(move || sketch.pdf()).await??;
        let document = state
            .letters
            .documents()
            .put(account, "szkic.pdf", &pdf)
            .await?;
        Ok(GivenFile::from(&document))
    }

    /// Answers of a house number, whose owner the form asks for.
    fn house(&self) -> Value {
        json!({
            "applicant": {
                "given_names": "Zofia", "family_name": "Wzorcowa", "pesel": ZOFIA.number,
            },
            "address": address(), "title_to_land": "owner", "street": "Polna",
            "precinct": "0145 Fordon", "plot": "123/4", "land_register": "LU1B/00012345/8",
            "buildings": [{ "use": "house", "state": "building" }], "map": [],
        })
    }

    /// Who takes the letters reads one and opens a case.
    async fn open(
        &self,
        letter: &Letter,
        login: &str,
        jrwa: &str,
        handler: &str,
    ) -> anyhow::Result<Case> {
        let (desk, clerk) = (self.circulation(), self.people.clerk(login).await?);
        desk.read_letter(&clerk, &letter.id).await?;
        let new = NewCase {
            jrwa: jrwa.to_owned(),
            handler: self.people.position_of(handler)?,
        };
        Ok(desk.open_case(&clerk, &letter.id, &new).await?)
    }

    /// The inspector reads a case, writes a reply and asks for its approval.
    async fn write(&self, case: &Case, subject: &str) -> anyhow::Result<()> {
        let (desk, clerk) = (self.circulation(), self.people.clerk("referent").await?);
        desk.read_case(&clerk, &case.id).await?;
        desk.write_reply(&clerk, &case.id, &reply(subject)).await?;
        desk.submit_reply(&clerk, &case.id).await?;
        Ok(())
    }

    /// The head of the department approves the reply that waits.
    async fn approve(&self, case: &Case) -> anyhow::Result<()> {
        let (desk, head) = (self.circulation(), self.people.clerk("kierownik").await?);
        desk.read_case(&head, &case.id).await?;
        let read = replies::under_way(&desk.store, &case.id).await?;
        let read = read.context("no reply waits")?.text_sha256().to_string();
        desk.approve_reply(&head, &case.id, &read).await?;
        Ok(())
    }
}

fn reply(subject: &str) -> Draft {
    Draft {
        subject: subject.to_owned(),
        body: "Po rozpatrzeniu zgłoszenia informuję, że urząd nie wnosi sprzeciwu.\n\n\
               Drzewo można usunąć po upływie 14 dni od oględzin."
            .to_owned(),
    }
}

fn address() -> Value {
    json!({ "street": "Polna", "house": "3", "postcode": "85-790", "place": "Bydgoszcz" })
}

/// Answers of a notice that a tree is to be felled.
fn tree(species: &str) -> Value {
    json!({
        "trees": [{
            "species": species, "girth_5": 96, "tree_reason": "Korzenie niszczą fundament.",
        }],
        "tree_map": [], "tree_precinct": "21 Leśne", "tree_plot": "88/2",
        "sole_owner": true, "not_business": true,
        "notifier": { "given_names": "Zofia", "family_name": "Wzorcowa" }, "address": address(),
    })
}

/// Answers of a letter about anything.
fn general(topic: &str, subject: &str, body: &str) -> Value {
    json!({
        "topic": topic, "in_case": false, "subject": subject, "body": body,
        "sender_kind": "self",
        "sender": { "given_names": "Zofia", "family_name": "Wzorcowa" }, "address": address(),
    })
}
