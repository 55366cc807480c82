//! The collector that tests run against: demo data, the same every time, at a clock of the test's own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use collector::{DemoOptions, Options};

/// When the demo ends, and where clocks start.
pub(crate) const START_MS: i64 = 1_790_000_000_000;

/// On a free port, with a key and with the token of a user, `tester`; its files are in `dir/server`.
pub(crate) fn options(dir: &Path, feedback: u64, now_ms: &Arc<AtomicI64>) -> Options {
    let clock = Arc::clone(now_ms);
    Options {
        demo: Some(DemoOptions { feedback, seed: 3, now_ms: START_MS }),
        mint_key: Some("test".to_owned()),
        mint_user_token: Some("tester".to_owned()),
        ..Options::new(dir.join("server"), Arc::new(move || clock.load(Ordering::Relaxed)))
    }
}
