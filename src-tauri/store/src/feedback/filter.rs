//! Which feedback a list shows, as SQL. The index is named for every query: with a dozen partial indexes
//! and no statistics SQLite's own choice can be off by a factor of a thousand.

use std::fmt::Write as _;

use domain::{AgentId, Annotation, ConnectionId, Outcome, UserId, VersionId};
use rusqlite::types::Value;

use super::search::Search;
use super::write::{end_position, first_position};
use crate::tallies::Tally;

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
    pub version: Option<VersionId>,
    pub model: Option<String>,
    /// What a person typed: words, `"a phrase"`, a beginning at the end. Any text will do; a blank one
    /// filters nothing.
    pub text: Option<String>,
    /// Created at this time or later.
    pub since_ms: Option<i64>,
    /// Created before this time.
    pub until_ms: Option<i64>,
}

/// What the server knows to be decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnnotationFilter {
    /// Annotated or not.
    #[default]
    All,
    /// Not annotated.
    Open,
    /// Annotated, with whatever.
    Annotated,
    Is(Annotation),
}

/// Whose feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserFilter {
    Is(UserId),
    Anonymous,
}

/// A filter as the parts of a SELECT. `f` is the feedback.
pub(crate) struct Query {
    pub(crate) from: String,
    pub(crate) conditions: String,
    pub(crate) params: Vec<Value>,
    pub(crate) order: &'static str,
}

impl Query {
    fn require(&mut self, condition: &str, params: impl IntoIterator<Item = Value>) {
        let _ = write!(self.conditions, " AND {condition}");
        self.params.extend(params);
    }

    /// Only what comes after `pos` in the order newest first.
    pub(crate) fn before(&mut self, pos: i64) {
        let condition = format!("{} < ?", self.order);
        self.require(&condition, [Value::Integer(pos)]);
    }
}

impl FeedbackFilter {
    /// The filter as SQL; `None` if it can let nothing through.
    pub(crate) fn query(&self, connection: ConnectionId) -> Option<Query> {
        if self.since_ms.zip(self.until_ms).is_some_and(|(since, until)| since >= until) {
            return None;
        }
        let search = self.text.as_deref().and_then(Search::of);
        let mut query = self.source(search.as_ref());
        query.require("f.connection = ?", [Value::Integer(connection.0)]);
        query.require("f.replaced_at_ms IS NULL", []);
        self.add_kind(&mut query);
        self.add_origin(&mut query);
        self.add_time(&mut query);
        for literal in search.iter().flat_map(|search| &search.literal) {
            query.require("instr(lower(f.comment), ?) > 0", [text(literal)]);
        }
        Some(query)
    }

    /// Where the scan runs: through the fewest rows that can be told beforehand.
    fn source(&self, search: Option<&Search>) -> Query {
        let by_index = |index| Query {
            from: format!("feedback f INDEXED BY {index}"),
            conditions: "1".to_owned(),
            params: Vec::new(),
            order: "f.pos",
        };
        let matching = search.and_then(|search| match (&search.words, &search.trigrams) {
            (Some(words), _) => Some(("feedback_words", words)),
            (None, Some(trigrams)) => Some(("feedback_trigrams", trigrams)),
            (None, None) => None,
        });
        let Some((table, matching)) = matching else { return by_index(self.index(search)) };
        let is_match = format!("{table} MATCH ?");
        // One user's feedback is few: each is looked up among the matches. Else the matches lead.
        let mut query = if matches!(self.user, Some(UserFilter::Is(_))) {
            let mut query = by_index("feedback_by_user");
            let _ = write!(query.from, " CROSS JOIN {table} t ON t.rowid = f.pos");
            query
        } else {
            Query {
                from: format!("{table} t CROSS JOIN feedback f ON f.pos = t.rowid"),
                order: "t.rowid",
                ..by_index("")
            }
        };
        query.require(&is_match, [text(matching)]);
        query
    }

