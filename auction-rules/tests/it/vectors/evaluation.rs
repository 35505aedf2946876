//! The vectors of scoring: normalised prices, life-cycle costs, mixed prices, net present values and
//! the statutory order of equals.

use super::{list, number, vector};
use crate::kit::*;
use auction_rules::evaluation::net_present_value::{Savings, contract_days};
use auction_rules::evaluation::{life_cycle_cost, mixed, normalised_price};
use auction_rules::improvement;
use auction_rules::ratio::{Ratio, Rounding};
use auction_rules::terms::{Draft, Evaluation, Feature, Method, Reference, Rounded, Source, Ties};
use auction_rules::time::Day;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Vectors with a test below.
pub(super) const TESTED: &[&str] = &[
    "S4",
    "S5",
    "S6",
    "S7a",
    "S7c",
    "S7d",
    "S13",
    "M2",
    "val-03",
    "val-06",
    "meat-01",
    "meat-02",
    "meat-04",
    "lcc-01",
    "mixed-01",
    "esco-npv-announcementDate",
    "esco-npv-yearlyPaymentsPercentage",
    "esco-npv-NBUdiscountRate",
    "esco-val",
];

fn ratio(json: &Json) -> Ratio {
    Ratio::from(number(json))
}

/// A fraction as the vectors of exact implementations write it: "9/7".
fn fraction(json: &Json) -> Ratio {
    let text = json.as_str().expect("a text");
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    let [above, below] = [above, below].map(|text| Ratio::from(dec(text)));
    above.over(&below).expect("not zero")
}

fn sum(json: &Json) -> Ratio {
    list(json).iter().map(ratio).sum()
}

fn coefficient(chosen: &Ratio, greatest: &Ratio) -> Ratio {
    normalised_price::coefficient(chosen, greatest).expect("finite")
}

fn with(evaluation: Evaluation) -> Draft {
    Draft {
        evaluation,
        ..super::priced("0.01")
    }
}

/// Aliases from worst to best.
fn worst_first(room: &Room) -> Vec<usize> {
    let positions = room.positions().into_iter().rev();
    positions.map(|(alias, _)| usize::from(alias)).collect()
}

#[test]
fn the_coefficient_of_a_written_offer() {
    let s4 = vector("S4");
    let (chosen, greatest) = (
        sum(&s4["input"]["chosen"]),
        sum(&s4["input"]["max_per_feature"]),
    );
    assert_eq!(
        coefficient(&chosen, &greatest),
        fraction(&s4["expected"]["coef"])
    );
    let meat = vector("meat-02");
    let chosen = fraction(&meat["input"]["bid_sum"]);
    let greatest = fraction(&meat["input"]["max_sum"]);
    assert_eq!(
        coefficient(&chosen, &greatest),
        fraction(&meat["expected"]["coefficient"])
    );
}

#[test]
fn s5_the_dearest_bid_wins() {
    let s5 = vector("S5");
    let greatest = fraction(&s5["input"]["sum_max"]);
    let halves: [(&str, &[(&str, &str)]); 3] = [
        ("A", &[("colour", "0.1"), ("shape", "0.1")]),
        ("B", &[("colour", "0.15"), ("shape", "0.15")]),
        ("C", &[("colour", "0"), ("shape", "0.15")]),
    ];
    let mut offers = Vec::new();
    for (who, features) in halves {
        let bid = &s5["input"]["bids"][who];
        let chosen = fraction(&bid["chosen"]);
        let parts = features.iter().map(|(_, part)| Ratio::from(dec(part)));
        assert_eq!(parts.sum::<Ratio>(), chosen);
        let compared =
            normalised_price::compared(&ratio(&bid["price"]), &coefficient(&chosen, &greatest));
        let compared = compared.expect("finite");
        assert_eq!(
            compared.to_string(),
            s5["expected"][who].as_str().expect("a text")
        );
        let mut offer = vec![("price".to_owned(), super::text(&bid["price"]))];
        offer.extend(
            features
                .iter()
                .map(|(id, part)| ((*id).to_owned(), (*part).to_owned())),
        );
        offers.push(offer);
    }
    let features = ["colour", "shape"].map(|name| feature(name, &["0", "0.1", "0.15"]));
    let draft = with(Evaluation::NormalisedPrice {
        features: features.to_vec(),
    });
    let mut order = worst_first(&Room::open_with(draft, &offers));
    order.reverse();
    let names: Vec<_> = order.iter().map(|alias| halves[alias - 1].0).collect();
    let expected: Vec<_> = list(&s5["expected"]["ranking"])
        .iter()
        .map(|who| who.as_str())
        .collect();
    assert_eq!(names.into_iter().map(Some).collect::<Vec<_>>(), expected);
}

