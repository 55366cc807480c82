//! Time: the weekly rhythm of the 90 days, and dates as people of several languages write them.
//! The clock is an argument; days and hours are UTC plus one, where the shop's customers mostly live.

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;

/// How far back the runs go.
pub(super) const DAYS: i64 = 90;
/// The youngest run of the rhythm is this old; younger ones are in `last_hours`.
const QUIET_END_MS: i64 = 6 * MINUTE_MS;

/// Share of a day's traffic by local hour.
const BY_HOUR: [f64; 24] = [
    0.10, 0.05, 0.03, 0.03, 0.04, 0.10, 0.30, 0.65, 1.00, 1.25, 1.35, 1.30, 1.10, 1.20, 1.25, 1.15,
    1.10, 1.05, 1.00, 1.10, 1.15, 0.90, 0.55, 0.25,
];
/// Monday first.
const BY_WEEKDAY: [f64; 7] = [1.20, 1.12, 1.05, 1.02, 0.95, 0.52, 0.60];

/// The inverse of the traffic's cumulated distribution, hour by hour.
#[derive(Debug, Clone)]
pub(super) struct Rhythm {
    start_ms: i64,
    end_ms: i64,
    /// Traffic up to the end of each hour, the last is 1.
    until: Vec<f64>,
}

impl Rhythm {
    pub(super) fn new(now_ms: i64) -> Self {
        let end_ms = now_ms - QUIET_END_MS;
        let start_ms = end_ms - DAYS * DAY_MS;
        let hours = DAYS * 24;
        let mut sum = 0.0;
        let mut until: Vec<f64> = (0..hours)
            .map(|hour| {
                sum += traffic(start_ms + hour * HOUR_MS, hours - hour);
                sum
            })
            .collect();
        for value in &mut until {
            *value /= sum;
        }
        Self { start_ms, end_ms, until }
    }

    /// The moment before which `share` (0 to 1) of all traffic lies. Grows with `share`.
    pub(super) fn at(&self, share: f64) -> i64 {
        let hour = self.until.partition_point(|until| *until <= share).min(self.until.len() - 1);
        let before = if hour == 0 { 0.0 } else { self.until[hour - 1] };
        let inside = ((share - before) / (self.until[hour] - before)).clamp(0.0, 1.0);
        let at = self.start_ms + hour as i64 * HOUR_MS + (inside * HOUR_MS as f64) as i64;
        at.clamp(self.start_ms, self.end_ms)
    }
}

fn traffic(at_ms: i64, hours_left: i64) -> f64 {
    let local_ms = at_ms + HOUR_MS;
    let hour = local_ms.rem_euclid(DAY_MS) / HOUR_MS;
    // 1 January 1970 was a Thursday.
    let weekday = (local_ms.div_euclid(DAY_MS) + 3).rem_euclid(7);
    let growth = 1.0 + 0.3 * (1.0 - hours_left as f64 / (DAYS * 24) as f64);
    BY_HOUR[hour as usize] * BY_WEEKDAY[weekday as usize] * growth
}

/// Year, month, day of a moment (proleptic Gregorian; Howard Hinnant, `civil_from_days`).
pub(super) fn date(at_ms: i64) -> (i64, u32, u32) {
    let days = at_ms.div_euclid(DAY_MS) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// `2026-11-23`.
pub(super) fn iso_date(at_ms: i64) -> String {
    let (year, month, day) = date(at_ms);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-23T11:47:05Z`.
pub(super) fn iso_time(at_ms: i64) -> String {
    let of_day = at_ms.rem_euclid(DAY_MS) / 1000;
    format!("{}T{:02}:{:02}:{:02}Z", iso_date(at_ms), of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// A day as people of a language write it in a chat.
pub(super) fn spoken_date(at_ms: i64, lang: &str) -> String {
    let (_, month, day) = date(at_ms);
    let Some(months) = months(lang) else {
        return match lang {
            "ja" | "zh" => format!("{month}月{day}日"),
            "ko" => format!("{month}월 {day}일"),
            _ => format!("{day}.{month:02}."),
        };
    };
    let name = months[month as usize - 1];
    match lang {
        "de" => format!("{day}. {name}"),
        "es" | "pt" => format!("{day} de {name}"),
        _ => format!("{day} {name}"),
    }
}

#[rustfmt::skip]
fn months(lang: &str) -> Option<[&'static str; 12]> {
    Some(match lang {
        "en" => ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        "de" => ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
        "fr" => ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
        "es" => ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
        "it" => ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"],
        "nl" => ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
        "pt" => ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
        "sv" => ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
        "pl" => ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"],
        _ => return None,
    })
}

/// An amount of cents as people of a language write it.
pub(super) fn money(cents: i64, currency: &str, lang: &str) -> String {
    let (whole, part) = (cents / 100, cents % 100);
    match (currency, lang) {
        ("EUR", "en" | "ja" | "zh" | "ko") => format!("€{whole}.{part:02}"),
        ("GBP", "en") => format!("£{whole}.{part:02}"),
        ("EUR", _) => format!("{whole},{part:02} €"),
        (_, "en") => format!("{currency} {whole}.{part:02}"),
        _ => format!("{whole},{part:02} {currency}"),
    }
}
