//! A real collector with a door in front of it that changes the list between two pages and hides what has vanished,
//! as the original server does and the collector never would.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use collector::{Options, Running};
use domain::{AgentId, Annotation, Feedback, FeedbackId, Outcome};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::change::Change;
use crate::world::START_MS;

const COUNTER_BITS: u32 = 24;
const WORDS: [Annotation; 3] = [Annotation::Resolved, Annotation::Incorrect, Annotation::Correct];

/// What there is to compare of a feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    run: String,
    user: Option<String>,
    outcome: Outcome,
    comment: Option<String>,
    annotation: Option<Annotation>,
    created_at_ms: i64,
}

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) key: String,
    behind: Arc<Behind>,
    _collector: Running,
    _dir: tempfile::TempDir,
}

/// What the door shares with the test.
struct Behind {
    url: String,
    client: reqwest::Client,
    list: Mutex<List>,
}

struct List {
    db: Connection,
    instance: String,
    agent: i64,
    clock_s: i64,
    counter: i64,
    /// Not listed any more, and counted.
    vanished: BTreeSet<i64>,
    /// What no top of the list and no count betrays.
    silent: BTreeSet<i64>,
    deleted: BTreeSet<i64>,
    late: BTreeSet<i64>,
    /// Who took whose place.
    overwrote: BTreeMap<i64, i64>,
    script: Vec<(usize, Change)>,
    /// Pages asked for since the script was set.
    pages: usize,
}

impl Item {
    pub(crate) fn of(feedback: Feedback) -> Self {
        Self {
            run: feedback.run.into_string(),
            user: feedback.user.map(|user| user.into_string()),
            outcome: feedback.outcome,
            comment: feedback.comment,
            annotation: feedback.annotation,
            created_at_ms: feedback.created_at_ms,
        }
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let options = Options::new(dir.path(), Arc::new(|| START_MS));
        let running = collector::serve(Options { mint_key: Some("test".to_owned()), ..options })
            .await
            .expect("the collector starts");
        let behind = Arc::new(Behind {
            url: running.url.clone(),
            client: reqwest::Client::new(),
            list: Mutex::new(List::open(dir.path())),
        });
        let door = axum::Router::new().fallback(pass).with_state(Arc::clone(&behind));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, door).await });
        let key = running.key.clone().expect("a key");
        Self { url, key, behind, _collector: running, _dir: dir }
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.behind.list.lock().expect("no panic")
    }

    /// Puts an agent without feedback in the place of the one before.
    pub(crate) fn begin(&self, agent: &AgentId) {
        self.list().begin(agent);
    }

    pub(crate) fn apply(&self, changes: &[Change]) {
        let mut list = self.list();
        changes.iter().for_each(|change| list.apply(*change));
    }

    /// Has these happen before the pages of those numbers, the first being 0.
    pub(crate) fn between_pages(&self, script: &[(usize, Change)]) {
        let mut list = self.list();
        list.script = script.to_vec();
        list.pages = 0;
    }

    /// What the server would list now.
    pub(crate) fn listed(&self) -> BTreeMap<FeedbackId, Item> {
        self.list().listed()
    }

    /// Items whose change shows neither at the top of the list nor in its count; `None`: changes of several kinds may
    /// cancel each other out in the count, and the patrol alone can tell.
    pub(crate) fn silent(&self) -> Option<BTreeSet<FeedbackId>> {
        let list = self.list();
        let silent = list.silent.clone();
        let kinds = [
            !list.deleted.is_empty(),
            !list.late.is_empty(),
            !list.vanished.is_empty(),
            !list.overwrote.is_empty(),
        ];
        if kinds.iter().filter(|happened| **happened).count() > 1 {
            // One less and one more, or one less here and one less there: the count says nothing.
            return None;
        }
        Some(silent.iter().map(|id| list.text(*id)).collect())
    }
}