/// The peer's fractions come from the binary floats 0.1 and 0.15: the decimals give 19/17 and 20/17.
#[test]
fn meat_01_a_dearer_bid_beats_a_cheaper_one() {
    let meat = vector("meat-01");
    let features: Vec<Feature> = list(&meat["input"]["features"])
        .iter()
        .map(|json| {
            let fractions: Vec<_> = list(&json["enum"])
                .iter()
                .map(|choice| super::text(&choice["value"]))
                .collect();
            let fractions: Vec<_> = fractions.iter().map(String::as_str).collect();
            feature("years", &fractions)
        })
        .collect();
    let greatest = features.iter().map(|one| Ratio::from(one.greatest())).sum();
    let bids = list(&meat["input"]["bids"]);
    let mut offers = Vec::new();
    for (bid, exact) in bids.iter().zip(["19/17", "20/17"]) {
        let coefficient = coefficient(&sum(&bid["parameters"]), &greatest);
        assert_eq!(coefficient.to_string(), exact);
        let who = bid["bidder"].as_str().expect("a name");
        let view = list(&meat["expected"]["decimal_view"][who]);
        let rounded = coefficient.to_decimal(9, Rounding::HalfUp);
        assert_eq!(rounded, Some(number(&view[0])));
        let compared = normalised_price::compared(&ratio(&bid["amount"]), &coefficient);
        assert_eq!(compared, Some(ratio(&view[1])));
        let chosen = super::text(&bid["parameters"][0]);
        offers.push(vec![
            ("price".to_owned(), super::text(&bid["amount"])),
            ("years".to_owned(), chosen),
        ]);
    }
    let room = Room::open_with(with(Evaluation::NormalisedPrice { features }), &offers);
    let order: Vec<_> = worst_first(&room)
        .into_iter()
        .map(|alias| bids[alias - 1]["bidder"].clone())
        .collect();
    assert_eq!(Json::Array(order), meat["expected"]["order_worst_to_best"]);
}

/// Where the higher number wins the coefficient multiplies; by decimals it is 9/7.
#[test]
fn meat_04_the_coefficient_of_an_energy_service_multiplies() {
    let meat = vector("meat-04");
    let greatest = list(&meat["input"]["features"]).iter().map(|feature| {
        let fractions = list(&feature["enum"]).iter();
        let fractions = fractions.map(|choice| ratio(&choice["value"]));
        fractions.max().expect("a choice")
    });
    let coefficient = coefficient(&sum(&meat["input"]["parameters"]), &greatest.sum());
    assert_eq!(coefficient.to_string(), "9/7");
    let worth = ratio(&meat["input"]["amountPerformance"]) * coefficient;
    assert_eq!(worth.to_string(), "5400/7");
}

/// A coefficient below 1 comes from no features; the rule of the limit is the same.
#[test]
fn val_03_a_bid_is_at_most_the_normalised_price_times_the_coefficient_less_a_step() {
    let val = vector("val-03");
    let input = &val["input"];
    let price = normalised_price::price_for(
        &ratio(&input["amount_features"]),
        &ratio(&input["coefficient"]),
    );
    let step = by_amount(&super::text(&input["step"]));
    let limit = improvement::limit_from(&price_value(), &step, &price).expect("a limit");
    assert_eq!(limit, dec("18350.00"));
    for (bid, result) in list(&input["bids"])
        .iter()
        .zip(list(&val["expected"]["results"]))
    {
        let legal = match result.as_str().expect("a result") {
            "accept" => true,
            "Too high value" => false,
            "cancel" => {
                let mut room = Room::prices(super::phases::rounds(super::priced("1")), &["18350"]);
                super::phases::withdrawn(&mut room, 5 * MINUTE, typed(&[("price", "12")]));
                continue;
            }
            other => panic!("{other}"),
        };
        assert_eq!(number(bid) <= limit, legal, "{bid}");
    }
}

fn life_cycle() -> Draft {
    with(Evaluation::LifeCycleCost {
        costs: vec![written("costs")],
    })
}

fn costing(price: String, costs: String) -> Vec<(String, String)> {
    vec![("price".to_owned(), price), ("costs".to_owned(), costs)]
}

