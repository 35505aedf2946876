//! Questions of the bidders, and the officer's answers to everyone.

use crate::kit::*;
use auction_rules::auction::OwnQuestion;
use auction_rules::command::{QUESTION_CHARS_MAX, QUESTIONS_MAX};
use auction_rules::event::Event;
use auction_rules::feed::{Audience, News};
use auction_rules::{Act, By, Refusal};

fn ask(room: &mut Room, number: usize, now: i64, text: &str) -> Told {
    let text = text.to_owned();
    room.send(By::Bidder(bidder(number)), now, Act::Ask { text })
}

fn answered(question: u32, asked: &str, text: &str) -> Act {
    Act::Answer {
        question,
        asked: asked.to_owned(),
        text: text.to_owned(),
    }
}

fn answer(room: &mut Room, now: i64, question: u32) -> Told {
    room.officer(now, answered(question, " Is VAT included? ", "Yes."))
}

fn because() -> String {
    "because".to_owned()
}

fn room() -> Room {
    Room::prices(lowest(), &["1000", "2000"])
}

fn own(room: &Room, number: usize) -> Vec<(u32, bool)> {
    let own = room.auction.own_view(bidder(number)).expect("admitted");
    let told = |question: &OwnQuestion| (question.n, question.answered);
    own.questions.iter().map(told).collect()
}

/// What an audience was told since `from`.
fn news(room: &Room, from: usize, audience: Audience) -> Vec<News> {
    let told = room.feed[from..].iter().filter(|(to, _)| *to == audience);
    told.map(|(_, item)| item.news.clone()).collect()
}

#[test]
fn officers_alone_are_told_of_a_question_and_everyone_of_its_answer() {
    let mut room = room();
    let from = room.feed.len();
    let told = ask(&mut room, 1, 5, "Is VAT in?");
    assert_eq!(told, Ok(vec![Event::QuestionAsked]));
    let asked = News::Asked {
        question: 1,
        alias: Some(alias(2)),
        bidder: bidder(1),
        text: "Is VAT in?".to_owned(),
    };
    assert_eq!(news(&room, from, Audience::Officers), [asked]);
    for audience in [Audience::Bidders, Audience::Observers] {
        assert_eq!(news(&room, from, audience), []);
    }
    assert_eq!((own(&room, 0), own(&room, 1)), (vec![], vec![(2, false)]));
    let from = room.feed.len();
    let (asked, text) = ("Is VAT included?".to_owned(), "Yes.".to_owned());
    let event = Event::QuestionAnswered {
        asked: asked.clone(),
        text: text.clone(),
    };
    assert_eq!(answer(&mut room, 6, 1), Ok(vec![event]));
    for audience in Audience::ALL {
        let answered = News::Answered {
            question: (audience == Audience::Officers).then_some(1),
            asked: asked.clone(),
            text: text.clone(),
        };
        assert_eq!(news(&room, from, audience), [answered]);
    }
    assert_eq!((own(&room, 0), own(&room, 1)), (vec![], vec![(2, true)]));
}

#[test]
fn a_question_is_answered_once_by_its_number() {
    let mut room = room();
    for (number, now) in [(0, 1), (1, 2), (0, 3)] {
        ask(&mut room, number, now, "Why?").expect("asked");
    }
    for question in [0, 4, u32::MAX] {
        let unknown = Err(Refusal::UnknownQuestion { question });
        assert_eq!(answer(&mut room, 5, question), unknown);
    }
    assert!(answer(&mut room, 5, 3).is_ok());
    assert_eq!(own(&room, 0), [(2, false), (3, true)]);
    let again = Err(Refusal::AlreadyAnswered { question: 3 });
    assert_eq!(answer(&mut room, 6, 3), again);
    assert!(answer(&mut room, 6, 1).is_ok());
    assert_eq!(own(&room, 0), [(2, true), (3, true)]);
    assert_eq!(own(&room, 1), [(2, false)]);
    for (asked, text) in [("", "Yes."), ("Why?", " \n "), ("Why?", &"x".repeat(1_001))] {
        assert_eq!(code(&room.officer(7, answered(2, asked, text))), 504);
    }
    let by = By::Bidder(bidder(0));
    assert_eq!(code(&room.send(by, 8, answered(2, "Why?", "So."))), 501);
}

