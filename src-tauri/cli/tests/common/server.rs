//! The collector the command line is tried on: demo data, the same every time, on a port of its own.

use std::path::Path;
use std::sync::Arc;

use collector::{DemoOptions, Options, Running};

/// When the demo ends.
pub(crate) const NOW_MS: i64 = 1_790_000_000_000;

/// Starts it in that folder.
pub(crate) async fn start(
    dir: &Path,
    feedback: u64,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
) -> Running {
    let options = Options::new(dir.join("server"), clock);
    collector::serve(Options {
        demo: Some(DemoOptions { feedback, seed: 5, now_ms: NOW_MS }),
        mint_key: Some("test".to_owned()),
        ..options
    })
    .await
    .expect("the collector starts")
}
