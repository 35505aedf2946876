//! The vectors of legal bids.

use super::*;

pub(super) const PLAYS: &[(&[&str], Play)] = &[
    (&["M1", "val-04"], a_step_from_the_own_price),
    (&["M2", "val-06"], a_step_of_a_life_cycle_cost),
    (&["M5", "val-01"], signs_and_zero),
    (&["M6", "val-11"], taken_back_in_the_turn),
    (&["M7"], a_percentage_under_the_best),
    (&["val-03"], a_step_from_a_normalised_price),
    (&["val-07"], refused_before_the_amount),
    (&["val-10"], no_amount_at_all),
    (&["esco-val"], an_energy_bid),
    (&["texas-01"], a_multiple_of_the_step),
    (&["ee-01"], a_ladder_of_steps),
];

/// One grosz more than an amount.
fn above(amount: Decimal) -> String {
    (amount + Decimal::new(1, 2)).to_string()
}

fn a_step_from_the_own_price(vector: &Value) {
    let input = &vector["input"];
    let bid = number(input.get("bid").unwrap_or(&input["bids"][0]));
    let mut scenario = priced(
        &text(&input["step"]),
        &[("own", &text(&input["own_previous"])), ("rival", "1")],
    );
    scenario["commands"] = json!([
        bids("1:00", "own", &above(bid)),
        bids("2:00", "own", &bid.to_string())
    ]);
    assert_eq!(simulated(&scenario).codes(), [302, 0]);
}

fn a_step_of_a_life_cycle_cost(vector: &Value) {
    let input = &vector["input"];
    let either = |a: &str, b: &str| number(input.get(a).unwrap_or(&input[b]));
    let weighted = either("weighted", "amount_weighted");
    let costs = either("non_price", "non_price_cost");
    let bid = number(input.get("bid").unwrap_or(&input["bids"][0]));
    let price = (weighted - costs).to_string();
    let offer = json!({"price": price, "costs": costs.to_string()});
    let mut scenario = auction(&[("own", offer.clone()), ("rival", offer)]);
    let terms = &mut scenario["terms"];
    terms["evaluation"] = json!({"by": "life-cycle-cost", "costs": [named("costs")]});
    terms["improvement"]["steps"]["price"] = by_amount(&text(&input["step"]));
    scenario["commands"] = json!([
        bids("1:00", "own", &above(bid)),
        bids("2:00", "own", &bid.to_string())
    ]);
    for from in ["own", "leader"] {
        scenario["terms"]["improvement"]["from"] = json!(from);
        assert_eq!(simulated(&scenario).codes(), [302, 0], "{from}");
    }
}

fn signs_and_zero(vector: &Value) {
    let input = &vector["input"];
    let tried = match &input["bids"] {
        Value::Array(bids) => bids.clone(),
        _ => vec![input["bid"].clone()],
    };
    let typed = |bid: &Value| match bid.to_string().as_str() {
        "-0.0" => "-0.0".to_owned(),
        _ => text(bid),
    };
    let mut scenario = priced("1", &[("a", "100"), ("b", "200")]);
    let commands: Vec<_> = tried
        .iter()
        .map(|bid| bids("1:00", "a", &typed(bid)))
        .collect();
    scenario["commands"] = json!(commands);
    // Nothing is out of range, a sign is no amount; the peer's six decimals are too many of two.
    let expected: &[u64] = if tried.len() == 1 {
        &[311]
    } else {
        &[307, 307, 307, 308]
    };
    assert_eq!(simulated(&scenario).codes(), expected);
}

fn taken_back_in_the_turn(vector: &Value) {
    let mut scenario = priced("1", &[("better", "480000"), ("worse", "490000")]);
    scenario["terms"]["phases"] = three_rounds();
    let withdrawn = vector["id"] == "M6";
    // In round 2 the second turn, the peer's stage 5, is the better one's; in round 3 the first, its
    // stage 7, the worse one's.
    let mut commands = vec![bids("13:01", "better", "475000")];
    if withdrawn {
        commands.push(does("13:02", "better", "withdraw"));
    }
    commands.push(bids("17:01", "worse", "470000"));
    commands.push(does("17:02", "worse", "withdraw"));
    scenario["commands"] = json!(commands);
    let report = simulated(&scenario);
    assert!(report.codes().iter().all(|code| *code == 0));
    let changed: Vec<bool> = report
        .events()
        .filter(|(_, event)| event["type"] == "turn-ended")
        .map(|(_, event)| event["values"].is_object())
        .collect();
    let expected = !withdrawn;
    assert_eq!(changed, [false, false, false, expected, false, false]);
    let better = if withdrawn { "480000" } else { "475000" };
    assert_eq!(report.price("better").to_string(), better);
    assert_eq!(report.price("worse").to_string(), "490000");
    if !withdrawn {
        assert_eq!(vector["expected"]["changed"], json!([true, false]));
    }
}

