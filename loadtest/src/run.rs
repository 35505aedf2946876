//! One run, from an empty server to the verdict.

use crate::api::Api;
use crate::bidder::{self, BidderSeen};
use crate::checks::{Check, clients, log, standings};
use crate::clock::Clock;
use crate::course::{Course, Due};
use crate::evidence::{self, Ledger};
use crate::faults::{self, Script, Struck};
use crate::figures::{Figures, counted};
use crate::keys::Keys;
use crate::limits::{ANSWER_WAIT, CONNECTS_AT_ONCE, EVIDENCE_QUEUE, SEAL_WAIT, SPARE_FILES};
use crate::link::{Link, Target};
use crate::machine::{Machine, open_files_max};
use crate::observer;
use crate::options::Options;
use crate::pacer;
use crate::progress::Progress;
use crate::published::Published;
use crate::report::Report;
use crate::scenario::{Size, Timing};
use crate::schedule::{Schedule, Spread};
use crate::server::Server;
use crate::setup::{self, Stage};
use crate::usage::{Process, Reading, Usage};
use crate::viewer::Seen;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// Runs until the report, or until somebody interrupts; a spawned server ends either way.
///
/// # Errors
/// The run could not be made. A promise that was broken is no error: it stands in the report.
pub(crate) async fn play(options: &Options) -> Result<Report> {
    let report = tokio::select! {
        report = run(options) => report?,
        ended = interrupted() => { ended?; bail!("interrupted") }
    };
    print!("{report}");
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, json + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(report)
}

/// Waits until somebody asks this program to end.
async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminated.recv() => Ok(()),
    }
}

/// Plays the scenario on a server that is there, or on one of its own.
async fn run(options: &Options) -> Result<Report> {
    let size = options.size()?;
    enough_files(&size)?;
    if !options.spawn {
        let target = options.target.clone().context("no target")?;
        let token = options.token.clone().context("no token")?;
        let api = Api::new(target.clone())?.with_token(token);
        let places: Vec<_> = [target].into_iter().chain(options.also.clone()).collect();
        return play_auction(options, size, &places, &api, None).await;
    }
    let mut server = Server::start(&options.own_server).await?;
    let played = play_on(&mut server, options, size).await;
    let played = played.map_err(|error| {
        anyhow!(
            "{error:#}\nthe server's last words:\n{}",
            server.last_words()
        )
    });
    server.stop().await;
    played
}

async fn play_on(server: &mut Server, options: &Options, size: Size) -> Result<Report> {
    let account = server.officer().await?;
    let officer = setup::officer(&Api::new(server.url.clone())?, &account).await?;
    play_auction(options, size, &server.urls(), &officer, Some(server)).await
}

/// Each client is one open file.
fn enough_files(size: &Size) -> Result<()> {
    let needed = (size.bidders + size.observers) as u64 + SPARE_FILES;
    let most = open_files_max().unwrap_or(u64::MAX);
    ensure!(
        most >= needed,
        "only {most} files may be open: run `ulimit -n {needed}` first"
    );
    Ok(())
}

async fn play_auction(
    options: &Options,
    size: Size,
    places: &[url::Url],
    officer: &Api,
    own: Option<&mut Server>,
) -> Result<Report> {
    let script = Script {
        faults: options.faults()?,
        every: Duration::from_secs(options.every),
        seed: options.seed,
        server: own,
    };
    let server = script.server.as_ref().map(|server| server.process.clone());
    let server = server.as_ref();
    let clock = Clock::start();
    let timing = (options.scenario.timing)(&size);
    let fingerprint = options.fingerprint.as_deref();
    let stage = setup::stage(officer, &size, &timing, &clock).await?;
    let keys = officer.get("/.well-known/ebok-keys.json").await?;
    let keys = Keys::read(&keys, fingerprint)?;
    let resident_before = server.and_then(Process::resident_kib);
    let (auction, opening) = open(officer, &stage, &places[0], clock, &size).await?;

    let (evidence, queue) = mpsc::channel(EVIDENCE_QUEUE);
    let verifying = evidence::start(keys, auction.clone(), queue)?;
    let course = Arc::new(course(
        options, &size, &timing, places, clock, auction, opening, evidence,
    )?);
    let mut crowd = Crowd::enter(&course, stage.seats, size.observers);
    let resident_idle = crowd.wait_for_opening(&course, server).await?;
    let (load, struck) = loaded(&course, &timing, server, script).await?;
    let crowd = crowd.wait_for_seal(&course).await?;
    let ledger = verified(course, verifying).await?;

    let log = published(officer, places, &ledger.course.auction).await?;
    let log = Published::read(log, &ledger.course.auction, fingerprint)?;
    Ok(Report::new(crate::report::Run {
        options,
        size,
        machine: Machine::here(),
        started_ms: clock.started_ms(),
        load,
        memory: crate::report::Memory {
            before_kib: resident_before,
            idle_kib: resident_idle,
            peak_kib: server.and_then(Process::resident_peak_kib),
        },
        checks: checks(options, &crowd, &ledger.ledger, &log, &struck),
        struck,
        batches: log.batches,
        entries: log.entries.len(),
        crowd: &crowd,
        figures: &ledger.course.figures,
    }))
}

