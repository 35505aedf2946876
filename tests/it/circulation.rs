//! Electronic circulation: letters become cases, are directed, get opinions and replies; everybody
//! sees what is theirs and nothing else.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::server::Server;
use crate::support::wait::pass;
use auction_rules::{Timestamp, Words};
use ebok::calendar::{after_working_days, start_of};
use ebok::config::Config;
use ebok::document::Lang;
use ebok::error::Problem;
use ebok::identity::Who;
use ebok::limits::OPINIONS_PER_DIRECTION;
use ebok::office::circulation::alarms::Alarms;
use ebok::office::circulation::direction::Direction;
use ebok::office::circulation::duty::CHANCELLERY;
use ebok::office::circulation::opening::NewCase;
use ebok::office::circulation::replies::Draft;
use ebok::office::circulation::substitutes::NewSubstitution;
use ebok::office::circulation::{Circulation, Clerk};
use ebok::office::documents::Reader;
use ebok::office::documents::scanning::Scanner;
use ebok::office::letters::{Confirmation, Matter, Sender, Submission, Writing};
use ebok::office::report;
use ebok::store::PAGE_MAX;
use ebok::store::accounts::{self, Account, StaffRole};
use ebok::store::cases::{self, Case, CaseState};
use ebok::store::letters::Letter;
use ebok::store::new_id;
use ebok::store::notices::{self, NoticeState, Realm};
use ebok::store::positions::{self, Position};
use ebok::store::register::{self, OUTGOING};
use ebok::store::replies::{self, Reply};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use reqwest::{Method, StatusCode};
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

    /// Moves the clock ahead to this moment.
    fn move_to(&self, at: Timestamp) {
        self.server.later(at.0 - self.server.now());
    }

    /// The same clerk as of now.
    async fn again(&self, clerk: &Clerk) -> Clerk {
        self.circulation.clerk(&who(&clerk.account)).await.unwrap()
    }

    /// Approves the reply that waits, as it was read.
    async fn approve(&self, case: &Case) -> Result<Reply, Problem> {
        self.approve_by(&self.approves, case).await
    }

    async fn approve_by(&self, clerk: &Clerk, case: &Case) -> Result<Reply, Problem> {
        let held = replies::under_way(&self.circulation.store, &case.id).await;
        let read = held.unwrap().map(|held| held.text_sha256().to_string());
        self.circulation
            .approve_reply(clerk, &case.id, &read.unwrap_or_default())
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
    // The rows of the numbers are held over midnight; both wait for them.
    let mut held = hall.circulation.store.write_tx().await.unwrap();
    let old_year = hall.takes.today.year();
    cases::next_number(&mut held, UNIT, "6624", old_year)
        .await
        .unwrap();
    register::next(&mut held, OUTGOING, year).await.unwrap();
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

/// Gives a position to an account, or makes it vacant.
async fn give(circulation: &Circulation, position: &Position, account: Option<&str>) {
    let mut tx = circulation.store.write_tx().await.unwrap();
    let held = Position {
        account: account.map(str::to_owned),
        ..position.clone()
    };
    positions::update(&mut tx, &held).await.unwrap();
    tx.commit().await.unwrap();
}

/// Somebody stands in today.
async fn stands_in(circulation: &Circulation, head: &Clerk, position: &Position, by: &Clerk) {
    let new = NewSubstitution {
        position: position.id.clone(),
        substitute: own(by).id.clone(),
        first_day: Some(head.today),
        last_day: Some(head.today),
    };
    circulation.substitute(head, &new).await.unwrap();
}

#[tokio::test]
async fn letters_that_nobody_takes_wait_in_the_chancellery() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    let chancellery = clerk(circulation, CHANCELLERY, "Kancelista", true, false).await;
    let letter = hall.letter(ANNA).await;
    let queue = circulation.queue(&chancellery).await.unwrap();
    assert!(queue.letters.is_empty() && queue.stray.is_empty());
    let hidden = circulation.letter_for(&chancellery, &letter.id).await;
    assert!(matches!(hidden, Err(Problem::NotFound)));
    assert_eq!(circulation.alarms().await.unwrap(), Alarms::default());

    give(circulation, own(&hall.takes), None).await;
    let queue = circulation.queue(&chancellery).await.unwrap();
    assert_eq!(queue.stray, std::slice::from_ref(&letter));
    let alarms = circulation.alarms().await.unwrap();
    assert_eq!((alarms.stray, alarms.unseen), (1, 0));
    // Nobody of another unit sees it.
    let other = circulation.queue(&hall.colleague).await.unwrap();
    assert!(other.stray.is_empty());
    // Somebody stands in: it is the unit's again.
    stands_in(circulation, &hall.approves, own(&hall.takes), &hall.handles).await;
    let queue = circulation.queue(&chancellery).await.unwrap();
    assert!(queue.stray.is_empty());
    let there = hall.again(&hall.handles).await;
    assert_eq!(circulation.queue(&there).await.unwrap().letters.len(), 1);
}

