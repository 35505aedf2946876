//! Electronic circulation: letters become cases, are directed, get opinions and replies; everybody
//! sees what is theirs and nothing else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::Server;
use crate::support::wait::pass;
use auction_rules::{Timestamp, Words};
use ebok::calendar::start_of;
use ebok::config::Config;
use ebok::document::Lang;
use ebok::error::Problem;
use ebok::identity::Who;
use ebok::office::circulation::direction::Direction;
use ebok::office::circulation::opening::NewCase;
use ebok::office::circulation::replies::Draft;
use ebok::office::circulation::substitutes::NewSubstitution;
use ebok::office::circulation::{Circulation, Clerk};
use ebok::office::documents::Reader;
use ebok::office::documents::scanning::Scanner;
use ebok::office::letters::{Confirmation, Matter, Sender, Submission, Writing};
use ebok::store::accounts::{self, Account, StaffRole};
use ebok::store::cases::{Case, CaseState};
use ebok::store::letters::Letter;
use ebok::store::new_id;
use ebok::store::notices::{self, NoticeState, Realm};
use ebok::store::positions::{self, Position};
use ebok::store::replies::{self, Reply};
use jiff::ToSpan;
use jiff::civil::date;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// A unit of the catalogue, and another one.
const UNIT: &str = "WGiGN";
const OTHER: &str = "WOS";
const ANNA: &str = "anna";

/// An office with two units: who takes letters, who handles, who approves, and a colleague elsewhere.
struct Hall {
    server: Server,
    circulation: Circulation,
    takes: Clerk,
    handles: Clerk,
    approves: Clerk,
    colleague: Clerk,
}

impl Hall {
    async fn new() -> Self {
        let server = Server::with(Config {
            scanner: Scanner::Off,
            ..Config::default()
        })
        .await;
        let circulation = server.state.circulation();
        let takes = clerk(&circulation, UNIT, "Sekretariat", true, false).await;
        let handles = clerk(&circulation, UNIT, "Inspektor", false, false).await;
        let approves = clerk(&circulation, UNIT, "Kierownik", false, true).await;
        let colleague = clerk(&circulation, OTHER, "Inspektor", true, false).await;
        Self {
            server,
            circulation,
            takes,
            handles,
            approves,
            colleague,
        }
    }

    async fn letter(&self, account: &str) -> Letter {
        let submission = Submission {
            key: new_id(),
            sender: Sender {
                account: account.to_owned(),
                name: "Anna Żółć".to_owned(),
                email: String::new(),
                lang: Lang::Pl,
            },
            writing: Writing {
                matter: Matter {
                    procedure: "numer-porzadkowy-nieruchomosci".to_owned(),
                    version: 1,
                    title: Words::new("Numer porządkowy nieruchomości", "House number"),
                    unit: UNIT.to_owned(),
                },
                answers: json!({ "street": "Polna" }),
                enclosures: Vec::new(),
            },
            confirmation: Confirmation::LogIn { at: Timestamp(1) },
        };
        self.server.state.letters.submit(&submission).await.unwrap()
    }

    async fn open(&self, letter: &Letter) -> Result<Case, Problem> {
        let new = NewCase {
            jrwa: "6624".to_owned(),
            handler: own(&self.handles).id.clone(),
        };
        self.circulation
            .open_case(&self.takes, &letter.id, &new)
            .await
    }

    async fn case(&self) -> Case {
        let letter = self.letter(ANNA).await;
        self.open(&letter).await.unwrap()
    }

    /// The same clerk as of now.
    async fn again(&self, clerk: &Clerk) -> Clerk {
        self.circulation.clerk(&who(&clerk.account)).await.unwrap()
    }

    /// Approves the reply that waits, as it was read.
    async fn approve(&self, case: &Case) -> Result<Reply, Problem> {
        let held = replies::under_way(&self.circulation.store, &case.id).await;
        let read = held.unwrap().map(|held| held.text_sha256().to_string());
        self.circulation
            .approve_reply(&self.approves, &case.id, &read.unwrap_or_default())
            .await
    }

    async fn reply(&self, case: &Case) {
        let draft = Draft {
            subject: "Numer porządkowy 12A".to_owned(),
            body: "Ustalono numer 12A.\n\nŻegnamy.".to_owned(),
        };
        let circulation = &self.circulation;
        circulation
            .write_reply(&self.handles, &case.id, &draft)
            .await
            .unwrap();
        circulation
            .submit_reply(&self.handles, &case.id)
            .await
            .unwrap();
    }
}

