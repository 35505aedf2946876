//! One lot in a list: its number, title, state and date in words.

use crate::tender::gate::Overview;
use crate::tender::listing::LotSeen;
use crate::web::format;
use crate::web::visit::Visit;
use auction_rules::Timestamp;

/// A lot in a list.
pub(in crate::web) struct LotLine {
    pub(in crate::web) number: String,
    pub(in crate::web) title: String,
    /// Number and title in one, as in "Część 1: Most".
    pub(in crate::web) named: String,
    /// The auction's page, where who looks may open it.
    pub(in crate::web) href: Option<String>,
    pub(in crate::web) state: Chip,
    /// When it opens, closes or ended.
    pub(in crate::web) when: String,
    /// Who won.
    pub(in crate::web) winner: Option<String>,
    /// What can be read of an auction that is over.
    pub(in crate::web) papers: Vec<Paper>,
    /// Where an admitted bidder may practise before the opening.
    pub(in crate::web) practice: Option<String>,
    /// For a bidder: registered or admitted.
    pub(in crate::web) standing: Chip,
}

/// Something to read or save.
pub(in crate::web) struct Paper {
    pub(in crate::web) href: String,
    pub(in crate::web) label: String,
    /// The name under which it is saved; none of what is read here.
    pub(in crate::web) file: Option<String>,
}

/// A status: icon, word and colour together.
pub(in crate::web) struct Chip {
    pub(in crate::web) icon: &'static str,
    pub(in crate::web) tone: &'static str,
    pub(in crate::web) word: String,
}

impl LotLine {
    /// How a lot is shown.
    pub(in crate::web) fn of(visit: &Visit, seen: LotSeen) -> Self {
        let LotSeen {
            overview,
            closed_at,
            is_cancelled,
            is_sealed,
            winner,
            is_open_to_viewer,
            is_admitted,
        } = seen;
        let when = when(visit, &overview, closed_at);
        let title = visit.lang.of(&overview.title);
        let papers = match (&overview.auction, closed_at) {
            (Some(auction), Some(_)) => papers(visit, auction.as_str(), is_sealed),
            _ => Vec::new(),
        };
        let practice = (is_admitted && overview.state == "published")
            .then(|| super::practice::href(&overview.lot));
        let auction = overview.auction.filter(|_| is_open_to_viewer);
        Self {
            named: named(visit, &overview.number, &title),
            number: overview.number,
            title,
            papers,
            href: auction.map(|auction| format!("/auctions/{auction}")),
            state: match is_cancelled {
                true => state(visit, "cancelled"),
                false => state(visit, &overview.state),
            },
            when,
            winner: winner.map(|winner| match winner.seat.is_empty() {
                true => winner.name,
                false => format!("{}, {}", winner.name, winner.seat),
            }),
            practice,
            standing: standing(visit, is_admitted),
        }
    }
}

/// A lot by number and title; the number alone stands once where the title begins with it.
pub(in crate::web) fn named(visit: &Visit, number: &str, title: &str) -> String {
    let name = visit.say_of("lot-named", "number", number);
    let begins = title
        .to_lowercase()
        .strip_prefix(&name.to_lowercase())
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    match begins {
        true => title.to_owned(),
        false => format!("{name}: {title}"),
    }
}

/// When it opens, closes or ended.
pub(super) fn when(visit: &Visit, overview: &Overview, closed_at: Option<Timestamp>) -> String {
    match closed_at {
        Some(at) => visit.say_of("ended-at", "time", &format::date_minute(at, visit.lang)),
        None => course(visit, overview),
    }
}

/// Where an auction that is not over stands: when it opens, closes or goes on.
fn course(visit: &Visit, overview: &Overview) -> String {
    let time = |at: Timestamp| {
        let (date, time) = (format::date(at, visit.lang), format::time(at));
        format!("{date}, {time}")
    };
    if let Some(at) = overview.opens_at {
        let at = format::date_minute(at, visit.lang);
        return visit.say_of("opens-at", "time", &at);
    }
    if let Some(at) = overview.resumes_at {
        return visit.say_of("lot-resumes", "time", &time(at));
    }
    let Some(phase) = &overview.phase else {
        return visit.say("opening-unset");
    };
    let (this, of) = ((phase.index + 1).to_string(), phase.of.to_string());
    let (key, at) = match (phase.starts_at, phase.closes_at) {
        (Some(at), _) => ("lot-phase-from", at),
        (None, Some(at)) if phase.index + 1 == phase.of => {
            return visit.say_of("lot-closes", "time", &time(at));
        }
        (None, Some(at)) => ("lot-phase-until", at),
        (None, None) => return visit.say("lot-stands"),
    };
    let values = [("phase", this.as_str()), ("of", &of), ("time", &time(at))];
    visit.lang.say_with(key, &values)
}

/// What everyone may read of an auction that is over; log and record from the seal on.
fn papers(visit: &Visit, auction: &str, is_sealed: bool) -> Vec<Paper> {
    let result = Paper {
        href: format!("/auctions/{auction}/result"),
        label: visit.say("paper-result"),
        file: None,
    };
    let mut papers = vec![result];
    if is_sealed {
        papers.extend([log(visit, auction), record(visit, auction)]);
    }
    papers
}

/// The published log.
pub(in crate::web) fn log(visit: &Visit, auction: &str) -> Paper {
    Paper {
        href: format!("/api/auctions/{auction}/log"),
        label: visit.say("paper-log"),
        file: Some(format!("ebok-{auction}.json")),
    }
}

/// The record on paper.
pub(in crate::web) fn record(visit: &Visit, auction: &str) -> Paper {
    Paper {
        href: format!("/auctions/{auction}/record.pdf?lang={}", visit.lang.code()),
        label: visit.say("paper-record"),
        file: Some(format!("raport-{auction}.pdf")),
    }
}

/// The state of a lot or its auction.
pub(in crate::web) fn state(visit: &Visit, state: &str) -> Chip {
    let (icon, tone, key) = match state {
        "draft" => ("clock", "", "state-draft"),
        "publishing" => ("clock", "", "state-publishing"),
        "published" => ("clock", "", "state-published"),
        "between" => ("pause", "is-extended", "state-between"),
        "open" => ("play", "is-live", "state-open"),
        "paused" => ("pause", "is-extended", "state-paused"),
        "interrupted" => ("pause", "is-extended", "state-interrupted"),
        "closed" => ("check", "is-accepted", "state-closed"),
        "cancelled" => ("cross", "is-refused", "state-cancelled"),
        "sealed" => ("check", "is-accepted", "state-sealed"),
        _ => ("cross", "is-refused", "state-unavailable"),
    };
    let word = visit.say(key);
    Chip { icon, tone, word }
}

fn standing(visit: &Visit, is_admitted: bool) -> Chip {
    let (icon, tone, key) = match is_admitted {
        true => ("check", "is-accepted", "standing-admitted"),
        false => ("clock", "", "standing-registered"),
    };
    let word = visit.say(key);
    Chip { icon, tone, word }
}
