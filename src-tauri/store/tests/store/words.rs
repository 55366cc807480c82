//! Searching in inputs and outputs, against the same done by hand.

use std::path::Path;
use std::time::Duration;

use domain::{ConnectionId, Feedback, Run};
use proptest::prelude::*;
use serde_json::{Value, json};
use store::{FeedbackFilter, FoundIn, Store};

use crate::filter::{comment, says};
use crate::given::{alone, commented, feedback, ids, listed, run, shared};
use crate::search::searching;

/// Others may go on writing into the same mirror: it need not be complete afterwards.
fn caught_up(store: &Store) {
    while store.catch_up().expect("step") {}
}

/// A feedback's comment, and what its run was about, if there is one.
type Said = (Option<String>, Option<(Option<String>, Option<String>)>);

fn said() -> impl Strategy<Value = Said> {
    (comment(), prop::option::weighted(0.8, (comment(), comment())))
}

/// As [`says`], in a run: no emoji, each sign of a script without spaces a word, and short beginnings are words.
fn is_about(side: &Option<String>, text: &str) -> bool {
    let Some(side) = side else { return false };
    if text.contains('👍') {
        return false;
    }
    let joined = side.replace(' ', "");
    let (unspaced, words): (Vec<&str>, Vec<&str>) =
        text.split(' ').partition(|term| term.contains('金'));
    // What is last decides whether it may be a beginning.
    let is_last =
        text.split(' ').next_back().is_some_and(|term| term != "re" && !term.contains('金'));
    let rest = words.join(" ") + if is_last { "" } else { " \"\"" };
    unspaced.iter().all(|term| joined.contains(*term))
        && (words.is_empty() || exactly(side, &rest, is_last))
}

fn exactly(side: &str, text: &str, may_begin: bool) -> bool {
    if may_begin {
        return says(side, text);
    }
    text.replace("\"late refund\"", "late_refund").split_whitespace().all(|term| match term {
        "\"\"" => true,
        "late_refund" => says(side, "\"late refund\""),
        term => says(side, &format!("{term} {term}")) && has_word(side, term),
    })
}

fn has_word(side: &str, term: &str) -> bool {
    let fold = |text: &str| text.to_lowercase().replace('é', "e");
    fold(side).split_whitespace().any(|word| word == fold(term))
}

