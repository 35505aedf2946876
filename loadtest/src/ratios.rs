//! What the server does as ratios to what the machine can do at best, in the same run: bids to the
//! messages of a bare echo server (P2), times of receipts to those of fdatasync (P3), bids with
//! observers to bids without (P4). Machines differ and are shared; ratios of one run are comparable.
//!
//! Server and client have a core each; a step of the product in which the client used more than nine
//! tenths of its core measured the client and does not count. An echo costs the client as much as
//! the echo server, so its rate is taken per second of the echo server's processor time: what a core
//! would echo if the client were infinitely fast.

mod crowd;
mod disk;
mod echo;
mod pace;
mod raw;

use crate::api::Api;
use crate::clock::Clock;
use crate::limits::CLIENT_BUSY_MAX;
use crate::machine::Machine;
use crate::options::OwnServer;
use crate::scenario::{Size, rush};
use crate::server::{Server, free_port};
use crate::setup;
use crate::usage::{Process, Usage};
use anyhow::{Context, Result, ensure};
use clap::Parser;
use crowd::{Place, Rate, Seat};
use disk::Disk;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::LocalSet;

const BIDDERS: usize = 200;
const OBSERVERS: usize = 500;
/// Bids per second while receipts are timed.
const STEADY_PER_S: u32 = 2_000;
const STEP: Duration = Duration::from_secs(3);
/// Receipts are timed for longer: their p99 rests on one in a hundred.
const TIMED: Duration = Duration::from_secs(6);
/// From publishing the auction to its opening: bidders accept the terms meanwhile.
const LEAD_MS: i64 = 4_000;

/// Measures bids, receipts and fan-out against baselines of the same run.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Options {
    #[command(flatten)]
    server: OwnServer,
    /// How often each step is measured; the medians count.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only serve echoes on this address: how this program starts its baseline.
    #[arg(long, hide = true)]
    echo: Option<String>,
}

/// One round: each step once.
struct Round {
    echo: Rate,
    alone: Rate,
    observed: Rate,
    /// p50 and p99 in microseconds.
    fdatasync: [u64; 2],
    receipt: [u64; 2],
    timed: Usage,
}

/// Measures and prints.
///
/// # Errors
/// The run could not be made.
pub(crate) async fn play(options: &Options) -> Result<()> {
    match &options.echo {
        Some(address) => echo::serve(address).await,
        None => LocalSet::new().run_until(measure(options)).await,
    }
}

async fn measure(options: &Options) -> Result<()> {
    let echo_address = format!("127.0.0.1:{}", free_port()?);
    let echo = echo::start(&echo_address, options.server.server_cpus.as_deref()).await?;
    let echo_process = Process::of(echo.id().context("the echo server ended at once")?);
    let server = Server::start(&options.server).await?;
    let disk = Disk::under(server.under())?;
    let (place, seats) = open(&server, options.rounds).await?;
    let echo_place = Place::new(echo_address, place.auction().to_owned(), echo_process);
    let machine = Machine::here();
    println!(
        "{BIDDERS} bidders, {OBSERVERS} observers, journal {:?}; {} MiB, {}",
        options.server.journal, machine.memory_mib, machine.system
    );
    let mut rounds = Vec::new();
    for number in 1..=options.rounds {
        let round = Round::play(&echo_place, &place, &seats, &disk).await?;
        println!("round {number}: {round}");
        rounds.push(round);
    }
    server.stop().await;
    report(&rounds)
}

/// An auction that is open for all rounds, with its bidders.
async fn open(server: &Server, rounds: usize) -> Result<(Rc<Place>, Vec<Rc<Seat>>)> {
    let api = Api::new(server.url.clone())?;
    let officer = setup::officer(&api, &server.officer().await?).await?;
    let size = Size {
        bidders: BIDDERS,
        observers: OBSERVERS,
        rate: f64::from(STEADY_PER_S),
        duration_s: 60 + 60 * rounds as u64,
    };
    let clock = Clock::start();
    let stage = setup::stage(&officer, &size, &rush::steady(&size), &clock).await?;
    let opening = clock.now_ms() + LEAD_MS;
    let auction = setup::publish(&officer, &stage, opening).await?;
    let host = server.url.host_str().context("a server without a host")?;
    let port = server.url.port().context("a server without a port")?;
    let place = Place::new(format!("{host}:{port}"), auction, server.process.clone());
    let seats: Vec<_> = stage
        .seats
        .into_iter()
        .map(|seat| Seat::new(seat.token))
        .collect();
    for seat in &seats {
        place.accept_terms(seat).await?;
    }
    tokio::time::sleep_until(clock.instant_of(opening + 100).into()).await;
    Ok((place, seats))
}

