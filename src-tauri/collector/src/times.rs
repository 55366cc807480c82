//! Times as the original writes them, and as people write them in queries. UTC throughout.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

/// Year 1 to 9999: what the original's dates can hold.
const LAST_MS: i64 = 253_402_300_799_999;

/// `2026-11-23T00:40:20Z`, as feedback and versions have it.
pub(crate) fn whole_seconds(second: i64) -> String {
    DateTime::<Utc>::from_timestamp(second, 0)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `2026-11-23T00:39:08.933000Z`, as runs have it: milliseconds in six digits.
pub(crate) fn six_digits(ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// UTC milliseconds of an ISO 8601 date or time; without a zone it is UTC. Nothing before 1970.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let ms = if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        time.timestamp_millis()
    } else if let Ok(time) = text.parse::<NaiveDateTime>() {
        time.and_utc().timestamp_millis()
    } else {
        text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis()
    };
    (0..=LAST_MS).contains(&ms).then_some(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_original_writes_them() {
        assert_eq!(whole_seconds(1_795_394_420), "2026-11-23T00:40:20Z");
        assert_eq!(six_digits(1_795_394_348_933), "2026-11-23T00:39:08.933000Z");
    }

    #[test]
    fn dates_times_and_zones_are_read_and_nonsense_is_not() {
        assert_eq!(parse("1970-01-02"), Some(86_400_000));
        assert_eq!(parse("1970-01-01T01:00:00.5+01:00"), Some(500));
        assert_eq!(parse("1970-01-01T00:00:01"), Some(1000));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(parse("1969-12-31"), None);
    }
}
