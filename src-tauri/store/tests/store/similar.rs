//! What is like one feedback: the nearest first, why, and within every filter.

use std::collections::BTreeSet;

use domain::{Feedback, FeedbackId, Outcome};
use proptest::prelude::*;
use store::{FeedbackFilter, FeedbackRow, Order, Store};

use crate::filter::{LARGE, filter, lets_through};
use crate::given::{alone, commented, feedback, ids, ids_of, listed, new_connection, standing_for};

fn like(id: &str) -> FeedbackFilter {
    FeedbackFilter {
        like: Some(FeedbackId::from(id)),
        order: Order::Best,
        ..FeedbackFilter::default()
    }
}

fn rows(
    store: &Store,
    connection: domain::ConnectionId,
    filter: &FeedbackFilter,
) -> Vec<FeedbackRow> {
    store.feedback_page(connection, filter, None, 200).expect("page").rows
}

/// Each id with the words it shares.
fn told(rows: &[FeedbackRow]) -> Vec<(&str, String)> {
    let one = |row: &FeedbackRow| row.shares.as_ref().expect("asked for what is like it").join(" ");
    ids_of(rows).into_iter().zip(rows.iter().map(one)).collect()
}

#[test]
fn the_nearest_comes_first_with_the_words_it_shares_and_the_one_that_was_asked_for_leads() {
    let (_dir, store, connection) = alone();
    let other = store.add_connection(new_connection("elsewhere, likes")).expect("connection").id;
    let said = [
        commented("asked", "I was charged twice for this booking", 1_000),
        commented("same", "charged twice, booking, for", 2_000),
        commented("near", "My booking was charged late", 3_000),
        commented("far", "twice a day to Rome takes the whole long afternoon", 4_000),
        commented("else", "the answer was wrong", 5_000),
        feedback("silent", "silent", None, 6_000),
    ];
    store.write_feedback(connection, &said, 1).expect("written");
    let only_there = commented("only there", "charged twice", 7_000);
    store.write_feedback(other, &said, 1).expect("written");
    store.write_feedback(other, &[only_there], 1).expect("written");

    let found = rows(&store, connection, &like("asked"));
    let told = told(&found);
    assert_eq!(ids_of(&found), ["asked", "same", "near", "far"]);
    assert_eq!(told[0].1, "");
    let words = |at: usize| told[at].1.split(' ').collect::<BTreeSet<_>>();
    assert_eq!(words(1), BTreeSet::from(["booking", "charged", "for", "twice"]));
    assert_eq!(words(2), BTreeSet::from(["booking", "charged"]));

    // Again, and it is the same.
    assert_eq!(rows(&store, connection, &like("asked")), found);
    assert_eq!(store.feedback_count(connection, &like("asked")).expect("count"), 4);
    assert!(rows(&store, connection, &like("silent")).is_empty(), "nothing to compare");
    assert!(rows(&store, connection, &like("nobody")).is_empty());
    assert!(rows(&store, connection, &like("only there")).is_empty());
    let quick = store.feedback_count_if_quick(connection, &like("asked")).expect("count");
    assert_eq!(quick, None, "counting it takes as long as finding it");
    let plain = rows(&store, connection, &FeedbackFilter::default());
    assert!(plain.iter().all(|row| row.shares.is_none()));
}

#[test]
fn a_filter_narrows_what_is_alike_and_the_newest_first_pages_through_it() {
    let (_dir, store, connection) = alone();
    let positive =
        |id, comment, at| Feedback { outcome: Outcome::Positive, ..commented(id, comment, at) };
    let said = [
        commented("asked", "refund never came", 1_000),
        positive("a", "refund came", 2_000),
        commented("b", "where is the refund", 3_000),
        commented("c", "refund never", 4_000),
    ];
    store.write_feedback(connection, &said, 1).expect("written");
    let negative = FeedbackFilter { outcome: Some(Outcome::Negative), ..like("asked") };
    assert_eq!(ids_of(&rows(&store, connection, &negative)), ["asked", "c", "b"]);
    let newest = FeedbackFilter { order: Order::Newest, ..like("asked") };
    assert_eq!(ids(&listed(&store, connection, &newest, 1)), ["c", "b", "a", "asked"]);
    let searched = FeedbackFilter { text: Some("where".to_owned()), ..like("asked") };
    assert_eq!(ids_of(&rows(&store, connection, &searched)), ["b"]);
}

