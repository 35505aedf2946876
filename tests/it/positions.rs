//! Positions as whoever runs the server sets them up, and that no work is left with nobody.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::program::ebok;
use crate::support::server::Server;
use auction_rules::{Timestamp, Words};
use ebok::config::Config;
use ebok::document::Lang;
use ebok::error::Problem;
use ebok::identity::Who;
use ebok::office::circulation::direction::Direction;
use ebok::office::circulation::opening::NewCase;
use ebok::office::circulation::replies::Draft;
use ebok::office::documents::scanning::Scanner;
use ebok::office::letters::{Confirmation, Matter, Sender, Submission, Writing};
use ebok::office::positions::{self, Change, Holder, NewPosition, PositionError};
use ebok::store::accounts::{StaffRole, by_login};
use ebok::store::cases::{self, Case};
use ebok::store::positions::{self as stored, Position, Work};
use ebok::store::{audit, new_id};
use serde_json::json;

const UNIT: &str = "WOS";

/// An office whose clerks are made as they are needed.
struct Office {
    server: Server,
}

impl Office {
    async fn new() -> Self {
        let server = Server::with(Config {
            scanner: Scanner::Off,
            ..Config::default()
        });
        Self {
            server: server.await,
        }
    }

    async fn add(&self, title: &str, (takes_letters, approves): (bool, bool)) -> Position {
        let login = title.to_lowercase();
        self.server.staff(&login, StaffRole::Clerk).await;
        let new = NewPosition {
            unit: UNIT.to_owned(),
            title: title.to_owned(),
            login: Some(login),
            takes_letters,
            approves,
        };
        let (store, now) = (&self.server.state.store, &self.server.state.now);
        positions::add(store, now, new).await.unwrap()
    }

    async fn change(&self, id: &str, change: Change) -> Result<Position, PositionError> {
        let (store, now) = (&self.server.state.store, &self.server.state.now);
        positions::change(store, now, id, &change).await
    }

    async fn end(&self, id: &str, successor: Option<&str>) -> Result<(), PositionError> {
        let (store, now) = (&self.server.state.store, &self.server.state.now);
        positions::end(store, now, id, successor).await
    }

    async fn clerk(&self, title: &str) -> ebok::office::circulation::Clerk {
        let account = by_login(&self.server.state.store, &title.to_lowercase()).await;
        let who = Who::from(&account.unwrap().unwrap());
        self.server.state.circulation().clerk(&who).await.unwrap()
    }

    async fn letter(&self) -> String {
        let submission = Submission {
            key: new_id(),
            sender: Sender {
                account: "citizen".to_owned(),
                name: "Anna Żak".to_owned(),
                email: String::new(),
                lang: Lang::Pl,
            },
            writing: Writing {
                matter: Matter {
                    procedure: "usuniecie-drzewa-zgloszenie".to_owned(),
                    version: 1,
                    title: Words::new("Usunięcie drzewa", "Felling a tree"),
                    unit: UNIT.to_owned(),
                },
                answers: json!({}),
                enclosures: Vec::new(),
            },
            confirmation: Confirmation::LogIn { at: Timestamp(1) },
        };
        let letter = self.server.state.letters.submit(&submission).await;
        letter.unwrap().id
    }

    /// A case that a position handles.
    async fn case(&self, handler: &Position) -> Case {
        let letter = self.letter().await;
        let new = NewCase {
            jrwa: "6131".to_owned(),
            handler: handler.id.clone(),
        };
        let clerk = self.clerk("Kancelaria").await;
        let circulation = self.server.state.circulation();
        circulation.open_case(&clerk, &letter, &new).await.unwrap()
    }

    async fn log(&self) -> Vec<String> {
        let log = audit::page(&self.server.state.store, 0).await.unwrap();
        let what = log.into_iter().map(|entry| entry.what);
        what.filter(|what| what.starts_with("position.")).collect()
    }
}

