//! The vectors of scoring.

use super::*;

pub(super) const PLAYS: &[(&[&str], Play)] = &[
    (&["S1"], rounded_ratios),
    (&["S3"], gross_prices),
    (&["S4", "meat-02"], a_coefficient),
    (&["S5"], the_dearest_wins),
    (&["S6"], life_cycle_costs),
    (&["S7a", "S7c", "S7d"], an_energy_service),
    (&["S8", "ord-01", "ord-02"], the_earlier_of_equals),
    (&["S10"], the_order_of_rounding),
    (&["S11"], half_up_and_half_even),
    (&["S13"], the_heaviest_criterion),
    (&["meat-01"], a_dearer_bid_wins),
    (&["meat-04"], a_coefficient_multiplies),
    (&["lcc-01"], four_costs),
    (&["mixed-01"], mixed_prices),
    (&["esco-tie"], the_earlier_of_equal_services),
    (
        &[
            "esco-npv-announcementDate",
            "esco-npv-yearlyPaymentsPercentage",
            "esco-npv-NBUdiscountRate",
        ],
        tables_of_energy_services,
    ),
];

fn criterion(id: &str, weight: &str, method: Value) -> Value {
    json!({"id": id, "name": words(id), "weight": weight, "method": method, "source": "auctioned"})
}

fn points(criteria: Value, of: &str, mode: &str) -> Value {
    let rounding = json!({"of": of, "digits": 2, "mode": mode});
    json!({"by": "points", "criteria": criteria, "rounding": rounding})
}

fn rounded_ratios(vector: &Value) {
    let names = [("km-pl", "km_PL"), ("km-abroad", "km_abroad")];
    let offers = ["1", "2"].map(|who| {
        let offer = &vector["input"]["offers"][who];
        let [here, abroad] = names.map(|(_, name)| text(&offer[name]));
        (who, json!({"km-pl": here, "km-abroad": abroad}))
    });
    let mut scenario = auction(&offers);
    let criteria = names.map(|(id, name)| {
        let weight = text(&vector["input"]["weights"][name]);
        criterion(id, &weight, json!({"by": "lowest-best"}))
    });
    let terms = &mut scenario["terms"];
    terms["values"] = json!(names.map(|(id, _)| value(id, 2, "0.01", "1000", "lowest")));
    terms["improvement"]["steps"] =
        json!({"km-pl": by_amount("0.01"), "km-abroad": by_amount("0.01")});
    terms["evaluation"] = points(json!(criteria), "ratio", "half-up");
    let report = simulated(&scenario);
    for who in ["1", "2"] {
        let expected = &vector["expected"][who];
        assert_eq!(report.points(who), number(&expected["total"]));
        for (id, name) in names {
            let got = &report.standing(who)["points"]["by_criterion"][id];
            assert_eq!(number(got), number(&expected[name]), "{who} {name}");
        }
    }
    assert_eq!(json!(report.ranking()), vector["expected"]["ranking"]);
}

/// The VAT of 23 per cent that the buyer would owe.
fn gross_prices(vector: &Value) {
    let nets = list(&vector["input"]);
    let offers: Vec<_> = (0..)
        .zip(nets)
        .map(|(index, net)| {
            (
                format!("b{index}"),
                json!({"price": text(net), "vat": "23"}),
            )
        })
        .collect();
    let mut scenario = auction(&offers);
    scenario["terms"]["values"][0]["tax"] = json!({"reverse-charge": {"rate": "vat"}});
    let report = simulated(&scenario);
    for ((who, _), gross) in offers.iter().zip(list(&vector["expected"])) {
        assert_eq!(report.compared(who), number(gross), "{who}");
    }
}

fn feature(id: &str, fractions: &[&str]) -> Value {
    let choices: Vec<_> = fractions
        .iter()
        .map(|fraction| json!({"name": words(fraction), "fraction": fraction}))
        .collect();
    json!({"id": id, "name": words(id), "choices": choices})
}

