//! Where the key goes: to the configured origin, and nowhere else, whatever the server says.

use std::sync::{Arc, Mutex};

use domain::{Annotation, Outcome};
use serde_json::json;
use workflowai::{Client, Error, FeedbackPost};

use crate::replay::{Answer, KEY, Server};

fn moved(status: u16, to: &str) -> Answer {
    Answer { status, ..Answer::default() }.with("location", to)
}

async fn annotate(client: &Client) -> Result<(), Error> {
    client.annotate(&"a".into(), &"f".into(), Annotation::Correct, "x").await
}

fn empty_list() -> Answer {
    Answer::json(&json!({"items": [], "count": 0}))
}

#[tokio::test]
async fn the_key_is_sent_to_the_origin() {
    let server = Server::with(empty_list()).await;
    server.client().agents().await.unwrap();
    assert_eq!(server.seen()[0].authorization, Some(format!("Bearer {KEY}")));
}

#[tokio::test]
async fn posting_feedback_and_asking_for_an_outcome_need_no_key_and_get_none() {
    let server = Server::answering(|seen, _| match seen.method.as_str() {
        "GET" => Answer::json(&json!({"outcome": null})),
        _ => Answer::json(&json!({"id": "f", "outcome": "negative", "user_id": ""})),
    })
    .await;
    let client = server.client();
    assert_eq!(client.feedback_outcome("a+/=", None).await, Ok(None));
    let post = FeedbackPost {
        feedback_token: "t".into(),
        outcome: Outcome::Negative,
        comment: Some("no".into()),
        user_id: None,
    };
    assert_eq!(client.send_feedback(&post).await.unwrap().user, None);
    let seen = server.seen();
    assert_eq!(seen[0].target, "/v1/feedback?feedback_token=a%2B%2F%3D&user_id=");
    assert_eq!(seen[1].body, r#"{"feedback_token":"t","outcome":"negative","comment":"no"}"#);
    assert!(seen.iter().all(|request| request.authorization.is_none()));
}

#[tokio::test]
async fn another_port_never_sees_a_request_let_alone_the_key() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::with(empty_list()).await;
        let server = Server::with(moved(status, &format!("{}/acme/agents", other.address))).await;
        let to = other.address.clone();
        assert_eq!(server.client().agents().await, Err(Error::RedirectElsewhere { to }));
        assert_eq!(other.seen().len(), 0);
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn another_scheme_or_name_of_the_same_machine_is_another_origin() {
    let location = Arc::new(Mutex::new(String::new()));
    let current = Arc::clone(&location);
    let server = Server::answering(move |_, _| moved(307, &current.lock().unwrap())).await;
    let port = server.address.rsplit(':').next().unwrap();
    for to in [format!("https://127.0.0.1:{port}"), format!("http://localhost:{port}")] {
        *location.lock().unwrap() = format!("{to}/x?token=secret");
        assert_eq!(server.client().agents().await, Err(Error::RedirectElsewhere { to }));
    }
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_redirect_at_the_origin_is_followed_with_key_method_and_body() {
    let server = Server::answering(|seen, before| match before {
        0 => moved(307, &format!("{}?again", seen.target)),
        _ => Answer::json(&json!(null)),
    })
    .await;
    assert_eq!(annotate(&server.client()).await, Ok(()));
    let seen = server.seen();
    assert_eq!(seen[1].target, "/v1/_/agents/a/feedback/f/annotate?again");
    assert_eq!(seen[1].authorization, seen[0].authorization);
    assert_eq!((&seen[1].method, &seen[1].body), (&seen[0].method, &seen[0].body));
}

#[tokio::test]
async fn a_redirect_that_would_turn_a_post_into_a_get_is_no_success() {
    let server = Server::with(moved(302, "/login")).await;
    assert_eq!(annotate(&server.client()).await, Err(Error::Unexpected { request: "annotation" }));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_redirect_in_a_circle_comes_to_an_end() {
    let server = Server::answering(|seen, _| moved(307, &seen.target)).await;
    assert_eq!(server.client().agents().await, Err(Error::Unexpected { request: "agents" }));
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_base_path_stands_before_every_path() {
    let server = Server::with(empty_list()).await;
    let mut options = server.options();
    options.origin =
        workflowai::Origin::parse(&format!("{}/base/", server.address), false).unwrap();
    options.tenant = "a/b".into();
    Client::new(options).unwrap().agents().await.unwrap();
    assert_eq!(server.seen()[0].target, "/base/a%2Fb/agents");
}

#[tokio::test]
async fn neither_client_nor_options_print_the_key() {
    let server = Server::with(empty_list()).await;
    let text = format!("{:?} {:?}", server.options(), server.client());
    assert!(!text.contains(KEY), "{text}");
}
