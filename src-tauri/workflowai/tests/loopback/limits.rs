//! What an answer may take: time, bytes, places under way. And answers that are none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::{AgentId, RunId};
use rstest::rstest;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Barrier;
use workflowai::{Client, Error, Origin, RetryPolicy, Timeouts};

use crate::replay::{Answer, Server};

const SOON: Duration = Duration::from_millis(50);
const NEVER: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_not_asked_again() {
    let server = Server::with(Answer { delay: NEVER, ..Answer::json(&json!({"items": []})) }).await;
    let mut options = server.options();
    options.timeouts.read = SOON;
    options.retry = RetryPolicy::default();
    let answer = Client::new(options).unwrap().agents().await;
    assert_eq!(answer, Err(Error::Timeout { after: SOON }));
    assert_eq!(server.seen().len(), 1);
}

/// Answers each connection with these bytes and then keeps it open.
async fn raw(bytes: &'static [u8], drip: Duration) -> Origin {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = socket.read(&mut [0; 4096]).await;
                let _ = socket.write_all(bytes).await;
                loop {
                    tokio::time::sleep(drip).await;
                    if socket.write_all(b" ").await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    Origin::parse(&address, false).unwrap()
}

const BEGUN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{";

fn client_of(origin: Origin, timeouts: Timeouts) -> Client {
    let mut options = workflowai::ClientOptions::new(origin, None);
    options.retry = RetryPolicy::none();
    options.timeouts = timeouts;
    Client::new(options).unwrap()
}

#[tokio::test]
async fn a_body_that_stops_coming_is_given_up() {
    let origin = raw(BEGUN, NEVER).await;
    let client = client_of(origin, Timeouts { read: SOON, ..Timeouts::default() });
    assert_eq!(client.agents().await, Err(Error::Timeout { after: SOON }));
}

#[tokio::test]
async fn a_body_that_trickles_forever_is_given_up() {
    let origin = raw(BEGUN, Duration::from_millis(5)).await;
    let client = client_of(origin, Timeouts { total: SOON, ..Timeouts::default() });
    assert_eq!(client.agents().await, Err(Error::Timeout { after: SOON }));
}

#[rstest]
#[case(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{" as &[u8])]
#[case(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nxxxxx\r\n5\r\nxxxxx\r\n" as &[u8])]
#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read(#[case] bytes: &'static [u8]) {
    let origin = raw(bytes, NEVER).await;
    let mut options = workflowai::ClientOptions::new(origin, None);
    options.retry = RetryPolicy::none();
    options.max_body_bytes = 8;
    let answer = Client::new(options).unwrap().agents().await;
    assert_eq!(answer, Err(Error::TooLarge { limit_bytes: 8 }));
}

#[tokio::test]
async fn an_endless_event_is_not_read() {
    let server = Server::with(Answer::new(200, "text/event-stream", "data: xxxxxxxxxxxx")).await;
    let mut options = server.options();
    options.max_body_bytes = 8;
    let client = Client::new(options).unwrap();
    let came = crate::calls::improve(&client, &"a".into(), true).await;
    assert_eq!(came, Err(Error::TooLarge { limit_bytes: 8 }));
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_allowed() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    // Nobody leaves before two are in: the bound is also reached.
    let two = Arc::new(Barrier::new(2));
    let handler = {
        let most = Arc::clone(&most);
        move || async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            two.wait().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            r#"{"items":[]}"#
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(handler)).await });
    let mut options = workflowai::ClientOptions::new(Origin::parse(&address, false).unwrap(), None);
    options.max_in_flight = 2;
    let client = Client::new(options).unwrap();
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.agents().await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(Vec::new()));
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[rstest]
#[case(200, "text/html", "<html>Sign in</html>", Error::NotJson)]
#[case(200, "application/json", "", Error::NotJson)]
#[case(200, "application/json", "{\"items\":", Error::NotJson)]
#[case(200, "application/json", "{\"hello\":1}", Error::Unexpected { request: "agents" })]
#[case(200, "application/json", "[]", Error::Unexpected { request: "agents" })]
#[case(500, "text/plain", "Internal Server Error", Error::Server { status: 500 })]
#[case(502, "text/html", "<h1>502 Bad Gateway</h1>", Error::Server { status: 502 })]
#[case(404, "text/html", "<h1>Not here</h1>",
    Error::NotFound { what: workflowai::Missing::Path })]
