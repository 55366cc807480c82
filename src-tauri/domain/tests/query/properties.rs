//! For any text at all: it is read whole, and what is printed is read back.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use domain::query::{Sort, Standing, When, Whose, Word};
use domain::{FeedbackId, Outcome, Query, UserId};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::day;

/// Texts that a parser trips over: what has a meaning somewhere, and any character at all.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "\"",
            "\\",
            ":",
            " ",
            "\n",
            "\t",
            "-",
            "!",
            "//",
            "is:",
            "has:",
            "no:comment",
            "agent:",
            "agnet:",
            "user:",
            "none",
            "foo:bar",
            "version:3.2",
            "model:",
            "before:2026-11-01",
            "after:",
            "7d",
            "sort:best",
            "like:",
            "is:open",
            "👍",
            "ñ",
            "e\u{301}",
            "\u{200f}",
            "\u{a0}",
            "\u{2028}",
            "返金",
            "\0",
            "\u{feff}",
            "K:",
            "İs:",
            "ſort:",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
        "[a-z]{1,8}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn any_value() -> impl Strategy<Value = String> {
    any_text().prop_filter("a value", |text| !text.is_empty())
}

fn any_values() -> impl Strategy<Value = Vec<String>> {
    // What is said twice is kept once.
    proptest::collection::vec(any_value(), 0..4).prop_map(|values| {
        let mut kept: Vec<String> = Vec::new();
        for value in values {
            if !kept.contains(&value) {
                kept.push(value);
            }
        }
        kept
    })
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    let (first, last) = (day(0, 1, 1), day(domain::query::LAST_YEAR, 12, 31));
    let days = (last - first).num_days();
    (0..=days).prop_map(move |days| first + chrono::Duration::days(days))
}

fn any_time() -> impl Strategy<Value = NaiveDateTime> {
    // Often whole minutes and seconds: they are written more shortly.
    let unit = proptest::sample::select(vec![1_i64, 1000, 60_000, 86_400_000]);
    (any_day(), 0..86_400_000_i64, unit).prop_map(|(day, ms, unit)| {
        day.and_time(NaiveTime::MIN) + chrono::Duration::milliseconds(ms / unit * unit)
    })
}

fn any_when() -> impl Strategy<Value = When> {
    prop_oneof![
        (0..=36_525_u32).prop_map(When::DaysAgo),
        (0..7_u8).prop_map(|day| When::Latest(Weekday::try_from(day).expect("a weekday"))),
        any_day().prop_map(When::Day),
        any_time().prop_map(When::Local),
        any_time().prop_map(When::Utc),
    ]
}

fn any_word() -> impl Strategy<Value = Word> {
    prop_oneof![any_value().prop_map(Word::new), any_value().prop_map(Word::phrase)]
}

fn any_query() -> impl Strategy<Value = Query> {
    use proptest::option::of;
    use proptest::sample::select;
    let whose = prop_oneof![
        Just(Whose::Anonymous),
        Just(Whose::User(UserId::from("none"))),
        any_value().prop_map(|id| Whose::User(UserId::from(id))),
    ];
    let whole = (
        of(select(vec![Outcome::Positive, Outcome::Negative])),
        of(select(Standing::ALL.to_vec())),
        any::<bool>(),
        of(any::<bool>()),
        of(whose),
        of(any_when()),
        of(any_when()),
        (of(any_value().prop_map(FeedbackId::from)), of(select(Sort::ALL.to_vec()))),
    );
    let many = (any_values(), any_values(), any_values());
    let text = proptest::collection::vec(any_word(), 0..4);
    (whole, many, text).prop_map(|(whole, (agents, versions, models), text)| {
        let (outcome, standing, is_gone, has_comment, user, after, before, (like, sort)) = whole;
        Query {
            outcome,
            standing,
            is_gone,
            has_comment,
            agents,
            user,
            versions,
            models,
            after,
            before,
            like,
            sort,
            text,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/query.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_printed_is_read_back_and_nothing_is_wrong_with_it(query in any_query()) {
        let text = query.to_string();
        let parsed = Query::parse(&text);
        prop_assert_eq!(&parsed.problems, &vec![], "{}", text);
        prop_assert_eq!(&parsed.query, &query, "{}", text);
        prop_assert_eq!(parsed.tokens.len(), query.terms().len());
    }

    #[test]
    fn what_any_text_means_is_printed_as_a_text_that_means_it(text in any_text()) {
        let meant = Query::parse(&text).query;
        let printed = Query::parse(&meant.to_string());
        prop_assert_eq!(&printed.problems, &vec![]);
        prop_assert_eq!(printed.query, meant);
    }

    #[test]
    fn any_text_is_read_whole_and_every_position_is_one_of_it(text in any_text()) {
        let parsed = Query::parse(&text);
        let units: Vec<u16> = text.encode_utf16().collect();
        let is_within = |at: usize| {
            at <= units.len() && !(at < units.len() && (0xDC00..=0xDFFF).contains(&units[at]))
        };
        let mut end = 0;
        let mut between = String::new();
        for token in &parsed.tokens {
            prop_assert!(token.start >= end && token.end > token.start);
            prop_assert!((token.start..=token.end).contains(&token.value_start));
            for at in [token.start, token.value_start, token.end] {
                prop_assert!(is_within(at), "{} in {:?}", at, text);
            }
            between.push_str(&String::from_utf16(&units[end..token.start]).expect("characters"));
            end = token.end;
        }
        between.push_str(&String::from_utf16(&units[end..]).expect("characters"));
        prop_assert!(between.chars().all(char::is_whitespace), "not covered: {:?}", between);
        for problem in &parsed.problems {
            let is_of_a_token = |token: &domain::query::Token| {
                (token.start, token.end) == (problem.start, problem.end)
            };
            prop_assert!(parsed.tokens.iter().any(is_of_a_token));
            prop_assert!(!problem.message.is_empty());
        }
    }

    #[test]
    fn a_time_that_was_printed_is_the_same_moment(at_ms in 0..253_402_300_799_999_i64) {
        // A zone that sets its clock back by an hour at one o'clock UTC of each day: a local hour comes twice.
        let offset = |utc_ms: i64| if utc_ms.rem_euclid(86_400_000) < 3_600_000 { 2 } else { 1 } * 3_600_000;
        let local = |utc_ms: i64| {
            let shifted = chrono::DateTime::from_timestamp_millis(utc_ms + offset(utc_ms));
            shifted.expect("a time").naive_utc()
        };
        let to_utc = |time: NaiveDateTime| {
            let ms = time.and_utc().timestamp_millis();
            [7_200_000, 3_600_000].map(|by| ms - by).into_iter().find(|utc| local(*utc) == time)
                .unwrap_or(ms - 3_600_000)
        };
        if let Some(when) = When::of_ms(at_ms, local, to_utc) {
            prop_assert_eq!(When::parse(&when.to_string()), Some(when));
            prop_assert_eq!(when.begins_at_ms(day(2026, 11, 4), to_utc), at_ms);
        }
    }
}
