//! What each text means, and what is said of the ones that are wrong.

use chrono::{NaiveTime, Weekday};
use domain::query::{Name, Standing, TokenKind, When, Whose, Word};
use domain::{Outcome, Query, UserId};

use crate::day;

/// The query of a text with which nothing is wrong.
fn meant(text: &str) -> Query {
    let parsed = Query::parse(text);
    assert_eq!(parsed.problems, [], "{text}");
    parsed.query
}

/// What is said of a text, with what it is said of.
fn said(text: &str) -> Vec<(String, String)> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let piece = |start: usize, end: usize| String::from_utf16_lossy(&units[start..end]);
    let problems = Query::parse(text).problems;
    problems.into_iter().map(|said| (piece(said.start, said.end), said.message)).collect()
}

/// The only thing said of a text.
fn said_once(text: &str, of: &str) -> String {
    let said = said(text);
    assert_eq!(said.len(), 1, "{text}: {said:?}");
    assert_eq!(said[0].0, of, "{text}");
    said[0].1.clone()
}

#[test]
fn a_sentence_of_terms_is_read() {
    let text = "is:negative has:comment agent:support user:u-17 version:3.2 model:gpt-4o \
                before:2026-11-01 \"charged twice\"";
    let query = meant(text);
    let expected = Query {
        outcome: Some(Outcome::Negative),
        has_comment: Some(true),
        agents: vec!["support".into()],
        user: Some(Whose::User(UserId::from("u-17"))),
        versions: vec!["3.2".into()],
        models: vec!["gpt-4o".into()],
        before: Some(When::Day(day(2026, 11, 1))),
        text: vec![Word::phrase("charged twice")],
        ..Query::default()
    };
    assert_eq!(query, expected);
    assert_eq!(query.to_string(), text);
}

#[test]
fn what_is_like_one_feedback_is_named_by_its_id() {
    let query = meant("refund like:6744ab01 is:open sort:newest");
    assert_eq!(query.like, Some("6744ab01".into()));
    assert_eq!(query.to_string(), "is:open like:6744ab01 sort:newest refund");
    assert_eq!(said_once("is:open like:", "like:"), "Like which feedback? Write its id.");
    assert!(said_once("like:a like:b", "like:b").contains("both like:a and like:b"));
}

#[test]
fn terms_come_in_any_order_and_capitals_and_are_printed_in_one_way() {
    let query = meant("late  SORT:Best Agent:b\tis:Needs-Fix since:2026-11-01 IS:positive agent:a");
    assert_eq!(
        query.to_string(),
        "is:positive is:correct agent:b agent:a after:2026-11-01 sort:best late"
    );
}

#[test]
fn the_anonymous_ones_are_told_from_a_user_of_that_name() {
    assert_eq!(meant("user:none").user, Some(Whose::Anonymous));
    for (text, id) in [("user:\"none\"", "none"), ("user:None", "None"), ("user:\"a b\"", "a b")] {
        let query = meant(text);
        assert_eq!(query.user, Some(Whose::User(UserId::from(id))), "{text}");
        assert_eq!(query.to_string(), text);
    }
}

#[test]
fn a_colon_in_a_text_is_no_term() {
    for text in
        ["http://x.org/a:b", "12:30", "user:x 12:30", "Note: late", "C:\\temp", "a::b", ":x"]
    {
        assert_eq!(meant(text).to_string(), text);
    }
    assert_eq!(meant("version://x").versions, ["//x"]);
}

#[test]
fn a_name_that_nobody_knows_is_text_and_a_hint_says_so() {
    let parsed = Query::parse("late channel:web");
    assert_eq!(parsed.query.text, [Word::new("late"), Word::phrase("channel:web")]);
    assert!(parsed.problems[0].is_hint);
    assert!(said_once("late channel:web", "channel:web").contains("no term channel:"));
    assert!(!meant("\"channel:web\"").is_empty());
}

