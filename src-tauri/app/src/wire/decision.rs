//! Decisions made here, and how telling the server goes.

use domain::{DecisionKind, SnoozeKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FilterView, Mailbox};

/// What a reviewer says about a feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKindView {
    Resolved,
    Incorrect,
    /// The user is right: needs a fix.
    Correct,
    /// Says the same as another one. Not for the server, which has no word for it.
    Duplicate,
    /// Put aside until something happens. Not for the server either.
    Snoozed,
}

impl From<DecisionKindView> for DecisionKind {
    fn from(kind: DecisionKindView) -> Self {
        match kind {
            DecisionKindView::Resolved => Self::Resolved,
            DecisionKindView::Incorrect => Self::Incorrect,
            DecisionKindView::Correct => Self::Correct,
            DecisionKindView::Duplicate => Self::Duplicate,
            DecisionKindView::Snoozed => Self::Snoozed,
        }
    }
}

impl From<DecisionKind> for DecisionKindView {
    fn from(kind: DecisionKind) -> Self {
        match kind {
            DecisionKind::Resolved => Self::Resolved,
            DecisionKind::Incorrect => Self::Incorrect,
            DecisionKind::Correct => Self::Correct,
            DecisionKind::Duplicate => Self::Duplicate,
            DecisionKind::Snoozed => Self::Snoozed,
        }
    }
}

/// What is decided on: some by their ids; or all that a mailbox and a filter show now, however many.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(untagged)]
pub enum DecideWhat {
    These {
        feedback: Vec<String>,
    },
    /// This one and its look-alikes, as far as mailbox and filter let them through.
    Alike {
        alike: String,
        mailbox: Mailbox,
        #[serde(default)]
        filter: FilterView,
    },
    Matching {
        mailbox: Mailbox,
        #[serde(default)]
        filter: FilterView,
    },
}

/// Until when something is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SnoozeRequest {
    /// A time to come.
    Until { until_ms: i64 },
    /// The same user speaks again, on whatever run.
    UserSpeaks,
    /// A newer version of the agent is deployed, or met in a run for the first time.
    NewerVersion,
    /// There are five more that look alike.
    FiveMoreAlike,
}

/// What a snooze waits for, or waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SnoozeKindView {
    Until,
    UserSpeaks,
    NewerVersion,
    FiveMoreAlike,
}

impl From<SnoozeKind> for SnoozeKindView {
    fn from(kind: SnoozeKind) -> Self {
        match kind {
            SnoozeKind::Until => Self::Until,
            SnoozeKind::UserSpeaks => Self::UserSpeaks,
            SnoozeKind::NewerVersion => Self::NewerVersion,
            SnoozeKind::FiveMoreAlike => Self::FiveMoreAlike,
        }
    }
}

/// A snooze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SnoozeView {
    pub kind: SnoozeKindView,
    /// Of `until`: the time it ends.
    pub until_ms: Option<i64>,
}

/// The end of a snooze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct WokenView {
    pub at_ms: i64,
    /// What it had waited for; `null`: something this Upshot does not know.
    pub why: Option<SnoozeKindView>,
}

/// What an event of the log did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DecisionActView {
    Resolved,
    Incorrect,
    Correct,
    Duplicate,
    Snoozed,
    /// Said something and decided nothing.
    Note,
    /// Took back the event in `undoes`.
    Undo,
    /// Ended the snooze in `undoes`, as what it waited for happened. Nobody did that.
    Woke,
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
    pub reason: Option<String>,
    /// Of `duplicate`: the other one's id.
    pub duplicate_of: Option<String>,
    /// Of `snoozed`: until when. `null` also where this Upshot does not know what it waits for.
    pub snooze: Option<SnoozeView>,
    pub at_ms: i64,
    pub who: String,
    /// No later event takes it back.
    pub holds: bool,
    /// It is the one that counts on its feedback.
    pub is_current: bool,
    /// `null`: nothing of this event is for the server.
    pub push: Option<DecisionPushView>,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepActView {
    Decided,
    Noted,
    TakenBack,
    DoneAgain,
}

/// One step: what was done at once, and is taken back at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StepView {
    pub step: i64,
    pub act: StepActView,
    /// What was decided, taken back or done again; `null`: a note.
    pub kind: Option<DecisionKindView>,
    /// On how many feedback.
    pub count: u64,
    /// The first 500 at the most.
    pub events: Vec<i64>,
    /// The feedback of each of `events`, in the same order.
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
