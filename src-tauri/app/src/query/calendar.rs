//! Local days and times where the desk stands.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime};

const DAY_MS: i64 = 86_400_000;

/// A clock's reading and a time zone.
#[derive(Clone)]
pub(crate) struct Calendar {
    pub(crate) now_ms: i64,
    /// Local time minus UTC at a UTC time.
    pub(crate) utc_offset_ms: Arc<dyn Fn(i64) -> i64 + Send + Sync>,
}

impl Calendar {
    /// The date on the wall.
    pub(crate) fn today(&self) -> NaiveDate {
        self.local(self.now_ms).date()
    }

    /// The wall clock at a UTC time; the beginning of 1970 for one outside the calendar.
    pub(crate) fn local(&self, utc_ms: i64) -> NaiveDateTime {
        let local_ms = utc_ms.saturating_add((self.utc_offset_ms)(utc_ms));
        DateTime::from_timestamp_millis(local_ms).unwrap_or_default().naive_utc()
    }

    /// When the wall clock shows a time: the first time of two; where it jumps over it, as long after the jump as the
    /// time lies within it.
    pub(crate) fn utc_ms(&self, local: NaiveDateTime) -> i64 {
        let ms = local.and_utc().timestamp_millis();
        let offset = &self.utc_offset_ms;
        let around = [offset(ms - DAY_MS), offset(ms + DAY_MS)];
        let shown = around.map(|offset_ms| ms - offset_ms);
        let shown = shown.into_iter().filter(|utc_ms| utc_ms + offset(*utc_ms) == ms).min();
        shown.unwrap_or(ms - around[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_read_all_the_same() {
        // Forward by an hour at 10 h UTC, back at 100 h.
        const HOUR_MS: i64 = 3_600_000;
        let calendar = Calendar {
            now_ms: 50 * HOUR_MS,
            utc_offset_ms: Arc::new(|utc_ms| {
                if (10 * HOUR_MS..100 * HOUR_MS).contains(&utc_ms) { 2 * HOUR_MS } else { HOUR_MS }
            }),
        };
        for utc_ms in [0, 9 * HOUR_MS, 10 * HOUR_MS, 98 * HOUR_MS, 101 * HOUR_MS] {
            assert_eq!(calendar.utc_ms(calendar.local(utc_ms)), utc_ms);
        }
        // Eleven to twelve was never shown; the hour before 102 twice.
        let skipped = calendar.local(9 * HOUR_MS) + chrono::Duration::minutes(90);
        assert_eq!(calendar.utc_ms(skipped), 10 * HOUR_MS + HOUR_MS / 2);
        let twice = calendar.local(100 * HOUR_MS);
        assert_eq!(calendar.utc_ms(twice), 99 * HOUR_MS);
        assert_eq!(calendar.today().to_string(), "1970-01-03");
    }
}