async fn clerk(
    circulation: &Circulation,
    unit: &str,
    title: &str,
    takes_letters: bool,
    approves: bool,
) -> Clerk {
    let account = Account {
        id: new_id(),
        login: new_id(),
        name: format!("{title} {unit}"),
        role: StaffRole::Clerk,
        password: "hash".to_owned(),
        must_change: false,
        blocked_at: None,
        created_at: Timestamp(1),
    };
    let position = Position {
        id: new_id(),
        unit: unit.to_owned(),
        title: title.to_owned(),
        account: Some(account.id.clone()),
        takes_letters,
        approves,
    };
    let mut tx = circulation.store.write_tx().await.unwrap();
    accounts::insert(&mut tx, &account).await.unwrap();
    positions::insert(&mut tx, Timestamp(1), &position)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    circulation.clerk(&who(&account.id)).await.unwrap()
}

fn who(account: &str) -> Who {
    Who::Staff {
        account: account.to_owned(),
        role: StaffRole::Clerk,
    }
}

fn own(clerk: &Clerk) -> &Position {
    &clerk.positions[0]
}

#[tokio::test]
async fn a_letter_becomes_a_case_with_sign_and_deadline() {
    let hall = Hall::new().await;
    let letter = hall.letter(ANNA).await;
    let queue = hall.circulation.queue(&hall.takes).await.unwrap();
    assert_eq!(queue.letters, std::slice::from_ref(&letter));
    let case = hall.open(&letter).await.unwrap();
    let year = hall.takes.today.year();
    assert_eq!(case.sign, format!("{UNIT}.6624.1.{year}"));
    assert!(case.deadline.unwrap() >= hall.takes.today.saturating_add(1.months()));
    assert_eq!(case.state, CaseState::Open);
    assert!(
        hall.circulation
            .queue(&hall.takes)
            .await
            .unwrap()
            .letters
            .is_empty()
    );
    let queue = hall.circulation.queue(&hall.handles).await.unwrap();
    assert_eq!(queue.to_handle, [case]);
    let again = hall.open(&letter).await;
    assert!(matches!(again, Err(Problem::NotNow(_))), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_opened_at_once_are_numbered_without_gap_or_twin() {
    let hall = Arc::new(Hall::new().await);
    let mut letters = Vec::new();
    for _ in 0..40 {
        letters.push(hall.letter(ANNA).await);
    }
    // Each letter twice: one of the two opens the case, and the other one's number is given again.
    let opening: Vec<_> = letters
        .iter()
        .chain(&letters)
        .map(|letter| {
            let (hall, letter) = (Arc::clone(&hall), letter.clone());
            tokio::spawn(async move { hall.open(&letter).await })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for case in opening {
        if let Ok(case) = case.await.unwrap() {
            let number: i64 = case.sign.split('.').nth(2).unwrap().parse().unwrap();
            assert!(numbers.insert(number), "{} twice", case.sign);
        }
    }
    assert_eq!(numbers, (1..=40).collect());
}

#[tokio::test]
async fn a_case_is_nobody_elses_until_they_are_asked() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    let unknown = circulation.case_for(&hall.colleague, &case.id).await;
    assert!(matches!(unknown, Err(Problem::NotFound)));
    let direction = Direction {
        handler: case.position.clone(),
        opinions: vec![own(&hall.colleague).id.clone()],
        note: "Czy są drzewa pod ochroną?".to_owned(),
    };
    circulation
        .direct(&hall.handles, &case.id, &direction)
        .await
        .unwrap();
    let queue = circulation.queue(&hall.colleague).await.unwrap();
    let (opinion, found) = &queue.to_answer[0];
    assert_eq!(found.id, case.id);
    let refused = circulation
        .give_opinion(&hall.takes, &opinion.id, "Nie.")
        .await;
    assert!(matches!(refused, Err(Problem::NotFound)), "another's");
    circulation
        .give_opinion(&hall.colleague, &opinion.id, "Nie.")
        .await
        .unwrap();
    let twice = circulation
        .give_opinion(&hall.colleague, &opinion.id, "Tak.")
        .await;
    assert!(matches!(twice, Err(Problem::NotNow(_))));
    let opinions = circulation.opinions(&hall.handles, &case.id).await.unwrap();
    assert_eq!(opinions[0].answer, "Nie.");
    // Who was asked may read, and may not direct.
    circulation
        .case_for(&hall.colleague, &case.id)
        .await
        .unwrap();
    let refused = circulation
        .direct(&hall.colleague, &case.id, &direction)
        .await;
    assert!(matches!(refused, Err(Problem::NotAllowed)));
}

#[tokio::test]
async fn a_question_is_written_before_somebody_is_asked() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let direction = Direction {
        handler: case.position.clone(),
        opinions: vec![own(&hall.colleague).id.clone()],
        note: "  ".to_owned(),
    };
    let refused = hall
        .circulation
        .direct(&hall.handles, &case.id, &direction)
        .await;
    let Err(Problem::Faults(faults)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(faults[0].path, "note");
    assert!(
        hall.circulation
            .opinions(&hall.handles, &case.id)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_reply_is_approved_before_it_is_sent() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    hall.reply(&case).await;
    let own_approval = circulation.approve_reply(&hall.handles, &case.id, "").await;
    assert!(matches!(own_approval, Err(Problem::NotAllowed)));
    let empty = circulation.return_reply(&hall.approves, &case.id, "").await;
    assert!(matches!(empty, Err(Problem::Faults(_))));
    circulation
        .return_reply(&hall.approves, &case.id, "Podaj ulicę.")
        .await
        .unwrap();
    let queue = circulation.queue(&hall.handles).await.unwrap();
    assert_eq!(queue.returned.len(), 1);
    let unsent = circulation
        .close_case(&hall.handles, &case.id, "Załatwiono.")
        .await;
    assert!(
        matches!(unsent, Err(Problem::NotNow(_))),
        "a reply is under way"
    );
    hall.reply(&case).await;
    assert_eq!(
        circulation
            .queue(&hall.approves)
            .await
            .unwrap()
            .to_approve
            .len(),
        1
    );
    let sent = hall.approve(&case).await.unwrap();
    let (number, document) = sent.sent.unwrap();
    let year = hall.takes.today.year();
    assert_eq!(number, format!("RPWY/000001/{year}"));
    let document = circulation.documents.find(&document).await.unwrap();
    let mut pdf = Vec::new();
    let mut bytes = circulation
        .documents
        .open(&document, Reader::Clerk)
        .await
        .unwrap();
    bytes.read_to_end(&mut pdf).await.unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let twice = hall.approve(&case).await;
    assert!(matches!(twice, Err(Problem::NotNow(_))));
    circulation
        .close_case(&hall.handles, &case.id, "Ustalono numer.")
        .await
        .unwrap();
    let again = Direction {
        handler: case.position.clone(),
        ..Direction::default()
    };
    let closed = circulation.direct(&hall.handles, &case.id, &again);
    assert!(matches!(closed.await, Err(Problem::NotNow(_))));
}

/// What was returned, mended and submitted again since somebody opened the form is not sent unread.
#[tokio::test]
async fn only_the_text_that_was_read_is_sent() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    hall.reply(&case).await;
    let held = replies::under_way(&circulation.store, &case.id).await;
    let read = held.unwrap().unwrap().text_sha256().to_string();
    circulation
        .return_reply(&hall.approves, &case.id, "Podaj ulicę.")
        .await
        .unwrap();
    let mended = Draft {
        subject: "Numer porządkowy 12A".to_owned(),
        body: "Ustalono numer 12A przy ulicy Polnej.".to_owned(),
    };
    circulation
        .write_reply(&hall.handles, &case.id, &mended)
        .await
        .unwrap();
    circulation
        .submit_reply(&hall.handles, &case.id)
        .await
        .unwrap();
    for unread in [read.as_str(), ""] {
        let sent = circulation
            .approve_reply(&hall.approves, &case.id, unread)
            .await;
        assert!(matches!(sent, Err(Problem::NotNow(_))), "{unread:?}");
    }
    let sent = hall.approve(&case).await.unwrap();
    assert_eq!(sent.body, mended.body);
    let year = hall.takes.today.year();
    let number = sent.sent.unwrap().0;
    assert_eq!(number, format!("RPWY/000001/{year}"), "no number was lost");
}

/// Replies and cases that wait for their number over midnight get one of the year in which they
/// stand.
#[tokio::test]
async fn numbers_are_of_the_year_in_which_they_are_given() {
    let hall = Hall::new().await;
    let (case, letter) = (hall.case().await, hall.letter(ANNA).await);
    hall.reply(&case).await;
    let server = &hall.server;
    let year = i64::from(hall.takes.today.year());
    let midnight = start_of(date(hall.takes.today.year() + 1, 1, 1));
    server.later(midnight.0 - 60_000 - server.now());
    // The row of the numbers is held over midnight; both wait for it.
    let store = &hall.circulation.store;
    let held = store.write_tx().await.unwrap();
    let (opened, sent, ()) = tokio::join!(hall.open(&letter), hall.approve(&case), async {
        pass(Duration::from_millis(200)).await;
        server.later(120_000);
        drop(held);
    });
    let sign = opened.unwrap().sign;
    assert!(sign.ends_with(&format!(".1.{}", year + 1)), "{sign}");
    let number = sent.unwrap().sent.unwrap().0;
    assert_eq!(number, format!("RPWY/000001/{}", year + 1));
}

#[tokio::test]
async fn the_party_sees_what_is_public_and_who_looked() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    hall.reply(&case).await;
    hall.approve(&case).await.unwrap();
    circulation
        .read_case(&hall.handles, &case.id)
        .await
        .unwrap();
    circulation
        .read_case(&hall.handles, &case.id)
        .await
        .unwrap();
    let followed = circulation.own_case(ANNA, &case.id).await.unwrap();
    let told: Vec<_> = followed
        .events
        .iter()
        .map(|event| event.what.as_str())
        .collect();
    assert_eq!(told, ["case.opened", "letter.joined", "reply.sent"]);
    assert_eq!(followed.replies.len(), 1);
    let looks = circulation.looked_at(ANNA, None).await.unwrap();
    assert_eq!(looks.len(), 1, "within an hour it is one look");
    assert_eq!(
        (looks[0].what.as_str(), looks[0].thing.as_str()),
        ("case", case.sign.as_str())
    );
    let stranger = circulation.own_case("jan", &case.id).await;
    assert!(matches!(stranger, Err(Problem::NotFound)));
}

#[tokio::test]
async fn a_letter_joins_only_a_case_of_the_same_person() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let (own, other) = (hall.letter(ANNA).await, hall.letter("jan").await);
    let circulation = &hall.circulation;
    let wrong = circulation
        .join_case(&hall.takes, &other.id, &case.sign)
        .await;
    assert!(matches!(wrong, Err(Problem::Faults(_))));
    circulation
        .join_case(&hall.takes, &own.id, &case.sign)
        .await
        .unwrap();
    let followed = circulation.own_case(ANNA, &case.id).await.unwrap();
    assert_eq!(followed.letters.len(), 2);
}

#[tokio::test]
async fn a_letter_is_handed_to_the_unit_whose_business_it_is() {
    let hall = Hall::new().await;
    let letter = hall.letter(ANNA).await;
    let circulation = &hall.circulation;
    let nowhere = circulation
        .hand_over(&hall.takes, &letter.id, "NIE-MA")
        .await;
    assert!(matches!(nowhere, Err(Problem::Faults(_))));
    circulation
        .hand_over(&hall.takes, &letter.id, OTHER)
        .await
        .unwrap();
    let gone = circulation.letter_for(&hall.takes, &letter.id).await;
    assert!(matches!(gone, Err(Problem::NotFound)));
    let queue = circulation.queue(&hall.colleague).await.unwrap();
    assert_eq!(queue.letters.len(), 1);
}

#[tokio::test]
async fn who_stands_in_has_the_queue_of_who_is_away() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    let new = NewSubstitution {
        position: own(&hall.handles).id.clone(),
        substitute: own(&hall.takes).id.clone(),
        first_day: Some(hall.takes.today),
        last_day: Some(hall.takes.today),
    };
    let other = circulation.substitute(&hall.colleague, &new).await;
    assert!(matches!(other, Err(Problem::NotAllowed)));
    let set = circulation.substitute(&hall.approves, &new).await.unwrap();
    let stands_in = hall.again(&hall.takes).await;
    assert_eq!(
        circulation.queue(&stands_in).await.unwrap().to_handle[0].id,
        case.id
    );
    circulation
        .end_substitution(&hall.approves, &set.id)
        .await
        .unwrap();
    let back = hall.again(&hall.takes).await;
    assert!(circulation.queue(&back).await.unwrap().to_handle.is_empty());
}

