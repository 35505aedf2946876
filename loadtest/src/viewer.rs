//! What bidders and observers have in common: they join, follow, and come back.

use crate::course::Course;
use crate::feed::{Feed, Step};
use crate::figures::{Measure, count};
use crate::keys::canonical;
use crate::limits::{AGAIN_WAIT, ANSWER_WAIT, EXAMPLES_MAX, RECONNECT_PAUSE, RECONNECT_WAIT};
use crate::link::{Heard, Link, Target};
use crate::merkle::{Hash, of_text};
use crate::public_frame::{self, PublicFrame};
use crate::receipt::Receipt;
use crate::secrecy::{Audience, leaks};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// One private frame in so many is searched for what should not be there.
const OWN_SAMPLE: u64 = 16;

/// A client that watches an auction.
pub(crate) struct Viewer {
    /// What all clients share.
    pub(crate) course: Arc<Course>,
    /// The connection.
    pub(crate) link: Link,
    /// What was seen so far.
    pub(crate) seen: Seen,
    /// The last receipt known.
    pub(crate) n: u64,
    number: usize,
    /// Which address comes next.
    turn: usize,
    token: Option<String>,
    feed: Feed,
    own_frames: u64,
}

/// What a client saw in all.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// As whom.
    pub(crate) audience: Audience,
    /// How often the feed had a gap that joining again filled.
    pub(crate) gaps: u32,
    /// How often the connection was made anew.
    pub(crate) reconnects: u32,
    /// Frames that contradict what was known, and other breaches of the protocol.
    pub(crate) broken: Vec<String>,
    /// What should not have been shown.
    pub(crate) leaks: Vec<String>,
    /// Hash of result and winner.
    pub(crate) result: Option<(Hash, Value)>,
    /// The last feed item.
    pub(crate) f: u64,
    /// The most extensions seen.
    pub(crate) extensions: u64,
    /// Whether the seal was seen.
    pub(crate) sealed: bool,
}

/// What a frame asks of the client.
pub(crate) enum Told {
    /// Nothing more.
    Nothing,
    /// Joined, with the hash of the terms and whether they are accepted.
    Joined(Joined),
    /// An answer to a command.
    Receipt(Box<ReceiptFrame>),
    /// An answer outside the log.
    Refused(RefusedFrame),
}

/// What a bidder needs of `joined`.
#[derive(Debug)]
pub(crate) struct Joined {
    /// The hash of the terms.
    pub(crate) terms_hash: String,
    /// Whether the bidder has accepted them.
    pub(crate) accepted_terms: bool,
}

/// A `receipt`.
#[derive(Debug, Deserialize)]
pub(crate) struct ReceiptFrame {
    /// The command's id.
    pub(crate) id: String,
    /// Which of the bidder's commands.
    pub(crate) n: u64,
    /// Whether it was accepted.
    pub(crate) accepted: bool,
    /// Why not.
    #[serde(default)]
    pub(crate) refusal: Option<Named>,
    /// The proof.
    pub(crate) receipt: Receipt,
}

/// A `refused`.
#[derive(Debug, Deserialize)]
pub(crate) struct RefusedFrame {
    /// The command's id, where it could be read.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// Why.
    pub(crate) refusal: Named,
}

/// A refusal's name.
#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    /// As the protocol's table has it.
    pub(crate) name: String,
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(rename = "type", borrow)]
    kind: &'a str,
}

