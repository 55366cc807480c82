//! The command line killed in the middle of what it does, again and again: the mirror opens and is sound, no decision
//! that was acknowledged is missing, and a sync that is let through makes the mirror what the server is.
#![cfg(unix)]

#[path = "../../app/tests/common/server.rs"]
mod server;
#[path = "common/upshot.rs"]
mod upshot;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use collector::Running;
use domain::{ConnectionId, Outcome, UserId};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;
use store::Store;
use workflowai::{ApiKey, Client, ClientOptions, FeedbackPost, Origin};

const FEEDBACK: u64 = 60;
/// Kills between two homes: the first of them cut the very first sync.
const ROUND: u32 = 25;
const KINDS: [&str; 3] = ["resolved", "incorrect", "correct"];

/// The server, which lives on.
struct Server {
    running: Running,
    client: Client,
    http: reqwest::Client,
    now_ms: Arc<AtomicI64>,
    key: String,
    _dir: tempfile::TempDir,
}

/// One installation: its mirror, and what it was told that it must not forget.
struct Home {
    dir: tempfile::TempDir,
    key: String,
    /// By the event's number: the feedback.
    acknowledged: BTreeMap<i64, String>,
}

async fn server() -> Server {
    let dir = tempfile::tempdir().expect("a folder");
    let now_ms = Arc::new(AtomicI64::new(server::START_MS));
    let options = server::options(dir.path(), FEEDBACK, &now_ms);
    let running = collector::serve(options).await.expect("the collector starts");
    let key = running.key.clone().expect("a key");
    let origin = Origin::parse(&running.url, false).expect("an origin");
    let options = ClientOptions::new(origin, Some(ApiKey::parse(&key).expect("a key")));
    let client = Client::new(options).expect("a client");
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    Server { running, client, http, now_ms, key, _dir: dir }
}

impl Server {
    /// Id, outcome, comment and run of all that is listed.
    async fn listed(&self) -> Vec<Listed> {
        let mut all = Vec::new();
        for agent in self.client.agents().await.expect("agents") {
            let page = self.client.feedback_page(&agent.id, 1_000, 0).await.expect("a page");
            all.extend(page.items.into_iter().map(|item| Listed {
                id: item.id.to_string(),
                outcome: item.outcome.to_string(),
                comment: item.comment_text().map(str::to_owned),
                agent: item.agent.to_string(),
                run: item.run.to_string(),
                user: item.user.map(UserId::into_string),
            }));
        }
        all.sort();
        all
    }

    /// Something new to sync: a new word of somebody, or another one of the same user.
    async fn grow(&self, rng: &mut StdRng) {
        let listed = self.listed().await;
        for number in 0..rng.random_range(1..5) {
            let on = &listed[rng.random_range(0..listed.len())];
            let url = format!("{}/v1/_/agents/{}/runs/{}", self.running.url, on.agent, on.run);
            let answer = self.http.get(url).bearer_auth(&self.key).send().await.expect("answers");
            let run: Value = answer.json().await.expect("JSON");
            // Feedback may stand on a run that is gone.
            let Some(token) = run["feedback_token"].as_str() else { continue };
            let now_ms = self.now_ms.fetch_add(1_000, Ordering::Relaxed);
            let again = on.user.clone().filter(|_| number == 0);
            let post = FeedbackPost {
                feedback_token: token.to_owned(),
                outcome: Outcome::Negative,
                comment: Some(format!("said at {now_ms}")),
                user_id: Some(UserId::from(again.unwrap_or_else(|| format!("late-{now_ms}")))),
            };
            self.client.send_feedback(&post).await.expect("posts");
        }
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    id: String,
    outcome: String,
    comment: Option<String>,
    agent: String,
    run: String,
    user: Option<String>,
}

impl Home {
    fn new(server: &Server) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let home = Self { dir, key: server.key.clone(), acknowledged: BTreeMap::new() };
        home.done(&["connect", "--name", "work", "--url", &server.running.url]);
        home
    }

    fn upshot(&self, arguments: &[&str]) -> Command {
        upshot::command(self.dir.path(), Some(&self.key), arguments)
    }

