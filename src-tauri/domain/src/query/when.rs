//! A day or a time behind `after:` and `before:`. A word that moves with the calendar (`yesterday`, `7d`) stays that
//! word: a view that was saved with it moves along.

use std::fmt;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

/// Years are written with four digits.
pub const LAST_YEAR: i32 = 9999;
/// A century; longer ago is not meant.
const MOST_DAYS: u32 = 36_525;

/// A day (its beginning is meant) or a time.
///
/// `today`, `yesterday`, `7d` and `2w` ago, `monday` (the latest, also today), `2026-11-01`, `2026-11-01T14:30`. Times
/// have up to milliseconds, and may be written with a blank for the `T` in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// So many days before today.
    DaysAgo(u32),
    /// The latest such day up to and with today.
    Latest(Weekday),
    Day(NaiveDate),
    /// Local time.
    Local(NaiveDateTime),
    /// UTC, with a `Z` behind it.
    Utc(NaiveDateTime),
}

impl When {
    /// Reads it; `None`: it is no day and no time.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        match text.as_str() {
            "today" => return Some(Self::DaysAgo(0)),
            "yesterday" => return Some(Self::DaysAgo(1)),
            _ => {}
        }
        if text.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return text.parse().ok().map(Self::Latest);
        }
        days_ago(&text).map(Self::DaysAgo).or_else(|| fixed(&text))
    }

    /// Its beginning in UTC milliseconds. `today` is the local date, `to_utc_ms` tells of a local time when it is.
    pub fn begins_at_ms(
        &self,
        today: NaiveDate,
        to_utc_ms: impl FnOnce(NaiveDateTime) -> i64,
    ) -> i64 {
        let days_before = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let day = match *self {
            Self::DaysAgo(days) => days_before(days.into()),
            Self::Latest(weekday) => days_before(today.weekday().days_since(weekday).into()),
            Self::Day(day) => day,
            Self::Local(time) => return to_utc_ms(time),
            Self::Utc(time) => return time.and_utc().timestamp_millis(),
        };
        to_utc_ms(day.and_time(NaiveTime::MIN))
    }

    /// What is written for a time: the day if it begins there, else the local time, or UTC where that is no answer,
    /// as in the hour that comes twice in autumn. `None`: its year has not four digits.
    pub fn of_ms(
        at_ms: i64,
        to_local: impl FnOnce(i64) -> NaiveDateTime,
        to_utc_ms: impl FnOnce(NaiveDateTime) -> i64,
    ) -> Option<Self> {
        let local = to_local(at_ms);
        let utc = DateTime::from_timestamp_millis(at_ms)?.naive_utc();
        let when = match (to_utc_ms(local) == at_ms, local.time() == NaiveTime::MIN) {
            (false, _) => Self::Utc(utc),
            (true, true) => Self::Day(local.date()),
            (true, false) => Self::Local(local),
        };
        [local, utc].iter().all(|time| (0..=LAST_YEAR).contains(&time.year())).then_some(when)
    }
}

/// `7d`, `2w`.
fn days_ago(text: &str) -> Option<u32> {
    let (number, days) = match text.strip_suffix('w') {
        Some(number) => (number, 7),
        None => (text.strip_suffix('d')?, 1),
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<u32>().ok()?.checked_mul(days).filter(|days| *days <= MOST_DAYS)
}

fn fixed(text: &str) -> Option<When> {
    let (day, time) = match text.find(['t', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let day = day_of(day)?;
    let Some(time) = time else { return Some(When::Day(day)) };
    Some(match time.strip_suffix('z') {
        Some(time) => When::Utc(day.and_time(time_of(time)?)),
        None => When::Local(day.and_time(time_of(time)?)),
    })
}

fn day_of(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let mut next = |digits| number(parts.next()?, digits..=digits);
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    let is_whole = parts.next().is_none();
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| is_whole)
}

fn time_of(text: &str) -> Option<NaiveTime> {
    let mut parts = text.split(':');
    let hour = number(parts.next()?, 1..=2)?;
    let minute = number(parts.next()?, 2..=2)?;
    let (second, milli) = match parts.next() {
        None => (0, 0),
        Some(second) => match second.split_once('.') {
            None => (number(second, 2..=2)?, 0),
            Some((second, milli)) => (number(second, 2..=2)?, number(milli, 3..=3)?),
        },
    };
    let is_whole = parts.next().is_none();
    NaiveTime::from_hms_milli_opt(hour, minute, second, milli).filter(|_| is_whole)
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let is_number = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DaysAgo(0) => f.write_str("today"),
            Self::DaysAgo(1) => f.write_str("yesterday"),
            Self::DaysAgo(days) => write!(f, "{days}d"),
            Self::Latest(weekday) => f.write_str(weekday_name(*weekday)),
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Local(time) => write_time(f, time),
            Self::Utc(time) => {
                write_time(f, time)?;
                f.write_str("Z")
            }
        }
    }
}

fn write_time(f: &mut fmt::Formatter<'_>, time: &NaiveDateTime) -> fmt::Result {
    let milli = time.nanosecond() / 1_000_000;
    let format = match (time.second(), milli) {
        (0, 0) => "%Y-%m-%dT%H:%M",
        (_, 0) => "%Y-%m-%dT%H:%M:%S",
        _ => "%Y-%m-%dT%H:%M:%S%.3f",
    };
    write!(f, "{}", time.format(format))
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}
