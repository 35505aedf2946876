use super::arms::Arms;
use super::letter::{Letter, LetterLot, credentials_letter};
use super::receipt::receipt_pdf;
use super::*;
use crate::identity::accounts::Issued;
use crate::office::letters::Filed;
use crate::store::documents::{Document as Enclosed, Kind, Scan};
use crate::store::letters::{Enclosure, Letter as Received, LetterState};
use crate::store::stamps::Stamp;
use auction_rules::Digest;
use auction_rules::identity::Identity;
use std::collections::BTreeMap;
use std::process::Command;

fn letter() -> Letter {
    let lot = |number: &str, title: &str| LetterLot {
        number: number.to_owned(),
        title: Words::new(title, "Repair of a bridge"),
        opens_at: (number == "1").then_some(Timestamp(1_795_251_600_000)),
    };
    Letter {
        office: Office {
            name: "Urząd Miasta Olsztyna".to_owned(),
            address: "pl. Jana Pawła II 1, 10-101 Olsztyn".to_owned(),
            arms: None,
        },
        tender: "ZP.271.1.2026".to_owned(),
        title: Words::new("Remont mostu nad Łyną", ""),
        bidder: Identity {
            name: "Przedsiębiorstwo „Żółć” sp. z o.o.".to_owned(),
            seat: "Święta Lipka".to_owned(),
            tax_id: "739-020-05-00".to_owned(),
        },
        lots: vec![
            lot("1", "Przęsło południowe"),
            lot("2", "Źdźbło, łąka, ćwiek, ńandu"),
        ],
        issued: Issued {
            login: "kfmw-3tzr".to_owned(),
            password: "abcd-efgh-jkmn-2345".to_owned(),
        },
        address: "https://aukcje.example.pl".to_owned(),
        expires_at: Some(Timestamp(1_797_592_000_000)),
        fingerprint: "0123456789abcdef".repeat(4),
        made_at: Timestamp(1_795_000_000_000),
    }
}

/// The text of a PDF as another program reads it.
fn text_of(pdf: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let read = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(file.path())
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils is needed: run `make setup`");
    assert!(
        read.status.success(),
        "{}",
        String::from_utf8_lossy(&read.stderr)
    );
    let text = String::from_utf8(read.stdout).unwrap();
    text.replace('\u{a0}', " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "Próba".to_owned(),
        lang: Lang::Pl,
        office: Office::default(),
        made_at: Timestamp(0),
        footer: String::new(),
        blocks,
    }
}

#[test]
fn the_letter_reads_as_it_was_written() {
    let pdf = credentials_letter(&letter()).unwrap();
    if let Ok(folder) = std::env::var("EBOK_KEEP_PDF") {
        std::fs::write(std::path::Path::new(&folder).join("letter.pdf"), &pdf).unwrap();
    }
    let text = text_of(&pdf);
    for expected in [
        "Urząd Miasta Olsztyna",
        "Przedsiębiorstwo „Żółć” sp. z o.o., Święta Lipka",
        "Źdźbło, łąka, ćwiek, ńandu",
        "21.11.2026, godz. 10:00",
        "jeszcze nie ustalono",
        "https://aukcje.example.pl",
        "0123 4567 89ab cdef",
        "strona 1 z 2",
        "21 November 2026, 10:00",
        "jest ważne do: 18.12.2026, godz. 12:06",
        "holds until 18 December 2026, 12:06",
    ] {
        assert!(
            text.contains(expected),
            "{expected:?} is missing in:\n{text}"
        );
    }
    let close: String = text.split(' ').collect();
    assert!(
        close.contains("kfmw-3tzr") && close.contains("abcd-efgh-jkmn-2345"),
        "{text}"
    );
}

#[test]
fn letter_and_receipt_are_tagged_archival_and_the_same_each_time() {
    let address = "https://ebok.example.pl/verify/RPW-000123-2026";
    let receipt = || receipt_pdf(&filed(None), letter().office, address).unwrap();
    let letter = || credentials_letter(&letter()).unwrap();
    for (name, pdf, again) in [
        ("letter", letter(), letter()),
        ("receipt", receipt(), receipt()),
    ] {
        assert!(pdf == again, "{name}");
        let raw = String::from_utf8_lossy(&pdf).replace("/Lang(", "/Lang (");
        for mark in [
            "/StructTreeRoot",
            "/MarkInfo",
            "pdfaid:part>2<",
            "pdfaid:conformance>A<",
            "pdfuaid:part>1<",
            // The document's language, and that of its English part.
            "/Lang (pl)",
            "/Lang (en)",
        ] {
            assert!(raw.contains(mark), "{name}: {mark}");
        }
    }
}

/// A PNG of one red pixel.
const PIXEL: &str = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de\
                     0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082";

