//! Every evaluation by a table: what each offer is compared by, where it stands, and what its bidder
//! may enter next. Points have a file of their own, and so have energy services.

use crate::kit::*;
use auction_rules::evaluation::price::gross;
use auction_rules::evaluation::{mixed, normalised_price};
use auction_rules::ratio::{Ratio, Rounding};
use auction_rules::regime::pzp_evaluation;
use auction_rules::terms::{
    Criterion, Draft, Evaluation, Method, Reference, Rounded, Source, TableRow, Tax, Ties,
};
use auction_rules::{Act, Refusal};

fn with(evaluation: Evaluation) -> Draft {
    Draft {
        evaluation,
        ties: Ties::EqualRank,
        ..lowest()
    }
}

fn normalised() -> Draft {
    with(Evaluation::NormalisedPrice {
        features: vec![
            feature("colour", &["0", "0.1", "0.15"]),
            feature("shape", &["0", "0.05", "0.1", "0.15"]),
        ],
    })
}

fn life_cycle() -> Draft {
    with(Evaluation::LifeCycleCost {
        costs: vec![written("energy"), written("repair")],
    })
}

fn mixed_draft() -> Draft {
    with(Evaluation::Mixed {
        denominator: written("denominator"),
        addition: written("addition"),
    })
}

fn taxed() -> Draft {
    let mut draft = with(Evaluation::LowestPrice);
    draft.values[0].tax = Some(Tax::ReverseCharge { rate: id("vat") });
    draft
}

/// What each offer is shown to be compared by, and the aliases from best to worst.
fn check(draft: Draft, offers: &[&[(&str, &str)]], compared: &[&str], order: &[u16]) {
    let mut room = Room::open(draft, offers);
    for (number, expected) in compared.iter().enumerate() {
        let own = room.auction.own_view(bidder(number)).expect("admitted");
        let got = own.compared.expect("compared by more than is entered");
        assert_eq!(got.to_string(), *expected, "of {number}");
    }
    let standings: Vec<_> = room.closed().standings.clone();
    let aliases: Vec<_> = standings.iter().map(|standing| standing.alias.0).collect();
    assert_eq!(aliases, order);
    for standing in standings {
        let expected = compared[usize::from(standing.alias.0) - 1];
        assert_eq!(standing.compared, Some(dec(expected)));
        assert_eq!(standing.points, None);
    }
}

#[test]
fn a_normalised_price_is_the_price_through_the_coefficient() {
    check(
        normalised(),
        &[
            &[("price", "475000"), ("colour", "0.1"), ("shape", "0.1")],
            &[("price", "480000"), ("colour", "0.15"), ("shape", "0.15")],
            &[("price", "450000"), ("colour", "0"), ("shape", "0.15")],
            &[("price", "450000"), ("colour", "0"), ("shape", "0")],
        ],
        &["369444.44", "336000.00", "370588.24", "450000.00"],
        &[2, 1, 3, 4],
    );
}

#[test]
fn a_life_cycle_cost_is_the_price_and_the_written_costs() {
    check(
        life_cycle(),
        &[
            &[("price", "200"), ("energy", "60"), ("repair", "40.5")],
            &[("price", "300"), ("energy", "0"), ("repair", "0")],
            &[("price", "210"), ("energy", "0"), ("repair", "100")],
        ],
        &["300.50", "300.00", "310.00"],
        &[2, 1, 3],
    );
}

#[test]
fn a_mixed_price_is_divided_and_added_to() {
    check(
        mixed_draft(),
        &[
            &[
                ("price", "469"),
                ("denominator", "1.25"),
                ("addition", "100"),
            ],
            &[
                ("price", "479"),
                ("denominator", "1.5"),
                ("addition", "100"),
            ],
            &[("price", "400"), ("denominator", "0.8"), ("addition", "0")],
        ],
        &["475.20", "419.33", "500.00"],
        &[2, 1, 3],
    );
}

