//! Identity codes: what they confirm, and when they no longer do.

use crate::support::citizen::{HERE, PESEL, seen};
use crate::support::server::Server;
use auction_rules::Digest;
use ebok::error::Problem;
use ebok::identity::attempts::{PAIR_MAX, WINDOW_MS};
use ebok::identity::codes::Standing;
use ebok::limits::CODE_REMINDER_MS;
use ebok::store::citizens::Kind;
use ebok::store::visits::{self, Purpose};
use ebok::store::{audit, identity_codes};
use sha2::{Digest as _, Sha256};

const EMAIL: &str = "zofia@example.pl";

fn document(text: &str) -> Digest {
    hex::encode(Sha256::digest(text)).parse().unwrap()
}

#[tokio::test]
async fn a_code_confirms_one_document_and_leaves_evidence() {
    let server = Server::start().await;
    let (citizen, slip) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let (code, _) = slip.code.unwrap();
    let identity = &server.state.identity;
    let typed = code.replace('-', " ").to_uppercase();
    let evidence = identity
        .confirm(&citizen.id, &typed, &document("wniosek"), HERE)
        .await
        .unwrap();
    let kept = identity_codes::evidence(&server.state.store, &evidence.id)
        .await
        .unwrap();
    assert_eq!(kept.as_ref(), Some(&evidence));
    assert_eq!(evidence.document_hash, document("wniosek"));
    let log = audit::page(&server.state.store, 0).await.unwrap();
    let last = log.last().unwrap();
    assert_eq!(
        (last.what.as_str(), last.who.as_str()),
        ("code.used", citizen.id.as_str())
    );
    assert_eq!(last.details["document"], document("wniosek").to_string());
    assert!(!serde_json::to_string(&log).unwrap().contains(&code));
}

#[tokio::test]
async fn wrong_codes_are_counted_and_stopped() {
    let server = Server::start().await;
    let (citizen, slip) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let (code, _) = slip.code.unwrap();
    let identity = &server.state.identity;
    let hash = document("wniosek");
    for _ in 0..PAIR_MAX {
        let wrong = identity
            .confirm(&citizen.id, "kfmw-3tzr-aq6n", &hash, HERE)
            .await;
        assert!(matches!(wrong, Err(Problem::WrongCode)));
    }
    let stopped = identity.confirm(&citizen.id, &code, &hash, HERE).await;
    assert!(matches!(stopped, Err(Problem::TooManyAttempts(_))));
    server.later(i64::try_from(WINDOW_MS).unwrap());
    identity
        .confirm(&citizen.id, &code, &hash, HERE)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_code_that_ends_is_told_of_once_and_then_confirms_nothing() {
    let server = Server::start().await;
    let registrar = server.registrar().await;
    let (citizen, slip) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let (code, ends) = slip.code.unwrap();
    let identity = &server.state.identity;
    assert_eq!(identity.remind_of_codes().await.unwrap(), 0);
    let left = ends.0 - server.now();
    server.later(left - i64::try_from(CODE_REMINDER_MS).unwrap());
    assert_eq!(identity.remind_of_codes().await.unwrap(), 1);
    assert_eq!(identity.remind_of_codes().await.unwrap(), 0);
    let mails = server.mails_to(EMAIL).await;
    assert!(
        mails
            .last()
            .unwrap()
            .contains("kod tożsamości przestanie działać")
    );
    let hash = document("wniosek");
    identity
        .confirm(&citizen.id, &code, &hash, HERE)
        .await
        .unwrap();
    server.later(ends.0 - server.now());
    let late = identity.confirm(&citizen.id, &code, &hash, HERE).await;
    assert!(matches!(late, Err(Problem::NotNow(_))));
    assert_eq!(
        identity.code_of(&citizen.id).await.unwrap(),
        Standing::Expired(ends)
    );

    let new = identity
        .renew(&registrar, &citizen, seen(Kind::Person, ""))
        .await
        .unwrap();
    assert!(new.password.is_none());
    let (new, _) = new.code.unwrap();
    let old = identity.confirm(&citizen.id, &code, &hash, HERE).await;
    assert!(matches!(old, Err(Problem::WrongCode)));
    identity
        .confirm(&citizen.id, &new, &hash, HERE)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_revoked_code_only_lets_read() {
    let server = Server::start().await;
    let (citizen, slip) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let token = server.enter_with(&slip).await;
    let (code, _) = slip.code.unwrap();
    let identity = &server.state.identity;
    let session = identity
        .sessions()
        .authenticate(&token)
        .await
        .unwrap()
        .unwrap();
    assert!(identity.revoke_code(&session.who, &citizen).await.unwrap());
    assert!(!identity.revoke_code(&session.who, &citizen).await.unwrap());
    let refused = identity
        .confirm(&citizen.id, &code, &document("a"), HERE)
        .await;
    assert!(matches!(refused, Err(Problem::NotNow(_))));
    assert_eq!(server.get("/api/me", &token).await.0, 200);
}

#[tokio::test]
async fn a_code_is_revoked_at_the_desk_once_and_its_owner_is_told() {
    let server = Server::start().await;
    let registrar = server.registrar().await;
    let (citizen, slip) = server.citizen("Zofia Żak", EMAIL, PESEL).await;
    let (code, _) = slip.code.unwrap();
    let identity = &server.state.identity;
    identity.revoke_at_desk(&registrar, &citizen).await.unwrap();
    let standing = identity.code_of(&citizen.id).await.unwrap();
    assert!(!matches!(standing, Standing::InForce(_)), "{standing:?}");
    let used = identity
        .confirm(&citizen.id, &code, &document("wniosek"), HERE)
        .await;
    assert!(matches!(used, Err(Problem::NotNow(_))), "{used:?}");
    let twice = identity.revoke_at_desk(&registrar, &citizen).await;
    assert!(matches!(twice, Err(Problem::NotNow(_))), "{twice:?}");
    let past = visits::of_citizen(&server.state.store, &citizen.id)
        .await
        .unwrap();
    let revoked = past.iter().filter(|one| one.purpose == Purpose::Revocation);
    let revoked: Vec<_> = revoked.collect();
    assert_eq!(
        (revoked.len(), revoked[0].registrar.as_str()),
        (1, registrar.id())
    );
    let mails = server.mails_to(EMAIL).await;
    assert!(mails.last().unwrap().contains("jest nieważny"), "{mails:?}");
    let log = audit::page(&server.state.store, 0).await.unwrap();
    assert!(log.iter().any(|entry| entry.what == "visit.recorded"
        && entry.details["purpose"] == "revocation"));
}
