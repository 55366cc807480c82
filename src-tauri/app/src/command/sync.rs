//! Starting and stopping a sync; how it goes is told by events.

use std::sync::Arc;

use domain::ConnectionId;
use serde::Deserialize;
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::wire::{ErrorView, SyncView};

/// Starts a sync, unless one is running.
#[derive(Debug, Deserialize, TS)]
pub struct StartSync {
    pub connection: i64,
}

/// Stops a running sync after what is under way; what came so far stays.
#[derive(Debug, Deserialize, TS)]
pub struct CancelSync {
    pub connection: i64,
}

/// The network came back: what could not be synced is, at once.
#[derive(Debug, Deserialize, TS)]
pub struct NetworkReturned {}

impl Command for NetworkReturned {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        desk.network_returned().await
    }
}

impl Command for StartSync {
    type Response = SyncView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<SyncView, ErrorView> {
        desk.start_sync(ConnectionId(self.connection)).await
    }
}

impl Command for CancelSync {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        desk.cancel_sync(ConnectionId(self.connection));
        Ok(())
    }
}