#[test]
fn vat_of_the_buyer_is_added_for_comparison_only() {
    check(
        taxed(),
        &[
            &[("price", "100"), ("vat", "23")],
            &[("price", "120"), ("vat", "0")],
            &[("price", "113.88"), ("vat", "8")],
        ],
        &["123.00", "120.00", "122.99"],
        &[2, 3, 1],
    );
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("vat", "23")],
        &[("price", "120"), ("vat", "0")],
    ];
    let mut room = Room::open(taxed(), &offers);
    assert!(accepted(&room.bid(0, 1, "90")));
    let result = room.closed();
    assert_eq!(result.winner, Some(alias(1)));
    assert_eq!(result.standings[0].values, values(&[("price", "90.00")]));
    assert_eq!(result.standings[0].compared, Some(dec("110.70")));
}

#[test]
fn gross_prices_are_rounded_as_on_an_invoice() {
    let check =
        |net, percent, expected| assert_eq!(gross(dec(net), dec(percent), 2), dec(expected));
    check("100", "23", "123.00");
    check("1.65", "23", "2.03");
    check("0.10", "5", "0.11");
    check("0.10", "0", "0.10");
    check("99.99", "100", "199.98");
}

#[test]
fn the_highest_discount_wins() {
    let mut room = Room::prices(discount(), &["5", "8.5", "8.499"]);
    assert_eq!(room.positions(), [(2, 1), (3, 2), (1, 3)]);
    assert_eq!(room.limit_of(0), Some(dec("5.010")));
    assert_eq!(code(&room.bid(0, 1, "5.009")), 302);
    assert_eq!(code(&room.bid(0, 2, "4.999")), 301);
    assert!(accepted(&room.bid(0, 3, "9")));
    let own = room.auction.own_view(bidder(1)).expect("admitted");
    assert_eq!((own.gap, own.compared), (Some(dec("0.500")), None));
    assert_eq!(room.closed().winner, Some(alias(1)));
}

/// From 5 % to 8 % the price falls from 95 to 92: that is the change to be confirmed.
#[test]
fn the_guard_of_a_discount_looks_at_the_price_that_is_left() {
    let mut draft = discount();
    draft.guards.confirm_above_percent = Some(dec("20"));
    let mut room = Room::prices(draft, &["5", "6"]);
    let offer = typed(&[("price", "8")]);
    let preview = room.auction.preview(bidder(0), at(1), &offer);
    assert_eq!(preview.change_percent[&id("price")], dec("3.16"));
    assert!(accepted(&room.place(0, 1, offer)));
    let Err(Refusal::NeedsConfirmation(change)) = room.bid(0, 2, "80") else {
        panic!("a confirmation is needed");
    };
    assert_eq!(change.percent, dec("78.26"));
}

/// What a bidder may enter when a step of 10.00 counts from the leader, and that one cent more is
/// refused while the limit leads.
fn from_leader(draft: Draft, offers: &[&[(&str, &str)]], limits: &[Option<&str>]) {
    let mut draft = draft;
    draft.improvement.from = Reference::Leader;
    for (number, expected) in limits.iter().enumerate() {
        let mut room = Room::open(draft.clone(), offers);
        assert_eq!(room.limit_of(number), expected.map(dec), "of {number}");
        let Some(limit) = expected else { continue };
        let above = one_worse(&price_value(), dec(limit)).to_string();
        assert_ne!(code(&room.bid(number, 1, &above)), 0);
        assert!(accepted(&room.bid(number, 2, limit)), "of {number}");
        assert_eq!(
            room.positions()[0].0,
            u16::try_from(number + 1).expect("few")
        );
    }
}