impl List {
    fn open(dir: &Path) -> Self {
        let file = std::fs::read_dir(dir)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path())
            .find(|path| path.extension().is_some_and(|end| end == "sqlite3" || end == "db"))
            .expect("the collector's database");
        let db = Connection::open(file).expect("opens");
        db.busy_timeout(std::time::Duration::from_secs(20)).expect("waits");
        // Thousands of changes, none of which has to outlive the test.
        db.pragma_update(None, "synchronous", "OFF").expect("need not be on the disk");
        let instance: Vec<u8> = db
            .query_row("SELECT value FROM meta WHERE name = 'instance'", [], |row| row.get(0))
            .expect("the middle of its ids");
        let instance = instance.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            db,
            instance,
            agent: 0,
            clock_s: 0,
            counter: 0,
            vanished: BTreeSet::new(),
            silent: BTreeSet::new(),
            deleted: BTreeSet::new(),
            late: BTreeSet::new(),
            overwrote: BTreeMap::new(),
            script: Vec::new(),
            pages: 0,
        }
    }

    fn begin(&mut self, agent: &AgentId) {
        self.db
            .execute_batch("DELETE FROM annotations; DELETE FROM feedback; DELETE FROM schemas; DELETE FROM agents;")
            .expect("emptied");
        self.agent += 1;
        self.db
            .execute(
                "INSERT INTO agents (uid, tenant_uid, id, name, created_at_ms)
                 SELECT ?1, uid, ?2, ?2, 0 FROM tenants",
                params![self.agent, agent.as_str()],
            )
            .expect("an agent");
        self.clock_s = START_MS / 1_000;
        self.vanished.clear();
        self.silent.clear();
        self.deleted.clear();
        self.late.clear();
        self.overwrote.clear();
        self.script.clear();
    }

    fn text(&self, id: i64) -> FeedbackId {
        let (second, counter) = (id >> COUNTER_BITS, id & ((1 << COUNTER_BITS) - 1));
        format!("{second:08x}{}{counter:06x}", self.instance).into()
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Clock { seconds } => self.clock_s += seconds,
            Change::Post { run, user, positive } => {
                let highest = self.highest_s();
                let (id, replaced) = self.post(self.clock_s, run, user, positive);
                if self.clock_s < highest {
                    self.came_late(id, replaced);
                }
            }
            Change::PostLate { run, user, behind_s } => {
                let (id, replaced) = self.post(self.clock_s - behind_s, run, user, false);
                self.came_late(id, replaced);
            }
            Change::Annotate { item, word } => {
                let Some(id) = self.pick(item) else { return };
                let word = WORDS[usize::from(word) % WORDS.len()].as_str();
                self.db
                    .execute("UPDATE feedback SET annotation = ?2 WHERE id = ?1", params![id, word])
                    .expect("annotated");
                self.silent.insert(id);
            }
            Change::Vanish { item } => {
                let Some(id) = self.pick(item) else { return };
                self.vanished.insert(id);
                self.silent.insert(id);
            }
            Change::Delete { item } => {
                let Some(id) = self.pick(item) else { return };
                self.db.execute("DELETE FROM feedback WHERE id = ?1", [id]).expect("deleted");
                self.count(-1);
                self.deleted.insert(id);
            }
        }
    }

    fn came_late(&mut self, id: i64, replaced: Option<i64>) {
        self.late.insert(id);
        if let Some(replaced) = replaced {
            // The count stays, and neither of them is at the top.
            self.silent.extend([id, replaced]);
        }
    }

    fn highest_s(&self) -> i64 {
        let highest: Option<i64> = self
            .db
            .query_row("SELECT max(id) FROM feedback", [], |row| row.get(0))
            .expect("the highest");
        highest.unwrap_or(0) >> COUNTER_BITS
    }

    /// Gives the new id and the one whose place it took.
    fn post(&mut self, second: i64, run: u8, user: u8, positive: bool) -> (i64, Option<i64>) {
        self.counter += 1;
        let id = (second << COUNTER_BITS) | self.counter;
        let (run, user) = (format!("run-{run}"), ["", "ann", "bob"][usize::from(user)]);
        let slot = params![self.agent, run, user];
        let replaced: Option<i64> = self
            .db
            .query_row(
                "SELECT id FROM feedback WHERE agent_uid = ?1 AND run_id = ?2 AND user_id = ?3 AND replaced = 0",
                slot,
                |row| row.get(0),
            )
            .ok();
        self.db
            .execute(
                "UPDATE feedback SET replaced = 1
                 WHERE agent_uid = ?1 AND run_id = ?2 AND user_id = ?3 AND replaced = 0",
                slot,
            )
            .expect("made room");
        self.db
            .execute(
                "INSERT INTO feedback (id, agent_uid, run_id, user_id, positive, comment)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![id, self.agent, run, user, positive, format!("said {}", self.counter)],
            )
            .expect("posted");
        match replaced {
            Some(replaced) => {
                self.overwrote.insert(id, replaced);
            }
            None => self.count(1),
        }
        (id, replaced)
    }

    fn count(&self, more: i64) {
        self.db
            .execute(
                "UPDATE agents SET feedback_count = feedback_count + ?2 WHERE uid = ?1",
                [self.agent, more],
            )
            .expect("counted");
    }

    /// A listed item, by its place.
    fn pick(&self, place: u8) -> Option<i64> {
        let ids: Vec<i64> =
            self.ids().into_iter().filter(|id| !self.vanished.contains(id)).collect();
        ids.get(usize::from(place).checked_rem(ids.len())?).copied()
    }

    fn ids(&self) -> Vec<i64> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id FROM feedback WHERE replaced = 0 ORDER BY id DESC")
            .expect("a query");
        let ids = statement.query_map([], |row| row.get(0)).expect("ids");
        ids.collect::<Result<_, _>>().expect("ids")
    }

    fn listed(&self) -> BTreeMap<FeedbackId, Item> {
        let mut statement = self
            .db
            .prepare_cached(
                "SELECT id, run_id, user_id, positive, comment, annotation FROM feedback WHERE replaced = 0",
            )
            .expect("a query");
        let items = statement.query_map([], |row| {
            let (id, user): (i64, String) = (row.get(0)?, row.get(2)?);
            let annotation: Option<String> = row.get(5)?;
            let positive: bool = row.get(3)?;
            let item = Item {
                run: row.get(1)?,
                user: Some(user).filter(|user| !user.is_empty()),
                outcome: if positive { Outcome::Positive } else { Outcome::Negative },
                comment: row.get(4)?,
                annotation: annotation.map(|word| word.parse().expect("a word")),
                created_at_ms: (id >> COUNTER_BITS) * 1_000,
            };
            Ok((id, item))
        });
        let items: Vec<(i64, Item)> =
            items.expect("items").collect::<Result<_, _>>().expect("items");
        let visible = items.into_iter().filter(|(id, _)| !self.vanished.contains(id));
        visible.map(|(id, item)| (self.text(id), item)).collect()
    }

    /// Lets happen what is due before the next page.
    fn before_page(&mut self) {
        let due: Vec<Change> = self
            .script
            .iter()
            .filter(|(page, _)| *page == self.pages)
            .map(|(_, change)| *change)
            .collect();
        due.into_iter().for_each(|change| self.apply(change));
        self.pages += 1;
    }

    fn is_vanished(&self, item: &Value) -> bool {
        let id = item["id"].as_str().unwrap_or_default();
        self.vanished.iter().any(|vanished| self.text(*vanished).as_str() == id)
    }
}

