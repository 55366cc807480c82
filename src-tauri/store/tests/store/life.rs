//! The file's life: opened, opened again, refused, emptied.

use std::fs;

use domain::{Act, AgentId, DecisionKind, Feedback};
use rusqlite::Connection;
use store::{Error, FILE_NAME, FeedbackFilter, NewDecision, Store, SyncState, UndoTarget};

use crate::given::{alone, commented, fresh, ids, listed, new_connection, run, version};

fn decision(feedback: &str) -> NewDecision {
    NewDecision {
        note: Some("look again".to_owned()),
        ..NewDecision::new(feedback, Act::Decide(DecisionKind::Correct), 7, "ann")
    }
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let (dir, store) = fresh();
    let connection = store.add_connection(new_connection("acme")).expect("connection");
    store.write_feedback(connection.id, &[commented("f", "late", 1_000)], 1).expect("feedback");
    store.write_runs(connection.id, &[run("f", Some("v"), None)]).expect("run");
    store.add_decisions(connection.id, &[decision("f")]).expect("decision");
    let frontier = store::ListKey { created_at_ms: 7_000, id: "f7".into() };
    let walk = store::Walk { offset: 30, frontier: Some(frontier), ..store::Walk::default() };
    let state = SyncState { walk: Some(walk), ..SyncState::default() };
    let agent = AgentId::from("helpdesk");
    store.set_sync_state(connection.id, &agent, &state).expect("state");
    store.set_setting("theme", Some("dark")).expect("setting");
    drop(store);

    let store = Store::open(dir.path()).expect("opened again");
    assert_eq!(store.connections().expect("connections"), std::slice::from_ref(&connection));
    let row = store.feedback(connection.id, &"f".into()).expect("read").expect("feedback");
    assert_eq!(row.version_label.as_deref(), Some("v"));
    assert_eq!(store.history(connection.id, &"f".into()).expect("decisions").len(), 1);
    assert_eq!(store.sync_state(connection.id, &agent).expect("state"), state);
    assert_eq!(store.setting("theme").expect("setting").as_deref(), Some("dark"));
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
}

#[test]
fn a_file_of_a_newer_upshot_is_refused_and_left_as_it_is() {
    let (dir, store) = fresh();
    drop(store);
    let path = dir.path().join(FILE_NAME);
    let newer = Connection::open(&path).expect("file");
    newer.pragma_update(None, "user_version", 9_999).expect("format");
    newer.pragma_update(None, "journal_mode", "DELETE").expect("journal");
    drop(newer);
    let before = fs::read(&path).expect("file");
    let refused = Store::open(dir.path());
    assert!(matches!(refused, Err(Error::Newer { found: 9_999, .. })), "{refused:?}");
    assert_eq!(fs::read(&path).expect("file"), before);
}

#[test]
fn what_is_no_database_is_refused() {
    let dir = tempfile::tempdir().expect("directory");
    fs::write(dir.path().join(FILE_NAME), "no database, but long enough to look at".repeat(99))
        .expect("file");
    let refused = Store::open(dir.path());
    assert!(matches!(refused, Err(Error::Damaged)), "{refused:?}");
}

