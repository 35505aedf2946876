//! The messages of the live protocol, as docs/protocol.md describes them.

use super::frame;
use auction_rules::auction::{OwnView, PublicView};
use auction_rules::event::AuctionResult;
use auction_rules::feed::Item;
use auction_rules::identity::Identity;
use auction_rules::log::Receipt;
use auction_rules::{
    Act, Alias, AuctionId, Bidder, CommandId, Digest, Offer, Preview, Refusal, Terms, Timestamp,
    Words,
};
use bytes::Bytes;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The longest text by which a client names a preview.
pub const REF_CHARS_MAX: usize = 64;

/// What a client sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromClient {
    /// Watch an auction from here on.
    Join {
        /// Which.
        auction: AuctionId,
        /// Last feed item known.
        #[serde(default)]
        f: u64,
        /// Last receipt known.
        #[serde(default)]
        n: u32,
    },
    /// Watch no more.
    Leave {
        /// Which.
        auction: AuctionId,
    },
    /// Accept the terms.
    AcceptTerms {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the command.
        id: CommandId,
        /// The terms that were read.
        terms_hash: Digest,
    },
    /// Place a bid.
    Bid {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the command.
        id: CommandId,
        /// Values as typed.
        #[serde(flatten)]
        offer: Offer,
    },
    /// Take back what was entered in the own turn.
    Withdraw {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the command.
        id: CommandId,
    },
    /// Stay at the level of a descending clock; take that of an ascending one.
    AcceptLevel {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the command.
        id: CommandId,
        /// The level that was shown.
        level: Decimal,
    },
    /// Leave a descending clock.
    LeaveClock {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the command.
        id: CommandId,
    },
    /// Ask the buyer something.
    Ask {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the command.
        id: CommandId,
        /// What.
        text: String,
    },
    /// What would this bid come to?
    Preview {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the question.
        r#ref: String,
        /// Values as typed.
        #[serde(flatten)]
        offer: Offer,
    },
    /// An officer's act.
    Act {
        /// Which auction.
        auction: AuctionId,
        /// The client's name for the command.
        id: CommandId,
        /// What to do.
        act: Act,
    },
    /// I am here; what time is it?
    Ping {
        /// Sent back as it is.
        t: serde_json::Number,
        /// Last measured round trip, ms.
        #[serde(default)]
        rtt: Option<i64>,
        /// Last measured offset of the client's clock, ms.
        #[serde(default)]
        offset: Option<i64>,
    },
}

