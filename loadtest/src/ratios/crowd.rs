//! The clients of one step: bidders who wait for each answer or bid at fixed moments, and observers
//! who read and forget. All run on one thread.

use super::pace::Pace;
use super::raw::{Raw, frame};
use crate::limits::ANSWER_WAIT;
use crate::price::Price;
use crate::usage::{Process, Usage};
use anyhow::{Context, Result, bail, ensure};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Everybody has begun before anything is counted.
const WARM_UP: Duration = Duration::from_millis(500);
/// More than any feed has: who joins with it is sent a snapshot without the feed.
const FEED_KNOWN: u64 = 1 << 52;

/// An auction of a server, or an echo server, and the prices that were bid there.
pub(super) struct Place {
    address: String,
    auction: String,
    process: Process,
    steps: Cell<usize>,
}

/// A bidder's way in.
pub(super) struct Seat {
    /// Token of its session.
    pub(super) token: String,
    receipts: Cell<u32>,
}

/// What clients that wait for each answer came to.
pub(super) struct Rate {
    /// Answers per second.
    pub(super) per_s: f64,
    /// What this program used meanwhile.
    pub(super) client: Usage,
    /// And the server.
    pub(super) server: Usage,
}

impl Seat {
    /// Somebody without receipts.
    pub(super) fn new(token: String) -> Rc<Self> {
        Rc::new(Self {
            token,
            receipts: Cell::new(0),
        })
    }
}

impl Place {
    /// An auction on a server: its host and port, and its process.
    pub(super) fn new(address: String, auction: String, process: Process) -> Rc<Self> {
        Rc::new(Self {
            address,
            auction,
            process,
            steps: Cell::new(0),
        })
    }

    /// The auction's id.
    pub(super) fn auction(&self) -> &str {
        &self.auction
    }

    /// Writes a frame with a bid that is better than all before it.
    fn next_bid(&self, out: &mut Vec<u8>) {
        let step = self.steps.get() + 1;
        self.steps.set(step);
        let text = format!(
            r#"{{"type":"bid","auction":"{}","id":"b-{step}","values":{{"price":"{}"}}}}"#,
            self.auction,
            Price::after(step)
        );
        frame(&text, out);
    }

    /// Joins the auction; `header` says as whom. Answers also with the terms' hash.
    async fn join(&self, header: &str, receipts: u32) -> Result<(Raw, Value)> {
        let mut raw = Raw::open(&self.address, header).await?;
        let join = json!({"type": "join", "auction": self.auction, "f": FEED_KNOWN, "n": receipts});
        let mut out = Vec::new();
        frame(&join.to_string(), &mut out);
        raw.send(&out).await?;
        let joined = async {
            loop {
                let text = raw.next().await?;
                if text.starts_with(br#"{"type":"joined""#) {
                    return anyhow::Ok(serde_json::from_slice::<Value>(text)?);
                }
            }
        };
        let joined = tokio::time::timeout(ANSWER_WAIT, joined).await;
        let mut joined = joined.context("not joined in time")??;
        Ok((raw, joined["terms_hash"].take()))
    }

    async fn bidder(&self, seat: &Seat) -> Result<(Raw, Value)> {
        let header = format!("Authorization: Bearer {}", seat.token);
        self.join(&header, seat.receipts.get()).await
    }

    /// Has a bidder accept the terms.
    ///
    /// # Errors
    /// The server does not let it.
    pub(super) async fn accept_terms(&self, seat: &Seat) -> Result<()> {
        let (mut raw, terms_hash) = self.bidder(seat).await?;
        let accept = json!({
            "type": "accept-terms", "auction": self.auction, "id": "t-1", "terms_hash": terms_hash,
        });
        let mut out = Vec::new();
        frame(&accept.to_string(), &mut out);
        raw.send(&out).await?;
        while !is_receipt(raw.next().await?, seat)? {}
        Ok(())
    }

    /// Observers who have joined; they read until they are dropped.
    ///
    /// # Errors
    /// One is not let in.
    pub(super) async fn observers(&self, count: usize) -> Result<JoinSet<Result<()>>> {
        let mut observers = JoinSet::new();
        for _ in 0..count {
            let header = format!("Origin: http://{}", self.address);
            let (mut raw, _) = self.join(&header, 0).await?;
            observers.spawn_local(async move {
                loop {
                    raw.next().await?;
                }
            });
        }
        Ok(observers)
    }

    /// Bidders who bid again as soon as the last bid has its receipt.
    ///
    /// # Errors
    /// A bid that is not accepted, or a lost connection.
    pub(super) async fn receipts(
        self: &Rc<Self>,
        seats: &[Rc<Seat>],
        length: Duration,
    ) -> Result<Rate> {
        let mut clients = Vec::new();
        for seat in seats {
            let (raw, _) = self.bidder(seat).await?;
            clients.push((raw, Some(Rc::clone(seat))));
        }
        closed_loop(self, clients, length).await
    }

    /// Clients of an echo server who send again as soon as the last text is back.
    ///
    /// # Errors
    /// A lost connection.
    pub(super) async fn echoes(self: &Rc<Self>, count: usize, length: Duration) -> Result<Rate> {
        let mut clients = Vec::new();
        for _ in 0..count {
            clients.push((Raw::open(&self.address, "").await?, None));
        }
        closed_loop(self, clients, length).await
    }