#[test]
fn removing_a_connection_removes_all_of_it_and_nothing_else() {
    let (dir, store) = fresh();
    let [gone, kept] = ["gone", "kept"].map(|name| {
        let id = store.add_connection(new_connection(name)).expect("connection").id;
        let written = [commented("f", "late 返金が遅い", 1_000), commented("g", "slow", 2_000)];
        store.write_feedback(id, &written, 1).expect("feedback");
        store.write_runs(id, &[run("f", Some("v"), None)]).expect("run");
        store.write_versions(id, &[version("v", None, None)], 1).expect("version");
        store.mark_run_missing(id, &"helpdesk".into(), &"g".into(), 3).expect("missing");
        store.add_decisions(id, &[decision("f")]).expect("decision");
        store.set_sync_state(id, &"helpdesk".into(), &SyncState::default()).expect("state");
        id
    });
    store.remove_connection(gone).expect("removed");
    assert_eq!(store.connection(gone).expect("read"), None);
    assert_eq!(ids(&listed(&store, kept, &FeedbackFilter::default(), 9)), ["g", "f"]);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
    assert!(matches!(store.remove_connection(gone), Err(Error::NoConnection(_))));

    // Not by the API, which could simply not show it.
    let file = Connection::open(dir.path().join(FILE_NAME)).expect("file");
    let mut tables = file
        .prepare(
            "SELECT m.name FROM sqlite_schema m, pragma_table_info(m.name) c
                  WHERE m.type = 'table' AND c.name = 'connection'",
        )
        .expect("tables");
    let tables = tables.query_map([], |row| row.get(0)).expect("tables");
    let tables: Vec<String> = tables.map(|table| table.expect("table")).collect();
    assert!(tables.len() >= 8, "{tables:?}");
    for table in tables {
        let sql = format!("SELECT count(*) FROM {table} WHERE connection = ?1");
        let left: i64 = file.query_row(&sql, [gone.0], |row| row.get(0)).expect("count");
        assert_eq!(left, 0, "{table}");
    }
    let payloads: i64 =
        file.query_row("SELECT count(*) FROM run_payloads", [], |row| row.get(0)).expect("count");
    assert_eq!(payloads, 1);
    // A number that was a connection's once is never another's: keys are filed under it.
    let next = store.add_connection(new_connection("next")).expect("connection").id;
    assert!(next > kept);
}

#[test]
fn a_name_is_taken_once() {
    let (_dir, store) = fresh();
    let first = store.add_connection(new_connection("acme")).expect("connection").id;
    let again = store.add_connection(new_connection("acme"));
    assert!(matches!(again, Err(Error::NameTaken(name)) if name == "acme"));
    let other = store.add_connection(new_connection("other")).expect("connection").id;
    assert!(matches!(store.rename_connection(other, "acme"), Err(Error::NameTaken(_))));
    store.rename_connection(first, "renamed").expect("renamed");
    store.rename_connection(other, "acme").expect("free now");
    store.set_connection_agents(other, Some(&["helpdesk".into()])).expect("chosen");
    let other = store.connection(other).expect("read").expect("connection");
    assert_eq!((other.name.as_str(), other.agents), ("acme", Some(vec!["helpdesk".into()])));
}

