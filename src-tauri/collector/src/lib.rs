//! A small server that speaks WorkflowAI's API for the feedback loop, backed by one SQLite file: [`serve`] starts it
//! inside another program, the binary `upshot-collector` from a shell. An independent reading of the contract: nothing
//! of Upshot's own client is used here, and no model is called.

mod db;
pub mod demo;
mod demo_load;
mod error;
mod http;
mod ids;
mod json;
mod keys;
mod preview;
mod server;
mod times;
mod token;

pub use demo::DemoOptions;
pub use error::Error;
pub use keys::{KeyInfo, KeyKind, Keyring};
pub use server::{Clock, Options, Running, serve};

/// The most items one page holds, whatever `limit` says.
pub const PAGE_CAP: u32 = 1000;
/// The largest accepted body, in bytes; recorded runs aside.
pub const BODY_LIMIT_BYTES: usize = 1 << 20;
/// The largest accepted recorded run, in bytes.
pub const RUN_BODY_LIMIT_BYTES: usize = 16 << 20;
