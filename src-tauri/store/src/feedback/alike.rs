//! What makes two feedback alike, as one number: those of the same number are shown as one row. Two with comments are
//! alike if the comments have the same words, whatever their order, case, accents and fillers; two without are the same
//! user's on the same version. Outcome and agent are always the same. Which feedback there is, is `groups`' matter.

use domain::{AgentId, Feedback, Outcome, UserId, VersionId};
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::search::has_unspaced;

/// The number of what was not looked at yet.
pub(crate) const UNKNOWN: i64 = 0;

/// Words that say nothing by themselves, without accents. None that denies or weighs: "not", "never", "more" stay.
/// Sorted.
const FILLERS: &[&str] = &[
    "a", "an", "and", "are", "be", "been", "bitte", "ce", "cest", "das", "de", "dem", "den", "der",
    "des", "die", "du", "ein", "eine", "einen", "el", "era", "es", "est", "et", "favor", "i",
    "ich", "im", "is", "ist", "it", "its", "je", "just", "la", "las", "le", "les", "lo", "los",
    "ma", "me", "mein", "meine", "mes", "mi", "mir", "mon", "muy", "my", "of", "please", "por",
    "que", "really", "sehr", "sind", "so", "svp", "that", "the", "this", "to", "too", "tres", "un",
    "una", "und", "une", "very", "war", "was", "were", "y", "zu",
];

/// A feedback as far as it matters to what it is alike to.
pub(crate) struct Said<'a> {
    pub(crate) agent: &'a AgentId,
    pub(crate) outcome: Outcome,
    pub(crate) comment: Option<&'a str>,
    pub(crate) user: Option<&'a UserId>,
    /// Its run's, as far as it is known.
    pub(crate) version: Option<&'a VersionId>,
}

impl<'a> Said<'a> {
    pub(crate) fn of(feedback: &'a Feedback, version: Option<&'a VersionId>) -> Self {
        Self {
            agent: &feedback.agent,
            outcome: feedback.outcome,
            comment: feedback.comment.as_deref(),
            user: feedback.user.as_ref(),
            version,
        }
    }

    /// The number of what it is alike to; `None`: it stands alone.
    pub(crate) fn alike(&self) -> Option<i64> {
        let comment = self.comment.filter(|comment| !comment.trim().is_empty());
        match (comment, self.user) {
            (Some(comment), _) => Some(self.number(["words", &gist(comment), ""])),
            (None, Some(user)) => {
                let version = self.version.map_or("", VersionId::as_str);
                Some(self.number(["user", user.as_str(), version]))
            }
            (None, None) => None,
        }
    }

    /// Never [`UNKNOWN`]. The last bit is the outcome's: whatever else may happen to be the same, opposites are not.
    fn number(&self, said: [&str; 3]) -> i64 {
        let mut hasher = Sha256::new();
        for part in [self.outcome.as_str(), self.agent.as_str()].iter().chain(&said) {
            hasher.update(part);
            hasher.update([0]);
        }
        let digest = hasher.finalize();
        let first = digest.iter().take(8).fold(0, |all, byte| all << 8 | i64::from(*byte));
        (first & !0b11) | 0b10 | i64::from(self.outcome == Outcome::Negative)
    }
}

/// What a comment comes to: its words folded, without fillers, each once, in the order of letters. Where it has no such
/// words, or none that could be told apart, the text itself.
pub(crate) fn gist(comment: &str) -> String {
    if has_unspaced(comment) {
        return as_it_is(comment);
    }
    let mut words = words(comment);
    words.retain(|word| !is_filler(word));
    if words.is_empty() {
        return as_it_is(comment);
    }
    words.sort_unstable();
    words.dedup();
    // In front what no text begins with once it is folded: a text is never taken for a set of words.
    format!(" {}", words.join(" "))
}

/// Whether a folded word says nothing by itself.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.binary_search(&word).is_ok()
}

/// The words of a text, folded: no case, no accents, no apostrophes.
pub(crate) fn words(text: &str) -> Vec<String> {
    let folded = folded(text);
    let words = folded.unicode_words();
    words.map(|word| word.replace('\'', "")).filter(|word| !word.is_empty()).collect()
}

fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.to_lowercase();
    let plain = lower.nfkd().filter(|c| !is_accent(*c));
    plain.map(|c| if matches!(c, '\u{2018}' | '\u{2019}') { '\'' } else { c }).collect()
}

/// Marks one may leave away without changing the word. The vowel signs of Indian scripts are not such.
fn is_accent(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF
        | 0x0591..=0x05C7 // points of Hebrew
        | 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 // of Arabic
        | 0xFE00..=0xFE0F) // which picture of an emoji
}

/// Emoji, and scripts without spaces: every sign counts but spaces and stops.
fn as_it_is(text: &str) -> String {
    let lower = text.to_lowercase();
    let signs: String = lower.nfkc().filter(|c| !c.is_whitespace() && !is_accent(*c)).collect();
    let said: String = signs.chars().filter(|c| !is_stop(*c)).collect();
    if said.is_empty() { signs } else { said }
}

fn is_stop(c: char) -> bool {
    c.is_ascii_punctuation() || matches!(c, '。' | '、' | '・' | '「' | '」' | '…' | '‥')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_fillers_are_in_order() {
        assert!(FILLERS.is_sorted_by(|a, b| a < b));
    }

    #[rstest]
    #[case("The answer is wrong", "wrong answer!!")]
    #[case("It's very slow", "it’s SLOW")]
    #[case("Très lent", "tres lent, svp")]
    #[case("slow slow slow", "slow")]
    #[case("ﬁne answer", "answer: fine")]
    #[case("返金が遅い", "返金が遅い。")]
    #[case("👍 👍", "👍👍")]
    #[case("❤", "❤\u{fe0f}")]
    #[case("this is it", "This is it!")]
    #[case("???", " ??? ")]
    fn alike(#[case] one: &str, #[case] other: &str) {
        assert_eq!(gist(one), gist(other));
    }

    #[rstest]
    #[case("not good", "good")]
    #[case("charged twice", "charged 2 times")]
    #[case("version 3.2", "version 3.1")]
    #[case("👍", "👎")]
    #[case("か", "が")]
    #[case("the is", "is")]
    #[case("कि", "क")]
    #[case("?", "!")]
    fn unlike(#[case] one: &str, #[case] other: &str) {
        assert_ne!(gist(one), gist(other));
    }

    fn alike_of(feedback: &Feedback, version: Option<&VersionId>) -> Option<i64> {
        Said::of(feedback, version).alike()
    }

    fn feedback(outcome: Outcome, comment: Option<&str>, user: Option<&str>) -> Feedback {
        Feedback {
            id: "f".into(),
            agent: "a".into(),
            run: "r".into(),
            user: user.map(Into::into),
            outcome,
            comment: comment.map(str::to_owned),
            annotation: None,
            created_at_ms: 0,
        }
    }

    #[test]
    fn opposite_outcomes_are_never_alike() {
        let of = |outcome| alike_of(&feedback(outcome, Some("so so"), None), None);
        assert_ne!(of(Outcome::Positive), of(Outcome::Negative));
        for n in 0..50 {
            let comment = n.to_string();
            let of = |outcome| alike_of(&feedback(outcome, Some(&comment), None), None);
            assert_eq!(of(Outcome::Negative).map(|n| n & 0b11), Some(0b11));
            assert_eq!(of(Outcome::Positive).map(|n| n & 0b11), Some(0b10));
        }
    }

    #[test]
    fn without_a_word_it_is_the_user_and_the_version_that_make_two_alike() {
        let said = |user, version: &str| {
            let one = feedback(Outcome::Negative, Some(" "), user);
            alike_of(&one, Some(&version.into()))
        };
        assert_eq!(said(Some("u"), "1"), said(Some("u"), "1"));
        assert_ne!(said(Some("u"), "1"), said(Some("u"), "2"));
        assert_ne!(said(Some("u"), "1"), said(Some("v"), "1"));
        assert_eq!(said(None, "1"), None);
    }

    #[test]
    fn the_number_of_a_comment_never_changes() {
        // It is in every mirror: another would have to be written into all of them anew.
        let number = alike_of(&feedback(Outcome::Negative, Some("Too slow, café!"), None), None);
        assert_eq!(number, Some(EXPECTED));
    }

    const EXPECTED: i64 = 6_038_928_340_339_890_667;
}
