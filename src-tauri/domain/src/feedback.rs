//! One user's word on one run, and what the server says was decided about it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{AgentId, FeedbackId, RunId, UserId};

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

/// A word that names no outcome or annotation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{word}\" is not one of {expected}")]
pub struct UnknownWord {
    pub word: String,
    pub expected: &'static str,
}

impl Outcome {
    /// The word used on the wire and in the cache.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
        }
    }
}

impl Annotation {
    /// The word used on the wire and in the cache.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Incorrect => "incorrect",
            Self::Correct => "correct",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Outcome {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "positive" => Ok(Self::Positive),
            "negative" => Ok(Self::Negative),
            _ => Err(UnknownWord { word: word.to_owned(), expected: "positive, negative" }),
        }
    }
}

impl FromStr for Annotation {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "resolved" => Ok(Self::Resolved),
            "incorrect" => Ok(Self::Incorrect),
            "correct" => Ok(Self::Correct),
            _ => {
                Err(UnknownWord { word: word.to_owned(), expected: "resolved, incorrect, correct" })
            }
        }
    }
}
