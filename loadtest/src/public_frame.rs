//! A state frame as a client needs it. Everyone of an audience gets the same bytes, so each thread
//! reads a frame once and knows it again: thousands of idle observers cost little.

use crate::limits::FRAMES_KEPT;
use crate::price::Price;
use crate::secrecy::{Audience, leaks};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// What a state frame, or the public part of `joined`, says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PublicFrame {
    /// The last feed item.
    pub(crate) f: u64,
    /// The first feed item that the frame carries.
    pub(crate) first: Option<u64>,
    /// Whether its items follow each other and end with `f`.
    pub(crate) whole: bool,
    /// The state's name.
    pub(crate) state: String,
    /// The oldest best price among its news.
    pub(crate) price: Option<Price>,
    /// Extensions of the phase.
    pub(crate) extensions: u64,
    /// Fields that should not be there.
    pub(crate) leaks: Vec<String>,
}

impl PublicFrame {
    /// Reads a frame that is already parsed.
    pub(crate) fn of(audience: Audience, frame: &Value) -> Self {
        let feed = frame["feed"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let numbers: Vec<_> = feed.iter().filter_map(|item| item["f"].as_u64()).collect();
        let f = frame["f"].as_u64().unwrap_or_default();
        let follow = numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]);
        let price = |item: &Value| {
            let price = item["best"]["values"]["price"].as_str();
            price
                .filter(|_| item["news"] == "best-changed")
                .and_then(Price::read)
        };
        Self {
            f,
            first: numbers.first().copied(),
            whole: follow
                && numbers.len() == feed.len()
                && numbers.last().is_none_or(|last| *last == f),
            state: frame["state"]["state"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            price: feed.iter().find_map(price),
            extensions: frame["state"]["phase"]["extensions"]
                .as_u64()
                .unwrap_or_default(),
            leaks: leaks(audience, frame),
        }
    }

    /// Whether the log is complete.
    pub(crate) fn is_sealed(&self) -> bool {
        self.state == "sealed" || self.state == "cancelled"
    }
}

type Known = VecDeque<(Audience, Utf8Bytes, Arc<PublicFrame>)>;

thread_local! {
    static KNOWN: RefCell<Known> = const { RefCell::new(VecDeque::new()) };
}

/// Reads a state frame, or recognises it. None when it is no JSON.
pub(crate) fn read(audience: Audience, text: &Utf8Bytes) -> Option<Arc<PublicFrame>> {
    KNOWN.with_borrow_mut(|known| {
        let same = |entry: &&(Audience, Utf8Bytes, _)| entry.0 == audience && entry.1 == *text;
        if let Some((_, _, frame)) = known.iter().find(same) {
            return Some(Arc::clone(frame));
        }
        let value: Value = serde_json::from_str(text).ok()?;
        let frame = Arc::new(PublicFrame::of(audience, &value));
        known.truncate(FRAMES_KEPT - 1);
        known.push_front((audience, text.clone(), Arc::clone(&frame)));
        Some(frame)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &'static str, expected: &PublicFrame) {
        let text = Utf8Bytes::from_static(text);
        let frame = read(Audience::Bidders, &text).expect("JSON");
        assert_eq!(*frame, *expected);
        let again = read(Audience::Bidders, &text).expect("JSON");
        assert!(Arc::ptr_eq(&frame, &again), "it is read once");
    }

    #[test]
    fn a_frame_tells_its_range_and_its_oldest_price() {
        check(
            r#"{"type":"state","f":4,"feed":[
                {"f":3,"news":"best-changed","best":{"values":{"price":"5.00"}}},
                {"f":4,"news":"best-changed","best":{"values":{"price":"4.00"}}}],
                "state":{"state":"open","phase":{"extensions":2}}}"#,
            &PublicFrame {
                f: 4,
                first: Some(3),
                whole: true,
                state: "open".to_owned(),
                price: Price::read("5.00"),
                extensions: 2,
                leaks: Vec::new(),
            },
        );
    }

    #[test]
    fn items_that_do_not_follow_each_other_make_no_whole_frame() {
        for text in [
            r#"{"f":4,"feed":[{"f":2},{"f":4}]}"#,
            r#"{"f":5,"feed":[{"f":3},{"f":4}]}"#,
        ] {
            let value = serde_json::from_str(text).expect("JSON");
            assert!(!PublicFrame::of(Audience::Bidders, &value).whole, "{text}");
        }
    }
}
