//! One WebSocket connection: reads what a client asks, and lets the viewers write to it.

use super::frame;
use super::house::{ActError, Door, Gate, House, Noted};
use super::outbox::{End, Link, Outbox};
use super::protocol::{self, FromClient, FromServer, REF_CHARS_MAX};
use super::viewers::Connection;
use crate::limits::{
    BAD_MESSAGES_MAX, CLIENT_FRAME_MAX, FRAMES_PER_TURN, JOINED_MAX, JOINS_PER_S, LINGER_MAX,
    OUTBOX_MAX, PING_EVERY, PREVIEWS_PER_S, SILENT_MAX, SOCKET_READ_BUFFER,
};
use auction_rules::amount::AMOUNT_CHARS_MAX;
use auction_rules::auction::Viewer;
use auction_rules::command::QUESTION_CHARS_MAX;
use auction_rules::{
    Act, AuctionId, Bidder, By, Command, CommandId, Offer, OfficerAct, OfficerId, Refusal,
    Timestamp,
};
use bytes::Bytes;
use futures_util::StreamExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;

/// Values that one bid may name.
const VALUES_MAX: usize = 16;
/// The longest name of a value that is looked at.
const NAME_CHARS_MAX: usize = 32;

/// Who is at the other end.
#[derive(Clone)]
pub struct Guest {
    /// Which viewer the guest may be in an auction.
    pub gate: Gate,
    /// In whose name acts are done, for the buyer's people; and who is told of each.
    pub officer: Option<(OfficerId, Noted)>,
    /// Cancelled when the session ends.
    pub logged_out: CancellationToken,
}

/// Serves a connection after the handshake until it ends. `early` are bytes that came with it.
pub async fn serve<R, W>(read: R, write: W, early: Bytes, house: Arc<House>, guest: Guest)
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let config = WebSocketConfig::default()
        .read_buffer_size(SOCKET_READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(OUTBOX_MAX)
        .max_message_size(Some(CLIENT_FRAME_MAX))
        .max_frame_size(Some(CLIENT_FRAME_MAX));
    let outbox = Outbox::default();
    let Some(_seat) = house.seat() else {
        outbox.end(End::Slow);
        drop(outbox.write_to(write).await);
        return;
    };
    let link = Link {
        read,
        outbox: outbox.clone(),
    };
    let mut stream =
        WebSocketStream::from_partially_read(link, early.to_vec(), Role::Server, Some(config))
            .await;
    let connection = Arc::new(Connection::new(outbox.clone()));
    let mut socket = Socket {
        connection,
        house,
        guest,
        joined: BTreeMap::new(),
        bad: 0,
        joins: PerSecond::default(),
        previews: PerSecond::default(),
    };
    metrics::gauge!("ebok_sockets").increment(1.0);
    let writing = outbox.write_to(write);
    let reading = async {
        let end = socket.read(&mut stream).await;
        outbox.finish(end);
    };
    // Reading ends the outbox, and the outbox ends the writing; a dead peer ends both.
    let (written, ()) = tokio::join!(writing, async {
        tokio::select! {
            () = reading => {}
            () = outbox.ended() => {}
        }
    });
    socket.leave_all().await;
    match written {
        Ok(_) => drop(tokio::time::timeout(LINGER_MAX, unread(stream.get_mut())).await),
        Err(error) => tracing::debug!(%error, "a connection broke"),
    }
    metrics::gauge!("ebok_sockets").decrement(1.0);
}

/// Reads what nobody answers any more, until the client has closed too.
async fn unread<R: AsyncRead + Unpin>(link: &mut Link<R>) -> std::io::Result<u64> {
    tokio::io::copy(&mut link.read, &mut tokio::io::sink()).await
}

struct Socket {
    connection: Arc<Connection>,
    house: Arc<House>,
    guest: Guest,
    joined: BTreeMap<AuctionId, (Arc<Door>, Viewer)>,
    bad: u32,
    joins: PerSecond,
    previews: PerSecond,
}

/// The present second, and how often something was asked in it.
#[derive(Default)]
struct PerSecond(i64, u32);

impl PerSecond {
    /// Counts once more, and tells whether that is too often.
    fn is_above(&mut self, most: u32, now: Timestamp) -> bool {
        let second = now.0.div_euclid(1_000);
        if self.0 != second {
            *self = Self(second, 0);
        }
        self.1 += 1;
        self.1 > most
    }
}

