//! What only the host knows: the command line, the environment, the clock, the time zone.

use std::sync::Arc;

use app::{Host, Paths, Secret, Vault};
use chrono::Offset as _;

use crate::collectors::Collectors;

/// The keyring's name for this app's entries.
const SERVICE: &str = "app.upshot.desk";
/// Overrides every stored key; for scripts.
const KEY_VARIABLE: &str = "UPSHOT_API_KEY";

/// What the command line asks for.
pub(crate) struct Arguments {
    /// Open on the demo.
    pub(crate) demo: bool,
}

impl Arguments {
    /// Unknown arguments are left alone: desktops add their own.
    pub(crate) fn read() -> Self {
        Self { demo: std::env::args().any(|argument| argument == "--demo") }
    }
}

/// The real clock, time zone, keyring and collectors.
pub(crate) fn host(paths: Paths) -> Host {
    let clock: Arc<dyn Fn() -> i64 + Send + Sync> = Arc::new(now_ms);
    Host {
        collector: Some(Collectors::new(paths.clone(), Arc::clone(&clock))),
        paths,
        clock,
        utc_offset_ms: Arc::new(utc_offset_ms),
        vault: Vault::open(SERVICE, key_override()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the host is where the clock comes from")]
fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

#[expect(clippy::disallowed_methods, reason = "the host is where the environment is read")]
fn key_override() -> Option<Secret> {
    std::env::var(KEY_VARIABLE).ok().filter(|key| !key.is_empty()).map(Secret::from)
}

fn utc_offset_ms(utc_ms: i64) -> i64 {
    chrono::DateTime::from_timestamp_millis(utc_ms).map_or(0, |time| {
        i64::from(time.with_timezone(&chrono::Local).offset().fix().local_minus_utc()) * 1_000
    })
}
