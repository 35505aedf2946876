//! The words of notices, in both languages.

use super::{About, Final, Notice, Winner};
use crate::document::Lang;
use crate::document::words::{amount, decimal, group, hour};
use askama::Template;
use rust_decimal::Decimal;

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The subject of the mail, one line.
    pub subject: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// Where to read on; empty where no address is known.
    pub address: String,
}

#[derive(Template)]
#[template(path = "notice.html", config = "web-client/askama.toml")]
struct Page<'a> {
    lang: &'static str,
    subject: &'a str,
    paragraphs: &'a [String],
    address: &'a str,
}

impl Notice {
    /// The notice in a language. The same words go out as text and as HTML.
    #[must_use]
    pub fn text(&self, lang: Lang) -> Text {
        let (about, (subject, said)) = match self {
            Self::SpecificationAskedFor {
                tender,
                title,
                at,
                address,
            } => {
                let (subject, paragraphs) =
                    asked_for(tender, lang.of(title), &hour(*at, lang), lang);
                return Text {
                    subject: one_line(&format!("{tender}: {subject}")),
                    paragraphs,
                    address: address.clone(),
                };
            }
            Self::LetterReceived {
                number,
                at,
                address,
            } => {
                let (subject, paragraphs) = letter_received(number, &hour(*at, lang), lang);
                return Text {
                    subject: one_line(&subject),
                    paragraphs,
                    address: address.clone(),
                };
            }
            Self::CaseNews { sign, at, address } => {
                let (subject, paragraphs) = case_news(sign, &hour(*at, lang), lang);
                return Text {
                    subject: one_line(&subject),
                    paragraphs,
                    address: address.clone(),
                };
            }
            Self::Account(notice) => return notice.text(lang),
            Self::ScheduleSet {
                about,
                opens_at,
                fingerprint,
            } => (
                about,
                schedule_set(&hour(*opens_at, lang), fingerprint, lang),
            ),
            Self::ScheduleChanged {
                about,
                before,
                opens_at,
            } => {
                let (before, after) = (hour(*before, lang), hour(*opens_at, lang));
                (about, schedule_changed(&before, &after, lang))
            }
            Self::Cancelled { about, reason } => (about, cancelled(reason, lang)),
            Self::Result {
                about,
                winner,
                values,
                points,
            } => (about, result(winner.as_ref(), values, *points, lang)),
        };
        let mut paragraphs = vec![place(about, lang)];
        paragraphs.extend(said);
        Text {
            subject: one_line(&format!("{}: {subject}", about.tender)),
            paragraphs,
            address: about.address.clone(),
        }
    }
}

impl Text {
    /// As plain text.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut text = self.paragraphs.join("\n\n");
        if !self.address.is_empty() {
            text.push_str("\n\n");
            text.push_str(&self.address);
        }
        text.push('\n');
        text
    }

    /// As HTML; what people wrote in it is escaped.
    #[must_use]
    pub fn html(&self, lang: Lang) -> String {
        let page = Page {
            lang: lang.tag(),
            subject: &self.subject,
            paragraphs: &self.paragraphs,
            address: &self.address,
        };
        page.render().unwrap_or_default()
    }
}

fn place(about: &About, lang: Lang) -> String {
    let (title, lot) = (lang.of(&about.title), lang.of(&about.lot_title));
    lang.either(
        format!(
            "Postępowanie {} – {title}, część {} – {lot}.",
            about.tender, about.lot
        ),
        format!(
            "Tender {} – {title}, lot {} – {lot}.",
            about.tender, about.lot
        ),
    )
}

fn asked_for(tender: &str, title: &str, at: &str, lang: Lang) -> (String, Vec<String>) {
    lang.either(
        (
            "wydano login".to_owned(),
            vec![
                format!("Postępowanie {tender} – {title}."),
                format!(
                    "{at} poproszono z tym adresem e-mail o specyfikację (SWZ). Login i hasło \
                     jednorazowe pokazaliśmy na stronie; w tej wiadomości ich nie ma."
                ),
                "Jeśli to nie twoja prośba, zawiadom zamawiającego: zablokuje login.".to_owned(),
            ],
        ),
        (
            "a log-in was issued".to_owned(),
            vec![
                format!("Tender {tender} – {title}."),
                format!(
                    "On {at} somebody asked for the specification with this e-mail address. The \
                     log-in and one-time password were shown on the page; this mail has neither."
                ),
                "If this was not you, tell the buyer, who will block the log-in.".to_owned(),
            ],
        ),
    )
}