#[test]
fn a_letter_carries_the_arms_of_its_office() {
    let svg = include_bytes!("../cli/demo/arms.svg");
    let png = hex::decode(PIXEL).unwrap();
    let plain = credentials_letter(&letter()).unwrap();
    for (bytes, kind, mark) in [
        (&svg[..], "image/svg+xml", None),
        (&png[..], "image/png", Some("/Subtype /Image")),
    ] {
        let arms = Arms::read(bytes).unwrap();
        assert_eq!((arms.content_type(), &*arms.bytes()), (kind, bytes));
        let mut letter = letter();
        letter.office.arms = Some(arms);
        let pdf = credentials_letter(&letter).unwrap();
        assert_ne!(pdf, plain, "{kind}");
        assert_eq!(
            pdf,
            credentials_letter(&letter).unwrap(),
            "the same each time"
        );
        if let Some(mark) = mark {
            let raw = String::from_utf8_lossy(&pdf).replace("/Subtype/", "/Subtype /");
            assert!(raw.contains(mark), "{kind}");
        }
        if let Ok(folder) = std::env::var("EBOK_KEEP_PDF") {
            let name = format!("letter-{}.pdf", kind.replace('/', "-"));
            std::fs::write(std::path::Path::new(&folder).join(name), &pdf).unwrap();
        }
        let text = text_of(&pdf);
        assert!(text.contains("Urząd Miasta Olsztyna"), "{text}");
        assert!(text.contains("pl. Jana Pawła II 1"), "{text}");
    }
}

#[test]
fn what_is_no_arms_is_refused() {
    let large = vec![b' '; crate::limits::ARMS_BYTES_MAX + 1];
    let wide = hex::decode(PIXEL.replacen(
        "49484452 00000001".replace(' ', "").as_str(),
        "4948445200001000",
        1,
    ))
    .unwrap();
    for bytes in [
        &b""[..],
        b"<html></html>",
        b"GIF89a",
        &large,
        &wide,
        &hex::decode(&PIXEL[..40]).unwrap(),
    ] {
        assert!(Arms::read(bytes).is_err(), "{:?}", bytes.get(..8));
    }
}

#[test]
fn any_text_can_stand_in_a_document() {
    let hostile =
        "Кирилица ελ 日本語 🏗 \u{e000}\u{0}\u{7}\u{ad}\u{202e}\u{feff}\u{10ffff}\u{fffe} e\u{301}";
    let long = "a".repeat(5_000);
    let blocks = vec![
        Block::Heading(String::new()),
        Block::Paragraph(hostile.to_owned()),
        Block::Paragraph(long.clone()),
        Block::Paragraph(String::new()),
        Block::Summary(vec![(hostile.to_owned(), long.clone())]),
        Block::Steps(Vec::new()),
        Block::Table(Table {
            columns: vec![Column::text(hostile, 1.0), Column::amount("", 3.0)],
            rows: vec![
                vec![long, "1".to_owned()],
                vec![String::new(), String::new()],
            ],
        }),
    ];
    let pdf = document(blocks).pdf().unwrap();
    let text = text_of(&pdf);
    assert!(text.contains("Кирилица ελ ???"), "{text}");
    assert!(text.matches('a').count() >= 15_000);
}

#[test]
fn a_long_table_repeats_its_header_and_loses_no_row() {
    let rows = (1..=400)
        .map(|n| vec![format!("wiersz {n}."), format!("{n}00,00 zł")])
        .collect();
    let columns = vec![Column::text("Nazwa", 2.0), Column::amount("Kwota", 1.0)];
    let text = text_of(
        &document(vec![Block::Table(Table { columns, rows })])
            .pdf()
            .unwrap(),
    );
    for n in 1..=400 {
        assert!(text.contains(&format!("wiersz {n}. {n}00,00 zł")), "{n}");
    }
    let pages = text.matches("strona ").count();
    assert!(pages > 5 && text.contains(&format!("strona {pages} z {pages}")));
    assert_eq!(text.matches("Nazwa Kwota").count(), pages);
}

