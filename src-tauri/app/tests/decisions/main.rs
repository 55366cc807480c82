//! Decisions from the desk to a real collector over loopback, with every request on the way written down.

mod aside;
mod elsewhere;
mod given;
mod kept;
mod sent;
mod tee;
