//! What the core tells the window unasked.

use serde::Serialize;
use ts_rs::TS;

use super::{DecisionsView, SyncView};

/// One event, by its `type`.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A sync began, moved on, ended or failed.
    Sync { connection: i64, sync: SyncView },
    /// The cache of a connection has news: read again what is on screen.
    Data { connection: i64 },
    /// Decisions were made or taken back, or the server was told of some.
    Decisions { connection: i64, decisions: DecisionsView },
    /// Connections were added, removed or renamed: ask for the state again.
    Connections,
}
