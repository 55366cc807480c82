//! A mirror that is not sound, in every way we can make it so: what the doctor finds, what it does, and that no
//! decision is ever worse off for it.

use std::fs;
use std::path::Path;

use domain::{Act, ConnectionId, DecisionKind};
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;
use store::doctor::{Repaired, examine, repair};
use store::{Decision, Error, FILE_NAME, FeedbackFilter, NewDecision, Store};
use tempfile::TempDir;

use crate::given::{alone, commented, listed, new_connection, run, version};

const FEEDBACK: i64 = 240;

fn decision(feedback: i64) -> NewDecision {
    NewDecision {
        note: Some(format!("note {feedback} ").repeat(30)),
        reason: Some("Too slow".to_owned()),
        duplicate_of: Some("f-0".into()),
        ..NewDecision::new(
            format!("f-{feedback}"),
            Act::Decide(DecisionKind::Correct),
            feedback,
            "ann",
        )
    }
}

/// A mirror with something in every corner, closed.
fn given() -> (TempDir, ConnectionId) {
    let (dir, store, id) = alone();
    let said = |n: i64| commented(&format!("f-{n}"), &format!("late delivery {n}"), n * 1_000);
    let all: Vec<_> = (0..FEEDBACK).map(said).collect();
    store.write_feedback(id, &all, 1).expect("feedback");
    let runs: Vec<_> = (0..FEEDBACK).map(|n| run(&format!("f-{n}"), Some("v"), None)).collect();
    store.write_runs(id, &runs).expect("runs");
    store.write_versions(id, &[version("v", Some("1.1"), Some(1))], 1).expect("version");
    for n in 0..FEEDBACK / 3 {
        store.add_decisions(id, &[decision(n)]).expect("decision");
    }
    store.set_setting("theme", Some("dark")).expect("setting");
    (dir, id)
}

fn decisions(dir: &Path, id: ConnectionId) -> Vec<Decision> {
    let store = Store::open(dir).expect("opens");
    store.newest_decisions(id, None, 10_000).expect("decisions")
}

/// Goes behind the store's back.
fn meddle(dir: &Path, sql: &str) {
    let file = Connection::open(dir.join(FILE_NAME)).expect("file");
    file.execute_batch(sql).expect("meddled");
}

/// Repairs what `sql` breaks; nothing but what was broken is different afterwards.
fn mended(sql: &str) -> (TempDir, ConnectionId, Repaired) {
    let (dir, id) = given();
    let before = decisions(dir.path(), id);
    meddle(dir.path(), sql);
    let found = examine(dir.path()).expect("examined");
    assert!(!found.is_empty(), "{sql}: nothing is found");
    for finding in &found {
        assert!(finding.to_string().ends_with('.'), "{finding}");
    }
    let repaired = repair(dir.path()).expect("repaired");
    assert_eq!(repaired.findings, found);
    assert_eq!((&repaired.left, &repaired.lost), (&Vec::new(), &Vec::new()), "{sql}");
    assert_eq!(examine(dir.path()).expect("examined"), Vec::new(), "{sql}");
    assert_eq!(decisions(dir.path(), id), before, "{sql}");
    let store = Store::open(dir.path()).expect("opens");
    let all = listed(&store, id, &FeedbackFilter::default(), 1_000);
    assert_eq!(all.len(), usize::try_from(FEEDBACK).expect("few"), "{sql}");
    (dir, id, repaired)
}

#[test]
fn a_sound_mirror_is_left_alone() {
    let (dir, id) = given();
    let before = decisions(dir.path(), id);
    assert_eq!(before.len() as i64, FEEDBACK / 3);
    assert_eq!(examine(dir.path()).expect("examined"), Vec::new());
    let repaired = repair(dir.path()).expect("repaired");
    assert_eq!(repaired, Repaired { decisions: before.len() as u64, ..Repaired::default() });
    assert_eq!(decisions(dir.path(), id), before);
    let nowhere = tempfile::tempdir().expect("directory");
    assert_eq!(examine(nowhere.path()).expect("examined"), Vec::new());
    assert_eq!(fs::read_dir(nowhere.path()).expect("directory").count(), 0, "it made something");
}