#[tokio::test]
async fn the_chancellery_hands_over_or_opens_what_nobody_takes() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    let chancellery = clerk(circulation, CHANCELLERY, "Kancelista", true, false).await;
    give(circulation, own(&hall.takes), None).await;
    let (handed, opened) = (hall.letter(ANNA).await, hall.letter(ANNA).await);
    circulation
        .hand_over(&chancellery, &handed.id, OTHER)
        .await
        .unwrap();
    let queue = circulation.queue(&hall.colleague).await.unwrap();
    assert_eq!(queue.letters.len(), 1);
    let new = NewCase {
        jrwa: "6624".to_owned(),
        handler: own(&chancellery).id.clone(),
    };
    let case = circulation
        .open_case(&chancellery, &opened.id, &new)
        .await
        .unwrap();
    assert_eq!(case.unit, CHANCELLERY);
    assert!(case.sign.starts_with("KA.6624.1."), "{}", case.sign);
    let (read, _) = circulation
        .read_letter(&chancellery, &opened.id)
        .await
        .unwrap();
    assert_eq!(read.unit, CHANCELLERY);
    assert!(
        circulation
            .queue(&chancellery)
            .await
            .unwrap()
            .stray
            .is_empty()
    );
}

#[tokio::test]
async fn a_blocked_clerk_takes_no_letters_and_what_nobody_sees_is_alarmed_on() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    hall.letter(ANNA).await;
    let blocked = accounts::by_id(&circulation.store, &hall.takes.account)
        .await
        .unwrap()
        .unwrap();
    let mut tx = circulation.store.write_tx().await.unwrap();
    accounts::set_blocked(&mut tx, &blocked.login, Some(Timestamp(1)))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let alarms = circulation.alarms().await.unwrap();
    assert_eq!((alarms.stray, alarms.unseen), (1, 1));
}

#[tokio::test]
async fn who_wrote_a_reply_does_not_approve_it() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    hall.reply(&case).await;
    // The writer stands in for who approves.
    stands_in(
        circulation,
        &hall.approves,
        own(&hall.approves),
        &hall.handles,
    )
    .await;
    let writer = hall.again(&hall.handles).await;
    assert!(
        circulation
            .queue(&writer)
            .await
            .unwrap()
            .to_approve
            .is_empty()
    );
    let refused = hall.approve_by(&writer, &case).await;
    assert!(matches!(refused, Err(Problem::NotNow(_))), "{refused:?}");
    let refused = circulation.return_reply(&writer, &case.id, "Nie.").await;
    assert!(matches!(refused, Err(Problem::NotNow(_))), "{refused:?}");
    // Who got the case in between, and changed the text, is a writer too; who wrote before still is.
    circulation
        .return_reply(&hall.approves, &case.id, "Podaj ulicę.")
        .await
        .unwrap();
    let direction = Direction {
        handler: own(&hall.approves).id.clone(),
        ..Direction::default()
    };
    circulation
        .direct(&hall.approves, &case.id, &direction)
        .await
        .unwrap();
    let draft = Draft {
        subject: "Numer".to_owned(),
        body: "Ulica Polna.".to_owned(),
    };
    circulation
        .write_reply(&hall.approves, &case.id, &draft)
        .await
        .unwrap();
    let reply = circulation
        .submit_reply(&hall.approves, &case.id)
        .await
        .unwrap();
    for wrote in [&hall.approves, &writer] {
        let refused = hall.approve_by(wrote, &case).await;
        assert!(matches!(refused, Err(Problem::NotNow(_))), "{refused:?}");
    }
    let able = circulation.approvers(&case, &reply, writer.today).await;
    assert!(able.unwrap().is_empty(), "the chancellery has nobody yet");
}

