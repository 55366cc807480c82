//! What the tests start from.

use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::{ConnectionId, Feedback, Outcome, Run, RunStatus, Version};
use serde_json::{Value, json};
use store::{ConnectionKind, FeedbackFilter, FeedbackRow, NewConnection, Store};
use tempfile::TempDir;

static SHARED: LazyLock<(TempDir, Store)> = LazyLock::new(fresh);
static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) fn fresh() -> (TempDir, Store) {
    let dir = tempfile::tempdir().expect("directory");
    let store = Store::open(dir.path()).expect("store");
    (dir, store)
}

/// A connection in a mirror of its own: nothing of others fills its bounds, which are small here.
pub(crate) fn alone() -> (TempDir, Store, ConnectionId) {
    let (dir, store) = fresh();
    let connection = store.add_connection(new_connection("alone")).expect("connection").id;
    (dir, store, connection)
}

/// A connection of its own in a mirror that others use, too: what leaks between connections shows.
pub(crate) fn shared() -> (&'static Store, ConnectionId) {
    let store = &SHARED.1;
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    (store, store.add_connection(new_connection(&format!("c{n}"))).expect("connection").id)
}

pub(crate) fn shared_dir() -> &'static Path {
    SHARED.0.path()
}

pub(crate) fn new_connection(name: &str) -> NewConnection {
    NewConnection {
        name: name.to_owned(),
        url: "http://127.0.0.1:8787".to_owned(),
        tenant: Some("acme".to_owned()),
        allow_plain_http: false,
        kind: ConnectionKind::Server,
        agents: None,
        created_at_ms: 1_000,
    }
}

pub(crate) fn feedback(id: &str, run: &str, user: Option<&str>, created_at_ms: i64) -> Feedback {
    Feedback {
        id: id.into(),
        agent: "helpdesk".into(),
        run: run.into(),
        user: user.map(Into::into),
        outcome: Outcome::Negative,
        comment: None,
        annotation: None,
        created_at_ms,
    }
}

pub(crate) fn commented(id: &str, comment: &str, created_at_ms: i64) -> Feedback {
    Feedback { comment: Some(comment.to_owned()), ..feedback(id, id, None, created_at_ms) }
}

pub(crate) fn run(id: &str, version: Option<&str>, model: Option<&str>) -> Run {
    Run {
        id: id.into(),
        agent: "helpdesk".into(),
        schema_id: Some(1),
        version: version.map(Into::into),
        model: model.map(str::to_owned),
        status: RunStatus::Success,
        duration_s: Some(1.5),
        cost_usd: Some(0.002),
        created_at_ms: Some(5_000),
        input: json!({"z": 1, "a": "in"}),
        output: json!("out"),
        failure: None,
        tool_calls: None,
        tool_call_requests: None,
        reasoning_steps: None,
        conversation_id: None,
        metadata: None,
        url: None,
    }
}

pub(crate) fn version(id: &str, semver: Option<&str>, created_at_ms: Option<i64>) -> Version {
    Version {
        id: id.into(),
        agent: "helpdesk".into(),
        semver: semver.map(|semver| semver.parse().expect("semver")),
        schema_id: Some(1),
        model: "gpt-4o".to_owned(),
        temperature: Some(0.5),
        properties: json!({"instructions": "Be brief."}),
        input_schema: None,
        output_schema: Some(Value::Bool(true)),
        created_at_ms,
        deployments: Vec::new(),
        notes: None,
    }
}

/// The ids a filter lets through, over all pages of `limit`.
pub(crate) fn listed(
    store: &Store,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    limit: usize,
) -> Vec<Feedback> {
    let (mut all, mut known) = (Vec::new(), HashSet::new());
    let mut cursor = None;
    loop {
        let page = store.feedback_page(connection, filter, cursor.as_ref(), limit).expect("page");
        assert!(page.rows.len() <= limit, "{} rows for a limit of {limit}", page.rows.len());
        for row in page.rows {
            assert!(known.insert(row.feedback.id.clone()), "{} comes twice", row.feedback.id);
            all.push(row.feedback);
        }
        // Through text and back, as a cursor travels.
        let Some(next) = page.next else { return all };
        cursor = Some(next.to_string().parse().expect("cursor"));
    }
}

/// The ids of rows.
pub(crate) fn ids_of(rows: &[FeedbackRow]) -> Vec<&str> {
    rows.iter().map(|row| row.feedback.id.as_str()).collect()
}

/// Each row's id with how many it stands for.
pub(crate) fn standing_for(rows: &[FeedbackRow]) -> Vec<(&str, u64)> {
    let counts = rows.iter().map(|row| row.alike.map_or(1, |alike| alike.count));
    ids_of(rows).into_iter().zip(counts).collect()
}

pub(crate) fn ids(feedback: &[Feedback]) -> Vec<&str> {
    feedback.iter().map(|feedback| feedback.id.as_str()).collect()
}
