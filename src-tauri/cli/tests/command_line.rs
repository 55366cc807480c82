//! The command line as a script uses it: the real binary, a real collector, a home of its own.

#[path = "../../app/tests/common/server.rs"]
mod server;
#[path = "common/upshot.rs"]
mod upshot;

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use collector::Running;
use serde_json::Value;

const FEEDBACK: u64 = 150;

async fn collector(dir: &Path) -> Running {
    let options = server::options(dir, FEEDBACK, &Arc::new(AtomicI64::new(server::START_MS)));
    collector::serve(options).await.expect("the collector starts")
}

async fn upshot(home: &Path, key: Option<&str>, arguments: &[&str]) -> Output {
    let mut command = upshot::command(home, key, arguments);
    tokio::task::spawn_blocking(move || command.output())
        .await
        .expect("no panic")
        .expect("the command line starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Standard output of a command that must succeed.
async fn said(home: &Path, key: &str, arguments: &[&str]) -> String {
    let output = upshot(home, Some(key), arguments).await;
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

async fn connected() -> (tempfile::TempDir, Running, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let server = collector(dir.path()).await;
    let key = server.key.clone().expect("a key");
    said(dir.path(), &key, &["connect", "--name", "work", "--url", &server.url]).await;
    said(dir.path(), &key, &["sync", "--connection", "work"]).await;
    (dir, server, key)
}

#[tokio::test]
async fn a_script_connects_syncs_and_reads() {
    let (home, _server, key) = connected().await;
    let home = home.path();
    let list = said(home, &key, &["feedback", "list", "--limit", "1000", "--json"]).await;
    let rows: Vec<Value> = serde_json::from_str(&list).expect("JSON");
    assert_eq!(rows.len() as u64, FEEDBACK);

    let negative =
        ["feedback", "list", "--outcome", "negative", "--has-comment", "--json", "--limit", "500"];
    let negative: Vec<Value> =
        serde_json::from_str(&said(home, &key, &negative).await).expect("JSON");
    let expected =
        rows.iter().filter(|row| row["outcome"] == "negative" && !row["comment"].is_null());
    assert_eq!(negative.len(), expected.count());
    assert!(!negative.is_empty());

    let served = rows.iter().find(|row| row["run_state"] == "success").expect("a run that is here");
    let run = said(home, &key, &["run", "show", served["run"].as_str().expect("an id")]).await;
    let run: Value = serde_json::from_str(&run).expect("JSON");
    assert_eq!(run["id"], served["run"]);
    let (agent, label) =
        (served["agent"].as_str().expect("an agent"), served["version_label"].as_str());
    let version = ["version", "show", label.expect("a label"), "--agent", agent];
    let version = said(home, &key, &version).await;
    assert!(version.len() > 200 && version.starts_with(agent), "{version}");
}

#[tokio::test]
async fn an_export_holds_every_feedback() {
    let (home, _server, key) = connected().await;
    let home = home.path();
    let lines = said(home, &key, &["export", "--format", "jsonl"]).await;
    let lines: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len() as u64, FEEDBACK);
    assert!(lines.iter().any(|line| line["run"]["input"].is_object()));
    let file = home.join("out.csv");
    let path = file.to_string_lossy().into_owned();
    said(home, &key, &["export", "--format", "csv", "--agent", "refund-check", "-o", &path]).await;
    let table = std::fs::read_to_string(&file).expect("the file");
    assert!(
        table.starts_with("id,created_at,agent,run_id,user_id,outcome,comment,annotation,version")
    );
    let expected = lines.iter().filter(|line| line["agent"] == "refund-check").count();
    assert_eq!(table.matches(",refund-check,").count(), expected);
}

/// The command with these lines on its standard input.
async fn upshot_reading(home: &Path, key: &str, arguments: &[&str], lines: &str) -> Output {
    let mut command = upshot::command(home, Some(key), arguments);
    command.stdin(Stdio::piped());
    let lines = lines.to_owned();
    let run = move || {
        let mut child = command.spawn()?;
        child.stdin.take().expect("piped").write_all(lines.as_bytes())?;
        child.wait_with_output()
    };
    tokio::task::spawn_blocking(run).await.expect("no panic").expect("the command line runs")
}

#[tokio::test]
async fn decisions_are_acknowledged_listed_and_taken_back() {
    let (home, _server, key) = connected().await;
    let home = home.path();
    let made = said(home, &key, &["decide", "f-1", "correct", "--note", "asked support"]).await;
    assert_eq!(made, "ok 1 f-1\n");
    let lines = "f-1 resolved\nf-2 maybe\n\nf-2 incorrect not our shop\nf-3\n";
    let output = upshot_reading(home, &key, &["decide", "-"], lines).await;
    assert_eq!(text(&output.stdout), "ok 2 f-1\nok 3 f-2\n");
    let complaints = text(&output.stderr);
    assert!(complaints.contains("line 2: ") && complaints.contains("line 5: "), "{complaints}");
    assert_eq!(output.status.code(), Some(1));

    let json = said(home, &key, &["decisions", "f-1", "--json"]).await;
    let history: Vec<Value> = serde_json::from_str(&json).expect("JSON");
    let acts: Vec<_> = history.iter().map(|event| event["act"].as_str().expect("a word")).collect();
    assert_eq!(acts, ["correct", "resolved"]);
    assert_eq!(
        (&history[0]["note"], &history[1]["is_current"]),
        (&"asked support".into(), &true.into())
    );

    assert_eq!(said(home, &key, &["undo"]).await, "ok 4 f-2\n");
    assert_eq!(said(home, &key, &["undo", "1"]).await, "ok 5 f-1\n");
    assert_eq!(said(home, &key, &["undo", "--step", "4"]).await, "ok 6 f-2\n", "redone");
    let list = said(home, &key, &["decisions"]).await;
    assert_eq!(list.lines().count(), 6);
    assert!(list.starts_with("     6  ") && list.contains("undo of 4"), "{list}");
    // The server takes decisions from users only, which is said once.
    let row: Vec<Value> = serde_json::from_str(
        &said(home, &key, &["feedback", "list", "--limit", "1", "--json"]).await,
    )
    .expect("JSON");
    said(home, &key, &["decide", row[0]["id"].as_str().expect("an id"), "correct"]).await;
    let notices = [
        text(&upshot(home, Some(&key), &["sync"]).await.stderr),
        text(&upshot(home, Some(&key), &["sync"]).await.stderr),
    ];
    assert!(notices[0].contains("kept here") && notices[1].is_empty(), "{notices:?}");
    assert_eq!(upshot(home, Some(&key), &["redo"]).await.status.code(), Some(5), "decided since");
    assert_eq!(upshot(home, Some(&key), &["undo", "99"]).await.status.code(), Some(5));
    assert_eq!(upshot(home, Some(&key), &["decide", "f-1"]).await.status.code(), Some(2));
}

#[tokio::test]
async fn what_a_filter_shows_is_decided_undone_and_redone_as_one_and_a_snooze_says_until_when() {
    let (home, _server, key) = connected().await;
    let home = home.path();
    let say = async |arguments: &[&str]| said(home, &key, arguments).await;
    let all = ["decide-all", "negative-open", "resolved", "--agent", "refund-check"];
    let made = say(&all).await.lines().count();
    assert!(made > 0);
    let none = upshot(home, Some(&key), &all).await;
    assert_eq!(none.status.code(), Some(2), "nothing is left to decide on");
    assert_eq!(say(&["undo"]).await.lines().count(), made);
    assert_eq!(say(&["redo"]).await.lines().count(), made);
    assert_eq!(say(&["undo"]).await.lines().count(), made);

    let rows: Vec<Value> =
        serde_json::from_str(&say(&["feedback", "list", "--limit", "2", "--json"]).await)
            .expect("JSON");
    let id = |n: usize| rows[n]["id"].as_str().expect("an id");
    say(&["decide", id(0), "duplicate", "--of", id(1), "--reason", "Test"]).await;
    say(&["decide", id(1), "snoozed", "--snooze-until", "7d"]).await;
    let history: Vec<Value> =
        serde_json::from_str(&say(&["decisions", id(0), "--json"]).await).expect("JSON");
    let last = history.last().expect("an event");
    assert_eq!((&last["duplicate_of"], &last["reason"]), (&rows[1]["id"], &"Test".into()));
    assert_eq!(say(&["wake"]).await, "0 woken\n");
    for wrong in [
        &["decide", id(0), "snoozed"][..],
        &["decide", id(0), "snoozed", "--snooze-until", "soon"],
        &["decide", id(0), "duplicate", "--of", "nowhere"],
    ] {
        assert_eq!(upshot(home, Some(&key), wrong).await.status.code(), Some(2), "{wrong:?}");
    }
}

#[tokio::test]
async fn an_exit_code_says_what_went_wrong() {
    let (home, server, key) = connected().await;
    let home = home.path();
    let code = |output: Output| (output.status.code(), text(&output.stderr));
    let (missing, _) = code(upshot(home, Some(&key), &["run", "show", "no-such-run"]).await);
    assert_eq!(missing, Some(5));
    let (usage, said) = code(upshot(home, Some(&key), &["sync", "--connection", "other"]).await);
    assert_eq!(usage, Some(2));
    assert!(said.contains("work"), "it names the connections there are: {said}");
    let (refused, said) = code(upshot(home, Some("wai-wrong"), &["sync"]).await);
    assert_eq!(refused, Some(4), "{said}");
    assert!(!said.contains("wai-wrong"));
    let (no_key, _) = code(upshot(home, None, &["sync"]).await);
    assert_eq!(no_key, Some(4));
    server.stop().await.expect("stops");
    let (offline, said) = code(upshot(home, Some(&key), &["sync"]).await);
    assert_eq!(offline, Some(3), "{said}");
    let (help, _) = code(upshot(home, None, &["--help"]).await);
    assert_eq!(help, Some(0));
}

#[tokio::test]
async fn what_is_kept_offline_is_shown_and_set() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = collector(dir.path()).await;
    let key = server.key.clone().expect("a key");
    let home = dir.path().join("home");
    said(&home, &key, &["connect", "--name", "demo", "--url", &server.url]).await;
    let offline = async |arguments: &[&str]| -> Value {
        let arguments = [&["offline", "--json"], arguments].concat();
        serde_json::from_str(&said(&home, &key, &arguments).await).expect("JSON")
    };
    assert_eq!(offline(&[]).await["limit_bytes"], 2_000_000_000);
    assert_eq!(offline(&["--limit", "0"]).await["limit_bytes"], 0);
    said(&home, &key, &["sync", "--quiet"]).await;
    assert_eq!(offline(&[]).await["kept_bytes"], 0);
    assert_eq!(offline(&["--limit", "all"]).await["limit_bytes"], Value::Null);
    said(&home, &key, &["sync", "--quiet"]).await;
    let all = offline(&[]).await;
    assert!(all["kept_bytes"].as_u64() > Some(0) && all["negative"]["kept"].as_u64() > Some(0));
    assert_eq!(all["negative"]["wanted"], 0);
    let text = said(&home, &key, &["offline", "--limit", "0"]).await;
    assert!(text.contains("limit       0 bytes"), "{text}");
    let wrong = upshot(&home, Some(&key), &["offline", "--limit", "much"]).await;
    assert_eq!(wrong.status.code(), Some(2));
}
