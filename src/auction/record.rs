//! The published log of an auction, as it is served from the seal on, and the record of what
//! happened in it.

use super::journal::{BatchId, Journal, JournalError};
use super::openings::{self, Opening};
use crate::chain::Signer;
use crate::limits::PUBLISHED_BATCHES;
use auction_rules::identity::Disclosure;
use auction_rules::keys::KeySet;
use auction_rules::{Alias, AuctionId, canonical};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

mod contents;

pub use contents::*;

/// A published log as it is read: a few batches at a time, so that no reader holds a whole log in
/// the server's memory. It breaks off with an error when the journal does not answer.
pub type Published = BoxStream<'static, Result<Bytes, JournalError>>;

/// What a published log carries beside its batches.
#[derive(Serialize)]
pub struct Beside<'a> {
    /// [`FORMAT`](auction_rules::verify::FORMAT).
    pub format: &'static str,
    /// Whose log.
    pub auction: &'a AuctionId,
    /// Who may sign.
    pub key_set: &'a KeySet,
    /// Those who may be named. They can be deleted later, and the log still verifies.
    pub disclosures: BTreeMap<Alias, Disclosure>,
    /// The time stamp of the sealed head, once there is one: DER in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<&'a str>,
}

/// Publishes a whole log: the batches as stored, and what is `beside` them. With `seals`, whose key
/// opens what was sealed, also the openings of sealed bids, refused ones too.
///
/// # Errors
/// When the journal does not answer at all: then nothing has been sent yet.
pub async fn published(
    journal: Arc<dyn Journal>,
    beside: &Beside<'_>,
    seals: Option<Signer>,
) -> Result<Published, JournalError> {
    let auction = beside.auction.clone();
    let first = next(&*journal, &auction, None).await?;
    let beside = serde_json::to_string(beside).unwrap_or_default();
    let begin = beside.strip_suffix('}').unwrap_or_default().to_owned() + ",\"batches\":[";
    let after = first.as_ref().and_then(|(_, last)| *last);
    let of_batches = (Arc::clone(&journal), auction.clone());
    let batches = stream::try_unfold(after, move |after| {
        let (journal, auction) = of_batches.clone();
        async move { next(&*journal, &auction, after).await }
    });
    let first = first.map(|(text, _)| Ok(text));
    let begin = stream::iter([Ok(Bytes::from(begin))].into_iter().chain(first));
    let text = |text: &'static [u8]| stream::iter([Ok(Bytes::from_static(text))]);
    let whole = begin.chain(batches);
    Ok(match seals {
        None => whole.chain(text(b"\n]}\n")).boxed(),
        Some(signer) => whole
            .chain(text(b"\n],\"openings\":{"))
            .chain(openings_of(journal, auction, signer))
            .chain(text(b"}}\n"))
            .boxed(),
    })
}

/// What opens the sealed bids of a log, as members of a JSON object.
fn openings_of(
    journal: Arc<dyn Journal>,
    auction: AuctionId,
    signer: Signer,
) -> impl Stream<Item = Result<Bytes, JournalError>> {
    stream::try_unfold((None, false), move |(after, follows)| {
        let (journal, auction, signer) = (Arc::clone(&journal), auction.clone(), signer.clone());
        async move {
            let batches = journal.read(&auction, after, PUBLISHED_BATCHES).await?;
            let Some(last) = batches.last().map(|batch| batch.id) else {
                return Ok(None);
            };
            let mut text = String::new();
            for batch in &batches {
                let (openings, _) = openings::read(signer.seal_key(), &auction, &batch.openings);
                for (commitment, opening) in openings {
                    if let Opening::Bid(bid) = opening {
                        let comma = if follows || !text.is_empty() { "," } else { "" };
                        text += &format!("{comma}\n\"{commitment}\":{}", canonical::text(&bid));
                    }
                }
            }
            let follows = follows || !text.is_empty();
            Ok(Some((Bytes::from(text), (Some(last), follows))))
        }
    })
}

/// The batches after `after` as text, and the last of them.
async fn next(
    journal: &dyn Journal,
    auction: &AuctionId,
    after: Option<BatchId>,
) -> Result<Option<(Bytes, Option<BatchId>)>, JournalError> {
    let batches = journal.read(auction, after, PUBLISHED_BATCHES).await?;
    let Some(last) = batches.last() else {
        return Ok(None);
    };
    let mut text = Vec::new();
    for (index, batch) in batches.iter().enumerate() {
        let separator: &[u8] = if after.is_some() || index > 0 {
            b",\n"
        } else {
            b"\n"
        };
        text.extend_from_slice(separator);
        text.extend_from_slice(&batch.body);
    }
    Ok(Some((Bytes::from(text), Some(last.id))))
}
