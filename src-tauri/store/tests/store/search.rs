//! Whatever a person types into the search field: an answer, never an error.

use proptest::prelude::*;
use rstest::rstest;
use store::{CancelToken, Error, FeedbackFilter, Order, UserFilter};

use crate::given::{commented, ids, listed, shared};

pub(crate) fn searching(text: &str) -> FeedbackFilter {
    FeedbackFilter { text: Some(text.to_owned()), ..FeedbackFilter::default() }
}

#[rstest]
#[case("NEAR(a b, 3)")]
#[case("\"")]
#[case("a\"b\"c\"")]
#[case("*")]
#[case("refund*")]
#[case("comment: x")]
#[case("-late +early ^x")]
#[case("AND OR NOT")]
#[case("{a b}:c")]
#[case("a\0b")]
#[case("\u{202e}kcab")]
#[case("👩\u{200d}👩\u{200d}👧")]
#[case("'; DROP TABLE feedback; --")]
#[case("%_\\")]
#[case("ก็")]
#[case("\u{301}")]
fn hostile_text_is_searched_for_and_nothing_else(#[case] text: &str) {
    let (store, connection) = shared();
    let comment = format!("before {text} after");
    let written = [commented("hit", &comment, 2_000), commented("miss", "something else", 1_000)];
    store.write_feedback(connection, &written, 1).expect("written");
    let found = listed(store, connection, &searching(text), 9);
    assert!(!ids(&found).contains(&"miss") || text == "\"", "{text:?} found what lacks it");
    let one_user = FeedbackFilter { user: Some(UserFilter::Is("u".into())), ..searching(text) };
    assert!(listed(store, connection, &one_user, 9).is_empty());
    store.feedback_count(connection, &searching(text)).expect("count");
}

#[rstest]
#[case("RÉSUMÉ", true)]
#[case("resum", true)]
#[case("esume", false)]
#[case("slow resume", true)]
#[case("\"resume was slow\"", true)]
#[case("\"slow resume\"", false)]
#[case("resu slow", false)]
#[case("   ", true)]
fn words_are_found_without_case_and_accents(#[case] text: &str, #[case] found: bool) {
    let (store, connection) = shared();
    let written = [commented("f", "My résumé was SLOW.", 1_000)];
    store.write_feedback(connection, &written, 1).expect("written");
    assert_eq!(listed(store, connection, &searching(text), 9).len(), usize::from(found));
}

#[test]
fn a_changed_comment_is_found_by_its_new_words_only() {
    let (store, connection) = shared();
    let now = |comment| [commented("f", comment, 1_000)];
    store.write_feedback(connection, &now("返金が遅い"), 1).expect("written");
    store.write_feedback(connection, &now("too slow"), 2).expect("written");
    assert!(listed(store, connection, &searching("返金が遅い"), 9).is_empty());
    assert_eq!(listed(store, connection, &searching("slow"), 9).len(), 1);
    store.write_feedback(connection, &now("払い戻し"), 3).expect("written");
    assert!(listed(store, connection, &searching("slow"), 9).is_empty());
    assert_eq!(listed(store, connection, &searching("い戻"), 9).len(), 1);
    assert_eq!(listed(store, connection, &searching("払い戻"), 9).len(), 1);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
}

#[test]
fn the_best_match_comes_first_and_of_equal_ones_the_newest() {
    let (store, connection) = shared();
    let written = [
        commented("once", "it came late and after all of that it was the wrong one as well", 9_000),
        commented("old", "late late", 1_000),
        commented("new", "late late", 2_000),
        commented("never", "on time", 3_000),
    ];
    store.write_feedback(connection, &written, 1).expect("written");
    let best = |text: &str, limit| {
        let filter = FeedbackFilter { order: Order::Best, ..searching(text) };
        let page = store.feedback_page(connection, &filter, None, limit).expect("page");
        let ids = page.rows.iter().map(|row| row.feedback.id.as_str().to_owned());
        (ids.collect::<Vec<_>>().join(" "), page.next.is_some())
    };
    assert_eq!(best("late", 9), ("new old once".to_owned(), false));
    assert_eq!(best("late", 2), ("new old".to_owned(), false));
    // Nothing to rank by: the newest.
    assert_eq!(best("", 2), ("once never".to_owned(), true));
}

#[test]
fn a_cancelled_read_ends_as_such_and_leaves_others_alone() {
    let (store, connection) = shared();
    store.write_feedback(connection, &[commented("f", "late", 1_000)], 1).expect("written");
    let token = CancelToken::default();
    let impatient = store.cancellable(&token);
    let all = FeedbackFilter::default();
    assert_eq!(impatient.feedback_count(connection, &all).expect("count"), 1);
    token.cancel();
    let cancelled = impatient.feedback_page(connection, &searching("late"), None, 5);
    assert!(matches!(cancelled, Err(Error::Cancelled)), "{cancelled:?}");
    assert_eq!(store.feedback_count(connection, &all).expect("count"), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_makes_the_search_fail(text in any::<String>()) {
        let (store, connection) = shared();
        let written = [commented("f", &text, 1_000)];
        store.write_feedback(connection, &written, 1).expect("written");
        let page = store.feedback_page(connection, &searching(&text), None, 5);
        prop_assert!(page.is_ok(), "{page:?}");
        let count = store.feedback_count(connection, &searching(&text));
        prop_assert_eq!(count.expect("count"), page.expect("page").rows.len() as u64);
    }
}