#[tokio::test]
async fn the_chancellery_approves_where_a_unit_has_nobody_else() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    let chancellery = clerk(circulation, CHANCELLERY, "Sekretarz miasta", true, true).await;
    hall.reply(&case).await;
    let queue = circulation.queue(&chancellery).await.unwrap();
    assert!(queue.to_approve.is_empty(), "the unit has its own head");
    let unknown = circulation.case_for(&chancellery, &case.id).await;
    assert!(matches!(unknown, Err(Problem::NotFound)));

    give(
        circulation,
        own(&hall.approves),
        Some(&hall.handles.account),
    )
    .await;
    let queue = circulation.queue(&chancellery).await.unwrap();
    assert_eq!(queue.to_approve.len(), 1);
    circulation.read_case(&chancellery, &case.id).await.unwrap();
    let sent = hall.approve_by(&chancellery, &case).await.unwrap();
    assert!(sent.sent.is_some());
    // It was theirs while the reply waited, and is no more.
    let unknown = circulation.case_for(&chancellery, &case.id).await;
    assert!(matches!(unknown, Err(Problem::NotFound)));
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

#[tokio::test]
async fn the_head_sees_what_is_late_whoever_handles_it() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    let (late, calm) = (hall.case().await, hall.case().await);
    let waiting = hall.letter(ANNA).await;
    let deadline = circulation.deadline_of(&waiting).unwrap();
    let head = circulation.queue(&hall.approves).await.unwrap();
    assert!(head.urgent.is_empty() && head.urgent_letters.is_empty());
    let later = Some(deadline.saturating_add(30.days()));
    circulation
        .move_deadline(&hall.handles, &calm.id, later, "Czekamy na opinię.")
        .await
        .unwrap();
    give(circulation, own(&hall.handles), None).await;

    // On the third working day before it.
    let mut before = deadline;
    while after_working_days(before, 3) > deadline {
        before = before.yesterday().unwrap();
    }
    hall.move_to(start_of(before.yesterday().unwrap()));
    let head = circulation
        .queue(&hall.again(&hall.approves).await)
        .await
        .unwrap();
    assert!(head.urgent.is_empty(), "the fourth");
    hall.move_to(start_of(before));
    let head = circulation
        .queue(&hall.again(&hall.approves).await)
        .await
        .unwrap();
    let (case, position) = &head.urgent[0];
    assert_eq!((head.urgent.len(), &case.id), (1, &late.id));
    assert_eq!(position.account, None, "nobody holds it");
    assert_eq!(head.urgent_letters, std::slice::from_ref(&waiting));
    // The head reads the letter and does nothing with it.
    let there = hall.again(&hall.approves).await;
    circulation.read_letter(&there, &waiting.id).await.unwrap();
    let handed = circulation.hand_over(&there, &waiting.id, OTHER).await;
    assert!(matches!(handed, Err(Problem::NotFound)));
    let other = circulation.queue(&hall.colleague).await.unwrap();
    assert!(other.urgent.is_empty() && other.urgent_letters.is_empty());

    hall.move_to(start_of(deadline));
    let alarms = circulation.alarms().await.unwrap();
    assert_eq!(
        (alarms.late_cases, alarms.late_letters),
        (0, 0),
        "the last day"
    );
    hall.move_to(start_of(deadline.tomorrow().unwrap()));
    let alarms = circulation.alarms().await.unwrap();
    assert_eq!((alarms.late_cases, alarms.late_letters), (1, 1));
}

