//! Times as they are typed: a date, a time, or a span from now, back or ahead; and until when something is snoozed.

use app::wire::SnoozeRequest;
use chrono::{DateTime, NaiveDate};

use crate::fail::Failure;

const HOUR_MS: i64 = 3_600_000;

/// A date (local midnight), a time, or a span back from now.
pub(crate) fn since_ms(text: &str, now_ms: i64) -> Result<i64, Failure> {
    at_ms(text, |span_ms| now_ms.saturating_sub(span_ms)).ok_or_else(|| {
        Failure::usage(format!(
            "--since {text} is no date, no time and no span like 36h, 7d or 4w."
        ))
    })
}

/// What a snooze waits for; a span is one from now on.
pub(crate) fn snooze(text: &str, now_ms: i64) -> Result<SnoozeRequest, Failure> {
    Ok(match text {
        "user-speaks" => SnoozeRequest::UserSpeaks,
        "newer-version" => SnoozeRequest::NewerVersion,
        "five-more-alike" => SnoozeRequest::FiveMoreAlike,
        text => {
            let until_ms = at_ms(text, |span_ms| now_ms.saturating_add(span_ms));
            let until_ms = until_ms.ok_or_else(|| {
                Failure::usage(format!(
                    "--snooze-until {text} is no date, no time, no span like 36h, 7d or 4w, and not \
                     user-speaks, newer-version or five-more-alike."
                ))
            })?;
            SnoozeRequest::Until { until_ms }
        }
    })
}

fn at_ms(text: &str, from_now: impl Fn(i64) -> i64) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    if let Ok(date) = text.parse::<NaiveDate>() {
        let midnight_ms = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        return Some(midnight_ms - app::utc_offset_ms(midnight_ms));
    }
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1))?;
    let hours = match unit {
        "h" => 1,
        "d" => 24,
        "w" => 24 * 7,
        _ => return None,
    };
    let number: i64 = number.parse().ok()?;
    number.checked_mul(hours * HOUR_MS).filter(|span_ms| *span_ms >= 0).map(from_now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_800_000_000_000;

    #[test]
    fn since_takes_a_time_or_a_span() {
        assert_eq!(since_ms("36h", NOW_MS).ok(), Some(NOW_MS - 36 * HOUR_MS));
        assert_eq!(since_ms("4w", NOW_MS).ok(), Some(NOW_MS - 28 * 24 * HOUR_MS));
        assert_eq!(since_ms("1970-01-01T00:00:01Z", NOW_MS).ok(), Some(1_000));
        for wrong in ["", "d", "7", "-1d", "yesterday", "9999999999999999999w", "ü"] {
            assert!(since_ms(wrong, NOW_MS).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_snooze_lasts_until_a_time_or_until_something_happens() {
        let until = |text: &str| snooze(text, NOW_MS).ok();
        let in_a_week = SnoozeRequest::Until { until_ms: NOW_MS + 7 * 24 * HOUR_MS };
        assert_eq!(until("7d"), Some(in_a_week));
        assert_eq!(until("user-speaks"), Some(SnoozeRequest::UserSpeaks));
        assert_eq!(until("monday"), None);
    }
}