#[allow(clippy::too_many_lines, reason = "one whole record")]
/// A final record with this many attempts, each tenth refused and each hundredth annulled.
fn record_of(attempts: usize) -> crate::auction::record::Record {
    use crate::auction::record::*;
    use auction_rules::{Alias, AuctionId, Digest, Event, OfficerId, Refusal, Terms, ValueId};
    let terms = serde_json::json!({
        "regime": "podprogowe", "title": { "pl": "Remont mostu", "en": "Repair" },
        "values": [{
            "id": "price", "name": { "pl": "Cena", "en": "Price" }, "unit": "PLN", "decimals": 2,
            "least": "0.01", "most": "1000000", "direction": "lowest", "tax": "gross",
        }],
        "opening": "written-offer",
        "phases": [{ "run": { "kind": "open", "close": { "by": "set-time", "length_ms": 600_000 } } }],
        "evaluation": { "by": "lowest-price" },
        "improvement": {
            "from": "own", "steps": { "price": { "least": { "by": "amount", "amount": "100" } } },
        },
        "ties": "earliest",
    });
    let terms: Terms = serde_json::from_value(terms).unwrap();
    let at = Timestamp(1_795_251_600_000);
    let price = ValueId::new("price").unwrap();
    let values = |amount: i64| [(price.clone(), rust_decimal::Decimal::new(amount, 2))].into();
    let attempt = |n: usize| Attempt {
        seq: n as u64 + 9,
        received_at: at.plus(n as u64),
        alias: Some(Alias(1 + (n % 2) as u16)),
        n: Some(n as u32),
        entered: [("price".to_owned(), "118450,00".to_owned())].into(),
        outcome: match n {
            n if n % 100 == 0 => AttemptOutcome::Annulled {
                values: values(11_845_000),
            },
            n if n % 10 == 0 => AttemptOutcome::Refused {
                code: Refusal::NotAdmitted.code(),
                reason: Refusal::NotAdmitted.words(),
            },
            _ => AttemptOutcome::Accepted {
                values: values(11_845_000),
            },
        },
    };
    let participant = |number: u8| Participant {
        alias: Some(Alias(u16::from(number))),
        bidder: Digest([number; 32]),
        identity: (number == 1).then(|| Identity {
            name: "Żółć sp. z o.o.".to_owned(),
            seat: "Olsztyn".to_owned(),
            tax_id: String::new(),
        }),
        offer: values(12_000_000),
        admitted_at: at,
        accepted_terms_at: Some(at),
        excluded_at: None,
        refused_outside: BTreeMap::new(),
    };
    let act = |seq, act, refused| OfficialAct {
        seq,
        at,
        officer: OfficerId::new("0198").unwrap(),
        officer_name: Some("Anna Wiśniewska".to_owned()),
        act,
        refused,
    };
    let reason = "Awaria łącza".to_owned();
    Record {
        format: FORMAT,
        auction: AuctionId::new("0198c0de").unwrap(),
        made_at: at,
        is_final: true,
        lot: Some(LotNames {
            tender: "ZP.271.1.2026".to_owned(),
            tender_title: Words::new("Remont mostu nad Łyną", ""),
            number: "1".to_owned(),
            title: Words::new("Przęsło południowe", "Southern span"),
        }),
        terms_hash: Some(terms.hash()),
        terms: Some(terms),
        participants: vec![participant(1), participant(2)],
        attempts: (1..=attempts).map(attempt).collect(),
        attempts_left_out: 0,
        acts: vec![
            act(1, Ordered::Publish, None),
            act(7, Ordered::Pause { reason }, Some(Refusal::NotNow.words())),
        ],
        questions: vec![Question {
            question: 1,
            seq: 6,
            at,
            alias: Some(Alias(2)),
            text: "Czy podgląd liczy VAT?".to_owned(),
            answered: None,
        }],
        course: vec![
            Happening {
                seq: 8,
                at,
                event: Event::Opened { bidders: 2 },
            },
            Happening {
                seq: 9,
                at,
                event: Event::Interrupted {
                    from: at,
                    to: at.plus(2_500),
                },
            },
        ],
        clock: ClockRecord {
            settle_ms: 20,
            outages: vec![Outage {
                from: at,
                to: at.plus(2_500),
            }],
            ..ClockRecord::default()
        },
        result: Some(auction_rules::event::AuctionResult {
            standings: [1, 2]
                .map(|number| auction_rules::event::Standing {
                    alias: Alias(number),
                    position: number,
                    values: values(11_845_000 + i64::from(number)),
                    points: None,
                    compared: None,
                })
                .into(),
            winner: Some(Alias(1)),
            tied: Vec::new(),
        }),
        proof: Proof {
            entries: 99,
            batches: 9,
            head: Some(Digest([7; 32])),
            fingerprint: "0123456789abcdef".repeat(4),
            writers: Vec::new(),
        },
    }
}

fn written(record: &crate::auction::record::Record, lang: Lang, name: &str) -> Vec<u8> {
    let pdf = record::record_pdf(record, letter().office, lang).unwrap();
    if let Ok(folder) = std::env::var("EBOK_KEEP_PDF") {
        std::fs::write(std::path::Path::new(&folder).join(name), &pdf).unwrap();
    }
    pdf
}

