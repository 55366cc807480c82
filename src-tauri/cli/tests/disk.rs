//! A disk that is full and a folder that cannot be written, for real: a small file system of the test's own, in a mount
//! namespace of its own. Where the machine forbids that, the tests say that they skip.
#![cfg(target_os = "linux")]

#[path = "common/older.rs"]
mod older;
#[path = "../../app/tests/common/server.rs"]
mod server;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use collector::Running;
use rusqlite::Connection;

const FEEDBACK: u64 = 150;
/// What the shell says after each command, with the command's exit code.
const END: &str = "-- ended with";

/// A shell in a namespace where the data folder is a file system of its own.
struct Disk {
    shell: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    data: PathBuf,
    _dir: tempfile::TempDir,
}

/// What a command said, on both outputs, and its exit code.
#[derive(Debug)]
struct Said {
    code: i32,
    text: String,
}

impl Disk {
    /// `None`, with a word why, where no such thing can be made.
    fn of(kib: u32, key: &str) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a folder");
        let data = dir.path().join("data").join("upshot");
        std::fs::create_dir_all(&data).expect("a folder");
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh"]);
        command.env("HOME", dir.path()).env("XDG_DATA_HOME", dir.path().join("data"));
        command.env("XDG_STATE_HOME", dir.path().join("state"));
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        command.env("UPSHOT_API_KEY", key).env("UPSHOT", env!("CARGO_BIN_EXE_upshot-cli"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut shell) = command.spawn() else {
            eprintln!("skipped: there is no `unshare` here");
            return None;
        };
        let input = shell.stdin.take().expect("an input");
        let output = BufReader::new(shell.stdout.take().expect("an output"));
        let mut disk = Self { shell, input, output, data, _dir: dir };
        let mount =
            format!("mount -t tmpfs -o mode=700,size={kib}k tmpfs \"$XDG_DATA_HOME/upshot\"");
        match disk.run(&mount) {
            Some(said) if said.code == 0 => Some(disk),
            said => {
                eprintln!("skipped: no file system of one's own can be mounted here: {said:?}");
                None
            }
        }
    }

    fn run(&mut self, line: &str) -> Option<Said> {
        writeln!(self.input, "{{ {line}\n}} 2>&1 </dev/null; echo \"{END} $?\"").ok()?;
        let mut text = String::new();
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).ok()? == 0 {
                return None;
            }
            // What was said before it may lack its line's end.
            if let Some((before, code)) = line.split_once(END) {
                text.push_str(before);
                return Some(Said { code: code.trim().parse().ok()?, text });
            }
            text.push_str(&line);
        }
    }

    /// Runs a line of shell in which `$UPSHOT` is the command line.
    fn says(&mut self, line: &str) -> Said {
        self.run(line).expect("the shell goes on")
    }

    fn done(&mut self, line: &str) -> String {
        let said = self.says(line);
        assert_eq!(said.code, 0, "{line}: {}", said.text);
        said.text
    }

    /// Leaves so many KiB free.
    fn fill_up(&mut self, but_kib: u32) {
        let line = format!(
            "free=$(df -k --output=avail \"$XDG_DATA_HOME/upshot\" | tail -1); \
             head -c $(( (free - {but_kib}) * 1024 )) /dev/zero > \"$XDG_DATA_HOME/upshot/other\""
        );
        self.done(&line);
    }

    fn ids(&mut self) -> Vec<String> {
        let list = self.done("\"$UPSHOT\" feedback list --limit 10000 --json");
        let rows: Vec<serde_json::Value> = serde_json::from_str(&list).expect("JSON");
        rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()).collect()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The namespace, and what is mounted in it, end with the last process in it.
        drop(self.shell.kill());
        drop(self.shell.wait());
        let _ = &self.data;
    }
}

async fn server() -> (tempfile::TempDir, Running, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let options =
        server::options(dir.path(), FEEDBACK, &Arc::new(AtomicI64::new(server::START_MS)));
    let running = collector::serve(options).await.expect("the collector starts");
    let key = running.key.clone().expect("a key");
    (dir, running, key)
}

fn full(said: &Said) {
    assert_eq!(said.code, 1, "{}", said.text);
    assert!(said.text.contains("The disk is full."), "{}", said.text);
    assert!(said.text.contains("Make room on it"), "{}", said.text);
}