/// What the server sends.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromServer<'a> {
    /// The first message of a connection.
    Hello {
        /// The server's clock.
        now: Timestamp,
        /// How often to send `ping`.
        ping_ms: u64,
        /// Silence after which the connection is closed.
        silent_ms: u64,
    },
    /// All that this viewer may see.
    Joined(Box<Joined<'a>>),
    /// What everyone of an audience sees changed.
    State {
        /// Which auction.
        auction: &'a AuctionId,
        /// The last item's number.
        f: u64,
        /// What happened since the frame before.
        feed: &'a [Item],
        /// How it is now.
        state: &'a PublicView,
    },
    /// What one bidder sees changed.
    Own {
        /// Which auction.
        auction: &'a AuctionId,
        /// How it is now.
        own: &'a OwnView,
    },
    /// The answer to a bidder's command.
    Receipt {
        /// Which auction.
        auction: &'a AuctionId,
        /// Which command.
        id: &'a CommandId,
        /// Counts the bidder's commands.
        n: u32,
        /// Whether it was done.
        accepted: bool,
        /// Why not.
        #[serde(flatten)]
        refused: Option<Refused>,
        /// The proof.
        receipt: &'a Receipt,
    },
    /// A message or command that is no entry of the log.
    Refused {
        /// Which auction, if it could be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        auction: Option<&'a AuctionId>,
        /// Which command, if it could be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a CommandId>,
        /// Why.
        #[serde(flatten)]
        refused: Refused,
        /// After sealing: the refusal signed by itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        late: Option<Late>,
    },
    /// The answer to a preview.
    Preview {
        /// Which auction.
        auction: &'a AuctionId,
        /// Which question.
        r#ref: &'a str,
        /// What it would come to.
        preview: &'a Preview,
        /// The refusal as a sentence.
        #[serde(skip_serializing_if = "Option::is_none")]
        sentence: Option<Words>,
    },
    /// The auction is over.
    Result {
        /// Which auction.
        auction: &'a AuctionId,
        /// Since when.
        closed_at: Timestamp,
        /// The result.
        result: &'a AuctionResult,
        /// Who won.
        #[serde(skip_serializing_if = "Option::is_none")]
        winner: Option<&'a Winner>,
    },
    /// An officer's act is durable.
    Done {
        /// Which auction.
        auction: &'a AuctionId,
        /// Which command.
        id: &'a CommandId,
    },
    /// Who is there, for officers.
    Presence {
        /// Which auction.
        auction: &'a AuctionId,
        /// Connected bidders.
        bidders: &'a [Present],
        /// How many observers.
        observers: usize,
    },
    /// The running head, for officers.
    Head {
        /// Which auction.
        auction: &'a AuctionId,
        /// The last entry.
        seq: u64,
        /// The head after its batch.
        head: Digest,
    },
    /// The answer to `ping`.
    Pong {
        /// As it came.
        t: serde_json::Number,
        /// The server's clock.
        now: Timestamp,
    },
}

/// All that a viewer may see when it joins.
#[derive(Clone, Debug, Serialize)]
pub struct Joined<'a> {
    /// Which auction.
    pub auction: &'a AuctionId,
    /// `bidder`, `observer` or `officer`.
    pub role: &'static str,
    /// The server's clock.
    pub now: Timestamp,
    /// How long a deadline waits for commands that were read before it.
    pub settle_ms: u64,
    /// The frozen terms.
    pub terms: ShownTerms<'a>,
    /// What to accept.
    pub terms_hash: Digest,
    /// The last item's number.
    pub f: u64,
    /// Items after the one that was known.
    pub feed: Vec<&'a Item>,
    /// How it is now.
    pub state: PublicView,
    /// A bidder's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnView>,
    /// Who won, from the close on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub winner: Option<&'a Winner>,
    /// Officers: why acknowledged bids may be lost, where that was accepted at start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weak_durability: Option<&'a str>,
}

/// The terms as a viewer may see them.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum ShownTerms<'a> {
    /// All of them.
    Whole(&'a Terms),
    /// Without the weights of the criteria.
    Unweighted(&'a serde_json::Value),
}

/// A refusal with its number and sentence.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// Its stable number.
    pub code: u16,
    /// The refusal itself.
    pub refusal: Refusal,
    /// For people.
    pub sentence: Words,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code(),
            sentence: refusal.words(),
            refusal,
        }
    }
}

/// The frame of a refusal that is no entry of the log.
#[must_use]
pub fn refused(auction: Option<&AuctionId>, id: Option<&CommandId>, refusal: Refusal) -> Bytes {
    frame::text(&FromServer::Refused {
        auction,
        id,
        refused: refusal.into(),
        late: None,
    })
}

/// A refusal after sealing, signed by itself.
#[derive(Clone, Debug, Serialize)]
pub struct Late {
    /// Canonical JSON of the statement.
    pub statement: String,
    /// The id of the signing key.
    pub key: String,
    /// Signature over the statement.
    pub signature: String,
}

/// The winner's data, as announced with the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Winner {
    /// Its alias.
    pub alias: Alias,
    /// Who it is.
    #[serde(flatten)]
    pub identity: Identity,
}

/// A connected bidder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Present {
    /// Which.
    pub bidder: Bidder,
    /// Open connections.
    pub connections: usize,
    /// Round trip that the client measured last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<i64>,
    /// Offset of its clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_ms: Option<i64>,
}