#[test]
fn an_index_of_words_is_made_anew() {
    let broken = "INSERT INTO feedback_words (feedback_words) VALUES ('delete-all')";
    let (dir, id, repaired) = mended(broken);
    assert_eq!(repaired.kept, None);
    let store = Store::open(dir.path()).expect("opens");
    let words =
        FeedbackFilter { text: Some("delivery 217".to_owned()), ..FeedbackFilter::default() };
    assert_eq!(listed(&store, id, &words, 9).len(), 1);
}

#[test]
fn counts_that_are_wrong_are_counted_again() {
    let (dir, id, repaired) = mended("UPDATE facets SET n = n + 7");
    assert!(repaired.kept.is_some_and(|kept| kept.exists()));
    let store = Store::open(dir.path()).expect("opens");
    assert_eq!(store.mailbox_counts(id).expect("counts").everything as i64, FEEDBACK);
    assert_eq!(store.setting("theme").expect("setting").as_deref(), Some("dark"));
    assert_eq!(store.runs_wanted(id, None, 9, 9).expect("wanted"), []);
    assert!(store.version(id, &"helpdesk".into(), &"v".into()).expect("read").is_some());
}

#[test]
fn what_counts_as_decided_follows_from_the_log_again() {
    for broken in [
        "DELETE FROM decided",
        "DELETE FROM noted",
        "UPDATE decided SET duplicate_of = 'f-9' WHERE feedback_id = 'f-3'",
        "UPDATE decided SET snooze_kind = 'until', snooze_ms = 9 WHERE feedback_id = 'f-3'",
        "INSERT INTO woken SELECT connection, feedback_id, event, 1, 'until' FROM decided",
        "UPDATE decided SET kind = 'resolved' WHERE feedback_id = 'f-3'",
        "UPDATE feedback SET decision = NULL WHERE id = 'f-3'",
        "UPDATE feedback SET decision = 'resolved' WHERE id = 'f-239'",
    ] {
        let (dir, id, repaired) = mended(broken);
        assert_eq!(repaired.kept, None, "{broken}");
        let store = Store::open(dir.path()).expect("opens");
        let decided = |n: &str| store.decided(id, &n.into()).expect("read").map(|(_, kind)| kind);
        assert_eq!((decided("f-3"), decided("f-239")), (Some(DecisionKind::Correct), None));
        assert_eq!(store.mailbox_counts(id).expect("counts").decided as i64, FEEDBACK / 3);
    }
}

#[test]
fn what_cannot_be_read_back_is_wanted_again() {
    let (dir, id, _) = mended(
        "UPDATE run_payloads SET encoding = 'json', dictionary = NULL, body = x'7b7b'
         WHERE run = (SELECT pos FROM runs WHERE id = 'f-5')",
    );
    let store = Store::open(dir.path()).expect("opens");
    let wanted = store.runs_wanted(id, None, i64::MAX, 9).expect("wanted");
    assert_eq!(wanted.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["f-5"]);

    let (dir, id, _) = mended("UPDATE versions SET json = '{\"id\": 7}'");
    let store = Store::open(dir.path()).expect("opens");
    assert_eq!(store.versions_wanted(id, i64::MAX, 9).expect("wanted").len(), 1);
}

#[test]
fn a_row_that_refers_to_nothing_is_left_behind() {
    let broken = "PRAGMA foreign_keys = OFF;
        INSERT INTO agents VALUES (77, 'a', '{}');
        DELETE FROM runs WHERE id = 'f-9';";
    let (dir, id, _) = mended(broken);
    let store = Store::open(dir.path()).expect("opens");
    let wanted = store.runs_wanted(id, None, i64::MAX, 9).expect("wanted");
    assert_eq!(wanted.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["f-9"]);
}

#[test]
fn what_is_no_database_is_put_aside_and_a_fresh_one_begun() {
    let dir = tempfile::tempdir().expect("directory");
    let text = "no database, but long enough to look at".repeat(99);
    fs::write(dir.path().join(FILE_NAME), &text).expect("file");
    assert_eq!(examine(dir.path()).expect("examined").len(), 1);
    let repaired = repair(dir.path()).expect("repaired");
    assert!(repaired.lost_decisions(), "nobody knows what was in there: {repaired:?}");
    let kept = repaired.kept.expect("it is kept");
    assert_eq!(fs::read_to_string(kept).expect("kept"), text);
    assert_eq!(Store::open(dir.path()).expect("opens").connections().expect("read"), []);
}

