//! The slip that somebody takes home from the registrar's desk: log-in, one-time password, identity
//! code. It is made in the answer to the visit: none of them is kept, so no second copy can be printed.

use super::words::{day, hour};
use super::{Block, Document, Lang, Office, PdfError};
use crate::identity::visits::Slip;

/// The slip as PDF. `address` is where one logs in; empty where the office has not set it.
///
/// # Errors
/// When it cannot be written, which would be a fault of ours.
pub fn slip_pdf(slip: &Slip, office: Office, address: &str) -> Result<Vec<u8>, PdfError> {
    let mut blocks = said(slip, address, Lang::Pl);
    let mut english = vec![Block::Heading("In English".to_owned())];
    english.extend(said(slip, address, Lang::En));
    blocks.push(Block::Part(Lang::En, english));
    let document = Document {
        title: "Twoje konto w urzędzie".to_owned(),
        lang: Lang::Pl,
        office,
        made_at: slip.made_at,
        footer: format!("{}, {}", slip.login, day(slip.made_at, Lang::Pl)),
        blocks,
    };
    document.pdf()
}

fn said(slip: &Slip, address: &str, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    if lang == Lang::Pl {
        blocks.push(Block::Summary(vec![
            ("Dla".to_owned(), slip.name.clone()),
            ("Data".to_owned(), day(slip.made_at, lang)),
        ]));
        blocks.push(Block::Codes(codes(slip)));
    }
    blocks.push(Block::Note(
        lang.either(
            "Są tu tylko małe litery i cyfry 2–8: nie ma liter i, l, o, u, v ani cyfr 0, 1, 9. Kresek \
             w kodzie tożsamości nie trzeba przepisywać.",
            "There are only small letters and the digits 2–8: no letters i, l, o, u, v and no digits \
             0, 1, 9. The hyphens of the identity code need not be typed.",
        )
        .to_owned(),
    ));
    blocks.extend(password(slip, address, lang));
    blocks.extend(code(slip, lang));
    blocks.push(Block::Paragraph(
        lang.either(
            "Nikt z urzędu nie zna twojego hasła ani kodu i nigdy o nie nie zapyta. Jeśli ktoś mógł \
             przeczytać tę kartkę, unieważnij kod na swoim koncie i przyjdź po nowe dane.",
            "Nobody at the office knows your password or code or will ever ask for them. If somebody \
             may have read this slip, revoke the code in your account and come for new data.",
        )
        .to_owned(),
    ));
    blocks
}

fn codes(slip: &Slip) -> Vec<(String, String)> {
    let mut codes = vec![("Login".to_owned(), slip.login.clone())];
    if let Some((password, _)) = &slip.password {
        codes.push(("Hasło jednorazowe".to_owned(), password.clone()));
    }
    if let Some((code, _)) = &slip.code {
        codes.push(("Kod tożsamości".to_owned(), code.clone()));
    }
    codes
}

fn password(slip: &Slip, address: &str, lang: Lang) -> Vec<Block> {
    let Some((_, until)) = &slip.password else {
        return Vec::new();
    };
    let until = hour(*until, lang);
    let place = match address {
        "" => lang.either("stronę urzędu", "the office's site"),
        address => address,
    };
    let steps = lang.either(
        [
            format!("Otwórz {place} i zaloguj się loginem i hasłem jednorazowym."),
            "Ustaw własne hasło, co najmniej 12 znaków.".to_owned(),
            "Na stronie „Konto” możesz włączyć kody z aplikacji: chronią cię, gdy ktoś pozna hasło."
                .to_owned(),
        ],
        [
            format!("Open {place} and log in with the log-in and the one-time password."),
            "Set a password of your own, at least 12 characters.".to_owned(),
            "On the page “Account” you can switch on codes from an app: they protect you when \
             somebody learns your password."
                .to_owned(),
        ],
    );
    vec![
        Block::Heading(lang.either("Pierwsze logowanie", "First log-in").to_owned()),
        Block::Steps(steps.into()),
        Block::Paragraph(lang.either(
            format!("Hasło jednorazowe działa do: {until}."),
            format!("The one-time password holds until {until}."),
        )),
    ]
}

fn code(slip: &Slip, lang: Lang) -> Vec<Block> {
    let Some((_, until)) = &slip.code else {
        return Vec::new();
    };
    let until = hour(*until, lang);
    vec![
        Block::Heading(lang.either("Kod tożsamości", "Identity code").to_owned()),
        Block::Paragraph(lang.either(
            format!(
                "Kodem potwierdzasz każdy wniosek, który wysyłasz: zastępuje podpis wobec tego urzędu. \
                 Działa do: {until}. Przypomnimy o tym 30 dni wcześniej; nowy kod dostaniesz w urzędzie."
            ),
            format!(
                "The code confirms each application that you send, in place of a signature to this \
                 office. It holds until {until}. We remind you 30 days before; you get a new one at \
                 the office."
            ),
        )),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use auction_rules::Timestamp;

    /// Each of the three visits gives a slip that is PDF/A and PDF/UA.
    #[test]
    fn every_visit_gives_a_slip() {
        let at = Timestamp(1_795_000_000_000);
        let password = || Some(("kfmw-3tzr-aq6n-c8yd".to_owned(), at));
        let code = || Some(("kfmw-3tzr-aq6n".to_owned(), at));
        for (password, code) in [(password(), code()), (password(), None), (None, code())] {
            let slip = Slip {
                name: "Zażółć Gęślą-Jaźń".to_owned(),
                login: "kfmw-3tzr".to_owned(),
                password,
                code,
                made_at: at,
            };
            let pdf = slip_pdf(&slip, Office::default(), "https://ebok.example.pl/login").unwrap();
            assert!(pdf.starts_with(b"%PDF-"));
        }
    }
}