#[test]
fn what_says_the_same_in_one_row_is_one_row_of_what_is_alike() {
    let (_dir, store, connection) = alone();
    let said = [
        commented("asked", "login loops", 1_000),
        commented("a", "login loops!", 2_000),
        commented("b", "login loops forever", 3_000),
        commented("c", "Login: loops", 4_000),
        commented("d", "fine", 5_000),
    ];
    store.write_feedback(connection, &said, 1).expect("written");
    let page = store.collapsed_page(connection, &like("asked"), None, 50).expect("page");
    assert_eq!(standing_for(&page.rows), [("asked", 3), ("b", 1)]);
    let members = store.alike(connection, &like("asked"), &"asked".into(), 50).expect("members");
    assert_eq!(members.total, 3);
    // What is not like it is nobody's company here.
    let none = store.alike(connection, &like("asked"), &"d".into(), 50).expect("members");
    assert_eq!(none.total, 0);
}

#[test]
fn emoji_and_scripts_without_spaces_have_their_like_too() {
    let (_dir, store, connection) = alone();
    let said = [
        commented("thumb", "👎👎", 1_000),
        commented("thumb too", "👎 👎", 2_000),
        commented("thumb again", "👎👎", 2_500),
        commented("late", "返金が遅いです", 3_000),
        commented("late too", "また返金が遅い", 4_000),
        commented("short", "返金", 5_000),
    ];
    store.write_feedback(connection, &said, 1).expect("written");
    let thumbs = rows(&store, connection, &like("thumb"));
    assert_eq!(ids_of(&thumbs), ["thumb", "thumb again", "thumb too"]);
    let late = rows(&store, connection, &like("late"));
    assert_eq!(told(&late)[1], ("late too", "返金が遅い".to_owned()));
    assert_eq!(told(&rows(&store, connection, &like("short"))), [("short", String::new())]);
}

#[test]
fn of_a_word_that_very_many_have_the_newest_are_looked_at_and_no_list_is_longer_than_200() {
    let (_dir, store, connection) = alone();
    let many: Vec<Feedback> = (0..400)
        .map(|n| commented(&format!("z{n}"), "zeppelin", 1_000 + n))
        .chain([commented("asked", "zeppelin zanzibar", 500)])
        .chain((0..3).map(|n| commented(&format!("rare{n}"), "zanzibar", 100 + n)))
        .collect();
    store.write_feedback(connection, &many, 1).expect("written");
    // Beside a rare word, one that nearly all have makes nothing alike.
    let found = rows(&store, connection, &like("asked"));
    assert_eq!(ids_of(&found)[1..], ["rare2", "rare1", "rare0"]);
    let found = rows(&store, connection, &like("z7"));
    assert!((20..=200).contains(&found.len()), "{}", found.len());
    assert_eq!(ids_of(&found)[..3], ["z7", "z399", "z398"]);
    assert_eq!(store.feedback_count(connection, &like("z7")).expect("count"), found.len() as u64);
}

/// So many with the same comment, later than any that a test asks about.
fn many(id: &str, comment: &str, n: i64) -> Vec<Feedback> {
    (0..n).map(|n| commented(&format!("{id}{n}"), comment, 5_000 + n)).collect()
}

#[test]
fn of_the_same_signs_that_very_many_wrote_the_newest_are_looked_at() {
    let (_dir, store, connection) = alone();
    store.write_feedback(connection, &many("e", "👎", 40), 1).expect("written");
    let found = rows(&store, connection, &like("e7"));
    assert_eq!(ids_of(&found)[..3], ["e7", "e39", "e38"]);
}