#[tokio::test]
async fn a_case_goes_back_to_who_takes_letters() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    let refused = circulation
        .give_back(&hall.takes, &case.id, "Nie moje.")
        .await;
    assert!(matches!(refused, Err(Problem::NotAllowed)));
    let refused = circulation.give_back(&hall.handles, &case.id, " ").await;
    assert!(matches!(refused, Err(Problem::Faults(_))));
    let back = circulation
        .give_back(&hall.handles, &case.id, "Nie moje.")
        .await
        .unwrap();
    assert_eq!(back.position, own(&hall.takes).id);
    let queue = circulation.queue(&hall.takes).await.unwrap();
    assert_eq!(queue.to_handle, [back]);
    let queue = circulation.queue(&hall.handles).await.unwrap();
    assert!(queue.to_handle.is_empty());
    // Whoever takes letters has nobody to give it back to.
    let refused = circulation
        .give_back(&hall.takes, &case.id, "Nie moje.")
        .await;
    assert!(matches!(refused, Err(Problem::NotNow(_))));
    let read = circulation.read_case(&hall.takes, &case.id).await.unwrap();
    let told = read.events.last().unwrap();
    assert_eq!(
        (told.what.as_str(), told.is_public),
        ("case.given-back", false)
    );
    assert_eq!(told.details["reason"], "Nie moje.");
}

