//! A mirror of the first format, with everything in it, comes through to the latest.

use domain::{ConnectionId, Run, RunClass};
use rusqlite::{Connection, params};
use serde_json::json;
use store::{FILE_NAME, Offline, OfflineClass, RunEntry, Store};

use crate::given::run;

const FIRST: &str = include_str!("../../migrations/0001_mirror.sql");

/// A run, the outcome and comment of its feedback, and what became of it.
const GIVEN: [(&str, &str, Option<&str>, &str); 4] = [
    ("bad", "negative", None, "present"),
    ("said", "positive", Some("nice"), "present"),
    ("gone", "positive", None, "missing"),
    ("new", "negative", None, "unknown"),
];

fn of_first_format(dir: &std::path::Path) -> Vec<Run> {
    let file = Connection::open(dir.join(FILE_NAME)).expect("file");
    file.pragma_update(None, "journal_mode", "WAL").expect("journal");
    file.execute_batch(FIRST).expect("first format");
    file.pragma_update(None, "user_version", 1).expect("format");
    file.execute(
        "INSERT INTO connections VALUES (1, 'acme', 'http://127.0.0.1:1', 'acme', 0, 'server', NULL, 1)",
        [],
    )
    .expect("connection");
    let mut runs = Vec::new();
    for (n, (id, outcome, comment, state)) in (1_i64..).zip(GIVEN) {
        file.execute(
            "INSERT INTO feedback (pos, connection, id, agent, run, outcome, created_at_ms, first_seen_at_ms,
                 run_state, has_comment, unspaced, comment)
             VALUES (?1, 1, ?2, 'helpdesk', ?3, ?4, ?5, 1, ?6, ?7, 0, ?8)",
            params![n << 21, format!("f-{id}"), id, outcome, n, state, comment.is_some(), comment],
        )
        .expect("feedback");
        if state == "unknown" {
            continue;
        }
        file.execute(
            "INSERT INTO runs (connection, agent, id, state, tried_at_ms, attempts, status)
             VALUES (1, 'helpdesk', ?1, ?2, ?3, ?4, 'success')",
            params![id, state, (state == "missing").then_some(500), i64::from(state == "missing")],
        )
        .expect("run");
        let pos = file.last_insert_rowid();
        if state == "present" {
            let body = Run { input: json!({"said": id}), ..run(id, None, None) };
            let json = serde_json::to_vec(&body).expect("JSON");
            file.execute("INSERT INTO run_payloads VALUES (?1, 'json', ?2)", params![pos, json])
                .expect("payload");
            runs.push(body);
        }
    }
    file.execute(
        "INSERT INTO versions (connection, agent, id, state, tried_at_ms, attempts)
         VALUES (1, 'helpdesk', 'v', 'missing', 700, 1)",
        [],
    )
    .expect("version");
    runs
}

#[test]
fn runs_of_the_first_format_are_read_counted_and_ranked() {
    let dir = tempfile::tempdir().expect("directory");
    let runs = of_first_format(dir.path());
    let store = Store::open(dir.path()).expect("brought up to date");
    let connection = ConnectionId(1);
    for run in &runs {
        let read = store.run(connection, &"helpdesk".into(), &run.id).expect("read");
        assert_eq!(read, Some(RunEntry::Present(Box::new(run.clone()))));
    }
    let bytes: u64 =
        runs.iter().map(|run| serde_json::to_vec(run).expect("JSON").len() as u64).sum();
    let expected = Offline {
        limit_bytes: Some(2_000_000_000),
        stored_bytes: bytes,
        json_bytes: bytes,
        negative: OfflineClass { kept: 1, waiting: 1, shed: 0 },
        commented: OfflineClass { kept: 1, waiting: 0, shed: 0 },
        ..Offline::default()
    };
    assert_eq!(store.offline(connection).expect("offline"), expected);
    let wanted = |now_ms| {
        let wanted = store.runs_wanted(connection, None, now_ms, 9).expect("wanted");
        wanted.into_iter().map(|run| (run.run.into_string(), run.class)).collect::<Vec<_>>()
    };
    let new = ("new".to_owned(), RunClass::Negative);
    assert_eq!(wanted(3_600_499), std::slice::from_ref(&new));
    assert_eq!(wanted(3_600_500), [new, ("gone".to_owned(), RunClass::Rest)]);
    assert_eq!(store.versions_wanted(connection, 3_600_699, 9).expect("wanted"), []);
    assert_eq!(store.versions_wanted(connection, 3_600_700, 9).expect("wanted").len(), 1);
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
}
