//! The terms of an auction in sentences, as they stand in its record.

use super::Lang;
use super::words::{amount, decimal, length};
use auction_rules::terms::{
    Admission, Anchor, Close, Criterion, Direction, Draft, Evaluation, Extension, Guards,
    LEVELS_MAX, Levels, Open, OpeningOffer, Phase, PhaseKind, Reference, StepSize, Tax, Ties,
    Trigger, Value, Written,
};
use rust_decimal::Decimal;

/// What is bid, by which steps, until when, and who wins.
#[must_use]
pub fn sentences(terms: &Draft, lang: Lang) -> Vec<String> {
    let mut said: Vec<_> = terms
        .values
        .iter()
        .map(|value| of_value(value, lang))
        .collect();
    if is_improved(terms) {
        said.push(of_opening(terms.opening, lang));
        said.extend(
            terms
                .values
                .iter()
                .filter_map(|value| of_step(terms, value, lang)),
        );
        said.extend(of_guards(&terms.guards, lang));
    }
    for (index, phase) in terms.phases.iter().enumerate() {
        said.extend(of_phase(phase, index + 1, lang));
    }
    said.push(of_evaluation(&terms.evaluation, lang));
    said.push(match terms.ties {
        Ties::Earliest => lang.either(
            "Z dwóch równych ofert lepsza jest wcześniejsza.".to_owned(),
            "Of two equal offers the earlier one is better.".to_owned(),
        ),
        Ties::Statutory => lang.either(
            "O kolejności równych ofert decydują art. 248 i 250 ustawy Pzp; oferty nadal równe \
             zajmują tę samą pozycję."
                .to_owned(),
            "Equal offers stand in the order of PZP art. 248 and 250; what is still equal shares a \
             position."
                .to_owned(),
        ),
        Ties::EqualRank => lang.either(
            "Równe oferty zajmują tę samą pozycję.".to_owned(),
            "Equal offers share a position.".to_owned(),
        ),
    });
    said.extend(of_visibility(terms, lang));
    said
}

/// Whether a bid can have one before it: not on a clock, and not where all place a single sealed value.
fn is_improved(terms: &Draft) -> bool {
    terms.opening == OpeningOffer::WrittenOffer
        || terms.phases.len() > 1
        || terms
            .phases
            .iter()
            .any(|phase| matches!(phase.run, PhaseKind::Open(_) | PhaseKind::Turns(_)))
}

fn of_opening(opening: OpeningOffer, lang: Lang) -> String {
    match opening {
        OpeningOffer::WrittenOffer => lang.either(
            "Licytacja zaczyna się od wartości z ofert pisemnych.",
            "The bidding starts from the written offers.",
        ),
        OpeningOffer::FirstBidFree => lang.either(
            "Pierwsze postąpienie może mieć dowolną dozwoloną wartość.",
            "The first bid may have any value that is allowed.",
        ),
    }
    .to_owned()
}

/// From which change on a bid is typed twice, or refused.
fn of_guards(guards: &Guards, lang: Lang) -> Vec<String> {
    let percent = |percent: Decimal| format!("{}\u{a0}%", decimal(percent, lang));
    let confirm = guards.confirm_above_percent.map(percent).map(|percent| {
        lang.either(
            format!("Zmianę o więcej niż {percent} potwierdza się, wpisując wartość jeszcze raz."),
            format!("A change above {percent} must be confirmed by typing the value once more."),
        )
    });
    let refuse = guards.refuse_above_percent.map(percent).map(|percent| {
        lang.either(
            format!("Zmiana o więcej niż {percent} naraz nie jest dozwolona."),
            format!("A change above {percent} at once is not allowed."),
        )
    });
    confirm.into_iter().chain(refuse).collect()
}

/// What bidders see of one another, where it is not the best value alone.
fn of_visibility(terms: &Draft, lang: Lang) -> Option<String> {
    let visibility = &terms.visibility;
    let said = match (visibility.all_values, visibility.best_value) {
        (true, _) => lang.either(
            "Wykonawcy widzą wartości wszystkich, pod numerami.",
            "Bidders see the values of all, by their numbers.",
        ),
        (false, false) => lang.either(
            "Wykonawcy widzą własną pozycję, ale nie wartości innych.",
            "Bidders see their own positions, but not the values of the others.",
        ),
        (false, true) => return None,
    };
    Some(said.to_owned())
}

