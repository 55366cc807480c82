//! An error a person sees: what happened, what it means for their data, what to do.

use serde::Serialize;
use ts_rs::TS;

/// Only what the window branches on; everything else is `Other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// No answer from the server.
    Offline,
    /// The server refused the key.
    KeyRefused,
    /// There is no key for this connection.
    KeyMissing,
    /// The keyring did not answer, or was not unlocked.
    Keyring,
    /// What was asked for is not in the cache.
    NotFound,
    /// What was typed cannot be used.
    BadInput,
    /// Where the server's pages are is not known, or they are closed.
    PagesUnknown,
    /// The work was cancelled on request.
    Cancelled,
    Other,
}

/// An error in a person's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ErrorView {
    pub code: ErrorCode,
    /// What happened, one sentence.
    pub title: String,
    /// What it means for their data, one sentence.
    pub meaning: String,
    /// What to do, one sentence.
    pub action: String,
    /// The server's own words, shown last and in mono.
    pub detail: Option<String>,
    /// Whether trying again later can help.
    pub retry: bool,
}
