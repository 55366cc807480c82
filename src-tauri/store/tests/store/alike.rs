//! Look-alikes in one row, against the same done by hand over the whole list.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use domain::{Act, ConnectionId, DecisionKind, Feedback, FeedbackId, Outcome};
use proptest::prelude::*;
use store::{Alike, AnnotationFilter, FeedbackFilter, FeedbackRow, NewDecision, Store, WhyAlike};

use crate::filter::{Item, LARGE, filter, mirror, mirrored};
use crate::given::{alone, commented, feedback, listed, run, shared, shared_dir, standing_for};

/// The rows of all pages of `limit`.
pub(crate) fn collapsed(
    store: &Store,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    limit: usize,
) -> Vec<FeedbackRow> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.collapsed_page(connection, filter, cursor.as_ref(), limit).expect("page");
        assert!(page.rows.len() <= limit, "{} rows for a limit of {limit}", page.rows.len());
        all.extend(page.rows);
        let Some(next) = page.next else { return all };
        assert_ne!(Some(&next), cursor.as_ref(), "a page that gets nowhere");
        cursor = Some(next.to_string().parse().expect("cursor"));
    }
}

/// What makes feedback alike, for the words the items are made of.
fn key(item: &Item) -> Option<(Outcome, String, String)> {
    let said = &item.feedback;
    let what = match (said.comment_text(), &said.user) {
        (Some(comment), _) => {
            let folded = comment.to_lowercase().replace('é', "e");
            let mut words: Vec<&str> =
                folded.split_whitespace().filter(|word| word.is_ascii()).collect();
            if folded.contains('金') || words.is_empty() {
                folded.replace(' ', "")
            } else {
                words.sort_unstable();
                words.dedup();
                format!("words {}", words.join(" "))
            }
        }
        (None, Some(user)) => {
            let version = item.run.as_ref().and_then(|run| run.version.as_ref());
            format!("user {user} {version:?}")
        }
        (None, None) => return None,
    };
    Some((said.outcome, said.agent.to_string(), what))
}

/// Each row and the ids it stands for, newest first.
fn by_hand(items: &[Item], listed: &[Feedback]) -> Vec<Vec<FeedbackId>> {
    let of_id: HashMap<_, _> = items.iter().map(|item| (&item.feedback.id, item)).collect();
    let (mut rows, mut places): (Vec<Vec<FeedbackId>>, HashMap<_, usize>) = Default::default();
    for one in listed {
        let key = key(of_id[&one.id]);
        match key.as_ref().and_then(|key| places.get(key)) {
            Some(place) => rows[*place].push(one.id.clone()),
            None => {
                key.map(|key| places.insert(key, rows.len()));
                rows.push(vec![one.id.clone()]);
            }
        }
    }
    rows
}

