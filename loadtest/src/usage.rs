//! What a process uses, from `/proc`. Elsewhere than on Linux there are no figures.

use crate::machine::line_of;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Clock ticks per second in `/proc`: fixed by the kernel's interface to programs.
const TICKS_PER_S: u64 = 100;

/// One process, by its directory in `/proc`.
#[derive(Clone, Debug)]
pub(crate) struct Process(String);

/// CPU time of a process at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    at: Instant,
    cpu: Duration,
}

/// CPU time of a process over a stretch of time.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Usage {
    /// CPU seconds.
    pub(crate) cpu_s: f64,
    /// Wall seconds.
    pub(crate) wall_s: f64,
}

impl Process {
    /// This process.
    pub(crate) fn this() -> Self {
        Self("/proc/self".to_owned())
    }

    /// The process of this id.
    pub(crate) fn of(pid: u32) -> Self {
        Self(format!("/proc/{pid}"))
    }

    /// CPU time so far.
    pub(crate) fn read(&self) -> Option<Reading> {
        let stat = std::fs::read_to_string(format!("{}/stat", self.0)).ok()?;
        Some(Reading {
            at: Instant::now(),
            cpu: cpu_of(&stat)?,
        })
    }

    /// Resident memory in KiB.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        line_of(&format!("{}/status", self.0), "VmRSS:")
    }

    /// The most resident memory so far, in KiB.
    pub(crate) fn resident_peak_kib(&self) -> Option<u64> {
        line_of(&format!("{}/status", self.0), "VmHWM:")
    }
}

impl Reading {
    /// What was used since an earlier reading.
    pub(crate) fn since(&self, earlier: &Self) -> Usage {
        Usage {
            cpu_s: self.cpu.saturating_sub(earlier.cpu).as_secs_f64(),
            wall_s: self.at.duration_since(earlier.at).as_secs_f64(),
        }
    }
}

impl Usage {
    /// The share of so many cores.
    pub(crate) fn share(&self, cores: usize) -> f64 {
        self.cpu_s / (self.wall_s * cores as f64).max(f64::MIN_POSITIVE)
    }
}

/// User and system time. The name in parentheses may itself hold spaces and parentheses.
fn cpu_of(stat: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let all = ticks()? + ticks()?;
    Some(Duration::from_millis(all * 1000 / TICKS_PER_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_process_does_not_shift_its_figures() {
        let stat = "12 (a b) c) S 1 1 1 0 -1 4194304 100 0 0 0 250 50 7 8 20 0 4 0 100 1000 10";
        assert_eq!(cpu_of(stat), Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_share_is_of_all_cores() {
        let usage = Usage {
            cpu_s: 3.0,
            wall_s: 2.0,
        };
        assert!((usage.share(2) - 0.75).abs() < 1e-9);
    }
}