#[test]
fn a_slip_in_a_name_is_a_problem_with_what_was_meant() {
    let message = said_once("agnet:support is:open", "agnet:support");
    assert!(message.contains("Did you mean agent:?"), "{message}");
    assert_eq!(Query::parse("agnet:support is:open").query, meant("is:open"));
    assert_eq!(
        said_once("uesr:\"Jane Doe\" x", "uesr:\"Jane Doe\""),
        message.replace("agent", "user")
    );
    assert!(said_once("-agent:x", "-agent:x").contains("excluded"));
}

#[test]
fn an_unknown_word_names_those_that_are_known() {
    let message = said_once("is:negatvie", "is:negatvie");
    assert!(message.starts_with("Did you mean is:negative?"), "{message}");
    assert!(message.contains("open, decided, resolved"), "{message}");
    assert!(said_once("is:dup", "is:dup").starts_with("Did you mean is:duplicate?"));
    assert!(said_once("is:blue", "is:blue").starts_with("is: knows negative, positive"));
    assert!(
        said_once("sort:date", "sort:date")
            .ends_with("knows newest, oldest, user, version and best.")
    );
    assert_eq!(said_once("has:note", "has:note"), "Only has:comment is known.");
}

#[test]
fn a_second_term_that_says_something_else_is_a_problem_and_the_first_counts() {
    for (text, of) in [
        ("is:negative is:positive", "is:positive"),
        ("is:open is:decided", "is:decided"),
        ("is:resolved is:correct", "is:correct"),
        ("is:decided is:snoozed", "is:snoozed"),
        ("has:comment no:comment", "no:comment"),
        ("user:a user:none", "user:none"),
        ("after:monday since:2026-11-01", "since:2026-11-01"),
        ("before:1d before:2d", "before:2d"),
        ("sort:best sort:newest", "sort:newest"),
    ] {
        assert!(said_once(text, of).contains("remove one of them"), "{text}");
        let first = text.split(' ').next().expect("a first term");
        assert_eq!(Query::parse(text).query, meant(first), "{text}");
    }
    assert_eq!(
        said_once("is:negative is:positive", "is:positive"),
        "It cannot be both is:negative and is:positive: remove one of them."
    );
}

#[test]
fn saying_the_same_twice_or_more_narrowly_is_no_contradiction() {
    assert_eq!(meant("is:open is:open user:a user:\"a\"").to_string(), "is:open user:a");
    assert_eq!(meant("is:decided is:resolved").standing, Some(Standing::Resolved));
    assert_eq!(meant("is:duplicate is:decided").standing, Some(Standing::Duplicate));
    assert_eq!(meant("agent:a agent:b agent:a").agents, ["a", "b"]);
    assert_eq!(meant("is:gone is:positive is:gone").to_string(), "is:positive is:gone");
}

#[test]
fn a_term_that_is_still_typed_asks_and_the_rest_works() {
    for name in Name::ALL {
        let text = format!("is:open {}: late", name.as_str());
        let message = said_once(&text, &format!("{}:", name.as_str()));
        assert!(message.contains('?'), "{message}");
        assert_eq!(Query::parse(&text).query, meant("is:open late"));
        assert_eq!(
            said_once(&format!("{}:\"\"", name.as_str()), &format!("{}:\"\"", name.as_str())),
            message
        );
    }
    assert_eq!(said_once("agent:", "agent:"), "Which agent? Write its id, as in agent:support.");
}

#[test]
fn an_unclosed_quote_goes_to_the_end_and_is_hinted_at() {
    let parsed = Query::parse("is:open user:\"Jane Doe");
    assert_eq!(parsed.query, meant("is:open user:\"Jane Doe\""));
    assert!(parsed.problems[0].is_hint);
    assert!(said_once("\"charged tw", "\"charged tw").contains("not closed"));
}

