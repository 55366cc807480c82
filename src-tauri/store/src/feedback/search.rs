//! What a person types into the search field, as conditions on comments. Every input has a meaning: there
//! is no syntax to get wrong.
//!
//! - Words: all must be there, in any order; the last one, from two characters on, may be a beginning.
//! - `"a phrase"`: these words in this order. A quote that is not closed ends at the end.
//! - Text in scripts without spaces (Chinese, Japanese, Thai …), emoji and signs: must be there literally.
//!
//! Case and accents of words do not matter.

/// Longest search text looked at, in characters.
const LONGEST: usize = 300;
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
        let (mut words, mut trigrams) = (Vec::new(), Vec::new());
        for (at, term) in terms.iter().enumerate() {
            let is_unspaced = has_unspaced(&term.text);
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
        (!terms.is_empty()).then_some(search)
    }
}

/// An FTS5 string: inside double quotes nothing but the double quote has a meaning.
fn quoted(text: &str) -> String {
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
    text.chars().any(|c| {
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
    })
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