impl Viewer {
    /// Connects and joins.
    ///
    /// # Errors
    /// The server does not let it.
    pub(crate) async fn enter(
        course: Arc<Course>,
        number: usize,
        audience: Audience,
        token: Option<String>,
    ) -> Result<(Self, Joined)> {
        let _turn = course.connecting.acquire().await?;
        let mut refused = None;
        for turn in number..number + course.targets.len() {
            match Self::enter_at(&course, turn, number, audience, token.clone()).await {
                Ok(entered) => {
                    course.joined.fetch_add(1, Ordering::Relaxed);
                    return Ok(entered);
                }
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.context("no address")?)
    }

    async fn enter_at(
        course: &Arc<Course>,
        turn: usize,
        number: usize,
        audience: Audience,
        token: Option<String>,
    ) -> Result<(Self, Joined)> {
        let target = at(course, turn);
        let (link, _) = Link::open(target, token.as_deref(), course.clock, ANSWER_WAIT).await?;
        let mut viewer = Self {
            course: Arc::clone(course),
            link,
            seen: Seen::new(audience),
            n: 0,
            number,
            turn: turn + 1,
            token,
            feed: Feed::default(),
            own_frames: 0,
        };
        viewer.ask_to_join().await?;
        let joined = viewer.wait_until_joined(ANSWER_WAIT).await?;
        Ok((viewer, joined))
    }

    /// Joins again on the same connection: that is how a gap is filled.
    async fn ask_to_join(&mut self) -> Result<()> {
        let join =
            json!({"type": "join", "auction": self.course.auction, "f": self.feed.f, "n": self.n});
        self.link.put(join.to_string()).await?;
        self.link.flush().await
    }

    async fn wait_until_joined(&mut self, wait: Duration) -> Result<Joined> {
        let until = tokio::time::Instant::now() + wait;
        loop {
            let heard = tokio::time::timeout_at(until, self.link.hear()).await;
            match heard.context("no answer to join")? {
                Heard::Frame(text) => match self.take(&text).await? {
                    Told::Joined(joined) => return Ok(joined),
                    Told::Refused(refused) => bail!("not joined: {}", refused.refusal.name),
                    Told::Nothing | Told::Receipt(_) => {}
                },
                Heard::Lost(code) => bail!("not joined: the connection closed with {code:?}"),
            }
        }
    }

    /// Connects and joins again after a lost connection, at the next address that lets it.
    ///
    /// # Errors
    /// The server is not back in time.
    pub(crate) async fn come_back(&mut self) -> Result<()> {
        let mut last = None;
        let until = self.course.deadline.min(Instant::now() + RECONNECT_WAIT);
        while Instant::now() < until {
            match self.try_again().await {
                Ok(()) => {
                    self.seen.reconnects += 1;
                    return Ok(());
                }
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(RECONNECT_PAUSE).await;
        }
        Err(last
            .unwrap_or_else(|| anyhow::anyhow!("no time is left"))
            .context("did not come back"))
    }

    async fn try_again(&mut self) -> Result<()> {
        let course = Arc::clone(&self.course);
        let target = at(&course, self.turn);
        self.turn += 1;
        let (link, _) = Link::open(target, self.token.as_deref(), course.clock, AGAIN_WAIT).await?;
        self.link = link;
        self.ask_to_join().await?;
        self.wait_until_joined(AGAIN_WAIT).await.map(|_| ())
    }

    /// Takes a frame.
    ///
    /// # Errors
    /// The connection broke while the viewer asked for what was missing.
    pub(crate) async fn take(&mut self, text: &Utf8Bytes) -> Result<Told> {
        count(&self.course.figures.frames, 1);
        count(&self.course.figures.bytes, text.len());
        match kind(text) {
            "state" => self.state(text).await?,
            "own" => self.own(text),
            "result" => self.result(text),
            "receipt" => return Ok(self.parsed(text, |frame| Told::Receipt(Box::new(frame)))),
            "refused" => return Ok(self.parsed(text, Told::Refused)),
            "joined" => return Ok(self.joined(text)),
            "pong" => self.pong(text),
            "presence" | "head" => self.leak(format!("a frame for officers: {}", short(text))),
            _ => self.broke(format!("an unknown frame: {}", short(text))),
        }
        Ok(Told::Nothing)
    }

    async fn state(&mut self, text: &Utf8Bytes) -> Result<()> {
        count(&self.course.figures.state_frames, 1);
        let Some(frame) = public_frame::read(self.seen.audience, text) else {
            self.broke(format!("no JSON: {}", short(text)));
            return Ok(());
        };
        let known = self.feed.f;
        match self.feed.state(&frame) {
            Step::Goes => self.note(&frame),
            Step::Gap => self.ask_to_join().await?,
            Step::Broken => self.broke(format!("after f {known}: {}", short(text))),
        }
        let intended = frame
            .price
            .and_then(|price| self.course.schedule.intended(price));
        if let Some(intended) = intended {
            self.record(
                Measure::Delivery,
                (self.course.opening + intended).elapsed(),
            );
        }
        Ok(())
    }

    fn note(&mut self, frame: &PublicFrame) {
        self.seen.extensions = self.seen.extensions.max(frame.extensions);
        self.seen.sealed |= frame.is_sealed();
        for leak in &frame.leaks {
            self.leak(leak.clone());
        }
    }

    fn own(&mut self, text: &str) {
        self.own_frames += 1;
        if self.own_frames % OWN_SAMPLE == 1 {
            self.search(text);
        }
    }

    fn search(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(frame) => {
                for leak in leaks(self.seen.audience, &frame) {
                    self.leak(leak);
                }
            }
            Err(_) => self.broke(format!("no JSON: {}", short(text))),
        }
    }

    fn result(&mut self, text: &str) {
        self.search(text);
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        self.keep_result(&frame["result"], &frame["winner"]);
        let now = self.link.server_now_ms();
        let late = frame["closed_at"].as_i64().map(|closed_at| now - closed_at);
        if let Some(late) = late.and_then(|late| u64::try_from(late).ok()) {
            self.record(Measure::Result, Duration::from_millis(late));
        }
    }

    fn keep_result(&mut self, result: &Value, winner: &Value) {
        let both = json!({"result": result, "winner": winner});
        let hash = of_text(&canonical(&both));
        match &self.seen.result {
            Some((known, _)) if *known != hash => self.broke("two different results".to_owned()),
            Some(_) => {}
            // The whole result is large: one client keeps it, the others its hash.
            None => {
                self.seen.result = Some((hash, if self.number == 0 { both } else { Value::Null }))
            }
        }
    }

    fn joined(&mut self, text: &str) -> Told {
        let Ok(frame) = serde_json::from_str::<Value>(text) else {
            self.broke(format!("no JSON: {}", short(text)));
            return Told::Nothing;
        };
        let public = PublicFrame::of(self.seen.audience, &frame);
        let known = self.feed.f;
        if self.feed.joined(&public) == Step::Broken {
            self.broke(format!("joined after f {known}: {}", short(text)));
        }
        self.note(&public);
        let result = &frame["state"]["result"];
        if result.is_object() {
            self.keep_result(result, &frame["winner"]);
        }
        Told::Joined(Joined {
            terms_hash: frame["terms_hash"].as_str().unwrap_or_default().to_owned(),
            accepted_terms: frame["own"]["accepted_terms"].as_bool().unwrap_or_default(),
        })
    }

    fn pong(&mut self, text: &str) {
        #[derive(Deserialize)]
        struct Pong {
            t: u64,
            now: i64,
        }
        if let Ok(Pong { t, now }) = serde_json::from_str(text) {
            self.link.pong(t, now);
        }
    }

    fn parsed<'a, T: Deserialize<'a>>(
        &mut self,
        text: &'a str,
        told: impl FnOnce(T) -> Told,
    ) -> Told {
        match serde_json::from_str(text) {
            Ok(frame) => told(frame),
            Err(error) => {
                self.broke(format!("{error}: {}", short(text)));
                Told::Nothing
            }
        }
    }

    /// Records a measurement of this client.
    pub(crate) fn record(&self, measure: Measure, time: Duration) {
        self.course.figures.record(self.number, measure, time);
    }

    /// Notes a breach of the protocol.
    pub(crate) fn broke(&mut self, what: String) {
        push(&mut self.seen.broken, what);
    }

    fn leak(&mut self, what: String) {
        if !self.seen.leaks.contains(&what) {
            push(&mut self.seen.leaks, what);
        }
    }

    /// What was seen in all.
    pub(crate) fn finish(mut self) -> Seen {
        self.course.finished.fetch_add(1, Ordering::Relaxed);
        self.seen.gaps = self.feed.gaps;
        self.seen.f = self.feed.f;
        self.seen
    }
}

impl Seen {
    fn new(audience: Audience) -> Self {
        Self {
            audience,
            gaps: 0,
            reconnects: 0,
            broken: Vec::new(),
            leaks: Vec::new(),
            result: None,
            f: 0,
            extensions: 0,
            sealed: false,
        }
    }
}

/// Which address a turn leads to.
fn at(course: &Course, turn: usize) -> &Target {
    &course.targets[turn % course.targets.len()]
}

/// The type of a frame. Servers write it first; where one does not, the frame is read for it.
fn kind(text: &str) -> &str {
    let first = text
        .strip_prefix(r#"{"type":""#)
        .and_then(|rest| rest.split_once('"'));
    match first {
        Some((kind, _)) => kind,
        None => serde_json::from_str::<Kind<'_>>(text).map_or("", |frame| frame.kind),
    }
}

fn short(text: &str) -> String {
    text.chars().take(240).collect()
}

fn push(list: &mut Vec<String>, what: String) {
    if list.len() < EXAMPLES_MAX {
        list.push(what);
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn the_type_is_found_wherever_it_stands() {
        assert_eq!(kind(r#"{"type":"state","f":1}"#), "state");
        assert_eq!(kind(r#"{"f":1, "type": "own"}"#), "own");
        assert_eq!(kind("[]"), "");
    }
}
