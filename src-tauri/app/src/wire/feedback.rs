//! The inbox: mailboxes, filter, rows, and one feedback in full.

use domain::{Annotation, Outcome};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    AlikeView, DecisionKindView, PinView, RunStateView, SnoozeView, VersionSummaryView, WokenView,
};

/// Positive or negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeView {
    Positive,
    Negative,
}

impl From<Outcome> for OutcomeView {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Positive => Self::Positive,
            Outcome::Negative => Self::Negative,
        }
    }
}

impl From<OutcomeView> for Outcome {
    fn from(outcome: OutcomeView) -> Self {
        match outcome {
            OutcomeView::Positive => Self::Positive,
            OutcomeView::Negative => Self::Negative,
        }
    }
}

/// What the server stores of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AnnotationView {
    Resolved,
    Incorrect,
    Correct,
}

impl From<Annotation> for AnnotationView {
    fn from(annotation: Annotation) -> Self {
        match annotation {
            Annotation::Resolved => Self::Resolved,
            Annotation::Incorrect => Self::Incorrect,
            Annotation::Correct => Self::Correct,
        }
    }
}

impl From<AnnotationView> for Annotation {
    fn from(annotation: AnnotationView) -> Self {
        match annotation {
            AnnotationView::Resolved => Self::Resolved,
            AnnotationView::Incorrect => Self::Incorrect,
            AnnotationView::Correct => Self::Correct,
        }
    }
}

/// A standing question to the cache. *Open* is what is neither annotated nor decided here; what is decided
/// here wins over the annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mailbox {
    NegativeOpen,
    AllOpen,
    /// *Correct*: the user is right.
    NeedsFix,
    /// Put aside here until something happens.
    Snoozed,
    /// Annotated or decided here, with whatever, and not put aside.
    Decided,
    PositiveWithComment,
    Everything,
}

/// Counts by mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct MailboxCountsView {
    pub negative_open: u64,
    pub all_open: u64,
    pub needs_fix: u64,
    pub snoozed: u64,
    pub decided: u64,
    pub positive_with_comment: u64,
    pub everything: u64,
    /// Users with at least one feedback.
    pub users: u64,
}

/// What narrows a mailbox. An absent part does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct FilterView {
    /// Any of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_comment: Option<bool>,
    /// Any annotation or decision but a snooze, or none at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotated: Option<bool>,
    /// Decided so or, what a server can say, annotated so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation: Option<DecisionKindView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `true`: only feedback without a user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<bool>,
    /// Ids (hashes) of versions; any of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versions: Option<Vec<String>>,
    /// Ids of models; any of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<String>>,
    /// Whether the server no longer lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<bool>,
    /// Words of the comment, or of the run's input, or of its output: all must be in one of them. Of the last word a
    /// beginning will do. `best` looks into comments alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// The id of a feedback: only what is most like it by its comment, 200 at the most, itself the first. Of one without a
    /// comment: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// Where it is absent: the most alike first with `like`, else the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderView>,
}

/// What comes first in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OrderView {
    Newest,
    Oldest,
    /// By the ids of users, each user's newest first; the anonymous ones come last.
    User,
    /// Agent by agent, the latest version first, each version's newest first; what is of no known version comes last.
    Version,
    /// What is most like `like`, or without it what matches the words searched for best: 200 at the most, in one page.
    Best,
}

/// What the cache has of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunStateName {
    /// Fetched; the run answered.
    Success,
    /// Fetched; the run failed.
    Failure,
    /// Asked for, and the server does not have it.
    Missing,
    /// Not fetched yet.
    Waiting,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct FeedbackRowView {
    pub id: String,
    pub agent: String,
    pub run: String,
    pub user: Option<String>,
    pub outcome: OutcomeView,
    /// `null` where there is nothing to read.
    pub comment: Option<String>,
    pub annotation: Option<AnnotationView>,
    /// Decided here; it goes before the server's annotation.
    pub decision: Option<DecisionKindView>,
    /// Taken back here after it was sent: open, although the annotation still says what was sent.
    pub is_reopened: bool,
    /// Until when it is put aside.
    pub snoozed: Option<SnoozeView>,
    /// Back from a snooze, and nothing decided since.
    pub woken: Option<WokenView>,
    /// The id of what it is a duplicate of.
    pub duplicate_of: Option<String>,
    /// A note stands on it: one by itself, or that of the decision that counts.
    pub note: bool,
    /// How many pins are stuck to it.
    pub pins: u64,
    pub created_at_ms: i64,
    /// Since when the server no longer lists it. What is here of it stays.
    pub gone_at_ms: Option<i64>,
    pub version: Option<String>,
    pub version_label: Option<String>,
    pub model: Option<String>,
    pub run_state: RunStateName,
    /// How often this user spoke on this run before.
    pub earlier_words: u32,
    /// What it stands for besides itself, in a list that shows one row for all that is alike.
    pub alike: Option<AlikeView>,
    /// Where a search found it; `null` where nothing was searched for.
    pub found_in: Option<FoundInView>,
    /// The words its comment shares with that of the filter's `like`, the rarest first; none for that one itself. `null`
    /// where nothing like another was asked for.
    pub shares: Option<Vec<String>>,
}

/// Where the words are that were searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FoundInView {
    Comment,
    Input,
    Output,
}

/// A page of the list. With look-alikes in one row it may be shorter than asked for, even empty, and still have a
/// `next`.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct FeedbackPageView {
    pub rows: Vec<FeedbackRowView>,
    /// Hand it back for the next page; `null` at the end.
    pub next: Option<String>,
    /// How many match mailbox and filter. `null` where counting takes longer than the page, as in a search:
    /// `count_feedback` tells.
    pub total: Option<u64>,
    /// How many there are in the mailbox without the filter; `null` on pages after the first.
    pub mailbox_total: Option<u64>,
    /// How many there are at all; `null` on pages after the first.
    pub everything: Option<u64>,
    /// Whether all that is here is in the indexes. Until it is, a search may miss some, and look-alikes may be shown
    /// apart: after an update, and for a moment after a sync.
    pub search_ready: bool,
}

/// How many match mailbox and filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FeedbackCountView {
    pub total: u64,
}

/// One user in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct UserSummaryView {
    pub user: String,
    pub feedback: u64,
    pub negative: u64,
}

/// One feedback with everything behind it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct FeedbackDetailView {
    pub row: FeedbackRowView,
    pub run: RunStateView,
    pub version: Option<VersionSummaryView>,
    /// What others said about the same run, newest first.
    pub others_on_run: Vec<FeedbackRowView>,
    /// What the same user said about this run before, newest first.
    pub earlier: Vec<FeedbackRowView>,
    /// What the same user said elsewhere, newest first, ten at the most.
    pub user_before: Vec<FeedbackRowView>,
    pub user: Option<UserSummaryView>,
    /// What it is a duplicate of, if that is in the cache.
    pub original: Option<FeedbackRowView>,
    /// What is decided to be a duplicate of it, newest first, ten at the most.
    pub duplicates: Vec<FeedbackRowView>,
    /// How many duplicates there are.
    pub duplicates_count: u64,
    /// Its look-alikes, whatever became of them; newest first, ten at the most.
    pub alike: Vec<FeedbackRowView>,
    /// How many look-alikes there are besides this one.
    pub alike_count: u64,
    /// Oldest first.
    pub pins: Vec<PinView>,
}