/// Passes a request on to the collector.
async fn pass(State(behind): State<Arc<Behind>>, request: Request) -> Response {
    let path = request.uri().path_and_query().map(|path| path.to_string()).unwrap_or_default();
    if path.contains("/runs/") {
        // No run of these exists; asking the collector for each would only take time.
        let none = json!({"error": {"code": "object_not_found", "message": "Run not found", "status_code": 404}});
        return answer(StatusCode::NOT_FOUND, none.to_string().into());
    }
    let is_list = path.contains("/feedback?");
    if is_list {
        behind.list.lock().expect("no panic").before_page();
    }
    let mut sent = behind.client.get(format!("{}{path}", behind.url));
    if let Some(key) = request.headers().get(header::AUTHORIZATION) {
        sent = sent.header(header::AUTHORIZATION, key);
    }
    let came = sent.send().await.expect("the collector answers");
    let status = came.status();
    let mut body = came.bytes().await.expect("a body");
    if is_list && status.is_success() {
        let mut page: Value = serde_json::from_slice(&body).expect("a page");
        if let Some(items) = page["items"].as_array_mut() {
            let list = behind.list.lock().expect("no panic");
            items.retain(|item| !list.is_vanished(item));
        }
        body = page.to_string().into();
    }
    answer(StatusCode::from_u16(status.as_u16()).expect("a status"), body)
}

fn answer(status: StatusCode, body: Bytes) -> Response {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .expect("an answer")
}
