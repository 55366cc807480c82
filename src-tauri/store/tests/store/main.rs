//! The mirror through its public face, in real files.

mod decisions;
mod filter;
mod given;
mod life;
mod merge;
mod million;
mod mirror;
mod outbox;
mod search;
mod users;
