//! Keeps the connections in sync while the app is open: asks the core every few seconds what is due.

use std::sync::Arc;
use std::time::Duration;

use app::Desk;

/// Often enough that a machine that wakes up syncs at once, and next to nothing when nothing is due.
const BEAT: Duration = Duration::from_secs(5);

/// Never ends.
pub(crate) async fn keep_in_sync(desk: Arc<Desk>) {
    loop {
        if let Err(error) = desk.sync_what_is_due().await {
            tracing::warn!(title = %error.title, "What is due could not be synced");
        }
        tokio::time::sleep(BEAT).await;
    }
}
