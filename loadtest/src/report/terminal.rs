//! The report as it is read in a terminal.

use super::Report;
use crate::checks::Check;
use crate::figures::Percentiles;
use std::fmt;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.heading(f)?;
        self.latencies(f)?;
        self.throughput(f)?;
        self.use_of_machine(f)?;
        self.faults(f)?;
        self.promises(f)?;
        self.verdict(f)
    }
}

impl Report {
    fn heading(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = &self.size;
        let journal = match self.journal {
            Some(journal) => format!("{journal:?} journal").to_lowercase(),
            None => self.target.clone(),
        };
        writeln!(f, "\n  {}  {}", self.scenario, self.date)?;
        writeln!(
            f,
            "  {} bidders, {} observers, {} bids/s, {} s, seed {}, {journal}",
            size.bidders, size.observers, size.rate, size.duration_s, self.seed
        )?;
        let machine = &self.machine;
        let memory = machine.memory_mib as f64 / 1024.0;
        writeln!(
            f,
            "  {}, {} core(s), {memory:.1} GiB\n",
            machine.system, machine.cores
        )
    }

    fn latencies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ["p50", "p90", "p99", "p99.9", "max"];
        write!(f, "  {:<26}{:>10}", "latency in ms", "count")?;
        for name in names {
            write!(f, "{name:>10}")?;
        }
        writeln!(f)?;
        let latency = &self.latency;
        row(f, "receipt, from intended", &latency.receipt)?;
        row(f, "receipt, from sent", &latency.answer)?;
        row(f, "best price at viewers", &latency.delivery)?;
        row(f, "result at clients", &latency.result)?;
        row(f, "client's own send lag", &latency.send_lag)?;
        writeln!(f)
    }

    fn throughput(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bids, fan_out, clients) = (&self.bids, &self.fan_out, &self.clients);
        let refused: Vec<_> = bids
            .refusals
            .iter()
            .map(|(name, n)| format!("{n} {name}"))
            .collect();
        let refused = if refused.is_empty() {
            "none refused".to_owned()
        } else {
            refused.join(", ")
        };
        line(
            f,
            "bids",
            format!("{} sent, {} receipts, {refused}", bids.sent, bids.receipts),
        )?;
        line(
            f,
            "receipts per second",
            format!("{:.0}", bids.receipts_per_s),
        )?;
        let batches = format!(
            "{} in {} batches, {:.1} each",
            bids.entries, bids.batches, bids.entries_per_batch
        );
        line(f, "entries of the log", batches)?;
        let mib = fan_out.bytes as f64 / 1_048_576.0;
        let frames = format!(
            "{} ({:.0} state frames per second), {mib:.1} MiB",
            fan_out.frames, fan_out.state_frames_per_s
        );
        line(f, "frames delivered", frames)?;
        let came_back = format!(
            "{} gaps filled, {} reconnects, {} receipts again, {} extensions",
            clients.gaps, clients.reconnects, clients.repeated_receipts, clients.extensions
        );
        line(f, "clients", came_back)
    }

    fn use_of_machine(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cpu = &self.cpu;
        if let (Some(client), Some(share)) = (cpu.client, cpu.client_share) {
            let words = format!("{:.2} s, {:.0} % of its cores", client.cpu_s, share * 100.0);
            line(f, "client CPU", words)?;
        }
        if let Some(server) = cpu.server {
            let each = |us: Option<f64>| us.map_or("–".to_owned(), |us| format!("{us:.1}"));
            let words = format!(
                "{:.2} s in {:.1} s, {} µs per bid, {} µs per frame",
                server.cpu_s,
                server.wall_s,
                each(cpu.server_us_per_bid),
                each(cpu.server_us_per_frame)
            );
            line(f, "server CPU", words)?;
        }
        let mib = |kib: Option<u64>| kib.map(|kib| kib as f64 / 1024.0);
        if let (Some(idle), Some(peak)) = (mib(self.memory.idle_kib), mib(self.memory.peak_kib)) {
            let each = self.kib_per_idle_client.unwrap_or_default();
            let words =
                format!("{idle:.1} MiB idle, {peak:.1} MiB peak, {each:.1} KiB per idle client");
            line(f, "server memory", words)?;
        }
        writeln!(f)
    }

    fn faults(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.faults.is_empty() {
            return Ok(());
        }
        let headings = ("fault", "after s", "recovered in ms");
        writeln!(
            f,
            "  {:<26}{:>10}{:>18}",
            headings.0, headings.1, headings.2
        )?;
        for fault in &self.faults {
            let recovered = fault.recovered_ms;
            let recovered = recovered.map_or("NEVER".to_owned(), |ms| ms.to_string());
            let (name, at_s) = (&fault.fault, fault.at_s);
            writeln!(f, "  {name:<26}{at_s:>10.1}{recovered:>18}")?;
        }
        writeln!(f)
    }

    fn promises(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            promise(f, check)?;
        }
        writeln!(f)
    }

    fn verdict(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(why) = &self.client_bound {
            writeln!(f, "  client-bound: figures void ({why})")?;
        }
        let broken = self.checks.iter().filter(|check| !check.passed()).count();
        match broken {
            0 => writeln!(f, "  all {} checks passed", self.checks.len()),
            _ => writeln!(f, "  {broken} of {} checks FAILED", self.checks.len()),
        }
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, words: impl fmt::Display) -> fmt::Result {
    writeln!(f, "  {name:<26}{words}")
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, of: &Percentiles) -> fmt::Result {
    write!(f, "  {name:<26}{:>10}", of.count)?;
    for us in [of.p50_us, of.p90_us, of.p99_us, of.p999_us, of.max_us] {
        if of.count == 0 {
            write!(f, "{:>10}", "–")?;
        } else {
            write!(f, "{:>10.2}", us as f64 / 1000.0)?;
        }
    }
    writeln!(f)
}