/// Publishes the lot so that everyone has time to join before the opening.
async fn open(
    officer: &Api,
    stage: &Stage,
    base: &url::Url,
    clock: Clock,
    size: &Size,
) -> Result<(String, Instant)> {
    let first = stage.seats.first().map(|seat| seat.token.as_str());
    let (_, hello) = Link::open(&Target::new(base)?, first, clock, ANSWER_WAIT).await?;
    let ahead = hello.now - clock.now_ms();
    let clients = (size.bidders + size.observers) as u64;
    let lead = Duration::from_millis(3000 + 5 * clients);
    let opens_here = clock.now_ms() + i64::try_from(lead.as_millis())?;
    let auction = setup::publish(officer, stage, opens_here + ahead).await?;
    Ok((auction, clock.instant_of(opens_here)))
}

#[allow(
    clippy::too_many_arguments,
    reason = "called once, with what the run has put together"
)]
fn course(
    options: &Options,
    size: &Size,
    timing: &Timing,
    places: &[url::Url],
    clock: Clock,
    auction: String,
    opening: Instant,
    evidence: mpsc::Sender<evidence::Evidence>,
) -> Result<Course> {
    let schedule = Schedule::new(&Spread {
        bidders: size.bidders,
        rate: size.rate,
        from: timing.bids_from,
        length: timing.bids_for,
        seed: options.seed,
    });
    Ok(Course {
        targets: places.iter().map(Target::new).collect::<Result<_>>()?,
        auction,
        clock,
        schedule,
        opening,
        deadline: opening + timing.latest_close + SEAL_WAIT,
        figures: Figures::new()?,
        evidence,
        due: (0..size.bidders).map(|_| Due::default()).collect(),
        connecting: Semaphore::new(CONNECTS_AT_ONCE),
        joined: AtomicUsize::new(0),
        finished: AtomicUsize::new(0),
    })
}

/// All clients while they run.
struct Crowd {
    bidders: JoinSet<Result<(usize, BidderSeen)>>,
    observers: JoinSet<Result<Seen>>,
}

/// All clients when they have finished.
pub(crate) struct Finished {
    /// By number.
    pub(crate) bidders: Vec<BidderSeen>,
    /// In no order.
    pub(crate) observers: Vec<Seen>,
}

impl Crowd {
    fn enter(course: &Arc<Course>, seats: Vec<setup::Seat>, observers: usize) -> Self {
        let mut crowd = Self {
            bidders: JoinSet::new(),
            observers: JoinSet::new(),
        };
        let count = seats.len();
        for (number, seat) in seats.into_iter().enumerate() {
            let course = Arc::clone(course);
            crowd.bidders.spawn(async move {
                let seen = bidder::bid(course, number, seat.token).await;
                seen.map(|seen| (number, seen))
                    .with_context(|| format!("bidder {number}"))
            });
        }
        for number in count..count + observers {
            let course = Arc::clone(course);
            crowd.observers.spawn(async move {
                let seen = observer::watch(course, number).await;
                seen.with_context(|| format!("observer {}", number - count))
            });
        }
        crowd
    }

    fn count(&self) -> usize {
        self.bidders.len() + self.observers.len()
    }