fn check(
    (store, connection): (&Store, ConnectionId),
    items: &[Item],
    filter: &FeedbackFilter,
    limit: usize,
    opened: usize,
) -> Result<(), TestCaseError> {
    let all = listed(store, connection, filter, 400);
    let user_of: HashMap<_, _> = all.iter().map(|one| (&one.id, &one.user)).collect();
    let wanted = by_hand(items, &all);
    let found = collapsed(store, connection, filter, limit);
    let ids: Vec<&FeedbackId> = found.iter().map(|row| &row.feedback.id).collect();
    prop_assert_eq!(ids, wanted.iter().map(|row| &row[0]).collect::<Vec<_>>(), "{:?}", filter);
    for (row, members) in found.iter().zip(&wanted) {
        let users: BTreeSet<_> = members.iter().filter_map(|id| user_of[id].as_ref()).collect();
        let expected = (members.len() > 1).then(|| {
            let why = match row.feedback.comment_text() {
                Some(_) => WhyAlike::SameWords,
                None => WhyAlike::SameUser,
            };
            let counted = why == WhyAlike::SameUser || members.len() <= 6;
            let users = counted.then_some(users.len() as u64);
            Alike { count: members.len() as u64, users, why }
        });
        prop_assert_eq!(row.alike, expected, "{:?}", filter);
    }
    // Some are opened by one of their members.
    for members in wanted.iter().step_by(opened) {
        let one = &members[members.len() / 2];
        let ids = store.alike_ids(connection, filter, one).expect("ids");
        prop_assert_eq!(&ids, members);
        let opened = store.alike(connection, filter, one, 2).expect("rows");
        prop_assert_eq!(opened.total, members.len() as u64);
        let rows = opened.rows.iter().map(|row| row.feedback.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(&rows[..], &members[..members.len().min(2)]);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_alike_is_one_row_where_its_newest_is(
        items in mirrored(40, 30),
        filters in prop::collection::vec(filter(), 6),
        limit in 1..9_usize,
        runs_first in any::<bool>(),
    ) {
        let (store, connection) = shared();
        mirror(shared_dir(), store, connection, &items, runs_first);
        for filter in &filters {
            check((store, connection), &items, filter, limit, 3)?;
        }
        prop_assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn of_much_as_well(filter in filter(), limit in 1..100_usize) {
        let (_, store, connection, items) = &*LARGE;
        check((store, *connection), items, &filter, limit, 40)?;
    }
}

fn all(store: &Store, connection: ConnectionId) -> Vec<(String, u64)> {
    let rows = collapsed(store, connection, &FeedbackFilter::default(), 50);
    standing_for(&rows).into_iter().map(|(id, count)| (id.to_owned(), count)).collect()
}

#[test]
fn a_comment_that_changes_moves_to_those_it_is_alike_to_now() {
    let (store, connection) = shared();
    let said = [commented("a", "Too slow!", 1_000), commented("b", "slow", 2_000)];
    store.write_feedback(connection, &said, 1).expect("written");
    assert_eq!(all(store, connection), [("b".to_owned(), 2)]);
    let besides = store.alike_besides(connection, &"b".into(), 5).expect("asked");
    assert_eq!((besides.total, besides.rows[0].feedback.id.as_str()), (1, "a"));
    store.write_feedback(connection, &[commented("b", "wrong", 2_000)], 2).expect("written");
    assert_eq!(all(store, connection), [("b".to_owned(), 1), ("a".to_owned(), 1)]);
    let positive = Feedback { outcome: Outcome::Positive, ..commented("b", "slow", 2_000) };
    store.write_feedback(connection, &[positive], 3).expect("written");
    assert_eq!(all(store, connection).len(), 2, "opposites in one row");
}

#[test]
fn a_users_repeats_are_told_apart_by_version_once_it_is_known() {
    let (store, connection) = shared();
    let said = [feedback("a", "r1", Some("u"), 1_000), feedback("b", "r2", Some("u"), 2_000)];
    store.write_feedback(connection, &said, 1).expect("written");
    assert_eq!(all(store, connection), [("b".to_owned(), 2)]);
    store.write_runs(connection, &[run("r1", Some("v1"), None)]).expect("run");
    assert_eq!(all(store, connection).len(), 2);
    store.write_runs(connection, &[run("r2", Some("v1"), None)]).expect("run");
    assert_eq!(all(store, connection), [("b".to_owned(), 2)]);
    // Another that comes when its run is here already.
    store.write_runs(connection, &[run("r3", Some("v1"), None)]).expect("run");
    store.write_feedback(connection, &[feedback("c", "r3", Some("u"), 3_000)], 1).expect("written");
    assert_eq!(all(store, connection), [("c".to_owned(), 3)]);
}

#[test]
fn what_is_alike_is_decided_together_and_opposites_are_left_alone() {
    let (store, connection) = shared();
    let mut said: Vec<_> =
        (0..7).map(|n| commented(&format!("f{n}"), "So slow!", 1_000 + n)).collect();
    said.push(commented("other", "wrong", 2_000));
    said.push(Feedback { outcome: Outcome::Positive, ..commented("good", "slow", 2_000) });
    store.write_feedback(connection, &said, 1).expect("written");
    let early = FeedbackFilter { until_ms: Some(1_005), ..FeedbackFilter::default() };
    let made = store
        .decide_alike(connection, &early, &"f2".into(), |id| {
            Some(NewDecision::new(id, Act::Decide(DecisionKind::Resolved), 9, "ann"))
        })
        .expect("decided");
    let ids: Vec<&str> = made.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(ids, ["f4", "f3", "f2", "f1", "f0"]);
    let open = FeedbackFilter { annotation: AnnotationFilter::Open, ..FeedbackFilter::default() };
    assert_eq!(store.feedback_count(connection, &open).expect("count"), 4);
}

#[test]
fn what_an_older_version_wrote_is_made_up_for_in_steps() {
    let (dir, store, connection) = alone();
    let mut said: Vec<_> =
        (0..2_500).map(|n| commented(&format!("f{n}"), &format!("case {}", n % 5), n)).collect();
    said.push(feedback("bare", "r", None, 9_000));
    store.write_feedback(connection, &said, 1).expect("written");
    let grouped = all(&store, connection);
    assert_eq!(grouped.len(), 6);

    let file = rusqlite::Connection::open(dir.path().join(store::FILE_NAME)).expect("file");
    file.busy_timeout(Duration::from_secs(20)).expect("patience");
    file.execute("UPDATE feedback SET alike = 0", []).expect("as before");
    assert!(!store.is_caught_up().expect("asked"));
    assert_eq!(all(&store, connection).len(), 2_501, "each alone until then");
    let mut steps = 1;
    while store.catch_up().expect("step") {
        steps += 1;
    }
    assert_eq!(steps, 3);
    assert!(store.is_caught_up().expect("asked"));
    assert_eq!(all(&store, connection), grouped);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());

    file.execute("UPDATE feedback SET alike = alike + 4 WHERE id = 'f7'", []).expect("damaged");
    assert_eq!(store.integrity_check().expect("checked").len(), 1);
}
