//! The time zone of this machine, daylight saving included. It reads the zone, never the clock.

use chrono::{DateTime, Local, Offset as _};

/// Local time minus UTC at a UTC time, both in milliseconds. 0 for a time outside the calendar.
pub fn utc_offset_ms(utc_ms: i64) -> i64 {
    DateTime::from_timestamp_millis(utc_ms).map_or(0, |time| {
        i64::from(time.with_timezone(&Local).offset().fix().local_minus_utc()) * 1_000
    })
}
