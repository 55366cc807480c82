//! The desk against a real collector over loopback: what a sync brings is what the server has, and it stays
//! readable when the server is gone.

#[path = "common/desk.rs"]
mod desk;
#[path = "common/files.rs"]
mod files;
#[path = "common/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::Desk;
use app::command::{
    Command as _, CountMailboxes, GetFeedback, GetInstructions, GetState, GetStory, GetTrends,
    ListFeedback, ListUsers,
};
use app::wire::{
    BucketView, ErrorCode, Event, FeedbackRowView, FilterView, Mailbox, OutcomeView, PromptView,
    RunStateView, SyncStage,
};
use collector::{Options, Running};
use domain::{ConnectionId, Outcome, UserId};
use workflowai::{ApiKey, Client, ClientOptions, FeedbackPost, Origin};

use server::START_MS;

const FEEDBACK: u64 = 320;

struct Given {
    _dir: tempfile::TempDir,
    now_ms: Arc<AtomicI64>,
    server: Option<Running>,
    address: SocketAddr,
    key: String,
    desk: Arc<Desk>,
    connection: i64,
}

async fn serve(dir: &Path, listen: SocketAddr, now_ms: &Arc<AtomicI64>) -> Running {
    let options = server::options(dir, FEEDBACK, now_ms);
    collector::serve(Options { listen, ..options }).await.expect("the collector starts")
}

fn open(dir: &Path, now_ms: &Arc<AtomicI64>, key: &str) -> Arc<Desk> {
    Desk::open(desk::host(dir, now_ms, key)).expect("the mirror opens")
}

/// A collector with demo data and a desk that is connected to it and has not synced.
async fn given() -> Given {
    let dir = tempfile::tempdir().expect("a folder");
    let now_ms = Arc::new(AtomicI64::new(START_MS));
    let server = serve(dir.path(), SocketAddr::from(([127, 0, 0, 1], 0)), &now_ms).await;
    let address = server.url.trim_start_matches("http://").parse().expect("an address");
    let key = server.key.clone().expect("a key");
    let desk = open(dir.path(), &now_ms, &key);
    let connection = desk::connect(&desk, &server.url, &key).await.0;
    Given { _dir: dir, now_ms, server: Some(server), address, key, desk, connection }
}

impl Given {
    async fn sync(&self) {
        self.desk.sync_now(ConnectionId(self.connection)).await.expect("syncs");
    }

