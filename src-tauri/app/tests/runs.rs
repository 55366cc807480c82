//! Many runs: each is asked for once, what matters most first, and a sync that is stopped has lost none that came.

#[path = "common/desk.rs"]
mod desk;
#[path = "common/pages.rs"]
mod pages;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use app::Desk;
use app::command::{Command as _, GetOffline};
use app::wire::{ErrorCode, Event, SyncStage};
use domain::ConnectionId;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const NOW_MS: i64 = 1_790_000_000_000;
const RUNS: usize = 1_300;
const RUN_PATH: &str = "/v1/acme/agents/a/runs/";

struct Given {
    _dir: tempfile::TempDir,
    server: MockServer,
    desk: Arc<Desk>,
    id: ConnectionId,
}

/// Every third feedback is negative; the first is the newest.
fn item(number: usize) -> Value {
    let outcome = if number.is_multiple_of(3) { "negative" } else { "positive" };
    let at =
        chrono::DateTime::from_timestamp_millis(NOW_MS - number as i64 * 60_000).expect("a time");
    json!({"id": format!("{:024x}", 9_000_000 - number), "outcome": outcome, "user_id": null,
        "created_at": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), "comment": null,
        "run_id": format!("r-{number}"), "annotation": null})
}

fn page(request: &Request) -> ResponseTemplate {
    let all: Vec<Value> = (0..RUNS).map(item).collect();
    pages::page(request, &all)
}

fn run(request: &Request) -> ResponseTemplate {
    let id = request.url.path().trim_start_matches(RUN_PATH).to_owned();
    ResponseTemplate::new(200).set_body_json(json!({"id": id, "task_id": "a", "task_schema_id": 1,
        "status": "success", "task_input": {"asked": id}, "task_output": {"answer": "the same each time"},
        "version": {"id": "v1", "iteration": 1, "properties": {"model": "m"}}}))
}

async fn given() -> Given {
    let dir = tempfile::tempdir().expect("a folder");
    let server = MockServer::start().await;
    let answer = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    let organization = json!({"slug": "acme", "name": "Acme", "uid": 1, "tenant": "acme"});
    let agent = json!({"id": "a", "name": "a", "is_public": false, "versions": []});
    let version = json!({"id": "v1", "model": "m", "properties": {"instructions": "Be brief."}});
    for (at, body) in [
        ("/organizations/_", organization.clone()),
        ("/organizations/acme", organization),
        ("/_/agents", json!({"items": [agent]})),
        ("/acme/agents", json!({"items": [agent]})),
        ("/v1/_/agents/a/feedback", json!({"items": [], "count": 0})),
        ("/v1/acme/agents/a/versions", json!({"items": [], "count": 0})),
        ("/v1/acme/agents/a/versions/v1", version),
    ] {
        Mock::given(method("GET")).and(path(at)).respond_with(answer(body)).mount(&server).await;
    }
    Mock::given(path("/v1/acme/agents/a/feedback")).respond_with(page).mount(&server).await;
    Mock::given(path_regex(format!("^{RUN_PATH}"))).respond_with(run).mount(&server).await;
    let now_ms = Arc::new(AtomicI64::new(NOW_MS));
    let desk = Desk::open(desk::host(dir.path(), &now_ms, "wai-test")).expect("the mirror opens");
    let id = desk::connect(&desk, &server.uri(), "wai-test").await;
    Given { _dir: dir, server, desk, id }
}

impl Given {
    /// Runs in the order they were asked for.
    async fn asked(&self) -> Vec<String> {
        let requests = self.server.received_requests().await.expect("recorded requests");
        let runs = requests.iter().filter_map(|request| request.url.path().strip_prefix(RUN_PATH));
        runs.map(str::to_owned).collect()
    }

    async fn kept(&self) -> usize {
        let view = GetOffline { connection: self.id.0 }.handle(&self.desk).await.expect("a view");
        usize::try_from(view.negative.kept + view.commented.kept + view.rest.kept).expect("small")
    }
}

#[tokio::test]
async fn each_run_is_asked_for_once_and_the_negative_before_the_others() {
    let given = given().await;
    given.desk.sync_now(given.id).await.expect("syncs");
    let asked = given.asked().await;
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for id in &asked {
        *times.entry(id).or_default() += 1;
    }
    assert_eq!((times.len(), asked.len()), (RUNS, RUNS), "each once");
    let negative = RUNS.div_ceil(3);
    let first: Vec<bool> = asked
        .iter()
        .take(negative)
        .map(|id| id[2..].parse::<usize>().expect("a number").is_multiple_of(3))
        .collect();
    // Requests under way at the same time may pass each other.
    let too_early = first.iter().filter(|is_negative| !**is_negative).count();
    assert!(too_early <= 12, "{too_early} of others among the first {negative}");
    assert_eq!(given.kept().await, RUNS);

    given.desk.sync_now(given.id).await.expect("syncs");
    assert_eq!(given.asked().await.len(), RUNS, "and never again");
}

#[tokio::test]
async fn what_came_before_a_sync_was_stopped_is_kept_and_not_asked_for_again() {
    let given = given().await;
    let mut events = given.desk.events();
    let (desk, id) = (Arc::clone(&given.desk), given.id);
    let syncing = tokio::spawn(async move { desk.sync_now(id).await });
    while let Ok(event) = events.recv().await {
        if let Event::Sync { sync, .. } = event
            && let Some(running) = sync.running
            && running.stage == SyncStage::Runs
            && running.done >= 100
        {
            break;
        }
    }
    given.desk.cancel_sync(given.id);
    let error = syncing.await.expect("no panic").expect_err("it was stopped");
    assert_eq!(error.code, ErrorCode::Cancelled);
    let (asked, kept) = (given.asked().await.len(), given.kept().await);
    assert!(asked < RUNS, "it was stopped in the middle");
    // All but those whose answer was still on its way.
    assert!(kept <= asked && asked - kept <= 6, "{kept} of {asked}");
    given.desk.sync_now(given.id).await.expect("goes on");
    assert_eq!(given.kept().await, RUNS);
    assert_eq!(given.asked().await.len(), RUNS + asked - kept);
}
