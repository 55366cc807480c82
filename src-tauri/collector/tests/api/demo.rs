//! Demo data behind the API: all of it there, the same for the same seed, and never mixed with real data.

use std::sync::Arc;

use collector::{DemoOptions, Error, Options, Running, serve};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::START_MS;

fn options(dir: &TempDir, feedback: u64) -> Options {
    Options {
        tenant: "demo".into(),
        demo: Some(DemoOptions { feedback, seed: 7, now_ms: START_MS }),
        mint_key: Some("app".into()),
        ..Options::new(dir.path(), Arc::new(|| START_MS))
    }
}

async fn get(running: &Running, path: &str) -> reqwest::Response {
    let key = running.key.as_deref().unwrap();
    reqwest::Client::new()
        .get(format!("{}{path}", running.url))
        .bearer_auth(key)
        .send()
        .await
        .unwrap()
}

async fn json(running: &Running, path: &str) -> Value {
    let answer = get(running, path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

/// All feedback of all agents, newest first by agent.
async fn all(running: &Running) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for agent in json(running, "/_/agents").await["items"].as_array().unwrap() {
        let id = agent["id"].as_str().unwrap();
        let mut offset = 0;
        loop {
            let page =
                json(running, &format!("/v1/_/agents/{id}/feedback?limit=200&offset={offset}"))
                    .await;
            all.extend(
                page["items"].as_array().unwrap().iter().map(|item| (id.to_owned(), item.clone())),
            );
            offset += 200;
            if offset >= page["count"].as_u64().unwrap() {
                break;
            }
        }
    }
    all
}

#[tokio::test]
async fn the_demo_holds_as_much_feedback_as_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let running = serve(options(&dir, 300)).await.unwrap();
    let all = all(&running).await;
    assert_eq!(all.len(), 300);
    let ids: std::collections::HashSet<_> =
        all.iter().map(|(_, item)| item["id"].clone()).collect();
    assert_eq!(ids.len(), 300);
    let (mut gone, mut found) = (0, 0);
    for (agent, item) in all.iter().take(120) {
        let run = get(
            &running,
            &format!("/v1/_/agents/{agent}/runs/{}", item["run_id"].as_str().unwrap()),
        )
        .await;
        if run.status() == 404 {
            gone += 1;
            continue;
        }
        let run: Value = run.json().await.unwrap();
        let version = run["version"]["id"].as_str().unwrap();
        json(&running, &format!("/v1/_/agents/{agent}/versions/{version}")).await;
        found += 1;
    }
    assert!(found > gone, "{found} runs are there, {gone} are gone");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn the_same_seed_is_the_same_demo_with_the_same_ids() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = serve(options(&one, 100)).await.unwrap();
    let second = serve(options(&two, 100)).await.unwrap();
    assert_eq!(all(&first).await, all(&second).await);
}

#[tokio::test]
async fn a_restart_keeps_the_demo_and_hands_out_a_new_key() {
    let dir = tempfile::tempdir().unwrap();
    let running = serve(options(&dir, 100)).await.unwrap();
    let (before, old_key) = (all(&running).await, running.key.clone().unwrap());
    running.stop().await.unwrap();
    let other = Options { tenant: "other".into(), ..options(&dir, 5000) };
    let running = serve(other).await.unwrap();
    assert_eq!(running.tenant, "demo");
    assert_eq!(all(&running).await, before);
    let old = reqwest::Client::new()
        .get(format!("{}/_/agents", running.url))
        .bearer_auth(old_key)
        .send()
        .await
        .unwrap();
    assert_eq!(old.status(), 401, "the key of the same name was replaced");
}

#[tokio::test]
async fn new_feedback_comes_on_top_of_the_demo() {
    let dir = tempfile::tempdir().unwrap();
    let running = serve(options(&dir, 100)).await.unwrap();
    let agents = json(&running, "/_/agents").await;
    let agent = agents["items"][0]["id"].as_str().unwrap();
    let search = reqwest::Client::new()
        .post(format!("{}/v1/_/agents/{agent}/runs/search", running.url))
        .bearer_auth(running.key.as_deref().unwrap())
        .json(&json!({"limit": 1}));
    let runs: Value = search.send().await.unwrap().json().await.unwrap();
    let body = json!({"feedback_token": runs["items"][0]["feedback_token"], "outcome": "negative", "user_id": "new"});
    let posted = reqwest::Client::new()
        .post(format!("{}/v1/feedback", running.url))
        .json(&body)
        .send()
        .await
        .unwrap();
    let posted: Value = posted.json().await.unwrap();
    let list = json(&running, &format!("/v1/_/agents/{agent}/feedback?limit=1")).await;
    assert_eq!(list["items"][0]["id"], posted["id"]);
}

#[tokio::test]
async fn a_folder_with_real_data_is_no_place_for_a_demo() {
    let dir = tempfile::tempdir().unwrap();
    let real = Options { demo: None, ..options(&dir, 0) };
    serve(real).await.unwrap().stop().await.unwrap();
    assert!(matches!(serve(options(&dir, 100)).await, Err(Error::NotADemo(_))));
}

#[tokio::test]
async fn a_load_that_was_cut_short_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("demo-unfinished.db"), b"half a database").unwrap();
    let running = serve(options(&dir, 100)).await.unwrap();
    assert_eq!(all(&running).await.len(), 100);
}