/// A price of a whole number of ninths shows the coefficient of 9/7.
fn a_coefficient(vector: &Value) {
    let expected = &vector["expected"];
    let coefficient = expected.get("coef").unwrap_or(&expected["coefficient"]);
    assert_eq!(coefficient, "9/7");
    let offer = json!({"price": "9000", "colour": "0.1", "shape": "0.1"});
    let mut scenario = auction(&[("own", offer)]);
    let features = ["colour", "shape"].map(|id| feature(id, &["0", "0.1", "0.15"]));
    scenario["terms"]["evaluation"] = json!({"by": "normalised-price", "features": features});
    assert_eq!(simulated(&scenario).compared("own"), Decimal::from(7_000));
}

fn the_dearest_wins(vector: &Value) {
    let chosen = [
        ("A", "0.1", "0.1"),
        ("B", "0.15", "0.15"),
        ("C", "0", "0.15"),
    ];
    let offers = chosen.map(|(who, colour, shape)| {
        let price = text(&vector["input"]["bids"][who]["price"]);
        (
            who,
            json!({"price": price, "colour": colour, "shape": shape}),
        )
    });
    let mut scenario = auction(&offers);
    let features = ["colour", "shape"].map(|id| feature(id, &["0", "0.1", "0.15"]));
    scenario["terms"]["evaluation"] = json!({"by": "normalised-price", "features": features});
    let report = simulated(&scenario);
    assert_eq!(json!(report.ranking()), vector["expected"]["ranking"]);
    for (who, ..) in chosen {
        let exact = vector["expected"][who].as_str().unwrap();
        let (above, below) = exact.split_once('/').unwrap_or((exact, "1"));
        let exact = number(&json!(above)) / number(&json!(below));
        assert_eq!(
            report.compared(who),
            rounded(&json!(exact.to_string()), 2),
            "{who}"
        );
    }
}

fn costing(offers: &[(&str, Value)], costs: &[&str]) -> Value {
    let mut scenario = auction(offers);
    let costs: Vec<_> = costs.iter().map(|cost| named(cost)).collect();
    scenario["terms"]["evaluation"] = json!({"by": "life-cycle-cost", "costs": costs});
    scenario
}

fn life_cycle_costs(vector: &Value) {
    let offers = ["a", "b"].map(|who| {
        let offer = &vector["input"][who];
        (
            who,
            json!({"price": text(&offer["price"]), "costs": text(&offer["non_price"])}),
        )
    });
    let report = simulated(&costing(&offers, &["costs"]));
    for who in ["a", "b"] {
        assert_eq!(report.compared(who), number(&vector["expected"][who]));
    }
    assert_eq!(json!(report.ranking()), vector["expected"]["ranking"]);
}

fn four_costs(vector: &Value) {
    let costs = ["use", "service", "disposal", "ecology"];
    let mut offer = json!({"price": text(&vector["input"]["amount"])});
    for (cost, answer) in costs.iter().zip(list(&vector["input"]["lcc_answers"])) {
        offer[cost] = json!(text(answer));
    }
    let report = simulated(&costing(&[("own", offer)], &costs));
    assert_eq!(
        report.compared("own"),
        number(&vector["expected"]["amount_weighted"])
    );
}

/// An energy service as in Prozorro: savings over 20 years from 2017-08-18, 12.5 per cent a year, 92.47
/// saved in the first year and 250 in each other.
pub(super) fn energy(offers: &[(&str, (&str, &str, &str))]) -> Value {
    let offers: Vec<_> = offers
        .iter()
        .map(|(id, (share, years, days))| {
            let mut offer = json!({"share": share, "years": years, "days": days});
            for year in 0..=20 {
                let saved = if year == 0 { "92.47" } else { "250" };
                offer[format!("saving-{year}")] = json!(saved);
            }
            (*id, offer)
        })
        .collect();
    let mut scenario = auction(&offers);
    let savings: Vec<_> = (0..=20)
        .map(|year| named(&format!("saving-{year}")))
        .collect();
    let terms = &mut scenario["terms"];
    terms["values"] = json!([
        value("share", 4, "0", "100", "lowest"),
        value("years", 0, "0", "15", "lowest"),
        value("days", 0, "0", "364", "lowest"),
    ]);
    terms["improvement"]["steps"] = json!({});
    terms["evaluation"] = json!({
        "by": "net-present-value", "share": "share", "years": "years", "days": "days",
        "years_max": 15, "savings": savings, "rate_percent": "12.5", "notice_on": "2017-08-18",
        "least_step": {"by": "percent", "percent": "1"}, "decimals": 4,
    });
    scenario
}

