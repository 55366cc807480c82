//! A server that misbehaves in ways the real ones cannot be told to: one bad run, an outage, a cut in the middle.

#[path = "common/desk.rs"]
mod desk;
#[path = "common/pages.rs"]
mod pages;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use app::Desk;
use app::command::{Command as _, GetFeedback, GetState, ListFeedback, RemoveConnection};
use app::wire::{ErrorCode, FilterView, Mailbox, RunStateView};
use domain::ConnectionId;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const NOW_MS: i64 = 1_790_000_000_000;

struct Given {
    _dir: tempfile::TempDir,
    server: MockServer,
    desk: Arc<Desk>,
    id: ConnectionId,
}

fn item(number: u32) -> Value {
    let (minute, second) = (number / 60, number % 60);
    json!({"id": format!("{number:024x}"), "outcome": "negative", "user_id": format!("u-{number}"),
        "created_at": format!("2026-09-01T10:{minute:02}:{second:02}Z"), "comment": "wrong", "run_id": format!("r-{number}"),
        "annotation": null})
}

fn run(id: &str) -> Value {
    json!({"id": id, "task_id": "a", "task_schema_id": 1, "status": "success", "cost_usd": 0.1,
        "created_at": "2026-09-01T09:00:00.000000Z", "task_input": {"x": 1}, "task_output": {"y": 2},
        "conversation_id": "c", "version": {"id": "v1", "iteration": 1, "properties": {"model": "m"}}})
}

fn run_asked_for(request: &Request) -> ResponseTemplate {
    let id = request.url.path().rsplit('/').next().expect("an id");
    ResponseTemplate::new(200).set_body_json(run(id))
}

async fn answers(server: &MockServer, at: &str, body: Value) {
    let answer = ResponseTemplate::new(200).set_body_json(body);
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
}

/// A server with one agent and a version, a desk connected to it, and nothing synced yet.
async fn given() -> Given {
    let server = MockServer::start().await;
    let organization = json!({"uid": 1, "slug": "acme", "tenant": "acme", "name": "Acme"});
    answers(&server, "/organizations/_", organization.clone()).await;
    answers(&server, "/organizations/acme", organization).await;
    let agents = json!({"items": [{"id": "a", "name": "a", "is_public": false, "versions": []}]});
    answers(&server, "/_/agents", agents.clone()).await;
    answers(&server, "/acme/agents", agents).await;
    answers(&server, "/v1/acme/agents/a/versions", json!({"items": [], "count": 0})).await;
    let version = json!({"id": "v1", "iteration": 1, "model": "m", "schema_id": 1, "created_at": "2026-09-01T08:00:00Z",
        "properties": {"model": "m", "instructions": "Be right."}, "input_schema": {}, "output_schema": {}});
    answers(&server, "/v1/acme/agents/a/versions/v1", version).await;

    let dir = tempfile::tempdir().expect("a folder");
    let now_ms = Arc::new(AtomicI64::new(NOW_MS));
    let desk = Desk::open(desk::host(dir.path(), &now_ms, "wai-key")).expect("the mirror opens");
    let feedback = json!({"items": [], "count": 0});
    let probe = ResponseTemplate::new(200).set_body_json(feedback);
    let at = "/v1/_/agents/a/feedback";
    Mock::given(method("GET")).and(path(at)).respond_with(probe).mount(&server).await;
    let id = desk::connect(&desk, &server.uri(), "wai-key").await;
    Given { _dir: dir, server, desk, id }
}

impl Given {
    async fn lists(&self, numbers: std::ops::RangeInclusive<u32>) {
        let items: Vec<Value> = numbers.rev().map(item).collect();
        let list = Mock::given(path("/v1/acme/agents/a/feedback"));
        list.respond_with(move |request: &Request| pages::page(request, &items))
            .mount(&self.server)
            .await;
    }

    async fn rows(&self) -> Vec<app::wire::FeedbackRowView> {
        let filter = FilterView::default();
        let list = ListFeedback {
            connection: self.id.0,
            mailbox: Mailbox::Everything,
            filter,
            cursor: None,
            limit: 500,
            collapse: None,
        };
        list.handle(&self.desk).await.expect("a page").rows
    }

    async fn run_of(&self, feedback: &str) -> RunStateView {
        let get = GetFeedback { connection: self.id.0, id: feedback.to_owned() };
        get.handle(&self.desk).await.expect("the feedback").run
    }

    async fn asked(&self, at: &str) -> Vec<Request> {
        let requests = self.server.received_requests().await.expect("recorded requests");
        requests.into_iter().filter(|request| request.url.path() == at).collect()
    }
}

