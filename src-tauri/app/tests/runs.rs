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
use app::wire::ErrorCode;
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

fn is_negative(number: usize) -> bool {
    number.is_multiple_of(3)
}

fn number_of(run: &str) -> usize {
    run[2..].parse().expect("a number")
}

/// Every third feedback is negative; the first is the newest.
fn item(number: usize) -> Value {
    let outcome = if is_negative(number) { "negative" } else { "positive" };
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

    /// How many runs had been asked for when the last page of the list was.
    async fn asked_when_all_was_listed(&self) -> usize {
        let requests = self.server.received_requests().await.expect("recorded requests");
        let number = |request: &Request, name: &str| -> usize {
            let found = request.url.query_pairs().find(|(key, _)| key == name);
            found.map_or(0, |(_, value)| value.parse().expect("a number"))
        };
        let is_last = |request: &Request| {
            request.url.path() == "/v1/acme/agents/a/feedback"
                && number(request, "offset") + number(request, "limit") >= RUNS
        };
        let last = requests.iter().position(is_last).expect("the last page");
        let before = &requests[..last];
        before.iter().filter(|request| request.url.path().starts_with(RUN_PATH)).count()
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
    // Before that, others are asked for too: no negative one that is known waits then.
    let known = given.asked_when_all_was_listed().await;
    let negative: Vec<bool> = asked[known..].iter().map(|id| is_negative(number_of(id))).collect();
    let last = negative.iter().rposition(|is_negative| *is_negative).unwrap_or(0);
    let too_early = negative[..last].iter().filter(|is_negative| !**is_negative).count();
    // Those that were looked up already, and requests under way at the same time, which may pass each other.
    assert!(too_early <= 140, "{too_early} of others among the first {last} of {}", negative.len());
    assert_eq!(given.kept().await, RUNS);

    given.desk.sync_now(given.id).await.expect("syncs");
    assert_eq!(given.asked().await.len(), RUNS, "and never again");
}

#[tokio::test]
async fn what_came_before_a_sync_was_stopped_is_kept_and_not_asked_for_again() {
    let given = given().await;
    let (desk, id) = (Arc::clone(&given.desk), given.id);
    let syncing = tokio::spawn(async move { desk.sync_now(id).await });
    while given.asked().await.len() < 100 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
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