/// A fraction of one as per cent.
fn percent(json: &Value) -> String {
    (number(json) * Decimal::ONE_HUNDRED)
        .normalize()
        .to_string()
}

/// The program shows four decimals of the peer's eleven. A contract of no days, which no offer may
/// promise, is worth as much to the buyer as one of a day that pays nothing.
fn an_energy_service(vector: &Value) {
    let input = &vector["input"];
    assert_eq!(input["annualCostsReduction"], json!(["92.47", "250 x20"]));
    let of = |share: &str, days: &str| {
        let years = text(&input["contract_years"]);
        let mut scenario = energy(&[("own", (share, &years, days))]);
        let evaluation = &mut scenario["terms"]["evaluation"];
        evaluation["rate_percent"] = json!(percent(&input["NBUdiscountRate"]));
        evaluation["notice_on"] = input["announcementDate"].clone();
        scenario
    };
    let share = percent(&input["yearlyPaymentsPercentage"]);
    let mut scenario = of(&share, &text(&input["contract_days"]));
    if vector["id"] == "S7a" {
        assert!(faults(&scenario).contains("bidders[0].offer.days: "));
        scenario = of("0", "1");
    }
    let worth = &vector["expected"]["amountPerformance"];
    assert_eq!(simulated(&scenario).compared("own"), rounded(worth, 4));
}

fn tables_of_energy_services(vector: &Value) {
    let base = &vector["input"]["base"];
    let varies = vector["input"]["varies"].as_str().unwrap();
    let saved: Vec<_> = list(&base["annualCostsReduction"])
        .iter()
        .map(text)
        .collect();
    assert_eq!(saved[..2], ["92.47", "250"]);
    assert!(saved.len() == 21 && saved[1..].iter().all(|saving| saving == "250"));
    let length = &base["contractDuration"];
    for row in list(&vector["expected"]["rows"]) {
        let mut input = base.clone();
        input[varies] = row[varies].clone();
        let share = percent(&input["yearlyPaymentsPercentage"]);
        let offer = (&*share, &*text(&length["years"]), &*text(&length["days"]));
        let mut scenario = energy(&[("own", offer)]);
        let evaluation = &mut scenario["terms"]["evaluation"];
        evaluation["rate_percent"] = json!(percent(&input["NBUdiscountRate"]));
        evaluation["notice_on"] = input["announcementDate"].clone();
        assert_eq!(
            simulated(&scenario).compared("own"),
            rounded(&row["npv"], 4),
            "{row}"
        );
    }
}

/// Savings of the first year alone, at no rate and for no share: they are the net present value.
fn worth(bidders: &[(&str, &str)], features: Value) -> Value {
    let none: Vec<_> = bidders
        .iter()
        .map(|(id, _)| (*id, ("0", "0", "1")))
        .collect();
    let mut scenario = energy(&none);
    for (index, (_, saved)) in bidders.iter().enumerate() {
        let offer = &mut scenario["bidders"][index]["offer"];
        for year in 0..=20 {
            offer[format!("saving-{year}")] = json!("0");
        }
        offer["saving-0"] = json!(saved);
        for feature in list(&features) {
            offer[feature["id"].as_str().unwrap()] = json!("0.1");
        }
    }
    scenario["terms"]["evaluation"]["rate_percent"] = json!("0");
    scenario["terms"]["evaluation"]["features"] = features;
    scenario
}

/// The peer's fractions come from binary floats: by decimals it is 9/7.
fn a_coefficient_multiplies(vector: &Value) {
    let input = &vector["input"];
    assert_eq!(input["parameters"], json!([0.1, 0.1]));
    let features: Vec<_> = list(&input["features"])
        .iter()
        .zip(["a", "b"])
        .map(|(one, id)| features_of(one, id))
        .collect();
    let scenario = worth(
        &[("own", &text(&input["amountPerformance"]))],
        json!(features),
    );
    let exact = Decimal::from(600 * 9) / Decimal::from(7);
    let report = simulated(&scenario);
    assert_eq!(
        report.compared("own"),
        rounded(&json!(exact.to_string()), 4)
    );
}