#[test]
fn quotes_open_and_close_anywhere_and_a_backslash_needs_no_care() {
    assert_eq!(
        meant("late\"charged twice\"again").text,
        [Word::new("late"), Word::phrase("charged twice"), Word::new("again")]
    );
    assert_eq!(meant(r#""C:\temp \"x\" a\\""#).text, [Word::phrase(r#"C:\temp "x" a\"#)]);
    assert_eq!(meant(r#"agent:"a:\b""#).to_string(), r"agent:a:\b");
    assert_eq!(meant(r#"user:"\\""#).user, Some(Whose::User(UserId::from(r"\"))));
    assert!(meant("\"\" \"\"").is_empty());
}

#[test]
fn a_day_is_written_in_many_ways() {
    let time = |hour, minute, second, milli| {
        NaiveTime::from_hms_milli_opt(hour, minute, second, milli).expect("a time")
    };
    let at = |time| day(2026, 11, 1).and_time(time);
    for (text, when, printed) in [
        ("today", When::DaysAgo(0), "today"),
        ("Yesterday", When::DaysAgo(1), "yesterday"),
        ("2w", When::DaysAgo(14), "14d"),
        ("0d", When::DaysAgo(0), "today"),
        ("Mon", When::Latest(Weekday::Mon), "monday"),
        ("sunday", When::Latest(Weekday::Sun), "sunday"),
        ("2026-11-01", When::Day(day(2026, 11, 1)), "2026-11-01"),
        ("2026-11-01 9:05", When::Local(at(time(9, 5, 0, 0))), "2026-11-01T09:05"),
        ("2026-11-01t09:05:07", When::Local(at(time(9, 5, 7, 0))), "2026-11-01T09:05:07"),
        ("2026-11-01T09:05:07.030", When::Local(at(time(9, 5, 7, 30))), "2026-11-01T09:05:07.030"),
        ("2026-11-01T09:05Z", When::Utc(at(time(9, 5, 0, 0))), "2026-11-01T09:05Z"),
    ] {
        assert_eq!(When::parse(text), Some(when), "{text}");
        assert_eq!(when.to_string(), printed, "{text}");
    }
    for text in [
        "",
        "tomorrow",
        "13",
        "2026-13-01",
        "2026-02-30",
        "2026-11-1",
        "2026-11-01T24:00",
        "2026-11-01T",
        "2026-11-01T1",
        "-1d",
        "99999d",
        "d",
        "+026-11-01",
        "2026-11-01-01",
    ] {
        assert_eq!(When::parse(text), None, "{text}");
    }
    assert!(said_once("before:soon", "before:soon").contains("before:2026-11-01"));
}

#[test]
fn a_day_begins_where_its_calendar_says() {
    // A Wednesday, an hour east of UTC.
    let today = day(2026, 11, 4);
    let begins = |text: &str| {
        let when = When::parse(text).expect("a day");
        let ms = when.begins_at_ms(today, |local| local.and_utc().timestamp_millis() - 3_600_000);
        chrono::DateTime::from_timestamp_millis(ms).expect("a time").to_rfc3339()
    };
    assert_eq!(begins("today"), "2026-11-03T23:00:00+00:00");
    assert_eq!(begins("7d"), "2026-10-27T23:00:00+00:00");
    assert_eq!(begins("wednesday"), begins("today"));
    assert_eq!(begins("tuesday"), begins("yesterday"));
    assert_eq!(begins("thursday"), begins("6d"));
    assert_eq!(begins("2026-11-01T14:30"), "2026-11-01T13:30:00+00:00");
    assert_eq!(begins("2026-11-01T14:30Z"), "2026-11-01T14:30:00+00:00");
}

#[test]
fn positions_count_as_in_javascript() {
    let parsed = Query::parse("👍 agent:\"a 👍\" x");
    let found: Vec<_> = parsed
        .tokens
        .iter()
        .map(|token| (token.start, token.value_start, token.end, token.what, token.value.as_str()))
        .collect();
    let expected = [
        (0, 0, 2, TokenKind::Word, "👍"),
        (3, 9, 15, TokenKind::Term(Name::Agent), "a 👍"),
        (16, 16, 17, TokenKind::Word, "x"),
    ];
    assert_eq!(found, expected);
}
