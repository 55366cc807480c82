//! What every test starts from: a collector with demo data, a proxy before it, a desk that knows the proxy alone; and
//! the two sides of the comparison, what the server has and what the mirror shows.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use app::command::{Command as _, GetFeedback, GetRaw, ListFeedback};
use app::wire::{ErrorView, FilterView, Mailbox, RunStateView};
use app::{Desk, Patience};
use collector::Running;
use domain::{AgentId, Annotation, ConnectionId, Outcome, RunId, UserId};
use serde_json::Value;
use workflowai::{ApiKey, Client, ClientOptions, FeedbackPost, Origin, RetryPolicy, Timeouts};

use crate::relay::Proxy;
use crate::server::START_MS;
use crate::{desk, server};

/// One feedback as both sides tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    agent: String,
    run: String,
    user: Option<String>,
    outcome: &'static str,
    comment: Option<String>,
    annotation: Option<&'static str>,
    created_at_ms: i64,
    told: Told,
}

/// What is known of the run behind a feedback.
#[derive(Clone, PartialEq, Eq)]
enum Told {
    Run(Value),
    /// The server has none.
    None,
    Waiting,
}

/// By the feedback's id.
pub(crate) type All = BTreeMap<String, Seen>;

/// Short: a run may be as long as a book.
impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(run) => write!(f, "a run of {} bytes", run.to_string().len()),
            Self::None => f.write_str("no run"),
            Self::Waiting => f.write_str("not asked for yet"),
        }
    }
}

impl Seen {
    #[track_caller]
    fn expect_same(&self, other: &Self, when: &str, id: &str) {
        assert!(self == other, "{when}: {id} should be {self:#?} and is {other:#?}");
    }
}

pub(crate) struct Given {
    dir: tempfile::TempDir,
    now_ms: Arc<AtomicI64>,
    server: Running,
    key: String,
    /// Straight to the server, as the one below: for the test's own requests.
    client: Client,
    http: reqwest::Client,
    pub(crate) proxy: Proxy,
    pub(crate) desk: Arc<Desk>,
    pub(crate) connection: ConnectionId,
    /// Runs never change: each is asked for once.
    runs: BTreeMap<(String, String), Told>,
    posted: u32,
}

/// Waits so short that a fault costs next to nothing, and time limits so long that a busy machine meets none.
pub(crate) fn quick() -> Patience {
    let long = Duration::from_secs(30);
    Patience {
        timeouts: Timeouts { connect: long, read: long, total: long, slow: long },
        retry: RetryPolicy {
            base: Duration::from_millis(2),
            max_backoff: Duration::from_millis(8),
            max_retry_after: Duration::from_millis(50),
            ..RetryPolicy::default()
        },
        page: 3,
        ..Patience::default()
    }
}

pub(crate) async fn given(feedback: u64) -> Given {
    let dir = tempfile::tempdir().expect("a folder");
    let now_ms = Arc::new(AtomicI64::new(START_MS));
    let options = server::options(dir.path(), feedback, &now_ms);
    let server = collector::serve(options).await.expect("the collector starts");
    let proxy = Proxy::before(&server.url).await;
    let key = server.key.clone().expect("a key");
    let desk = open(&dir, &now_ms, &key, quick());
    let connection = desk::connect(&desk, &proxy.url, &key).await;
    let origin = Origin::parse(&server.url, false).expect("an origin");
    let own_key = ApiKey::parse(&key).expect("a key");
    Given {
        client: Client::new(ClientOptions::new(origin, Some(own_key))).expect("a client"),
        http: proxy.http(),
        runs: BTreeMap::new(),
        posted: 0,
        dir,
        now_ms,
        server,
        key,
        proxy,
        desk,
        connection,
    }
}

fn open(
    dir: &tempfile::TempDir,
    now_ms: &Arc<AtomicI64>,
    key: &str,
    patience: Patience,
) -> Arc<Desk> {
    Desk::open_with(desk::host(dir.path(), now_ms, key), patience).expect("the mirror opens")
}

impl Given {
    /// The same folder in a new session.
    pub(crate) fn reopen(&mut self, patience: Patience) {
        self.desk = open(&self.dir, &self.now_ms, &self.key, patience);
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) async fn sync(&self) -> Result<(), ErrorView> {
        self.now_ms.fetch_add(60_000, Ordering::Relaxed);
        self.desk.sync_now(self.connection).await
    }

    /// Users go on: `n` words, by new users and by users who had said something else before, a second apart.
    pub(crate) async fn said(&mut self, n: u32) {
        let before: Vec<Seen> = self
            .truth()
            .await
            .into_values()
            .filter(|seen| matches!(seen.told, Told::Run(_)))
            .collect();
        for _ in 0..n {
            self.posted += 1;
            let seen = &before[self.posted as usize * 7 % before.len()];
            self.now_ms.fetch_add(1_000, Ordering::Relaxed);
            let again = seen.user.clone().filter(|_| self.posted.is_multiple_of(2));
            let user = again.unwrap_or_else(|| format!("late-{}", self.posted));
            let post = FeedbackPost {
                feedback_token: self.token(seen).await,
                outcome: if self.posted.is_multiple_of(3) {
                    Outcome::Positive
                } else {
                    Outcome::Negative
                },
                comment: Some(format!("word {} of {user}", self.posted)),
                user_id: Some(UserId::from(user)),
            };
            self.client.send_feedback(&post).await.expect("posts");
        }
    }