impl Round {
    async fn play(
        echo: &Rc<Place>,
        place: &Rc<Place>,
        seats: &[Rc<Seat>],
        disk: &Disk,
    ) -> Result<Self> {
        let fdatasync = disk.measure(STEP)?;
        let echo = echo.echoes(seats.len(), STEP).await?;
        let alone = place.receipts(seats, STEP).await?;
        let observers = place.observers(OBSERVERS).await?;
        let observed = place.receipts(seats, STEP).await?;
        let (receipt, timed) = place.latencies(seats, STEADY_PER_S, TIMED).await?;
        drop(observers);
        let percentiles = |times: &hdrhistogram::Histogram<u64>| {
            [0.5, 0.99].map(|quantile| times.value_at_quantile(quantile))
        };
        Ok(Self {
            echo,
            alone,
            observed,
            fdatasync: percentiles(&fdatasync),
            receipt: percentiles(&receipt),
            timed,
        })
    }

    /// P2.
    fn bids_to_echoes(&self) -> Option<f64> {
        valid(&[&self.alone.client])?;
        Some(self.alone.per_s / (self.echo.per_s / self.echo.server.share(1)))
    }

    /// P3: p50 and p99.
    fn receipts_to_syncs(&self) -> Option<[f64; 2]> {
        valid(&[&self.timed])?;
        Some(std::array::from_fn(|i| {
            self.receipt[i] as f64 / self.fdatasync[i] as f64
        }))
    }

    /// P4.
    fn observed_to_alone(&self) -> Option<f64> {
        valid(&[&self.alone.client, &self.observed.client])?;
        Some(self.observed.per_s / self.alone.per_s)
    }
}

/// None when a client was the bottleneck.
fn valid(clients: &[&Usage]) -> Option<()> {
    let free = clients
        .iter()
        .all(|client| client.share(1) <= CLIENT_BUSY_MAX);
    free.then_some(())
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |usage: &Usage| 100.0 * usage.share(1);
        let rate = |rate: &Rate| {
            let (client, server) = (percent(&rate.client), percent(&rate.server));
            format!("{:.0}/s ({client:.0}, {server:.0} %)", rate.per_s)
        };
        let times = |[p50, p99]: [u64; 2]| format!("{p50}/{p99} µs");
        write!(
            f,
            "echoes {}, bids {}, with observers {}, fdatasync {}, receipts {} ({:.0} %)",
            rate(&self.echo),
            rate(&self.alone),
            rate(&self.observed),
            times(self.fdatasync),
            times(self.receipt),
            percent(&self.timed),
        )
    }
}

fn report(rounds: &[Round]) -> Result<()> {
    println!(
        "medians (least to most) of the rounds in which the client kept up; in brackets its share of its core, and the server's"
    );
    let all =
        |value: fn(&Round) -> Option<f64>| rounds.iter().filter_map(value).collect::<Vec<_>>();
    line("P2 bids ÷ echoes", all(Round::bids_to_echoes))?;
    line(
        "P3 receipt p50 ÷ fdatasync p50",
        all(|r| Some(r.receipts_to_syncs()?[0])),
    )?;
    line(
        "P3 receipt p99 ÷ fdatasync p99",
        all(|r| Some(r.receipts_to_syncs()?[1])),
    )?;
    line(
        "P4 bids with observers ÷ without",
        all(Round::observed_to_alone),
    )
}

fn line(name: &str, mut ratios: Vec<f64>) -> Result<()> {
    ratios.sort_by(f64::total_cmp);
    let (least, most) = (ratios.first(), ratios.last());
    ensure!(
        least.is_some(),
        "{name}: the client was the bottleneck in every round"
    );
    println!(
        "  {name:<34} {:.2} ({:.2} to {:.2}), {} rounds",
        ratios[ratios.len() / 2],
        least.unwrap_or(&f64::NAN),
        most.unwrap_or(&f64::NAN),
        ratios.len()
    );
    Ok(())
}
