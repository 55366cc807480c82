//! The server's times, read leniently: whole seconds, six digits of fraction, with or without a zone.

use chrono::{DateTime, NaiveDateTime};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// UTC milliseconds of a time as the server writes it.
pub(crate) fn ms_of(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(naive.and_utc().timestamp_millis())
}

/// For `#[serde(default, deserialize_with)]`: whatever is no time is no time, never an error.
pub(crate) fn ms<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(Value::deserialize(from)?.as_str().and_then(ms_of))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-11-23T00:40:20Z", Some(1_795_394_420_000))]
    #[case("2026-11-23T00:39:08.933000Z", Some(1_795_394_348_933))]
    #[case("2026-11-23T01:40:20+01:00", Some(1_795_394_420_000))]
    #[case("2026-11-23T00:40:20", Some(1_795_394_420_000))]
    #[case("yesterday", None)]
    #[case("", None)]
    fn a_time_is_read_in_each_of_its_forms(#[case] text: &str, #[case] expected: Option<i64>) {
        assert_eq!(ms_of(text), expected);
    }
}