    /// Standard output of a command that is let through.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.upshot(arguments).output().expect("starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data").join("upshot")
    }

    /// A sync that is killed after a while, if it still runs.
    fn sync_and_kill(&self, after: Duration) {
        let mut child = self.upshot(&["sync", "--quiet"]).spawn().expect("starts");
        std::thread::sleep(after);
        child.kill().expect("killed");
        child.wait().expect("ended");
    }

    /// Decisions as fast as they are taken, until it is killed. A line that came whole is a promise.
    fn decide_and_kill(&mut self, after: Duration, ids: &[String], number: u32) {
        let mut command = self.upshot(&["decide", "-"]);
        let mut child = command.stdin(Stdio::piped()).spawn().expect("starts");
        let mut input = child.stdin.take().expect("an input");
        let output = child.stdout.take().expect("an output");
        let ids = ids.to_vec();
        let telling = std::thread::spawn(move || {
            for (nth, id) in ids.iter().cycle().take(5_000).enumerate() {
                let kind = KINDS[nth % KINDS.len()];
                if writeln!(input, "{id} {kind} burst {number}, decision {nth}").is_err() {
                    return;
                }
            }
        });
        let hearing = std::thread::spawn(move || {
            let mut lines = Vec::new();
            let mut output = BufReader::new(output);
            loop {
                let mut line = String::new();
                if output.read_line(&mut line).unwrap_or(0) == 0 || !line.ends_with('\n') {
                    return lines;
                }
                lines.push(line);
            }
        });
        std::thread::sleep(after);
        child.kill().expect("killed");
        child.wait().expect("ended");
        telling.join().expect("no panic");
        for line in hearing.join().expect("no panic") {
            let mut words = line.split_whitespace();
            assert_eq!(words.next(), Some("ok"), "{line:?}");
            let event = words.next().and_then(|word| word.parse().ok()).expect("an event");
            self.acknowledged.insert(event, words.next().expect("a feedback").to_owned());
        }
    }

    /// Opens what the dead process left, looks it over, and compares it with what was promised. It looks at a copy:
    /// the next process is to find everything as it was left.
    fn check(&self, when: &str) {
        let copy = tempfile::tempdir().expect("a folder");
        let Ok(files) = std::fs::read_dir(self.data()) else { return };
        for file in files.map(|file| file.expect("a file").path()).filter(|path| path.is_file()) {
            std::fs::copy(&file, copy.path().join(file.file_name().expect("a name")))
                .expect("copied");
        }
        let store = Store::open(copy.path()).unwrap_or_else(|error| panic!("{when}: {error:?}"));
        let findings = store.integrity_check().expect("checked");
        assert!(findings.is_empty(), "{when}: {findings:?}");
        let kept: BTreeMap<i64, String> = decisions(&store);
        for (event, feedback) in &self.acknowledged {
            assert_eq!(kept.get(event), Some(feedback), "{when}: decision {event} is missing");
        }
    }

    /// A sync that is let through makes it what the server is.
    async fn catches_up(&self, server: &Server, when: &str) {
        self.done(&["sync", "--quiet"]);
        let rows = self.done(&["feedback", "list", "--limit", "100000", "--json"]);
        let rows: Vec<Value> = serde_json::from_str(&rows).expect("JSON");
        let text = |row: &Value, name: &str| row[name].as_str().map(str::to_owned);
        let word = |row: &Value, name: &str| text(row, name).unwrap_or_default();
        let mut mirrored: Vec<Listed> = rows
            .iter()
            .map(|row| {
                assert_ne!(row["run_state"], "unknown", "{when}: a run was not asked for: {row}");
                Listed {
                    id: word(row, "id"),
                    outcome: word(row, "outcome"),
                    comment: text(row, "comment"),
                    agent: word(row, "agent"),
                    run: word(row, "run"),
                    user: text(row, "user"),
                }
            })
            .collect();
        mirrored.sort();
        assert_eq!(mirrored, server.listed().await, "{when}");
    }
}

fn decisions(store: &Store) -> BTreeMap<i64, String> {
    let connections = store.connections().expect("connections");
    let id = connections.first().map_or(ConnectionId(0), |connection| connection.id);
    let all = store.newest_decisions(id, None, 1_000_000).expect("decisions");
    all.into_iter().map(|made| (made.id.0, made.feedback.into_string())).collect()
}

