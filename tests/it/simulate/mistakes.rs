//! Mistakes in written terms: the fault names the field, also inside what is read by its kind.

use super::{example, faults};
use serde_json::{Value, json};

/// Georgia's terms with the price in points, and one value put where a JSON pointer shows; null takes it
/// away.
fn with(pointer: &str, value: Value) -> String {
    let mut scenario = example("georgia");
    let terms = &mut scenario["terms"];
    terms["evaluation"] = json!({
        "by": "points",
        "criteria": [
            {"id": "price", "name": {"pl": "Cena", "en": "Price"}, "weight": "90",
                "method": {"by": "lowest-best"}, "source": "auctioned"},
            {"id": "months", "name": {"pl": "Gwarancja", "en": "Warranty"}, "weight": "10",
                "method": {"by": "table", "rows": [{"from": "12", "points": "10"}]}, "source": "offer"},
        ],
        "rounding": {"of": "points", "digits": 2, "mode": "half-up"},
    });
    for bidder in scenario["bidders"].as_array_mut().unwrap() {
        bidder["offer"]["months"] = json!("12");
    }
    assert_eq!(faults(&scenario.to_string()), Vec::<String>::new());
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = scenario["terms"].pointer_mut(parent).unwrap();
    let parent = parent.as_object_mut().unwrap();
    match value {
        Value::Null => drop(parent.remove(name)),
        value => drop(parent.insert(name.to_owned(), value)),
    }
    scenario.to_string()
}

#[test]
#[allow(clippy::too_many_lines, reason = "a flat table")]
fn a_mistake_in_terms_is_named_by_its_field() {
    let run = "/phases/0/run";
    let second = "/evaluation/criteria/1";
    for (pointer, value, path) in [
        (
            format!("{run}/close/length_ms"),
            json!("15:00"),
            "phases[0].run.close.length_ms",
        ),
        (
            format!("{run}/close/length_ms"),
            json!(-1),
            "phases[0].run.close.length_ms",
        ),
        (
            format!("{run}/close/length_ms"),
            json!(0.5),
            "phases[0].run.close.length_ms",
        ),
        (
            format!("{run}/close/length_ms"),
            json!(u64::MAX),
            "phases[0].run.close.length_ms",
        ),
        (
            format!("{run}/close/length_ms"),
            Value::Null,
            "phases[0].run.close",
        ),
        (
            format!("{run}/close/by"),
            json!("set"),
            "phases[0].run.close.by",
        ),
        (
            format!("{run}/close/end"),
            json!(1),
            "phases[0].run.close.end",
        ),
        (format!("{run}/close"), json!([]), "phases[0].run.close"),
        (format!("{run}/close"), Value::Null, "phases[0].run"),
        (format!("{run}/kind"), json!("opne"), "phases[0].run.kind"),
        (format!("{run}/kind"), Value::Null, "phases[0].run"),
        (format!("{run}/colour"), json!(1), "phases[0].run.colour"),
        (
            format!("{run}/extension/window_ms"),
            json!("2:00"),
            "phases[0].run.extension.window_ms",
        ),
        (
            format!("{run}/extension/anchor"),
            json!("close"),
            "phases[0].run.extension.anchor",
        ),
        (
            format!("{run}/extension/trigger/on"),
            json!("bid"),
            "phases[0].run.extension.trigger.on",
        ),
        (
            format!("{run}/extension/trigger"),
            json!({"on": "changes-rank"}),
            "phases[0].run.extension.trigger",
        ),
        (
            "/phases/0/admission".to_owned(),
            json!({"who": "best"}),
            "phases[0].admission.who",
        ),
        (
            "/phases/0/admission".to_owned(),
            json!({"who": "top"}),
            "phases[0].admission",
        ),
        ("/phases/0/pause".to_owned(), json!(1), "phases[0].pause"),
        (
            format!("{second}/weight"),
            json!(10),
            "evaluation.criteria[1].weight",
        ),
        (
            format!("{second}/weight"),
            json!("NaN"),
            "evaluation.criteria[1].weight",
        ),
        (
            format!("{second}/weight"),
            json!("9".repeat(29)),
            "evaluation.criteria[1].weight",
        ),
        (
            format!("{second}/weight"),
            json!("-10"),
            "evaluation.criteria[1].weight",
        ),
        (
            format!("{second}/weight"),
            Value::Null,
            "evaluation.criteria[1]",
        ),
        (
            format!("{second}/id"),
            json!("Months"),
            "evaluation.criteria[1].id",
        ),
        (
            format!("{second}/name/en"),
            Value::Null,
            "evaluation.criteria[1].name",
        ),
        (
            format!("{second}/source"),
            json!("bid"),
            "evaluation.criteria[1].source",
        ),
        (
            format!("{second}/method/by"),
            json!("lowest"),
            "evaluation.criteria[1].method.by",
        ),
        (
            format!("{second}/method/rows"),
            json!([{"from": 12, "points": "10"}]),
            "evaluation.criteria[1].method.rows[0].from",
        ),
        (
            format!("{second}/method/rows"),
            json!([{"from": "12"}]),
            "evaluation.criteria[1].method.rows[0]",
        ),
        (
            "/evaluation/rounding/digits".to_owned(),
            json!("2"),
            "evaluation.rounding.digits",
        ),
        (
            "/evaluation/criteria".to_owned(),
            json!({}),
            "evaluation.criteria",
        ),
        ("/evaluation/by".to_owned(), json!("point"), "evaluation.by"),
        (
            "/improvement/steps/price/least/amount".to_owned(),
            json!(50),
            "improvement.steps.price.least.amount",
        ),
        (
            "/improvement/steps/price/least/by".to_owned(),
            json!("percentage"),
            "improvement.steps.price.least.by",
        ),
        (
            "/improvement/steps/Price".to_owned(),
            json!({}),
            "improvement.steps",
        ),
        (
            "/conduct".to_owned(),
            json!({"bidders_min": "2"}),
            "conduct.bidders_min",
        ),
        ("/ties".to_owned(), Value::Null, ""),
        ("/ties".to_owned(), json!("first"), "ties"),
    ] {
        let found = faults(&with(&pointer, value.clone()));
        let path = format!("terms.{path}");
        let first = found.first().map(String::as_str);
        assert_eq!(first, Some(path.trim_end_matches('.')), "{pointer} {value}");
    }
}

/// Neither a list with more parts than any terms have is searched, nor what is longer than any.
#[test]
fn a_mistake_in_an_endless_list_is_named_by_what_holds_it() {
    for (rows, path) in [
        (1_000, "terms.evaluation.criteria[1].method.rows"),
        (5_000, "terms"),
    ] {
        let rows: Vec<_> = (0..rows)
            .map(|row| json!({"from": row, "points": "10"}))
            .collect();
        let found = faults(&with("/evaluation/criteria/1/method/rows", json!(rows)));
        assert_eq!(found, [path]);
    }
}
