//! What can go wrong while a collector starts, stops, or is looked after. What a request is told is in `http::error`.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a collector could not do what its host asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder cannot be used.
    #[error("cannot use {path}: {source}")]
    DataDir {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database cannot be opened, read or written.
    #[error("the collector's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database was made by a newer version, or is damaged.
    #[error("the collector's database cannot be brought up to date: {0}")]
    Migration(#[from] rusqlite_migration::Error),
    /// The address is taken or not ours.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Everybody in the network could reach it, and nobody said that this is wanted.
    #[error("{0} is reachable from other machines; say --allow-remote if that is meant")]
    RemoteNotAllowed(SocketAddr),
    /// Demo data was asked for in a folder that holds real data.
    #[error("{0} holds data that is no demo; choose another folder for the demo")]
    NotADemo(PathBuf),
    /// A tenant's name is part of every path.
    #[error("a tenant is 1 to 64 lower-case letters, digits, '-' or '_', and not '_' alone")]
    BadTenant,
    /// A key of that name is in use.
    #[error("there is a key named {0:?} already; revoke it first, or ask to replace it")]
    KeyNameTaken(String),
    /// No key of that name is in use.
    #[error("there is no key named {0:?}")]
    NoSuchKey(String),
    /// No random numbers from the operating system.
    #[error("the operating system gave no random bytes")]
    Random,
    /// A background thread went away.
    #[error("a thread of the collector stopped unexpectedly")]
    Thread,
}
