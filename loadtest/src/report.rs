//! The verdict in figures: one structure for the terminal and for the file.

mod terminal;

use crate::checks::Check;
use crate::clock;
use crate::faults::Struck;
use crate::figures::{Figures, Measure, Percentiles, counted};
use crate::limits::{CLIENT_BUSY_MAX, SEND_LAG_MAX};
use crate::machine::Machine;
use crate::options::{Journal, Options};
use crate::run::{Finished, Load};
use crate::scenario::Size;
use crate::usage::Usage;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a run gave.
pub(crate) struct Run<'a> {
    /// How it was asked for.
    pub(crate) options: &'a Options,
    /// How large it was.
    pub(crate) size: Size,
    /// On what.
    pub(crate) machine: Machine,
    /// Wall time of its start.
    pub(crate) started_ms: i64,
    /// What was used while bids were sent.
    pub(crate) load: Load,
    /// The server's memory.
    pub(crate) memory: Memory,
    /// What was done to the server.
    pub(crate) struck: Vec<Struck>,
    /// The promises.
    pub(crate) checks: Vec<Check>,
    /// Batches of the log.
    pub(crate) batches: usize,
    /// Entries of the log.
    pub(crate) entries: usize,
    /// What clients saw.
    pub(crate) crowd: &'a Finished,
    /// What was measured.
    pub(crate) figures: &'a Figures,
}

/// Resident memory of the server, in KiB; none when it is not ours.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Memory {
    /// Before clients connected.
    pub(crate) before_kib: Option<u64>,
    /// When all had joined and nobody bid.
    pub(crate) idle_kib: Option<u64>,
    /// The most.
    pub(crate) peak_kib: Option<u64>,
}

/// Figures and promises of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    format: &'static str,
    date: String,
    scenario: &'static str,
    target: String,
    journal: Option<Journal>,
    seed: u64,
    size: Size,
    machine: Machine,
    /// Why the figures say nothing of the server; the checks still hold.
    client_bound: Option<String>,
    /// Whether every check passed.
    passed: bool,
    bids: Bids,
    latency: Latency,
    fan_out: FanOut,
    cpu: Cpu,
    memory: Memory,
    kib_per_idle_client: Option<f64>,
    clients: Clients,
    faults: Vec<Struck>,
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Bids {
    sent: u64,
    receipts: u64,
    receipts_per_s: f64,
    refusals: BTreeMap<String, u64>,
    batches: usize,
    entries: usize,
    entries_per_batch: f64,
}

#[derive(Debug, Serialize)]
struct Latency {
    /// From the intended time.
    receipt: Percentiles,
    /// From sending.
    answer: Percentiles,
    /// From the bid's intended time to each viewer.
    delivery: Percentiles,
    /// From the close to each client.
    result: Percentiles,
    /// Of the client itself.
    send_lag: Percentiles,
}

#[derive(Debug, Serialize)]
struct FanOut {
    state_frames: u64,
    state_frames_per_s: f64,
    frames: u64,
    bytes: u64,
}

#[derive(Debug, Serialize)]
struct Cpu {
    client: Option<Usage>,
    client_share: Option<f64>,
    server: Option<Usage>,
    server_us_per_bid: Option<f64>,
    server_us_per_frame: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Clients {
    gaps: u32,
    reconnects: u32,
    repeated_receipts: u64,
    extensions: u64,
}

impl Report {
    /// Puts the figures of a run together.
    pub(crate) fn new(run: Run<'_>) -> Self {
        let latency = Latency::of(run.figures);
        let cpu = Cpu::of(&run.load, &run.machine);
        Self {
            format: "ebok-loadtest-1",
            date: clock::iso(run.started_ms),
            scenario: run.options.scenario.name,
            target: run
                .options
                .target
                .as_ref()
                .map_or("spawned".to_owned(), ToString::to_string),
            journal: run.options.spawn.then_some(run.options.own_server.journal),
            seed: run.options.seed,
            client_bound: client_bound(cpu.client_share, &latency.send_lag),
            passed: run.checks.iter().all(Check::passed),
            bids: Bids::of(&run),
            fan_out: FanOut::of(&run),
            kib_per_idle_client: per_client(run.memory, &run.size),
            clients: Clients::of(run.crowd),
            size: run.size,
            machine: run.machine,
            latency,
            cpu,
            memory: run.memory,
            faults: run.struck,
            checks: run.checks,
        }
    }