fn unwritable(said: &Said) {
    assert_eq!(said.code, 1, "{}", said.text);
    assert!(said.text.contains("The data folder cannot be written."), "{}", said.text);
    assert!(said.text.contains("right to write"), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_in_a_sync_costs_nothing_and_the_sync_goes_on_when_there_is_room() {
    let (_dir, server, key) = server().await;
    let Some(mut disk) = Disk::of(64 * 1024, &key) else { return };
    disk.done(&format!("\"$UPSHOT\" connect --name work --url {}", server.url));
    // Room for a part of it.
    disk.fill_up(300);
    full(&disk.says("\"$UPSHOT\" sync --quiet"));
    let part = disk.ids();
    assert!((part.len() as u64) <= FEEDBACK);

    disk.done("rm \"$XDG_DATA_HOME/upshot/other\"");
    disk.done("\"$UPSHOT\" sync --quiet");
    let all = disk.ids();
    assert_eq!(all.len() as u64, FEEDBACK);
    assert!(part.iter().all(|id| all.contains(id)), "some are gone");
    disk.done("\"$UPSHOT\" doctor");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_on_a_full_disk_is_not_acknowledged() {
    let (_dir, server, key) = server().await;
    let Some(mut disk) = Disk::of(64 * 1024, &key) else { return };
    disk.done(&format!("\"$UPSHOT\" connect --name work --url {}", server.url));
    disk.done("\"$UPSHOT\" sync --quiet");
    let ids = disk.ids();
    disk.fill_up(400);
    let long = "again and again ".repeat(64);
    let (mut taken, mut refused) = (Vec::new(), None);
    for id in ids.iter().cycle().take(600) {
        let said = disk.says(&format!("\"$UPSHOT\" decide {id} correct --note \"{long}\""));
        if said.code != 0 {
            refused = Some(said);
            break;
        }
        assert!(said.text.starts_with("ok "), "{}", said.text);
        taken.push(id.clone());
    }
    let refused = refused.expect("the disk is full at last");
    full(&refused);
    assert!(!refused.text.contains("ok "), "{}", refused.text);

    disk.done("rm \"$XDG_DATA_HOME/upshot/other\"");
    let listed = disk.done("\"$UPSHOT\" decisions --limit 500 --json");
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).expect("JSON");
    let mut kept: Vec<_> =
        listed.iter().map(|event| event["feedback"].as_str().unwrap_or("")).collect();
    kept.reverse();
    assert_eq!(kept, taken);
    disk.done(&format!("\"$UPSHOT\" decide {} correct", ids[0]));
    disk.done("\"$UPSHOT\" doctor");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mirror_that_cannot_be_written_is_read_all_the_same() {
    let (_dir, server, key) = server().await;
    let Some(mut disk) = Disk::of(64 * 1024, &key) else { return };
    disk.done(&format!("\"$UPSHOT\" connect --name work --url {}", server.url));
    disk.done("\"$UPSHOT\" sync --quiet");
    let before = disk.ids();
    disk.done("mount -o remount,ro \"$XDG_DATA_HOME/upshot\"");
    assert_eq!(disk.ids(), before);
    unwritable(&disk.says("\"$UPSHOT\" sync --quiet"));
    unwritable(&disk.says(&format!("\"$UPSHOT\" decide {} correct", before[0])));
    assert_eq!(disk.ids(), before);
    disk.done("mount -o remount,rw \"$XDG_DATA_HOME/upshot\"");
    disk.done("\"$UPSHOT\" sync --quiet");
    disk.done(&format!("\"$UPSHOT\" decide {} correct", before[0]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_folder_that_cannot_be_written_is_said_so() {
    let Some(mut disk) = Disk::of(1_024, "wai-none") else { return };
    disk.done("mount -o remount,ro \"$XDG_DATA_HOME/upshot\"");
    unwritable(&disk.says("\"$UPSHOT\" feedback list"));
}

/// Takes what is in the data folder out of the namespace, and looks at the databases: their formats, all sound and
/// with everything in them.
fn formats(disk: &mut Disk) -> Vec<(String, i64)> {
    let out = tempfile::tempdir().expect("a folder");
    disk.done(&format!("cp \"$XDG_DATA_HOME\"/upshot/mirror*.sqlite3* {}", out.path().display()));
    let mut formats = Vec::new();
    for file in std::fs::read_dir(out.path()).expect("a folder") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "sqlite3") {
            let format = whole(&path);
            formats.push((path.file_name().expect("a name").to_string_lossy().into(), format));
        }
    }
    formats.sort();
    formats
}

fn whole(path: &Path) -> i64 {
    let file = Connection::open(path).expect("a database");
    let sound: String =
        file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
    assert_eq!(sound, "ok", "{}", path.display());
    let counts = "SELECT (SELECT count(*) FROM feedback), (SELECT count(*) FROM decisions)";
    let counts = file.query_row(counts, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("counts");
    assert_eq!(counts, (older::WORDS, older::WORDS / older::DECIDED), "{}", path.display());
    drop(file);
    older::format(path)
}

#[test]
fn a_disk_that_fills_up_in_a_migration_costs_nothing_and_it_goes_through_when_there_is_room() {
    let Some(mut disk) = Disk::of(64 * 1024, "wai-none") else { return };
    let given = tempfile::tempdir().expect("a folder");
    let given = given.path().join("first.sqlite3");
    older::cache(&given, "http://127.0.0.1:1");
    let kib = u32::try_from(std::fs::metadata(&given).expect("a file").len() / 1024).expect("few");
    disk.done(&format!("cp {} \"$XDG_DATA_HOME/upshot/mirror.sqlite3\"", given.display()));
    let (cache, copy) = ("mirror.sqlite3".to_owned(), "mirror.format-1.sqlite3".to_owned());

    let (mut without_copy, mut with_copy) = (0, 0);
    for more in 0..200 {
        disk.fill_up(more * kib / 8);
        let said = disk.says("\"$UPSHOT\" feedback list --limit 10000 --json");
        disk.done("rm \"$XDG_DATA_HOME/upshot/other\"");
        let formats = formats(&mut disk);
        if said.code == 0 {
            assert!(formats[1].1 > 1, "{formats:?}");
            break;
        }
        full(&said);
        if formats.len() == 1 {
            without_copy += 1;
        } else {
            with_copy += 1;
            assert_eq!(formats[0], (copy.clone(), 1));
            disk.done("rm \"$XDG_DATA_HOME/upshot/mirror.format-1.sqlite3\"");
        }
        assert_eq!(formats.last(), Some(&(cache.clone(), 1)));
    }
    assert!(without_copy > 2 && with_copy > 2, "{without_copy} {with_copy}");
    assert_eq!(disk.ids().len() as i64, older::WORDS);
    disk.done("\"$UPSHOT\" doctor");
}