impl Socket {
    async fn read<R: AsyncRead + Unpin>(&mut self, stream: &mut WebSocketStream<Link<R>>) -> End {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.push(&FromServer::Hello {
            now: self.house.clock().now(),
            ping_ms: millis(PING_EVERY),
            silent_ms: millis(SILENT_MAX),
        });
        let logged_out = self.guest.logged_out.clone();
        let mut frames = 0;
        loop {
            self.connection.outbox.ready().await;
            let message = tokio::select! {
                message = tokio::time::timeout(SILENT_MAX, stream.next()) => message,
                () = logged_out.cancelled() => return End::LoggedOut,
            };
            let received_at = self.house.clock().now();
            match message {
                Err(_) => return End::Silent,
                Ok(None | Some(Ok(Message::Close(_)))) => return End::Done,
                Ok(Some(Ok(Message::Text(text)))) => self.hear(&text, received_at).await,
                Ok(Some(Ok(Message::Binary(_)))) => self.bad_message("text frames only"),
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(Error::Capacity(_)))) => return End::TooLong,
                Ok(Some(Err(_))) => return End::Done,
            }
            if self.bad > BAD_MESSAGES_MAX {
                return End::Unreadable;
            }
            frames += 1;
            if frames % FRAMES_PER_TURN == 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    async fn hear(&mut self, text: &str, received_at: Timestamp) {
        let message = match serde_json::from_str::<FromClient>(text) {
            Ok(message) => message,
            Err(error) => return self.bad_message(&error.to_string()),
        };
        match message {
            FromClient::Ping { t, rtt, offset } => {
                self.connection.measured(rtt, offset);
                self.push(&FromServer::Pong {
                    t,
                    now: received_at,
                });
            }
            FromClient::Join { auction, f, n } => self.join(auction, f, n, received_at).await,
            FromClient::Leave { auction } => self.leave(&auction).await,
            FromClient::AcceptTerms {
                auction,
                id,
                terms_hash,
            } => {
                let act = Act::AcceptTerms { terms_hash };
                self.submit(&auction, id, act, received_at).await;
            }
            FromClient::Bid { auction, id, offer } => match too_long(&offer) {
                Some(detail) => self.refuse_command(&auction, &id, bad(detail)),
                None => {
                    let act = Act::PlaceBid(offer);
                    self.submit(&auction, id, act, received_at).await;
                }
            },
            FromClient::Withdraw { auction, id } => {
                self.submit(&auction, id, Act::Withdraw, received_at).await;
            }
            FromClient::AcceptLevel { auction, id, level } => {
                self.submit(&auction, id, Act::AcceptLevel { level }, received_at)
                    .await;
            }
            FromClient::LeaveClock { auction, id } => {
                self.submit(&auction, id, Act::Leave, received_at).await;
            }
            FromClient::Ask { auction, id, text } => {
                if text.chars().count() > QUESTION_CHARS_MAX {
                    return self.refuse_command(&auction, &id, bad("the question is too long"));
                }
                self.submit(&auction, id, Act::Ask { text }, received_at)
                    .await;
            }
            FromClient::Preview {
                auction,
                r#ref,
                offer,
            } => {
                self.preview(&auction, &r#ref, offer, received_at).await;
            }
            FromClient::Act { auction, id, act } => self.act(&auction, id, act, received_at).await,
        }
    }

    async fn join(&mut self, auction: AuctionId, f: u64, n: u32, received_at: Timestamp) {
        if self.joins.is_above(JOINS_PER_S, received_at) {
            let per_s = JOINS_PER_S;
            return self.refuse(Some(&auction), None, Refusal::TooFast { per_s });
        }
        if self.joined.len() >= JOINED_MAX && !self.joined.contains_key(&auction) {
            return self.refuse(
                Some(&auction),
                None,
                bad("too many auctions on one connection"),
            );
        }
        let allowed = (self.guest.gate)(auction.clone()).await;
        // As another viewer than before: an observer was admitted, or may watch no longer.
        if let Some((_, before)) = self.joined.get(&auction)
            && Ok(*before) != allowed
        {
            self.leave(&auction).await;
        }
        let (viewer, door) = match (allowed, self.house.door(&auction)) {
            (Ok(viewer), Some(door)) => (viewer, door),
            // Another node owns it or is about to, or this one is stopping: who comes again is led
            // to one that knows.
            (Ok(_), None) | (Err(Refusal::Unavailable), _) => {
                return self.connection.outbox.end(End::Restart);
            }
            (Err(refusal), _) => return self.refuse(Some(&auction), None, refusal),
        };
        // Noted first: the connection may end while it joins, and must then leave.
        self.joined.insert(auction, (door.clone(), viewer));
        let receipts = door.viewers().join(viewer, f, n, &self.connection).await;
        for receipt in receipts {
            self.connection.outbox.ready().await;
            self.connection.outbox.push(receipt);
        }
    }

    async fn leave(&mut self, auction: &AuctionId) {
        if let Some((door, viewer)) = self.joined.remove(auction) {
            door.viewers().leave(viewer, &self.connection).await;
        }
    }

    async fn submit(&self, auction: &AuctionId, id: CommandId, act: Act, received_at: Timestamp) {
        let (door, bidder) = match self.as_bidder(auction) {
            Ok(found) => found,
            Err(refusal) => return self.refuse(Some(auction), Some(&id), refusal),
        };
        let by = By::Bidder(bidder);
        let command = Command {
            by,
            id: Some(id.clone()),
            received_at,
            act,
        };
        let taken = if door.sealed_head().is_some() {
            let signer = self.house.signer();
            door.submit_late(signer, bidder, command, &self.connection)
                .await
        } else {
            door.submit(bidder, command, &self.connection)
        };
        if let Err(refusal) = taken {
            self.refuse(Some(auction), Some(&id), refusal);
        }
    }

    fn as_bidder(&self, auction: &AuctionId) -> Result<(&Arc<Door>, Bidder), Refusal> {
        match self.joined.get(auction) {
            Some((door, Viewer::Bidder(bidder))) => Ok((door, *bidder)),
            Some(_) => Err(Refusal::NotAdmitted),
            None => Err(bad("join the auction first")),
        }
    }

    async fn preview(
        &mut self,
        auction: &AuctionId,
        name: &str,
        offer: Offer,
        received_at: Timestamp,
    ) {
        let too_fast = self.previews.is_above(PREVIEWS_PER_S, received_at);
        if name.chars().count() > REF_CHARS_MAX {
            return self.refuse(Some(auction), None, bad("`ref` is too long"));
        }
        let asked = match too_long(&offer) {
            Some(detail) => Err(bad(detail)),
            None if too_fast => Err(Refusal::TooFast {
                per_s: PREVIEWS_PER_S,
            }),
            None => self.as_bidder(auction),
        };
        let (door, bidder) = match asked {
            Ok(found) => found,
            Err(refusal) => return self.refuse(Some(auction), None, refusal),
        };
        let Some(preview) = door.viewers().preview(bidder, received_at, offer).await else {
            return self.refuse(Some(auction), None, Refusal::Unavailable);
        };
        let sentence = preview.refusal.as_ref().map(Refusal::words);
        self.push(&FromServer::Preview {
            auction,
            r#ref: name,
            preview: &preview,
            sentence,
        });
    }

    async fn act(&self, auction: &AuctionId, id: CommandId, act: Act, received_at: Timestamp) {
        let officer = self.guest.officer.clone();
        let (Some((door, Viewer::Officer)), Some((officer, noted))) =
            (self.joined.get(auction), officer)
        else {
            return self.refuse(Some(auction), Some(&id), Refusal::NotAllowed);
        };
        let Ok(act) = OfficerAct::try_from(act) else {
            return self.refuse(Some(auction), Some(&id), Refusal::NotAllowed);
        };
        let done = act.clone();
        match door.act(officer, id.clone(), act.into(), received_at).await {
            Ok(()) => {
                self.push(&FromServer::Done { auction, id: &id });
                // Aside: this connection must not wait for the store.
                tokio::spawn(noted(auction.clone(), done));
            }
            Err(ActError::Refused(refusal)) => self.refuse(Some(auction), Some(&id), refusal),
            Err(ActError::NotFound) => self.refuse(Some(auction), Some(&id), Refusal::NotFound),
            Err(ActError::Unavailable) => {
                self.refuse(Some(auction), Some(&id), Refusal::Unavailable)
            }
        }
    }

    async fn leave_all(&mut self) {
        for (door, viewer) in std::mem::take(&mut self.joined).into_values() {
            door.viewers().leave(viewer, &self.connection).await;
        }
    }

    fn bad_message(&mut self, detail: &str) {
        self.bad += 1;
        metrics::counter!("ebok_bad_messages_total").increment(1);
        let refusal = bad(detail);
        // It names no auction that could be read: it counts in each where this is a bidder.
        for (door, viewer) in self.joined.values() {
            if let Viewer::Bidder(bidder) = viewer {
                door.refused(*bidder, &refusal);
            }
        }
        self.refuse(None, None, refusal);
    }

    /// Refuses a bidder's command that never reaches the room.
    fn refuse_command(&self, auction: &AuctionId, id: &CommandId, refusal: Refusal) {
        if let Ok((door, bidder)) = self.as_bidder(auction) {
            door.refused(bidder, &refusal);
        }
        self.refuse(Some(auction), Some(id), refusal);
    }

    fn refuse(&self, auction: Option<&AuctionId>, id: Option<&CommandId>, refusal: Refusal) {
        self.connection
            .outbox
            .push(protocol::refused(auction, id, refusal));
    }

    fn push(&self, message: &FromServer<'_>) {
        self.connection.outbox.push(frame::text(message));
    }
}

fn bad(detail: &str) -> Refusal {
    Refusal::BadMessage {
        detail: detail.chars().take(200).collect(),
    }
}

/// Bids whose texts are too long for the log never become entries of it.
fn too_long(offer: &Offer) -> Option<&'static str> {
    let all = || offer.values.iter().chain(&offer.confirm);
    if offer.values.len() > VALUES_MAX || offer.confirm.len() > VALUES_MAX {
        return Some("too many values");
    }
    if all().any(|(name, _)| name.chars().count() > NAME_CHARS_MAX) {
        return Some("the name of a value has at most 32 characters");
    }
    all()
        .any(|(_, amount)| amount.chars().count() > AMOUNT_CHARS_MAX)
        .then_some("an amount has at most 40 characters")
}
