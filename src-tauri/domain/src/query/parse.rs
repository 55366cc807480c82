//! The meaning of a filter text, and what is wrong with it. The rules are told at the top of `query`.

use super::name::{Head, is_slip};
use super::print::{has_comment_term, term};
use super::scan::{Piece, pieces};
use super::{Name, Query, Sort, Standing, When, Whose, Word};
use crate::{FeedbackId, Outcome, UserId};

/// A filter text as it was understood. All positions count UTF-16 units, as JavaScript does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Terms that are a problem are not in it.
    pub query: Query,
    /// In order; only blanks lie between them.
    pub tokens: Vec<Token>,
    /// By where they begin.
    pub problems: Vec<Problem>,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub start: usize,
    /// Behind its last unit.
    pub end: usize,
    pub what: TokenKind,
    /// Where the value of a term begins, with its quotation mark; elsewhere as `start`.
    pub value_start: usize,
    /// What stands behind the colon, or all of it, without quotation marks.
    pub value: String,
}

/// What a piece of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    Term(Name),
    /// Meant as this term, and not it: misspelt, or with a sign before it.
    Misspelt(Name),
    Word,
    Phrase,
}

/// What is wrong with a piece of the text, and what would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub start: usize,
    pub end: usize,
    /// A sentence or two, for a person.
    pub message: String,
    /// Nothing is wrong: it says how the text was taken, in case something else was meant.
    pub is_hint: bool,
}

/// What is wrong with a term, in words.
type Wrong = String;

impl Query {
    /// Reads a filter text. Whatever it is, it means something.
    pub fn parse(text: &str) -> Parsed {
        let mut parsed = Parsed::default();
        let mut units = Units::of(text);
        for piece in pieces(text) {
            let (start, value_start) = (units.at(piece.range.start), units.at(piece.value_at));
            let end = units.at(piece.range.end);
            let mut say = |message: String, is_hint| {
                parsed.problems.push(Problem { start, end, message, is_hint });
            };
            let what = match read(&mut parsed.query, &piece) {
                Ok((what, hint)) => {
                    if let Some(hint) = hint {
                        say(hint, true);
                    }
                    what
                }
                Err((what, wrong)) => {
                    say(wrong, false);
                    what
                }
            };
            if piece.is_open {
                say(
                    "The quotation mark is not closed: all behind it is taken as one.".into(),
                    true,
                );
            }
            let value = piece.value.into_owned();
            parsed.tokens.push(Token { start, end, what, value_start, value });
        }
        parsed
    }
}

/// Counts UTF-16 units up to positions in bytes, which may not go back.
struct Units<'a> {
    text: &'a str,
    byte: usize,
    units: usize,
}

impl<'a> Units<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, byte: 0, units: 0 }
    }

    fn at(&mut self, byte: usize) -> usize {
        self.units += self.text[self.byte..byte].encode_utf16().count();
        self.byte = byte;
        self.units
    }
}

type Read = Result<(TokenKind, Option<String>), (TokenKind, Wrong)>;

fn read(query: &mut Query, piece: &Piece<'_>) -> Read {
    let value = piece.value.as_ref();
    match piece.head {
        Head::None | Head::Strange if piece.is_quoted => {
            query.text.extend((!value.is_empty()).then(|| Word::phrase(value)));
            Ok((TokenKind::Phrase, None))
        }
        Head::None => {
            query.text.push(Word::new(value));
            Ok((TokenKind::Word, None))
        }
        Head::Strange => {
            query.text.push(Word::new(value));
            let name = value.split(':').next().unwrap_or_default();
            let hint = format!("There is no term {name}: here, so this is looked for as text.");
            Ok((TokenKind::Word, Some(hint)))
        }
        Head::Near(name) => {
            let wrong = format!("There is no such term. Did you mean {name}:? {QUOTE_IT}");
            Err((TokenKind::Misspelt(name), wrong))
        }
        Head::Excluded(name) => {
            let wrong = format!("Nothing can be excluded with {name}:. {QUOTE_IT}");
            Err((TokenKind::Misspelt(name), wrong))
        }
        Head::Known(name) => match read_term(query, name, value, piece.is_quoted) {
            Ok(()) => Ok((TokenKind::Term(name), None)),
            Err(wrong) => Err((TokenKind::Term(name), wrong)),
        },
    }
}

const QUOTE_IT: &str = "To look for it as text, put it in quotes.";

