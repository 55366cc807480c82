//! Searched lists by user, against the same list newest first and sorted by hand. There are several users, two
//! connections and runs that say something, too, and enough of it that matches are sorted, compared and gone through.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use domain::{ConnectionId, Feedback, FeedbackId, UserId};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rstest::rstest;
use serde_json::json;
use store::{Cursor, FeedbackFilter, FeedbackRow, Order, Store, UserFilter};
use tempfile::TempDir;

use crate::filter::{Item, WORDS, filter, mirror, mirrored};
use crate::given::{alone, feedback, fresh, new_connection};
use crate::search::searching;

/// As letters stand: capitals before small ones, accents behind both. The last says the most.
const USERS: [&str; 9] = ["Ann", "Zoe", "ann", "ann-1", "bob", "m", "u1", "é", "雪"];

/// A user's, or anonymous; what is said about runs goes round the words, and one in five is about nothing.
fn spread(mut items: Vec<Item>) -> Vec<Item> {
    for (n, item) in items.iter_mut().enumerate() {
        let user = USERS.get(n * n % 13).or(USERS.last()).filter(|_| n % 4 > 0);
        item.feedback.user = user.map(|user| UserId::from(*user));
        let place: usize = item.feedback.run.as_str().bytes().map(usize::from).sum();
        if let (Some(run), Some(word)) = (&mut item.run, WORDS.get(place % 10)) {
            run.input = json!(word);
            run.output = json!([WORDS[(place + 3) % 8], "refund"]);
        }
    }
    items
}

static TWO: LazyLock<(TempDir, Store, [ConnectionId; 2])> = LazyLock::new(|| {
    let (dir, store) = fresh();
    let mut runner = TestRunner::deterministic();
    let connections = ["one", "other"].map(|name| {
        let items = mirrored(900, 200)
            .prop_filter("many", |items| items.len() > 700)
            .new_tree(&mut runner)
            .expect("items")
            .current();
        let connection = store.add_connection(new_connection(name)).expect("connection").id;
        mirror(dir.path(), &store, connection, &spread(items), false);
        connection
    });
    while store.catch_up().expect("step") {}
    (dir, store, connections)
});

fn texts() -> impl Strategy<Value = String> {
    let terms = ["late", "re", "refund", "été", "返金", "返金が遅い", "👍", "\"late refund\""];
    prop::collection::vec(prop::sample::select(terms.to_vec()), 1..3)
        .prop_map(|terms| terms.join(" "))
}

fn searched() -> impl Strategy<Value = FeedbackFilter> {
    let user = prop_oneof![
        6 => Just(None),
        1 => Just(Some(UserFilter::Anonymous)),
        1 => prop::sample::select(USERS.to_vec()).prop_map(|one| Some(UserFilter::Is(one.into()))),
    ];
    let plain = prop_oneof![Just(FeedbackFilter::default()), filter()];
    (plain, prop::option::weighted(0.9, texts()), user)
        .prop_map(|(plain, text, user)| FeedbackFilter { text, user, ..plain })
}

/// The rows behind a cursor, over all pages of `limit`.
fn behind(
    store: &Store,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    mut cursor: Option<Cursor>,
    limit: usize,
) -> Vec<FeedbackRow> {
    let (mut all, mut known) = (Vec::new(), HashSet::new());
    loop {
        let page = store.feedback_page(connection, filter, cursor.as_ref(), limit).expect("page");
        assert!(page.rows.len() == limit || page.next.is_none(), "a page is not full");
        for row in page.rows {
            assert!(known.insert(row.feedback.id.clone()), "{} comes twice", row.feedback.id);
            all.push(row);
        }
        let Some(next) = page.next else { return all };
        cursor = Some(next.to_string().parse().expect("cursor"));
    }
}

fn by_user(filter: &FeedbackFilter) -> FeedbackFilter {
    FeedbackFilter { order: Order::User, ..filter.clone() }
}

/// All that a filter lets through, by user.
fn by_hand(store: &Store, connection: ConnectionId, filter: &FeedbackFilter) -> Vec<FeedbackRow> {
    let mut all = behind(store, connection, filter, None, 999);
    all.sort_by_key(|row| (row.feedback.user.is_none(), row.feedback.user.clone()));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_searched_list_by_user_is_the_newest_first_sorted_by_user(
        filter in searched(),
        limit in prop_oneof![1..9_usize, 20..200_usize],
    ) {
        let (_, store, connections) = &*TWO;
        for connection in connections {
            let found = behind(store, *connection, &by_user(&filter), None, limit);
            prop_assert_eq!(found, by_hand(store, *connection, &filter), "{:?}", filter);
        }
    }

    #[test]
    fn a_page_goes_on_behind_whatever_row_another_list_by_user_ended_with(
        filter in searched(),
        from in any::<prop::sample::Index>(),
        limit in 3..40_usize,
    ) {
        let (_, store, [connection, _]) = &*TWO;
        let everything = by_hand(store, *connection, &FeedbackFilter::default());
        let place: HashMap<&FeedbackId, usize> =
            everything.iter().zip(0..).map(|(row, at)| (&row.feedback.id, at)).collect();
        let from = from.index(everything.len() - 1);
        let whole = by_user(&FeedbackFilter::default());
        let ended = store.feedback_page(*connection, &whole, None, from + 1).expect("page").next;
        let found = behind(store, *connection, &by_user(&filter), ended, limit);
        let mut wanted = by_hand(store, *connection, &filter);
        wanted.retain(|row| place[&row.feedback.id] > from);
        prop_assert_eq!(found, wanted, "{:?} behind {}", filter, from);
    }
}

/// Where a word and the rest of the filter go together, far more passes than either alone lets expect.
#[rstest]
#[case::of_users(&USERS[..])]
#[case::of_nobody(&[])]
fn what_one_agent_alone_says_is_listed_to_the_last(#[case] users: &[&str]) {
    let (_dir, store, connection) = alone();
    let all = (0..180_usize).map(|n| {
        let is_said = n % 6 == 0;
        let id = format!("f{n:03}");
        Feedback {
            agent: if is_said { "loud" } else { "quiet" }.into(),
            comment: is_said.then(|| "late".to_owned()),
            ..feedback(&id, &id, users.get(n % 11).copied(), n as i64 * 1_000)
        }
    });
    store.write_feedback(connection, &all.collect::<Vec<_>>(), 1).expect("written");
    let late = FeedbackFilter { agents: vec!["loud".into()], ..searching("late") };
    for limit in [4, 99] {
        let found = behind(&store, connection, &by_user(&late), None, limit);
        assert_eq!(found.len(), 30);
        assert_eq!(found, by_hand(&store, connection, &late));
    }
}
