//! What every test starts from: a collector with some feedback, the tee before it, and a desk that has synced.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use app::command::{
    Command as _, Decide, GetFeedback, GetState, ListDecisions, ListFeedback, UndoDecision,
};
use app::wire::{
    DecideWhat, DecisionKindView, DecisionView, DecisionsView, FeedbackRowView, FilterView,
    Mailbox, StepView,
};
use app::{Desk, Patience};
use collector::{KeyKind, Keyring, Running};
use domain::ConnectionId;
use serde_json::Value;
use workflowai::RetryPolicy;

use crate::server::START_MS;
use crate::tee::Tee;
use crate::{desk, server};

pub(crate) struct Given {
    pub(crate) dir: tempfile::TempDir,
    now_ms: Arc<AtomicI64>,
    pub(crate) server: Running,
    pub(crate) tee: Tee,
    key: String,
    pub(crate) desk: Arc<Desk>,
    pub(crate) id: ConnectionId,
}

/// A desk whose key is an app's: it may read.
pub(crate) async fn with_api_key() -> Given {
    given(KeyKind::Api).await
}

/// A desk whose key is a user's: it may do everything.
pub(crate) async fn with_user_key() -> Given {
    given(KeyKind::User).await
}

async fn given(kind: KeyKind) -> Given {
    let dir = tempfile::tempdir().expect("a folder");
    let now_ms = Arc::new(AtomicI64::new(START_MS));
    let options = server::options(dir.path(), 40, &now_ms);
    let server = collector::serve(options).await.expect("the collector starts");
    let tee = Tee::before(&server.url).await;
    let key = match kind {
        KeyKind::Api => server.key.clone(),
        KeyKind::User => server.user_token.clone(),
    };
    let key = key.expect("minted");
    let desk = open(&dir, &now_ms, &key);
    let id = desk::connect(&desk, &tee.url, &key).await;
    desk.sync_now(id).await.expect("syncs");
    Given { dir, now_ms, server, tee, key, desk, id }
}

fn open(dir: &tempfile::TempDir, now_ms: &Arc<AtomicI64>, key: &str) -> Arc<Desk> {
    let host = desk::host(dir.path(), now_ms, key);
    let retry = RetryPolicy { base: Duration::from_millis(1), ..RetryPolicy::default() };
    Desk::open_with(host, Patience { retry, ..Patience::default() }).expect("the mirror opens")
}

impl Given {
    /// The same folder in another session.
    pub(crate) fn reopen(&mut self) {
        self.desk = open(&self.dir, &self.now_ms, &self.key);
    }

    pub(crate) fn later(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) async fn sync(&self) {
        self.desk.sync_now(self.id).await.expect("syncs");
    }

    pub(crate) fn keyring(&self) -> Keyring {
        Keyring::open(&self.dir.path().join("server")).expect("the collector's keys")
    }

    /// Feedback of the mirror without any annotation, newest first.
    pub(crate) async fn open_rows(&self) -> Vec<FeedbackRowView> {
        let list = ListFeedback {
            connection: self.id.0,
            mailbox: Mailbox::AllOpen,
            filter: FilterView::default(),
            cursor: None,
            limit: 100,
            collapse: None,
        };
        list.handle(&self.desk).await.expect("a page").rows
    }

    pub(crate) async fn decide(
        &self,
        feedback: &[&str],
        kind: DecisionKindView,
        note: Option<&str>,
    ) -> StepView {
        let decide = Decide {
            connection: self.id.0,
            what: DecideWhat::These {
                feedback: feedback.iter().map(|&id| id.to_owned()).collect(),
            },
            kind,
            note: note.map(str::to_owned),
            reason: None,
            duplicate_of: None,
            snooze: None,
        };
        decide.handle(&self.desk).await.expect("decided")
    }

    /// Decides whatever the command can say; what is not said stays out of it.
    pub(crate) async fn asked(&self, said: Value) -> Result<StepView, app::wire::ErrorView> {
        let mut request = said;
        request["connection"] = self.id.0.into();
        let decide: Decide = serde_json::from_value(request).expect("a request");
        decide.handle(&self.desk).await
    }

    pub(crate) async fn row(&self, feedback: &str) -> FeedbackRowView {
        let get = GetFeedback { connection: self.id.0, id: feedback.to_owned() };
        get.handle(&self.desk).await.expect("the feedback").row
    }

    pub(crate) async fn undo(&self) -> StepView {
        let undo = UndoDecision { connection: self.id.0, step: None, event: None };
        undo.handle(&self.desk).await.expect("no failure").expect("something to take back")
    }

    pub(crate) async fn history(&self, feedback: &str) -> Vec<DecisionView> {
        let list = ListDecisions {
            connection: self.id.0,
            feedback: Some(feedback.to_owned()),
            before: None,
            limit: None,
        };
        list.handle(&self.desk).await.expect("a history")
    }

    /// How telling the server stands, as the window shows it.
    pub(crate) async fn decisions(&self) -> DecisionsView {
        let state = GetState {}.handle(&self.desk).await.expect("the state");
        state.connections.into_iter().next().expect("the connection").decisions
    }

    /// The annotation the server lists, not by way of the desk.
    pub(crate) async fn listed(&self, agent: &str, feedback: &str) -> Option<String> {
        let url = format!("{}/v1/_/agents/{agent}/feedback?limit=500", self.server.url);
        let key = self.server.key.as_deref().expect("a key");
        let answer = reqwest::Client::new().get(url).bearer_auth(key).send().await;
        let page: Value = answer.expect("an answer").json().await.expect("a page");
        let items = page["items"].as_array().expect("items");
        let item = items.iter().find(|item| item["id"] == feedback).expect("it is listed");
        item["annotation"].as_str().map(str::to_owned)
    }
}