    /// The token an app would have kept from its run.
    async fn token(&self, seen: &Seen) -> String {
        let url = format!("{}/v1/_/agents/{}/runs/{}", self.server.url, seen.agent, seen.run);
        let answer = self.http.get(url).bearer_auth(&self.key).send().await;
        let run: Value = answer.expect("an answer").json().await.expect("a run");
        run["feedback_token"].as_str().expect("a token").to_owned()
    }

    /// All that the server lists, with the runs behind it.
    pub(crate) async fn truth(&mut self) -> All {
        let client = self.client.clone();
        let mut all = All::new();
        for agent in client.agents().await.expect("agents") {
            let page = client.feedback_page(&agent.id, 1_000, 0).await.expect("a page");
            assert_eq!(page.items.len() as u64, page.count, "one page is all of it");
            for item in page.items {
                let (agent, run) = (item.agent.to_string(), item.run.to_string());
                let seen = Seen {
                    told: self.run(&client, agent.clone(), run.clone()).await,
                    agent,
                    run,
                    user: item.user.as_ref().map(UserId::to_string),
                    outcome: item.outcome.as_str(),
                    comment: item.comment_text().map(str::to_owned),
                    annotation: item.annotation.map(Annotation::as_str),
                    created_at_ms: item.created_at_ms,
                };
                all.insert(item.id.to_string(), seen);
            }
        }
        all
    }

    async fn run(&mut self, client: &Client, agent: String, run: String) -> Told {
        let key = (agent.clone(), run.clone());
        if !self.runs.contains_key(&key) {
            let told = client.run(&AgentId::from(agent), &RunId::from(run)).await;
            let told = told.expect("an answer");
            let told =
                told.map_or(Told::None, |run| Told::Run(serde_json::to_value(run).expect("JSON")));
            self.runs.insert(key.clone(), told);
        }
        self.runs[&key].clone()
    }

    /// All that the mirror shows.
    pub(crate) async fn mirrored(&self) -> All {
        let (mut all, mut cursor) = (All::new(), None);
        loop {
            let list = ListFeedback {
                connection: self.connection.0,
                mailbox: Mailbox::Everything,
                filter: FilterView::default(),
                cursor,
                limit: 500,
                collapse: None,
            };
            let page = list.handle(&self.desk).await.expect("a page");
            for row in page.rows {
                let seen = self.shown(&row.id).await.expect("what is listed is there");
                all.insert(row.id, seen);
            }
            cursor = page.next;
            if cursor.is_none() {
                return all;
            }
        }
    }

    /// One feedback as the mirror shows it, listed or not.
    async fn shown(&self, id: &str) -> Result<Seen, ErrorView> {
        let get = GetFeedback { connection: self.connection.0, id: id.to_owned() };
        let detail = get.handle(&self.desk).await?;
        let told = match detail.run {
            RunStateView::Present { .. } => Told::Run(self.raw(id).await),
            RunStateView::Missing { .. } => Told::None,
            RunStateView::NotKept { .. } | RunStateView::Waiting => Told::Waiting,
        };
        let row = detail.row;
        Ok(Seen {
            told,
            agent: row.agent,
            run: row.run,
            user: row.user,
            outcome: Outcome::from(row.outcome).as_str(),
            comment: row.comment,
            annotation: row.annotation.map(|annotation| Annotation::from(annotation).as_str()),
            created_at_ms: row.created_at_ms,
        })
    }

    async fn raw(&self, id: &str) -> Value {
        let get = GetRaw { connection: self.connection.0, id: id.to_owned() };
        let raw = get.handle(&self.desk).await.expect("what is shown is kept");
        serde_json::from_str(&raw.run.expect("a run")).expect("a run as JSON")
    }

    /// Everything that was shown before is shown still, word for word.
    pub(crate) async fn keeps(&self, before: &All, when: &str) {
        for (id, was) in before {
            match self.shown(id).await {
                Ok(is) if was.told == Told::Waiting => {
                    Seen { told: Told::Waiting, ..is }.expect_same(was, when, id)
                }
                Ok(is) => was.expect_same(&is, when, id),
                Err(error) => panic!("{when}: {id} is not there any more: {error:?}"),
            }
        }
    }

    /// After one sync, the mirror is what the server is.
    pub(crate) async fn heals(&mut self, after: &str) {
        self.proxy.heal().await;
        if let Err(error) = self.sync().await {
            panic!("{after}: the sync after it does not go through: {error:#?}");
        }
        let (truth, mirrored) = (self.truth().await, self.mirrored().await);
        for (id, told) in &truth {
            match mirrored.get(id) {
                Some(seen) => told.expect_same(seen, after, id),
                None => panic!("{after}: {id} of {} is not listed", told.agent),
            }
        }
        let more: Vec<_> = mirrored.keys().filter(|id| !truth.contains_key(*id)).collect();
        assert!(more.is_empty(), "{after}: the mirror lists what the server does not: {more:?}");
    }
}