fn read_term(query: &mut Query, name: Name, value: &str, is_quoted: bool) -> Result<(), Wrong> {
    if value.is_empty() {
        return Err(question(name));
    }
    match name {
        Name::Is => read_is(query, value),
        Name::Has | Name::No if value.eq_ignore_ascii_case("comment") => {
            set(&mut query.has_comment, name == Name::Has, |has| has_comment_term(*has).to_owned())
        }
        Name::Has | Name::No => Err(unknown(name, value, &["comment"])),
        Name::Agent => add(&mut query.agents, value),
        Name::Version => add(&mut query.versions, value),
        Name::Model => add(&mut query.models, value),
        Name::User => {
            let whose = match value {
                "none" if !is_quoted => Whose::Anonymous,
                id => Whose::User(UserId::from(id)),
            };
            set(&mut query.user, whose, Whose::term)
        }
        Name::After => read_when(&mut query.after, name, value),
        Name::Before => read_when(&mut query.before, name, value),
        Name::Like => {
            set(&mut query.like, FeedbackId::from(value), |like| term(name, like.as_str()))
        }
        Name::Sort => {
            let sort = value.to_ascii_lowercase().parse::<Sort>();
            let sort = sort.map_err(|_| unknown(name, value, &Sort::ALL.map(Sort::as_str)))?;
            set(&mut query.sort, sort, |sort| term(name, sort.as_str()))
        }
    }
}

fn read_is(query: &mut Query, value: &str) -> Result<(), Wrong> {
    let word = value.to_ascii_lowercase();
    if let Ok(outcome) = word.parse::<Outcome>() {
        return set(&mut query.outcome, outcome, |outcome| term(Name::Is, outcome.as_str()));
    }
    if word == "gone" {
        query.is_gone = true;
        return Ok(());
    }
    let word = if word == "needs-fix" { "correct" } else { &word };
    let standing = word.parse::<Standing>();
    let standing = standing.map_err(|_| unknown(Name::Is, value, &is_words()))?;
    let as_term = |standing: &Standing| term(Name::Is, standing.as_str());
    match query.standing.map(|before| before.with(standing)) {
        Some(Some(both)) => {
            query.standing = Some(both);
            Ok(())
        }
        _ => set(&mut query.standing, standing, as_term),
    }
}

/// The words behind `is:`, in the order they are offered.
pub fn is_words() -> Vec<&'static str> {
    let outcomes = [Outcome::Negative, Outcome::Positive].map(Outcome::as_str);
    outcomes.into_iter().chain(Standing::ALL.map(Standing::as_str)).chain(["gone"]).collect()
}

fn read_when(slot: &mut Option<When>, name: Name, value: &str) -> Result<(), Wrong> {
    let when = When::parse(value).ok_or_else(|| {
        format!(
            "This is no day. Write it as {name}:2026-11-01, {name}:2026-11-01T14:30, \
             {name}:yesterday, {name}:monday or {name}:7d.",
        )
    })?;
    set(slot, when, |when| term(name, &when.to_string()))
}

/// Fills what can be said once.
fn set<T: PartialEq>(
    slot: &mut Option<T>,
    value: T,
    as_term: impl Fn(&T) -> String,
) -> Result<(), Wrong> {
    match slot {
        Some(before) if *before != value => Err(format!(
            "It cannot be both {} and {}: remove one of them.",
            as_term(before),
            as_term(&value)
        )),
        slot => {
            *slot = Some(value);
            Ok(())
        }
    }
}

/// Adds to what can be said more than once; there, nothing is wrong.
fn add(values: &mut Vec<String>, value: &str) -> Result<(), Wrong> {
    if !values.iter().any(|known| known == value) {
        values.push(value.to_owned());
    }
    Ok(())
}

/// What to say of a term without a value.
fn question(name: Name) -> Wrong {
    let words = |words: &[&'static str]| one_of(name, words);
    match name {
        Name::Is => format!("Is what? {}", words(&is_words())),
        Name::Has | Name::No => format!("A comment? Write {}:comment.", name.as_str()),
        Name::Agent => "Which agent? Write its id, as in agent:support.".to_owned(),
        Name::User => "Which user? Write their id; user:none are those without one.".to_owned(),
        Name::Version => {
            "Which version? Write its number, as in version:3.2, or its id.".to_owned()
        }
        Name::Model => "Which model? Write its id, as in model:gpt-4o.".to_owned(),
        Name::After => "After which day? It is included: after:2026-11-01.".to_owned(),
        Name::Before => "Before which day? It is not included: before:2026-11-01.".to_owned(),
        Name::Like => "Like which feedback? Write its id.".to_owned(),
        Name::Sort => format!("Sorted how? {}", words(&Sort::ALL.map(Sort::as_str))),
    }
}

/// What to say of a word that a term does not know.
fn unknown(name: Name, value: &str, words: &[&'static str]) -> Wrong {
    let value = value.to_ascii_lowercase();
    let begins = |word: &str| value.len() > 1 && word.starts_with(&value);
    let near = words.iter().find(|word| begins(word) || is_slip(&value, word));
    match near {
        Some(near) => format!("Did you mean {}:{near}? {}", name.as_str(), one_of(name, words)),
        None => one_of(name, words),
    }
}

fn one_of(name: Name, words: &[&'static str]) -> String {
    let name = name.as_str();
    match words {
        [word] => format!("Only {name}:{word} is known."),
        [words @ .., last] => format!("{name}: knows {} and {last}.", words.join(", ")),
        [] => String::new(),
    }
}
