//! Users and what each of them said.

use serde::Serialize;
use ts_rs::TS;

use super::{FeedbackRowView, MarkKind, OutcomeView};

/// One user of the list.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct UserRowView {
    /// `null`: all who gave no user id.
    pub user: Option<String>,
    pub feedback: u64,
    pub positive: u64,
    pub negative: u64,
    pub agents: Vec<String>,
    pub first_ms: i64,
    pub last_ms: i64,
    /// The last ten, oldest first.
    pub recent: Vec<OutcomeView>,
}

/// A page of users.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct UserPageView {
    pub rows: Vec<UserRowView>,
    pub next: Option<String>,
    /// Users that match, the nameless not counted.
    pub total: u64,
}

/// One entry of a user's story.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StoryEntryView {
    Feedback {
        row: Box<FeedbackRowView>,
        /// Overwritten words of the same user on the same run, newest first.
        earlier: Vec<FeedbackRowView>,
    },
    /// A version began to serve an agent this user talked to.
    Version { at_ms: i64, agent: String, label: String, mark: MarkKind },
}

/// Everything one user said, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct StoryView {
    pub user: Option<String>,
    /// One sentence, as in "5 negative and 1 positive".
    pub headline: String,
    /// What it rests on, as in "6 said, 1 changed, 2 agents."
    pub basis: String,
    pub since_ms: Option<i64>,
    pub entries: Vec<StoryEntryView>,
    /// Whether there is more than was handed over.
    pub truncated: bool,
}