#[tokio::test]
async fn what_is_changed_is_changed_and_the_rest_stays() {
    let office = Office::new().await;
    let position = office.add("Inspektor", (true, false)).await;
    let change = Change {
        title: Some(" Inspektor ds. zieleni ".to_owned()),
        approves: Some(true),
        ..Change::default()
    };
    let changed = office.change(&position.id, change).await.unwrap();
    let expected = Position {
        title: "Inspektor ds. zieleni".to_owned(),
        approves: true,
        ..position.clone()
    };
    assert_eq!(changed, expected);
    let vacant = Change {
        holder: Some(Holder::Nobody),
        ..Change::default()
    };
    let changed = office.change(&position.id, vacant).await.unwrap();
    assert_eq!(changed.account, None);
    // An officer may hold one; nobody else but clerks.
    for (login, role, may) in [
        ("officer", StaffRole::Officer, true),
        ("auditor", StaffRole::Auditor, false),
    ] {
        office.server.staff(login, role).await;
        let given = Change {
            holder: Some(Holder::Login(login.to_owned())),
            ..Change::default()
        };
        assert_eq!(office.change(&position.id, given).await.is_ok(), may);
    }
    for title in ["", "  ", "a\nb", &"x".repeat(1_000)] {
        let titled = Change {
            title: Some(title.to_owned()),
            ..Change::default()
        };
        let refused = office.change(&position.id, titled).await;
        assert!(matches!(refused, Err(PositionError::Title)), "{title:?}");
    }
    let nobodys = office.change("none", Change::default()).await;
    assert!(matches!(nobodys, Err(PositionError::NoPosition(_))));
    let changes = ["position.added"].into_iter();
    let changes = changes.chain(std::iter::repeat_n("position.changed", 3));
    assert_eq!(office.log().await, changes.collect::<Vec<_>>());
}

#[tokio::test]
async fn a_position_with_work_ends_only_with_a_successor() {
    let office = Office::new().await;
    office.add("Kancelaria", (true, false)).await;
    let leaves = office.add("Inspektor", (false, false)).await;
    let comes = office.add("Referent", (false, false)).await;
    let case = office.case(&leaves).await;
    let circulation = office.server.state.circulation();
    let draft = Draft {
        subject: "Drzewo".to_owned(),
        body: "Można usunąć.".to_owned(),
    };
    let clerk = office.clerk("Inspektor").await;
    circulation
        .write_reply(&clerk, &case.id, &draft)
        .await
        .unwrap();
    let other = office.case(&comes).await;
    let asking = Direction {
        handler: comes.id.clone(),
        opinions: vec![leaves.id.clone()],
        note: "Czy drzewo jest chore?".to_owned(),
    };
    let colleague = office.clerk("Referent").await;
    circulation
        .direct(&colleague, &other.id, &asking)
        .await
        .unwrap();
    let refused = office.end(&leaves.id, None).await;
    let Err(PositionError::Work(work)) = refused else {
        panic!("{refused:?}");
    };
    let one = Work {
        cases: 1,
        opinions: 1,
        replies: 1,
    };
    assert_eq!(work, one);
    let itself = office.end(&leaves.id, Some(&leaves.id)).await;
    assert!(matches!(itself, Err(PositionError::OwnSuccessor)));
    let unknown = office.end(&leaves.id, Some("none")).await;
    assert!(matches!(unknown, Err(PositionError::NoPosition(_))));

    office.end(&leaves.id, Some(&comes.id)).await.unwrap();
    let again = office.end(&leaves.id, Some(&comes.id)).await;
    assert!(matches!(again, Err(PositionError::NoPosition(_))));
    let colleague = office.clerk("Referent").await;
    let queue = circulation.queue(&colleague).await.unwrap();
    assert_eq!((queue.to_handle.len(), queue.to_answer.len()), (2, 1));
    let submitted = circulation.submit_reply(&colleague, &case.id).await;
    assert_eq!(submitted.unwrap().author, comes.id);
    let store = &office.server.state.store;
    let events = cases::events(store, &case.id, 0).await.unwrap();
    let directed = events.iter().find(|event| event.what == "case.directed");
    assert_eq!(directed.unwrap().details["position"], "Referent");
    // Nothing can be given to it any more, and what it did keeps its name.
    let to_nobody = Direction {
        handler: leaves.id.clone(),
        ..Direction::default()
    };
    let refused = circulation.direct(&colleague, &case.id, &to_nobody).await;
    assert!(matches!(refused, Err(Problem::Faults(_))), "{refused:?}");
    assert!(stored::by_id(store, &leaves.id).await.unwrap().is_none());
    let ever = stored::ever(store, &leaves.id).await.unwrap().unwrap();
    assert_eq!((ever.title.as_str(), ever.account), ("Inspektor", None));
    assert_eq!(office.log().await.last().unwrap(), "position.ended");
}

