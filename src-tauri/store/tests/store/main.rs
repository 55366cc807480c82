//! The mirror through its public face, in real files.

mod filter;
mod given;
mod life;
mod merge;
mod million;
mod mirror;
mod search;
mod users;