#[test]
fn from_the_leader_the_limit_is_the_price_that_is_as_good_less_a_step() {
    from_leader(
        normalised(),
        &[
            &[("price", "475000"), ("colour", "0.1"), ("shape", "0.1")],
            &[("price", "480000"), ("colour", "0.15"), ("shape", "0.15")],
        ],
        // 336000 × 9/7 − 10 and 480000 − 10.
        &[Some("431990.00"), Some("479990.00")],
    );
    from_leader(
        life_cycle(),
        &[
            &[("price", "200"), ("energy", "60"), ("repair", "40.5")],
            &[("price", "300"), ("energy", "0"), ("repair", "0")],
            &[("price", "210"), ("energy", "200"), ("repair", "90")],
        ],
        // 300 − 290 − 10: nothing is left for the last one to ask.
        &[Some("189.50"), Some("290.00"), None],
    );
    from_leader(
        mixed_draft(),
        &[
            &[
                ("price", "469"),
                ("denominator", "1.25"),
                ("addition", "100"),
            ],
            &[
                ("price", "480"),
                ("denominator", "1.5"),
                ("addition", "100"),
            ],
        ],
        // (420 − 100) × 1.25 − 10.
        &[Some("390.00"), Some("470.00")],
    );
    from_leader(
        taxed(),
        &[
            &[("price", "100"), ("vat", "23")],
            &[("price", "120"), ("vat", "0")],
        ],
        // 120 ÷ 1.23 = 97.56…
        &[Some("87.56"), Some("110.00")],
    );
}

/// A coefficient so good that even the ceiling leads.
#[test]
fn a_limit_never_exceeds_the_range() {
    let mut draft = normalised();
    draft.improvement.from = Reference::Leader;
    draft.values[0].most = dec("100");
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("colour", "0"), ("shape", "0")],
        &[("price", "100"), ("colour", "0.15"), ("shape", "0.15")],
    ];
    let room = Room::open(draft.clone(), &offers);
    assert_eq!(room.limit_of(1), Some(dec("90.00")));
    draft.opening = auction_rules::terms::OpeningOffer::FirstBidFree;
    let offers: [&[(&str, &str)]; 2] = [
        &[("colour", "0"), ("shape", "0")],
        &[("colour", "0.15"), ("shape", "0.15")],
    ];
    let mut room = Room::open(draft, &offers);
    assert!(accepted(&room.bid(0, 1, "100")));
    // 100 × 10/7 − 10 is above the ceiling.
    assert_eq!(room.limit_of(1), Some(dec("100.00")));
    assert!(accepted(&room.bid(1, 2, "100")));
    assert_eq!(room.positions(), [(2, 1), (1, 2)]);
}

#[test]
fn formulas_undo_each_other_and_divide_by_nothing() {
    let ratio = |text| Ratio::from(dec(text));
    assert_eq!(
        normalised_price::coefficient(&ratio("0.2"), &ratio("1")),
        None
    );
    assert_eq!(
        mixed::compared(&ratio("5"), &Ratio::zero(), &ratio("1")),
        None
    );
    let coefficient = normalised_price::coefficient(&ratio("0.1"), &ratio("0.15")).expect("finite");
    assert_eq!(coefficient.to_string(), "19/17");
    let compared = normalised_price::compared(&ratio("475000"), &coefficient).expect("finite");
    assert_eq!(compared, ratio("425000"));
    assert_eq!(
        normalised_price::price_for(&compared, &coefficient),
        ratio("475000")
    );
    let compared = mixed::compared(&ratio("7"), &ratio("3"), &ratio("0.5")).expect("finite");
    assert_eq!(compared.to_string(), "17/6");
    assert_eq!(
        mixed::price_for(&compared, &ratio("3"), &ratio("0.5")),
        ratio("7")
    );
}

#[test]
fn a_preview_tells_what_the_bid_would_be_compared_by() {
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "475000"), ("colour", "0.1"), ("shape", "0.1")],
        &[("price", "480000"), ("colour", "0.15"), ("shape", "0.15")],
    ];
    let mut room = Room::open(normalised(), &offers);
    let bid = typed(&[("price", "400000")]);
    let preview = room.auction.preview(bidder(0), at(1), &bid);
    assert_eq!(preview.compared, Some(dec("311111.11")));
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!(own.gap, Some(dec("33444.44")));
    assert!(accepted(&room.place(0, 1, bid)));
    let best = room.auction.public(auction_rules::Audience::Bidders).best;
    assert_eq!(best.expect("shown").compared, Some(dec("311111.11")));
}

