//! Evidence of a letter's signatures: kept by the server, decided by a clerk, checked again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use super::samples::{CONTENT, P256, Samples, changed, place};
use crate::support::server::Server;
use auction_rules::{Timestamp, Words};
use ebok::clock::Clock;
use ebok::config::Config;
use ebok::document::Lang;
use ebok::error::Problem;
use ebok::identity::Who;
use ebok::office::circulation::opening::NewCase;
use ebok::office::circulation::{Circulation, Clerk};
use ebok::office::documents::scanning::Scanner;
use ebok::office::letters::{Confirmation, Matter, Sender, Submission, Writing};
use ebok::office::signatures::{CHECKER, Finding};
use ebok::store::accounts::{self, Account, StaffRole};
use ebok::store::audit::{self, Chain};
use ebok::store::letters::{Enclosure, Letter};
use ebok::store::positions::{self, Position};
use ebok::store::signatures::{self, Evidence, Progress};
use ebok::store::{Store, new_id};
use serde_json::json;
use sha2::{Digest as _, Sha256};

const UNIT: &str = "WGiGN";
const ANNA: &str = "anna";

/// A server that trusts the tests' authority, and the clerk who takes a unit's letters.
struct Office {
    server: Server,
    circulation: Circulation,
    clerk: Clerk,
    samples: Samples,
}

impl Office {
    async fn new() -> Self {
        let samples = Samples::new();
        samples.person("Jan", "ca", P256);
        samples.write("trust.pem", &samples.read("root.pem"));
        let server = Server::with(Config {
            scanner: Scanner::Off,
            signature_anchors: Some(samples.path("trust.pem")),
            ..Config::default()
        })
        .await;
        // The certificates begin now.
        server.later(Clock::start().now().0 - server.now());
        let circulation = server.state.circulation();
        let clerk = clerk(&circulation).await;
        Self {
            server,
            circulation,
            clerk,
            samples,
        }
    }

    /// Anna sends these files.
    async fn letter(&self, files: &[(&str, &[u8])]) -> Letter {
        let letters = &self.server.state.letters;
        let mut enclosures = Vec::new();
        for (name, bytes) in files {
            enclosures.push(Enclosure {
                question: "mapa".to_owned(),
                document: letters.documents().put(ANNA, name, bytes).await.unwrap(),
            });
        }
        let submission = Submission {
            key: new_id(),
            sender: Sender {
                account: ANNA.to_owned(),
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
                enclosures,
            },
            confirmation: Confirmation::LogIn { at: Timestamp(1) },
        };
        letters.submit(&submission).await.unwrap()
    }

    fn store(&self) -> &Store {
        &self.server.state.store
    }

    async fn check(&self) -> usize {
        self.server.state.checking().check_due().await.unwrap()
    }

    async fn evidence(&self, letter: &Letter) -> Vec<Evidence> {
        self.circulation.checked(&letter.id).await.unwrap().evidence
    }

    async fn verdicts(&self, letter: &Letter) -> Vec<String> {
        let evidence = self.evidence(letter).await;
        evidence.into_iter().map(|one| one.verdict).collect()
    }

    /// The letters on whose signatures the clerk decides.
    async fn to_decide(&self) -> Vec<String> {
        let queue = self.circulation.queue(&self.clerk).await.unwrap();
        queue.to_decide.into_iter().map(|one| one.id).collect()
    }
}

async fn clerk(circulation: &Circulation) -> Clerk {
    let account = Account {
        id: new_id(),
        login: new_id(),
        name: "Sekretariat".to_owned(),
        role: StaffRole::Clerk,
        password: "hash".to_owned(),
        must_change: false,
        blocked_at: None,
        created_at: Timestamp(1),
    };
    let position = Position {
        id: new_id(),
        unit: UNIT.to_owned(),
        title: "Sekretariat".to_owned(),
        account: Some(account.id.clone()),
        takes_letters: true,
        approves: false,
    };
    let mut tx = circulation.store.write_tx().await.unwrap();
    accounts::insert(&mut tx, &account).await.unwrap();
    positions::insert(&mut tx, Timestamp(1), &position)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let who = Who::Staff {
        account: account.id,
        role: StaffRole::Clerk,
    };
    circulation.clerk(&who).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::too_many_lines, reason = "one letter's way")]