#[test]
fn the_life_cycle_cost_is_the_price_and_the_other_costs() {
    let s6 = vector("S6");
    let names = ["a", "b"];
    let offers = names.map(|who| {
        let offer = &s6["input"][who];
        costing(
            super::text(&offer["price"]),
            super::text(&offer["non_price"]),
        )
    });
    let room = Room::open_with(life_cycle(), &offers);
    for (index, who) in names.iter().enumerate() {
        let own = room.auction.own_view(bidder(index)).expect("admitted");
        assert_eq!(own.compared, Some(number(&s6["expected"][who])));
    }
    let mut order = worst_first(&room);
    order.reverse();
    let order: Vec<_> = order
        .iter()
        .map(|alias| Json::from(names[alias - 1]))
        .collect();
    assert_eq!(Json::Array(order), s6["expected"]["ranking"]);
    let lcc = vector("lcc-01");
    let costs = sum(&lcc["input"]["lcc_answers"]);
    assert_eq!(costs, ratio(&lcc["expected"]["non_price_cost"]));
    let compared = life_cycle_cost::compared(&ratio(&lcc["input"]["amount"]), &costs);
    assert_eq!(compared, ratio(&lcc["expected"]["amount_weighted"]));
}

#[test]
fn a_life_cycle_cost_loses_no_cent() {
    let (m2, val) = (vector("M2"), vector("val-06"));
    let cases = [
        (
            &m2["input"]["weighted"],
            &m2["input"]["non_price"],
            &m2["input"]["step"],
            &m2["input"]["bid"],
        ),
        (
            &val["input"]["amount_weighted"],
            &val["input"]["non_price_cost"],
            &val["input"]["step"],
            &val["input"]["bids"][0],
        ),
    ];
    for (weighted, costs, step, bid) in cases {
        for from in [Reference::Own, Reference::Leader] {
            let mut draft = life_cycle();
            draft.improvement.from = from;
            draft.improvement.steps = [(id("price"), by_amount(&super::text(step)))].into();
            let price = life_cycle_cost::price_for(&ratio(weighted), &ratio(costs));
            let price = price
                .to_decimal(2, Rounding::Down)
                .expect("cents")
                .to_string();
            let offer = costing(price, super::text(costs));
            let mut room = Room::open_with(draft, &[offer.clone(), offer]);
            assert_eq!(room.limit_of(0), Some(number(bid)));
            let above = one_worse(&price_value(), number(bid)).to_string();
            assert_eq!(code(&room.bid(0, 1, &above)), 302);
            assert!(accepted(&room.bid(0, 2, &super::text(bid))));
        }
    }
    assert_eq!(number(&val["expected"]["max_allowed"]), dec("80.0"));
}

/// The peer wrote the denominator 10/7 as a binary float; its own sum of parameters says it exactly.
#[test]
fn mixed_01_a_price_is_divided_and_added_to() {
    let vector = vector("mixed-01");
    for bid in list(&vector["input"]["bids"]) {
        let one = Ratio::whole(1);
        let denominator = one
            .over(&(&one - &ratio(&bid["param_sum"])))
            .expect("finite");
        let shown = denominator
            .to_decimal(16, Rounding::HalfUp)
            .expect("digits");
        assert_eq!(shown.normalize(), number(&bid["denominator"]).normalize());
        let (price, addition) = (ratio(&bid["amount"]), ratio(&bid["addition"]));
        let compared = mixed::compared(&price, &denominator, &addition).expect("finite");
        assert_eq!(compared, ratio(&bid["amount_weighted"]));
        let reference = mixed::price_for(&compared, &denominator, &addition);
        assert_eq!(reference, price);
        let limit = improvement::limit_from(&price_value(), &by_amount("10.20"), &reference);
        assert_eq!(
            limit.map(Ratio::from),
            Some(&price - &Ratio::from(dec("10.2")))
        );
    }
}

/// Net present value and price of the contract, rounded to eleven digits as the peer prints them.
fn worth(input: &Json, promised: &[Ratio], years: &Json, days: &Json) -> [Option<Decimal>; 2] {
    let day = Day::new(input["announcementDate"].as_str().expect("a day")).expect("a day");
    let hundred = dec("100");
    let percent = |json: &Json| number(json) * hundred;
    let savings = Savings::new(day, percent(&input["NBUdiscountRate"]), promised);
    let share = percent(&input["yearlyPaymentsPercentage"]);
    let length = contract_days(number(years), number(days));
    let worth = savings.net_present_value(share, length);
    [worth, savings.contract_price(share, length)]
        .map(|exact| exact.to_decimal(11, Rounding::HalfUp))
}