    /// Waits until all have joined; answers with the server's memory then.
    async fn wait_for_opening(
        &mut self,
        course: &Course,
        server: Option<&Process>,
    ) -> Result<Option<u64>> {
        let all = self.count();
        let bar = Progress::counted("joining", all);
        loop {
            let joined = course.joined.load(Ordering::Relaxed);
            bar.at(joined);
            if joined == all {
                return Ok(server.and_then(Process::resident_kib));
            }
            self.nobody_left()?;
            let opened = Instant::now() >= course.opening;
            ensure!(
                !opened,
                "only {joined} of {all} clients joined before the opening"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A client that ends before the opening could not join.
    fn nobody_left(&mut self) -> Result<()> {
        if let Some(left) = self.bidders.try_join_next() {
            left??;
        }
        if let Some(left) = self.observers.try_join_next() {
            left??;
        }
        Ok(())
    }

    async fn wait_for_seal(mut self, course: &Course) -> Result<Finished> {
        let bar = Progress::counted("waiting for the seal", self.count());
        let mut bidders = Vec::new();
        while let Some(done) = self.bidders.join_next().await {
            bidders.push(done??);
            bar.at(course.finished.load(Ordering::Relaxed));
        }
        let mut observers = Vec::new();
        while let Some(done) = self.observers.join_next().await {
            observers.push(done??);
            bar.at(course.finished.load(Ordering::Relaxed));
        }
        bidders.sort_by_key(|(number, _)| *number);
        let bidders = bidders.into_iter().map(|(_, seen)| seen).collect();
        Ok(Finished { bidders, observers })
    }
}

impl Finished {
    /// Every client's view.
    pub(crate) fn seen(&self) -> Vec<&Seen> {
        let bidders = self.bidders.iter().map(|bidder| &bidder.seen);
        bidders.chain(&self.observers).collect()
    }
}

/// What both sides used while bids were sent.
pub(crate) struct Load {
    /// How long bids were sent.
    pub(crate) length: Duration,
    /// This program.
    pub(crate) client: Option<Usage>,
    /// The server, where it is ours.
    pub(crate) server: Option<Usage>,
    /// State frames that reached clients meanwhile.
    pub(crate) state_frames: u64,
    /// All frames that reached clients meanwhile.
    pub(crate) frames: u64,
    /// Receipts that came meanwhile.
    pub(crate) receipts: u64,
}

/// The load, and the faults beside it.
async fn loaded(
    course: &Arc<Course>,
    timing: &Timing,
    server: Option<&Process>,
    mut script: Script<'_>,
) -> Result<(Load, Vec<Struck>)> {
    let begin = course.opening + timing.bids_from;
    let until = begin + timing.bids_for;
    let faults = async {
        tokio::time::sleep_until(begin.into()).await;
        script.play(course, until).await
    };
    tokio::try_join!(load(course, timing, server), faults)
}

/// The published log, from whichever address has it.
async fn published(officer: &Api, places: &[url::Url], auction: &str) -> Result<Value> {
    let path = format!("/api/auctions/{auction}/log");
    let until = Instant::now() + SEAL_WAIT;
    loop {
        let mut refused = None;
        for place in places {
            match officer.at(place.clone()).get(&path).await {
                Ok(log) => return Ok(log),
                Err(error) => refused = Some(error),
            }
        }
        if Instant::now() > until {
            return Err(refused.context("no address")?);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn load(course: &Arc<Course>, timing: &Timing, server: Option<&Process>) -> Result<Load> {
    let begin = course.opening + timing.bids_from;
    tokio::time::sleep_until(begin.into()).await;
    let read = || (Process::this().read(), server.and_then(Process::read));
    let counts = || {
        let figures = &course.figures;
        [&figures.state_frames, &figures.frames, &figures.receipts].map(counted)
    };
    let (before, counted_before) = (read(), counts());
    pacer::start(course)?;
    let bar = Progress::timed("bidding", timing.bids_for);
    while begin.elapsed() < timing.bids_for {
        let figures = &course.figures;
        let words = format!(
            "{} sent, {} receipts",
            counted(&figures.sent),
            counted(&figures.receipts)
        );
        bar.passed(begin.elapsed(), words);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (after, counted_after) = (read(), counts());
    let used = |after: Option<Reading>, before: Option<Reading>| Some(after?.since(&before?));
    let [state_frames, frames, receipts] =
        std::array::from_fn(|index| counted_after[index] - counted_before[index]);
    Ok(Load {
        length: begin.elapsed(),
        client: used(after.0, before.0),
        server: used(after.1, before.1),
        state_frames,
        frames,
        receipts,
    })
}

struct Verified {
    course: Course,
    ledger: Ledger,
}

/// Waits until every receipt is verified: the thread ends with the last client's hold on its queue.
async fn verified(course: Arc<Course>, verifying: JoinHandle<Ledger>) -> Result<Verified> {
    let mut course = Arc::into_inner(course).context("a client still runs")?;
    let (closed, _) = mpsc::channel(1);
    course.evidence = closed;
    let ledger = tokio::task::spawn_blocking(|| verifying.join()).await?;
    let ledger = ledger.map_err(|_| anyhow::anyhow!("the verifying thread failed"))?;
    Ok(Verified { course, ledger })
}

fn checks(
    options: &Options,
    crowd: &Finished,
    ledger: &Ledger,
    published: &Published,
    struck: &[Struck],
) -> Vec<Check> {
    let seen = crowd.seen();
    let records = &ledger.records;
    let result = seen
        .iter()
        .find_map(|seen| seen.result.as_ref())
        .map(|(_, result)| result);
    let mut checks = vec![
        clients::answered(&crowd.bidders),
        ledger.check.clone(),
        log::receipts_contiguous(records, crowd.bidders.len()),
        published.check.clone(),
        log::receipts_in_log(records, published),
        log::receipts_in_order(records, crowd.bidders.len(), published),
        log::acknowledged_bids_kept(records, published),
        log::nothing_added(records, published),
        log::close_kept(published, log::closed_at(published)),
        standings::recomputed(published, result),
        clients::agree(&seen),
        clients::feeds_whole(&seen),
        clients::nothing_hidden_seen(&seen),
    ];
    if options.is_chaos() {
        checks.push(faults::recovered(struck));
    }
    checks
}
