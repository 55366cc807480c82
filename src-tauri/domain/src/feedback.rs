//! One user's word on one run, and what the server says was decided about it.

use serde::{Deserialize, Serialize};

use crate::{AgentId, FeedbackId, RunId, UserId, words};

/// What a user said about a run's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Positive,
    Negative,
}

/// What the server stores of a review. It tells neither who annotated nor when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Annotation {
    /// Nothing is left to do.
    Resolved,
    /// The user is wrong: not an issue.
    Incorrect,
    /// The user is right: needs a fix.
    Correct,
}

/// One user's word on one run. On a server there is at most one per (run, user).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    pub id: FeedbackId,
    pub agent: AgentId,
    /// May name a run that does not exist.
    pub run: RunId,
    /// `None`: anonymous; all anonymous users of a run share one slot.
    pub user: Option<UserId>,
    pub outcome: Outcome,
    /// Hostile text: shown, never run. `Some("")` and `None` differ on the server and mean the same.
    pub comment: Option<String>,
    pub annotation: Option<Annotation>,
    /// Whole seconds on the original server.
    pub created_at_ms: i64,
}

impl Feedback {
    /// The comment, if there is anything in it to read.
    pub fn comment_text(&self) -> Option<&str> {
        self.comment.as_deref().filter(|text| !text.trim().is_empty())
    }
}

words! {
    /// The word used on the wire and in the cache.
    Outcome { Positive = "positive", Negative = "negative" }
}

words! {
    /// The word used on the wire and in the cache.
    Annotation { Resolved = "resolved", Incorrect = "incorrect", Correct = "correct" }
}