/// Mail may be read by others: the number alone tells nothing of the matter.
/// A mail may be read by others: it tells that there is something, not what.
fn case_news(sign: &str, at: &str, lang: Lang) -> (String, Vec<String>) {
    let subject = lang.either(
        format!("Nowość w sprawie {sign}"),
        format!("News in case {sign}"),
    );
    let paragraphs = lang.either(
        vec![
            format!("W sprawie {sign} coś się zmieniło: {at}."),
            "Zaloguj się na swoje konto w urzędzie, żeby zobaczyć, co.".to_owned(),
        ],
        vec![
            format!("Something has changed in case {sign}: {at}."),
            "Log in to your account at the office to see what.".to_owned(),
        ],
    );
    (subject, paragraphs)
}

fn letter_received(number: &str, at: &str, lang: Lang) -> (String, Vec<String>) {
    lang.either(
        (
            format!("{number}: pismo przyjęte"),
            vec![
                format!("Przyjęliśmy twoje pismo {at} (czas warszawski). Jego numer: {number}."),
                "Pismo i urzędowe poświadczenie przedłożenia (UPP) są na twoim koncie, w części \
                 „Moje pisma”."
                    .to_owned(),
            ],
        ),
        (
            format!("{number}: letter received"),
            vec![
                format!("We received your letter on {at} (Warsaw time). Its number is {number}."),
                "The letter and the official receipt are in your account, under “My letters”."
                    .to_owned(),
            ],
        ),
    )
}

fn schedule_set(opens: &str, fingerprint: &str, lang: Lang) -> (String, Vec<String>) {
    let key = group(fingerprint);
    lang.either(
        (
            format!("aukcja zacznie się {opens}"),
            vec![
                format!("Aukcja elektroniczna zacznie się {opens} (czas warszawski)."),
                "Zaloguj się wcześniej danymi, które od nas masz, i sprawdź połączenie.".to_owned(),
                format!("Odcisk klucza urzędu, którym sprawdzisz przebieg aukcji: {key}"),
            ],
        ),
        (
            format!("the auction opens on {opens}"),
            vec![
                format!("The electronic auction opens on {opens} (Warsaw time)."),
                "Log in before with the credentials you have from us and check your connection."
                    .to_owned(),
                format!("The fingerprint of the office's key, to verify the auction: {key}"),
            ],
        ),
    )
}

fn schedule_changed(before: &str, after: &str, lang: Lang) -> (String, Vec<String>) {
    lang.either(
        (
            format!("nowy termin aukcji: {after}"),
            vec![
                format!("Termin aukcji elektronicznej się zmienił. Nowy termin: {after} (czas warszawski)."),
                format!("Poprzedni termin, {before}, jest nieaktualny."),
            ],
        ),
        (
            format!("new opening of the auction: {after}"),
            vec![
                format!("The opening of the electronic auction has changed. It opens on {after} (Warsaw time)."),
                format!("The earlier one, {before}, no longer holds."),
            ],
        ),
    )
}

fn cancelled(reason: &str, lang: Lang) -> (String, Vec<String>) {
    let (subject, said, why) = lang.either(
        (
            "aukcja odwołana",
            "Aukcja elektroniczna została odwołana.",
            "Powód",
        ),
        (
            "the auction is cancelled",
            "The electronic auction was cancelled.",
            "Reason",
        ),
    );
    let mut paragraphs = vec![said.to_owned()];
    if !reason.is_empty() {
        paragraphs.push(format!("{why}: {reason}"));
    }
    (subject.to_owned(), paragraphs)
}

