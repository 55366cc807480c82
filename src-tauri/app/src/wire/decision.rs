//! Decisions made here, and how telling the server goes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a reviewer says about a feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKindView {
    Resolved,
    Incorrect,
    /// The user is right: needs a fix.
    Correct,
}

/// What an event of the log did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DecisionActView {
    Resolved,
    Incorrect,
    Correct,
    /// Took back the event in `undoes`.
    Undo,
    /// A word this Upshot does not know.
    Unknown,
}

/// How telling the server of one decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PushStateView {
    Waiting,
    Sent,
    /// Will not be sent as things are; `text` says why.
    KeptHere,
    /// Taken back or overtaken before it was sent.
    Withdrawn,
    /// Taken back here after it was sent: the server still shows it.
    SentAndUndone,
}

/// How telling the server of one decision stands, in a word and in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DecisionPushView {
    pub state: PushStateView,
    pub text: String,
    pub sent_at_ms: Option<i64>,
}

/// One event of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DecisionView {
    pub id: i64,
    /// The same for all events made at once.
    pub step: i64,
    pub feedback: String,
    pub act: DecisionActView,
    pub undoes: Option<i64>,
    pub note: Option<String>,
    pub at_ms: i64,
    pub who: String,
    /// No later event takes it back.
    pub holds: bool,
    /// It is the one that counts on its feedback.
    pub is_current: bool,
    /// `null`: nothing of this event is for the server.
    pub push: Option<DecisionPushView>,
}

/// What one step did. Undoing the `step` of an undo is redo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StepView {
    pub step: i64,
    pub events: Vec<i64>,
    /// The feedback of each event, in the same order.
    pub feedback: Vec<String>,
}

/// Whether a server takes decisions from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PushView {
    /// Not tried yet.
    Unknown,
    Allowed,
    /// Refused to the API key: it takes a user's token.
    NeedsUser,
    /// The user's token was refused, too.
    TokenRefused,
}

/// A connection's decisions and their way to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DecisionsView {
    pub waiting: u64,
    pub sent: u64,
    pub kept_here: u64,
    pub push: PushView,
    /// Whether a user's token is kept for this connection. The token itself never comes here.
    pub user_token: bool,
    /// Shown once, until it is dismissed.
    pub notice: Option<String>,
}