#[tokio::test]
async fn letters_and_replies_never_wait_for_nobody() {
    let office = Office::new().await;
    let takes = office.add("Kancelaria", (true, false)).await;
    let approves = office.add("Kierownik", (false, true)).await;
    let handles = office.add("Inspektor", (false, false)).await;
    let case = office.case(&handles).await;
    let circulation = office.server.state.circulation();
    let clerk = office.clerk("Inspektor").await;
    let draft = Draft {
        subject: "Drzewo".to_owned(),
        body: "Można usunąć.".to_owned(),
    };
    circulation
        .write_reply(&clerk, &case.id, &draft)
        .await
        .unwrap();
    circulation.submit_reply(&clerk, &case.id).await.unwrap();
    office.letter().await;
    let refused = office.end(&takes.id, Some(&handles.id)).await;
    assert!(matches!(refused, Err(PositionError::Letters(1, _))));
    let refused = office.end(&approves.id, Some(&handles.id)).await;
    assert!(matches!(refused, Err(PositionError::Replies(1, _))));
    let no_more = Change {
        takes_letters: Some(false),
        ..Change::default()
    };
    let refused = office.change(&takes.id, no_more).await;
    assert!(matches!(refused, Err(PositionError::Letters(1, _))));
    let too = Change {
        takes_letters: Some(true),
        approves: Some(true),
        ..Change::default()
    };
    office.change(&handles.id, too).await.unwrap();
    office.end(&takes.id, None).await.unwrap();
    office.end(&approves.id, None).await.unwrap();
}

#[test]
fn positions_are_set_up_on_the_machine() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().to_str().unwrap().to_owned();
    let admin = |words: &[&str]| {
        let place = ["--data-dir", path.as_str()];
        ebok(["admin"].iter().chain(words).chain(&place))
    };
    let account = ["account", "add", "--login", "anna", "--role", "clerk"];
    assert_eq!(admin(&account).code, 0);
    let add = |title| {
        let added = admin(&["position", "add", "--unit", UNIT, "--title", title]);
        assert_eq!(added.code, 0, "{}", added.err);
        let id = added.out.trim().strip_prefix("position: ").unwrap();
        id.to_owned()
    };
    let (first, second) = (add("Inspektor"), add("Referent"));
    let given = [
        "position",
        "change",
        &first,
        "--login",
        "anna",
        "--takes-letters",
        "true",
    ];
    assert_eq!(admin(&given).code, 0);
    let listed = admin(&["position", "list"]).out;
    let expected = format!(
        "{first}\t{UNIT}\tInspektor\tanna\ttakes letters\n{second}\t{UNIT}\tReferent\tvacant\n"
    );
    assert_eq!(listed, expected);
    assert_eq!(admin(&["position", "end", &second]).code, 0);
    assert!(!admin(&["position", "list"]).out.contains("Referent"));
    for (words, sentence) in [
        (
            ["change", &first, "--login", "nobody"],
            "no clerk and no officer",
        ),
        (["change", &second, "--title", "x"], "there is no position"),
        (
            ["end", &first, "--successor", &first],
            "does not succeed itself",
        ),
    ] {
        let words: Vec<_> = ["position"].into_iter().chain(words).collect();
        let ran = admin(&words);
        assert_ne!(ran.code, 0);
        assert!(ran.err.contains(sentence), "{}", ran.err);
    }
}
