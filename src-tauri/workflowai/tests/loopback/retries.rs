//! What is sent again and what is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::{AgentId, Annotation};
use serde_json::json;
use tokio::io::AsyncReadExt;
use workflowai::{
    ApiKey, Client, ClientOptions, Error, Origin, RetryPolicy, RunSearch, Unreachable,
};

use crate::replay::{Answer, KEY, Server};

fn impatient() -> RetryPolicy {
    RetryPolicy { base: Duration::ZERO, ..RetryPolicy::default() }
}

fn retrying(server: &Server) -> Client {
    let mut options = server.options();
    options.retry = impatient();
    Client::new(options).unwrap()
}

/// Fails twice, then answers.
async fn recovering(status: u16, header: Option<(&'static str, &'static str)>) -> Server {
    Server::answering(move |_, before| {
        if before == 2 {
            return Answer::json(&json!({"items": [], "count": 0}));
        }
        let answer = Answer::new(status, "text/plain", "Internal Server Error");
        header.map_or(answer.clone(), |(name, value)| answer.with(name, value))
    })
    .await
}

#[tokio::test]
async fn a_get_outlives_two_failures_of_the_server() {
    for status in [500, 502, 503] {
        let server = recovering(status, None).await;
        assert_eq!(retrying(&server).agents().await, Ok(Vec::new()));
        assert_eq!(server.seen().len(), 3);
    }
}

#[tokio::test]
async fn a_search_is_a_post_that_may_be_repeated() {
    let server = recovering(500, None).await;
    let page = retrying(&server).search_runs(&"a".into(), &RunSearch::default()).await;
    assert_eq!(page.unwrap().count, 0);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_429_is_tried_again_when_its_time_has_come() {
    let server = recovering(429, Some(("retry-after", "0"))).await;
    assert_eq!(retrying(&server).agents().await, Ok(Vec::new()));
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_429_that_asks_for_an_hour_is_told_instead_of_waited_for() {
    let server = recovering(429, Some(("retry-after", "3600"))).await;
    let retry_after = Some(Duration::from_secs(3600));
    assert_eq!(retrying(&server).agents().await, Err(Error::Throttled { retry_after }));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_server_that_keeps_failing_is_left_alone_after_the_last_retry() {
    let server = Server::with(Answer::new(500, "text/plain", "Internal Server Error")).await;
    assert_eq!(retrying(&server).agents().await, Err(Error::Server { status: 500 }));
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn what_changes_something_is_sent_once() {
    let server = recovering(503, None).await;
    let client = retrying(&server);
    let agent = AgentId::new("a");
    let annotated = client.annotate(&agent, &"f".into(), Annotation::Resolved, "").await;
    assert_eq!(annotated, Err(Error::Server { status: 503 }));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_request_is_not_repeated() {
    let server = recovering(422, None).await;
    let refused = retrying(&server).agents().await;
    assert!(matches!(refused, Err(Error::Rejected { status: 422, .. })), "{refused:?}");
    assert_eq!(server.seen().len(), 1);
}

/// Takes connections and drops them once a request has begun.
async fn hanging_up() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = socket.read(&mut [0; 1024]).await;
        }
    });
    (address, taken)
}

fn client_at(address: &str) -> Client {
    let origin = Origin::parse(address, false).unwrap();
    let mut options = ClientOptions::new(origin, Some(ApiKey::parse(KEY).unwrap()));
    options.retry = impatient();
    Client::new(options).unwrap()
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_for_a_get_only() {
    let (address, taken) = hanging_up().await;
    let client = client_at(&address);
    assert_eq!(client.agents().await, Err(Error::Offline(Unreachable::Connection)));
    assert_eq!(taken.swap(0, Ordering::SeqCst), 4);
    let annotated = client.annotate(&"a".into(), &"f".into(), Annotation::Resolved, "").await;
    assert_eq!(annotated, Err(Error::Offline(Unreachable::Connection)));
    assert_eq!(taken.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn why_nothing_was_reached_is_told_apart() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let refused = client_at(&format!("http://{address}")).agents().await;
    assert_eq!(refused, Err(Error::Offline(Unreachable::Refused)));
    let plain = Server::with(Answer::json(&json!({}))).await;
    let not_tls = client_at(&plain.address.replace("http://", "https://")).agents().await;
    assert_eq!(not_tls, Err(Error::Offline(Unreachable::Certificate)));
}
