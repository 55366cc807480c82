//! Decisions from the desk to a real collector over loopback, with every request on the way written down.

mod elsewhere;
mod given;
mod kept;
mod sent;
mod tee;
