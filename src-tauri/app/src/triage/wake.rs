//! Waking what was put aside: what waits for a time with every beat, what waits for something of the server's after a
//! sync brought it.

use std::sync::Arc;

use domain::{ConnectionId, SnoozeKind};

use crate::desk::Desk;
use crate::wire::ErrorView;

impl Desk {
    /// Wakes whatever a connection has put aside and is over; answers how many.
    pub async fn wake(self: &Arc<Self>, id: ConnectionId) -> Result<u64, ErrorView> {
        let woken = self.wake_those(id, &SnoozeKind::ALL).await?;
        if woken > 0 {
            // What counts again may be for the server.
            self.push_soon(id);
        }
        Ok(woken)
    }

    /// As [`Desk::wake`], of every connection what waits for a time alone: cheap enough for every few seconds.
    pub(crate) async fn wake_by_time(self: &Arc<Self>) -> Result<(), ErrorView> {
        if self.store.is_read_only() {
            return Ok(());
        }
        for connection in self.with_store(|store| store.connections()).await? {
            if self.wake_those(connection.id, &[SnoozeKind::Until]).await? > 0 {
                self.push_soon(connection.id);
            }
        }
        Ok(())
    }

    pub(crate) async fn wake_those(
        &self,
        id: ConnectionId,
        kinds: &'static [SnoozeKind],
    ) -> Result<u64, ErrorView> {
        let now_ms = self.now_ms();
        let woken = self.with_store(move |store| store.wake(id, kinds, now_ms)).await?;
        if woken > 0 {
            self.tell_step(id).await?;
        }
        Ok(woken)
    }
}
