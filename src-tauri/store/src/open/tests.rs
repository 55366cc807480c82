//! A disk that is full, by the limit SQLite has for it: what does not fit is not there at all, and what was there is.

use domain::{Act, ConnectionId, DecisionKind, Feedback, Outcome};

use super::*;
use crate::{ConnectionKind, NewConnection, NewDecision};

fn given() -> (tempfile::TempDir, Store, ConnectionId) {
    let dir = tempfile::tempdir().expect("a folder");
    let store = Store::open(dir.path()).expect("opens");
    let connection = NewConnection {
        name: "acme".to_owned(),
        url: "http://127.0.0.1:8787".to_owned(),
        tenant: None,
        allow_plain_http: false,
        kind: ConnectionKind::Server,
        agents: None,
        created_at_ms: 1,
    };
    let id = store.add_connection(connection).expect("a connection").id;
    (dir, store, id)
}

/// Lets the file grow by so many pages more.
fn room(store: &Store, more: i64) {
    let writer = lock(&store.inner.writer);
    let pages: i64 =
        writer.pragma_query_value(None, "page_count", |row| row.get(0)).expect("pages");
    // It answers the limit, so it cannot be set as other pragmas are.
    let sql = format!("PRAGMA max_page_count = {}", pages + more);
    writer.query_row(&sql, [], |row| row.get::<_, i64>(0)).expect("a limit");
}

fn page(number: i64) -> Vec<Feedback> {
    let item = |nth: i64| Feedback {
        id: format!("f-{number}-{nth}").into(),
        agent: "helpdesk".into(),
        run: format!("r-{number}-{nth}").into(),
        user: None,
        outcome: Outcome::Negative,
        comment: Some(format!("word {number} of {nth} ").repeat(40)),
        annotation: None,
        created_at_ms: number * 1_000 + nth,
    };
    (0..20).map(item).collect()
}

fn decision(number: i64) -> NewDecision {
    NewDecision {
        note: Some("look at it again ".repeat(100)),
        ..NewDecision::new(format!("f-{number}"), Act::Decide(DecisionKind::Correct), number, "ann")
    }
}

#[test]
fn a_page_that_does_not_fit_is_not_written_at_all() {
    let (_dir, store, id) = given();
    room(&store, 100);
    let mut pages = 0;
    let error = loop {
        match store.write_feedback(id, &page(pages), 1) {
            Ok(_) => pages += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::DiskFull), "{error:?}");
    assert!(pages > 0, "not even the first page fitted");
    let count = |store: &Store| {
        store.feedback_count(id, &crate::FeedbackFilter::default()).expect("a count")
    };
    assert_eq!(i64::try_from(count(&store)).expect("few"), pages * 20);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());

    room(&store, 10_000);
    store.write_feedback(id, &page(pages), 1).expect("there is room again");
    assert_eq!(i64::try_from(count(&store)).expect("few"), (pages + 1) * 20);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
}

#[test]
fn a_decision_that_does_not_fit_is_refused_and_the_others_stay() {
    let (dir, store, id) = given();
    room(&store, 20);
    let mut made = Vec::new();
    let error = loop {
        match store.add_decisions(id, &[decision(i64::try_from(made.len()).expect("few"))]) {
            Ok(ids) => made.extend(ids),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::DiskFull), "{error:?}");
    assert!(!made.is_empty(), "not even the first decision fitted");
    drop(store);
    let store = Store::open(dir.path()).expect("opens");
    let kept = store.newest_decisions(id, None, 10_000).expect("decisions");
    let kept: Vec<_> = kept.into_iter().rev().map(|decision| decision.id).collect();
    assert_eq!(kept, made);
    store.add_decisions(id, &[decision(9_999)]).expect("there is room again");
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
}