#[tokio::test]
async fn several_are_asked_at_once_and_each_answers_for_itself() {
    let hall = Hall::new().await;
    let case = hall.case().await;
    let circulation = &hall.circulation;
    let third = clerk(circulation, "WDT", "Drogowiec", false, false).await;
    let asked = [&hall.colleague, &third, &hall.takes];
    let mut direction = Direction {
        handler: case.position.clone(),
        opinions: asked.iter().map(|clerk| own(clerk).id.clone()).collect(),
        note: "Czy coś stoi na przeszkodzie?".to_owned(),
    };
    circulation
        .direct(&hall.handles, &case.id, &direction)
        .await
        .unwrap();
    for (place, clerk) in asked.iter().enumerate() {
        let queue = circulation.queue(clerk).await.unwrap();
        assert_eq!(queue.to_answer.len(), 1);
        let opinion = &queue.to_answer[0].0;
        circulation
            .give_opinion(clerk, &opinion.id, &format!("Opinia {place}."))
            .await
            .unwrap();
        assert!(circulation.queue(clerk).await.unwrap().to_answer.is_empty());
        let given = circulation.opinions(&hall.handles, &case.id).await.unwrap();
        let answered = given.iter().filter(|one| one.answered_at.is_some());
        assert_eq!((given.len(), answered.count()), (3, place + 1));
    }
    let given = circulation.opinions(&hall.handles, &case.id).await.unwrap();
    for (place, clerk) in asked.iter().enumerate() {
        let of = given.iter().find(|one| one.asked_of == own(clerk).id);
        assert_eq!(of.unwrap().answer, format!("Opinia {place}."));
    }
    direction.opinions = vec![own(&third).id.clone(); OPINIONS_PER_DIRECTION + 1];
    let refused = circulation
        .direct(&hall.handles, &case.id, &direction)
        .await;
    assert!(matches!(refused, Err(Problem::Faults(_))));
    assert_eq!(
        circulation
            .opinions(&hall.handles, &case.id)
            .await
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn cases_are_found_by_sign_title_party_and_letter() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    let letter = hall.letter(ANNA).await;
    let case = hall.open(&letter).await.unwrap();
    let joined = hall.letter(ANNA).await;
    circulation
        .join_case(&hall.takes, &joined.id, &case.sign)
        .await
        .unwrap();
    let found = async |clerk: &Clerk, words: &str| {
        let found = circulation.search(clerk, words, None).await.unwrap();
        found.into_iter().map(|case| case.id).collect::<Vec<_>>()
    };
    let numbers = [letter.number.to_string(), joined.number.to_string()];
    let words = [
        case.sign.as_str(),
        "wgign.6624",
        "porządkowy",
        "PORZADKOWY numer",
        "Żółć",
        "zolc ANNA",
        "żółć nieruchomości",
        &numbers[0],
        &numbers[1],
        "",
    ];
    for sought in words {
        assert_eq!(
            found(&hall.handles, sought).await,
            std::slice::from_ref(&case.id),
            "{sought}"
        );
    }
    for sought in ["Kowalska", "zolc kowalska", "%", "_", "6624_1"] {
        let expected = usize::from(!sought.to_lowercase().contains("kowalska"));
        assert_eq!(
            found(&hall.handles, sought).await.len(),
            expected,
            "{sought}"
        );
    }
    // Nobody else's, until they are asked.
    assert!(found(&hall.colleague, "Żółć").await.is_empty());
    let direction = Direction {
        handler: case.position.clone(),
        opinions: vec![own(&hall.colleague).id.clone()],
        note: "Czy są drzewa?".to_owned(),
    };
    circulation
        .direct(&hall.handles, &case.id, &direction)
        .await
        .unwrap();
    assert_eq!(
        found(&hall.colleague, "Żółć").await,
        std::slice::from_ref(&case.id)
    );
    // Who stands in finds what who is away finds.
    let stranger = clerk(circulation, "WDT", "Drogowiec", false, false).await;
    assert!(found(&stranger, "Żółć").await.is_empty());
    stands_in(circulation, &hall.approves, own(&hall.takes), &stranger).await;
    assert_eq!(
        found(&stranger, "Żółć").await,
        std::slice::from_ref(&case.id)
    );
}

#[tokio::test]
async fn what_is_found_comes_in_pages_and_old_cases_are_indexed() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    let case = hall.case().await;
    let page = usize::try_from(PAGE_MAX).unwrap();
    let mut tx = circulation.store.write_tx().await.unwrap();
    for number in 0..page {
        let other = Case {
            id: new_id(),
            sign: format!("{UNIT}.0000.{}.2026", number + 1),
            ..case.clone()
        };
        cases::insert(&mut tx, &other).await.unwrap();
    }
    tx.commit().await.unwrap();
    let search = async |after: Option<&str>| {
        circulation
            .search(&hall.handles, "numer", after)
            .await
            .unwrap()
    };
    assert_eq!(
        search(None).await.len(),
        1,
        "without an index they are not found"
    );
    assert_eq!(circulation.index_cases().await.unwrap(), page);
    assert_eq!(circulation.index_cases().await.unwrap(), 0);
    let first = search(None).await;
    assert_eq!(first.len(), page);
    let second = search(Some(&first.last().unwrap().id)).await;
    assert_eq!(second, [case]);
}