#[case(403, "text/html", "<h1>No</h1>",
    Error::Rejected { status: 403, code: None, message: None })]
#[tokio::test]
async fn an_answer_that_is_none_is_told_in_a_sentence_without_its_body(
    #[case] status: u16,
    #[case] content_type: &str,
    #[case] body: &str,
    #[case] expected: Error,
) {
    let server = Server::with(Answer::new(status, content_type, body)).await;
    let error = server.client().agents().await.unwrap_err();
    assert_eq!(error, expected);
    assert!(!format!("{error}").contains('<'), "{error}");
}

#[tokio::test]
async fn an_unreadable_item_is_counted_and_the_rest_of_the_page_kept() {
    let good = json!({"id": "f1", "outcome": "negative", "run_id": "", "user_id": "",
        "created_at": "2026-11-23T00:40:20Z", "annotation": "postponed", "new_field": [1]});
    let items = json!([good, {"id": "f2"}, 7, null, {"id": "f3", "outcome": "meh", "run_id": "r",
        "created_at": "2026-11-23T00:40:20Z"}]);
    let server = Server::with(Answer::json(&json!({"items": items, "count": 5}))).await;
    let page = server.client().feedback_page(&"a".into(), 0, 0).await.unwrap();
    assert_eq!((page.items.len(), page.skipped), (1, 4));
    let item = &page.items[0];
    assert_eq!((item.user.as_ref(), item.annotation, item.comment.as_ref()), (None, None, None));
    assert_eq!(item.created_at_ms, 1_795_394_420_000);
}

#[tokio::test]
async fn a_page_is_asked_for_within_what_servers_give() {
    let server = Server::with(Answer::json(&json!({"items": [], "count": 1200}))).await;
    let client = server.client();
    let agent = AgentId::new("a");
    assert_eq!(client.feedback_page(&agent, 0, 0).await.unwrap().next_offset, Some(1));
    assert_eq!(client.feedback_page(&agent, 90_000, 500).await.unwrap().next_offset, Some(1000));
    assert_eq!(client.feedback_page(&agent, 500, u64::MAX).await.unwrap().next_offset, None);
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert!(targets[0].ends_with("?limit=1&offset=0"), "{targets:?}");
    assert!(targets[1].ends_with("?limit=500&offset=500"), "{targets:?}");
    assert!(targets[2].ends_with("&offset=9223372036854775807"), "{targets:?}");
}

#[tokio::test]
async fn a_run_id_that_no_url_can_hold_is_no_run_and_no_request() {
    let server = Server::with(Answer::json(&json!({"id": "../../x?y#z"}))).await;
    let client = server.client();
    for id in ["", ".", ".."] {
        assert_eq!(client.run(&"a".into(), &RunId::new(id)).await, Ok(None));
    }
    assert_eq!(client.run(&"..".into(), &"r".into()).await, Err(Error::BadId));
    assert_eq!(server.seen().len(), 0);
    client.run(&"a".into(), &"../../x?y#z".into()).await.unwrap();
    assert_eq!(server.seen()[0].target, "/v1/_/agents/a/runs/..%2F..%2Fx%3Fy%23z");
}

#[tokio::test]
async fn a_run_with_nothing_but_an_id_is_still_a_run() {
    let body = json!({"id": "r", "url": "javascript:alert(1)", "version": {"id": null}});
    let server = Server::with(Answer::json(&body)).await;
    let run = server.client().run(&"a".into(), &"r".into()).await.unwrap().unwrap();
    assert_eq!((run.version, run.model, run.url), (None, None, None));
}
