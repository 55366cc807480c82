//! The filter bar: a filter text as it was understood, what is wrong with it, what could be meant. All positions
//! count UTF-16 units, as JavaScript does.

use serde::Serialize;
use ts_rs::TS;

use super::{FilterView, Mailbox};

/// A filter text as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ParsedFilterView {
    /// What lists and counts take. Terms that are a problem of the language are not in it; what names something that is
    /// not in the cache is, and lets nothing through.
    pub filter: FilterView,
    /// The same filter as it is printed.
    pub text: String,
    /// In order; only blanks lie between them.
    pub tokens: Vec<FilterTokenView>,
    /// By where they begin.
    pub problems: Vec<FilterProblemView>,
}

/// A filter as the text that would be typed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PrintedFilterView {
    pub text: String,
    pub tokens: Vec<FilterTokenView>,
}

/// A piece of a filter text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FilterTokenView {
    pub start: usize,
    /// Behind its last unit.
    pub end: usize,
    pub kind: FilterTokenKind,
    /// Of a term: its name as it is printed.
    pub name: Option<String>,
    /// Where the value of a term begins, with its quotation mark; elsewhere as `start`.
    pub value_start: usize,
    /// Without quotation marks.
    pub value: String,
}

/// What a piece of a filter text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FilterTokenKind {
    Term,
    /// Meant as the term in `name`, and not it.
    Misspelt,
    Word,
    Phrase,
}

/// What is wrong with a piece of a filter text, and what would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FilterProblemView {
    pub start: usize,
    pub end: usize,
    pub message: String,
    /// Nothing is wrong: it says how the text was taken.
    pub is_hint: bool,
}

/// What could be typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SuggestionView {
    /// What to show.
    pub label: String,
    /// What to put in; with a blank behind it where typing can go on after it.
    pub insert: String,
    /// What it takes the place of: from, and up to before. The caret belongs behind what was put in.
    pub replaces: (usize, usize),
    /// A word about it, or how much feedback there is of it.
    pub detail: Option<String>,
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    pub mailbox: Mailbox,
    /// The filter as it is typed.
    pub text: String,
    /// How much it shows; `null` where counting takes time.
    pub count: Option<u64>,
}