    fn index(&self, search: Option<&Search>) -> &'static str {
        if matches!(self.user, Some(UserFilter::Is(_))) {
            return "feedback_by_user";
        }
        if let Some(search) = search {
            return if search.unspaced {
                "feedback_unspaced_comments"
            } else {
                "feedback_commented"
            };
        }
        match (self.outcome, self.annotation) {
            _ if self.version.is_some() => "feedback_by_version",
            (Some(_), AnnotationFilter::Open | AnnotationFilter::Is(_)) => {
                "feedback_by_outcome_annotation"
            }
            (None, AnnotationFilter::Open | AnnotationFilter::Is(_)) => "feedback_by_annotation",
            _ if self.user.is_some() => "feedback_by_user",
            _ if self.agents.len() == 1 => "feedback_by_agent",
            _ if self.model.is_some() => "feedback_by_model",
            _ if self.has_comment == Some(true) => "feedback_commented",
            (Some(_), _) => "feedback_by_outcome",
            _ => "feedback_newest",
        }
    }

    fn add_kind(&self, query: &mut Query) {
        if let Some(outcome) = self.outcome {
            query.require("f.outcome = ?", [text(outcome.as_str())]);
        }
        match self.annotation {
            AnnotationFilter::All => {}
            AnnotationFilter::Open => query.require("f.annotation IS NULL", []),
            AnnotationFilter::Annotated => query.require("f.annotation IS NOT NULL", []),
            AnnotationFilter::Is(word) => query.require("f.annotation = ?", [text(word.as_str())]),
        }
        match self.has_comment {
            // Literals, not parameters: a partial index is only usable if its condition stands here.
            Some(true) => query.require("f.has_comment = 1", []),
            Some(false) => query.require("f.has_comment = 0", []),
            None => {}
        }
        if query.from.ends_with("feedback_commented") {
            query.require("f.has_comment = 1", []);
        }
        if query.from.ends_with("feedback_unspaced_comments") {
            query.require("f.unspaced = 1", []);
        }
    }

    fn add_origin(&self, query: &mut Query) {
        match self.agents.as_slice() {
            [] => {}
            [agent] => query.require("f.agent = ?", [text(agent.as_str())]),
            agents => {
                let marks = vec!["?"; agents.len()].join(", ");
                let agents = agents.iter().map(|agent| text(agent.as_str()));
                query.require(&format!("f.agent IN ({marks})"), agents);
            }
        }
        match &self.user {
            None => {}
            Some(UserFilter::Is(user)) => query.require("f.user = ?", [text(user.as_str())]),
            Some(UserFilter::Anonymous) => query.require("f.user IS NULL", []),
        }
        if let Some(version) = &self.version {
            query.require("f.version = ?", [text(version.as_str())]);
        }
        if let Some(model) = &self.model {
            query.require("f.model = ?", [text(model)]);
        }
    }

    /// The time itself decides; the position bounds the scan.
    fn add_time(&self, query: &mut Query) {
        let order = query.order;
        if let Some(since) = self.since_ms {
            query.require("f.created_at_ms >= ?", [Value::Integer(since)]);
            query.require(&format!("{order} >= ?"), [Value::Integer(first_position(since))]);
        }
        if let Some(until) = self.until_ms {
            query.require("f.created_at_ms < ?", [Value::Integer(until)]);
            if let Some(end) = end_position(until) {
                query.require(&format!("{order} < ?"), [Value::Integer(end)]);
            }
        }
    }

    /// The same filter on the tallies, if nothing but what is tallied is asked for.
    pub(crate) fn tally(&self, connection: ConnectionId) -> Option<Tally> {
        let is_tallied = self.user.is_none()
            && self.since_ms.is_none()
            && self.until_ms.is_none()
            && self.text.as_deref().and_then(Search::of).is_none();
        is_tallied.then(|| {
            let mut query = Query {
                from: "feedback_tallies f".to_owned(),
                conditions: "f.connection = ?".to_owned(),
                params: vec![Value::Integer(connection.0)],
                order: "",
            };
            self.add_kind(&mut query);
            self.add_origin(&mut query);
            // There, none is '' and not NULL.
            query.conditions = query
                .conditions
                .replace("f.annotation IS NULL", "f.annotation = ''")
                .replace("f.annotation IS NOT NULL", "f.annotation <> ''");
            Tally(query)
        })
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