#[test]
fn s7_net_present_values_of_energy_services() {
    for name in ["S7a", "S7c", "S7d"] {
        let vector = vector(name);
        let input = &vector["input"];
        let [first, rest] = ["92.47", "250"].map(|text| Ratio::from(dec(text)));
        assert_eq!(
            input["annualCostsReduction"],
            serde_json::json!(["92.47", "250 x20"])
        );
        let promised: Vec<_> = std::iter::once(first).chain(vec![rest; 20]).collect();
        let got = worth(
            input,
            &promised,
            &input["contract_years"],
            &input["contract_days"],
        );
        let expected =
            ["amountPerformance", "amountContract"].map(|of| Some(number(&vector["expected"][of])));
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn tables_of_net_present_values() {
    for (name, rows) in [
        ("esco-npv-announcementDate", 15),
        ("esco-npv-yearlyPaymentsPercentage", 25),
        ("esco-npv-NBUdiscountRate", 24),
    ] {
        let vector = vector(name);
        let varies = vector["input"]["varies"].as_str().expect("a name");
        let table = list(&vector["expected"]["rows"]);
        assert_eq!(table.len(), rows, "{name}");
        for row in table {
            let mut input = vector["input"]["base"].clone();
            input[varies] = row[varies].clone();
            let promised: Vec<_> = list(&input["annualCostsReduction"])
                .iter()
                .map(ratio)
                .collect();
            let length = &input["contractDuration"];
            let got = worth(&input, &promised, &length["years"], &length["days"]);
            assert_eq!(
                got,
                [&row["npv"], &row["contract"]].map(|json| Some(number(json))),
                "{row}"
            );
        }
    }
}

#[test]
fn esco_val_what_an_energy_bid_may_be() {
    let val = vector("esco-val");
    let mut tried = 0;
    for (case, result) in list(&val["input"]["cases"])
        .iter()
        .zip(list(&val["expected"]["results"]))
    {
        let text = |name: &str, otherwise: &str| match &case[name] {
            Json::Null => otherwise.to_owned(),
            number => super::text(number),
        };
        let expected = match result.as_str().expect("a result") {
            // A share is entered in per cent.
            "Percentage value must be between 80 and 100"
            | "contractDuration must be between 0 and 15."
            | "contractDurationDays must be between 0 and 364."
            | "Maximum contract duration is 15 years"
            | "You can't bid 0 days and 0 years" => 311,
            "cancelled" => {
                let offers = [energy_offer("100", "15", "0")];
                let mut room = Room::open_with(super::phases::rounds(energy()), &offers);
                let bid = typed(&[("share", "80"), ("years", "1"), ("days", "0")]);
                super::phases::withdrawn(&mut room, 5 * MINUTE, bid);
                tried += 1;
                continue;
            }
            other => panic!("{other}"),
        };
        tried += 1;
        let share = text("share", "0.8");
        let share = (dec(&share) * dec("100")).to_string();
        let mut draft = energy();
        draft.values[0].least = dec("80");
        let own = energy_offer("100", "15", "0");
        let mut room = Room::open_with(draft, &[own.clone(), own]);
        let bid = [
            ("share", share),
            ("years", text("years", "1")),
            ("days", text("days", "0")),
        ];
        let bid: Vec<_> = bid
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        assert_eq!(code(&room.place(0, 1, typed(&bid))), expected, "{case}");
        assert!(accepted(&room.place(
            0,
            2,
            typed(&[("share", "80"), ("years", "1"), ("days", "0")])
        )));
    }
    assert_eq!(tried, 6);
}

#[test]
fn s13_equal_totals_stand_by_the_heaviest_criterion_though_the_other_is_cheaper() {
    let s13 = vector("S13");
    let weight = |name: &str| super::text(&s13["input"]["weights"][name]);
    let highest = Method::HighestBest { most: None };
    let draft = Draft {
        evaluation: Evaluation::Points {
            criteria: vec![
                criterion(
                    "price",
                    &weight("price"),
                    Method::LowestBest,
                    Source::Auctioned,
                ),
                criterion("warranty", &weight("warranty"), highest, Source::Auctioned),
            ],
            rounding: points_rounding(Rounded::Points, 2, Rounding::HalfUp),
        },
        ties: Ties::Statutory,
        ..points()
    };
    // Months that earn the points of the vector: 110 of 120.
    let offers = [("A", "120"), ("B", "110")].map(|(who, months)| {
        let price = super::text(&s13["input"][who]["gross"]);
        vec![
            ("price".to_owned(), price),
            ("warranty".to_owned(), months.to_owned()),
        ]
    });
    let mut room = Room::open_with(draft, &offers);
    for (index, who) in ["A", "B"].iter().enumerate() {
        let own = room.auction.own_view(bidder(index)).expect("admitted");
        let points = own.points.expect("points");
        assert_eq!(points.total, number(&s13["expected"]["totals"][who]));
        for name in ["price", "warranty"] {
            assert_eq!(
                points.by_criterion[&id(name)],
                number(&s13["input"][who][name])
            );
        }
    }
    assert_eq!(s13["expected"]["winner"], "A");
    assert_eq!(room.closed().winner, Some(alias(1)));
    assert_eq!(room.positions(), [(1, 1), (2, 2)]);
}
