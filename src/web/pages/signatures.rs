//! What clerks and citizens are told alike of a document's signatures.

use super::lot_line::Chip;
use crate::office::circulation::signatures::Checked;
use crate::office::signatures::{Coverage, Finding, Verdict};
use crate::store::signatures::{Decision, Evidence, Progress};
use crate::web::format;
use crate::web::visit::Visit;

/// How the signatures of a document stand.
pub(super) struct Signatures {
    /// None where there is none.
    pub(super) chip: Option<Chip>,
    /// What is said in place of it.
    pub(super) note: Option<String>,
    /// None where there is nothing to unfold.
    pub(super) details: Option<Details>,
    /// What the office made of it.
    pub(super) decision: Option<Decided>,
}

/// All that was found.
pub(super) struct Details {
    pub(super) findings: Vec<Told>,
    /// How it was checked: labels and values.
    pub(super) facts: Vec<(String, String)>,
}

/// One signature.
pub(super) struct Told {
    pub(super) who: String,
    pub(super) chip: Chip,
    /// Sentences, each with its code.
    pub(super) reasons: Vec<(String, &'static str)>,
    /// Labels and values.
    pub(super) facts: Vec<(String, String)>,
}

/// What the office made of it.
pub(super) struct Decided {
    pub(super) chip: Chip,
    pub(super) when: String,
    pub(super) reason: String,
}

/// How the signatures of a document of a letter stand.
pub(super) fn of_document(visit: &Visit, checked: &Checked, document: &str) -> Signatures {
    let Some(evidence) = checked.of(document) else {
        let waits = checked.progress == Progress::Waiting;
        return Signatures {
            chip: waits.then(|| chip(visit, "signature-waiting", "clock", "")),
            note: None,
            details: None,
            decision: None,
        };
    };
    let findings: Vec<Finding> =
        serde_json::from_value(evidence.findings.clone()).unwrap_or_default();
    let details = (!findings.is_empty()).then(|| Details {
        findings: findings.iter().map(|one| told(visit, one)).collect(),
        facts: how(visit, evidence),
    });
    let verdict = Verdict::of(&evidence.verdict);
    Signatures {
        chip: verdict.map(|verdict| verdict_chip(visit, verdict)),
        note: verdict.is_none().then(|| visit.say("signature-none")),
        details,
        decision: evidence.decision.as_ref().map(|one| decided(visit, one)),
    }
}

/// The mark of a letter whose signatures a person has to look at.
pub(super) fn mark(visit: &Visit) -> Chip {
    chip(visit, "signature-decide", "clock", "is-extended")
}

fn chip(visit: &Visit, key: &str, icon: &'static str, tone: &'static str) -> Chip {
    Chip {
        icon,
        word: visit.say(key),
        tone,
    }
}

fn verdict_chip(visit: &Visit, verdict: Verdict) -> Chip {
    let (key, icon, tone) = match verdict {
        Verdict::TotalPassed => ("signature-passed", "check", "is-accepted"),
        Verdict::Indeterminate => ("signature-indeterminate", "clock", "is-extended"),
        Verdict::TotalFailed => ("signature-failed", "cross", "is-refused"),
    };
    chip(visit, key, icon, tone)
}

fn decided(visit: &Visit, decision: &Decision) -> Decided {
    let (key, icon, tone) = match decision.is_accepted {
        true => ("signature-accepted", "check", "is-accepted"),
        false => ("signature-refused", "cross", "is-refused"),
    };
    Decided {
        chip: chip(visit, key, icon, tone),
        when: format::date_minute(decision.decided_at, visit.lang),
        reason: decision.reason.clone(),
    }
}

fn told(visit: &Visit, finding: &Finding) -> Told {
    let signer = finding.signer.as_ref();
    let name = signer.map(|signer| signer.name.clone());
    // Whose seal says so belongs to it.
    let who = match (&finding.person, name) {
        (Some(person), Some(seal)) => {
            let by = [("person", person.as_str()), ("seal", seal.as_str())];
            visit.lang.say_with("signature-by-profile", &by)
        }
        (_, Some(name)) => name,
        (_, None) => visit.say("signature-unknown-signer"),
    };
    let mut facts = vec![(
        visit.say("signature-format"),
        format!("{} {}", finding.format.name(), finding.level.name()),
    )];
    let mut fact = |key: &str, value: Option<String>| {
        facts.extend(value.map(|value| (visit.say(key), value)));
    };
    fact("signature-covers", Some(covers(visit, &finding.coverage)));
    let claimed = finding.claimed_at;
    fact(
        "signature-claimed",
        claimed.map(|at| format::date_minute(at, visit.lang)),
    );
    fact("signature-subject", signer.map(|one| one.subject.clone()));
    fact("signature-issuer", signer.map(|one| one.issuer.clone()));
    fact("signature-serial", signer.map(|one| one.serial.clone()));
    fact(
        "signature-certificate",
        signer.map(|one| one.sha256.clone()),
    );
    let reasons = finding.reasons.iter();
    Told {
        who,
        chip: verdict_chip(visit, finding.verdict),
        reasons: reasons
            .map(|reason| (visit.lang.of(&reason.words()), reason.code()))
            .collect(),
        facts,
    }
}

fn covers(visit: &Visit, coverage: &Coverage) -> String {
    match coverage {
        Coverage::Whole => visit.say("signature-covers-whole"),
        Coverage::Part => visit.say("signature-covers-part"),
        Coverage::Nothing => visit.say("signature-covers-nothing"),
        Coverage::Files { names } => names.join(", "),
        Coverage::Revision { added, .. } => {
            let added = i64::try_from(*added).unwrap_or(i64::MAX);
            let size = format::size(added, visit.lang);
            visit.say_of("signature-covers-revision", "size", &size)
        }
    }
}

/// How it was checked.
fn how(visit: &Visit, evidence: &Evidence) -> Vec<(String, String)> {
    let anchors = match evidence.anchors.is_empty() {
        true => visit.say("signature-no-anchors"),
        false => evidence.anchors.clone(),
    };
    let moment = |at| format::date_time(at, visit.lang);
    [
        ("signature-verdict", evidence.verdict.clone()),
        ("signature-checked-at", moment(evidence.checked_at)),
        ("signature-judged-at", moment(evidence.judged_at)),
        ("signature-anchors", anchors),
        ("signature-checker", evidence.checker.clone()),
    ]
    .map(|(key, value)| (visit.say(key), value))
    .into()
}
