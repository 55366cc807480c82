//! The binary itself: what it prints, how it stops, and that a kill loses nothing that was answered 200.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

struct Collector {
    child: Child,
    ready: Value,
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(command: &str, dir: &Path, more: &[&str]) -> Collector {
    let mut child = Command::new(env!("CARGO_BIN_EXE_upshot-collector"))
        .args([command, "--listen", "127.0.0.1:0", "--data"])
        .arg(dir)
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready = serde_json::from_str(&line).unwrap();
    Collector { child, ready }
}

async fn post(at: &Value, path: &str, key: &str, body: &Value) -> Value {
    let url = format!("{}{path}", at["url"].as_str().unwrap());
    let answer = reqwest::Client::new().post(url).bearer_auth(key).json(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

async fn list(at: &Value, key: &str) -> Value {
    let url = format!("{}/v1/_/agents/a/feedback?limit=0", at["url"].as_str().unwrap());
    reqwest::Client::new().get(url).bearer_auth(key).send().await.unwrap().json().await.unwrap()
}

/// A collector with the agent `a`, and its first key.
async fn with_an_agent(dir: &Path) -> (Collector, String) {
    let collector = start("serve", dir, &[]);
    let key = collector.ready["key"].as_str().unwrap().to_owned();
    let agent = json!({"id": "a", "input_schema": {}, "output_schema": {}});
    post(&collector.ready, "/v1/_/agents", &key, &agent).await;
    (collector, key)
}

#[tokio::test]
async fn a_kill_loses_nothing_that_was_answered_200() {
    let dir = tempfile::tempdir().unwrap();
    let (mut collector, key) = with_an_agent(dir.path()).await;
    let run = json!({"version": {"model": "m"}, "task_input": {}});
    let run = post(&collector.ready, "/v1/_/agents/a/runs", &key, &run).await;
    let mut answered = Vec::new();
    for n in 0..40 {
        let body = json!({"feedback_token": run["feedback_token"], "outcome": "negative", "user_id": n.to_string()});
        answered.push(post(&collector.ready, "/v1/feedback", "", &body).await["id"].clone());
    }
    collector.child.kill().unwrap();
    collector.child.wait().unwrap();

    let collector = start("serve", dir.path(), &[]);
    assert_eq!(collector.ready.get("key"), None, "the first key was handed out before the crash");
    assert_eq!(collector.ready["tenant"], "team");
    let list = list(&collector.ready, &key).await;
    answered.reverse();
    let listed: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|i| i["id"].clone()).collect();
    assert_eq!((listed, &list["count"]), (answered, &json!(40)));
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_stops_it_cleanly_with_everything_in_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let (mut collector, _) = with_an_agent(dir.path()).await;
    let pid = collector.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(collector.child.wait().unwrap().success());
    let left: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(left, ["collector.db"], "no log is left behind");
}

#[test]
fn keys_are_made_listed_and_revoked_from_the_shell() {
    let dir = tempfile::tempdir().unwrap();
    let key = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_upshot-collector"));
        command.arg("key").args(args).arg("--data").arg(dir.path()).output().unwrap()
    };
    let made: Value = serde_json::from_slice(&key(&["create", "--name", "ci"]).stdout).unwrap();
    assert_eq!((&made["tenant"], &made["name"]), (&json!("team"), &json!("ci")));
    let listed = String::from_utf8(key(&["list"]).stdout).unwrap();
    assert!(
        listed.contains("\"ci\"") && !listed.contains(made["key"].as_str().unwrap()),
        "{listed}"
    );
    assert!(!key(&["create", "--name", "ci"]).status.success(), "the name is taken");
    assert!(key(&["revoke", "--name", "ci"]).status.success());
    assert!(key(&["list"]).stdout.is_empty());
}