#[tokio::test]
async fn a_deadline_moves_only_forward_and_with_a_reason() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    let move_to = async |day, reason: &str| {
        circulation
            .move_deadline(&hall.handles, &case.id, day, reason)
            .await
    };
    let later = case.deadline.map(|day| day.saturating_add(14.days()));
    assert!(matches!(
        move_to(case.deadline, "Opinia.").await,
        Err(Problem::Faults(_))
    ));
    assert!(matches!(move_to(later, " ").await, Err(Problem::Faults(_))));
    let moved = move_to(later, "Czekamy na opinię.").await.unwrap();
    assert_eq!(moved.deadline, later);
}

#[tokio::test]
async fn every_act_stands_in_the_audit_chain() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    hall.reply(&case).await;
    hall.approve(&case).await.unwrap();
    let store = &hall.circulation.store;
    let acts = ebok::store::audit::page(store, 0).await.unwrap();
    let acts: Vec<_> = acts.iter().map(|act| act.what.as_str()).collect();
    for act in [
        "case.opened",
        "letter.joined",
        "reply.submitted",
        "reply.sent",
    ] {
        assert!(acts.contains(&act), "{act} of {acts:?}");
    }
    let told = notices::page(store, Realm::Office, NoticeState::Waiting, None)
        .await
        .unwrap();
    assert!(told.is_empty(), "nobody without an address is written to");
}