fn a_percentage_under_the_best(vector: &Value) {
    let percent = text(&vector["input"]["decrement_pct"]);
    let highest = number(&vector["expected"]["highest_legal"]);
    let mut scenario = auction(&[("first", json!({})), ("later", json!({}))]);
    scenario["terms"]["opening"] = json!("first-bid-free");
    scenario["terms"]["improvement"] = json!({
        "from": "leader",
        "steps": {"price": {"least": {"by": "percent", "percent": percent}}},
    });
    scenario["commands"] = json!([
        bids("1:00", "first", &text(&vector["input"]["best"])),
        bids("2:00", "later", &above(highest)),
        bids("3:00", "later", &highest.to_string()),
    ]);
    assert_eq!(simulated(&scenario).codes(), [0, 302, 0]);
}

/// The peer's coefficient of 0.1, which comes from no features, as the denominator of a mixed price.
fn a_step_from_a_normalised_price(vector: &Value) {
    let input = &vector["input"];
    let coefficient = number(&input["coefficient"]);
    let price = number(&input["amount_features"]) * coefficient;
    let offer = json!({
        "price": price.normalize().to_string(),
        "by": coefficient.to_string(),
        "plus": "0",
    });
    let mut scenario = auction(&[("own", offer)]);
    let terms = &mut scenario["terms"];
    terms["evaluation"] =
        json!({"by": "mixed", "denominator": named("by"), "addition": named("plus")});
    terms["improvement"]["steps"]["price"] = by_amount(&text(&input["step"]));
    terms["phases"] = json!([turns(0, 600)]);
    let mut commands = vec![
        bids("0:30", "own", "18350.01"),
        bids("0:40", "own", "18350.00"),
    ];
    let mut expected = vec![302, 0];
    for (bid, result) in list(&input["bids"])
        .iter()
        .zip(list(&vector["expected"]["results"]))
    {
        let (command, code) = match result.as_str().unwrap() {
            "cancel" => (does("1:00", "own", "withdraw"), 0),
            "accept" => (bids("1:00", "own", &text(bid)), 0),
            "Too high value" => (bids("1:00", "own", &text(bid)), 301),
            other => panic!("{other}"),
        };
        commands.push(command);
        expected.push(code);
    }
    scenario["commands"] = json!(commands);
    let report = simulated(&scenario);
    assert_eq!(report.codes(), expected);
    assert_eq!(report.compared("own"), number(&input["amount_features"]));
}

fn refused_before_the_amount(vector: &Value) {
    let mut scenario = priced("1", &[("worse", "200"), ("better", "100")]);
    let mut expected = Vec::new();
    let mut commands = Vec::new();
    for (case, result) in list(&vector["input"]["cases"])
        .iter()
        .zip(list(&vector["expected"]["results"]))
    {
        let (command, code, said) = match case.as_str().unwrap() {
            "hash mismatch" => {
                let mut unknown = scenario.clone();
                unknown["commands"] = json!([bids("1:00", "stranger", "50")]);
                assert!(faults(&unknown).contains("commands[0].bidder: "));
                continue;
            }
            "stage type != bids" => (
                bids("-0:10", "worse", "50"),
                101,
                "400 Stage not for bidding",
            ),
            "stage.bidder != bidder" => (bids("1:00", "better", "50"), 106, "400 Not valid bidder"),
            "amount missing" => (
                bids_values("1:10", "worse", json!({})),
                312,
                "400 Bid amount is required",
            ),
            "amount 0.0" => (bids("1:20", "worse", "0.0"), 311, "400 Too low value"),
            "amount -1" => {
                commands.push(bids("1:30", "worse", "50"));
                expected.push(0);
                (does("1:40", "worse", "withdraw"), 0, "cancelled")
            }
            other => panic!("{other}"),
        };
        assert_eq!(result, said);
        commands.push(command);
        expected.push(code);
    }
    scenario["terms"]["phases"] = json!([turns(0, 300)]);
    scenario["commands"] = json!(commands);
    let report = simulated(&scenario);
    assert_eq!(report.codes(), expected);
    assert_eq!(report.price("worse").to_string(), "200");
}

