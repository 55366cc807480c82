//! Filter texts with the mirror beside them: what the names in one stand for, how a filter is written, what could be
//! typed next. What the language is, is the domain's.

mod calendar;
mod complete;
mod meant;
mod names;
mod print;

use domain::query::{Token, TokenKind};

use crate::wire::{FilterTokenKind, FilterTokenView};

pub(crate) use calendar::Calendar;
pub(crate) use complete::suggestions;
pub(crate) use meant::meant;
pub(crate) use print::printed;

fn token_view(token: Token) -> FilterTokenView {
    let (kind, name) = match token.what {
        TokenKind::Term(name) => (FilterTokenKind::Term, Some(name)),
        TokenKind::Misspelt(name) => (FilterTokenKind::Misspelt, Some(name)),
        TokenKind::Word => (FilterTokenKind::Word, None),
        TokenKind::Phrase => (FilterTokenKind::Phrase, None),
    };
    FilterTokenView {
        start: token.start,
        end: token.end,
        kind,
        name: name.map(|name| name.to_string()),
        value_start: token.value_start,
        value: token.value,
    }
}
