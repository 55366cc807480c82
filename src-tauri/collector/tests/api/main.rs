//! The collector over real HTTP on loopback, one server and one folder per test.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing there")]

mod agents;
mod auth;
mod contract;
mod crash;
mod demo;
mod feedback;
mod house;
mod overwrite;
mod runs;
mod search;
mod versions;
