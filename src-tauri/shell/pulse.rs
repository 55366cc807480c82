//! Keeps the current connection in sync: at the start and on a timer, sooner while the server does not answer.

use std::sync::Arc;
use std::time::Duration;

use app::Desk;
use app::command::{self, Command as _};
use app::wire::ErrorCode;

const EVERY: Duration = Duration::from_secs(5 * 60);
const WHILE_OFFLINE: Duration = Duration::from_secs(45);

/// Never ends.
pub(crate) async fn keep_in_sync(desk: Arc<Desk>) {
    loop {
        let wait = beat(&desk).await.unwrap_or(EVERY);
        tokio::time::sleep(wait).await;
    }
}

/// Starts a sync of the current connection. `None` if there is none, or if its state cannot be read.
async fn beat(desk: &Arc<Desk>) -> Option<Duration> {
    let state = (command::GetState {}).handle(desk).await.ok()?;
    let current = state.connections.into_iter().find(|one| Some(one.id) == state.current)?;
    if let Some(error) = &current.sync.error
        && matches!(error.code, ErrorCode::KeyMissing | ErrorCode::KeyRefused | ErrorCode::Keyring)
    {
        // Only a person can mend this, and asking the keyring again would bring its dialog up again.
        return Some(EVERY);
    }
    let started = (command::StartSync { connection: current.id }).handle(desk).await.ok()?;
    Some(if started.offline_since_ms.is_some() { WHILE_OFFLINE } else { EVERY })
}
