//! Intervals for proportions and for the difference of two. Nothing here knows of feedback.

/// The two-sided 95 % quantile of the normal distribution.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// A value and the limits it is believed to lie in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The point estimate.
    pub value: f64,
    /// The lower limit, at most `value`.
    pub low: f64,
    /// The upper limit, at least `value`.
    pub high: f64,
}

/// Wilson's score interval for a proportion of `positive` among `n`, all three figures in `0.0..=1.0`.
///
/// `z` is the normal quantile, [`Z_95`] for 95 %. `None` if there is nothing to estimate from: no
/// votes, or more positive ones than votes.
///
/// It stays within 0 and 1 and is honest at small `n`, where `p ± z·√(p(1−p)/n)` is not.
/// Source: Wilson 1927, *J. Am. Stat. Assoc.* 22, 209–212; recommended by Newcombe 1998,
/// *Statistics in Medicine* 17, 857–872 (method 3).
///
/// ```
/// use insight::{Z_95, wilson};
///
/// let rate = wilson(81, 263, Z_95).expect("263 votes");
/// assert_eq!(format!("{:.3} ({:.4} to {:.4})", rate.value, rate.low, rate.high), "0.308 (0.2553 to 0.3662)");
/// assert_eq!(wilson(0, 0, Z_95), None);
/// ```
pub fn wilson(positive: u64, n: u64, z: f64) -> Option<Interval> {
    if n == 0 || positive > n {
        return None;
    }
    let (count, votes) = (positive as f64, n as f64);
    let value = count / votes;
    let z2 = z * z;
    let centre = (count + z2 / 2.0) / (votes + z2);
    let half = z / (votes + z2) * (votes * value * (1.0 - value) + z2 / 4.0).sqrt();
    // At the ends the formula gives exactly 0 and 1; rounding may not.
    let low = if positive == 0 { 0.0 } else { (centre - half).clamp(0.0, value) };
    let high = if positive == n { 1.0 } else { (centre + half).clamp(value, 1.0) };
    Some(Interval { value, low, high })
}

/// The 95 % interval of the difference `positive_1/n_1 − positive_2/n_2` of two independent
/// proportions, all three figures in `-1.0..=1.0`. `None` if either has nothing to estimate from.
///
/// Source: Newcombe 1998, *Statistics in Medicine* 17, 873–890, method 10: the square-and-add
/// combination of two Wilson intervals, without continuity correction.
///
/// ```
/// use insight::newcombe_difference;
///
/// let difference = newcombe_difference(56, 70, 48, 80).expect("votes on both sides");
/// assert_eq!(
///     format!("{:.2} ({:.4} to {:.4})", difference.value, difference.low, difference.high),
///     "0.20 (0.0524 to 0.3339)",
/// );
/// ```
pub fn newcombe_difference(
    positive_1: u64,
    n_1: u64,
    positive_2: u64,
    n_2: u64,
) -> Option<Interval> {
    let first = wilson(positive_1, n_1, Z_95)?;
    let second = wilson(positive_2, n_2, Z_95)?;
    let value = first.value - second.value;
    let down = (first.value - first.low).hypot(second.high - second.value);
    let up = (first.high - first.value).hypot(second.value - second.low);
    Some(Interval { value, low: (value - down).max(-1.0), high: (value + up).min(1.0) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn four_digits(value: f64) -> f64 {
        (value * 10_000.0).round() / 10_000.0
    }

    // Newcombe 1998, Statistics in Medicine 17, 857–872, table I, method 3.
    #[rstest]
    #[case(81, 263, 0.2553, 0.3662)]
    #[case(15, 148, 0.0624, 0.1605)]
    #[case(0, 20, 0.0, 0.1611)]
    #[case(1, 29, 0.0061, 0.1718)]
    fn wilson_gives_the_published_intervals(
        #[case] positive: u64,
        #[case] n: u64,
        #[case] low: f64,
        #[case] high: f64,
    ) {
        let interval = wilson(positive, n, Z_95).expect("there are votes");
        assert_eq!((four_digits(interval.low), four_digits(interval.high)), (low, high));
    }

    // Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10, contrasts (a) to (h).
    #[rstest]
    #[case((56, 70, 48, 80), 0.0524, 0.3339)]
    #[case((9, 10, 3, 10), 0.1705, 0.8090)]
    #[case((6, 7, 2, 7), 0.0582, 0.8062)]
    #[case((5, 56, 0, 29), -0.0381, 0.1926)]
    #[case((0, 10, 0, 20), -0.1611, 0.2775)]
    #[case((0, 10, 0, 10), -0.2775, 0.2775)]
    #[case((10, 10, 0, 20), 0.6791, 1.0)]
    #[case((10, 10, 0, 10), 0.6075, 1.0)]
    fn newcombe_gives_the_published_intervals(
        #[case] (positive_1, n_1, positive_2, n_2): (u64, u64, u64, u64),
        #[case] low: f64,
        #[case] high: f64,
    ) {
        let interval =
            newcombe_difference(positive_1, n_1, positive_2, n_2).expect("there are votes");
        assert_eq!((four_digits(interval.low), four_digits(interval.high)), (low, high));
    }

    #[test]
    fn without_votes_there_is_no_interval() {
        assert_eq!(wilson(0, 0, Z_95), None);
        assert_eq!(wilson(3, 2, Z_95), None);
        assert_eq!(newcombe_difference(1, 2, 0, 0), None);
    }

    proptest! {
        #[test]
        fn an_interval_lies_within_0_and_1_and_around_its_value(
            (positive, n) in (1_u64..100_000).prop_flat_map(|n| (0..=n, Just(n))),
        ) {
            let interval = wilson(positive, n, Z_95).expect("there are votes");
            prop_assert!(0.0 <= interval.low && interval.low <= interval.value);
            prop_assert!(interval.value <= interval.high && interval.high <= 1.0);
            prop_assert!(interval.low < interval.high);
        }

        #[test]
        fn an_interval_narrows_with_more_votes_at_the_same_rate(
            (positive, n) in (1_u64..1_000).prop_flat_map(|n| (0..=n, Just(n))),
            factor in 2_u64..50,
        ) {
            let few = wilson(positive, n, Z_95).expect("there are votes");
            let many = wilson(positive * factor, n * factor, Z_95).expect("there are votes");
            prop_assert!(many.high - many.low < few.high - few.low);
        }

        #[test]
        fn swapping_good_and_bad_mirrors_the_interval(
            (positive, n) in (1_u64..1_000).prop_flat_map(|n| (0..=n, Just(n))),
        ) {
            let good = wilson(positive, n, Z_95).expect("there are votes");
            let bad = wilson(n - positive, n, Z_95).expect("there are votes");
            prop_assert!((good.low - (1.0 - bad.high)).abs() < 1e-12);
        }

        #[test]
        fn a_difference_lies_around_its_value_and_turns_its_sign_with_its_sides(
            (p1, n1) in (1_u64..500).prop_flat_map(|n| (0..=n, Just(n))),
            (p2, n2) in (1_u64..500).prop_flat_map(|n| (0..=n, Just(n))),
        ) {
            let there = newcombe_difference(p1, n1, p2, n2).expect("there are votes");
            let back = newcombe_difference(p2, n2, p1, n1).expect("there are votes");
            prop_assert!(-1.0 <= there.low && there.low <= there.value);
            prop_assert!(there.value <= there.high && there.high <= 1.0);
            prop_assert!((there.low + back.high).abs() < 1e-12);
        }
    }
}
