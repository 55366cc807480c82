//! What one user said on one run: the newest is current, the older ones are kept, however they came.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Annotation, ConnectionId, Feedback, FeedbackId, Outcome};
use proptest::prelude::*;
use store::{FeedbackFilter, Store, Written};

use crate::given::{feedback, ids, listed, shared};

/// A feedback as listed by the server at a time.
type Sighting = (Feedback, i64);

fn sightings() -> impl Strategy<Value = Vec<Sighting>> {
    let one = (0..2_u8, 0..2_u8, 0..3_u8, 0..4_i64, any::<bool>(), 0..3_i64);
    prop::collection::vec(one, 1..14).prop_flat_map(|items| {
        let sightings: Vec<Sighting> = items
            .into_iter()
            .enumerate()
            .map(|(n, (agent, run, user, second, positive, seen))| {
                let user = ["", "ann", "bob"][usize::from(user)];
                let item = Feedback {
                    agent: format!("a{agent}").into(),
                    outcome: if positive { Outcome::Positive } else { Outcome::Negative },
                    ..feedback(
                        &format!("f{n:02}"),
                        &format!("r{run}"),
                        Some(user).filter(|user| !user.is_empty()),
                        second * 1_000,
                    )
                };
                (item, 10_000 + seen)
            })
            .collect();
        let again = prop::sample::subsequence(sightings.clone(), 0..=sightings.len());
        (Just(sightings), again).prop_map(|(mut all, again)| {
            // Seen once more later: as pages that overlap and later syncs do.
            all.extend(again.into_iter().map(|(item, seen)| (item, seen + 5)));
            all
        })
    })
}

/// What must hold of each id: the id of its next newer word, if there is one.
fn expected(sightings: &[Sighting]) -> BTreeMap<FeedbackId, Option<FeedbackId>> {
    let mut first_seen = BTreeMap::new();
    for (item, seen) in sightings {
        let first = first_seen.entry(item.id.clone()).or_insert((item, *seen));
        first.1 = first.1.min(*seen);
    }
    let mut slots: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (id, (item, seen)) in first_seen {
        let slot = slots.entry((item.agent.clone(), item.run.clone(), item.user.clone()));
        slot.or_default().push((item.created_at_ms, seen, id));
    }
    let mut replaced_by = BTreeMap::new();
    for words in slots.values_mut() {
        words.sort();
        let newer = words.iter().skip(1).map(|word| Some(word.2.clone())).chain([None]);
        replaced_by.extend(words.iter().map(|word| word.2.clone()).zip(newer));
    }
    replaced_by
}

fn write(store: &Store, connection: ConnectionId, sightings: &[Sighting], most: usize) {
    for batch in sightings.chunk_by(|one, next| one.1 == next.1) {
        for batch in batch.chunks(most) {
            let items: Vec<Feedback> = batch.iter().map(|(item, _)| item.clone()).collect();
            store.write_feedback(connection, &items, batch[0].1).expect("written");
        }
    }
}

fn kept(store: &Store, connection: ConnectionId, id: &FeedbackId) -> Option<FeedbackId> {
    store.feedback(connection, id).expect("read").expect("kept").replaced_by
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_newest_word_is_current_whatever_the_order_and_the_batches(
        (sightings, shuffled) in sightings()
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        most in 1..6_usize,
    ) {
        let expected = expected(&sightings);
        for sightings in [&sightings, &shuffled] {
            let (store, connection) = shared();
            write(store, connection, sightings, most);

            let listed = listed(store, connection, &FeedbackFilter::default(), 3);
            let current: BTreeSet<&str> =
                expected.iter().filter(|(_, by)| by.is_none()).map(|(id, _)| id.as_str()).collect();
            prop_assert_eq!(ids(&listed).into_iter().collect::<BTreeSet<_>>(), current);
            prop_assert_eq!(
                store.mailbox_counts(connection).expect("counts").everything,
                listed.len() as u64
            );
            for (id, by) in &expected {
                prop_assert_eq!(&kept(store, connection, id), by);
                let earlier = store.earlier_words(connection, id).expect("earlier");
                let row = store.feedback(connection, id).expect("read").expect("kept");
                prop_assert_eq!(earlier.len(), row.earlier_words as usize);
                // The first of the earlier words is the one this word replaced.
                if let Some(before) = earlier.first() {
                    prop_assert_eq!(&expected[&before.id], &Some(id.clone()));
                } else {
                    prop_assert!(!expected.values().flatten().any(|by| by == id));
                }
            }
        }
    }
}

