//! Lists in other orders than newest first, against the same sorted by hand.

use std::collections::HashMap;

use domain::{Feedback, Run};
use proptest::prelude::*;
use store::{FeedbackFilter, Order, Store};

use crate::alike::collapsed;
use crate::filter::{Item, LARGE, current, filter, lets_through, mirror, mirrored};
use crate::given::{
    alone, commented, feedback, ids, ids_of, listed, run, shared, shared_dir, standing_for, version,
};

const ORDERS: [Order; 3] = [Order::Oldest, Order::User, Order::Version];

/// What a filter lets through, in its order. Within a second the order is the mirror's own: `newest` has it.
fn by_hand(items: &[Item], newest: &[Feedback], order: Order) -> Vec<String> {
    let of_id: HashMap<_, _> = items.iter().map(|item| (&item.feedback.id, item)).collect();
    let mut sorted: Vec<&Feedback> = newest.iter().collect();
    match order {
        Order::Oldest => sorted.reverse(),
        Order::User => sorted.sort_by_key(|one| (one.user.is_none(), one.user.clone())),
        // None of these versions is more than an id: they go by that.
        Order::Version => sorted.sort_by_key(|one| {
            let its_run = of_id[&one.id].run.as_ref();
            let version = its_run.and_then(|run| run.version.clone());
            (one.agent.clone(), version.is_none(), version)
        }),
        Order::Newest | Order::Best => {}
    }
    sorted.into_iter().map(|one| one.id.to_string()).collect()
}

fn check(
    store: &Store,
    connection: domain::ConnectionId,
    items: &[Item],
    filter: &FeedbackFilter,
    limit: usize,
) -> Result<(), TestCaseError> {
    let newest = listed(store, connection, filter, limit);
    for order in ORDERS {
        let ordered = FeedbackFilter { order, ..filter.clone() };
        let found = listed(store, connection, &ordered, limit);
        prop_assert_eq!(ids(&found), by_hand(items, &newest, order), "{:?}", ordered);
        let count = store.feedback_count(connection, &ordered).expect("count");
        prop_assert_eq!(count, found.len() as u64);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn each_order_lists_what_the_filter_lets_through_page_by_page(
        items in mirrored(40, 12),
        filters in prop::collection::vec(filter(), 4),
        limit in 1..9_usize,
        runs_first in any::<bool>(),
    ) {
        let (store, connection) = shared();
        mirror(shared_dir(), store, connection, &items, runs_first);
        for filter in &filters {
            check(store, connection, &items, filter, limit)?;
        }
    }

    #[test]
    fn of_much_as_well(filter in filter(), limit in 20..400_usize) {
        let (_, store, connection, items) = &*LARGE;
        check(store, *connection, items, &filter, limit)?;
    }

    #[test]
    fn what_is_alike_is_one_row_where_the_first_of_it_is(
        filter in filter(),
        limit in 3..60_usize,
    ) {
        let (_, store, connection, items) = &*LARGE;
        let oldest = FeedbackFilter { order: Order::Oldest, ..filter };
        let rows = collapsed(store, *connection, &oldest, limit);
        prop_assert!(rows.is_sorted_by(|a, b| a.feedback.created_at_ms <= b.feedback.created_at_ms));
        let stands_for: u64 = standing_for(&rows).iter().map(|(_, count)| count).sum();
        let passing = current(items).into_iter().filter(|item| lets_through(&oldest, item)).count();
        prop_assert_eq!(stands_for, passing as u64);
    }
}

#[test]
fn versions_come_latest_first_by_number_and_what_has_none_behind_them() {
    let (_dir, store, connection) = alone();
    let versions = [
        version("v-a", Some("3.9"), Some(9)),
        version("v-b", Some("3.10"), Some(2)),
        version("v-c", None, Some(5)),
        version("v-d", None, Some(6)),
        version("v-e", Some("10.1"), Some(1)),
    ];
    store.write_versions(connection, &versions, 1).expect("versions");
    // Of the last two nothing is known but that they ran, and of one when.
    let ran_at = |id| if id == "v-g" { None } else { Some(8) };
    let of = ["v-a", "v-b", "v-c", "v-d", "v-e", "v-f", "v-g"]
        .map(|id| Run { created_at_ms: ran_at(id), ..run(&format!("run-{id}"), Some(id), None) });
    store.write_runs(connection, &of).expect("runs");
    let said: Vec<Feedback> = ["v-a", "v-b", "v-c", "v-d", "v-e", "v-f", "v-g", "none"]
        .into_iter()
        .zip(1..)
        .map(|(id, at)| feedback(id, &format!("run-{id}"), None, at))
        .collect();
    store.write_feedback(connection, &said, 1).expect("written");
    let by_version = FeedbackFilter { order: Order::Version, ..FeedbackFilter::default() };
    for limit in 1..9 {
        let found = listed(&store, connection, &by_version, limit);
        assert_eq!(ids(&found), ["v-e", "v-b", "v-a", "v-f", "v-d", "v-c", "v-g", "none"]);
    }
}

#[test]
fn by_user_and_by_version_what_is_alike_stands_alone() {
    let (store, connection) = shared();
    let said = [commented("a", "slow", 1_000), commented("b", "slow", 2_000)];
    store.write_feedback(connection, &said, 1).expect("written");
    for order in [Order::User, Order::Version] {
        let filter = FeedbackFilter { order, ..FeedbackFilter::default() };
        let rows = collapsed(store, connection, &filter, 9);
        assert_eq!(standing_for(&rows), [("b", 1), ("a", 1)], "{order:?}");
    }
}

#[test]
fn a_page_goes_on_where_the_last_one_ended_although_that_place_is_empty_by_now() {
    let (_dir, store, connection) = alone();
    let said =
        |user: &str, at| feedback(&format!("{user}{at}"), &format!("{user}{at}"), Some(user), at);
    let all =
        [said("ann", 1), said("bob", 2), said("bob", 3), said("cid", 4), commented("x", "hm", 5)];
    store.write_feedback(connection, &all, 1).expect("written");
    let by_user = FeedbackFilter { order: Order::User, ..FeedbackFilter::default() };
    let first = store.feedback_page(connection, &by_user, None, 2).expect("page");
    assert_eq!(first.rows[1].feedback.id.as_str(), "bob3");
    // Nothing of bob's is negative any more.
    let positive = |one: &Feedback| Feedback { outcome: domain::Outcome::Positive, ..one.clone() };
    store.write_feedback(connection, &[positive(&all[1]), positive(&all[2])], 2).expect("written");
    let negative = FeedbackFilter { outcome: Some(domain::Outcome::Negative), ..by_user };
    let next = store.feedback_page(connection, &negative, first.next.as_ref(), 9).expect("page");
    assert_eq!(ids_of(&next.rows), ["cid4", "x"]);
}
