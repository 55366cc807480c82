//! How runs are packed, and what becomes of one that cannot be unpacked.

use std::path::Path;

use domain::{ConnectionId, Run, RunRecord};
use rusqlite::Connection;
use serde_json::json;
use store::{Error, FILE_NAME, RunEntry, Store};

use crate::given::{alone, feedback, new_connection, run};

/// Runs as an agent makes them: much the same, and each with words of its own.
fn nth(n: u32) -> Run {
    let word = |at: u32| {
        ["refund", "order", "late", "parcel", "shoes", "size", "Gent", "Oslo"]
            [(n.wrapping_mul(2_654_435_761).rotate_left(at * 5) % 8) as usize]
    };
    let said = format!("{} {} {} {} {n}", word(1), word(2), word(3), word(4));
    Run {
        input: json!({"workflowai.messages": [{"role": "user", "content": [{"text": said,
            "file": null, "tool_call_request": null, "tool_call_result": null}], "run_id": null}],
            "customer": {"first_name": word(5), "locale": "nl-NL"}, "return_url":
            "https://shop.example/return"}),
        output: json!({"assistant_answer": format!("We are sorry about {}. {}", word(6), word(7))}),
        ..run(
            &format!("run-{n}"),
            Some("0123456789abcdef0123456789abcdef"),
            Some("gpt-4o-2024-11-20"),
        )
    }
}

fn given() -> (tempfile::TempDir, Store, ConnectionId) {
    let (dir, store, connection) = alone();
    (dir, store, connection)
}

fn file(dir: &Path) -> Connection {
    Connection::open(dir.join(FILE_NAME)).expect("file")
}

fn number(file: &Connection, sql: &str) -> i64 {
    file.query_row(sql, [], |row| row.get(0)).expect("a number")
}

fn read(store: &Store, connection: ConnectionId, id: &str) -> Result<Option<RunEntry>, Error> {
    store.run(connection, &"helpdesk".into(), &id.into())
}

#[test]
fn runs_of_an_agent_share_a_dictionary_and_read_back_as_they_were() {
    let (dir, store, connection) = given();
    let runs: Vec<Run> = (0..450).map(nth).collect();
    for batch in runs.chunks(50) {
        store.write_runs(connection, batch).expect("runs");
    }
    let file = file(dir.path());
    assert_eq!(number(&file, "SELECT count(*) FROM dictionaries"), 1);
    assert_eq!(number(&file, "SELECT count(*) FROM run_payloads WHERE dictionary IS NULL"), 0);
    let offline = store.offline(connection).expect("offline");
    let json: usize = runs.iter().map(|run| serde_json::to_vec(run).expect("JSON").len()).sum();
    assert_eq!(offline.json_bytes, json as u64);
    let stored = number(&file, "SELECT sum(length(body)) FROM run_payloads").unsigned_abs();
    assert_eq!(offline.stored_bytes, stored);
    assert!(stored * 100 < offline.json_bytes * 25, "{stored} of {json}");

    // By this process and by one that has never seen the dictionary.
    let again = Store::open(dir.path()).expect("opened again");
    for run in &runs {
        let here = Some(RunEntry::Present(Box::new(run.clone())));
        assert_eq!(read(&store, connection, run.id.as_str()).expect("read"), here);
        assert_eq!(read(&again, connection, run.id.as_str()).expect("read"), here);
    }
    again.write_runs(connection, &[nth(900)]).expect("run");
    assert_eq!(number(&file, "SELECT count(*) FROM dictionaries"), 1);
}

#[test]
fn a_run_that_packing_would_make_larger_stays_as_it_is() {
    let (dir, store, connection) = given();
    let tiny = Run { input: json!(1), output: json!(2), ..run("t", None, None) };
    // With nothing in it that is said twice.
    let json = br#"{"id":"t","agent":"helpdesk","status":"success","input":1,"output":2}"#;
    let record = RunRecord { json: json.to_vec(), ..RunRecord::of(&tiny).expect("a record") };
    store.file_asked_run(connection, record).expect("run");
    let read = read(&store, connection, "t").expect("read");
    let Some(RunEntry::Present(read)) = read else { panic!("{read:?}") };
    assert_eq!((read.input, read.output), (json!(1), json!(2)));
    let kept =
        "SELECT count(*) FROM run_payloads WHERE encoding = 'json' AND body = CAST(?1 AS BLOB)";
    let file = file(dir.path());
    let kept: i64 = file.query_row(kept, [&json[..]], |row| row.get(0)).expect("a number");
    assert_eq!(kept, 1);
    let offline = store.offline(connection).expect("offline");
    assert_eq!((offline.stored_bytes, offline.json_bytes), (json.len() as u64, json.len() as u64));
    assert_eq!(number(&file, "SELECT count(*) FROM dictionaries"), 0);
}