    /// Whether every promise was kept.
    pub(crate) fn passed(&self) -> bool {
        self.passed
    }
}

/// Why the client was the bottleneck, if it was.
fn client_bound(share: Option<f64>, send_lag: &Percentiles) -> Option<String> {
    if let Some(share) = share.filter(|share| *share > CLIENT_BUSY_MAX) {
        return Some(format!(
            "the client used {:.0} % of its cores",
            share * 100.0
        ));
    }
    let late = u128::from(send_lag.p99_us) > SEND_LAG_MAX.as_micros();
    late.then(|| {
        format!(
            "the client sent {:.1} ms late (p99)",
            send_lag.p99_us as f64 / 1000.0
        )
    })
}

fn per_client(memory: Memory, size: &Size) -> Option<f64> {
    let grown = memory.idle_kib?.saturating_sub(memory.before_kib?);
    Some(grown as f64 / (size.bidders + size.observers) as f64)
}

impl Latency {
    fn of(figures: &Figures) -> Self {
        Self {
            receipt: figures.percentiles(Measure::Receipt),
            answer: figures.percentiles(Measure::Answer),
            delivery: figures.percentiles(Measure::Delivery),
            result: figures.percentiles(Measure::Result),
            send_lag: figures.percentiles(Measure::SendLag),
        }
    }
}

impl Bids {
    fn of(run: &Run<'_>) -> Self {
        let mut refusals = BTreeMap::new();
        for (name, count) in run.crowd.bidders.iter().flat_map(|bidder| &bidder.refusals) {
            *refusals.entry(name.clone()).or_default() += count;
        }
        Self {
            sent: counted(&run.figures.sent),
            receipts: counted(&run.figures.receipts),
            receipts_per_s: run.load.receipts as f64 / run.load.length.as_secs_f64(),
            refusals,
            batches: run.batches,
            entries: run.entries,
            entries_per_batch: run.entries as f64 / run.batches.max(1) as f64,
        }
    }
}

impl FanOut {
    fn of(run: &Run<'_>) -> Self {
        Self {
            state_frames: counted(&run.figures.state_frames),
            state_frames_per_s: run.load.state_frames as f64 / run.load.length.as_secs_f64(),
            frames: counted(&run.figures.frames),
            bytes: counted(&run.figures.bytes),
        }
    }
}

impl Cpu {
    fn of(load: &Load, machine: &Machine) -> Self {
        let each = |count: u64| {
            let server = load.server.filter(|_| count > 0)?;
            Some(server.cpu_s * 1e6 / count as f64)
        };
        Self {
            client: load.client,
            client_share: load.client.map(|usage| usage.share(machine.cores)),
            server: load.server,
            server_us_per_bid: each(load.receipts),
            server_us_per_frame: each(load.frames),
        }
    }
}

impl Clients {
    fn of(crowd: &Finished) -> Self {
        let seen = crowd.seen();
        Self {
            gaps: seen.iter().map(|seen| seen.gaps).sum(),
            reconnects: seen.iter().map(|seen| seen.reconnects).sum(),
            repeated_receipts: crowd.bidders.iter().map(|bidder| bidder.repeated).sum(),
            extensions: seen
                .iter()
                .map(|seen| seen.extensions)
                .max()
                .unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod fixture {
    use super::*;

    /// A small report whose checks are these.
    pub(super) fn report(client_bound: Option<&str>, checks: Vec<Check>) -> Report {
        let latency = || Percentiles::default();
        Report {
            format: "ebok-loadtest-1",
            date: clock::iso(0),
            scenario: "rush",
            target: "spawned".to_owned(),
            journal: Some(Journal::Sqlite),
            seed: 1,
            size: Size {
                bidders: 2,
                observers: 0,
                rate: 10.0,
                duration_s: 1,
            },
            machine: Machine {
                cores: 2,
                memory_mib: 2048,
                system: "linux".to_owned(),
            },
            client_bound: client_bound.map(str::to_owned),
            passed: checks.iter().all(Check::passed),
            bids: Bids {
                sent: 10,
                receipts: 10,
                receipts_per_s: 10.0,
                refusals: BTreeMap::from([("closed".to_owned(), 3)]),
                batches: 5,
                entries: 15,
                entries_per_batch: 3.0,
            },
            latency: Latency {
                receipt: Percentiles {
                    count: 10,
                    p50_us: 1250,
                    max_us: 2000,
                    ..latency()
                },
                answer: latency(),
                delivery: latency(),
                result: latency(),
                send_lag: latency(),
            },
            fan_out: FanOut {
                state_frames: 4,
                state_frames_per_s: 4.0,
                frames: 20,
                bytes: 2048,
            },
            cpu: Cpu {
                client: None,
                client_share: None,
                server: None,
                server_us_per_bid: None,
                server_us_per_frame: None,
            },
            memory: Memory::default(),
            kib_per_idle_client: None,
            clients: Clients {
                gaps: 0,
                reconnects: 0,
                repeated_receipts: 0,
                extensions: 0,
            },
            faults: Vec::new(),
            checks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lag(p99_us: u64) -> Percentiles {
        Percentiles {
            p99_us,
            ..Percentiles::default()
        }
    }

    #[test]
    fn a_busy_or_late_client_makes_figures_void() {
        assert_eq!(client_bound(Some(0.5), &lag(900)), None);
        assert_eq!(client_bound(None, &lag(900)), None);
        let busy = client_bound(Some(0.95), &lag(900));
        assert_eq!(busy.as_deref(), Some("the client used 95 % of its cores"));
        let late = client_bound(Some(0.5), &lag(7_250));
        assert_eq!(late.as_deref(), Some("the client sent 7.2 ms late (p99)"));
    }

    #[test]
    fn memory_of_a_client_is_what_all_of_them_added() {
        let memory = Memory {
            before_kib: Some(1000),
            idle_kib: Some(5000),
            peak_kib: None,
        };
        let size = Size {
            bidders: 100,
            observers: 400,
            rate: 1.0,
            duration_s: 1,
        };
        assert_eq!(per_client(memory, &size), Some(8.0));
    }
}
