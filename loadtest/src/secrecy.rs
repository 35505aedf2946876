//! What nobody may be shown: looked for in what clients are sent, field by field.

use serde_json::Value;

/// Who is shown the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Audience {
    /// All bidders.
    Bidders,
    /// The public.
    Observers,
}

/// Fields that tell of hidden attempts, of rivals or of the order in the log.
const NEVER: [&str; 9] = [
    "rows",
    "seq",
    "head",
    "prev_head",
    "bidder",
    "bidders",
    "kept",
    "kept_salt",
    "observers",
];
/// Fields that name people or tell the outcome: not before the close.
const AFTER_THE_CLOSE: [&str; 6] = ["winner", "result", "standings", "name", "seat", "tax_id"];
/// Parts with rules of their own: terms name their values, refusals have names, and what a receipt
/// tells is checked with the receipt.
const APART: [&str; 4] = ["terms", "refusal", "sentence", "receipt"];
/// News for the buyer's people, and news of single bids, which these terms hide.
const HIDDEN_NEWS: [&str; 3] = ["attempted", "terms-accepted", "bid-accepted"];
/// States from the close on.
const CLOSED: [&str; 3] = ["closed", "sealed", "cancelled"];

/// The paths of a message that its receiver should not have been shown, under the terms of a load:
/// best value shown, other values and names hidden.
pub(crate) fn leaks(audience: Audience, message: &Value) -> Vec<String> {
    let state = message["state"]["state"].as_str().unwrap_or_default();
    let look = Look {
        audience,
        closed: message["type"] == "result" || CLOSED.contains(&state),
    };
    let mut found = Vec::new();
    look.at("", "", message, &mut found);
    found
}

struct Look {
    audience: Audience,
    closed: bool,
}

impl Look {
    fn at(&self, path: &str, name: &str, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members
                    .iter()
                    .filter(|(key, _)| !APART.contains(&key.as_str()))
                {
                    let path = format!("{path}.{key}");
                    if self.hides(name, key, member) {
                        found.push(path.clone());
                    }
                    self.at(&path, key, member, found);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.at(path, name, item, found);
                }
            }
            _ => {}
        }
    }

    fn hides(&self, parent: &str, key: &str, member: &Value) -> bool {
        let observer = self.audience == Audience::Observers;
        if NEVER.contains(&key) || (!self.closed && AFTER_THE_CLOSE.contains(&key)) {
            return true;
        }
        match key {
            "news" => member
                .as_str()
                .is_none_or(|news| HIDDEN_NEWS.contains(&news)),
            "participants" | "own" => observer,
            "alias" => !self.closed && parent != "own",
            "values" => !self.closed && parent != "own" && parent != "best",
            // Of a rival, even the close reveals only the winner's.
            "name" | "seat" | "tax_id" => parent != "winner",
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(audience: Audience, message: &Value, expected: &[&str]) {
        assert_eq!(leaks(audience, message), expected, "{message}");
    }

    fn state(state: Value, feed: Value) -> Value {
        json!({"type": "state", "auction": "a", "f": 2, "feed": feed, "state": state})
    }

    #[test]
    fn what_the_protocol_shows_is_no_leak() {
        let best = json!({"values": {"price": "1.00"}});
        let feed = json!([{"f": 2, "at": 1, "news": "best-changed", "best": best}]);
        let open = json!({"state": "open", "phase": {"index": 0}, "best": best, "participants": 2});
        check(Audience::Bidders, &state(open, feed), &[]);
        let own = json!({"type": "own", "own": {"alias": 2, "values": {"price": "1.00"}, "n": 4}});
        check(Audience::Bidders, &own, &[]);
        let joined = json!({
            "type": "joined", "state": {"state": "published"},
            "terms": {"values": [{"id": "price", "name": {"pl": "Cena"}}]},
        });
        check(Audience::Observers, &joined, &[]);
        let result = json!({
            "type": "result",
            "result": {"standings": [{"alias": 2, "position": 1, "values": {}}], "winner": 2},
            "winner": {"alias": 2, "name": "Zakład", "seat": "Bydgoszcz", "tax_id": "1"},
        });
        check(Audience::Observers, &result, &[]);
    }

    #[test]
    fn rivals_and_the_order_of_the_log_are_leaks() {
        let open = json!({"state": "open", "rows": [{"alias": 1, "values": {}}], "seq": 9});
        check(
            Audience::Bidders,
            &state(open, json!([])),
            &[
                ".state.rows",
                ".state.rows.alias",
                ".state.rows.values",
                ".state.seq",
            ],
        );
        let feed = json!([{"f": 2, "news": "bid-accepted"}]);
        check(
            Audience::Bidders,
            &state(json!({"state": "open"}), feed),
            &[".feed.news"],
        );
    }

    #[test]
    fn observers_do_not_see_how_many_take_part() {
        let open = json!({"state": "open", "participants": 2});
        check(
            Audience::Observers,
            &state(open, json!([])),
            &[".state.participants"],
        );
    }

    #[test]
    fn names_before_the_close_are_leaks() {
        let open = json!({"state": "open", "winner": {"name": "Zakład"}});
        check(
            Audience::Observers,
            &state(open, json!([])),
            &[".state.winner", ".state.winner.name"],
        );
    }
}