#[test]
fn a_damaged_payload_says_so_and_is_wanted_again_once_it_is_forgotten() {
    let (dir, store, connection) = given();
    let runs: Vec<Run> = (0..210).map(nth).collect();
    store.write_feedback(connection, &[feedback("f", "run-7", None, 1)], 1).expect("feedback");
    store.write_runs(connection, &runs).expect("runs");
    let before = store.offline(connection).expect("offline");
    assert_eq!(store.unreadable_runs(connection).expect("read"), []);
    // One bit, wherever it is.
    let file = file(dir.path());
    let (pos, body): (i64, Vec<u8>) = file
        .query_row(
            "SELECT p.run, p.body FROM run_payloads p JOIN runs r ON r.pos = p.run WHERE r.id = 'run-7'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .expect("a payload");
    for at in 0..body.len() {
        let mut body = body.clone();
        body[at] ^= 1;
        file.execute("UPDATE run_payloads SET body = ?2 WHERE run = ?1", (pos, body))
            .expect("damaged");
        let damaged = read(&store, connection, "run-7");
        let is_said = matches!(damaged, Err(Error::Unreadable { what: "run", .. }));
        assert!(is_said, "byte {at}: {damaged:?}");
    }
    let agent = "helpdesk".into();
    let found = store.unreadable_runs(connection).expect("read");
    assert_eq!(found, [("helpdesk".into(), "run-7".into())]);
    assert!(store.forget_payload(connection, &agent, &"run-7".into()).expect("forgotten"));
    assert!(!store.forget_payload(connection, &agent, &"run-7".into()).expect("forgotten before"));
    assert_eq!(
        read(&store, connection, "run-7").expect("read"),
        Some(RunEntry::Shed { gone_at_ms: None })
    );
    let wanted = store.runs_wanted(connection, None, 0, 9).expect("wanted");
    assert_eq!(wanted.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["run-7"]);

    store.write_runs(connection, &runs[7..8]).expect("fetched again");
    assert!(matches!(read(&store, connection, "run-7"), Ok(Some(RunEntry::Present(_)))));
    assert!(store.runs_wanted(connection, None, 0, 9).expect("wanted").is_empty());
    assert_eq!(store.offline(connection).expect("offline"), before);
}

#[test]
fn files_looked_at_are_kept_until_others_take_their_room() {
    use store::KeptFile;
    let (_dir, store, connection) = given();
    let other = store.add_connection(new_connection("other")).expect("connection").id;
    let of = |n: u8| KeptFile { media_type: "image/png".to_owned(), body: vec![n; 19_000_000] };
    let url = |n: u8| format!("https://files.example/{n}.png");
    for n in 0..10 {
        store.keep_file(connection, &url(n), &of(n), i64::from(n)).expect("kept");
    }
    // Looked at again: the next oldest goes in its place.
    assert_eq!(store.file(connection, &url(0), 99).expect("read"), Some(of(0)));
    assert_eq!(store.file(other, &url(0), 99).expect("read"), None);
    store.keep_file(other, &url(11), &of(11), 100).expect("kept");
    assert_eq!(store.file(connection, &url(1), 101).expect("read"), None);
    assert_eq!(store.file(connection, &url(0), 101).expect("read"), Some(of(0)));
    assert_eq!(store.file_bytes_of(connection).expect("sum"), 9 * 19_000_000);
    let large = KeptFile {
        media_type: "image/png".to_owned(),
        body: vec![0; store::LARGEST_FILE_BYTES + 1],
    };
    store.keep_file(connection, "https://files.example/large.png", &large, 102).expect("not kept");
    assert_eq!(store.file(connection, "https://files.example/large.png", 103).expect("read"), None);
    store.remove_connection(other).expect("removed");
    assert_eq!(store.file_bytes_of(other).expect("sum"), 0);
}
