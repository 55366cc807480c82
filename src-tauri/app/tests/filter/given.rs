//! A desk over a mirror with two agents, some versions, models and users in it. No server: nothing here asks one.

use std::sync::Arc;

use app::command::{Command as _, CompleteFilter, ListFeedback, ParseFilter, PrintFilter};
use app::wire::{FilterView, Mailbox, ParsedFilterView, SuggestionView};
use app::{Desk, Host, Paths, Secret, Vault};
use domain::{Agent, ConnectionId, Feedback, Outcome, Run, RunStatus, Version};
use serde_json::json;
use store::{ConnectionKind, NewConnection, Store};

/// Monday, 23 November 2026, 12:00 UTC.
pub(crate) const NOW_MS: i64 = 1_795_435_200_000;
const HOUR_MS: i64 = 3_600_000;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;

pub(crate) struct Given {
    dir: tempfile::TempDir,
    pub(crate) desk: Arc<Desk>,
    pub(crate) id: i64,
}

/// A desk two hours east of UTC.
pub(crate) fn given() -> Given {
    let dir = tempfile::tempdir().expect("a folder");
    let paths = Paths::below(dir.path());
    let id = fill(&Store::open(paths.data()).expect("a mirror"));
    let desk = Desk::open(Host {
        paths,
        clock: Arc::new(|| NOW_MS),
        utc_offset_ms: Arc::new(|_| 2 * HOUR_MS),
        vault: Vault::open("app.upshot.test", Some(Secret::from("key".to_owned()))),
        who: "ann".to_owned(),
        collector: None,
        browser: None,
    })
    .expect("the mirror opens");
    Given { dir, desk, id: id.0 }
}

fn fill(store: &Store) -> ConnectionId {
    let connection = NewConnection {
        name: "test".to_owned(),
        url: "http://127.0.0.1:1".to_owned(),
        tenant: None,
        allow_plain_http: false,
        kind: ConnectionKind::Server,
        agents: None,
        created_at_ms: 0,
    };
    let id = store.add_connection(connection).expect("a connection").id;
    let agents = [agent("support", "Support chat"), agent("refund-check", "")];
    store.write_agents(id, &agents).expect("agents");
    let versions = [
        version("support", "5aaaaaaaaaaaaaaa", Some("3.2"), 2),
        version("support", "4aaaaaaaaaaaaaaa", Some("3.1"), 1),
        version("support", "3aaaaaaaaaaaaaaa", None, 0),
        version("refund-check", "9bbbbbbbbbbbbbbb", Some("3.2"), 3),
    ];
    store.write_versions(id, &versions, 1).expect("versions");
    let runs = [
        run("support", "r1", "5aaaaaaaaaaaaaaa", "gpt-4o-2024-11-20"),
        run("support", "r2", "4aaaaaaaaaaaaaaa", "gpt-4o-mini"),
        run("support", "r3", "3aaaaaaaaaaaaaaa", "gpt-4o-2024-08-06"),
        run("refund-check", "r4", "9bbbbbbbbbbbbbbb", "claude-3-5-sonnet"),
    ];
    store.write_runs(id, &runs).expect("runs");
    let said = [
        said("f1", "support", "r1", Some("u-17"), 0, Some("charged twice")),
        said("f2", "support", "r2", Some("Jane Doe"), 1, None),
        said("f3", "support", "r3", Some("none"), 2, Some("late: 12:30")),
        said("f4", "refund-check", "r4", None, 3, Some("twice charged")),
        Feedback {
            outcome: Outcome::Positive,
            ..said("f5", "refund-check", "r4", Some("u-2"), 4, Some("fine"))
        },
    ];
    store.write_feedback(id, &said, 1).expect("feedback");
    id
}

fn agent(id: &str, name: &str) -> Agent {
    Agent {
        id: id.into(),
        name: name.to_owned(),
        description: None,
        is_public: false,
        schemas: Vec::new(),
    }
}

fn version(agent: &str, id: &str, semver: Option<&str>, created_at_ms: i64) -> Version {
    Version {
        id: id.into(),
        agent: agent.into(),
        semver: semver.map(|semver| semver.parse().expect("a number")),
        schema_id: Some(1),
        model: "gpt-4o".to_owned(),
        temperature: None,
        properties: json!({}),
        input_schema: None,
        output_schema: None,
        created_at_ms: Some(created_at_ms),
        deployments: Vec::new(),
        notes: None,
    }
}

fn run(agent: &str, id: &str, version: &str, model: &str) -> Run {
    Run {
        id: id.into(),
        agent: agent.into(),
        schema_id: Some(1),
        version: Some(version.into()),
        model: Some(model.to_owned()),
        status: RunStatus::Success,
        duration_s: None,
        cost_usd: None,
        created_at_ms: Some(1),
        input: json!({}),
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

/// So many days ago.
fn said(
    id: &str,
    agent: &str,
    run: &str,
    user: Option<&str>,
    days: i64,
    comment: Option<&str>,
) -> Feedback {
    Feedback {
        id: id.into(),
        agent: agent.into(),
        run: run.into(),
        user: user.map(Into::into),
        outcome: Outcome::Negative,
        comment: comment.map(str::to_owned),
        annotation: None,
        created_at_ms: NOW_MS - days * DAY_MS,
    }
}

impl Given {
    /// The mirror itself.
    pub(crate) fn store(&self) -> Store {
        Store::open(Paths::below(self.dir.path()).data()).expect("the mirror")
    }

    pub(crate) async fn parse(&self, text: &str) -> ParsedFilterView {
        let parse = ParseFilter { connection: self.id, text: text.to_owned() };
        parse.handle(&self.desk).await.expect("read")
    }

    pub(crate) async fn print(&self, filter: &FilterView) -> String {
        let print = PrintFilter { connection: self.id, filter: filter.clone() };
        print.handle(&self.desk).await.expect("printed").text
    }

    /// Suggestions where `|` stands, as what they show and what comes of taking them.
    pub(crate) async fn complete(&self, text: &str) -> Vec<(SuggestionView, String)> {
        let (before, after) = text.split_once('|').expect("a caret");
        let text = format!("{before}{after}");
        let units: Vec<u16> = text.encode_utf16().collect();
        let caret = before.encode_utf16().count();
        let complete = CompleteFilter { connection: self.id, text, caret };
        let suggestions = complete.handle(&self.desk).await.expect("completed");
        let taken = |one: &SuggestionView| {
            let (from, to) = one.replaces;
            let piece = |units: &[u16]| String::from_utf16(units).expect("whole characters");
            format!("{}{}{}", piece(&units[..from]), one.insert, piece(&units[to..]))
        };
        suggestions.into_iter().map(|one| (one.clone(), taken(&one))).collect()
    }

    /// Nothing is wrong with a text, and it shows the feedback of these ids.
    pub(crate) async fn shows(&self, text: &str, ids: &str) {
        let parsed = self.parse(text).await;
        assert_eq!(parsed.problems, [], "{text}");
        assert_eq!(self.shown(parsed.filter).await, ids, "{text}");
    }

    /// The ids of what a filter shows.
    pub(crate) async fn shown(&self, filter: FilterView) -> String {
        let (connection, mailbox) = (self.id, Mailbox::Everything);
        let list =
            ListFeedback { connection, mailbox, filter, cursor: None, limit: 100, collapse: None };
        let rows = list.handle(&self.desk).await.expect("a page").rows;
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>().join(" ")
    }
}
