//! Caches that another version of Upshot wrote, as a script meets them: an older one is brought up to date with a copy
//! kept, a newer one is refused and left alone.

#[path = "common/older.rs"]
mod older;
#[path = "../../app/tests/common/server.rs"]
mod server;
#[path = "common/upshot.rs"]
mod upshot;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use rusqlite::Connection;
use serde_json::Value;

const CACHE: &str = "mirror.sqlite3";
const COPY: &str = "mirror.format-1.sqlite3";

/// Where it keeps its data in that home.
fn data(home: &Path) -> PathBuf {
    home.join("data").join("upshot")
}

fn run(home: &Path, key: &str, arguments: &[&str]) -> Output {
    upshot::command(home, Some(key), arguments).output().expect("the command line starts")
}

fn json(home: &Path, key: &str, arguments: &[&str]) -> Vec<Value> {
    let output = run(home, key, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A home whose cache is of the first format.
fn of_first_release(url: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(data(home.path())).expect("a folder");
    older::cache(&data(home.path()).join(CACHE), url);
    home
}

/// Ids and comments, newest first.
fn listed(home: &Path, key: &str) -> Vec<(String, String)> {
    let rows = json(home, key, &["feedback", "list", "--limit", "10000", "--json"]);
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "id"), text(row, "comment"))).collect()
}

/// The feedback that is decided, by the number of the decision.
fn decided(home: &Path, key: &str) -> BTreeMap<i64, String> {
    let made = json(home, key, &["decisions", "--limit", "500", "--json"]);
    let event = |made: &Value| {
        let feedback = made["feedback"].as_str().expect("an id");
        (made["id"].as_i64().expect("a number"), feedback.to_owned())
    };
    made.iter().map(event).collect()
}

/// Names and bytes of the databases in the data folder; locks say nothing.
fn databases(home: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(data(home)).expect("the data folder");
    let paths = files.map(|file| file.expect("a file").path());
    let named = paths.filter_map(|path| {
        let name = path.file_name()?.to_str()?.to_owned();
        let bytes = std::fs::read(&path).expect("a file");
        name.contains("sqlite3").then_some((name, bytes))
    });
    named.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cache_of_the_first_release_is_brought_up_to_date_and_a_copy_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = server::options(dir.path(), 30, &Arc::new(AtomicI64::new(server::START_MS)));
    let server = collector::serve(options).await.expect("the collector starts");
    let key = server.key.as_deref().expect("a key");
    let home = of_first_release(&server.url);
    let home = home.path();

    let words: Vec<_> =
        (1..=older::WORDS).rev().map(|nth| (older::id(nth), older::comment(nth))).collect();
    assert_eq!(listed(home, key), words);
    let first: BTreeMap<_, _> =
        (1..=older::WORDS / older::DECIDED).map(|n| (n, older::id(n * older::DECIDED))).collect();
    assert_eq!(decided(home, key), first);
    assert_eq!(databases(home).into_keys().collect::<Vec<_>>(), [COPY, CACHE]);
    assert!(older::format(&data(home).join(CACHE)) > 1);
    let copy = data(home).join(COPY);
    assert_eq!(older::format(&copy), 1);
    let kept = Connection::open(&copy).expect("the copy");
    let counts = "SELECT (SELECT count(*) FROM feedback), (SELECT count(*) FROM decisions)";
    let counts = kept.query_row(counts, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("counts");
    assert_eq!(counts, (older::WORDS, older::WORDS / older::DECIDED));

    // It goes on from there.
    drop(kept);
    let before = std::fs::read(&copy).expect("the copy");
    let synced = run(home, key, &["sync", "--quiet"]);
    assert!(synced.status.success(), "{}", String::from_utf8_lossy(&synced.stderr));
    let made = run(home, key, &["decide", &older::id(1), "resolved"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let now = listed(home, key);
    assert!(words.iter().all(|word| now.contains(word)), "some are gone");
    assert_eq!(now.len(), words.len() + 30);
    assert!(first.iter().all(|made| decided(home, key).get(made.0) == Some(made.1)));
    assert!(run(home, key, &["doctor"]).status.success());
    assert_eq!(databases(home).into_keys().collect::<Vec<_>>(), [COPY, CACHE]);
    assert_eq!(std::fs::read(&copy).expect("the copy"), before, "the copy stays as it was");
}

#[test]
fn a_cache_of_a_newer_version_is_refused_and_left_as_it_is() {
    let home = of_first_release("http://127.0.0.1:1");
    let home = home.path();
    listed(home, "wai-none");
    let path = data(home).join(CACHE);
    let known = older::format(&path);
    let newer = Connection::open(&path).expect("the cache");
    newer.pragma_update(None, "user_version", known + 1).expect("a format");
    drop(newer);
    let before = databases(home);
    let commands: [&[&str]; 7] = [
        &["feedback", "list"],
        &["sync"],
        &["decide", "f", "correct"],
        &["undo"],
        &["connect", "--name", "other", "--url", "http://127.0.0.1:1"],
        &["doctor"],
        &["doctor", "--repair"],
    ];
    for arguments in commands {
        let output = run(home, "wai-none", arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        let formats = format!("(format {}, this one knows {known})", known + 1);
        for part in ["Update Upshot", "written by a newer", &formats] {
            assert!(said.contains(part), "{arguments:?}: {said}");
        }
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(databases(home) == before, "{arguments:?} changed something");
    }
}
