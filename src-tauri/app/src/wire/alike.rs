//! Look-alikes: several feedback in one row.

use serde::Serialize;
use ts_rs::TS;

use super::FeedbackRowView;

/// A row that stands for others, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct AlikeView {
    /// How many there are within mailbox and filter, the row itself included; two or more.
    pub count: u64,
    /// How many known users are behind them; `null` for a large group, where nobody counted.
    pub users: Option<u64>,
    pub why: WhyAlikeView,
}

/// Why some feedback is shown as one row. Outcome and agent are always the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhyAlikeView {
    /// The comments have the same words, whatever their order, case, accents and fillers.
    SameWords,
    /// The same user on the same version, without a comment.
    SameUser,
}

/// Feedback that is alike, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct AlikeRowsView {
    pub rows: Vec<FeedbackRowView>,
    /// How many there are.
    pub total: u64,
}
