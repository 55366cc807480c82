//! Which feedback a list shows, as conditions on kinds (`facets`). What is no matter of kinds, time, text
//! and a single user, is `find`'s.

use std::fmt::Write as _;

use domain::{AgentId, ConnectionId, DecisionKind, FeedbackId, Outcome, UserId, VersionId};
use rusqlite::types::Value;

use super::search::Search;
use super::write::{end_position, first_position};
use crate::facets::Kinds;

/// Which feedback to show: everything given must hold. The default shows all that is current.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackFilter {
    /// Any of these; empty: all.
    pub agents: Vec<AgentId>,
    pub outcome: Option<Outcome>,
    pub annotation: AnnotationFilter,
    /// Whether there is a comment with anything in it to read.
    pub has_comment: Option<bool>,
    pub user: Option<UserFilter>,
    /// Any of these; empty: all.
    pub versions: Vec<VersionId>,
    /// Any of these; empty: all.
    pub models: Vec<String>,
    /// Whether the server no longer lists it.
    pub gone: Option<bool>,
    /// What a person typed: words, `"a phrase"`, a beginning at the end. Any text will do; a blank one
    /// filters nothing.
    pub text: Option<String>,
    /// Created at this time or later. Times before 1970 count as its beginning, those after 2109 as its end.
    pub since_ms: Option<i64>,
    /// Created before this time.
    pub until_ms: Option<i64>,
    /// Only what is most like this one by its comment, 200 at the most. Of one without a comment: nothing.
    pub like: Option<FeedbackId>,
    pub order: Order,
}

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    /// By the ids of users as letters stand, one user's newest first; the anonymous ones come last.
    User,
    /// Agent by agent, its latest version first, a version's newest first; what is of no known version comes last.
    Version,
    /// What is most like `like`; without that, what matches the words of the text best by its comment; the newer of two
    /// equal ones. One page of 200 at the most, without a next. Where there is nothing to rank by, the newest.
    Best,
}

/// What is decided: by a decision made here or, where there is none, by the server's annotation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnnotationFilter {
    /// Decided or not.
    #[default]
    All,
    /// Neither annotated nor decided here.
    Open,
    /// Annotated or decided here, with whatever, and not put aside.
    Annotated,
    /// Decided so or, what a server can say, annotated so.
    Is(DecisionKind),
}

/// Whose feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserFilter {
    Is(UserId),
    Anonymous,
}

/// Conditions of a SELECT with their parameters.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) conditions: String,
    pub(crate) params: Vec<Value>,
}

impl Query {
    pub(crate) fn new(condition: &str, params: impl IntoIterator<Item = Value>) -> Self {
        Self { conditions: condition.to_owned(), params: params.into_iter().collect() }
    }

    pub(crate) fn require(&mut self, condition: &str, params: impl IntoIterator<Item = Value>) {
        let _ = write!(self.conditions, " AND {condition}");
        self.params.extend(params);
    }

    /// Requires a column to be one of some words; none require nothing.
    fn require_any<'a>(&mut self, column: &str, words: impl Iterator<Item = &'a str>) {
        let words: Vec<Value> = words.map(text).collect();
        match words.len() {
            0 => {}
            1 => self.require(&format!("{column} = ?"), words),
            n => {
                let marks = vec!["?"; n].join(", ");
                self.require(&format!("{column} IN ({marks})"), words);
            }
        }
    }
}

/// Positions from `first` on and before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first: i64,
    pub(crate) end: i64,
}

impl FeedbackFilter {
    /// The positions of the filter's times; `None` if there can be nothing between them.
    pub(crate) fn span(&self) -> Option<Span> {
        let first = self.since_ms.map_or(0, first_position);
        let end = self.until_ms.and_then(end_position).unwrap_or(i64::MAX);
        (first < end).then_some(Span { first, end })
    }

    /// The search text taken apart, if there is anything in it to look for.
    pub(crate) fn search(&self) -> Option<Search> {
        self.text.as_deref().and_then(Search::of)
    }

    /// Whether it tells kinds apart, beyond whose feedback it is.
    pub(crate) fn asks_for_kinds(&self) -> bool {
        !self.agents.is_empty()
            || self.outcome.is_some()
            || self.annotation != AnnotationFilter::All
            || self.has_comment.is_some()
            || !self.versions.is_empty()
            || !self.models.is_empty()
            || self.gone.is_some()
            || self.search().is_some()
            || self.like.is_some()
    }

    /// The kinds of feedback that may pass.
    pub(crate) fn kinds(&self, connection: ConnectionId) -> Kinds {
        let mut query = Query::new("connection = ? AND n > 0", [Value::Integer(connection.0)]);
        self.add_word(&mut query);
        self.add_origin(&mut query);
        Kinds { query, by_agent: !self.agents.is_empty() }
    }

    fn add_word(&self, query: &mut Query) {
        if let Some(outcome) = self.outcome {
            query.require("outcome = ?", [text(outcome.as_str())]);
        }
        match self.annotation {
            AnnotationFilter::All => {}
            AnnotationFilter::Open => query.require("verdict = ''", []),
            AnnotationFilter::Annotated => query.require("verdict NOT IN ('', 'snoozed')", []),
            AnnotationFilter::Is(word) => query.require("verdict = ?", [text(word.as_str())]),
        }
        // What a search finds has a comment, and so has what is like another: there is something in it.
        let is_said = self.search().is_some() || self.like.is_some();
        let has_comment = if is_said { Some(true) } else { self.has_comment };
        if let Some(has_comment) = has_comment {
            query.require("has_comment = ?", [Value::Integer(i64::from(has_comment))]);
        }
        if self.has_comment.is_some_and(|wanted| Some(wanted) != has_comment) {
            query.require("0", []);
        }
    }

    fn add_origin(&self, query: &mut Query) {
        query.require_any("agent", self.agents.iter().map(AgentId::as_str));
        if let Some(user) = &self.user {
            let anonymous = i64::from(*user == UserFilter::Anonymous);
            query.require("anonymous = ?", [Value::Integer(anonymous)]);
        }
        query.require_any("version", self.versions.iter().map(VersionId::as_str));
        query.require_any("model", self.models.iter().map(String::as_str));
        if let Some(gone) = self.gone {
            query.require("gone = ?", [Value::Integer(i64::from(gone))]);
        }
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