#[tokio::test]
async fn one_run_that_always_fails_keeps_no_other_from_coming() {
    let given = given().await;
    // More than are asked for at a time, and the one that fails is among the first.
    given.lists(1..=60).await;
    let broken = ResponseTemplate::new(500).set_body_raw("Internal Server Error", "text/plain");
    Mock::given(path("/v1/acme/agents/a/runs/r-59"))
        .respond_with(broken)
        .mount(&given.server)
        .await;
    let others = path_regex("^/v1/acme/agents/a/runs/");
    Mock::given(others).respond_with(run_asked_for).mount(&given.server).await;

    let error = given.desk.sync_now(given.id).await.expect_err("it is said");
    assert_eq!(error.code, ErrorCode::Other);
    for row in given.rows().await {
        let state = given.run_of(&row.id).await;
        match row.run.as_str() {
            "r-59" => assert!(
                matches!(state, RunStateView::Waiting),
                "it is not filed as gone: {state:?}"
            ),
            _ => assert!(matches!(state, RunStateView::Present { .. }), "{}: {state:?}", row.run),
        }
    }
    let row = given.rows().await.remove(0);
    let detail = GetFeedback { connection: given.id.0, id: row.id }
        .handle(&given.desk)
        .await
        .expect("detail");
    assert_eq!(detail.version.expect("the version met in the run").model, "m");
}

#[tokio::test]
async fn an_outage_that_answers_404_files_no_run_as_gone() {
    let given = given().await;
    given.lists(1..=2).await;
    let outage = ResponseTemplate::new(404).set_body_json(json!({"detail": "Task info not found"}));
    let runs = path_regex("^/v1/acme/agents/a/runs/");
    Mock::given(runs).respond_with(outage).mount(&given.server).await;
    given.desk.sync_now(given.id).await.expect_err("it is said");
    for row in given.rows().await {
        assert!(matches!(given.run_of(&row.id).await, RunStateView::Waiting));
    }
}

#[tokio::test]
async fn with_nothing_new_one_request_per_agent_is_enough() {
    let given = given().await;
    // On two pages: what is known is not read again.
    given.lists(1..=250).await;
    let runs = path_regex("^/v1/acme/agents/a/runs/");
    Mock::given(runs).respond_with(run_asked_for).mount(&given.server).await;
    given.desk.sync_now(given.id).await.expect("syncs");
    let before = given.asked("/v1/acme/agents/a/feedback").await.len();
    assert!(before > 1, "both pages were read");
    let runs_before = given.asked("/v1/acme/agents/a/runs/r-1").await.len();
    given.desk.sync_now(given.id).await.expect("syncs");
    assert_eq!(given.asked("/v1/acme/agents/a/feedback").await.len(), before + 1);
    assert_eq!(
        given.asked("/v1/acme/agents/a/runs/r-1").await.len(),
        runs_before,
        "a run is fetched once"
    );
}

#[tokio::test]
async fn after_a_cut_the_next_sync_goes_on_at_the_page_that_was_missing() {
    let given = given().await;
    let at = "/v1/acme/agents/a/feedback";
    let first: Vec<Value> = (241..=440).rev().map(item).collect();
    let page = ResponseTemplate::new(200).set_body_json(json!({"items": first, "count": 440}));
    Mock::given(path(at))
        .and(query_param("offset", "0"))
        .respond_with(page)
        .mount(&given.server)
        .await;
    let refused = ResponseTemplate::new(400)
        .set_body_json(json!({"error": {"message": "no", "status_code": 400}}));
    Mock::given(path(at))
        .and(query_param("offset", "199"))
        .respond_with(refused)
        .mount(&given.server)
        .await;
    given.desk.sync_now(given.id).await.expect_err("the second page does not come");
    let asked = given.asked(at).await.len();
    assert_eq!(given.rows().await.len(), 200, "the first page is here and usable");
    given.desk.sync_now(given.id).await.expect_err("and again");
    let next: Vec<Request> = given.asked(at).await.split_off(asked);
    let offsets: Vec<&str> = next.iter().filter_map(|one| one.url.query()).collect();
    assert_eq!(
        offsets,
        ["limit=200&offset=0", "limit=200&offset=199"],
        "the top, then where it was cut"
    );
}

#[tokio::test]
async fn a_connection_removed_in_the_middle_of_its_sync_leaves_nothing() {
    let given = given().await;
    let slow = ResponseTemplate::new(200)
        .set_body_json(json!({"items": [item(1)], "count": 1}))
        .set_delay(Duration::from_secs(20));
    let at = "/v1/acme/agents/a/feedback";
    Mock::given(path(at)).respond_with(slow).mount(&given.server).await;
    given.desk.start_sync(given.id).await.expect("starts");
    while given.asked(at).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let state =
        RemoveConnection { connection: given.id.0 }.handle(&given.desk).await.expect("removed");
    assert!(state.connections.is_empty() && state.current.is_none());
    let error = given.desk.sync_now(given.id).await.expect_err("it is gone");
    assert_eq!(error.code, ErrorCode::BadInput);
    let state = GetState {}.handle(&given.desk).await.expect("the state");
    assert!(state.connections.is_empty());
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_in_words() {
    let given = given().await;
    let error =
        desk::to(&given.server.uri(), "wai-key").handle(&given.desk).await.expect_err("taken");
    assert_eq!(error.code, ErrorCode::BadInput);
    assert_eq!(error.title, "There is a connection named test already.");
    let state = GetState {}.handle(&given.desk).await.expect("the state");
    assert_eq!(state.connections.len(), 1);
}
