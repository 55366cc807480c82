//! Putting a feedback aside until something happens. What it is compared with is taken when it is put aside and kept
//! with the decision: what was there before, met late, wakes nothing. Whether it has happened is looked up elsewhere.

use serde::{Deserialize, Serialize};

use crate::words;

/// What a snoozed feedback waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnoozeKind {
    /// A time.
    Until,
    /// A later word of the same user, on whatever run.
    UserSpeaks,
    /// A newer version of the agent, deployed or met in a run for the first time.
    NewerVersion,
    /// Five more that look alike.
    FiveMoreAlike,
}

/// A snooze as it is kept with its decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Snooze {
    pub kind: SnoozeKind,
    /// Of [`SnoozeKind::Until`] the time it ends. Of the others the baseline: what is later than this counts.
    pub at_ms: i64,
}

impl SnoozeKind {
    /// So many more that look alike.
    pub const MORE_ALIKE: u64 = 5;
}

words! {
    /// The word used in the log and on the command line.
    SnoozeKind {
        Until = "until", UserSpeaks = "user_speaks", NewerVersion = "newer_version",
        FiveMoreAlike = "five_more_alike"
    }
}
