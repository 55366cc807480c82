//! How like two comments are: what of the words of one the other has, each weighed by how few comments have it. Which
//! comments there are is `similar`'s.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::alike::{is_filler, words};
use super::search::{is_unspaced, quoted};

/// Of a long comment so many words are looked at: the longest, which are seldom the common ones.
const TERMS: usize = 24;
/// With less than this part of the weight in common, two comments are not alike.
const LEAST_SHARED: f64 = 0.2;
/// More words than this nobody reads in a row.
const TOLD: usize = 6;

/// The index a term is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Words,
    /// Of scripts without spaces: three signs each.
    Trigrams,
}

impl Table {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Words => "feedback_words",
            Self::Trigrams => "feedback_trigrams",
        }
    }
}

/// A word, or three signs in a script without spaces.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) table: Table,
    /// For MATCH.
    pub(super) sought: String,
    /// The greater, the rarer; 1 until it is weighed.
    pub(super) weight: f64,
    /// As it is compared.
    folded: String,
    /// As it is shown.
    written: String,
    /// Where it begins in the comment, in characters.
    at: usize,
}

/// A comment, to be compared with others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Likeness {
    terms: Vec<Term>,
}

impl Likeness {
    pub(super) fn of(comment: &str) -> Self {
        let mut terms = words_of(comment);
        if terms.iter().any(|term| !is_filler(&term.folded)) {
            terms.retain(|term| !is_filler(&term.folded));
        }
        terms.extend(trigrams_of(comment));
        let mut known = HashSet::new();
        terms.retain(|term| known.insert(term.folded.clone()));
        if terms.len() > TERMS {
            terms.sort_by_key(|term| std::cmp::Reverse(term.folded.chars().count()));
            terms.truncate(TERMS);
        }
        Self { terms }
    }

    /// There is nothing to compare by.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Weighs the terms by how many of `all` comments have each; `None`: more than were counted.
    pub(super) fn weigh(&mut self, all: u64, numbers: &[Option<usize>]) {
        for (term, number) in self.terms.iter_mut().zip(numbers) {
            // What very many have tells next to nothing, and still more than nothing.
            let part = number.map_or(1.0, |number| all as f64 / number.max(1) as f64);
            term.weight = part.max(1.0).ln_1p();
        }
    }

    /// How like another comment is, 1 for one of the same words; `None`: not worth mentioning.
    pub(super) fn to(&self, comment: &str) -> Option<f64> {
        let other = Said::of(comment);
        let all: f64 = self.terms.iter().map(|term| term.weight).sum();
        let shared: Vec<&Term> = self.terms.iter().filter(|term| other.has(term)).collect();
        let weight: f64 = shared.iter().map(|term| term.weight).sum();
        if all <= 0.0 || weight < LEAST_SHARED * all {
            return None;
        }
        // What else it says counts half: it may be the same complaint in more words.
        let usual = all / self.terms.len() as f64;
        let beyond = other.number.saturating_sub(shared.len()) as f64 * usual / 2.0;
        Some(2.0 * weight / (all + weight + beyond))
    }

    /// The words that another comment shares, the rarest first.
    pub(super) fn shared(&self, comment: &str) -> Vec<String> {
        let other = Said::of(comment);
        let mut runs: Vec<(f64, String, usize)> = Vec::new();
        for term in self.terms.iter().filter(|term| other.has(term)) {
            match runs.last_mut() {
                // Signs that follow each other are one stretch.
                Some((weight, run, end))
                    if term.table == Table::Trigrams && *end == term.at + 2 =>
                {
                    run.extend(term.written.chars().last());
                    *weight = weight.max(term.weight);
                    *end += 1;
                }
                _ => {
                    let end = term.at + term.written.chars().count();
                    runs.push((term.weight, term.written.clone(), end));
                }
            }
        }
        runs.sort_by(|one, other| other.0.total_cmp(&one.0));
        runs.into_iter().map(|(_, run, _)| run).take(TOLD).collect()
    }
}

/// What another comment says.
struct Said {
    words: HashSet<String>,
    signs: String,
    /// Of what could be shared.
    number: usize,
}

