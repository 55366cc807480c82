//! Buckets by the local calendar, in UTC milliseconds. A day of 23 or 25 hours is one day here.
//! Time zones are not known here: the caller's function says how far local time is ahead of UTC.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime};

use crate::error::{Error, Result};

/// More buckets than this are refused: 27 years of days.
pub const MAX_BUCKETS: usize = 10_000;

const DAY_MS: i64 = 86_400_000;

/// How long one point of a trend is, by the local calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    Day,
    /// From Monday, as in ISO 8601.
    Week,
    Month,
}

impl Bucket {
    fn first_day(self, date: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => Some(date),
            Self::Week => {
                date.checked_sub_days(Days::new(date.weekday().num_days_from_monday().into()))
            }
            Self::Month => date.with_day(1),
        }
    }

    fn next(self, first_day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => first_day.checked_add_days(Days::new(1)),
            Self::Week => first_day.checked_add_days(Days::new(7)),
            Self::Month => first_day.checked_add_months(Months::new(1)),
        }
    }
}

/// The starts of all buckets that `from_ms..to_ms` touches, and the end of the last one: bucket `i`
/// is `limits[i]..limits[i + 1]`. Strictly increasing; empty for an empty range.
///
/// `utc_offset_ms` must be piecewise constant, below a day in size, with changes more than two days
/// apart; no zone in use breaks this.
pub(crate) fn limits(
    bucket: Bucket,
    from_ms: i64,
    to_ms: i64,
    utc_offset_ms: &dyn Fn(i64) -> i64,
) -> Result<Vec<i64>> {
    if from_ms >= to_ms {
        return Ok(Vec::new());
    }
    let outside = |at_ms| Error::OutsideCalendar { at_ms };
    let mut day = local_date(from_ms, utc_offset_ms)
        .and_then(|date| bucket.first_day(date))
        .ok_or_else(|| outside(from_ms))?;
    let mut limits = vec![start_of_day(day, utc_offset_ms)];
    while limits.last().is_none_or(|&last| last < to_ms) {
        day = bucket.next(day).ok_or_else(|| outside(to_ms))?;
        let start_ms = start_of_day(day, utc_offset_ms);
        // A day that a zone left out (Samoa, 30 December 2011) has no length and gets no bucket.
        if limits.last().is_none_or(|&last| last < start_ms) {
            limits.push(start_ms);
        }
        if limits.len() > MAX_BUCKETS + 1 {
            return Err(Error::TooManyBuckets { limit: MAX_BUCKETS });
        }
    }
    // Clocks that go back across midnight can leave a first bucket that ends before the range.
    let skipped = limits.partition_point(|&limit| limit <= from_ms).saturating_sub(1);
    Ok(limits.split_off(skipped))
}

fn local_date(utc_ms: i64, utc_offset_ms: &dyn Fn(i64) -> i64) -> Option<NaiveDate> {
    // Refuse what has no date before the caller's function sees it.
    DateTime::from_timestamp_millis(utc_ms)?;
    let local_ms = utc_ms.checked_add(utc_offset_ms(utc_ms))?;
    Some(DateTime::from_timestamp_millis(local_ms)?.date_naive())
}

/// The first instant at which local clocks show this date's midnight, or, where they skip it, the
/// first instant after.
fn start_of_day(date: NaiveDate, utc_offset_ms: &dyn Fn(i64) -> i64) -> i64 {
    let midnight_ms = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    let (earliest, latest) = (midnight_ms - DAY_MS, midnight_ms + DAY_MS);
    [utc_offset_ms(earliest), utc_offset_ms(latest)]
        .into_iter()
        .map(|offset_ms| midnight_ms - offset_ms)
        .filter(|&utc_ms| utc_ms + utc_offset_ms(utc_ms) == midnight_ms)
        .min()
        .unwrap_or_else(|| first_after_gap(midnight_ms, earliest, latest, utc_offset_ms))
}