/// How long a first sync takes when nobody kills it: kills are drawn from that time.
fn span(server: &Server) -> Duration {
    let home = Home::new(server);
    let began = Instant::now();
    home.done(&["sync", "--quiet"]);
    began.elapsed()
}

async fn killed(kills: u32, seed: u64) {
    let server = server().await;
    let span = span(&server);
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut bursts, mut acknowledged) = (0, 0);
    let began = Instant::now();
    for round in 0..kills.div_ceil(ROUND) {
        let mut home = Home::new(&server);
        for kill in 0..ROUND {
            let when = format!("seed {seed}, round {round}, kill {kill}");
            // Not evenly: the first moments are where most is opened, migrated and recovered.
            let after = span.mul_f64(rng.random_range(0.0..1.0_f64).powi(2));
            if rng.random_bool(0.5) {
                home.sync_and_kill(after);
            } else {
                let ids: BTreeSet<String> =
                    server.listed().await.into_iter().map(|item| item.id).collect();
                home.decide_and_kill(after, &ids.into_iter().collect::<Vec<_>>(), kill);
                bursts += 1;
            }
            home.check(&when);
            if rng.random_bool(0.3) {
                server.grow(&mut rng).await;
            }
        }
        home.catches_up(&server, &format!("seed {seed}, after round {round}")).await;
        home.check(&format!("seed {seed}, at the end of round {round}"));
        acknowledged += home.acknowledged.len();
    }
    let took = began.elapsed();
    eprintln!(
        "{kills} kills with seed {seed}, {bursts} of them in a burst of decisions: {acknowledged} \
         acknowledged, none missing; {took:.1?}, a first sync takes {span:.0?}"
    );
    assert!(acknowledged > kills as usize, "hardly a decision was made between the kills");
}

/// So many are decided on at once: long enough to be hit in the middle.
const BULK: usize = 3_000;

/// A mirror with [`BULK`] open feedback more than the server's.
fn with_bulk(home: &Home) -> usize {
    home.done(&["sync", "--quiet"]);
    let store = Store::open(&home.data()).expect("the mirror");
    let id = store.connections().expect("connections")[0].id;
    let more: Vec<domain::Feedback> = (0..BULK)
        .map(|n| domain::Feedback {
            id: format!("bulk-{n}").into(),
            agent: "support-chat".into(),
            run: format!("run-{n}").into(),
            user: None,
            outcome: Outcome::Negative,
            comment: None,
            annotation: None,
            created_at_ms: server::START_MS + n as i64,
        })
        .collect();
    store.write_feedback(id, &more, server::START_MS).expect("filed");
    store.feedback_count(id, &store::FeedbackFilter::default()).expect("counted") as usize
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_that_is_killed_is_there_as_a_whole_or_not_at_all() {
    let server = server().await;
    let home = Home::new(&server);
    let all = with_bulk(&home);
    let bulk = |kind| ["decide-all", "everything", kind];
    let began = Instant::now();
    home.done(&bulk("resolved"));
    let span = began.elapsed();
    let mut rng = StdRng::seed_from_u64(7);
    let (mut steps, mut cut) = (1, 0);
    for kill in 0..30 {
        let mut child = home.upshot(&bulk(KINDS[kill % KINDS.len()])).spawn().expect("starts");
        std::thread::sleep(span.mul_f64(rng.random_range(0.0..1.0)));
        child.kill().expect("killed");
        child.wait().expect("ended");
        home.check(&format!("kill {kill}"));
        let store = Store::open(&home.data()).expect("opens");
        let made = decisions(&store).len();
        assert_eq!(made % all, 0, "kill {kill}: a part of a step");
        cut += usize::from(made / all == steps);
        steps = made / all;
    }
    assert!(cut > 0, "no kill came before the end of a step");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_kill_costs_a_decision_or_the_mirror() {
    killed(200, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes some minutes; its figure is in docs/performance.md"]
async fn nor_do_two_thousand() {
    killed(2_000, 2).await;
}