#[test]
fn a_file_that_somebody_has_open_is_not_replaced() {
    let (dir, id) = given();
    let store = Store::open(dir.path()).expect("opens");
    meddle(dir.path(), "UPDATE facets SET n = n + 7");
    assert!(matches!(repair(dir.path()), Err(Error::InUse)));
    store.add_decisions(id, &[decision(200)]).expect("it goes on");
    drop(store);
    let repaired = repair(dir.path()).expect("repaired");
    assert_eq!(repaired.decisions as i64, FEEDBACK / 3 + 1);
}

#[test]
fn decisions_of_a_connection_that_is_lost_are_kept() {
    let (dir, id) = given();
    let before = decisions(dir.path(), id);
    meddle(dir.path(), "PRAGMA foreign_keys = OFF; DELETE FROM connections");
    let repaired = repair(dir.path()).expect("repaired");
    assert!(!repaired.lost_decisions());
    assert_eq!(decisions(dir.path(), id), before);
    let store = Store::open(dir.path()).expect("opens");
    assert_eq!(store.connection(id).expect("read").expect("a place for them").name, "recovered 1");
    assert!(store.add_connection(new_connection("next")).expect("connection").id > id);
}

/// Overwrites some pages, never the first, with what a disk may leave there.
fn torn(dir: &Path, pages: &[(u16, bool)]) {
    let path = dir.join(FILE_NAME);
    let mut bytes = fs::read(&path).expect("file");
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let count = bytes.len() / size;
    for (at, zeros) in pages {
        let page = 1 + usize::from(*at) % (count - 1);
        let mut noise = u32::from(*at) | 1;
        for byte in &mut bytes[page * size..(page + 1) * size] {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            *byte = if *zeros { 0 } else { noise.to_le_bytes()[0] };
        }
    }
    fs::write(&path, bytes).expect("file");
}

#[test]
fn a_file_with_torn_pages_is_read_around_them() {
    let (template, id) = given();
    let before = decisions(template.path(), id);
    let (mut hurt, mut lossy) = (0, 0);
    let some_pages = proptest::collection::vec(proptest::prelude::any::<(u16, bool)>(), 1..4);
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut case = |pages: Vec<(u16, bool)>| {
        let dir = tempfile::tempdir().expect("directory");
        fs::copy(template.path().join(FILE_NAME), dir.path().join(FILE_NAME)).expect("copied");
        torn(dir.path(), &pages);
        let damaged = fs::read(dir.path().join(FILE_NAME)).expect("file");
        let repaired = repair(dir.path()).expect("repaired");
        assert_eq!(repaired.left, Vec::new());
        let Some(kept) = &repaired.kept else {
            // The page was a free one, or of what could be derived anew.
            assert_eq!(decisions(dir.path(), id), before);
            return;
        };
        hurt += 1;
        assert_eq!(fs::read(kept).expect("kept"), damaged, "the damaged file was changed");
        let after = decisions(dir.path(), id);
        for decision in &after {
            assert!(before.contains(decision), "nobody decided this: {decision:?}");
        }
        if after.len() < before.len() {
            lossy += 1;
            let lost = repaired.lost.iter().find(|lost| lost.table == "decisions");
            let rows = lost.expect("it is said").rows;
            let missing = (before.len() - after.len()) as u64;
            assert!(rows.is_none_or(|rows| rows == missing), "{rows:?} and {missing} missing");
        }
    };
    // Not the macro: what is counted over all cases says whether the test tests anything.
    let mut runner = TestRunner::new_with_rng(
        config.clone(),
        proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm),
    );
    for _ in 0..config.cases {
        use proptest::strategy::{Strategy as _, ValueTree as _};
        let pages = some_pages.new_tree(&mut runner).expect("pages").current();
        eprintln!("pages {pages:?}");
        case(pages);
    }
    assert!(hurt > 20 && lossy > 0, "{hurt} were damaged, {lossy} lost a decision");
}