#[test]
fn of_many_words_it_is_the_rarest_by_which_others_are_looked_for() {
    let (_dir, store, connection) = alone();
    let common = "w1 w2 w3 w4 w5 w6 w7 w8";
    let mut said = many("common", common, 40);
    said.push(commented("rare", "zanzibar", 1_000));
    said.push(commented("asked", &format!("{common} zanzibar"), 2_000));
    store.write_feedback(connection, &said, 1).expect("written");
    let found = rows(&store, connection, &like("asked"));
    assert_eq!(ids_of(&found)[..2], ["asked", "common39"]);
    assert_eq!(ids_of(&found).last(), Some(&"rare"));
}

#[test]
fn what_has_two_very_common_words_is_found_below_the_newest_with_either() {
    let (_dir, store, connection) = alone();
    let mut said = [many("a", "apple", 40), many("b", "banana", 40)].concat();
    said.push(commented("both", "banana, apple", 1_000));
    said.push(commented("asked", "apple banana", 2_000));
    store.write_feedback(connection, &said, 1).expect("written");
    assert_eq!(ids_of(&rows(&store, connection, &like("asked")))[..2], ["asked", "both"]);
}

#[test]
fn however_much_is_alike_only_so_much_is_compared() {
    let (_dir, store, connection) = alone();
    let words = ["apple", "banana", "cherry"];
    let mut said = words.map(|word| many(word, word, 25)).concat();
    said.push(commented("asked", "apple banana cherry", 1_000));
    store.write_feedback(connection, &said, 1).expect("written");
    assert_eq!(rows(&store, connection, &like("asked")).len(), 1 + 60);
}

#[test]
fn what_another_connection_has_of_a_word_takes_no_place_of_ones_own() {
    let (_dir, store, connection) = alone();
    let other = store.add_connection(new_connection("other")).expect("connection").id;
    store.write_feedback(other, &many("other", "zeppelin", 100), 1).expect("written");
    let own: Vec<Feedback> =
        (0..3).map(|n| commented(&format!("own{n}"), "zeppelin", 1_000 + n)).collect();
    store.write_feedback(connection, &own, 1).expect("written");
    let found = rows(&store, connection, &like("own0"));
    assert_eq!(ids_of(&found), ["own0", "own2", "own1"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn within_any_filter_it_is_the_same_in_any_order_and_nothing_that_the_filter_hides(
        filter in filter(),
        at in any::<prop::sample::Index>(),
    ) {
        let (_, store, connection, items) = &*LARGE;
        let said: Vec<_> =
            items.iter().filter(|item| item.feedback.comment_text().is_some()).collect();
        let asked = at.get(&said).feedback.id.clone();
        let best = FeedbackFilter { like: Some(asked.clone()), order: Order::Best, ..filter.clone() };
        let ranked = rows(store, *connection, &best);
        let set: BTreeSet<_> = ranked.iter().map(|row| &row.feedback.id).collect();
        for order in [Order::Newest, Order::Oldest, Order::User, Order::Version] {
            let ordered = FeedbackFilter { order, ..best.clone() };
            let listed = listed(store, *connection, &ordered, 7);
            prop_assert_eq!(listed.len(), ranked.len(), "{:?}", ordered);
            prop_assert_eq!(&listed.iter().map(|one| &one.id).collect::<BTreeSet<_>>(), &set);
        }
        prop_assert_eq!(store.feedback_count(*connection, &best).expect("count"), ranked.len() as u64);
        let others = ranked.iter().filter(|row| row.feedback.id != asked);
        for row in others {
            let id = &row.feedback.id;
            let item = items.iter().find(|item| item.feedback.id == *id).expect("an item");
            prop_assert!(lets_through(&filter, item), "{:?} hides {:?}", filter, item);
        }
    }
}
