//! How closely a mirror follows its server. Passed in, so that tests can hurry.

/// What a sync takes for near, and how often it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Within a second the order on a server is not that of arrival (contract, 0.10), and the clocks of its workers
    /// differ a bit: the top is read again down to so much before what was known.
    pub window_ms: i64,
    /// In this time all of a list is read again, some pages with each sync: annotations on old items show up in no
    /// list's top.
    pub patrol_ms: i64,
    /// Pages one sync patrols at most.
    pub patrol_most: u64,
    /// Agents and versions are asked for again after this, and whenever an agent has new feedback or a person asks.
    pub refresh_ms: i64,
}

impl Default for Pace {
    fn default() -> Self {
        const MINUTE_MS: i64 = 60 * 1_000;
        Self {
            window_ms: 10_000,
            patrol_ms: 24 * 60 * MINUTE_MS,
            patrol_most: 50,
            refresh_ms: 15 * MINUTE_MS,
        }
    }
}