#[test]
fn a_question_is_a_text_of_some_length() {
    let longest = "ż".repeat(QUESTION_CHARS_MAX);
    let too_long = format!("{longest}x");
    for (text, expected) in [
        ("?", 0),
        ("Two\nlines", 0),
        (longest.as_str(), 0),
        (too_long.as_str(), 504),
        ("", 504),
        (" \n ", 504),
        ("tab\t", 504),
        ("bell\u{7}", 504),
        ("next\u{85}line", 504),
    ] {
        assert_eq!(code(&ask(&mut room(), 0, 5, text)), expected, "{text:?}");
    }
}

#[test]
fn a_bidder_asks_so_often_and_no_more() {
    let mut room = room();
    for now in 0..i64::from(QUESTIONS_MAX) {
        assert_eq!(code(&ask(&mut room, 0, now, "")), 504, "is none");
        ask(&mut room, 0, now, "Why?").expect("asked");
    }
    let most = QUESTIONS_MAX;
    let used = Err(Refusal::TooManyQuestions { most });
    assert_eq!(ask(&mut room, 0, SECOND, "Why?"), used);
    assert!(ask(&mut room, 1, SECOND, "Why?").is_ok(), "another");
}

#[test]
fn before_the_opening_a_question_has_no_alias() {
    let offers: [&[(&str, &str)]; 2] = [&[("price", "1000")], &[("price", "2000")]];
    let mut room = Room::admitted(lowest(), &offers);
    let from = room.feed.len();
    ask(&mut room, 0, -MINUTE, "When?").expect("asked");
    let told = news(&room, from, Audience::Officers);
    assert!(
        matches!(told[..], [News::Asked { alias: None, .. }]),
        "{told:?}"
    );
    let stranger = By::Bidder(bidder(9));
    let text = || "Why?".to_owned();
    let told = room.send(stranger, -MINUTE, Act::Ask { text: text() });
    assert_eq!(code(&told), 201);
    assert_eq!(code(&room.officer(0, Act::Ask { text: text() })), 501);
}

#[test]
fn questions_are_asked_up_to_the_close_and_also_while_the_clock_stands() {
    let mut room = room();
    let reason = because();
    room.officer(MINUTE, Act::Pause { reason }).expect("paused");
    ask(&mut room, 0, 2 * MINUTE, "Why?").expect("in a pause");
    let (reason, notice_ms) = (because(), ms(5 * MINUTE));
    room.officer(3 * MINUTE, Act::Resume { notice_ms, reason })
        .expect("resumed");
    let (reason, second) = (because(), alias(2));
    let out = Act::Exclude {
        alias: second,
        reason,
    };
    room.officer(9 * MINUTE, out).expect("excluded");
    let told = ask(&mut room, 1, 9 * MINUTE, "Why?");
    assert_eq!(told, Err(Refusal::Excluded));
    // A question is no attempt that a bid would have to wait after.
    assert!(ask(&mut room, 0, 9 * MINUTE, "Why?").is_ok());
    assert!(accepted(&room.bid(0, 9 * MINUTE, "900")));
    let end = room.closes().expect("open");
    room.run(end);
    let closed_at = at(end);
    let told = ask(&mut room, 0, end, "Why?");
    assert_eq!(told, Err(Refusal::Closed { closed_at }));
    let text = "Why?".to_owned();
    let told = room.decide(By::Bidder(bidder(0)), end - 1, Act::Ask { text });
    assert_eq!(code(&told), 105);
    assert!(answer(&mut room, end + 1, 1).is_ok(), "until the seal");
    room.closed();
    assert!(answer(&mut room, end + MINUTE, 2).is_err());
}