fn result(
    winner: Option<&Winner>,
    values: &[Final],
    points: Option<Decimal>,
    lang: Lang,
) -> (String, Vec<String>) {
    let subject = lang
        .either("wynik aukcji", "result of the auction")
        .to_owned();
    let mut said = vec![
        lang.either("Aukcja się zakończyła.", "The auction is over.")
            .to_owned(),
    ];
    let Some(winner) = winner else {
        said.push(
            lang.either(
                "Żadna oferta nie jest jedyną najkorzystniejszą. O dalszych krokach powiadomimy osobno.",
                "No single offer is the best. We will write about the next steps.",
            )
            .to_owned(),
        );
        return (subject, said);
    };
    let alias = winner.alias;
    let who = match winner.name.as_str() {
        "" => lang.either(format!("Wykonawca {alias}"), format!("Bidder {alias}")),
        name => format!("{name}, {}", winner.seat),
    };
    said.push(lang.either(
        format!("Najkorzystniejszą ofertę złożył: {who} (w aukcji Wykonawca {alias})."),
        format!("The best offer is by {who} (Bidder {alias} in the auction)."),
    ));
    let said_of = |value: &Final| {
        let amount = amount(value.value, &value.unit, lang);
        format!("{}: {amount}", lang.of(&value.name))
    };
    let values: Vec<_> = values.iter().map(said_of).collect();
    said.push(values.join(", "));
    if let Some(points) = points.map(|points| decimal(points, lang)) {
        said.push(lang.either(format!("Punkty: {points}"), format!("Points: {points}")));
    }
    said.push(
        lang.either(
            "Wynik aukcji nie jest jeszcze wyborem najkorzystniejszej oferty; o nim powiadomimy osobno.",
            "The result of the auction is not yet the award, of which we will write separately.",
        )
        .to_owned(),
    );
    (subject, said)
}

/// A subject is one line, whatever a title holds.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|char| {
            if char.is_control() || char == '\u{a0}' {
                ' '
            } else {
                char
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use auction_rules::{Alias, Timestamp, Words};

    fn about() -> About {
        About {
            tender: "ZP.1\r\nBcc: eve@example.pl".to_owned(),
            title: Words::new("<script>mostu</script>", ""),
            lot: "1".to_owned(),
            lot_title: Words::new("Przęsło", "Span"),
            address: "https://aukcje.example.pl/auctions/a".to_owned(),
        }
    }

    #[test]
    fn each_notice_speaks_both_languages() {
        let (before, opens_at) = (Timestamp(1_795_165_200_000), Timestamp(1_795_251_600_000));
        let winner = Some(Winner {
            alias: Alias(2),
            name: "Żółć sp. z o.o.".to_owned(),
            seat: "Olsztyn".to_owned(),
        });
        let values = vec![Final {
            name: Words::new("Cena", "Price"),
            value: Decimal::new(9900, 2),
            unit: "PLN".to_owned(),
        }];
        let (fingerprint, reason) = ("0123abcd".to_owned(), "brak środków".to_owned());
        for (notice, pl, en) in [
            (
                Notice::ScheduleSet {
                    about: about(),
                    opens_at,
                    fingerprint,
                },
                "zacznie się 21.11.2026, godz.\u{a0}10:00",
                "opens on 21 November 2026, 10:00",
            ),
            (
                Notice::ScheduleChanged {
                    about: about(),
                    before,
                    opens_at,
                },
                "20.11.2026, godz.\u{a0}10:00, jest nieaktualny",
                "20 November 2026, 10:00, no longer holds",
            ),
            (
                Notice::Cancelled {
                    about: about(),
                    reason,
                },
                "Powód: brak środków",
                "Reason: brak",
            ),
            (
                Notice::Result {
                    about: about(),
                    winner,
                    values,
                    points: None,
                },
                "Żółć sp. z o.o., Olsztyn (w aukcji Wykonawca 2)",
                "The best offer is by Żółć",
            ),
        ] {
            for (lang, expected) in [(Lang::Pl, pl), (Lang::En, en)] {
                let text = notice.text(lang);
                assert!(text.plain().contains(expected), "{}", text.plain());
                assert!(!text.subject.contains(['\r', '\n']));
                assert!(!text.html(lang).contains("<script>"));
            }
            let kept = serde_json::to_value(&notice).unwrap();
            assert_eq!(kept["kind"], notice.kind());
            assert_eq!(serde_json::from_value::<Notice>(kept).unwrap(), notice);
        }
    }
}
