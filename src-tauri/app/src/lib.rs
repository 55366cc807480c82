//! Use cases: connect, sync, read, export; the command list and the wire types of the window.
//! Hosts (the shell, the command line) pass in the clock, the directories, the keyring and the collector.

mod asked;
pub mod bindings;
mod catch_up;
pub mod command;
pub mod desk;
pub mod doctor;
mod error;
pub mod export;
mod find;
mod local_time;
pub mod paths;
mod patience;
mod present;
mod query;
pub mod sync;
mod trends;
mod triage;
mod who;
pub mod wire;

pub use desk::{Browser, Desk, Host, KEYRING_SERVICE, LocalCollector, Started};
pub use local_time::utc_offset_ms;
pub use paths::Paths;
pub use patience::Patience;
pub use sync::{Cause, Pace};
pub use vault::{Secret, Vault};
pub use who::system_user;
