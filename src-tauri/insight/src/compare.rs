//! Votes before against votes after, with a verdict that admits when there are too few.

use crate::interval::{Interval, Z_95, newcombe_difference, wilson};
use crate::trend::FEW;

/// Votes and their satisfaction rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    pub positive: u64,
    pub negative: u64,
    /// The satisfaction rate with its 95 % interval (Wilson); `None` without votes.
    pub rate: Option<Interval>,
}

impl Totals {
    /// Counts with the rate that belongs to them.
    pub fn of(positive: u64, negative: u64) -> Self {
        Self { positive, negative, rate: wilson(positive, positive + negative, Z_95) }
    }

    /// The number of votes, the `n` of a sentence.
    pub fn votes(&self) -> u64 {
        self.positive + self.negative
    }

    /// Fewer than [`FEW`] votes: to be shown hollow.
    pub fn few(&self) -> bool {
        self.votes() < FEW
    }
}

/// What a comparison allows one to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Better,
    Worse,
    /// The interval includes "no change", or one side has fewer than [`FEW`] votes. This does not say
    /// that nothing changed.
    NotEnough,
}

/// Two sides, how far apart they are and what that says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    pub before: Totals,
    pub after: Totals,
    /// After minus before, as proportions; `None` if one side has no votes.
    pub difference: Option<Interval>,
    pub verdict: Verdict,
}

/// Compares two independent groups of votes, by Newcombe's interval for their difference.
///
/// ```
/// use insight::{Totals, Verdict, compare};
///
/// // "71 % to 78 % (n = 64 and 41); not enough data to say."
/// let comparison = compare(Totals::of(45, 19), Totals::of(32, 9));
/// assert_eq!(comparison.verdict, Verdict::NotEnough);
/// ```
pub fn compare(before: Totals, after: Totals) -> Comparison {
    let difference =
        newcombe_difference(after.positive, after.votes(), before.positive, before.votes());
    let verdict = match difference {
        Some(_) if before.few() || after.few() => Verdict::NotEnough,
        Some(difference) if difference.low > 0.0 => Verdict::Better,
        Some(difference) if difference.high < 0.0 => Verdict::Worse,
        _ => Verdict::NotEnough,
    };
    Comparison { before, after, difference, verdict }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case((30, 30), (55, 5), Verdict::Better)]
    #[case((55, 5), (30, 30), Verdict::Worse)]
    #[case((45, 19), (32, 9), Verdict::NotEnough)]
    #[case((0, 9), (9, 0), Verdict::NotEnough)]
    #[case((0, 10), (10, 0), Verdict::Better)]
    #[case((0, 0), (90, 10), Verdict::NotEnough)]
    fn a_verdict_needs_votes_on_both_sides_and_an_interval_without_zero(
        #[case] before: (u64, u64),
        #[case] after: (u64, u64),
        #[case] verdict: Verdict,
    ) {
        let comparison = compare(Totals::of(before.0, before.1), Totals::of(after.0, after.1));
        assert_eq!(comparison.verdict, verdict, "{comparison:?}");
    }

    #[test]
    fn a_rise_is_a_positive_difference() {
        let comparison = compare(Totals::of(30, 30), Totals::of(55, 5));
        assert!(comparison.difference.is_some_and(|difference| difference.value > 0.4));
    }
}
