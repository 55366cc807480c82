//! The filter language: what a reviewer types into the filter bar, and what it means. No text is without a meaning,
//! and what cannot be meant is said in place. What the words stand for in a mirror (which versions are called 3.2,
//! when yesterday was) is not known here.
//!
//! ```text
//! is:negative has:comment agent:support user:u-17 version:3.2 model:gpt-4o before:2026-11-01 "charged twice"
//! ```
//!
//! - **Terms** are `name:value` without a blank between; all that is written must hold. Names and the words of `is:`,
//!   `has:`, `no:` and `sort:` may be written in capitals. Ids may not.
//! - **Values** with blanks or quotation marks are quoted, `user:"Jane Doe"`. Within quotes `\"` is a quotation mark
//!   and `\\` a backslash; before anything else a backslash is itself.
//! - `agent:`, `version:` and `model:` may stand there more than once: any of them will do. Of the other terms a second
//!   one that says something else is a problem, the first one counts, and one that says the same is nothing.
//! - `is:resolved` and its like are narrower than `is:decided`; together they mean the narrower one.
//! - `after:` (also `since:`) is that day or time and later, `before:` (also `until:`) is earlier than it, both in local
//!   time: `after:2026-11-01 before:2026-11-02` is one whole day. See [`When`].
//! - `like:` is what says nearly the same as one feedback, named by its id.
//! - `user:none` are the anonymous ones; a user of that name is quoted.
//! - **Text** is all the rest: words, and phrases in quotes. A quotation mark always opens or closes a quote, also
//!   in the middle of a word; one that is not closed ends with the text, which is hinted at.
//! - **A colon makes a term only behind a name that is known**, so that `12:30` and `http://x` stay text. Behind a
//!   name that is one slip from a known one (`agnet:`) it is a problem. Any other lower-case word with something behind
//!   its colon (`channel:web`) is text, and a hint says so.
//! - `-agent:x` and `!agent:x` are problems: nothing can be excluded.
//! - A term whose value is still to be typed is a problem; the others work meanwhile.

mod name;
mod parse;
mod print;
mod scan;
mod when;

use crate::{FeedbackId, Outcome, UserId, words};

pub use name::Name;
pub use parse::{Parsed, Problem, Token, TokenKind, is_words};
pub use print::term;
pub use when::{LAST_YEAR, When};

/// What a filter text means: everything given must hold. It prints itself as the text that would be typed for it.
///
/// Values are as typed, and none is empty: what is empty cannot be typed and is not printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub outcome: Option<Outcome>,
    pub standing: Option<Standing>,
    /// Only what the server no longer lists.
    pub is_gone: bool,
    pub has_comment: Option<bool>,
    /// Any of these.
    pub agents: Vec<String>,
    pub user: Option<Whose>,
    /// Any of these: labels as `3.2`, or ids.
    pub versions: Vec<String>,
    /// Any of these; see [`is_model`].
    pub models: Vec<String>,
    /// From the beginning of it on.
    pub after: Option<When>,
    /// Until the beginning of it.
    pub before: Option<When>,
    /// Only what is most like this one.
    pub like: Option<FeedbackId>,
    pub sort: Option<Sort>,
    /// All of these, in the order they were typed in.
    pub text: Vec<Word>,
}

/// How a feedback stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Neither annotated nor decided.
    Open,
    /// Decided, with whatever.
    Decided,
    Resolved,
    Incorrect,
    /// The user is right: needs a fix.
    Correct,
    Duplicate,
    Snoozed,
}

/// Whose feedback.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    Anonymous,
    User(UserId),
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    Newest,
    Oldest,
    /// One user after the other.
    User,
    /// One version after the other, the latest first.
    Version,
    /// What matches the text best, or is most like a feedback.
    Best,
}

/// A piece of text to look for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    text: String,
    is_phrase: bool,
}

impl Word {
    /// A word as typed without quotes. What would not be read as one word there is a phrase.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let is_phrase = !scan::is_one_word(&text);
        Self { text, is_phrase }
    }

    /// Words in this order.
    pub fn phrase(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_phrase: true }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it stands in quotes.
    pub fn is_phrase(&self) -> bool {
        self.is_phrase
    }
}

words! {
    /// The word behind `is:`; in this order they are offered.
    Standing {
        Open = "open",
        Decided = "decided",
        Resolved = "resolved",
        Incorrect = "incorrect",
        Correct = "correct",
        Duplicate = "duplicate",
        Snoozed = "snoozed",
    }
}

words! {
    /// The word behind `sort:`; in this order they are offered.
    Sort {
        Newest = "newest",
        Oldest = "oldest",
        User = "user",
        Version = "version",
        Best = "best",
    }
}

impl Query {
    /// Whether it lets everything through, in the usual order.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Standing {
    /// What both say, if it can be both.
    fn with(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Self::Decided, narrower) | (narrower, Self::Decided) => narrower.is_decision(),
            _ => None,
        }
    }

    /// Itself, if what stands so is decided. Snoozed is put off.
    fn is_decision(self) -> Option<Self> {
        (!matches!(self, Self::Open | Self::Snoozed)).then_some(self)
    }
}

/// Whether a model's id is what `wanted` names: the same, or the same with a date or `latest` behind it. `gpt-4o` is
/// `gpt-4o-2024-11-20` and `gpt-4o-latest`, and not `gpt-4o-mini`.
pub fn is_model(wanted: &str, id: &str) -> bool {
    let Some(rest) = id.strip_prefix(wanted) else { return false };
    let Some(issue) = rest.strip_prefix(['-', '@']) else { return rest.is_empty() };
    let is_date = issue.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    issue == "latest" || is_date && issue.bytes().filter(u8::is_ascii_digit).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_meant_with_each_of_its_dates_and_without_its_siblings() {
        for id in ["gpt-4o", "gpt-4o-2024-11-20", "gpt-4o-latest", "gpt-4o-1106"] {
            assert!(is_model("gpt-4o", id), "{id}");
        }
        for id in ["gpt-4o-mini", "gpt-4o-mini-2024-07-18", "gpt-4", "gpt-4o-", "gpt-4o1"] {
            assert!(!is_model("gpt-4o", id), "{id}");
        }
        assert!(!is_model("claude-3", "claude-3-5-sonnet-20241022"));
    }
}