/// Without the best value nobody learns how far ahead the best is.
#[test]
fn a_hidden_best_hides_the_number_by_which_it_is_compared() {
    let mut draft = life_cycle();
    draft.visibility.best_value = false;
    let offer: &[(&str, &str)] = &[("price", "200"), ("energy", "1"), ("repair", "1")];
    let better: &[(&str, &str)] = &[("price", "190"), ("energy", "1"), ("repair", "1")];
    let room = Room::open(draft, &[offer, better]);
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    assert_eq!((own.gap, own.compared), (None, Some(dec("202.00"))));
    let public = room.auction.public(auction_rules::Audience::Bidders);
    assert_eq!(public.best, None);
}

#[test]
fn numbers_of_the_written_offer_have_bounds() {
    let check = |draft: Draft, offer: &[(&str, &str)], expected: u16| {
        let mut room = Room::published(draft);
        let act = Act::Admit {
            bidder: bidder(0),
            offer: values(offer),
        };
        assert_eq!(
            code(&room.officer(-90 * MINUTE, act)),
            expected,
            "{offer:?}"
        );
    };
    check(
        normalised(),
        &[("price", "1"), ("colour", "0.1"), ("shape", "0")],
        0,
    );
    check(
        normalised(),
        &[("price", "1"), ("colour", "0.05"), ("shape", "0")],
        504,
    );
    check(normalised(), &[("price", "1"), ("colour", "0.1")], 504);
    check(
        life_cycle(),
        &[("price", "1"), ("energy", "0"), ("repair", "-0.01")],
        504,
    );
    check(
        mixed_draft(),
        &[("price", "1"), ("denominator", "0"), ("addition", "0")],
        504,
    );
    check(
        mixed_draft(),
        &[("price", "1"), ("denominator", "0.1"), ("addition", "-1")],
        504,
    );
    let most = [
        ("price", "1"),
        ("energy", "1000000000000000"),
        ("repair", "0"),
    ];
    check(life_cycle(), &most, 0);
    let more = [
        ("price", "1"),
        ("energy", "1000000000000000.1"),
        ("repair", "0"),
    ];
    check(life_cycle(), &more, 504);
    let long = [("price", "1"), ("energy", "0.0000000001"), ("repair", "0")];
    check(life_cycle(), &long, 504);
    check(taxed(), &[("price", "1"), ("vat", "100")], 0);
    check(taxed(), &[("price", "1"), ("vat", "100.01")], 504);
    check(taxed(), &[("price", "1"), ("vat", "-1")], 504);
    check(taxed(), &[("price", "1")], 504);
}

/// Positions and the winner, with the statutory order.
fn statutory(draft: Draft, offers: &[&[(&str, &str)]], positions: &[(u16, u16)], tied: &[u16]) {
    let draft = Draft {
        ties: Ties::Statutory,
        ..draft
    };
    let mut room = Room::open(draft, offers);
    assert_eq!(room.positions(), positions);
    let result = room.closed();
    let names: Vec<_> = result.tied.iter().map(|alias| alias.0).collect();
    assert_eq!(names, tied);
    let winner = tied.is_empty().then_some(alias(positions[0].0));
    assert_eq!(result.winner, winner);
}

#[test]
fn equal_totals_stand_by_the_heaviest_criterion_then_by_price() {
    // 100 + 20 months: 60 + 20; 150 + 40 months: 40 + 40; both 80. The price weighs more.
    let offers: [&[(&str, &str)]; 3] = [
        &[("price", "150"), ("warranty", "24")],
        &[("price", "100"), ("warranty", "12")],
        &[("price", "300"), ("warranty", "0")],
    ];
    statutory(points(), &offers, &[(2, 1), (1, 2), (3, 3)], &[]);
    let equal: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("warranty", "12")],
        &[("price", "100"), ("warranty", "12")],
    ];
    statutory(points(), &equal, &[(1, 1), (2, 1)], &[1, 2]);
}