fn of_value(value: &Value, lang: Lang) -> String {
    let better = match value.direction {
        Direction::Lowest => lang.either("im mniej, tym lepiej", "less is better"),
        Direction::Highest => lang.either("im więcej, tym lepiej", "more is better"),
    };
    let tax = match &value.tax {
        Some(Tax::Net) => lang.either(" netto", " net"),
        Some(Tax::Gross) => lang.either(" brutto", " gross"),
        Some(Tax::ReverseCharge { .. }) => lang.either(
            " netto, do porównania z VAT zamawiającego",
            " net, compared with the buyer's VAT",
        ),
        None => "",
    };
    let (name, limit) = (lang.of(&value.name), |limit| {
        amount(limit, &value.unit, lang)
    });
    let (least, most) = (limit(value.least), limit(value.most));
    lang.either(
        format!("{name}{tax}: {better}, od {least} do {most}."),
        format!("{name}{tax}: {better}, from {least} to {most}."),
    )
}

fn of_step(terms: &Draft, value: &Value, lang: Lang) -> Option<String> {
    let step = terms.improvement.steps.get(&value.id)?;
    let money = |size| amount(size, &value.unit, lang);
    let size = match &step.least {
        StepSize::Amount { amount } => money(*amount),
        StepSize::Percent { percent } => format!("{}\u{a0}%", decimal(*percent, lang)),
        StepSize::Bands { bands } => {
            let band = |band: &auction_rules::terms::Band| {
                let from = lang.either("od", "from");
                format!("{from} {}: {}", money(band.from), money(band.amount))
            };
            bands.iter().map(band).collect::<Vec<_>>().join("; ")
        }
    };
    let from = match terms.improvement.from {
        Reference::Own => lang.either("własnej ostatniej wartości", "the bidder's own last value"),
        Reference::Leader => lang.either("najlepszej oferty", "the best offer"),
    };
    let name = lang.of(&value.name);
    let least = lang.either(
        format!("{name}: najmniejsze postąpienie względem {from} to {size}."),
        format!("{name}: the least step from {from} is {size}."),
    );
    Some(match step.tick.map(money) {
        Some(tick) => lang.either(
            format!("{least} Tylko wielokrotności {tick}."),
            format!("{least} Only multiples of {tick}."),
        ),
        None => least,
    })
}

fn of_phase(phase: &Phase, number: usize, lang: Lang) -> Vec<String> {
    let name = lang.either(format!("Etap {number}"), format!("Phase {number}"));
    let mut said = Vec::new();
    if phase.pause_before_ms > 0 {
        let pause = length(phase.pause_before_ms);
        said.push(lang.either(
            format!("{name}: poprzedza go przerwa {pause}."),
            format!("{name}: a pause of {pause} comes before it."),
        ));
    }
    said.extend(of_admission(&phase.admission, &name, lang));
    match &phase.run {
        PhaseKind::Open(open) => said.extend(of_open(open, &name, lang)),
        other => said.push(of_kind(other, &name, lang)),
    }
    said
}

fn of_admission(admission: &Admission, name: &str, lang: Lang) -> Option<String> {
    let said = match admission {
        Admission::All => return None,
        Admission::WhoBid => lang.either(
            format!("{name}: licytują tylko ci, którzy złożyli postąpienie w etapie poprzednim."),
            format!("{name}: only those bid who placed a bid in the phase before."),
        ),
        Admission::Top { rank_max } => lang.either(
            format!("{name}: licytują wykonawcy z miejsc 1–{rank_max}."),
            format!("{name}: bidders at places 1–{rank_max} bid."),
        ),
        Admission::Within { percent, least } => {
            let percent = decimal(*percent, lang);
            lang.either(
                format!(
                    "{name}: licytują wykonawcy z ofertami o najwyżej {percent} % gorszymi od \
                     najlepszej, a co najmniej {least} najlepszych."
                ),
                format!(
                    "{name}: bidders within {percent} % of the best offer bid, and at least the \
                     best {least}."
                ),
            )
        }
    };
    Some(said)
}