impl Said {
    fn of(comment: &str) -> Self {
        let words: HashSet<String> = words(comment).into_iter().collect();
        let telling =
            words.iter().filter(|word| !is_filler(word) && !word.chars().any(is_unspaced));
        let number = telling.count() + trigrams_of(comment).count();
        Self { number, words, signs: signs(comment) }
    }

    fn has(&self, term: &Term) -> bool {
        match term.table {
            Table::Words => self.words.contains(&term.folded),
            Table::Trigrams => self.signs.contains(&term.folded),
        }
    }
}

fn signs(comment: &str) -> String {
    comment.nfkc().collect::<String>().to_lowercase()
}

fn words_of(comment: &str) -> Vec<Term> {
    let spaced = comment.unicode_word_indices().filter(|(_, word)| !word.chars().any(is_unspaced));
    let term = |(at, word): (usize, &str)| {
        let folded = words(word).concat();
        (!folded.is_empty()).then(|| Term {
            table: Table::Words,
            sought: quoted(word),
            weight: 1.0,
            folded,
            written: word.to_lowercase(),
            at,
        })
    };
    spaced.filter_map(term).collect()
}

/// Each three signs that follow each other in a script without spaces.
fn trigrams_of(comment: &str) -> impl Iterator<Item = Term> {
    let signs: Vec<char> = comment.chars().collect();
    let whole = |three: &[char]| three.iter().all(|sign| is_unspaced(*sign));
    let trigrams: Vec<Term> = signs
        .windows(3)
        .enumerate()
        .filter(|(_, three)| whole(three))
        .map(|(at, three)| {
            let written: String = three.iter().collect();
            Term {
                table: Table::Trigrams,
                sought: quoted(&written),
                weight: 1.0,
                folded: self::signs(&written),
                written,
                at,
            }
        })
        .collect();
    trigrams.into_iter()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Weighed as if each word were as rare as the next.
    fn like(one: &str, other: &str) -> f64 {
        Likeness::of(one).to(other).unwrap_or(0.0)
    }

    #[test]
    fn the_same_words_are_as_like_as_can_be_and_more_words_in_common_more_than_few() {
        let said = "I was charged twice for my order";
        assert!((like(said, "Charged TWICE for order, was I") - 1.0).abs() < 1e-9);
        let likes = ["charged twice for one order", "charged twice", "charged me too late"]
            .map(|other| like(said, other));
        assert!(likes.is_sorted_by(|a, b| a > b), "{likes:?}");
        assert!(like(said, "the answer was wrong and is too long") <= 0.0);
    }

    #[test]
    fn what_else_is_said_makes_less_alike() {
        let short = like("charged twice", "charged twice again");
        let long =
            like("charged twice", "charged twice and then nobody answered the phone all day");
        assert!(short > long && long > 0.0, "{short} {long}");
    }

    #[test]
    fn a_rare_word_counts_more_than_a_common_one() {
        let mut likeness = Likeness::of("refund slow");
        likeness.weigh(1_000, &[Some(3), None]);
        assert!(likeness.to("refund") > likeness.to("slow"));
        assert_eq!(likeness.shared("slow refund"), ["refund", "slow"]);
    }

    #[rstest]
    #[case("Café closed", "the cafe was closed!", &["café", "closed"])]
    #[case("返金が遅いです", "また返金が遅い", &["返金が遅い"])]
    #[case("it's this", "this is it, its", &["it's", "this"])]
    #[case("👍", "👍", &[])]
    fn what_is_shared_is_told_as_it_is_written(
        #[case] one: &str,
        #[case] other: &str,
        #[case] shared: &[&str],
    ) {
        assert_eq!(Likeness::of(one).shared(other), shared);
    }

    #[test]
    fn no_more_is_told_than_is_read_in_a_row() {
        let said = "apple banana cherry date elder fig grape";
        assert_eq!(Likeness::of(said).shared(said).len(), TOLD);
    }

    #[test]
    fn of_a_very_long_comment_the_longest_words_are_looked_at() {
        let long: String = (0..400).map(|n| format!("w{n} ")).collect();
        let likeness = Likeness::of(&format!("{long} subscription"));
        assert_eq!(likeness.terms().len(), TERMS);
        assert_eq!(likeness.terms()[0].written, "subscription");
    }
}
