//! The client against real sockets on loopback: what the public server answered (when the recordings are
//! there), what a hostile or broken one answers, and what the client sends and does not send.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod calls;
mod contract;
mod limits;
mod redirects;
mod replay;
mod retries;
mod traps;