fn of_open(open: &Open, name: &str, lang: Lang) -> Vec<String> {
    let mut said = vec![match &open.close {
        Close::SetTime { length_ms } => {
            let lasts = length(*length_ms);
            lang.either(
                format!("{name} trwa {lasts}."),
                format!("{name} lasts {lasts}."),
            )
        }
        Close::Idle {
            idle_ms,
            not_before_ms,
            latest_ms,
        } => of_idle(name, *idle_ms, *not_before_ms, *latest_ms, lang),
    }];
    match &open.extension {
        Some(extension) => said.push(of_extension(extension, lang)),
        None if matches!(open.close, Close::SetTime { .. }) => {
            said.push(
                lang.either("Końca się nie przedłuża.", "The end is not extended.")
                    .to_owned(),
            );
        }
        None => {}
    }
    said.extend(open.random_tail_ms.map(length).map(|tail| {
        lang.either(
            format!("Potem kończy się w wylosowanej, tajnej chwili, najpóźniej po {tail}."),
            format!("Then it ends at a secret moment drawn at random, within {tail}."),
        )
    }));
    said
}

fn of_kind(kind: &PhaseKind, name: &str, lang: Lang) -> String {
    let levels = |levels: &Levels| {
        // Not every reserve is reached by whole steps.
        let last = levels.all().take(LEVELS_MAX).last();
        let last = last.unwrap_or(levels.end);
        let [start, step, end] = [levels.start, levels.step, last].map(|one| decimal(one, lang));
        (start, step, end, length(levels.interval_ms))
    };
    match kind {
        PhaseKind::Open(_) => String::new(),
        PhaseKind::Turns(turns) => {
            let slot = length(turns.slot_ms);
            lang.either(
                format!("{name}: kolejki po {slot}, od najgorszej oferty do najlepszej; postąpienie widać po kolejce."),
                format!("{name}: turns of {slot}, from the worst offer to the best; a bid shows after its turn."),
            )
        }
        PhaseKind::SealedBid(sealed) => {
            let lasts = length(sealed.length_ms);
            lang.either(
                format!("{name} trwa {lasts}: każdy składa najwyżej jedną tajną wartość, jawną na końcu."),
                format!("{name} lasts {lasts}: each places at most one secret value, shown at the end."),
            )
        }
        PhaseKind::DescendingClock(run) => {
            let (start, step, end, interval) = levels(run);
            lang.either(
                format!("{name}: poziom spada od {start} o {step} co {interval}, najniżej do {end}; kto nie przyjmie poziomu, odpada, a wygrywa ostatni."),
                format!("{name}: the level falls from {start} by {step} each {interval}, down to {end}; who does not stay is out, and the last one wins."),
            )
        }
        PhaseKind::AscendingClock(run) => {
            let (start, step, end, interval) = levels(run);
            lang.either(
                format!("{name}: poziom rośnie od {start} o {step} co {interval}, najwyżej do {end}; wygrywa, kto pierwszy go przyjmie."),
                format!("{name}: the level rises from {start} by {step} each {interval}, up to {end}; the first to accept it wins."),
            )
        }
        PhaseKind::TieBreak(tie_break) => {
            let lasts = length(tie_break.length_ms);
            lang.either(
                format!("{name}: dogrywka {lasts}, tylko gdy pierwsze miejsce jest wspólne; powtarza się, gdy postąpienia znów do tego prowadzą."),
                format!("{name}: a tie-break of {lasts}, only if the first place is shared; it repeats when bids lead to that again."),
            )
        }
    }
}

fn of_idle(name: &str, idle: u64, not_before: u64, latest: Option<u64>, lang: Lang) -> String {
    let idle = length(idle);
    let mut said = lang.either(
        format!("{name} kończy się, gdy przez {idle} nikt nie złoży postąpienia."),
        format!("{name} ends when nobody bids for {idle}."),
    );
    if not_before > 0 {
        let least = length(not_before);
        said.push_str(&lang.either(
            format!(" Nie wcześniej niż {least} od początku."),
            format!(" Not before {least} from its start."),
        ));
    }
    if let Some(latest) = latest.map(length) {
        said.push_str(&lang.either(
            format!(" Najpóźniej {latest} od początku."),
            format!(" At the latest {latest} from its start."),
        ));
    }
    said
}