fn promise(f: &mut fmt::Formatter<'_>, check: &Check) -> fmt::Result {
    let verdict = match (check.passed(), check.of) {
        (true, _) => "pass",
        (false, 0) => "NONE",
        (false, _) => "FAIL",
    };
    let kept = format!("{}/{}", check.of - check.failed, check.of);
    writeln!(
        f,
        "  {verdict}  {:<24}{kept:>15}  {}",
        check.name, check.about
    )?;
    for example in &check.examples {
        writeln!(f, "        {example}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::report;

    fn check(kept: &[bool]) -> Check {
        let mut check = Check::new("receipts-verify", "each receipt");
        for kept in kept {
            check.holds(*kept, || "n 5 of bidder 2".to_owned());
        }
        check
    }

    fn shows(report: &Report, words: &str) {
        let text = report.to_string();
        assert!(text.contains(words), "{words:?} in\n{text}");
    }

    #[test]
    fn a_sound_run_says_so() {
        let report = report(None, vec![check(&[true, true])]);
        shows(&report, "all 1 checks passed");
        shows(&report, "3 closed");
        shows(&report, "1.25");
        assert!(report.passed());
    }

    #[test]
    fn a_broken_promise_is_named_with_examples() {
        let report = report(None, vec![check(&[true, false])]);
        shows(&report, "FAIL  receipts-verify");
        shows(&report, "n 5 of bidder 2");
        shows(&report, "1 of 1 checks FAILED");
        assert!(!report.passed());
    }

    #[test]
    fn what_was_never_looked_at_is_not_proven() {
        let report = report(None, vec![check(&[])]);
        shows(&report, "NONE  receipts-verify");
        assert!(!report.passed());
    }

    #[test]
    fn a_busy_client_makes_the_figures_void_in_text_and_file() {
        let report = report(
            Some("the client used 95 % of its cores"),
            vec![check(&[true])],
        );
        shows(
            &report,
            "client-bound: figures void (the client used 95 % of its cores)",
        );
        let json = serde_json::to_value(&report).expect("JSON");
        assert_eq!(json["client_bound"], "the client used 95 % of its cores");
        assert_eq!(json["passed"], true);
    }
}