/// A defect of the peer, whose comparisons what is no amount passed.
fn no_amount_at_all(vector: &Value) {
    assert_eq!(vector["defect"], true);
    let wanted = list(&vector["expected"]["wanted"]);
    assert!(wanted.iter().all(|wanted| wanted == "refuse 400"));
    let input = &vector["input"];
    let own = text(&input["own_previous"]);
    let mut scenario = priced(&text(&input["step"]), &[("own", &own), ("rival", "200")]);
    let typed: Vec<_> = list(&input["bids"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let commands: Vec<_> = typed
        .iter()
        .map(|typed| bids("1:00", "own", typed))
        .collect();
    scenario["commands"] = json!(commands);
    assert_eq!(simulated(&scenario).codes(), vec![307; wanted.len()]);
    for value in [json!(50), json!(true), json!(null)] {
        scenario["commands"] = json!([bids_values("1:00", "own", json!({"price": value}))]);
        assert!(faults(&scenario).contains("commands[0].values.price: "));
    }
}

fn an_energy_bid(vector: &Value) {
    let mut scenario = scores::energy(&[("own", ("100", "15", "0"))]);
    scenario["terms"]["values"][0]["least"] = json!("80");
    scenario["terms"]["phases"] = json!([turns(0, 600)]);
    let bid = |share: &str, years: &str, days: &str| {
        let values = json!({"share": share, "years": years, "days": days});
        bids_values("1:00", "own", values)
    };
    let mut commands = Vec::new();
    let mut expected = Vec::new();
    for (case, result) in list(&vector["input"]["cases"])
        .iter()
        .zip(list(&vector["expected"]["results"]))
    {
        if result == "cancelled" {
            commands.push(bid("80", "1", "0"));
            commands.push(does("1:00", "own", "withdraw"));
            expected.extend([0, 0]);
            continue;
        }
        let given = |name: &str, usual: &str| case.get(name).map_or(usual.to_owned(), text);
        // A share is entered in per cent.
        let share = case.get("share").map_or(Decimal::from(80), |share| {
            (number(share) * Decimal::ONE_HUNDRED).normalize()
        });
        commands.push(bid(
            &share.to_string(),
            &given("years", "1"),
            &given("days", "0"),
        ));
        expected.push(311);
    }
    scenario["commands"] = json!(commands);
    assert_eq!(simulated(&scenario).codes(), expected);
}

/// A forward auction: more is better, in whole steps.
fn forward(offers: &[(&str, &str)], step: Value) -> Value {
    let offers: Vec<_> = offers
        .iter()
        .map(|(id, months)| (*id, json!({"months": months})))
        .collect();
    let mut scenario = auction(&offers);
    let terms = &mut scenario["terms"];
    terms["values"] = json!([value("months", 2, "0", "1000", "highest")]);
    terms["evaluation"] = json!({
        "by": "points",
        "criteria": [{"id": "months", "name": words("months"), "weight": "100",
            "method": {"by": "highest-best"}, "source": "auctioned"}],
        "rounding": {"of": "points", "digits": 2, "mode": "half-up"},
    });
    terms["improvement"]["steps"] = json!({"months": step});
    scenario
}

fn a_multiple_of_the_step(vector: &Value) {
    let input = &vector["input"];
    let step = text(&input["step"]);
    let stage = text(&input["stage_amount"]);
    let size = json!({"least": {"by": "amount", "amount": step}, "tick": step});
    let mut scenario = forward(&[("a", &stage), ("b", &stage)], size);
    let bid = |who: &str, months: &Value| bids_values("1:00", who, json!({"months": text(months)}));
    let mut commands: Vec<_> = list(&input["bids"])
        .iter()
        .map(|months| bid("a", months))
        .collect();
    commands.push(json!({"at": "1:00", "do": "pause", "reason": "a pause"}));
    commands.push(bid("b", &input["pause"][0]));
    scenario["commands"] = json!(commands);
    assert_eq!(simulated(&scenario).codes(), [301, 303, 0, 0, 102]);
}

fn a_ladder_of_steps(vector: &Value) {
    let bands = [("0", "0.01"), ("1", "0.1"), ("10", "1"), ("100", "10")]
        .map(|(from, amount)| json!({"from": from, "amount": amount}));
    let step = json!({"least": {"by": "bands", "bands": bands}});
    for (bid, next) in list(&vector["input"]["bids"])
        .iter()
        .zip(list(&vector["expected"]["next_min"]))
    {
        let mut scenario = forward(&[("a", &text(bid)), ("b", "0")], step.clone());
        let below = (number(next) - Decimal::new(1, 2)).to_string();
        let bid = |months: &str| bids_values("1:00", "a", json!({"months": months}));
        scenario["commands"] = json!([bid(&below), bid(&text(next))]);
        assert_eq!(simulated(&scenario).codes(), [302, 0]);
    }
}
