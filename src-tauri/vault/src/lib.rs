//! The API key: put into the system's keyring, read back, removed. The only crate that names keyring.
//! All calls block (see [`Vault`]) and each is bounded. What a key opens, and the environment it may
//! come from, are the host's business.

mod bounded;
mod error;
mod keeper;
mod secret;
mod vault;

pub use error::{Error, Result};
pub use keeper::Keeper;
pub use secret::Secret;
pub use vault::{Patience, Vault};