#[test]
fn the_record_tells_all_in_both_languages() {
    let mut record = record_of(120);
    let pl = text_of(&written(&record, Lang::Pl, "record-pl.pdf"));
    for expected in [
        "Najkorzystniejsza oferta w aukcji: Wykonawca 1: Żółć sp. z o.o., Olsztyn.",
        "Cena brutto: im mniej, tym lepiej, od 0,01 zł do 1 000 000 zł.",
        "Cena: najmniejsze postąpienie względem własnej ostatniej wartości to 100 zł.",
        "dane nieujawnione",
        "Wstrzymanie: Awaria łącza – odmowa",
        "Wszystkich prób: 120.",
        "przyjęte, potem unieważnione",
        "odmowa 201",
        "0707 0707",
        "21.11.2026 10:00:00 CET",
    ] {
        assert!(pl.contains(expected), "{expected:?} is missing in:\n{pl}");
    }
    assert!(!pl.contains("NIEOSTATECZNY"));
    record.is_final = false;
    let en = text_of(&written(&record, Lang::En, "record-en.pdf"));
    for expected in [
        "Record of an electronic auction",
        "NOT FINAL",
        "less is better",
        "page 1 of",
    ] {
        assert!(en.contains(expected), "{expected:?} is missing in:\n{en}");
    }
}

#[test]
fn a_record_of_60_000_attempts_is_bounded_on_paper_and_whole_as_json() {
    let record = record_of(60_000);
    let text = text_of(&written(&record, Lang::Pl, "record-long.pdf"));
    assert!(
        text.contains("Wszystkich prób: 60000. Poniżej pierwsze 3000;"),
        "{}",
        &text[..2_000]
    );
    assert!(text.contains("strona 2 z "));
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!(json["attempts"].as_array().unwrap().len(), 60_000);
    assert_eq!(json["attempts"][0]["outcome"], "accepted");
    assert_eq!(
        (&json["format"], &json["final"]),
        (&"ebok-record-1".into(), &true.into())
    );
}

/// A letter with a document of a long name; the moment of its stamp.
fn filed(stamped_at: Option<Timestamp>) -> Filed {
    let document = Enclosed {
        id: "d".to_owned(),
        sha256: "89abcdef".repeat(8),
        name: "Mapa do celów projektowych – działka 123/4, obręb Święta Lipka – skala 1:500.pdf"
            .to_owned(),
        kind: Kind::Pdf,
        bytes: 1,
        added_by: "a".to_owned(),
        added_at: Timestamp(0),
        scan: Scan::Waiting,
    };
    Filed {
        letter: Received {
            id: "l".to_owned(),
            number: "RPW/123/2026".parse().unwrap(),
            account: "a".to_owned(),
            key: "k".to_owned(),
            sender: "Łucja Brzęczyszczykiewicz-Żółkiewska".to_owned(),
            procedure: "numer-porzadkowy-nieruchomosci".to_owned(),
            version: 1,
            title: Words::new(
                "Numer porządkowy nieruchomości",
                "House number of a property",
            ),
            unit: "GN".to_owned(),
            state: LetterState::Received,
            received_at: Timestamp(1_795_251_600_000),
            sealed_content: String::new(),
            content_sha256: Digest([0x12; 32]),
            confirmation: serde_json::Value::Null,
            check_code: "kfmw-3tzr-aq6n".to_owned(),
            receipt: String::new(),
            receipt_sha256: Digest([0x34; 32]),
        },
        enclosures: vec![Enclosure {
            question: "map".to_owned(),
            document,
        }],
        stamp: stamped_at.map(|at| Stamp {
            digest: Digest([0x34; 32]),
            token: None,
            stamped_at: Some(at),
            attempts: 1,
            last_error: String::new(),
        }),
    }
}

#[test]
fn a_receipt_says_what_was_received_and_when() {
    let address = "https://ebok.example.pl/verify/RPW-000123-2026?code=kfmw-3tzr-aq6n";
    let stamped = Some(Timestamp(1_795_251_660_000));
    for (stamped_at, expected) in [
        (None, "jeszcze nie nadany"),
        (stamped, "21.11.2026 10:01:00 CET"),
    ] {
        let pdf = receipt_pdf(&filed(stamped_at), letter().office, address).unwrap();
        if let Ok(folder) = std::env::var("EBOK_KEEP_PDF") {
            std::fs::write(std::path::Path::new(&folder).join("receipt.pdf"), &pdf).unwrap();
        }
        let text = text_of(&pdf);
        for expected in [
            expected,
            "Urzędowe poświadczenie przedłożenia",
            "Łucja Brzęczyszczykiewicz-Żółkiewska",
            "21.11.2026 10:00:00 CET",
            "Official receipt for a letter",
            "1212 1212",
            "89ab cdef",
        ] {
            assert!(
                text.contains(expected),
                "{expected:?} is missing in:\n{text}"
            );
        }
        let close: String = text.split(' ').collect();
        for expected in ["RPW/000123/2026", "kfmw-3tzr-aq6n", address] {
            assert!(close.contains(expected), "{expected} in {text}");
        }
    }
}
