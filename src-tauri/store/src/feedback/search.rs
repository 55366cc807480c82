//! What a person types into the search field, as conditions on comments and on runs: all of it is in the comment, or
//! all in the run's input, or all in its output. Every input has a meaning: there
//! is no syntax to get wrong.
//!
//! - Words: all must be there, in any order; the last one, from two characters on, may be a beginning.
//! - `"a phrase"`: these words in this order. A quote that is not closed ends at the end.
//! - Text in scripts without spaces (Chinese, Japanese, Thai …), emoji and signs: must be there literally.
//!
//! In runs the signs of a script without spaces are words, one each, and there are no emoji; there a beginning has three
//! characters.
//!
//! Case and accents of words do not matter.

use crate::runs::words::spaced;

/// Longest search text looked at, in characters.
const LONGEST: usize = 300;
/// A shorter beginning is a whole word where runs are searched: too much there begins alike.
const SHORTEST_BEGINNING: usize = 3;
/// Most terms looked at.
const MOST: usize = 20;

/// A search text taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    /// For `feedback_words MATCH`.
    pub(crate) words: Option<String>,
    /// For `feedback_trigrams MATCH`.
    pub(crate) trigrams: Option<String>,
    /// To be found in the lower-cased comment as they are.
    pub(crate) literal: Vec<String>,
    /// Whether some literal lies in a script without spaces.
    pub(crate) unspaced: bool,
    /// For `run_words MATCH`, on one side of a run; none where there is a term without any word in it.
    pub(crate) of_a_run: Option<String>,
    /// Whether it is runs that are searched. Of them there is nothing but their words.
    pub(crate) in_runs: bool,
}

/// A side of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Input,
    Output,
    Either,
}

struct Term {
    text: String,
    quoted: bool,
}

impl Search {
    /// Takes a search text apart; `None` if there is nothing in it to look for.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let terms = terms_of(text);
        let mut search = Self::default();
        let (mut words, mut trigrams, mut of_a_run) = (Vec::new(), Vec::new(), Vec::new());
        for (at, term) in terms.iter().enumerate() {
            let is_unspaced = has_unspaced(&term.text);
            of_a_run.extend(term.of_a_run(at + 1 == terms.len()));
            if is_unspaced || !term.text.chars().any(char::is_alphanumeric) {
                search.unspaced |= is_unspaced;
                if is_unspaced && term.text.chars().count() >= 3 {
                    trigrams.push(quoted(&term.text));
                }
                search.literal.push(term.text.to_ascii_lowercase());
                continue;
            }
            let may_be_beginning =
                at + 1 == terms.len() && !term.quoted && term.text.chars().count() >= 2;
            words.push(quoted(&term.text) + if may_be_beginning { "*" } else { "" });
        }
        search.words = (!words.is_empty()).then(|| words.join(" "));
        search.trigrams = (!trigrams.is_empty()).then(|| trigrams.join(" "));
        search.of_a_run = (of_a_run.len() == terms.len()).then(|| of_a_run.join(" "));
        (!terms.is_empty()).then_some(search)
    }

    /// The same in runs: all of it on one side. `None`: there is something to look for that runs are not indexed by.
    pub(crate) fn in_runs(&self, side: Side) -> Option<Self> {
        let terms = self.of_a_run.as_ref()?;
        let words = match side {
            Side::Input => format!("input : ({terms})"),
            Side::Output => format!("output : ({terms})"),
            Side::Either => format!("(input : ({terms})) OR (output : ({terms}))"),
        };
        Some(Self { words: Some(words), in_runs: true, ..Self::default() })
    }
}

impl Term {
    /// For `run_words MATCH`; `None`: there is no word in it.
    fn of_a_run(&self, is_last: bool) -> Option<String> {
        if !self.text.chars().any(char::is_alphanumeric) {
            return None;
        }
        let may_be_beginning = is_last
            && !self.quoted
            && self.text.chars().count() >= SHORTEST_BEGINNING
            && !has_unspaced(&self.text);
        Some(quoted(&spaced(&self.text)) + if may_be_beginning { "*" } else { "" })
    }
}

/// An FTS5 string: inside double quotes nothing but the double quote has a meaning.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn terms_of(text: &str) -> Vec<Term> {
    // NUL and its like end or break the C strings underneath; nobody means them.
    let text: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut terms = Vec::new();
    for (at, piece) in text.split('"').enumerate() {
        // Every second piece stood behind an opening quote.
        if at % 2 == 1 {
            terms.push(Term { text: piece.trim().to_owned(), quoted: true });
        } else {
            let words = piece.split_whitespace();
            terms.extend(words.map(|word| Term { text: word.to_owned(), quoted: false }));
        }
    }
    terms.retain(|term| !term.text.is_empty());
    terms.truncate(MOST);
    terms
}

/// Whether a text has characters of a script that is written without spaces between words.
pub(crate) fn has_unspaced(text: &str) -> bool {
    text.chars().any(is_unspaced)
}

pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF // Thai, Lao
        | 0x1000..=0x109F // Myanmar
        | 0x1780..=0x17FF // Khmer
        | 0x3040..=0x30FF // Hiragana, Katakana
        | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF // Han
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F // half-width Katakana
        | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("late refund", Some("\"late\" \"refund\"*"), None, &[])]
    #[case("\"late refund\" again", Some("\"late refund\" \"again\"*"), None, &[])]
    #[case("\"late refund", Some("\"late refund\""), None, &[])]
    #[case("NEAR(a b) OR c*", Some("\"NEAR(a\" \"b)\" \"OR\" \"c*\"*"), None, &[])]
    #[case("late 返金が遅い", Some("\"late\""), Some("\"返金が遅い\""), &["返金が遅い"])]
    #[case("返金", None, None, &["返金"])]
    #[case("👍 !!", None, None, &["👍", "!!"])]
    fn a_search_text_is_taken_apart(
        #[case] text: &str,
        #[case] words: Option<&str>,
        #[case] trigrams: Option<&str>,
        #[case] literal: &[&str],
    ) {
        let search = Search::of(text).expect("something to look for");
        assert_eq!(search.words.as_deref(), words);
        assert_eq!(search.trigrams.as_deref(), trigrams);
        assert_eq!(search.literal, literal);
    }

    #[rstest]
    #[case("")]
    #[case("  \t\0 ")]
    #[case("\"\" \" ")]
    fn nothing_to_look_for_is_no_search(#[case] text: &str) {
        assert_eq!(Search::of(text), None);
    }
}
