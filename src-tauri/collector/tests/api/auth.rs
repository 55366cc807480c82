//! Who may ask for what, and what the others are told.

use collector::{KeyKind, Keyring};
use reqwest::header::AUTHORIZATION;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::house::{AGENT, Answer, House};

async fn with_header(house: &House, path: &str, header: &str) -> Answer {
    let request = house.request(Method::GET, path).header(AUTHORIZATION, header);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn without_a_key_an_existing_tenant_has_no_such_agent() {
    let house = House::open().await;
    house.register(AGENT).await;
    let ask =
        async |path: &str| Answer::of(house.request(Method::GET, path).send().await.unwrap()).await;
    for path in [
        "/acme/agents",
        "/v1/acme/agents/support-triage/feedback",
        "/v1/orguid_1001/agents/nope/versions",
    ] {
        let answer = ask(path).await;
        assert_eq!(
            (answer.status, answer.body),
            (StatusCode::NOT_FOUND, json!({"detail": "Task not found"})),
            "{path}"
        );
    }
    let unknown = ask("/nosuchtenant/agents").await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert_eq!(unknown.body, json!({"detail": "Authentication is required"}));
}

#[tokio::test]
async fn a_wrong_key_or_header_is_a_401_that_shows_five_characters_of_it() {
    let house = House::open().await;
    for (header, hint) in [
        ("Bearer wai-doesnotexist", "wai-d***"),
        ("Bearer sk-123", "sk-12***"),
        ("Basic dXNlcjpwYXNz", "Basic***"),
        ("Bearer", "Beare***"),
        (house.key.as_str(), &format!("{}***", &house.key[..5])),
    ] {
        let answer = with_header(&house, "/acme/agents", header).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header}");
        assert_eq!(answer.body["error"]["code"], "authentication_failed");
        let message = answer.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(hint) && !message.contains(&house.key), "{message}");
    }
}

#[tokio::test]
async fn the_own_tenant_has_three_names_and_a_typo_is_not_one_of_them() {
    let house = House::open().await;
    for tenant in ["acme", "_", "orguid_1001"] {
        assert_eq!(
            house.get(&format!("/{tenant}/agents")).await.status,
            StatusCode::OK,
            "{tenant}"
        );
    }
    for tenant in ["ACME", "nosuchtenant", "orguid_1002"] {
        let answer = house.get(&format!("/{tenant}/agents")).await;
        assert_eq!(answer.body, json!({"detail": "Task not found"}), "{tenant}");
    }
    assert_eq!(
        with_header(&house, "/_/agents", &format!("bEARER {}", house.key)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn another_tenants_key_opens_nothing_here() {
    let house = House::open().await;
    house.register(AGENT).await;
    let mut ring = Keyring::open(house.dir.path()).unwrap();
    let theirs = ring.create("globex", "ci", KeyKind::Api, false, 0).unwrap();
    let header = format!("Bearer {theirs}");
    let path = format!("/v1/acme/agents/{AGENT}/feedback");
    assert_eq!(with_header(&house, &path, &header).await.body, json!({"detail": "Task not found"}));
    let own = with_header(&house, &path.replace("acme", "globex"), &header).await;
    assert_eq!(own.body, json!({"detail": "Task info not found"}), "the agent is acme's");
    assert_eq!(with_header(&house, "/globex/agents", &header).await.ok()["items"], json!([]));
}

#[tokio::test]
async fn a_revoked_key_stops_working_while_the_server_runs() {
    let house = House::open().await;
    let mut ring = Keyring::open(house.dir.path()).unwrap();
    let key = ring.create("acme", "laptop", KeyKind::Api, false, 0).unwrap();
    let header = format!("Bearer {key}");
    assert_eq!(with_header(&house, "/_/agents", &header).await.status, StatusCode::OK);
    ring.revoke("acme", "laptop", 1).unwrap();
    assert_eq!(with_header(&house, "/_/agents", &header).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn only_a_user_annotates_unless_keys_are_allowed_to() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let posted =
        house.feedback(&json!({"feedback_token": token, "outcome": "negative"})).await.ok();
    let path = format!("/v1/_/agents/{AGENT}/feedback/{}/annotate", posted["id"].as_str().unwrap());
    let body = json!({"annotation": "correct", "comment": ""});
    let refused = house.post(&path, &body).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.body, json!({"detail": "Authentication is required"}));
    assert_eq!(house.list(AGENT).await["items"][0]["annotation"], json!(null));
    house.post_as_user(&path, &body).await.ok();
    assert_eq!(house.list(AGENT).await["items"][0]["annotation"], "correct");

    let mut ring = Keyring::open(house.dir.path()).unwrap();
    ring.revoke("acme", "tester", 1).unwrap();
    assert_eq!(house.post_as_user(&path, &body).await.status, StatusCode::UNAUTHORIZED);
    let another = ring.create("acme", "ines", KeyKind::User, false, 1).unwrap();
    let request = house.request(Method::POST, &path).bearer_auth(&another).json(&body);
    Answer::of(request.send().await.unwrap()).await.ok();

    let mut options = collector::Options::new(house.dir.path(), std::sync::Arc::new(|| 0));
    options.tenant = "acme".into();
    options.keys_annotate = true;
    house.running.stop().await.unwrap();
    let open = collector::serve(options).await.unwrap();
    let url = format!("{}{path}", open.url);
    let request = house.http.post(url).bearer_auth(&house.key).json(&body);
    Answer::of(request.send().await.unwrap()).await.ok();
}

#[tokio::test]
async fn the_first_key_is_handed_out_once() {
    let house = House::open().await;
    assert!(house.key.starts_with("wai-"));
    let house = house.reopen().await;
    assert_eq!(house.running.key, None);
    assert_eq!(house.get("/_/agents").await.status, StatusCode::OK, "it still works");
    assert!(!format!("{:?}", house.running).contains(&house.key));
}

#[tokio::test]
async fn the_organization_is_open_to_all_and_checks_a_key_that_is_sent() {
    let house = House::open().await;
    let open = Answer::of(house.request(Method::GET, "/organizations/acme").send().await.unwrap())
        .await
        .ok();
    assert_eq!((&open["uid"], &open["tenant"]), (&json!(1001), &json!("orguid_1001")));
    assert_eq!(house.get("/organizations/_").await.ok(), open);
    let nobody =
        Answer::of(house.request(Method::GET, "/organizations/_").send().await.unwrap()).await;
    assert_eq!(
        (nobody.status, nobody.body),
        (StatusCode::NOT_FOUND, json!({"detail": "Not found"}))
    );
    assert_eq!(
        with_header(&house, "/organizations/acme", "Bearer wai-x").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn listening_for_other_machines_has_to_be_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = collector::Options::new(dir.path(), std::sync::Arc::new(|| 0));
    options.listen = "0.0.0.0:0".parse().unwrap();
    assert!(matches!(
        collector::serve(options.clone()).await,
        Err(collector::Error::RemoteNotAllowed(_))
    ));
    assert!(
        std::fs::read_dir(dir.path()).unwrap().next().is_none(),
        "refused before anything is made"
    );
    options.allow_remote = true;
    collector::serve(options).await.unwrap().stop().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_database_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::open().await;
    house.register(AGENT).await;
    for file in std::fs::read_dir(house.dir.path()).unwrap() {
        let mode = file.as_ref().unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", file.unwrap().path());
    }
}