fn features_of(json: &Value, id: &str) -> Value {
    let fractions = list(&json["enum"])
        .iter()
        .map(|choice| text(&choice["value"]));
    let fractions: Vec<_> = fractions.collect();
    feature(
        id,
        &fractions.iter().map(String::as_str).collect::<Vec<_>>(),
    )
}

/// A defect of the peer: its room lets the later of equals lead, its award the earlier.
fn the_earlier_of_equal_services(vector: &Value) {
    assert_eq!(vector["defect"], true);
    let bids: Vec<_> = list(&vector["input"]["bids"])
        .iter()
        .map(|bid| {
            (
                bid["id"].as_str().unwrap(),
                text(&bid["value"]["amountPerformance"]),
            )
        })
        .collect();
    let bids: Vec<_> = bids.iter().map(|(id, saved)| (*id, &**saved)).collect();
    let report = simulated(&worth(&bids, json!([])));
    assert_eq!(report.winner(), vector["expected"]["wanted_best"]);
    assert_eq!(
        json!(report.ranking()),
        vector["expected"]["award_order_best_first"]
    );
}

fn the_earlier_of_equals(vector: &Value) {
    let bids = vector["input"].get("bids").unwrap_or(&vector["input"]);
    let mut sorted: Vec<_> = list(bids).iter().collect();
    sorted.sort_by_key(|bid| bid["time"].as_str());
    let offers: Vec<_> = sorted
        .iter()
        .map(|bid| {
            let id = bid.get("id").unwrap_or(&bid["bidder"]);
            (id.as_str().unwrap(), json!({"price": text(&bid["amount"])}))
        })
        .collect();
    let report = simulated(&auction(&offers));
    let expected = &vector["expected"];
    let order = expected.get("order_worst_to_best").unwrap_or(expected);
    assert_eq!(json!(report.worst_first()), *order);
    assert_eq!(report.winner(), *list(order).last().unwrap());
}

/// Price of weight 60 and months of weight 40, or the reverse.
fn of_price_and_months(weights: [&str; 2], method: Value, offers: &[(&str, [&str; 2])]) -> Value {
    let offers: Vec<_> = offers
        .iter()
        .map(|(id, [price, months])| (*id, json!({"price": price, "months": months})))
        .collect();
    let mut scenario = auction(&offers);
    let terms = &mut scenario["terms"];
    let months = value("months", 0, "0", "120", "highest");
    terms["values"] = json!([terms["values"][0], months]);
    terms["improvement"]["steps"]["months"] = by_amount("1");
    let criteria = json!([
        criterion("price", weights[0], json!({"by": "lowest-best"})),
        criterion("months", weights[1], method),
    ]);
    terms["evaluation"] = points(criteria, "points", "half-up");
    scenario
}

fn the_order_of_rounding(vector: &Value) {
    let offers = ["A", "B"].map(|who| {
        let offer = &vector["input"][who];
        (who, [text(&offer["price"]), text(&offer["warranty"])])
    });
    let offers = offers
        .each_ref()
        .map(|(who, [price, months])| (*who, [price.as_str(), months.as_str()]));
    let method = json!({"by": "highest-best", "most": "60"});
    let mut scenario = of_price_and_months(["60", "40"], method, &offers);
    for (of, name) in [("points", "points_rounded"), ("ratio", "ratio_rounded")] {
        scenario["terms"]["evaluation"]["rounding"]["of"] = json!(of);
        let report = simulated(&scenario);
        let expected = &vector["expected"][name];
        for who in ["A", "B"] {
            assert_eq!(report.points(who), number(&expected[who]), "{name} {who}");
        }
        assert_eq!(report.winner(), expected["winner"], "{name}");
    }
}

