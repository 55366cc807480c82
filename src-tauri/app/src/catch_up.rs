//! Completes what a sync or an older version left undone in the mirror, as the words of the runs that came, a while at
//! a time, so that nobody waits for it.

use crate::desk::Desk;
use crate::wire::{ErrorView, Event};

/// How long it goes on before others get their turn.
const WHILE_MS: i64 = 1_500;

impl Desk {
    /// Goes on for a while; answers whether there is more. To be called every few seconds.
    pub async fn catch_up(&self) -> Result<bool, ErrorView> {
        if self.with_store(|store| store.is_caught_up()).await? {
            return Ok(false);
        }
        let until_ms = self.now_ms() + WHILE_MS;
        while self.with_store(|store| store.catch_up()).await? {
            if self.now_ms() >= until_ms {
                return Ok(true);
            }
        }
        for connection in self.with_store(|store| store.connections()).await? {
            self.tell(Event::Data { connection: connection.id.0 });
        }
        Ok(false)
    }
}
