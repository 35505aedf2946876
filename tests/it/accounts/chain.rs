//! The audit log is a chain: what is changed in it shows.

use crate::place;
use crate::support::citizen::PESEL;
use crate::support::server::Server;
use ebok::store::audit;

#[tokio::test]
async fn an_entry_that_is_changed_breaks_the_chain() {
    let server = Server::start().await;
    server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    let store = &server.state.store;
    let chain = audit::verify(store).await.unwrap();
    assert_eq!((chain.broken_at, chain.unchained), (None, 0));
    assert!(chain.entries > 5 && chain.head.len() == 64);
    let again = audit::verify(store).await.unwrap();
    assert_eq!(again, chain);
    place::change(
        &server.place,
        "UPDATE audit SET who = 'nobody' WHERE seq = 3",
    )
    .await;
    let chain = audit::verify(store).await.unwrap();
    assert_eq!((chain.broken_at, chain.entries), (Some(3), 2));
}

#[tokio::test]
async fn an_entry_that_is_cut_off_is_missed() {
    let server = Server::start().await;
    server.citizen("Zofia Żak", "zofia@example.pl", PESEL).await;
    let store = &server.state.store;
    let whole = audit::verify(store).await.unwrap();
    let last = format!("DELETE FROM audit WHERE seq = {}", whole.entries);
    place::change(&server.place, &last).await;
    let chain = audit::verify(store).await.unwrap();
    assert_eq!(chain.broken_at, Some(whole.entries));
}