/// Two criteria of the same greatest weight count together, so the price decides.
#[test]
fn of_several_heaviest_criteria_the_price_decides() {
    let mut draft = points();
    let highest = Method::HighestBest { most: None };
    draft.evaluation = Evaluation::Points {
        criteria: vec![
            criterion("price", "50", Method::LowestBest, Source::Auctioned),
            criterion("warranty", "50", highest, Source::Auctioned),
        ],
        rounding: points_rounding(Rounded::Points, 2, Rounding::HalfUp),
    };
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "200"), ("warranty", "24")],
        &[("price", "100"), ("warranty", "12")],
    ];
    statutory(draft, &offers, &[(2, 1), (1, 2)], &[]);
}

#[test]
fn of_equal_costs_the_lower_price_stands_better() {
    let offers: [&[(&str, &str)]; 3] = [
        &[("price", "200"), ("energy", "100"), ("repair", "0")],
        &[("price", "150"), ("energy", "100"), ("repair", "50")],
        &[("price", "150"), ("energy", "150"), ("repair", "0")],
    ];
    statutory(life_cycle(), &offers, &[(2, 1), (3, 1), (1, 3)], &[2, 3]);
    let prices: [&[(&str, &str)]; 2] = [&[("price", "100")], &[("price", "100")]];
    statutory(lowest(), &prices, &[(1, 1), (2, 1)], &[1, 2]);
}

/// A price under reverse charge counts with its VAT, in the criterion and in the statutory order.
#[test]
fn points_of_a_price_count_the_vat_of_the_buyer() {
    let mut draft = points();
    draft.values[0].tax = Some(Tax::ReverseCharge { rate: id("vat") });
    let offers: [&[(&str, &str)]; 2] = [
        &[("price", "100"), ("warranty", "12"), ("vat", "23")],
        &[("price", "100"), ("warranty", "12"), ("vat", "0")],
    ];
    let room = Room::open(draft, &offers);
    let own = room.auction.own_view(bidder(0)).expect("admitted");
    // 100 ÷ 123 × 60 + 40.
    assert_eq!(own.points.expect("points").total, dec("88.78"));
}

fn many_criteria() -> Vec<Criterion> {
    let rows = [("0", "0"), ("1", "5")].map(|(from, points)| TableRow {
        from: dec(from),
        points: dec(points),
    });
    let table = || Method::Table {
        rows: rows.to_vec(),
    };
    let mut criteria = vec![criterion(
        "price",
        "40",
        Method::LowestBest,
        Source::Auctioned,
    )];
    criteria.push(criterion(
        "warranty",
        "20",
        Method::HighestBest { most: None },
        Source::Auctioned,
    ));
    criteria.extend(
        (1..=8).map(|number| criterion(&format!("extra-{number}"), "5", table(), Source::Offer)),
    );
    criteria
}

#[test]
fn points_of_ten_criteria_add_up() {
    let draft = Draft {
        evaluation: Evaluation::Points {
            criteria: many_criteria(),
            rounding: points_rounding(Rounded::Points, 2, Rounding::HalfUp),
        },
        ..points()
    };
    let names: Vec<_> = (1..=8).map(|number| format!("extra-{number}")).collect();
    let offer = |price, months, yes: usize| {
        let extras = names.iter().enumerate();
        let extras =
            extras.map(|(index, name)| (name.as_str(), if index < yes { "1" } else { "0" }));
        let mut offer = vec![("price", price), ("warranty", months)];
        offer.extend(extras);
        offer
    };
    let offers = [offer("100", "10", 8), offer("80", "20", 3)];
    let offers: Vec<_> = offers.iter().map(Vec::as_slice).collect();
    let room = Room::open(draft, &offers);
    for (number, total) in [(0, "82.00"), (1, "75.00")] {
        let own = room.auction.own_view(bidder(number)).expect("admitted");
        let points = own.points.expect("points");
        assert_eq!((points.total, points.by_criterion.len()), (dec(total), 10));
    }
}

fn paths(draft: Draft) -> Vec<String> {
    match auction_rules::Terms::new(draft) {
        Ok(_) => Vec::new(),
        Err(faults) => {
            for fault in &faults {
                assert!(!fault.text.pl.is_empty() && !fault.text.en.is_empty());
            }
            faults.into_iter().map(|fault| fault.path).collect()
        }
    }
}

