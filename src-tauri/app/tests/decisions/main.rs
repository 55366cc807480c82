//! Decisions from the desk to a real collector over loopback, with every request on the way written down.

mod aside;
#[path = "../common/desk.rs"]
mod desk;
mod elsewhere;
#[path = "../common/files.rs"]
mod files;
mod given;
mod kept;
mod sent;
#[path = "../common/server.rs"]
mod server;
mod tee;