fn of_extension(extension: &Extension, lang: Lang) -> String {
    let trigger = match extension.trigger {
        Trigger::AnyBid => lang.either("Każde postąpienie".to_owned(), "Any bid".to_owned()),
        Trigger::BeatsAnother => lang.either(
            "Postąpienie lepsze od oferty innego wykonawcy".to_owned(),
            "A bid better than another bidder's offer".to_owned(),
        ),
        Trigger::ChangesRank { rank_max } => lang.either(
            format!("Postąpienie zmieniające pozycję (miejsca 1–{rank_max})"),
            format!("A bid that changes a position (places 1–{rank_max})"),
        ),
    };
    let (window, by) = (length(extension.window_ms), length(extension.length_ms));
    let mut said = match extension.anchor {
        Anchor::FromBid => lang.either(
            format!("{trigger} w ostatnich {window} ustawia zegar na {by}."),
            format!("{trigger} in the last {window} sets the clock to {by}."),
        ),
        Anchor::Added => lang.either(
            format!("{trigger} w ostatnich {window} przedłuża koniec o {by}."),
            format!("{trigger} in the last {window} moves the end by {by}."),
        ),
    };
    if let Some(count) = extension.count_max {
        said.push_str(&lang.either(
            format!(" Liczba przedłużeń: najwyżej {count}."),
            format!(" Extensions: at most {count}."),
        ));
    }
    if let Some(end) = extension.end_max_ms.map(length) {
        said.push_str(&lang.either(
            format!(" Nigdy dłużej niż {end} od początku."),
            format!(" Never longer than {end} from its start."),
        ));
    }
    said
}

fn of_evaluation(evaluation: &Evaluation, lang: Lang) -> String {
    let names = |written: &[&Written]| {
        let names: Vec<_> = written.iter().map(|one| lang.of(&one.name)).collect();
        names.join(", ")
    };
    match evaluation {
        Evaluation::LowestPrice => lang
            .either(
                "Najkorzystniejsza jest najniższa wartość.",
                "The lowest value is the best offer.",
            )
            .to_owned(),
        Evaluation::Discount => lang
            .either(
                "Najkorzystniejszy jest najwyższy rabat.",
                "The highest discount is the best offer.",
            )
            .to_owned(),
        Evaluation::Points { criteria, .. } => {
            let weighed =
                |one: &Criterion| format!("{} {}", lang.of(&one.name), decimal(one.weight, lang));
            let criteria: Vec<_> = criteria.iter().map(weighed).collect();
            let criteria = criteria.join(", ");
            lang.either(
                format!("Najkorzystniejsza jest oferta z największą liczbą punktów: {criteria}."),
                format!("The offer with the most points is the best: {criteria}."),
            )
        }
        Evaluation::NormalisedPrice { features } => {
            let names: Vec<_> = features.iter().map(|one| lang.of(&one.name)).collect();
            let names = names.join(", ");
            lang.either(
                format!("Najkorzystniejsza jest najniższa cena podzielona przez współczynnik oferty ({names})."),
                format!("The lowest price divided by the coefficient of the offer ({names}) is the best."),
            )
        }
        Evaluation::LifeCycleCost { costs } => {
            let names = names(&costs.iter().collect::<Vec<_>>());
            lang.either(
                format!("Najkorzystniejszy jest najniższy koszt cyklu życia: cena i {names}."),
                format!("The lowest life-cycle cost is the best offer: the price and {names}."),
            )
        }
        Evaluation::Mixed {
            denominator,
            addition,
        } => {
            let (by, added) = (names(&[denominator]), names(&[addition]));
            lang.either(
                format!("Najkorzystniejsza jest najniższa wartość: cena ÷ {by} + {added}."),
                format!("The lowest value of price ÷ {by} + {added} is the best offer."),
            )
        }
        Evaluation::NetPresentValue(_) => lang
            .either(
                "Najkorzystniejsza jest najwyższa wartość bieżąca netto oszczędności.",
                "The highest net present value of the savings is the best offer.",
            )
            .to_owned(),
    }
}
