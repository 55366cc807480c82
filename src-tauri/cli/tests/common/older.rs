//! A cache as the first release left it, with feedback and decisions in it, for tests of what becomes of it.

use std::path::Path;

use rusqlite::{Connection, params};

const FIRST: &str = include_str!("../../../store/migrations/0001_mirror.sql");

/// Feedback in it; the newest comes last.
pub(crate) const WORDS: i64 = 400;
/// Every so many of them are decided, with a note.
pub(crate) const DECIDED: i64 = 40;

/// The id of the nth feedback.
pub(crate) fn id(nth: i64) -> String {
    format!("{nth:024x}")
}

/// The comment of the nth feedback.
pub(crate) fn comment(nth: i64) -> String {
    format!("word {nth}: {}", "it took too long ".repeat(20))
}

/// Makes it at that path, with one connection, `work`, to that server.
pub(crate) fn cache(path: &Path, url: &str) {
    let mut file = Connection::open(path).expect("a file");
    file.execute_batch(FIRST).expect("the first format");
    file.pragma_update(None, "user_version", 1).expect("a format");
    let rows = file.transaction().expect("a transaction");
    let connection = "INSERT INTO connections VALUES (1, 'work', ?1, NULL, 0, 'server', NULL, 1)";
    rows.execute(connection, [url]).expect("a connection");
    for nth in 1..=WORDS {
        rows.execute(
            "INSERT INTO feedback (pos, connection, id, agent, run, outcome, created_at_ms,
                 first_seen_at_ms, run_state, has_comment, unspaced, comment)
             VALUES (?1, 1, ?2, 'refund-check', ?2, 'negative', ?3, 1, 'unknown', 1, 0, ?4)",
            params![nth << 21, id(nth), nth, comment(nth)],
        )
        .expect("feedback");
        if nth % DECIDED == 0 {
            let decision = "INSERT INTO decisions (connection, feedback_id, kind, note, at_ms, who)
                 VALUES (1, ?1, 'correct', 'asked support', 9, 'ann')";
            rows.execute(decision, [id(nth)]).expect("a decision");
        }
    }
    rows.commit().expect("written");
}

/// The format of the cache at that path.
pub(crate) fn format(path: &Path) -> i64 {
    let file = Connection::open(path).expect("a file");
    file.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a format")
}