    /// Bidders who bid at fixed moments, whatever the server answers: the times from the intended
    /// moment to the receipt, in microseconds.
    ///
    /// # Errors
    /// A bid that is not accepted, or a lost connection.
    pub(super) async fn latencies(
        self: &Rc<Self>,
        seats: &[Rc<Seat>],
        per_s: u32,
        length: Duration,
    ) -> Result<(Histogram<u64>, Usage)> {
        let mut raws = Vec::new();
        for seat in seats {
            raws.push(self.bidder(seat).await?.0);
        }
        let process = Process::this();
        let before = process.read().context("no figures of this program")?;
        let pace = Arc::new(Pace::new(seats.len(), per_s, WARM_UP + length));
        let pacer = pace.start()?;
        let times = Rc::new(RefCell::new(Histogram::new(3)?));
        let mut bidders = JoinSet::new();
        for (number, (raw, seat)) in raws.into_iter().zip(seats).enumerate() {
            let bidder = Steady {
                place: Rc::clone(self),
                seat: Rc::clone(seat),
                pace: Arc::clone(&pace),
                number,
                times: Rc::clone(&times),
            };
            bidders.spawn_local(bidder.bid(raw));
        }
        while let Some(done) = bidders.join_next().await {
            done??;
        }
        let after = process.read().context("no figures of this program")?;
        pacer
            .join()
            .map_err(|_| anyhow::anyhow!("the pacer failed"))?;
        let times = Rc::into_inner(times).context("a bidder still runs")?;
        Ok((times.into_inner(), after.since(&before)))
    }
}

/// Answers per second, once everybody has begun. A client without a seat takes any text for the
/// answer.
async fn closed_loop(
    place: &Rc<Place>,
    clients: Vec<(Raw, Option<Rc<Seat>>)>,
    length: Duration,
) -> Result<Rate> {
    let answers = Rc::new(Cell::new(0_u64));
    let over = Rc::new(Cell::new(false));
    let mut asking = JoinSet::new();
    for (mut raw, seat) in clients {
        let (place, answers, over) = (Rc::clone(place), Rc::clone(&answers), Rc::clone(&over));
        asking.spawn_local(async move {
            let mut out = Vec::new();
            while !over.get() {
                place.next_bid(&mut out);
                raw.send(&out).await?;
                loop {
                    let text = raw.next().await?;
                    if seat
                        .as_ref()
                        .map_or(Ok(true), |seat| is_receipt(text, seat))?
                    {
                        break;
                    }
                }
                answers.set(answers.get() + 1);
            }
            Ok(())
        });
    }
    let read = || {
        let client = Process::this().read()?;
        Some((client, place.process.read()?, answers.get()))
    };
    going_on(&mut asking, WARM_UP).await?;
    let before = read().context("no figures of the processes")?;
    going_on(&mut asking, length).await?;
    let after = read().context("no figures of the processes")?;
    // No bid is left behind whose receipt the next step would get.
    over.set(true);
    while let Some(ended) = asking.join_next().await {
        ended??;
    }
    let client = after.0.since(&before.0);
    Ok(Rate {
        per_s: (after.2 - before.2) as f64 / client.wall_s,
        client,
        server: after.1.since(&before.1),
    })
}

/// Lets clients go on for a while; the first that ends has failed.
async fn going_on(clients: &mut JoinSet<Result<()>>, length: Duration) -> Result<()> {
    match tokio::time::timeout(length, clients.join_next()).await {
        Err(_) => Ok(()),
        Ok(ended) => ended.context("there are no clients")??,
    }
}

/// One bidder of an open loop.
struct Steady {
    place: Rc<Place>,
    seat: Rc<Seat>,
    pace: Arc<Pace>,
    number: usize,
    times: Rc<RefCell<Histogram<u64>>>,
}

impl Steady {
    /// Bids whenever it is time to, until all bids have their receipts.
    async fn bid(self, mut raw: Raw) -> Result<()> {
        let (mut out, mut sent) = (Vec::new(), 0);
        let mut unanswered = VecDeque::new();
        while sent < self.pace.turns() || !unanswered.is_empty() {
            tokio::select! {
                () = self.pace.due(self.number) => while sent < self.pace.due_so_far(self.number) {
                    self.place.next_bid(&mut out);
                    raw.send(&out).await?;
                    unanswered.push_back(self.pace.moment(self.number, sent));
                    sent += 1;
                },
                text = raw.next() => if is_receipt(text?, &self.seat)? {
                    let intended = unanswered.pop_front().context("a receipt for nothing")?;
                    self.note(intended)?;
                }
            }
        }
        Ok(())
    }

    fn note(&self, intended: Instant) -> Result<()> {
        if intended >= self.pace.begin() + WARM_UP {
            let time = u64::try_from(intended.elapsed().as_micros())?;
            self.times.borrow_mut().record(time.max(1))?;
        }
        Ok(())
    }
}

/// Whether a text is the receipt of an accepted command; other receipts mean that the figures would
/// be of something else.
fn is_receipt(text: &[u8], seat: &Seat) -> Result<bool> {
    let begins = |with: &str| text.starts_with(with.as_bytes());
    if begins(r#"{"type":"refused""#) {
        bail!("refused: {}", String::from_utf8_lossy(text));
    }
    if !begins(r#"{"type":"receipt""#) {
        return Ok(false);
    }
    seat.receipts.set(seat.receipts.get() + 1);
    let accepted = br#""accepted":true"#;
    ensure!(
        text.windows(accepted.len()).any(|part| part == accepted),
        "not accepted: {}",
        String::from_utf8_lossy(text)
    );
    Ok(true)
}