/// Bisects for the first instant whose local time is at or past `midnight_ms`.
fn first_after_gap(
    midnight_ms: i64,
    mut before: i64,
    mut reached: i64,
    utc_offset_ms: &dyn Fn(i64) -> i64,
) -> i64 {
    while reached - before > 1 {
        let middle = before + (reached - before) / 2;
        if middle + utc_offset_ms(middle) >= midnight_ms {
            reached = middle;
        } else {
            before = middle;
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn at(text: &str) -> i64 {
        text.parse::<DateTime<chrono::Utc>>().expect("a time").timestamp_millis()
    }

    /// An offset that changes once.
    fn change(at_ms: i64, before_h: i64, after_h: i64) -> impl Fn(i64) -> i64 {
        move |utc_ms| if utc_ms < at_ms { before_h * HOUR_MS } else { after_h * HOUR_MS }
    }

    fn lengths_h(limits: &[i64]) -> Vec<i64> {
        limits.windows(2).map(|pair| (pair[1] - pair[0]) / HOUR_MS).collect()
    }

    #[test]
    fn a_day_in_berlin_has_23_hours_in_spring_and_25_in_autumn() {
        let spring = change(at("2026-03-29T01:00:00Z"), 1, 2);
        let days =
            limits(Bucket::Day, at("2026-03-28T00:00:00Z"), at("2026-03-31T00:00:00Z"), &spring)
                .expect("days");
        assert_eq!(days[0], at("2026-03-27T23:00:00Z"));
        assert_eq!(lengths_h(&days), [24, 23, 24, 24]);
        let autumn = change(at("2026-10-25T01:00:00Z"), 2, 1);
        let days =
            limits(Bucket::Day, at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z"), &autumn)
                .expect("days");
        assert_eq!(lengths_h(&days), [24, 25, 24]);
    }

    #[test]
    fn a_week_starts_on_monday_and_a_month_on_its_first() {
        let utc = |_| 0;
        // 1 January 2027 is a Friday.
        let from_ms = at("2027-01-01T10:00:00Z");
        let weeks = limits(Bucket::Week, from_ms, from_ms + 1, &utc).expect("a week");
        assert_eq!(weeks, [at("2026-12-28T00:00:00Z"), at("2027-01-04T00:00:00Z")]);
        let to_ms = at("2027-03-01T00:00:00Z");
        let months = limits(Bucket::Month, from_ms, to_ms, &utc).expect("months");
        assert_eq!(months, [at("2027-01-01T00:00:00Z"), at("2027-02-01T00:00:00Z"), to_ms]);
    }

    #[test]
    fn where_clocks_skip_midnight_the_day_starts_when_they_go_on() {
        // São Paulo, 4 November 2018: 00:00 became 01:00.
        let change_ms = at("2018-11-04T03:00:00Z");
        let days = limits(Bucket::Day, change_ms, change_ms + 1, &change(change_ms, -3, -2))
            .expect("a day");
        assert_eq!(days, [change_ms, at("2018-11-05T02:00:00Z")]);
    }

    #[test]
    fn where_clocks_show_midnight_twice_the_day_starts_at_the_first() {
        // Azores, autumn 2026: 01:00 becomes 00:00.
        let change_ms = at("2026-10-25T01:00:00Z");
        let days = limits(Bucket::Day, change_ms, change_ms + 1, &change(change_ms, 0, -1))
            .expect("a day");
        assert_eq!(days, [at("2026-10-25T00:00:00Z"), at("2026-10-26T01:00:00Z")]);
    }

    #[test]
    fn a_date_that_a_zone_left_out_gets_no_bucket() {
        // Samoa went from 29 to 31 December 2011.
        let change_ms = at("2011-12-30T10:00:00Z");
        let samoa = change(change_ms, -10, 14);
        let days =
            limits(Bucket::Day, change_ms - DAY_MS, change_ms + DAY_MS, &samoa).expect("days");
        assert_eq!(days, [change_ms - DAY_MS, change_ms, change_ms + DAY_MS]);
    }

    #[test]
    fn what_no_chart_can_show_is_refused() {
        let utc = |_| 0;
        assert!(limits(Bucket::Day, 5, 5, &utc).is_ok_and(|limits| limits.is_empty()));
        assert!(matches!(
            limits(Bucket::Day, 0, (MAX_BUCKETS as i64 + 1) * DAY_MS, &utc),
            Err(Error::TooManyBuckets { .. })
        ));
        assert!(limits(Bucket::Day, 0, MAX_BUCKETS as i64 * DAY_MS, &utc).is_ok());
        assert!(matches!(
            limits(Bucket::Month, i64::MIN, 0, &utc),
            Err(Error::OutsideCalendar { .. })
        ));
    }

    proptest! {
        #[test]
        fn buckets_cover_the_range_and_each_starts_a_new_local_date(
            bucket in prop_oneof![Just(Bucket::Day), Just(Bucket::Week), Just(Bucket::Month)],
            from_ms in -2_000_000_000_000_i64..4_000_000_000_000,
            length_ms in 1..400 * DAY_MS,
            change_after_ms in -2 * DAY_MS..400 * DAY_MS,
            quarters in (-48_i64..57, -48_i64..57),
        ) {
            let offset = |utc_ms: i64| {
                let quarters = if utc_ms < from_ms + change_after_ms { quarters.0 } else { quarters.1 };
                quarters * HOUR_MS / 4
            };
            let to_ms = from_ms + length_ms;
            let limits = limits(bucket, from_ms, to_ms, &offset).expect("a year or so");
            prop_assert!(limits.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(limits[0] <= from_ms && from_ms < limits[1]);
            prop_assert!(limits[limits.len() - 2] < to_ms && to_ms <= limits[limits.len() - 1]);
            for &limit in &limits {
                let new = local_date(limit, &offset).expect("a date");
                let old = local_date(limit - 1, &offset).expect("a date");
                prop_assert!(old < new, "{old} is followed by {new} at {limit}");
            }
        }
    }
}