#[tokio::test]
async fn the_report_counts_what_was_done_and_what_was_not() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    let (answered, late, closed) = (hall.case().await, hall.case().await, hall.case().await);
    let waiting = hall.letter(ANNA).await;
    let first = hall.takes.today.first_of_month();
    let deadline = late.deadline.unwrap();
    hall.move_to(start_of(hall.takes.today.saturating_add(3.days())));
    hall.reply(&answered).await;
    hall.approve(&answered).await.unwrap();
    circulation
        .close_case(&hall.handles, &closed.id, "Wycofano.")
        .await
        .unwrap();
    let month = async |of: Date| {
        let now = (circulation.now)();
        let months = report::months(
            &circulation.store,
            circulation.catalogue,
            now,
            &BTreeSet::from([UNIT]),
        )
        .await;
        let mut months = months.unwrap().into_iter();
        let found = months.find(|month| month.first == of.first_of_month());
        found.unwrap().units.remove(UNIT).unwrap_or_default()
    };
    let row = month(first).await;
    assert_eq!((row.letters, row.online, row.visits_saved), (4, 4, 4));
    assert_eq!((row.answered, row.median_days), (1, Some(2)));
    assert_eq!(row.overdue, 0);
    // The day after the last one: a case without an answer, and a letter that nobody took up.
    let after = deadline.tomorrow().unwrap();
    hall.move_to(start_of(after));
    assert_eq!(month(deadline).await.overdue, 2);
    assert_eq!(circulation.deadline_of(&waiting), Some(deadline));
    // An answer that comes late takes nothing back.
    hall.reply(&late).await;
    hall.approve(&late).await.unwrap();
    assert_eq!(month(deadline).await.overdue, 2);

    let issued = hall.server.staff("sprawozdawca", StaffRole::Clerk).await;
    let token = hall.server.enter(&issued).await;
    let account = accounts::by_login(&circulation.store, "sprawozdawca").await;
    let account = account.unwrap().unwrap().id;
    give(circulation, own(&hall.colleague), Some(&account)).await;
    let csv = async || {
        let asked = hall.server.request(Method::GET, "/office/report.csv");
        let answer = asked.bearer_auth(&token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.unwrap()
    };
    let header = "month,unit,letters,online,visits_saved,answered,median_days,overdue";
    assert!(!csv().await.contains(UNIT), "not a unit of this clerk");
    give(circulation, own(&hall.takes), Some(&account)).await;
    let csv = csv().await;
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(lines[0], header);
    let of_month = |day: Date| format!("{:04}-{:02},{UNIT},", day.year(), day.month());
    let line = format!("{}4,4,4,1,2,0", of_month(first));
    assert!(lines.contains(&line.as_str()), "{csv}");
    let line = format!("{}0,0,0,1,", of_month(deadline));
    let of_deadline = lines.iter().find(|one| one.starts_with(&line)).unwrap();
    assert!(of_deadline.ends_with(",2"), "{csv}");
}

#[tokio::test]
async fn what_a_clerk_does_with_a_case_or_letter_is_a_look_too() {
    let hall = Hall::new().await;
    let circulation = &hall.circulation;
    let (case, letter) = (hall.case().await, hall.letter(ANNA).await);
    let issued = hall.server.staff("referent", StaffRole::Clerk).await;
    let token = hall.server.enter(&issued).await;
    let account = accounts::by_login(&circulation.store, "referent").await;
    let account = account.unwrap().unwrap().id;
    for position in [own(&hall.handles), own(&hall.takes)] {
        give(circulation, position, Some(&account)).await;
    }
    let pages = [
        format!("/office/letters/{}/hand-over", letter.id),
        format!("/office/letters/{}/open", letter.id),
        format!("/office/cases/{}/deadline", case.id),
        format!("/office/cases/{}/direct", case.id),
        format!("/office/cases/{}/close", case.id),
        format!("/office/cases/{}/reply", case.id),
    ];
    for page in pages {
        let asked = hall.server.request(Method::GET, &page).bearer_auth(&token);
        assert_eq!(
            asked.send().await.unwrap().status(),
            StatusCode::OK,
            "{page}"
        );
    }
    let looks = circulation.looked_at(ANNA, None).await.unwrap();
    let looks: Vec<_> = looks
        .iter()
        .map(|one| (one.name.as_str(), one.what.as_str(), one.thing.clone()))
        .collect();
    let number = letter.number.to_string();
    assert_eq!(
        looks,
        [
            ("referent", "case", case.sign),
            ("referent", "letter", number)
        ]
    );
}