fn text() -> impl Strategy<Value = String> {
    let terms = ["late", "refund", "ref", "re", "été", "返金", "金が", "👍", "\"late refund\""];
    prop::collection::vec(prop::sample::select(terms.to_vec()), 1..3)
        .prop_map(|terms| terms.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_search_finds_what_a_comment_an_input_or_an_output_says(
        said in prop::collection::vec(said(), 1..60),
        texts in prop::collection::vec(text(), 6),
        has_comment in prop::option::of(any::<bool>()),
        limit in 1..9_usize,
    ) {
        let (store, connection) = shared();
        let mut all = Vec::new();
        let mut runs = Vec::new();
        for (n, (comment, about)) in said.iter().enumerate() {
            let id = format!("f{n:03}");
            let at_ms = n as i64 / 2 * 1_000;
            all.push(Feedback { comment: comment.clone(), ..feedback(&id, &id, None, at_ms) });
            runs.extend(about.as_ref().map(|(input, output)| Run {
                input: json!({"question": input}),
                output: json!([output]),
                ..run(&id, None, None)
            }));
        }
        store.write_feedback(connection, &all, 1).expect("feedback");
        store.write_runs(connection, &runs).expect("runs");
        caught_up(store);
        for text in &texts {
            let filter = FeedbackFilter { has_comment, ..searching(text) };
            let where_of = |n: usize| {
                let (comment, about) = &said[n];
                let is_said = comment.as_deref().is_some_and(|comment| says(comment, text));
                let passes = has_comment.is_none_or(|has| all[n].comment_text().is_some() == has);
                let (input, output) = about.clone().unwrap_or_default();
                match () {
                    () if !passes => None,
                    () if is_said => Some(FoundIn::Comment),
                    () if is_about(&input, text) => Some(FoundIn::Input),
                    () if is_about(&output, text) => Some(FoundIn::Output),
                    () => None,
                }
            };
            let everything = listed(store, connection, &FeedbackFilter::default(), 99);
            let wanted: Vec<(String, FoundIn)> = everything.iter().filter_map(|one| {
                let n: usize = one.id.as_str()[1..].parse().expect("number");
                Some((one.id.to_string(), where_of(n)?))
            }).collect();
            let mut found = Vec::new();
            let mut cursor = None;
            loop {
                let page = store.feedback_page(connection, &filter, cursor.as_ref(), limit).expect("page");
                found.extend(page.rows.into_iter().map(|row| {
                    (row.feedback.id.to_string(), row.found_in.expect("where"))
                }));
                cursor = page.next;
                if cursor.is_none() { break }
            }
            prop_assert_eq!(&found, &wanted, "{:?}", text);
            let count = store.feedback_count(connection, &filter).expect("count");
            prop_assert_eq!(count, wanted.len() as u64);
            // One row for what is alike, and together all of it.
            let collapsed = store.collapsed_page(connection, &filter, None, 99).expect("page");
            let shown: u64 = collapsed.rows.iter().map(|row| row.alike.map_or(1, |a| a.count)).sum();
            prop_assert!(collapsed.next.is_some() || shown == count, "{} of {}", shown, count);
        }
    }
}

fn given(input: Value) -> (&'static Store, ConnectionId) {
    let (store, connection) = shared();
    let one = Run { input, output: json!("On its way."), ..run("r", None, None) };
    store.write_feedback(connection, &[feedback("f", "r", Some("u"), 1_000)], 1).expect("feedback");
    store.write_runs(connection, &[one]).expect("run");
    caught_up(store);
    (store, connection)
}

fn found(store: &Store, connection: ConnectionId, text: &str) -> usize {
    listed(store, connection, &searching(text), 9).len()
}

#[test]
fn names_of_fields_and_signs_of_json_are_no_words() {
    let (store, connection) =
        given(json!({"question": "Where is order 88213?", "deep": {"x": ["péché"]}}));
    for text in ["where order", "88213", "\"where is\"", "peche", "order 882", "\"on its way\""] {
        assert_eq!(found(store, connection, text), 1, "{text}");
    }
    for text in ["question", "deep", "88214", "\"is where\"", "where way", "null"] {
        assert_eq!(found(store, connection, text), 0, "{text}");
    }
}

#[test]
fn words_stay_findable_when_their_run_makes_room_and_go_with_their_feedback() {
    let (store, connection) = given(json!({"question": "Where is order 88213?"}));
    store.set_offline_limit(connection, Some(0)).expect("limit");
    assert_eq!(found(store, connection, "88213"), 1);
    // Said again later, on the same run: a new row takes the old one's place.
    store.write_feedback(connection, &[feedback("g", "r", Some("u"), 2_000)], 2).expect("again");
    caught_up(store);
    // Filed anew, as another user's: the words of the run are not here any more.
    store.write_feedback(connection, &[feedback("f", "r", Some("v"), 1_000)], 3).expect("other");
    caught_up(store);
    assert_eq!(found(store, connection, "88213"), 0);
    store.set_offline_limit(connection, None).expect("limit");
    let again = Run { input: json!("order 88213"), ..run("r", None, None) };
    store.write_runs(connection, &[again]).expect("fetched again");
    caught_up(store);
    let all = listed(store, connection, &searching("88213"), 9);
    assert_eq!(ids(&all), ["g", "f"]);
}

#[test]
fn runs_of_before_are_indexed_in_steps_and_anew_by_the_doctor() {
    let (dir, store, connection) = alone();
    let all: Vec<_> = (0..70).map(|n| commented(&format!("f{n}"), "hm", n)).collect();
    let about =
        |n: i64| Run { input: json!(format!("order {n}")), ..run(&format!("f{n}"), None, None) };
    store.write_feedback(connection, &all, 1).expect("feedback");
    store.write_runs(connection, &(0..70).map(about).collect::<Vec<_>>()).expect("runs");
    assert!(!store.is_caught_up().expect("asked"));
    assert_eq!(found(&store, connection, "\"order\""), 0);
    let mut steps = 1;
    while store.catch_up().expect("step") {
        steps += 1;
    }
    assert_eq!(steps, 3);
    assert_eq!(found(&store, connection, "\"order\""), 70);
    assert_eq!(found(&store, connection, "\"33\""), 1);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());

    let file = rusqlite::Connection::open(dir.path().join(store::FILE_NAME)).expect("file");
    file.busy_timeout(Duration::from_secs(20)).expect("patience");
    file.execute("UPDATE run_words_data SET block = x'00' WHERE id > 10", []).expect("damaged");
    drop(file);
    drop(store);
    repaired(dir.path());
    let store = Store::open(dir.path()).expect("store");
    caught_up(&store);
    assert_eq!(found(&store, connection, "\"33\""), 1);
}

fn repaired(dir: &Path) {
    let found = store::doctor::examine(dir).expect("looked");
    assert!(!found.is_empty(), "the damage was not seen");
    let repaired = store::doctor::repair(dir).expect("repaired");
    assert!(repaired.left.is_empty(), "{:?}", repaired.left);
}
