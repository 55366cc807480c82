//! A filter text cut into pieces: words, phrases, terms. What they mean is `parse`'s.

use std::borrow::Cow;
use std::ops::Range;

use super::name::Head;

/// One piece. Positions are bytes.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    pub(super) range: Range<usize>,
    pub(super) head: Head,
    /// Where the value begins, with its quotation mark; for text, where the piece begins.
    pub(super) value_at: usize,
    /// Without its quotation marks.
    pub(super) value: Cow<'a, str>,
    pub(super) is_quoted: bool,
    /// Its quotation mark is not closed.
    pub(super) is_open: bool,
}

/// The pieces of a text, in order; nothing but blanks lies between them.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        let piece = (at < text.len()).then(|| piece_at(text, at))?;
        at = piece.range.end;
        Some(piece)
    })
}

/// Whether a text is read as one word that means nothing but itself.
pub(super) fn is_one_word(text: &str) -> bool {
    let mut pieces = pieces(text);
    let first = pieces.next();
    let is_word = |piece: &Piece<'_>| {
        !piece.is_quoted && piece.head == Head::None && piece.range == (0..text.len())
    };
    first.as_ref().is_some_and(is_word)
}

fn piece_at(text: &str, start: usize) -> Piece<'_> {
    let run = bare_run(&text[start..]);
    let Some((head, value)) = run.split_once(':') else {
        return match run {
            "" => value_piece(text, start, start, Head::None),
            _ => text_piece(run, start),
        };
    };
    match Head::of(head, value) {
        Head::None => text_piece(run, start),
        Head::Strange => Piece { head: Head::Strange, ..text_piece(run, start) },
        head_read => value_piece(text, start, start + head.len() + 1, head_read),
    }
}

fn text_piece(run: &str, start: usize) -> Piece<'_> {
    Piece {
        range: start..start + run.len(),
        head: Head::None,
        value_at: start,
        value: Cow::Borrowed(run),
        is_quoted: false,
        is_open: false,
    }
}

/// A piece whose value, quoted or not, begins at `value_at`.
fn value_piece(text: &str, start: usize, value_at: usize, head: Head) -> Piece<'_> {
    let rest = &text[value_at..];
    if let Some(quoted) = rest.strip_prefix('"') {
        let (value, length, is_open) = unquoted(quoted);
        let range = start..value_at + 1 + length;
        return Piece { range, head, value_at, value, is_quoted: true, is_open };
    }
    let run = bare_run(rest);
    let range = start..value_at + run.len();
    Piece { range, head, value_at, value: run.into(), is_quoted: false, is_open: false }
}

/// Up to the next blank or quotation mark.
fn bare_run(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(text.len());
    &text[..end]
}

/// What stands behind an opening quotation mark: its meaning, its length with the closing mark, and whether that
/// is missing.
fn unquoted(text: &str) -> (Cow<'_, str>, usize, bool) {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let is_plain = value.len() == at;
                let value = if is_plain { text[..at].into() } else { value.into() };
                return (value, at + 1, false);
            }
            '\\' => {
                let escaped = chars.next_if(|(_, next)| matches!(next, '"' | '\\'));
                value.push(escaped.map_or('\\', |(_, escaped)| escaped));
            }
            c => value.push(c),
        }
    }
    (value.into(), text.len(), true)
}
