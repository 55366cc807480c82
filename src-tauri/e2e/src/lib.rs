//! What the journeys stand on: a desktop without a screen, the app's window in it, a collector and the command line
//! beside it, all in one folder that goes away. The journeys themselves are in `tests/`.
//!
//! Nothing of the app is linked: the programs run as they are shipped. The benchmark alone looks inside.
#![expect(
    clippy::disallowed_methods,
    reason = "a test host reads the environment for its programs"
)]

pub mod axe;
pub mod collector;
pub mod desktop;
pub mod home;
mod picture;
pub mod programs;
pub mod sdk;
pub mod secret;
pub mod server;
pub mod steps;
pub mod tools;
pub mod window;