/// A draft that is sound as it is has exactly these faults after the change.
fn faulty(draft: impl Fn() -> Draft, change: impl FnOnce(&mut Draft), expected: &[&str]) {
    assert_eq!(paths(draft()), [""; 0], "sound as it is");
    let mut draft = draft();
    change(&mut draft);
    assert_eq!(paths(draft), expected);
}

#[test]
fn faults_of_features() {
    let features = |draft: &mut Draft, change: &dyn Fn(&mut Vec<auction_rules::terms::Feature>)| {
        let Evaluation::NormalisedPrice { features } = &mut draft.evaluation else {
            panic!("features");
        };
        change(features);
    };
    faulty(
        normalised,
        |d| features(d, &|f| f.clear()),
        &["evaluation.features"],
    );
    faulty(
        normalised,
        |d| features(d, &|f| f[0].choices[2].fraction = dec("0.85")),
        &["evaluation.features"],
    );
    faulty(
        normalised,
        |d| features(d, &|f| f[1].choices[0].fraction = dec("0.05")),
        &["evaluation.features[1].choices"],
    );
    faulty(
        normalised,
        |d| features(d, &|f| f[1].choices[0].fraction = dec("-0.05")),
        &["evaluation.features[1].choices[0].fraction"],
    );
    faulty(
        normalised,
        |d| features(d, &|f| f[1].choices.clear()),
        &["evaluation.features[1].choices"],
    );
    faulty(
        normalised,
        |d| features(d, &|f| f[1].id = id("price")),
        &["evaluation"],
    );
    faulty(
        normalised,
        |d| features(d, &|f| f[1].choices[1].name.pl.clear()),
        &["evaluation.features[1].choices[1].name.pl"],
    );
}

#[test]
fn faults_of_each_evaluation() {
    let second = |draft: &mut Draft| {
        draft.values.push(warranty_value());
        draft
            .improvement
            .steps
            .insert(id("warranty"), by_amount("1"));
    };
    faulty(normalised, second, &["evaluation"]);
    faulty(life_cycle, second, &["evaluation"]);
    faulty(mixed_draft, second, &["evaluation"]);
    faulty(discount, second, &["evaluation"]);
    faulty(discount, |d| d.values[0].most = dec("100"), &["evaluation"]);
    faulty(
        life_cycle,
        |d| d.evaluation = Evaluation::LifeCycleCost { costs: vec![] },
        &["evaluation.costs"],
    );
    faulty(
        mixed_draft,
        |d| {
            d.evaluation = Evaluation::Mixed {
                denominator: written("x"),
                addition: written("x"),
            }
        },
        &["evaluation"],
    );
    faulty(
        taxed,
        |d| d.values[0].tax = Some(Tax::ReverseCharge { rate: id("price") }),
        &["values[0].tax.reverse-charge.rate"],
    );
    faulty(
        discount,
        |d| d.values[0].tax = Some(Tax::ReverseCharge { rate: id("vat") }),
        &["values[0].tax"],
    );
}

/// Better values must not cost points: then an improvement would be a trap.
#[test]
fn tables_of_auctioned_values_reward_what_is_better() {
    let row = |(from, points): (&str, &str)| TableRow {
        from: dec(from),
        points: dec(points),
    };
    let check = |column: usize, source, rows: &[(&str, &str)], expected: &[&str]| {
        let mut draft = points();
        let rows = rows.iter().copied().map(row).collect();
        let Evaluation::Points { criteria, .. } = &mut draft.evaluation else {
            panic!("points");
        };
        if source == Source::Offer {
            criteria[1].weight = dec("20");
            criteria.push(criterion("days", "20", Method::Table { rows }, source));
        } else {
            criteria[column].method = Method::Table { rows };
        }
        assert_eq!(paths(draft), expected);
    };
    let wrong = &["evaluation.criteria[1].method.rows"];
    check(1, Source::Auctioned, &[("0", "0"), ("24", "20")], &[]);
    check(1, Source::Auctioned, &[("0", "20"), ("24", "0")], wrong);
    let wrong = &["evaluation.criteria[0].method.rows"];
    check(0, Source::Auctioned, &[("0", "60"), ("100", "0")], &[]);
    check(0, Source::Auctioned, &[("0", "0"), ("100", "60")], wrong);
    // Below 50 the table would give nothing.
    check(0, Source::Auctioned, &[("50", "60"), ("100", "0")], wrong);
    check(2, Source::Offer, &[("0", "20"), ("7", "0")], &[]);
}