    fn later(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    fn client(&self) -> Client {
        let origin = Origin::parse(&format!("http://{}", self.address), false).expect("an origin");
        let key = ApiKey::parse(&self.key).expect("a key");
        Client::new(ClientOptions::new(origin, Some(key))).expect("a client")
    }

    /// The token an app would have kept from its run; the mirror has no use for it and does not keep it.
    async fn token(&self, agent: &str, run: &str) -> String {
        let url = format!("http://{}/v1/_/agents/{agent}/runs/{run}", self.address);
        let answer =
            reqwest::Client::new().get(url).bearer_auth(&self.key).send().await.expect("an answer");
        let run: serde_json::Value = answer.json().await.expect("a run");
        run["feedback_token"].as_str().expect("a token").to_owned()
    }

    async fn rows(&self, mailbox: Mailbox) -> Vec<FeedbackRowView> {
        let (mut rows, mut cursor, mut total) = (Vec::new(), None, None);
        loop {
            let connection = self.connection;
            let list = ListFeedback {
                connection,
                mailbox,
                filter: FilterView::default(),
                cursor,
                limit: 77,
                collapse: None,
            };
            let page = list.handle(&self.desk).await.expect("a page");
            rows.extend(page.rows);
            total = total.or(page.total);
            cursor = page.next;
            if cursor.is_none() {
                assert_eq!(Some(rows.len() as u64), total);
                return rows;
            }
        }
    }

    async fn mirrored(&self) -> BTreeMap<String, Seen> {
        let rows = self.rows(Mailbox::Everything).await;
        rows.into_iter()
            .map(|row| {
                let outcome = Outcome::from(row.outcome);
                (row.id, (row.agent, row.run, row.user, outcome, row.comment, row.created_at_ms))
            })
            .collect()
    }

    async fn truth(&self) -> BTreeMap<String, Seen> {
        let client = self.client();
        let mut all = BTreeMap::new();
        for agent in client.agents().await.expect("agents") {
            let mut offset = 0;
            loop {
                let page = client.feedback_page(&agent.id, 100, offset).await.expect("a page");
                all.extend(page.items.into_iter().map(|item| {
                    let comment = item.comment_text().map(str::to_owned);
                    let user = item.user.map(UserId::into_string);
                    let (agent, run) = (item.agent.into_string(), item.run.into_string());
                    (
                        item.id.into_string(),
                        (agent, run, user, item.outcome, comment, item.created_at_ms),
                    )
                }));
                offset += 100;
                if offset >= page.count {
                    break;
                }
            }
        }
        all
    }
}

type Seen = (String, String, Option<String>, Outcome, Option<String>, i64);

#[tokio::test]
async fn after_a_sync_the_mirror_lists_what_the_server_lists() {
    let given = given().await;
    given.sync().await;
    let truth = given.truth().await;
    assert_eq!(truth.len() as u64, FEEDBACK);
    assert_eq!(given.mirrored().await, truth);
}

#[tokio::test]
async fn what_a_user_said_first_stays_as_an_earlier_word() {
    let given = given().await;
    given.sync().await;
    let rows = given.rows(Mailbox::NegativeOpen).await;
    let said = rows
        .iter()
        .find(|row| row.user.is_some() && row.run_state == app::wire::RunStateName::Success)
        .expect("a negative one by a user");
    let client = given.client();
    let token = given.token(&said.agent, &said.run).await;
    given.later(60_000);
    let post = FeedbackPost {
        feedback_token: token,
        outcome: Outcome::Positive,
        comment: Some("On second thought it is fine".to_owned()),
        user_id: said.user.clone().map(UserId::from),
    };
    client.send_feedback(&post).await.expect("posts");
    given.sync().await;
    assert_eq!(given.mirrored().await, given.truth().await);
    let rows = given.rows(Mailbox::Everything).await;
    assert_eq!(rows[0].comment.as_deref(), Some("On second thought it is fine"));
    let detail = GetFeedback { connection: given.connection, id: rows[0].id.clone() };
    let detail = detail.handle(&given.desk).await.expect("the feedback");
    assert!(
        detail
            .earlier
            .iter()
            .any(|word| word.id == said.id && word.outcome == OutcomeView::Negative)
    );
}

#[tokio::test]
async fn every_word_leads_to_its_run_and_the_instructions_that_ran() {
    let given = given().await;
    given.sync().await;
    let (mut instructions, mut messages, mut gone, mut failed) = (0, 0, 0, 0);
    for row in given.rows(Mailbox::Everything).await {
        let connection = given.connection;
        let detail = GetFeedback { connection, id: row.id.clone() }
            .handle(&given.desk)
            .await
            .expect("detail");
        let run = match detail.run {
            RunStateView::Present { run } => run,
            RunStateView::Missing { .. } => {
                gone += 1;
                continue;
            }
            RunStateView::Waiting | RunStateView::NotKept { .. } => {
                panic!("{} has not been fetched", row.run)
            }
        };
        failed += u32::from(run.failure.is_some());
        let version = detail.version.expect("the version of a run that is here");
        let (agent, run) = (row.agent.clone(), Some(run.id));
        let asked =
            GetInstructions { connection, agent, version: version.id.clone(), run, against: None };
        let shown = asked.handle(&given.desk).await.expect("instructions");
        assert_eq!(shown.version.summary.id, version.id);
        match shown.version.prompt {
            PromptView::Instructions { text } => {
                assert!(text.len() > 100);
                instructions += 1;
            }
            PromptView::Messages { messages: parts } => {
                assert!(!parts.is_empty());
                messages += 1;
            }
            PromptView::Both { .. } | PromptView::InEachRun { .. } => {}
        }
    }
    assert!(instructions > 50 && messages > 20, "{instructions} {messages}");
    assert!(gone > 0 && failed > 0, "{gone} gone, {failed} failed");
}

#[tokio::test]
async fn without_the_server_everything_is_still_there_and_says_since_when() {
    let mut given = given().await;
    given.sync().await;
    let before = given.mirrored().await;
    given.server.take().expect("running").stop().await.expect("stops");
    given.later(5_000);
    let error =
        given.desk.sync_now(ConnectionId(given.connection)).await.expect_err("nothing answers");
    assert_eq!(error.code, ErrorCode::Offline);
    let offline_since = START_MS + 5_000;
    given.later(60_000);
    // Another session: the same folder, opened again.
    given.desk = open(given._dir.path(), &given.now_ms, &given.key);
    let _ = given.desk.sync_now(ConnectionId(given.connection)).await;
    let state = GetState {}.handle(&given.desk).await.expect("the state");
    assert_eq!(state.connections[0].sync.offline_since_ms, Some(offline_since));
    assert_eq!(given.mirrored().await, before);
    given.server = Some(serve(given._dir.path(), given.address, &given.now_ms).await);
    let key = given.server.as_ref().and_then(|server| server.key.clone()).expect("a new key");
    given.desk = open(given._dir.path(), &given.now_ms, &key);
    given.sync().await;
    let state = GetState {}.handle(&given.desk).await.expect("the state");
    assert_eq!(state.connections[0].sync.offline_since_ms, None);
}

#[tokio::test]
async fn a_cancelled_sync_goes_on_where_it_stopped() {
    let given = given().await;
    let mut events = given.desk.events();
    let (desk, id) = (Arc::clone(&given.desk), ConnectionId(given.connection));
    let syncing = tokio::spawn(async move { desk.sync_now(id).await });
    loop {
        if let Event::Sync { sync, .. } = events.recv().await.expect("an event") {
            let running = sync.running.expect("it runs");
            if running.stage == SyncStage::Feedback && running.done > 0 {
                break;
            }
        }
    }
    given.desk.cancel_sync(id);
    let error = syncing.await.expect("no panic").expect_err("it was cancelled");
    assert_eq!(error.code, ErrorCode::Cancelled);
    let part = given.mirrored().await;
    let truth = given.truth().await;
    assert!(!part.is_empty() && part.len() < truth.len(), "{} of {}", part.len(), truth.len());
    given.sync().await;
    assert_eq!(given.mirrored().await, truth);
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_so_and_takes_nothing_away() {
    let given = given().await;
    given.sync().await;
    let before = given.mirrored().await;
    let desk = open(given._dir.path(), &given.now_ms, "wai-not-the-key");
    let error = desk.sync_now(ConnectionId(given.connection)).await.expect_err("refused");
    assert_eq!(error.code, ErrorCode::KeyRefused);
    assert!(!format!("{error:?}").contains("not-the-key"));
    assert_eq!(given.mirrored().await, before);
}

#[tokio::test]
async fn trends_users_and_counts_tell_of_the_same_feedback() {
    let given = given().await;
    given.sync().await;
    let connection = given.connection;
    let counts = CountMailboxes { connection }.handle(&given.desk).await.expect("counts");
    assert_eq!(counts.everything, FEEDBACK);
    let trends = GetTrends {
        connection,
        agents: Vec::new(),
        from_ms: START_MS - 100 * 86_400_000,
        to_ms: START_MS + 86_400_000,
        bucket: BucketView::Day,
        one_vote_per_user: false,
    };
    let trends = trends.handle(&given.desk).await.expect("trends");
    let drawn: u64 = trends.points.iter().map(|point| point.positive + point.negative).sum();
    assert_eq!((drawn, trends.positive + trends.negative), (FEEDBACK, FEEDBACK));
    assert!(trends.versions.len() >= 8 && !trends.marks.is_empty());
    let users = ListUsers { connection, search: None, cursor: None, limit: 500 };
    let users = users.handle(&given.desk).await.expect("users");
    assert_eq!(users.rows.iter().map(|user| user.feedback).sum::<u64>(), FEEDBACK);
    let busy = users
        .rows
        .iter()
        .filter(|row| row.user.is_some())
        .max_by_key(|row| row.feedback)
        .expect("a user");
    let story = GetStory { connection, user: busy.user.clone() }
        .handle(&given.desk)
        .await
        .expect("a story");
    let said = story
        .entries
        .iter()
        .filter(|entry| matches!(entry, app::wire::StoryEntryView::Feedback { .. }));
    assert_eq!(said.count() as u64, busy.feedback);
}

#[tokio::test]
async fn no_file_of_the_desk_holds_the_key() {
    let given = given().await;
    given.sync().await;
    let found = files::holding(&given._dir.path().join("desk"), &given.key);
    assert!(found.is_empty(), "{found:?}");
}

impl Given {
    /// Waits for the sync under way, and answers when the last one that went through ended.
    async fn synced_at(&self) -> Option<i64> {
        loop {
            let state = GetState {}.handle(&self.desk).await.expect("the state");
            let sync = &state.connections[0].sync;
            if sync.running.is_none() {
                return sync.last_success_at_ms;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn it_syncs_by_itself_when_it_is_time_and_when_the_network_returns() {
    const MINUTE_MS: i64 = 60_000;
    let given = given().await;
    given.desk.sync_what_is_due().await.expect("asked");
    assert_eq!(given.synced_at().await, Some(START_MS), "at the start");
    given.later(3 * MINUTE_MS);
    given.desk.sync_what_is_due().await.expect("asked");
    assert_eq!(given.synced_at().await, Some(START_MS), "not every few seconds");
    given.later(4 * MINUTE_MS);
    given.desk.sync_what_is_due().await.expect("asked");
    assert_eq!(given.synced_at().await, Some(START_MS + 7 * MINUTE_MS), "after some minutes");
    given.later(MINUTE_MS);
    given.desk.network_returned().await.expect("told");
    assert_eq!(given.synced_at().await, Some(START_MS + 8 * MINUTE_MS), "when the network returns");
    given.later(-60 * MINUTE_MS);
    given.desk.sync_what_is_due().await.expect("asked");
    assert_eq!(
        given.synced_at().await,
        Some(START_MS - 52 * MINUTE_MS),
        "when the clock is set back"
    );
}