#[test]
fn what_is_written_again_is_unchanged_and_an_annotation_is_a_change() {
    let (store, connection) = shared();
    let first = feedback("f1", "r1", Some("ann"), 1_000);
    let other = feedback("f2", "r2", Some("ann"), 2_000);
    let both = [first.clone(), other.clone()];
    let written = store.write_feedback(connection, &both, 10).expect("written");
    assert_eq!(written, Written { new: 2, changed: 0, unchanged: 0 });
    let annotated = [Feedback { annotation: Some(Annotation::Correct), ..first }, other];
    let written = store.write_feedback(connection, &annotated, 20).expect("written");
    assert_eq!(written, Written { new: 0, changed: 1, unchanged: 1 });
    let counts = store.mailbox_counts(connection).expect("counts");
    assert_eq!((counts.negative_open, counts.needs_fix, counts.decided), (1, 1, 1));
}

#[test]
fn of_two_words_of_the_same_second_the_one_seen_later_is_current() {
    let (store, connection) = shared();
    // By id alone, `z` would be the newer one.
    let before = feedback("z", "r", Some("ann"), 1_000);
    let after = feedback("a", "r", Some("ann"), 1_000);
    store.write_feedback(connection, &[before], 10).expect("written");
    store.write_feedback(connection, &[after], 20).expect("written");
    assert_eq!(ids(&listed(store, connection, &FeedbackFilter::default(), 9)), ["a"]);
}

#[test]
fn what_is_gone_stays_and_comes_back_when_it_is_listed_again() {
    let (store, connection) = shared();
    let item = feedback("f", "r", None, 1_000);
    store.write_feedback(connection, std::slice::from_ref(&item), 10).expect("written");
    store.mark_feedback_gone(connection, std::slice::from_ref(&item.id), 20).expect("marked");
    let row = |id| store.feedback(connection, id).expect("read").expect("kept");
    assert_eq!(row(&item.id).gone_at_ms, Some(20));
    assert_eq!(ids(&listed(store, connection, &FeedbackFilter::default(), 9)), ["f"]);
    let written = store.write_feedback(connection, std::slice::from_ref(&item), 30);
    assert_eq!(written.expect("written").changed, 1);
    assert_eq!(row(&item.id).gone_at_ms, None);
}

#[test]
fn a_listed_word_is_current_before_one_that_is_gone_whatever_the_clock_said() {
    let (store, connection) = shared();
    let before = feedback("f1", "r", Some("ann"), 9_000);
    // The server's clock was set back in between.
    let after = feedback("f2", "r", Some("ann"), 1_000);
    store.write_feedback(connection, std::slice::from_ref(&before), 10).expect("written");
    store.write_feedback(connection, &[after], 20).expect("written");
    let current = || ids(&listed(store, connection, &FeedbackFilter::default(), 9)).join(" ");
    assert_eq!(current(), "f1");
    store.mark_feedback_gone(connection, std::slice::from_ref(&before.id), 20).expect("marked");
    assert_eq!(current(), "f2");
    let row = |id: &str| store.feedback(connection, &id.into()).expect("read").expect("kept");
    assert_eq!((row("f1").replaced_by, row("f1").gone_at_ms), (Some("f2".into()), None));
    assert_eq!((row("f2").earlier_words, row("f2").gone_at_ms), (1, None));
    let earlier = store.earlier_words(connection, &"f2".into()).expect("earlier");
    assert_eq!(ids(&earlier), ["f1"]);
    store.write_feedback(connection, &[before], 30).expect("listed again");
    assert_eq!(current(), "f1");
}

#[test]
fn an_overwritten_word_does_not_come_back_when_its_successor_is_gone() {
    let (store, connection) = shared();
    let old = feedback("f1", "r", Some("ann"), 1_000);
    let new = feedback("f2", "r", Some("ann"), 2_000);
    store.write_feedback(connection, &[old], 10).expect("written");
    store.write_feedback(connection, std::slice::from_ref(&new), 20).expect("written");
    store.mark_feedback_gone(connection, std::slice::from_ref(&new.id), 30).expect("marked");
    assert_eq!(ids(&listed(store, connection, &FeedbackFilter::default(), 9)), ["f2"]);
    let row = store.feedback(connection, &"f2".into()).expect("read").expect("kept");
    assert_eq!((row.gone_at_ms, row.earlier_words), (Some(30), 1));
    assert_eq!(store.feedback_listed(connection, &"helpdesk".into()).expect("count"), 0);
}

#[test]
fn a_feedback_that_moves_to_another_time_or_run_leaves_nothing_behind() {
    let (store, connection) = shared();
    let old = feedback("f1", "r1", Some("ann"), 1_000);
    let new = feedback("f2", "r1", Some("ann"), 2_000);
    store.write_feedback(connection, &[old, new.clone()], 10).expect("written");
    let moved = Feedback { run: "r2".into(), created_at_ms: 3_000, ..new };
    store.write_feedback(connection, &[moved], 20).expect("written");
    let listed = listed(store, connection, &FeedbackFilter::default(), 9);
    assert_eq!(ids(&listed), ["f2", "f1"]);
    assert_eq!(store.mailbox_counts(connection).expect("counts").everything, 2);
}