async fn a_signed_letter_is_checked_decided_and_checked_again() {
    let office = Office::new().await;
    office
        .samples
        .pdfs(&[["a.pdf", "-", "Jan", "/ETSI.CAdES.detached", "sha256"]]);
    let pdf = office.samples.read("a.pdf");
    let letter = office.letter(&[("wniosek.pdf", &pdf)]).await;
    let before = office.circulation.checked(&letter.id).await.unwrap();
    assert_eq!(before.progress, Progress::Waiting);
    assert_eq!(office.check().await, 1);
    assert_eq!(office.check().await, 0, "once");

    let [evidence] = <[Evidence; 1]>::try_from(office.evidence(&letter).await).unwrap();
    assert_eq!(evidence.verdict, "INDETERMINATE");
    assert_eq!(evidence.sha256, hex::encode(Sha256::digest(&pdf)));
    let anchors = office.samples.read("trust.pem");
    assert_eq!(evidence.anchors, hex::encode(Sha256::digest(anchors)));
    assert_eq!(evidence.checker, CHECKER);
    assert_eq!(evidence.judged_at, letter.received_at);
    let findings: Vec<Finding> = serde_json::from_value(evidence.findings.clone()).unwrap();
    let reasons: Vec<_> = findings[0].reasons.iter().map(|one| one.code()).collect();
    assert_eq!(reasons, ["TRY_LATER"]);
    assert_eq!(findings[0].signer.as_ref().unwrap().name, "Jan");
    assert_eq!(office.to_decide().await, [letter.id.as_str()]);

    let document = evidence.document.as_str();
    let (circulation, clerk) = (&office.circulation, &office.clerk);
    let decide = async |reason: &str| {
        let signature = (letter.id.as_str(), document);
        circulation
            .decide_signature(clerk, signature, true, reason)
            .await
    };
    assert!(matches!(decide(" ").await, Err(Problem::Faults(_))));
    let new = NewCase {
        jrwa: "6624".to_owned(),
        handler: clerk.positions[0].id.clone(),
    };
    let case = circulation
        .open_case(clerk, &letter.id, &new)
        .await
        .unwrap();
    assert_eq!(
        office.to_decide().await,
        [letter.id.as_str()],
        "in a case, too"
    );
    decide("Znam ten podpis.").await.unwrap();
    assert!(matches!(
        decide("Jeszcze raz.").await,
        Err(Problem::NotNow(_))
    ));
    assert_eq!(office.to_decide().await, Vec::<String>::new());
    let followed = circulation.read_case(clerk, &case.id).await.unwrap();
    let told = followed.events.last().unwrap();
    assert_eq!(
        (told.what.as_str(), told.is_public),
        ("signature.accepted", false)
    );

    // The list of revocations has come meanwhile.
    let anchors = office.samples.anchors();
    office.samples.write("trust.pem", &anchors);
    circulation.check_again(clerk, &letter.id).await.unwrap();
    let twice = circulation.check_again(clerk, &letter.id).await;
    assert!(matches!(twice, Err(Problem::NotNow(_))));
    assert_eq!(office.check().await, 1);
    let all = signatures::of_document(office.store(), &letter.id, document);
    let [first, second] = <[Evidence; 2]>::try_from(all.await.unwrap()).unwrap();
    let decision = first.decision.clone().unwrap();
    assert!(decision.is_accepted);
    assert_eq!(decision.reason, "Znam ten podpis.");
    assert_eq!(decision.decided_by, clerk.account);
    assert_eq!(
        first,
        Evidence {
            decision: Some(decision),
            ..evidence
        },
        "it stays as it was"
    );
    assert_eq!(second.verdict, "TOTAL-PASSED", "{second:#?}");
    assert_eq!(second.anchors, hex::encode(Sha256::digest(anchors)));
    let chain = audit::verify(office.store()).await.unwrap();
    assert!(matches!(chain, Chain::Whole(Some(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_document_of_a_letter_has_its_evidence() {
    let office = Office::new().await;
    office.samples.write("trust.pem", &office.samples.anchors());
    let beside = office.samples.cms("a.p7s", "Jan", &["-md", "sha256"]);
    let inside = office
        .samples
        .cms("a.p7m", "Jan", &["-md", "sha256", "-nodetach"]);
    let wrong = changed(&inside, place(&inside, CONTENT));
    let files = [
        ("umowa.txt", CONTENT),
        ("umowa.txt.p7s", &beside),
        ("pismo.p7m", &inside),
        ("inne.p7m", &wrong),
    ];
    let letter = office.letter(&files).await;
    let none = office.letter(&[]).await;
    assert_eq!(office.check().await, 2);
    assert_eq!(
        office.verdicts(&letter).await,
        ["NONE", "TOTAL-PASSED", "TOTAL-PASSED", "TOTAL-FAILED"]
    );
    assert_eq!(office.evidence(&none).await, []);
    assert_eq!(office.to_decide().await, [letter.id.as_str()]);
    let evidence = office.evidence(&letter).await;
    assert_eq!(evidence[1].beside.len(), 3);
    let passed = &evidence[1].document;
    let refused = office
        .circulation
        .to_decide(&office.clerk, &letter.id, passed)
        .await;
    assert!(
        matches!(refused, Err(Problem::NotNow(_))),
        "nothing to decide"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_checked_now_is_tried_again() {
    let office = Office::new().await;
    let letter = office.letter(&[("umowa.txt", CONTENT)]).await;
    let anchors = office.samples.read("trust.pem");
    office.samples.write("trust.pem", b"broken");
    assert_eq!(office.check().await, 0);
    assert_eq!(office.evidence(&letter).await, []);
    office.samples.write("trust.pem", &anchors);
    let mut tx = office.store().write_tx().await.unwrap();
    signatures::hurry(&mut tx, (office.server.state.now)())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(office.check().await, 1);
    assert_eq!(office.verdicts(&letter).await, ["NONE"]);
}
