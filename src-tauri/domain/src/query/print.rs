//! A query as the text that means it. Its parts come in the order of a sentence, whatever order they were typed in.

use std::fmt;

use super::{Name, Query, Standing, Whose, Word};
use crate::FeedbackId;

/// `name:value`, quoted where it has to be.
pub fn term(name: Name, value: &str) -> String {
    format!("{}:{}", name.as_str(), Value(value, value_needs_quotes(value)))
}

fn value_needs_quotes(value: &str) -> bool {
    value.is_empty() || value.chars().any(|c| c.is_whitespace() || c == '"')
}

/// A value with or without quotation marks.
struct Value<'a>(&'a str, bool);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text, is_quoted) = self;
        if !is_quoted {
            return f.write_str(text);
        }
        f.write_str("\"")?;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            // A backslash stands for itself unless what follows would be read with it.
            let is_escaped = match c {
                '"' => true,
                '\\' => matches!(chars.peek(), None | Some('"' | '\\')),
                _ => false,
            };
            write!(f, "{}{c}", if is_escaped { "\\" } else { "" })?;
        }
        f.write_str("\"")
    }
}

impl Whose {
    /// The term that says so.
    pub(super) fn term(&self) -> String {
        match self {
            Self::Anonymous => "user:none".to_owned(),
            Self::User(id) if id.as_str() == "none" => "user:\"none\"".to_owned(),
            Self::User(id) => term(Name::User, id.as_str()),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Value(self.text(), self.is_phrase()).fmt(f)
    }
}

pub(super) fn has_comment_term(has_comment: bool) -> &'static str {
    if has_comment { "has:comment" } else { "no:comment" }
}

impl Query {
    /// Its parts, each as it is typed.
    pub fn terms(&self) -> Vec<String> {
        let is = |word: &str| term(Name::Is, word);
        let each = |name: Name, values: &[String]| {
            let values = values.iter().filter(|value| !value.is_empty());
            values.map(|value| term(name, value)).collect::<Vec<_>>()
        };
        let mut terms = Vec::new();
        terms.extend(self.outcome.map(|outcome| is(outcome.as_str())));
        terms.extend(self.standing.map(Standing::as_str).map(is));
        terms.extend(self.is_gone.then(|| is("gone")));
        terms.extend(self.has_comment.map(has_comment_term).map(str::to_owned));
        terms.extend(each(Name::Agent, &self.agents));
        terms.extend(self.user.as_ref().map(Whose::term));
        terms.extend(each(Name::Version, &self.versions));
        terms.extend(each(Name::Model, &self.models));
        terms.extend(self.after.as_ref().map(|when| term(Name::After, &when.to_string())));
        terms.extend(self.before.as_ref().map(|when| term(Name::Before, &when.to_string())));
        let like = self.like.iter().map(FeedbackId::as_str).filter(|like| !like.is_empty());
        terms.extend(like.map(|like| term(Name::Like, like)));
        terms.extend(self.sort.map(|sort| term(Name::Sort, sort.as_str())));
        // At the end, where typing goes on: the last word may be the beginning of one.
        let words = self.text.iter().filter(|word| !word.text().is_empty());
        terms.extend(words.map(Word::to_string));
        terms
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.terms().join(" "))
    }
}
