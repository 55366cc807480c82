//! The local mirror of servers in SQLite: what a reviewer reads, with or without a network.
//! One file per table with its row, reads and writes. No HTTP, no clock, no keys: times are arguments.
//!
//! The API is synchronous; asynchronous callers wrap it in `spawn_blocking`. One writer, some readers:
//! a read sees the last commit and never waits for a write.

mod agents;
mod cancel;
mod catch_up;
mod check;
mod connections;
mod decisions;
mod deployments;
pub mod doctor;
mod error;
mod facets;
mod feedback;
mod files;
mod migrations;
mod named;
mod offline;
mod open;
mod outbox;
mod payloads;
mod pins;
mod presence;
mod runs;
mod settings;
mod sql;
mod sync_state;
mod trends;
mod users;
mod versions;
mod views;

pub use agents::AgentEntry;
pub use cancel::CancelToken;
pub use check::Sizes;
pub use connections::{Connection, ConnectionKind, NewConnection};
pub use decisions::{Behind, Decision, NewDecision, OPEN as REOPENED, Told, UndoTarget};
pub use deployments::DeploymentEntry;
pub use error::Error;
pub use facets::MailboxCounts;
pub use feedback::filter::{AnnotationFilter, FeedbackFilter, Order, UserFilter};
pub use feedback::listed::{ListKey, Span};
pub use feedback::write::Written;
pub use feedback::{Alike, AlikeRows, Cursor, FeedbackRow, FoundIn, Page, WhyAlike, Woken};
pub use files::{KeptFile, LARGEST_FILE_BYTES};
pub use migrations::FILE_NAME;
pub use named::{NamedModel, NamedUser, NamedVersion};
pub use offline::{Offline, OfflineClass};
pub use open::Store;
pub use outbox::{
    DueDecision, KeptReason, OutboxCounts, OutboxEntry, OutboxState, PushState, Pushing,
};
pub use pins::{NewPin, Pin};
pub use runs::wanted::WantedRun;
pub use runs::write::RunAnswer;
pub use runs::{RunEntry, RunState};
pub use sync_state::{SyncState, Walk};
pub use trends::{NONE, TrendColumns};
pub use users::{StoryRow, UserRow};
pub use versions::{VersionEntry, WantedVersion};
pub use views::{LONGEST_VIEW_NAME, NewView, View, ViewId};