fn half_up_and_half_even(vector: &Value) {
    let input = &vector["input"];
    let (least, price) = (text(&input["min"]), text(&input["price"]));
    let nothing = json!({"by": "table", "rows": [{"from": "0", "points": "0"}]});
    let offers = [("least", [&*least, "0"]), ("own", [&*price, "0"])];
    let mut scenario = of_price_and_months(["60", "40"], nothing, &offers);
    for (mode, name) in [("half-up", "half_up"), ("half-even", "half_even")] {
        scenario["terms"]["evaluation"]["rounding"]["mode"] = json!(mode);
        let report = simulated(&scenario);
        assert_eq!(
            report.points("own"),
            number(&vector["expected"][name]),
            "{name}"
        );
    }
}

fn the_heaviest_criterion(vector: &Value) {
    let input = &vector["input"];
    // Months that earn the points of the vector: 110 of 120.
    let prices = ["A", "B"].map(|who| text(&input[who]["gross"]));
    let offers = [("A", [&*prices[0], "120"]), ("B", [&*prices[1], "110"])];
    let weights = ["price", "warranty"].map(|name| text(&input["weights"][name]));
    let weights = weights.each_ref().map(String::as_str);
    let mut scenario = of_price_and_months(weights, json!({"by": "highest-best"}), &offers);
    scenario["terms"]["ties"] = json!("statutory");
    let report = simulated(&scenario);
    for who in ["A", "B"] {
        assert_eq!(
            report.points(who),
            number(&vector["expected"]["totals"][who])
        );
        let parts = &report.standing(who)["points"]["by_criterion"];
        assert_eq!(number(&parts["price"]), number(&input[who]["price"]));
        assert_eq!(number(&parts["months"]), number(&input[who]["warranty"]));
    }
    assert_eq!(report.winner(), vector["expected"]["winner"]);
}

/// By decimals the peer's coefficients are 19/17 and 20/17.
fn a_dearer_bid_wins(vector: &Value) {
    let input = &vector["input"];
    let bids = list(&input["bids"]);
    let ids = ["cheaper", "dearer"];
    let offers: Vec<_> = ids
        .iter()
        .zip(bids)
        .map(|(id, bid)| {
            let (price, years) = (text(&bid["amount"]), text(&bid["parameters"][0]));
            (*id, json!({"price": price, "years": years}))
        })
        .collect();
    let mut scenario = auction(&offers);
    let features = json!([features_of(&input["features"][0], "years")]);
    scenario["terms"]["evaluation"] = json!({"by": "normalised-price", "features": features});
    let report = simulated(&scenario);
    for ((id, bid), seventeenths) in ids.iter().zip(bids).zip([19, 20]) {
        let view = &vector["expected"]["decimal_view"][bid["bidder"].as_str().unwrap()];
        let exact = number(&bid["amount"]) * Decimal::from(17) / Decimal::from(seventeenths);
        assert_eq!(report.compared(id), exact.normalize());
        assert_eq!(report.compared(id), number(&view[1]));
    }
    let order: Vec<_> = report
        .worst_first()
        .iter()
        .map(|id| bids[ids.iter().position(|one| id == one).unwrap()]["bidder"].clone())
        .collect();
    assert_eq!(json!(order), vector["expected"]["order_worst_to_best"]);
}

/// A written offer gives nine decimals of the denominator.
fn mixed_prices(vector: &Value) {
    let bids = list(&vector["input"]["bids"]);
    let ids = ["first", "second"];
    let offers: Vec<_> = ids
        .iter()
        .zip(bids)
        .map(|(id, bid)| {
            let by = rounded(&bid["denominator"], 9).to_string();
            let (price, plus) = (text(&bid["amount"]), text(&bid["addition"]));
            (*id, json!({"price": price, "by": by, "plus": plus}))
        })
        .collect();
    let mut scenario = auction(&offers);
    scenario["terms"]["evaluation"] =
        json!({"by": "mixed", "denominator": named("by"), "addition": named("plus")});
    let report = simulated(&scenario);
    for (id, bid) in ids.iter().zip(bids) {
        assert_eq!(report.compared(id), number(&bid["amount_weighted"]));
    }
}
