//! Lets the core do every few seconds what is due by the clock: sync, and wake what was put aside.

use std::sync::Arc;
use std::time::Duration;

use app::Desk;

/// Often enough that a machine that wakes up syncs at once, and next to nothing when nothing is due.
const BEAT: Duration = Duration::from_secs(5);

/// Never ends.
pub(crate) async fn keep_in_sync(desk: Arc<Desk>) {
    loop {
        if let Err(error) = desk.beat().await {
            tracing::warn!(title = %error.title, "What is due could not be done");
        }
        tokio::time::sleep(BEAT).await;
    }
}