#[test]
fn decisions_can_be_added_and_nothing_else() {
    let (dir, store, connection) = alone();
    store.add_decisions(connection, &[decision("f")]).expect("decision");
    store.undo(connection, UndoTarget::LastStep, 8, "ann").expect("undone");
    let file = Connection::open(dir.path().join(FILE_NAME)).expect("file");
    assert!(file.execute("UPDATE decisions SET note = 'x'", []).is_err());
    assert!(file.execute("DELETE FROM decisions", []).is_err());
    let events = store.history(connection, &"f".into()).expect("history");
    assert_eq!(events.iter().map(|event| event.holds).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn the_generation_grows_with_each_write_here_or_elsewhere() {
    let (dir, store) = fresh();
    let start = store.generation();
    assert_eq!(store.generation(), start, "grows without a write");
    store.set_setting("theme", Some("dark")).expect("setting");
    let own = store.generation();
    assert!(own > start);
    let other = Store::open(dir.path()).expect("second");
    other.set_setting("theme", None).expect("setting");
    assert!(store.generation() > own, "another's write is not seen");
}

#[test]
fn a_read_goes_on_while_another_process_writes() {
    let (dir, store, connection) = alone();
    let mut other = Connection::open(dir.path().join(FILE_NAME)).expect("file");
    let writing = other.transaction().expect("transaction");
    writing.execute("INSERT INTO settings VALUES ('k', 'v')", []).expect("row");
    assert_eq!(store.setting("k").expect("read"), None);
    assert_eq!(store.mailbox_counts(connection).expect("counts").everything, 0);
    writing.commit().expect("committed");
    assert_eq!(store.setting("k").expect("read").as_deref(), Some("v"));
}

#[test]
fn feedback_of_no_connection_is_refused() {
    let (_dir, store) = fresh();
    let written = store.write_feedback(domain::ConnectionId(7), &[commented("f", "x", 1)], 1);
    assert!(matches!(written, Err(Error::NoConnection(_))), "{written:?}");
}

#[test]
fn the_search_index_matches_the_comments_whatever_becomes_of_them() {
    let (_dir, store, connection) = alone();
    let texts = [None, Some("hello"), Some("返金が遅い hello"), Some(" "), Some("返金"), None];
    for text in texts {
        let now = Feedback { comment: text.map(str::to_owned), ..commented("f", "", 1_000) };
        store.write_feedback(connection, &[now], 1).expect("written");
        assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new(), "{text:?}");
    }
}

/// The first released format, with what it could hold.
const FIRST_FORMAT: &str = include_str!("../../migrations/0001_mirror.sql");

#[test]
fn a_mirror_of_the_first_format_comes_through_with_all_it_holds() {
    let dir = tempfile::tempdir().expect("directory");
    let file = Connection::open(dir.path().join(FILE_NAME)).expect("file");
    file.execute_batch(FIRST_FORMAT).expect("first format");
    file.execute_batch(
        "INSERT INTO connections VALUES (1, 'acme', 'http://127.0.0.1:1', NULL, 0, 'server', NULL, 5);
         INSERT INTO feedback (pos, connection, id, agent, run, user, outcome, annotation,
             created_at_ms, first_seen_at_ms, replaced_by, replaced_at_ms, gone_at_ms, run_state,
             version, model, has_comment, unspaced, comment)
         VALUES
             (1000 << 21, 1, 'f1', 'a', 'r1', 'ann', 'negative', NULL, 1000, 1, 'f2', 2000, NULL,
              'present', 'v1', 'm1', 1, 0, 'too late'),
             (2000 << 21, 1, 'f2', 'a', 'r1', 'ann', 'positive', NULL, 2000, 1, NULL, NULL, NULL,
              'present', 'v1', 'm1', 0, 0, NULL),
             (3000 << 21, 1, 'f3', 'a', 'r2', NULL, 'negative', 'correct', 3000, 1, NULL, NULL, NULL,
              'unknown', NULL, NULL, 1, 0, 'wrong price'),
             -- The clock was set back: what the server lists was kept as replaced by what it lost.
             (4000 << 21, 1, 'f4', 'b', 'r3', 'bob', 'negative', NULL, 4000, 2, 'f5', 5000, NULL,
              'unknown', NULL, NULL, 0, 0, NULL),
             (5000 << 21, 1, 'f5', 'b', 'r3', 'bob', 'negative', NULL, 5000, 1, NULL, NULL, 6,
              'unknown', NULL, NULL, 0, 0, NULL);
         PRAGMA user_version = 1;",
    )
    .expect("rows");
    drop(file);

    let store = Store::open(dir.path()).expect("migrated");
    let id = domain::ConnectionId(1);
    let all = FeedbackFilter::default();
    assert_eq!(ids(&listed(&store, id, &all, 9)), ["f4", "f3", "f2"]);
    assert_eq!(store.feedback_count(id, &all).expect("count"), 3);
    let of_version = FeedbackFilter { versions: vec!["v1".into()], ..all.clone() };
    assert_eq!(ids(&listed(&store, id, &of_version, 9)), ["f2"]);
    let said = FeedbackFilter { text: Some("price".into()), ..all };
    assert_eq!(ids(&listed(&store, id, &said, 9)), ["f3"]);
    let counts = store.mailbox_counts(id).expect("counts");
    assert_eq!((counts.needs_fix, counts.negative_open, counts.everything), (1, 1, 3));
    assert_eq!(store.users_count(id, None).expect("users"), 3);
    assert_eq!(store.feedback_listed(id, &"b".into()).expect("count"), 1);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
}