#[test]
fn terms_of_each_evaluation_are_read_back() {
    for draft in [
        normalised(),
        life_cycle(),
        mixed_draft(),
        taxed(),
        discount(),
        energy(),
        crate::items::items(),
    ] {
        let terms = auction_rules::Terms::new(draft).expect("sound");
        let json = auction_rules::canonical::text(&terms);
        let again: auction_rules::Terms = serde_json::from_str(&json).expect("sound");
        assert_eq!(again, terms);
        let unknown = json.replacen(r#""evaluation":{"#, r#""evaluation":{"colour":1,"#, 1);
        let lost = serde_json::from_str::<auction_rules::Terms>(&unknown);
        // serde lets a variant without fields have any.
        let bare = json.contains(r#""by":"discount""#) || json.contains(r#""by":"lowest-price""#);
        assert!(bare || lost.is_err(), "{json}");
    }
}

#[test]
fn the_examples_of_the_document_are_read() {
    let document = include_str!("../../../docs/evaluation.md");
    let blocks = document.split("```json").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().expect("an end"));
    let read = blocks.map(|json| serde_json::from_str::<Evaluation>(json).expect(json));
    let kinds = read.map(|evaluation| match evaluation {
        Evaluation::LowestPrice => "lowest-price",
        Evaluation::Points { .. } => "points",
        Evaluation::NormalisedPrice { .. } => "normalised-price",
        Evaluation::LifeCycleCost { .. } => "life-cycle-cost",
        Evaluation::Mixed { .. } => "mixed",
        Evaluation::NetPresentValue(_) => "net-present-value",
        Evaluation::Discount => "discount",
    });
    let headed: Vec<_> = document
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .take_while(|heading| *heading != "Line items")
        .collect();
    assert_eq!(kinds.collect::<Vec<_>>(), headed);
}

#[test]
fn what_the_act_on_public_procurement_allows() {
    let public = |mut draft: Draft| {
        draft.ties = Ties::Statutory;
        if draft.values[0].tax.is_none() {
            draft.values[0].tax = Some(Tax::Gross);
        }
        draft
    };
    let check = |draft: Draft, expected: &[(&str, &str)]| {
        let found = pzp_evaluation(&draft);
        let got: Vec<_> = found.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(
            got,
            expected.iter().map(|(path, _)| *path).collect::<Vec<_>>()
        );
        for (fault, (_, article)) in found.iter().zip(expected) {
            assert!(
                fault.text.pl.contains(article) && fault.text.en.contains(article),
                "{fault}"
            );
        }
    };
    for draft in [
        lowest(),
        points(),
        life_cycle(),
        taxed(),
        crate::items::items(),
    ] {
        check(public(draft), &[]);
    }
    for draft in [normalised(), mixed_draft()] {
        check(public(draft), &[("evaluation", "247")]);
    }
    check(public(discount()), &[("evaluation", "242")]);
    let other = |change: &dyn Fn(&mut Draft)| {
        let mut draft = public(lowest());
        change(&mut draft);
        draft
    };
    check(other(&|d| d.ties = Ties::Earliest), &[("ties", "248")]);
    check(other(&|d| d.ties = Ties::EqualRank), &[("ties", "248")]);
    check(
        other(&|d| d.values[0].tax = Some(Tax::Net)),
        &[("values[0].tax", "225")],
    );
    check(
        other(&|d| d.values[0].tax = None),
        &[("values[0].tax", "225")],
    );
}
