//! Two other servers: the demo's, inside the app, and one that serves no run.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use app::command::{Command as _, Decide, ListFeedback, StartDemo};
use app::wire::{
    ConnectionKind, DecideWhat, DecisionKindView, ErrorCode, FilterView, Mailbox, PushView,
};
use app::{Desk, Host, LocalCollector, Secret, Started};
use collector::Running;
use domain::ConnectionId;
use serde_json::{Value, json};
use wiremock::matchers::{body_json, method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::desk::{connect, host};
use crate::server::{self, START_MS};

/// The demo's collector, as the app starts it.
struct Inside(Running);

impl LocalCollector for Inside {
    fn start(
        &self,
        _kind: ConnectionKind,
    ) -> Pin<Box<dyn Future<Output = Result<Started, String>> + Send + '_>> {
        let secret = |text: &Option<String>| Secret::from(text.clone().expect("minted"));
        let started = Started {
            url: self.0.url.clone(),
            tenant: self.0.tenant.clone(),
            key: secret(&self.0.key),
            user_token: secret(&self.0.user_token),
        };
        Box::pin(async { Ok(started) })
    }
}

fn desk(
    dir: &tempfile::TempDir,
    key: &str,
    collector: Option<Arc<dyn LocalCollector>>,
) -> Arc<Desk> {
    let host = host(dir.path(), &Arc::new(AtomicI64::new(START_MS)), key);
    Desk::open(Host { collector, ..host }).expect("the mirror opens")
}

async fn decide(desk: &Arc<Desk>, connection: i64, feedback: &str) {
    let decide = Decide {
        connection,
        what: DecideWhat::These { feedback: vec![feedback.to_owned()] },
        kind: DecisionKindView::Correct,
        note: None,
        reason: None,
        duplicate_of: None,
        snooze: None,
    };
    decide.handle(desk).await.expect("decided");
}

#[tokio::test]
async fn what_is_decided_in_the_demo_reaches_its_collector() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = server::options(dir.path(), 20, &Arc::new(AtomicI64::new(START_MS)));
    let running = collector::serve(options).await.expect("the collector starts");
    let (url, key) = (running.url.clone(), running.key.clone().expect("a key"));
    let desk = desk(&dir, "not the demo's", Some(Arc::new(Inside(running))));
    let demo = StartDemo {}.handle(&desk).await.expect("starts");
    let id = ConnectionId(demo.id);
    // The one it started itself may still run.
    while desk.sync_now(id).await.is_err() {
        tokio::task::yield_now().await;
    }
    let list = ListFeedback {
        connection: demo.id,
        mailbox: Mailbox::AllOpen,
        filter: FilterView::default(),
        cursor: None,
        limit: 1,
        collapse: None,
    };
    let row = list.handle(&desk).await.expect("a page").rows.remove(0);
    decide(&desk, demo.id, &row.id).await;
    desk.sync_now(id).await.expect("syncs");
    let url = format!("{url}/v1/_/agents/{}/feedback?limit=100", row.agent);
    let answer = reqwest::Client::new().get(url).bearer_auth(key).send().await.expect("an answer");
    let page: Value = answer.json().await.expect("a page");
    let items = page["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["id"] == row.id.as_str()).expect("it is listed");
    assert_eq!(item["annotation"], "correct");
}

async fn answers(server: &MockServer, at: &str, body: Value) {
    let answer = ResponseTemplate::new(200).set_body_json(body);
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
}

#[tokio::test]
async fn a_run_that_never_comes_keeps_no_decision_from_being_told() {
    let server = MockServer::start().await;
    let organization = json!({"uid": 1, "slug": "acme", "tenant": "acme", "name": "Acme"});
    let agents = json!({"items": [{"id": "a", "name": "a", "is_public": false, "versions": []}]});
    let item = json!({"id": "65f000000000000000000001", "outcome": "negative", "user_id": null,
        "created_at": "2026-09-01T10:00:00Z", "comment": "wrong", "run_id": "r", "annotation": null});
    for tenant in ["_", "acme"] {
        answers(&server, &format!("/organizations/{tenant}"), organization.clone()).await;
        answers(&server, &format!("/{tenant}/agents"), agents.clone()).await;
        let list = format!("/v1/{tenant}/agents/a/feedback");
        answers(&server, &list, json!({"items": [item], "count": 1})).await;
    }
    answers(&server, "/v1/acme/agents/a/versions", json!({"items": [], "count": 0})).await;
    let broken = ResponseTemplate::new(500).set_body_raw("Internal Server Error", "text/plain");
    Mock::given(path_regex("/runs/")).respond_with(broken).mount(&server).await;
    let told = Mock::given(path("/v1/acme/agents/a/feedback/65f000000000000000000001/annotate"))
        .and(body_json(json!({"annotation": "correct", "comment": ""})))
        .respond_with(ResponseTemplate::new(200).set_body_raw("null", "application/json"))
        .expect(1);
    told.mount(&server).await;

    let dir = tempfile::tempdir().expect("a folder");
    let desk = desk(&dir, "header.claims.signature", None);
    let id = connect(&desk, &server.uri(), "header.claims.signature").await;
    decide(&desk, id.0, "65f000000000000000000001").await;
    let error = desk.sync_now(id).await.expect_err("the run did not come");
    assert_eq!(error.code, ErrorCode::Other);
    let state = app::command::GetState {}.handle(&desk).await.expect("the state");
    let decisions = &state.connections[0].decisions;
    assert_eq!((decisions.sent, decisions.push), (1, PushView::Allowed));
}
