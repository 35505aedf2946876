//! One lot in a list: its number, title, state and date in words.

use crate::tender::listing::LotSeen;
use crate::web::format;
use crate::web::visit::Visit;

/// A lot in a list.
pub(in crate::web) struct LotLine {
    pub(in crate::web) number: String,
    pub(in crate::web) title: String,
    /// The auction's page, where who looks may open it.
    pub(in crate::web) href: Option<String>,
    pub(in crate::web) state: Chip,
    /// When it opens or ended.
    pub(in crate::web) when: String,
    /// Who won.
    pub(in crate::web) winner: Option<String>,
    /// For a bidder: registered or admitted.
    pub(in crate::web) standing: Chip,
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
            winner,
            is_open_to_viewer,
            is_admitted,
        } = seen;
        let when = match (closed_at, overview.opens_at) {
            (Some(at), _) => visit.say_of("ended-at", "time", &format::date_minute(at, visit.lang)),
            (None, Some(at)) => {
                visit.say_of("opens-at", "time", &format::date_minute(at, visit.lang))
            }
            (None, None) => visit.say("opening-unset"),
        };
        let auction = overview.auction.filter(|_| is_open_to_viewer);
        Self {
            number: overview.number,
            title: visit.lang.of(&overview.title),
            href: auction.map(|auction| format!("/auctions/{auction}")),
            state: state(visit, &overview.state),
            when,
            winner: winner.map(|winner| match winner.seat.is_empty() {
                true => winner.name,
                false => format!("{}, {}", winner.name, winner.seat),
            }),
            standing: standing(visit, is_admitted),
        }
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
