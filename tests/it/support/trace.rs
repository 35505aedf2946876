//! System calls as strace writes them down: when bytes are stored, synced and sent.

use super::wait::wait_for;
use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::Path;

/// Begin and duration of a call are rounded, each by itself.
const ROUNDED_US: u64 = 2;

/// The words before a command that let strace write its calls to a file. With `-D` the process that
/// is started is the one that is traced.
pub(crate) fn strace(file: &Path) -> Vec<String> {
    let calls = "trace=fdatasync,fsync,write,writev,pwrite64,sendto,sendmsg";
    let words = [
        "strace", "-D", "-f", "-ttt", "-T", "-yy", "-s", "65536", "-e", calls, "-o",
    ];
    let file = file.to_str().unwrap();
    words.into_iter().chain([file]).map(str::to_owned).collect()
}

/// What was written of a process that has ended or is about to.
pub(crate) async fn complete(file: &Path, process: u32) -> String {
    let process = process.to_string();
    wait_for("the end of the trace", async || {
        let text = fs::read_to_string(file).ok()?;
        // The first thread of a process is reported last.
        let mut last = text.lines().next_back()?.split(' ');
        let ended = last.next() == Some(process.as_str()) && last.any(|word| word == "+++");
        (ended && text.ends_with('\n')).then_some(text)
    })
    .await
}

/// A system call; microseconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) begin: u64,
    pub(crate) end: u64,
    pub(crate) name: &'a str,
    /// The file or socket.
    pub(crate) on: &'a str,
    /// All arguments, as strace quotes them.
    pub(crate) text: &'a str,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}–{}", self.name, self.on, self.begin, self.end)
    }
}

impl Call<'_> {
    /// It had ended before the other began.
    pub(crate) fn is_before(&self, other: &Call<'_>) -> bool {
        self.end <= other.begin + ROUNDED_US
    }

    /// It made a file durable.
    pub(crate) fn is_sync_of(&self, file: &str) -> bool {
        matches!(self.name, "fsync" | "fdatasync") && self.on.contains(file)
    }
}

/// The calls of a trace that ended, in the order in which they began.
pub(crate) fn calls(trace: &str) -> Vec<Call<'_>> {
    let mut found = Vec::new();
    let mut unfinished = HashMap::new();
    for line in trace.lines() {
        let mut words = line.splitn(2, ' ');
        let (Some(thread), Some(rest)) = (words.next(), words.next()) else {
            continue;
        };
        let (time, what) = rest.trim_start().split_once(' ').expect("a time");
        let time: u64 = time.replace('.', "").parse().expect("a time");
        if what.starts_with("<... ") {
            if let Some(begun) = unfinished.remove(thread) {
                found.push(Call { end: time, ..begun });
            }
        } else if let Some((name, text)) = what.split_once('(') {
            let on = text.split(&[',', ')', ' ']).next().unwrap_or_default();
            let (begin, end) = (time, time + took_us(text));
            let call = Call {
                begin,
                end,
                name,
                on,
                text,
            };
            if text.ends_with("<unfinished ...>") {
                unfinished.insert(thread, call);
            } else {
                found.push(call);
            }
        }
    }
    found.sort_by_key(|call| call.begin);
    found
}

/// How long a call took: `<0.000123>` at the end of its line.
fn took_us(text: &str) -> u64 {
    let took = text.rsplit_once('<').map_or("", |(_, took)| took);
    let took = took.trim_end_matches('>').replace('.', "");
    took.parse().unwrap_or(0)
}

#[test]
fn reads_calls_in_one_line_and_in_two() {
    let trace = "7 5.000001 write(3</a>, \"x(\", 2 <unfinished ...>\n\
                 8 5.000002 fdatasync(4</b>) = 0 <0.000005>\n\
                 7 5.000009 <... write resumed>) = 2 <0.000008>\n\
                 8 5.000010 sendto(5<TCP:[1->2]>, \"y\", 1) = 1 <0.000001>\n\
                 7 5.000020 +++ exited with 0 +++\n";
    let calls = calls(trace);
    let seen: Vec<_> = calls
        .iter()
        .map(|call| (call.name, call.on, call.begin, call.end))
        .collect();
    let at = |us: u64| 5_000_000 + us;
    assert_eq!(
        seen,
        [
            ("write", "3</a>", at(1), at(9)),
            ("fdatasync", "4</b>", at(2), at(7)),
            ("sendto", "5<TCP:[1->2]>", at(10), at(11)),
        ]
    );
    assert!(calls[1].is_sync_of("/b") && calls[1].is_before(&calls[2]));
    assert!(!calls[0].is_before(&calls[1]));
}
